//! A card: facts below each other, label and value, in a box on top of a screen.

use ratatui::buffer::Buffer;

use crate::ui::{
    action::Action,
    cursor::{Cursor, Step},
    format,
    layout::Layout,
    look::Look,
    message::Effect,
    model::Model,
    overlays::draw::{Sheet, put},
    strip::Strip,
    update::table,
};

/// Columns of the labels.
pub(crate) const LABEL: usize = 14;

/// Facts, from the first to the last; one with an empty value is the heading of those below.
pub(crate) type Facts = Vec<(String, String)>;

/// Adds a fact.
pub(crate) fn fact(facts: &mut Facts, label: &str, value: impl Into<String>) {
    facts.push((label.to_owned(), value.into()));
}

/// Returns the facts as lines of so many columns; values too long for one go on in the next.
pub(crate) fn lines(facts: &Facts, columns: usize) -> Facts {
    let room = columns.saturating_sub(LABEL + 2).max(1);
    let mut lines = Facts::new();
    for (label, value) in facts {
        let mut label = label.clone();
        for part in wrapped(value, room) {
            lines.push((std::mem::take(&mut label), part));
        }
    }
    lines
}

/// The card of a screen, which may lie on top of it.
#[derive(Clone, Copy)]
pub(crate) struct CardOf {
    /// Returns what it says.
    pub(crate) facts: fn(&Model) -> Facts,
    /// Returns where it is scrolled to, when it is there.
    pub(crate) cursor: fn(&mut Model) -> Option<&mut Cursor>,
    /// Takes it away.
    pub(crate) close: fn(&mut Model),
}

impl CardOf {
    /// Moves what is seen of it.
    pub(crate) fn scroll(self, model: &mut Model, step: Step) {
        let inner = Layout::overlay(model.size).inner();
        let total = lines(&(self.facts)(model), usize::from(inner.width)).len() as u64;
        if let Some(cursor) = (self.cursor)(model) {
            cursor.scroll(step, total, inner.height);
        }
    }

    /// A key while it lies on top; `None` leaves the key to what all screens have in common.
    pub(crate) fn pressed(self, model: &mut Model, action: Action) -> Option<Vec<Effect>> {
        if let Some(step) = table::find(&table::STEPS, action) {
            self.scroll(model, step);
        } else if table::find(&table::OUTSIDE, action).is_some() {
            return None;
        } else if matches!(action, Action::Back | Action::Refuse | Action::Accept) {
            (self.close)(model);
        }
        Some(Vec::new())
    }
}

/// Divides a text between words, and words that are too long where the line ends.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    for (at, word) in words(text).into_iter().enumerate() {
        let Some(last) = parts.last_mut() else { break };
        let joined = usize::from(at > 0);
        if format::width(last) + joined + format::width(word) <= columns {
            last.push_str(if at > 0 { " " } else { "" });
            last.push_str(word);
            continue;
        }
        if !last.is_empty() {
            parts.push(String::new());
        }
        for c in word.chars() {
            let Some(last) = parts.last_mut() else { break };
            last.push(c);
            if format::width(last) > columns && last.chars().count() > 1 {
                last.pop();
                parts.push(c.to_string());
            }
        }
    }
    parts
}

/// Returns the words of a text; a number stays whole where blanks stand between its thousands.
fn words(text: &str) -> Vec<&str> {
    let is_thousand = |word: &str| {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        digits == 3
    };
    let mut words: Vec<&str> = Vec::new();
    let mut start = 0;
    for word in text.split(' ') {
        let end = start + word.len();
        match words.last_mut() {
            Some(last) if is_thousand(word) && last.ends_with(|c: char| c.is_ascii_digit()) => {
                *last = &text[start - 1 - last.len()..end];
            }
            Some(_) | None => words.push(word),
        }
        start = end + 1;
    }
    words
}

/// Draws a card in a box on top of the screen.
pub(crate) fn draw(
    model: &Model,
    look: &Look,
    buffer: &mut Buffer,
    (title, facts, cursor): (&str, &Facts, Cursor),
) {
    let area = Layout::overlay(model.size);
    let top = usize::try_from(cursor.top).unwrap_or(0);
    let theme = &look.theme;
    let lines: Vec<Strip> = lines(facts, usize::from(area.inner().width))
        .into_iter()
        .skip(top)
        .map(|(label, value)| {
            let line = Strip::default().gap(1).left(&label, LABEL, theme.dim, &look.glyphs);
            line.gap(1).add(value, theme.text)
        })
        .collect();
    let sheet = Sheet { title: title.to_owned(), lines, snug: top == 0, foot: Vec::new() };
    put(model, look, buffer, (model.scope(), area, sheet));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_thousands_is_not_divided() {
        assert_eq!(wrapped("an hour, 22 900 tokens", 12), ["an hour,", "22 900", "tokens"]);
        assert_eq!(wrapped("1 234 567, of 8", 10), ["1 234 567,", "of 8"]);
        assert_eq!(wrapped("day 5 2026", 6), ["day 5", "2026"]);
    }

    #[test]
    fn long_values_go_on_in_the_next_line_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("", 4), [""]);
        let facts = vec![("label".to_owned(), "one two three".to_owned())];
        let lines = lines(&facts, LABEL + 10);
        assert_eq!(lines[0].0, "label");
        assert_eq!(lines[1], (String::new(), "three".to_owned()));
    }
}
