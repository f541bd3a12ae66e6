//! Text that is safe to send to a terminal or a log.

use std::fmt::{self, Write as _};

/// Text in which nothing can move a cursor, change a colour or hide: made from names and messages.
///
/// Control characters are written as `\x1b`, characters that change direction or have no width as
/// `\u{200b}`, bytes that are not UTF-8 as `\xff`.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Shown(String);

impl Shown {
    /// Returns `bytes` made harmless.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Self {
        let mut out = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            push_text(&mut out, chunk.valid());
            for byte in chunk.invalid() {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
        Self(out)
    }

    /// Returns `text` made harmless.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        push_text(&mut out, text);
        Self(out)
    }

    /// Returns the harmless text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if is_deceptive(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// Returns true for characters that have no width, turn the direction of text, or end a line.
const fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let hostile = b"a\x1b]52;c;x\x07\n\xff\xc2\x9b\xe2\x80\xaeb";
        let shown = Shown::bytes(hostile);
        assert_eq!(shown.as_str(), "a\\x1b]52;c;x\\x07\\x0a\\xff\\x9b\\u{202e}b");
        assert!(shown.as_str().chars().all(|c| !c.is_control()));
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["main.rs", "日本語.md", "naïve café", "a b"] {
            assert_eq!(Shown::text(name).as_str(), name);
        }
    }
}
