//! What goes wrong in a task, and what follows.

use std::{fmt, time::Duration};

use super::{ErrorKind, Full};
use crate::model::{Shown, TaskId};

/// What went wrong in a task.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TaskError {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// What failed on what.
    pub message: String,
}

impl TaskError {
    /// Returns the error that was written as `text`; an unknown kind is a permanent one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let known = text.split_once(": ").and_then(|(kind, message)| {
            Some(Self { kind: kind.parse().ok()?, message: message.to_owned() })
        });
        known.unwrap_or_else(|| Self { kind: ErrorKind::Permanent, message: text.to_owned() })
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, Shown::text(&self.message))
    }
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Failure {
    /// Another attempt.
    Retrying {
        /// When it is due.
        at: Duration,
    },
    /// Nothing: the task is over, failed or (when it was being cancelled) cancelled.
    Final,
}

/// What a cancellation met.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cancelled {
    /// A waiting task, which is over now.
    Queued,
    /// A running task, which is marked: who runs it stops it.
    Running,
    /// No task that waits or runs.
    Unknown,
}

/// Why a task is not tried again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotRetried {
    /// It did not fail, or so long ago that it is forgotten.
    #[error("task {} has not failed", .0.0)]
    NotFailed(TaskId),
    /// There is no room.
    #[error(transparent)]
    Full(#[from] Full),
}
