//! Why a cache of another tool could not be read or copied.

use std::{io, path::Path, path::PathBuf};

use crate::model::Shown;

/// Why a source could not be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is nothing.
    #[error("there is nothing at {}", shown(path))]
    Missing {
        /// Where.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot read {}: {}", shown(path), Shown::text(&source.to_string()))]
    Unreadable {
        /// What.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is empty.
    #[error("{} is empty", shown(path))]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// It is none of the formats that larder reads.
    #[error("{} is no cache that larder can read", shown(path))]
    Unknown {
        /// What.
        path: PathBuf,
    },
    /// The file is neither a regular file nor a folder.
    #[error("{} is neither a file nor a folder", shown(path))]
    Special {
        /// What.
        path: PathBuf,
    },
    /// The file is larger than any such cache.
    #[error("{} is too large: {bytes} bytes of at most {most}", shown(path))]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// The file is not JSON, or ends in its middle.
    #[error("{} is damaged at line {line}, column {column}: {why}", shown(path))]
    Json {
        /// Which.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        why: String,
    },
    /// The file is not an `SQLite` database, or a damaged one.
    #[error("{} is damaged or no database: {why}", shown(path))]
    Database {
        /// Which.
        path: PathBuf,
        /// What `SQLite` said.
        why: String,
    },
    /// A table is missing.
    #[error("{} has no table `{table}`", shown(path))]
    Table {
        /// The database.
        path: PathBuf,
        /// The table.
        table: &'static str,
    },
    /// A column is missing.
    #[error("{}: table `{table}` has no column `{column}`", shown(path))]
    Column {
        /// The database.
        path: PathBuf,
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// Its tool wrote to it whenever it was read.
    #[error("{} is being written to: stop its program and try again", shown(path))]
    Changing {
        /// What.
        path: PathBuf,
    },
    /// The import was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Something lies where the backup was to go.
    #[error("{} is there already: a backup is never merged into an older one", shown(path))]
    BackupExists {
        /// Where.
        path: PathBuf,
    },
    /// The backup would lie in its own source.
    #[error("{} lies inside of what is copied", shown(path))]
    BackupInside {
        /// Where.
        path: PathBuf,
    },
    /// The backup could not be written.
    #[error("cannot copy to {}: {}", shown(path), Shown::text(&source.to_string()))]
    Backup {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl ImportError {
    /// Returns a function that turns what the system said of `path` into an error.
    pub(super) fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| {
            if source.kind() == io::ErrorKind::NotFound {
                Self::Missing { path }
            } else {
                Self::Unreadable { path, source }
            }
        }
    }

    /// Returns the error for text that is not the JSON it should be.
    pub(super) fn json(path: &Path, error: &serde_json::Error) -> Self {
        Self::Json {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
            why: said(error),
        }
    }

    /// Returns a function that turns what `SQLite` said of `path` into an error.
    pub(super) fn database(path: &Path) -> impl Fn(rusqlite::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Database {
            path: path.clone(),
            why: Shown::text(&error.to_string()).to_string(),
        }
    }
}

/// Returns what is wrong with a piece of JSON without the place, safe to show.
pub(super) fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let why = text.split(" at line ").next().unwrap_or_default();
    Shown::text(why).to_string()
}

/// Returns a path that is safe to show.
pub(super) fn shown(path: &Path) -> Shown {
    Shown::bytes(path.as_os_str().as_encoded_bytes())
}
