//! Where the ledger lies.

use std::path::{Path, PathBuf};

/// Where the ledger lies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Places {
    /// The journal: what must never be lost.
    pub journal: PathBuf,
    /// The folder of what can be made again.
    pub cache: PathBuf,
}

impl Places {
    /// Returns the usual places in the state folder and the cache folder of larder.
    #[must_use]
    pub fn in_folders(state: &Path, cache: &Path) -> Self {
        Self { journal: state.join("ledger"), cache: cache.to_owned() }
    }

    /// Returns the file of the sums.
    pub(super) fn sums(&self) -> PathBuf {
        self.cache.join("ledger.idx")
    }

    /// Returns the folder of the keys.
    pub(super) fn keys(&self) -> PathBuf {
        self.cache.join("ledger.keys")
    }

    /// Returns the file that larders before 0.2 kept all requests in.
    pub(super) fn old_requests(&self) -> PathBuf {
        self.cache.join("ledger.req")
    }
}
