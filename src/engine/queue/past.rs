//! Tasks that are over: the failed ones, which can be tried again, and the last few others.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};

use super::{Job, TaskError, lanes::Waiting};
use crate::model::{Bytes, NodeId, Priority, TaskId, TaskState};

/// As many as a person may still ask about by id; a quick warm-up passes them in a second.
const RECENT: usize = 1024;

/// A task that is over.
#[derive(Clone, Debug)]
pub(super) struct Past {
    pub(super) id: TaskId,
    pub(super) waiting: Waiting,
    pub(super) priority: Priority,
    pub(super) state: TaskState,
    pub(super) attempts: u32,
    pub(super) took: Duration,
    pub(super) bytes: Bytes,
    /// What went wrong last, also when a later attempt went well.
    pub(super) error: Option<TaskError>,
}

/// The last tasks that were completed or cancelled.
#[derive(Debug, Default)]
pub(super) struct Recent(VecDeque<Past>);

impl Recent {
    pub(super) fn push(&mut self, past: Past) {
        if self.0.len() == RECENT {
            self.0.pop_front();
        }
        self.0.push_back(past);
    }

    pub(super) fn find(&self, id: TaskId) -> Option<&Past> {
        self.0.iter().rev().find(|past| past.id == id)
    }
}

impl Past {
    pub(super) const fn job(&self) -> Job {
        self.waiting.job()
    }
}

/// Failed tasks by the order of failing; one for each job, since a later failure says it better.
#[derive(Debug)]
pub(super) struct Failed {
    keep: usize,
    next: u64,
    tasks: BTreeMap<u64, Past>,
    by_job: HashMap<Job, u64>,
}

impl Failed {
    pub(super) fn new(keep: usize) -> Self {
        Self { keep, next: 0, tasks: BTreeMap::new(), by_job: HashMap::new() }
    }

    /// Adds a task and returns how many older ones of the same job it replaced.
    pub(super) fn push(&mut self, past: Past) -> u64 {
        let replaced = self.forget(past.job());
        self.by_job.insert(past.job(), self.next);
        self.tasks.insert(self.next, past);
        self.next += 1;
        while self.tasks.len() > self.keep {
            if let Some((_, oldest)) = self.tasks.pop_first() {
                self.by_job.remove(&oldest.job());
            }
        }
        replaced
    }

    /// Takes the failed task of a job out.
    pub(super) fn take(&mut self, job: Job) -> Option<Past> {
        let place = self.by_job.remove(&job)?;
        self.tasks.remove(&place)
    }

    /// Forgets the failure of a job that has been overtaken, and returns how many it were.
    pub(super) fn forget(&mut self, job: Job) -> u64 {
        u64::from(self.take(job).is_some())
    }

    /// Forgets the failures of an entry, and returns how many it were.
    pub(super) fn forget_node(&mut self, node: NodeId) -> u64 {
        let jobs: Vec<Job> = self.by_job.keys().filter(|job| job.node == node).copied().collect();
        jobs.into_iter().map(|job| self.forget(job)).sum()
    }

    pub(super) fn find(&self, id: TaskId) -> Option<&Past> {
        self.tasks.values().find(|past| past.id == id)
    }

    /// Returns the failed tasks, the newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Past> {
        self.tasks.values().rev()
    }

    /// Returns the ids of all, the oldest first.
    pub(super) fn ids(&self) -> Vec<TaskId> {
        self.tasks.values().map(|past| past.id).collect()
    }
}
