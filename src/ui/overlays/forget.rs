//! The question before the counts of a whole folder are forgotten.

use crate::model::{NodeId, RepoPath, Row};

/// What would be forgotten.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ForgetDialog {
    /// The folder.
    pub(crate) id: NodeId,
    /// Its path.
    pub(crate) path: RepoPath,
    /// Files in it that are counted.
    pub(crate) counts: u64,
}

impl ForgetDialog {
    /// Returns the question about a folder.
    pub(crate) fn about(folder: &Row) -> Self {
        let counts = folder.files.saturating_sub(folder.pending).saturating_sub(folder.skipped);
        Self { id: folder.id, path: folder.path.clone(), counts }
    }
}
