//! Where a value was set.

use std::{fmt, path::PathBuf};

use crate::model::Shown;

/// The layer that a value comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
    /// Built in: `config/larder.toml`.
    Default,
    /// The user's file.
    User {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// The repository's file.
    Repository {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable; holds its name.
    Environment(String),
    /// A flag; holds its name with dashes.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::User { path, line } | Self::Repository { path, line } => {
                write!(f, "{}:{line}", Shown::text(&path.to_string_lossy()))
            }
            Self::Environment(name) => write!(f, "${}", Shown::text(name)),
            Self::Flag(name) => f.write_str(name),
        }
    }
}
