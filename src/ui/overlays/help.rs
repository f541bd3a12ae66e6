//! The list of all keys.

use crate::ui::{
    action::Scope,
    cursor::Cursor,
    format,
    keymap::{Keymap, KeymapRow},
    panes::tree::filter::{Edit, FilterLine},
};

/// One line of the help.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum HelpLine {
    /// Where the keys below are valid.
    Place(Scope),
    /// Keys, none when the line goes on, and what they do.
    Keys(String, String),
}

/// Returns the columns of the keys, in so many columns.
pub(crate) fn keys_columns(columns: usize) -> usize {
    18.min(columns / 3)
}

/// Divides a text into lines of at most so many columns, between words.
fn by_words(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(last) = lines.last_mut() else { break };
        if last.is_empty() {
            last.push_str(word);
        } else if format::width(last) + 1 + format::width(word) <= columns {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// What the help knows: its lines come from the keymap.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Help {
    /// The first line seen.
    pub(crate) cursor: Cursor,
    /// Only lines that hold this are shown.
    pub(crate) filter: FilterLine,
}

impl Help {
    /// Changes the filter.
    pub(crate) fn edit(&mut self, edit: &Edit) {
        self.filter.apply(edit);
        self.cursor = Cursor::default();
    }

    /// Forgets the filter.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns the rows that are shown, in the order of the keymap.
    pub(crate) fn rows(&self, keymap: &Keymap) -> Vec<KeymapRow> {
        let wanted = self.filter.text.to_lowercase();
        let is_wanted = |row: &KeymapRow| {
            row.help.to_lowercase().contains(&wanted)
                || row.name.contains(&wanted)
                || row.keys.contains(&self.filter.text)
        };
        keymap.rows().into_iter().filter(is_wanted).collect()
    }

    /// Returns the lines in so many columns: what does not fit goes on in the next.
    pub(crate) fn lines(&self, keymap: &Keymap, columns: usize) -> Vec<HelpLine> {
        let mut lines = Vec::new();
        let room = columns.saturating_sub(keys_columns(columns) + 4);
        for group in self.rows(keymap).chunk_by(|a, b| a.scope == b.scope) {
            lines.extend(group.first().map(|row| HelpLine::Place(row.scope)));
            for row in group {
                let mut keys = row.keys.join(" ");
                for text in by_words(row.help, room) {
                    lines.push(HelpLine::Keys(std::mem::take(&mut keys), text));
                }
            }
        }
        lines
    }
}
