//! The line in which a filter is typed.

use super::{
    Tree,
    update::{RowKey, TreeKey},
};
use crate::{
    model::NodeId,
    ui::{cursor::Cursor, message::Effect},
};

/// The longest filter that is taken: longer ones are pasted by mistake.
const MOST_CHARACTERS: usize = 512;

/// A filter that is typed, or kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FilterLine {
    /// What was typed.
    pub(crate) text: String,
    /// True while keys are text.
    pub(crate) editing: bool,
    /// Where the cursor was before.
    pub(crate) before: Option<NodeId>,
}

impl FilterLine {
    /// Returns true when the list is a filtered one.
    pub(crate) fn is_on(&self) -> bool {
        !self.text.is_empty()
    }

    /// Changes what is typed.
    pub(crate) fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Add(text) => self.add(text),
            Edit::EraseBack => {
                self.text.pop();
            }
            Edit::EraseWord => self.erase_word(),
            Edit::EraseAll => self.text.clear(),
        }
    }

    /// Adds what was typed or pasted, in one line.
    fn add(&mut self, text: &str) {
        let room = MOST_CHARACTERS.saturating_sub(self.text.chars().count());
        self.text.extend(text.chars().filter(|c| !c.is_control()).take(room));
    }

    /// Takes the last word away, with what separates it.
    fn erase_word(&mut self) {
        let kept = self.text.trim_end_matches(|c: char| !c.is_alphanumeric());
        let kept = kept.trim_end_matches(char::is_alphanumeric);
        self.text.truncate(kept.len());
    }
}

/// A change of what is typed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Edit {
    /// Text is added.
    Add(String),
    /// A character is taken away.
    EraseBack,
    /// A word is taken away.
    EraseWord,
    /// All is taken away.
    EraseAll,
}

impl Tree {
    /// Begins to type a filter, or goes on with the one there is.
    pub(crate) fn begin_filter(&mut self) {
        self.touched = true;
        if !self.filter.is_on() {
            self.note_place();
            self.filter.before = self.on;
        }
        self.filter.editing = true;
    }

    /// Changes the filter; true when the list is another one then, and to be asked for.
    pub(crate) fn edit_filter(&mut self, edit: &Edit) -> bool {
        let old = self.filter.text.clone();
        self.filter.apply(edit);
        if self.filter.text == old {
            return false;
        }
        if self.filter.is_on() {
            self.cursor = Cursor::default();
            self.on = None;
        } else {
            self.on = self.filter.before;
        }
        self.change_shape();
        true
    }

    /// Keeps the filter and leaves the line.
    pub(crate) fn keep_filter(&mut self) {
        self.filter.editing = false;
    }

    /// Clears the filter: while it is typed the cursor goes back to where it was before, later it
    /// stays on what was found.
    pub(crate) fn clear_filter(&mut self) -> Vec<Effect> {
        if self.filter.editing {
            return self.cancel_filter();
        }
        self.press(TreeKey::OnRow(RowKey::LeaveFilter))
    }

    /// Clears the filter; the cursor goes back to where it was before.
    pub(super) fn cancel_filter(&mut self) -> Vec<Effect> {
        self.filter.editing = false;
        if self.edit_filter(&Edit::EraseAll) { self.ask() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_erased_with_what_follows_it() {
        let mut line = FilterLine { text: "src/model.rs ".into(), ..FilterLine::default() };
        line.erase_word();
        assert_eq!(line.text, "src/model.");
        line.erase_word();
        assert_eq!(line.text, "src/");
        line.erase_word();
        assert_eq!(line.text, "");
        line.erase_word();
        assert_eq!(line.text, "");
    }

    #[test]
    fn a_paste_loses_its_line_ends_and_ends_at_the_limit() {
        let mut line = FilterLine::default();
        line.add("a\nb\u{1b}c");
        assert_eq!(line.text, "abc");
        line.add(&"x".repeat(10_000));
        assert_eq!(line.text.chars().count(), MOST_CHARACTERS);
    }
}
