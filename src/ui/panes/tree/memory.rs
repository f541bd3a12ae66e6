//! What is remembered of the tree from one sitting to the next.

use super::Tree;
use crate::{
    model::{Command, NodeId, RepoPath, RowKind},
    ui::{message::Effect, remembered::Remembered},
};

impl Tree {
    /// Begins as the tree was the last time; folders open as they are found.
    pub(crate) fn remember(&mut self, last: &Remembered) {
        (self.sort, self.order, self.bars) = (last.sort, last.order, last.bars);
        self.to_open.clone_from(&last.open);
    }

    /// Returns the paths of the open folders, the ones further out first.
    pub(crate) fn open_folders(&self) -> Vec<RepoPath> {
        let path = |id: &NodeId| self.open_paths.iter().find(|(known, _)| known == id);
        let mut paths: Vec<RepoPath> =
            self.open.iter().filter_map(path).map(|(_, path)| path.clone()).collect();
        // What was not seen yet is not forgotten.
        paths.extend(self.to_open.iter().cloned());
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Opens the folders that were open the last time, as far as they are among the rows.
    pub(super) fn open_remembered(&mut self) -> Vec<Effect> {
        if self.to_open.is_empty() || self.filter.is_on() {
            return Vec::new();
        }
        let closed =
            self.page.rows.iter().filter(|row| row.kind == RowKind::Folder { open: false });
        let found: Vec<(NodeId, RepoPath)> = closed
            .filter(|row| self.to_open.contains(&row.path))
            .map(|row| (row.id, row.path.clone()))
            .collect();
        if found.is_empty() {
            return Vec::new();
        }
        self.to_open.retain(|path| found.iter().all(|(_, known)| known != path));
        self.open.extend(found.iter().map(|(id, _)| *id));
        self.open_paths.extend(found);
        let mut effects = vec![Effect::Send(Command::Look(self.open.clone()))];
        effects.extend(self.reshape());
        effects
    }
}
