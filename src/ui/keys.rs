//! Keys by name: as people write them in a keymap, and as the terminal reports them.

use std::{fmt, str::FromStr};

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key with its modifiers, in one spelling: `shift-g` is `G`, `ctrl-H` is `ctrl-h`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, PartialOrd)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// A text that names no key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no key is called `{0}`")]
pub struct UnknownKey(pub String);

/// The names of keys that are no characters; of several names for a key the first is written.
const NAMES: [(&str, KeyCode); 22] = [
    ("enter", KeyCode::Enter),
    ("return", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("escape", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("del", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("ins", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("page-up", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("page-down", KeyCode::PageDown),
    ("space", KeyCode::Char(' ')),
    ("lt", KeyCode::Char('<')),
];

/// The last function key that has a name.
const LAST_FUNCTION_KEY: u8 = 12;

impl Key {
    /// Returns the key without modifiers that types `c`.
    #[must_use]
    pub const fn typing(c: char) -> Self {
        Self { code: KeyCode::Char(c), modifiers: KeyModifiers::NONE }
    }

    /// Returns the key of a press or repeat, `None` for a release.
    #[must_use]
    pub fn pressed(event: KeyEvent) -> Option<Self> {
        match event.kind {
            KeyEventKind::Press | KeyEventKind::Repeat => {
                Some(Self::normal(event.code, event.modifiers))
            }
            KeyEventKind::Release => None,
        }
    }

    /// Returns the character that this key types where keys are text.
    #[must_use]
    pub fn text(self) -> Option<char> {
        self.code.as_char().filter(|_| self.modifiers.is_empty())
    }

    fn normal(mut code: KeyCode, modifiers: KeyModifiers) -> Self {
        let kept = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let mut modifiers = modifiers & kept;
        if code == KeyCode::BackTab {
            modifiers |= KeyModifiers::SHIFT;
            code = KeyCode::Tab;
        }
        if let KeyCode::Char(c) = code {
            // Old terminals send the same byte for both cases with ctrl; without it the character
            // itself tells that shift was held.
            if modifiers.contains(KeyModifiers::CONTROL) {
                code = KeyCode::Char(c.to_ascii_lowercase());
            } else if modifiers.contains(KeyModifiers::SHIFT) {
                code = KeyCode::Char(c.to_ascii_uppercase());
            }
            modifiers -= KeyModifiers::SHIFT;
        }
        Self { code, modifiers }
    }
}

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        const MODIFIERS: [(&str, KeyModifiers); 3] = [
            ("ctrl-", KeyModifiers::CONTROL),
            ("alt-", KeyModifiers::ALT),
            ("shift-", KeyModifiers::SHIFT),
        ];
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        while let Some((name, modifier)) =
            MODIFIERS.iter().find(|(name, _)| rest.starts_with(name) && rest.len() > name.len())
        {
            rest = &rest[name.len()..];
            modifiers |= *modifier;
        }
        let code = code(rest).ok_or_else(|| UnknownKey(text.to_owned()))?;
        Ok(Self::normal(code, modifiers))
    }
}

fn code(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control() && c != ' ').then_some(KeyCode::Char(c));
    }
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let number = name.strip_prefix('f')?.parse().ok()?;
    (1..=LAST_FUNCTION_KEY).contains(&number).then_some(KeyCode::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        if let KeyCode::F(number) = self.code {
            return write!(f, "f{number}");
        }
        match (NAMES.iter().find(|(_, named)| *named == self.code), self.code.as_char()) {
            (_, Some(c)) if c != ' ' => write!(f, "{c}"),
            (Some((name, _)), _) => f.write_str(name),
            (None, _) => write!(f, "{:?}", self.code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_they_are_read() {
        for name in ["a", "G", "?", "/", "-", "+", "<", "enter", "esc", "tab", "space", "f5"]
            .into_iter()
            .chain(["ctrl-d", "ctrl-alt-x", "shift-tab", "alt-enter", "pgdn", "ctrl--", "é"])
        {
            assert_eq!(name.parse::<Key>().map(|key| key.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn one_key_has_one_spelling() {
        let same = [("shift-g", "G"), ("ctrl-D", "ctrl-d"), ("return", "enter"), ("lt", "<")];
        for (one, other) in same {
            assert_eq!(one.parse::<Key>(), other.parse::<Key>());
        }
        let tab = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Key::pressed(tab), "shift-tab".parse().ok());
        let upper = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Key::pressed(upper), "G".parse().ok());
    }

    #[test]
    fn what_names_no_key_is_refused() {
        for bad in ["", "ctrl-", "entr", "f0", "f13", "fx", "hyper-a", " ", "ab", "\u{7}"] {
            assert_eq!(bad.parse::<Key>(), Err(UnknownKey(bad.to_owned())));
        }
    }

    #[test]
    fn a_release_is_no_press() {
        let mut event = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        assert!(Key::pressed(event).is_some());
        event.kind = KeyEventKind::Release;
        assert!(Key::pressed(event).is_none());
    }

    #[test]
    fn only_plain_characters_are_text() {
        assert_eq!(Key::typing('x').text(), Some('x'));
        assert_eq!("space".parse::<Key>().unwrap().text(), Some(' '));
        for not in ["ctrl-x", "alt-x", "enter", "f1"] {
            assert_eq!(not.parse::<Key>().unwrap().text(), None);
        }
    }
}
