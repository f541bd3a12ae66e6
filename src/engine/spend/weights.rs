//! What files weigh in tokens, for cost by file type: as the path index knows them.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use crate::{
    count::VERSION,
    model::{Encoding, RepoPath, Tokens},
    store::{PathIndex, Store},
};

/// Projects whose index is kept in memory at a time.
const PROJECTS: usize = 4;

/// Looks files up in the path indexes of their projects; what was never counted weighs nothing
/// that is known.
#[derive(Debug)]
pub(in crate::engine) struct Weights {
    store: Store,
    indexes: HashMap<PathBuf, PathIndex>,
}

impl Weights {
    /// Looks into `store`.
    pub(in crate::engine) fn new(store: Store) -> Self {
        Self { store, indexes: HashMap::new() }
    }

    /// Returns the tokens of `file`, a path inside `project` or relative to it.
    pub(in crate::engine) fn of(&mut self, project: &Path, file: &Path) -> Option<Tokens> {
        if !project.is_absolute() {
            return None;
        }
        let path = RepoPath::below(project, &project.join(file))?;
        if !self.indexes.contains_key(project) {
            if self.indexes.len() >= PROJECTS {
                self.indexes.clear();
            }
            let index = self.store.load_index(project, VERSION);
            self.indexes.insert(project.to_path_buf(), index);
        }
        let known = self.indexes.get(project)?.hint(&path)?;
        Encoding::ALL.into_iter().find_map(|encoding| known.state.count(encoding))
    }

    /// Forgets what was looked up: the indexes may have changed.
    pub(in crate::engine) fn forget(&mut self) {
        self.indexes.clear();
    }
}
