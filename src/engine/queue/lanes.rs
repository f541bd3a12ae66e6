//! Waiting tasks in three lanes, one per priority, each in the order of submission.
//!
//! Ids grow with time, so within a lane the older task is also the one that has aged further: the
//! first of a lane is its next, and no task is ever moved because it grew old.

use std::{
    collections::{BTreeMap, btree_map},
    iter::Peekable,
    time::Duration,
};

use super::Job;
use crate::model::{NodeId, Priority, TaskId, TaskKind};

/// Every priority, the first to run first.
pub(super) const PRIORITIES: [Priority; 3] = [Priority::High, Priority::Medium, Priority::Low];

/// A moment in tenths of a second since the clock began, rounded up: 4 bytes last for 13 years.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(u32);

impl Moment {
    pub(super) fn of(now: Duration) -> Self {
        Self(u32::try_from(now.as_millis().div_ceil(100)).unwrap_or(u32::MAX))
    }

    fn as_duration(self) -> Duration {
        Duration::from_millis(u64::from(self.0) * 100)
    }
}

/// A task that waits: small, since there may be a million.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) node: NodeId,
    pub(super) submitted: Moment,
    /// Attempts that ended, as far as 16 bits count.
    pub(super) attempts: u16,
    pub(super) kind: TaskKind,
}

impl Waiting {
    pub(super) fn new(job: Job, now: Duration) -> Self {
        Self { node: job.node, submitted: Moment::of(now), attempts: 0, kind: job.kind }
    }

    pub(super) const fn job(&self) -> Job {
        Job { kind: self.kind, node: self.node }
    }
}

/// How waiting lifts a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ageing {
    pub(super) age: Duration,
    pub(super) now: Duration,
}

impl Ageing {
    /// Returns the priority that a task has by now.
    pub(super) fn lift(&self, priority: Priority, submitted: Moment) -> Priority {
        if self.age.is_zero() {
            return priority;
        }
        let waited = self.now.saturating_sub(submitted.as_duration());
        let steps = u8::from(waited >= self.age) + u8::from(waited / 2 >= self.age);
        (0..steps).fold(priority, |priority, _| above(priority))
    }
}

/// Returns the next higher priority.
pub(super) const fn above(priority: Priority) -> Priority {
    match priority {
        Priority::High | Priority::Medium => Priority::High,
        Priority::Low => Priority::Medium,
    }
}

/// The three lanes.
#[derive(Debug, Default)]
pub(super) struct Lanes([BTreeMap<TaskId, Waiting>; 3]);

impl Lanes {
    pub(super) fn insert(&mut self, id: TaskId, priority: Priority, waiting: Waiting) {
        self.0[place(priority)].insert(id, waiting);
    }

    pub(super) fn remove(&mut self, id: TaskId) -> Option<(Priority, Waiting)> {
        PRIORITIES
            .into_iter()
            .find_map(|priority| Some((priority, self.0[place(priority)].remove(&id)?)))
    }

    pub(super) fn find(&self, id: TaskId) -> Option<(Priority, &Waiting)> {
        PRIORITIES
            .into_iter()
            .find_map(|priority| Some((priority, self.0[place(priority)].get(&id)?)))
    }

    /// Gives a task at least this priority, and returns the one it has now.
    pub(super) fn lift(&mut self, id: TaskId, wanted: Priority) -> Option<Priority> {
        let (priority, _) = self.find(id)?;
        if wanted < priority {
            let waiting = self.0[place(priority)].remove(&id)?;
            self.insert(id, wanted, waiting);
        }
        Some(priority.min(wanted))
    }

    /// Returns all tasks, lane by lane.
    pub(super) fn into_all(self) -> impl Iterator<Item = (TaskId, Priority, Waiting)> {
        PRIORITIES.into_iter().zip(self.0).flat_map(|(priority, lane)| {
            lane.into_iter().map(move |(id, waiting)| (id, priority, waiting))
        })
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(BTreeMap::len).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(BTreeMap::is_empty)
    }

    /// Takes the task that is next.
    pub(super) fn pop(&mut self, ageing: Ageing) -> Option<(TaskId, Priority, Waiting)> {
        let mut turns = InOrder::new(ageing);
        turns.add(self, ());
        let priority = turns.next()?.priority;
        self.0[place(priority)].pop_first().map(|(id, waiting)| (id, priority, waiting))
    }
}

const fn place(priority: Priority) -> usize {
    match priority {
        Priority::High => 0,
        Priority::Medium => 1,
        Priority::Low => 2,
    }
}

/// A task in its turn; `tag` says which lanes it is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn<'a, T> {
    pub(super) id: TaskId,
    pub(super) priority: Priority,
    pub(super) waiting: &'a Waiting,
    pub(super) tag: T,
}

/// One lane of several, with what its tasks have in common.
type Source<'a, T> = (Priority, T, Peekable<btree_map::Iter<'a, TaskId, Waiting>>);

/// Merges lanes into the order in which their tasks run, without sorting them.
#[derive(Debug)]
pub(super) struct InOrder<'a, T> {
    ageing: Ageing,
    sources: Vec<Source<'a, T>>,
}

impl<'a, T: Copy> InOrder<'a, T> {
    pub(super) const fn new(ageing: Ageing) -> Self {
        Self { ageing, sources: Vec::new() }
    }

    pub(super) fn add(&mut self, lanes: &'a Lanes, tag: T) {
        for priority in PRIORITIES {
            let lane = &lanes.0[place(priority)];
            if !lane.is_empty() {
                self.sources.push((priority, tag, lane.iter().peekable()));
            }
        }
    }
}

impl<'a, T: Copy> Iterator for InOrder<'a, T> {
    type Item = Turn<'a, T>;

    fn next(&mut self) -> Option<Turn<'a, T>> {
        let ageing = self.ageing;
        let (_, priority, tag, lane) = self
            .sources
            .iter_mut()
            .filter_map(|(priority, tag, lane)| {
                let (id, waiting) = lane.peek()?;
                let key = (ageing.lift(*priority, waiting.submitted), **id);
                Some((key, *priority, *tag, lane))
            })
            .min_by_key(|(key, ..)| *key)?;
        let (id, waiting) = lane.next()?;
        Some(Turn { id: *id, priority, waiting, tag })
    }
}
