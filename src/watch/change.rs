//! What a watch reports.

use std::collections::BTreeSet;

use crate::model::{RepoPath, WatchState};

/// Something that may have changed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// What lies directly in these folders may have changed.
    Folders(BTreeSet<RepoPath>),
    /// Anything may have changed.
    All {
        /// Why, safe to show.
        reason: String,
    },
    /// Another branch or commit may be checked out.
    Head,
    /// The root is not there any more.
    RootGone,
    /// More or less is watched than before.
    State(WatchState),
}
