//! What can go wrong in the store.

use std::{io, path::PathBuf};

use thiserror::Error;

/// A failure of one operation of the lowest tier.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Fault {
    /// The disk has no space left.
    #[error("no space is left on the disk")]
    Full,
    /// The data cannot be trusted any more; holds what was found.
    #[error("the stored data is damaged: {0}")]
    Damaged(String),
    /// The system refused; holds its message.
    #[error("{0}")]
    Refused(String),
}

impl From<&io::Error> for Fault {
    fn from(error: &io::Error) -> Self {
        if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            return Self::Full;
        }
        Self::Refused(error.to_string())
    }
}

/// An operation on the store that could not be done.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process owns the store.
    #[error("open in process {pid}: the cache at {}", path.display())]
    Locked {
        /// The cache folder.
        path: PathBuf,
        /// The owner.
        pid: u32,
    },
    /// A larder newer than this one made the store.
    #[error("the cache at {} was made by a newer larder (format {format})", path.display())]
    Newer {
        /// The cache folder.
        path: PathBuf,
        /// The format that it has.
        format: u32,
    },
    /// A file or folder of the store could not be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The lowest tier failed.
    #[error("the store at {} failed: {fault}", path.display())]
    Tier {
        /// The cache folder.
        path: PathBuf,
        /// How it failed.
        fault: Fault,
    },
    /// A value is larger than any that is kept.
    #[error("{bytes} bytes are too many to be kept: the limit is {limit}")]
    TooLarge {
        /// The bytes of the value.
        bytes: usize,
        /// The most it may have.
        limit: usize,
    },
    /// A file is no export of larder, or one of another version.
    #[error("{} is no export that this larder can read: {reason}", path.display())]
    NotAnExport {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The store keeps nothing right now; holds the reason.
    #[error("the cache is not written: {0}")]
    NotKept(String),
    /// The work was cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl StoreError {
    /// Returns the process that has the folder, when that is why it cannot be used.
    pub(super) const fn owner(&self) -> Option<u32> {
        if let Self::Locked { pid, .. } = self { Some(*pid) } else { None }
    }

    /// Returns a maker of [`StoreError::Io`] for `map_err`.
    pub(super) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// Returns the failure as one of the lowest tier.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::Io { source, .. } => match Fault::from(source) {
                Fault::Refused(_) => Fault::Refused(self.to_string()),
                fault @ (Fault::Full | Fault::Damaged(_)) => fault,
            },
            Self::Tier { fault, .. } => fault.clone(),
            Self::Locked { .. }
            | Self::Newer { .. }
            | Self::TooLarge { .. }
            | Self::NotAnExport { .. }
            | Self::NotKept(_)
            | Self::Cancelled => Fault::Refused(self.to_string()),
        }
    }
}
