//! Thresholds of budgets that were passed and said, so that each is said once in its period.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::journal::NoticeLine;
use crate::model::{Level, UnixNanos};

/// A threshold that was passed.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Notice {
    /// The name of the budget.
    pub budget: String,
    /// When the period began.
    pub from: UnixNanos,
    /// Which threshold: never [`Level::Calm`].
    pub level: Level,
}

impl Notice {
    /// Reads what the journal keeps; `None` for a level that is not known here.
    pub(super) fn from_line(line: &NoticeLine<'_>) -> Option<Self> {
        let level = match &*line.level {
            "warning" => Level::Warning,
            "alert" => Level::Alert,
            "exceeded" => Level::Exceeded,
            _ => return None,
        };
        Some(Self { budget: line.budget.clone().into_owned(), from: UnixNanos(line.from), level })
    }

    /// Returns what the journal keeps.
    pub(super) fn to_line(&self) -> NoticeLine<'_> {
        let level = match self.level {
            Level::Calm => "calm",
            Level::Warning => "warning",
            Level::Alert => "alert",
            Level::Exceeded => "exceeded",
        };
        NoticeLine {
            budget: Cow::Borrowed(&self.budget),
            from: self.from.0,
            level: Cow::Borrowed(level),
        }
    }
}
