//! The saved contexts to choose from, and the question before one of them is lost.

use crate::ui::{
    cursor::Cursor,
    panes::tree::filter::{Edit, FilterLine},
    saved::{Existing, Saved, SavedWish},
};

/// What the list knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SavedList {
    /// The contexts by name; `None` while they are looked up.
    pub(crate) all: Option<Vec<Saved>>,
    /// What is typed: a name, or a part of one.
    pub(crate) line: FilterLine,
    /// The chosen line of those that are shown.
    pub(crate) cursor: Cursor,
}

impl Default for SavedList {
    fn default() -> Self {
        let line = FilterLine { editing: true, ..FilterLine::default() };
        Self { all: None, line, cursor: Cursor::default() }
    }
}

impl SavedList {
    /// Takes what there is.
    pub(crate) fn take(&mut self, all: Vec<Saved>, height: u16) {
        self.all = Some(all);
        self.cursor.fit(self.shown().len() as u64, height);
    }

    /// Returns what is shown: the one that is called just so comes first.
    pub(crate) fn shown(&self) -> Vec<&Saved> {
        let typed = self.line.text.trim();
        let wanted = typed.to_lowercase();
        let fits = |saved: &&Saved| saved.name.to_lowercase().contains(&wanted);
        let mut shown: Vec<&Saved> = self.all.iter().flatten().filter(fits).collect();
        shown.sort_by_key(|saved| saved.name != typed);
        shown
    }

    /// Returns the chosen one.
    pub(crate) fn chosen(&self) -> Option<&Saved> {
        self.shown().get(usize::try_from(self.cursor.at).ok()?).copied()
    }

    /// Returns the name to load: the chosen one, or what is typed when that chooses none.
    pub(crate) fn wanted(&self) -> Option<String> {
        let typed = Some(self.line.text.trim()).filter(|typed| !typed.is_empty());
        self.chosen().map(|saved| saved.name.as_str()).or(typed).map(str::to_owned)
    }

    /// Changes what is typed; the cursor goes to the first that is left.
    pub(crate) fn edit(&mut self, edit: &Edit) {
        self.line.apply(edit);
        self.cursor = Cursor::default();
    }
}

/// The question before a saved context is lost.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum SavedDialog {
    /// Another is to be saved under its name.
    Replace(Saved),
    /// It is to be deleted.
    Delete(Saved),
}

impl SavedDialog {
    /// Returns the context that would be lost.
    pub(crate) const fn lost(&self) -> &Saved {
        match self {
            Self::Replace(saved) | Self::Delete(saved) => saved,
        }
    }

    /// Returns what is wished for once that is agreed to.
    pub(crate) fn wish(&self) -> SavedWish {
        match self {
            Self::Replace(saved) => SavedWish::Save(saved.name.clone(), Existing::Replace),
            Self::Delete(saved) => SavedWish::Delete(saved.name.clone()),
        }
    }
}
