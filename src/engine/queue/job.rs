//! Work on its way through the queue: submitted, merged, refused, leased.

use std::time::Duration;

use crate::model::{NodeId, Priority, TaskId, TaskKind};

/// What a task does to what: equal jobs are merged.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Job {
    /// What is done.
    pub kind: TaskKind,
    /// To which entry of the tree.
    pub node: NodeId,
}

impl Job {
    /// Returns what jobs are found by: all of a node lie together.
    pub(super) const fn key(self) -> JobKey {
        (self.node, self.kind as u8)
    }
}

/// A job in an order.
pub(super) type JobKey = (NodeId, u8);

/// A task that a worker has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Leased {
    /// Names it.
    pub id: TaskId,
    /// What to do.
    pub job: Job,
    /// The priority it was wanted with, ageing left aside.
    pub priority: Priority,
    /// Attempts begun, this one included.
    pub attempts: u32,
    /// When this attempt began.
    pub started: Duration,
}

/// Where submitted work ended up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pushed {
    /// In a task of its own.
    New(TaskId),
    /// In a waiting task that does the same, which has the higher of both priorities now.
    Merged(TaskId),
}

impl Pushed {
    /// Returns the task that does the work.
    #[must_use]
    pub const fn id(self) -> TaskId {
        match self {
            Self::New(id) | Self::Merged(id) => id,
        }
    }
}

/// The queue takes no more.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the queue is full: {limit} tasks wait")]
pub struct Full {
    /// The most tasks that wait.
    pub limit: usize,
}
