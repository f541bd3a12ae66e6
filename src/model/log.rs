//! Records of the log, as a screen shows them.

use serde::{Deserialize, Serialize};

use super::UnixNanos;

/// How much a record matters: the first one the most.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, strum::EnumIter,
)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something is not as it should be.
    Warning,
    /// Something happened.
    Info,
    /// What was done, in detail.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// Returns its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// One record of the log. Its texts are as they were logged: not yet safe to show.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LogRecord {
    /// Its number: each record has the one after the record before.
    pub number: u64,
    /// When it was logged.
    pub at: UnixNanos,
    /// How much it matters.
    pub level: LogLevel,
    /// The module that logged it.
    pub target: String,
    /// The message and its fields.
    pub text: String,
}
