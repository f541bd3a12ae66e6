//! The queue of tasks: what runs next, what is tried again, what has failed.
//!
//! Equal work is merged, waiting lifts a task, and the number of waiting tasks is bounded. Every
//! task that was submitted is at any moment in exactly one state. Deliberately not here: workers,
//! the clock, and paths, which come in from the tree when someone looks.

mod failure;
mod job;
mod lanes;
mod over;
mod past;
mod totals;
mod view;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

pub use self::{
    failure::{Cancelled, Failure, NotRetried, TaskError},
    job::{Full, Job, Leased, Pushed},
    totals::Totals,
};
use self::{
    job::JobKey,
    lanes::{Ageing, Lanes, Waiting},
    past::{Failed, Past, Recent},
};
pub use super::retry::ErrorKind;
use super::retry::Retry;
use crate::model::{Bytes, Priority, TaskId};

/// How a queue is bounded and ordered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct QueueOptions {
    /// The most tasks that wait.
    pub limit: usize,
    /// A task that waited this long is one priority higher; zero for never.
    pub age: Duration,
    /// The most failed tasks that are remembered.
    pub keep_failed: usize,
}

impl Default for QueueOptions {
    fn default() -> Self {
        // The limit holds a large repository's changes at some four megabytes; a minute is what a
        // person waits before wondering; a thousand failures are more than anyone reads.
        Self { limit: 65_536, age: Duration::from_mins(1), keep_failed: 1000 }
    }
}

/// A task that a worker has.
#[derive(Clone, Copy, Debug)]
struct Running {
    waiting: Waiting,
    priority: Priority,
    attempts: u32,
    started: Duration,
    bytes: Bytes,
    end: End,
}

/// Whether a running task may go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    Open,
    Cancelled,
}

/// What the last attempt of a living task died of, and what it took.
#[derive(Clone, Debug)]
struct Fault {
    error: TaskError,
    took: Duration,
    /// When the next attempt is due.
    due: Duration,
}

/// The tasks of an engine.
#[derive(Debug)]
pub struct Queue {
    options: QueueOptions,
    next_id: TaskId,
    paused: bool,
    max_attempts: u32,
    totals: Totals,
    /// Tasks that may run.
    ready: Lanes,
    /// Tasks that wait for their next attempt, which `due` orders.
    retrying: Lanes,
    due: BTreeSet<(Duration, TaskId)>,
    /// Tasks that wait for the end of equal work that began before they were submitted.
    following: Lanes,
    follower: BTreeMap<JobKey, TaskId>,
    running: BTreeMap<TaskId, Running>,
    /// The one task of each job that is ready, retrying or running.
    jobs: BTreeMap<JobKey, TaskId>,
    faults: BTreeMap<TaskId, Fault>,
    failed: Failed,
    recent: Recent,
}

impl Queue {
    /// Returns an empty queue whose first task is called `first_id`.
    #[must_use]
    pub fn new(options: QueueOptions, first_id: TaskId) -> Self {
        Self {
            options,
            next_id: first_id,
            paused: false,
            max_attempts: Retry::default().max_attempts(),
            totals: Totals::default(),
            ready: Lanes::default(),
            retrying: Lanes::default(),
            due: BTreeSet::new(),
            following: Lanes::default(),
            follower: BTreeMap::new(),
            running: BTreeMap::new(),
            jobs: BTreeMap::new(),
            faults: BTreeMap::new(),
            failed: Failed::new(options.keep_failed),
            recent: Recent::default(),
        }
    }

    /// Submits work. Equal work that waits is merged with it; behind equal work that runs, a new
    /// task waits until that has ended, because the file may have changed since it was read.
    ///
    /// # Errors
    /// Fails when the limit is reached and the work cannot be merged.
    pub fn push(&mut self, job: Job, priority: Priority, now: Duration) -> Result<Pushed, Full> {
        if let Some(id) = self.equal(job) {
            self.lift(id, priority);
            self.totals.merged += 1;
            return Ok(Pushed::Merged(id));
        }
        if self.room() == 0 {
            return Err(Full { limit: self.options.limit });
        }
        let id = self.next_id;
        self.next_id = TaskId(id.0.saturating_add(1));
        self.totals.submitted += 1;
        self.line_up(id, priority, Waiting::new(job, now));
        Ok(Pushed::New(id))
    }

    /// Returns the next task to run, by priority with ageing, then in the order of submission;
    /// `None` when paused or when nothing is due.
    pub fn lease(&mut self, now: Duration) -> Option<Leased> {
        if self.paused {
            return None;
        }
        self.wake(now);
        let (id, priority, waiting) = self.ready.pop(self.ageing(now))?;
        let attempts = u32::from(waiting.attempts) + 1;
        let running =
            Running { waiting, priority, attempts, started: now, bytes: Bytes(0), end: End::Open };
        self.running.insert(id, running);
        Some(Leased { id, job: waiting.job(), priority, attempts, started: now })
    }

    /// Returns when the next retry is due, never before `now`; `None` when a task is ready already
    /// or none may start.
    #[must_use]
    pub fn next_due(&self, now: Duration) -> Option<Duration> {
        if self.paused || !self.ready.is_empty() {
            return None;
        }
        self.due.first().map(|(at, _)| now.max(*at))
    }

    /// Takes a task back: a waiting one at once, a running one when who runs it stops it.
    pub fn cancel(&mut self, id: TaskId) -> Cancelled {
        if let Some(running) = self.running.get_mut(&id) {
            running.end = End::Cancelled;
            return Cancelled::Running;
        }
        if self.take_back(id) { Cancelled::Queued } else { Cancelled::Unknown }
    }

    /// Moves a waiting task one priority up and returns the one it has now; `None` when it does
    /// not wait.
    pub fn raise(&mut self, id: TaskId) -> Option<Priority> {
        let (priority, _) = self.waiting(id)?;
        self.lift(id, lanes::above(priority))
    }

    /// Starts no new task.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Starts tasks again.
    pub fn resume(&mut self) {
        self.paused = false;
    }

    /// Returns true when no new task is started.
    #[must_use]
    pub const fn is_paused(&self) -> bool {
        self.paused
    }

    /// Returns how many tasks wait, for a worker or for their next attempt.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ready.len() + self.retrying.len() + self.following.len()
    }

    /// Returns true when no task waits; some may still run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many tasks run.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running.len()
    }

    /// Returns how many more tasks may wait.
    #[must_use]
    pub fn room(&self) -> usize {
        self.options.limit.saturating_sub(self.len())
    }

    /// Returns true when no task waits or runs.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.is_empty() && self.running.is_empty()
    }

    /// Returns the counts of all that ever happened here.
    #[must_use]
    pub const fn totals(&self) -> Totals {
        self.totals
    }

    /// Returns the id that the next new task will have: to be saved.
    #[must_use]
    pub const fn next_id(&self) -> TaskId {
        self.next_id
    }

    /// Tells how many attempts rows show as allowed, until a failure brings its own policy.
    pub fn set_max_attempts(&mut self, attempts: u32) {
        self.max_attempts = attempts;
    }

    /// Returns true for a running task that was taken back.
    #[must_use]
    pub fn is_cancelled(&self, id: TaskId) -> bool {
        self.running.get(&id).is_some_and(|running| running.end == End::Cancelled)
    }

    /// Returns the task that does this work right now.
    #[must_use]
    pub fn running_on(&self, job: Job) -> Option<TaskId> {
        let id = *self.jobs.get(&job.key())?;
        self.running.contains_key(&id).then_some(id)
    }

    /// Gives an id away for work that does not wait here.
    pub const fn take_id(&mut self) -> TaskId {
        let id = self.next_id;
        self.next_id = TaskId(id.0.saturating_add(1));
        id
    }

    /// Notes how many bytes a running task works on.
    pub fn set_progress(&mut self, id: TaskId, bytes: Bytes) {
        if let Some(running) = self.running.get_mut(&id) {
            running.bytes = bytes;
        }
    }

    /// Returns the task that waits to do this.
    fn equal(&self, job: Job) -> Option<TaskId> {
        let id = *self.jobs.get(&job.key())?;
        if self.running.contains_key(&id) {
            self.follower.get(&job.key()).copied()
        } else {
            Some(id)
        }
    }

    /// Lets a task that has no equal wait: behind the one that does the same now, if there is one.
    fn line_up(&mut self, id: TaskId, priority: Priority, waiting: Waiting) {
        let key = waiting.job().key();
        if self.jobs.contains_key(&key) {
            self.following.insert(id, priority, waiting);
            self.follower.insert(key, id);
        } else {
            self.ready.insert(id, priority, waiting);
            self.jobs.insert(key, id);
        }
    }

    const fn ageing(&self, now: Duration) -> Ageing {
        Ageing { age: self.options.age, now }
    }

    /// Makes the retries that are due ready.
    fn wake(&mut self, now: Duration) {
        while let Some(&(at, id)) = self.due.first()
            && at <= now
        {
            self.due.pop_first();
            if let Some((priority, waiting)) = self.retrying.remove(id) {
                self.ready.insert(id, priority, waiting);
            }
        }
    }

    fn waiting(&self, id: TaskId) -> Option<(Priority, &Waiting)> {
        let lanes = [&self.ready, &self.retrying, &self.following];
        lanes.into_iter().find_map(|lanes| lanes.find(id))
    }

    fn lift(&mut self, id: TaskId, wanted: Priority) -> Option<Priority> {
        let lanes = [&mut self.ready, &mut self.retrying, &mut self.following];
        lanes.into_iter().find_map(|lanes| lanes.lift(id, wanted))
    }
}

#[cfg(test)]
mod tests;
