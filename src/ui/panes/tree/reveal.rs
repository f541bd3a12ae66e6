//! Leaving a filter: what it found is shown in the whole tree.

use super::Tree;
use crate::{
    model::{NodeId, Question, RepoPath, Row},
    ui::message::Effect,
};

/// An entry that is to be shown in the whole tree, and the folders to open for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Revealing {
    id: NodeId,
    path: RepoPath,
    /// Closed folders whose ids are looked for, the outermost one last.
    closed: Vec<RepoPath>,
}

/// What becomes of a folder that is shown in the whole tree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Itself {
    /// It is opened.
    Opened,
    /// It stays as it is.
    Left,
}

impl Tree {
    /// Leaves the filter, and puts the cursor on an entry of it in the whole tree.
    pub(super) fn reveal(&mut self, row: &Row, itself: Itself) -> Vec<Effect> {
        self.filter.text.clear();
        self.filter.editing = false;
        self.change_shape();
        let innermost = match itself {
            Itself::Opened => Some(row.path.clone()),
            Itself::Left => row.path.parent(),
        };
        let around = std::iter::successors(innermost, RepoPath::parent);
        let closed = around.filter(|path| !path.is_root() && !self.is_open(path)).collect();
        self.revealing = Some(Revealing { id: row.id, path: row.path.clone(), closed });
        self.reveal_more()
    }

    fn is_open(&self, path: &RepoPath) -> bool {
        self.open_paths.iter().any(|(id, known)| known == path && self.open.contains(id))
    }

    /// Looks for the next folder to open; shows the entry when all are open.
    fn reveal_more(&mut self) -> Vec<Effect> {
        let next = self.revealing.as_ref().and_then(|revealing| revealing.closed.last().cloned());
        if let Some(path) = next {
            self.finding = true;
            return vec![Effect::Ask(Question::Find(path))];
        }
        if let Some(Revealing { id, path, .. }) = self.revealing.take() {
            (self.on, self.on_path) = (Some(id), path);
        }
        self.reshape_and_look()
    }

    /// Takes the folder that was looked for; `None` when none was looked for to reveal anything.
    pub(super) fn take_folder(&mut self, id: Option<NodeId>) -> Option<Vec<Effect>> {
        let path = self.revealing.as_mut()?.closed.pop();
        if let (Some(id), Some(path)) = (id, path)
            && !self.open.contains(&id)
        {
            self.open.push(id);
            self.open_paths.push((id, path));
        }
        Some(self.reveal_more())
    }
}
