//! The list of all keys.

use crate::ui::{
    cursor::Cursor,
    keymap::{Keymap, KeymapRow},
    panes::tree::filter::{Edit, FilterLine},
};

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
                || row.keys.iter().any(|key| *key == self.filter.text)
        };
        keymap.rows().into_iter().filter(is_wanted).collect()
    }

    /// Returns how many lines are shown: the rows, and a heading for each scope.
    pub(crate) fn lines(&self, keymap: &Keymap) -> u64 {
        let rows = self.rows(keymap);
        let scopes = rows.chunk_by(|a, b| a.scope == b.scope).count();
        (rows.len() + scopes) as u64
    }
}
