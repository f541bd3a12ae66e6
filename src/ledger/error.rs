//! What can go wrong with the ledger.

use std::{io, path::PathBuf};

use thiserror::Error;

use super::BadBudget;

/// Something the ledger could not do.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// A file or folder of the ledger could not be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A log could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Log {
        /// The log.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No zone has this name.
    #[error("there is no time zone called `{0}`")]
    Zone(String),
    /// A line of the settings is no budget.
    #[error(transparent)]
    Budget(#[from] BadBudget),
    /// Another larder keeps the ledger; this one can only read it and leave single records.
    #[error("another larder keeps the ledger at {}: close that one first", path.display())]
    Reader {
        /// The folder of the ledger.
        path: PathBuf,
    },
    /// The request holds a number that cannot be true, so it is not kept.
    #[error("{0}")]
    Refused(&'static str),
}

impl LedgerError {
    /// Returns a maker of [`LedgerError::Io`] for `map_err`.
    pub(super) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
