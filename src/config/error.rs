//! What can be wrong with settings.

use std::{fmt, io, path::PathBuf};

use thiserror::Error;

use super::{Origin, paths::NoFolder};
use crate::model::Shown;

/// Why no configuration could be made.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A folder that is needed has no place.
    #[error(transparent)]
    NoFolder(#[from] NoFolder),
    /// A file is there but cannot be read.
    #[error("cannot read {}: {source}", Shown::text(&path.to_string_lossy()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no TOML, or a model in it is not complete.
    #[error("{}:{line}: {}", Shown::text(&path.to_string_lossy()), Shown::text(message))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// Values that their settings do not take, and after them what would be ignored; never empty.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
}

/// One thing that is wrong, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The setting as it was written.
    pub key: String,
    /// Where.
    pub origin: Origin,
    /// What.
    pub fault: Fault,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Fault {
    /// There is no setting of this name; holds one that is written almost alike.
    #[error("is no setting{}", maybe(.nearest.as_deref()))]
    Unknown {
        /// A known name that is near.
        nearest: Option<String>,
    },
    /// The setting concerns the whole machine.
    #[error("may not be set by a repository: set it in your own larder.toml")]
    NotForRepositories,
    /// Another type was expected.
    #[error("takes {expected}, not {found}")]
    Type {
        /// What the setting takes.
        expected: String,
        /// What was given, safe to show.
        found: String,
    },
    /// The value is of the right type and still nothing that can be used.
    #[error("cannot be used: {why}")]
    Unfit {
        /// Why, safe to show.
        why: String,
    },
    /// The value lies outside what is allowed.
    #[error("is {value}: allowed are {allowed}")]
    Range {
        /// The value, safe to show.
        value: String,
        /// The range.
        allowed: String,
    },
    /// The word is none of those that are allowed.
    #[error("is `{value}`: allowed are {allowed}{}", maybe(.nearest.as_deref()))]
    Word {
        /// The word, safe to show.
        value: String,
        /// The words there are.
        allowed: String,
        /// One of them that is near.
        nearest: Option<String>,
    },
    /// The model is not in the list.
    #[error("is `{value}`, which is no known model{}", maybe(.nearest.as_deref()))]
    Model {
        /// The name, safe to show.
        value: String,
        /// A known name that is near.
        nearest: Option<String>,
    },
    /// Two settings contradict each other.
    #[error("is {value}, but must be {relation} `{other}`, which is {bound} ({bound_origin})")]
    Order {
        /// The value.
        value: String,
        /// How the two must stand.
        relation: &'static str,
        /// The other setting.
        other: &'static str,
        /// Its value.
        bound: String,
        /// Where that was set.
        bound_origin: Box<Origin>,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}` {}", self.origin, Shown::text(&self.key), self.fault)
    }
}

fn maybe(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
