//! How tasks end, and how ended ones begin again.

use std::time::Duration;

use super::{
    End, ErrorKind, Failure, Fault, Full, Job, JobKey, NotRetried, Past, Pushed, Queue, Retry,
    Running, TaskError, Waiting,
};
use crate::{
    engine::saved::SavedTask,
    model::{Bytes, NodeId, Priority, TaskId, TaskState},
};

impl Queue {
    /// Ends a running task that is done; does nothing when `id` does not run.
    pub fn complete(&mut self, id: TaskId, now: Duration) {
        let Some(running) = self.running.remove(&id) else { return };
        self.totals.completed += 1;
        self.totals.overtaken += self.failed.forget(running.waiting.job());
        let past = self.past(id, running, TaskState::Completed, now);
        self.recent.push(past);
        self.release(running.waiting.job());
    }

    /// Ends an attempt that failed: there is another one when `retry` says so.
    #[expect(clippy::too_many_arguments, reason = "policy, time and chance all come from outside")]
    pub fn fail(
        &mut self,
        id: TaskId,
        error: TaskError,
        now: Duration,
        retry: &Retry,
        seed: u64,
    ) -> Failure {
        self.max_attempts = retry.max_attempts();
        let Some(running) = self.running.remove(&id) else { return Failure::Final };
        if running.end == End::Cancelled || error.kind == ErrorKind::Cancelled {
            self.end_as_cancelled(id, running, now);
            return Failure::Final;
        }
        let wait = retry.wait_after(error.kind, running.attempts, seed);
        let due = now.saturating_add(wait.unwrap_or_default());
        let took = now.saturating_sub(running.started);
        self.faults.insert(id, Fault { error, took, due });
        if wait.is_none() {
            self.totals.failed += 1;
            let past = self.past(id, running, TaskState::Failed, now);
            self.totals.overtaken += self.failed.push(past);
            self.release(running.waiting.job());
            return Failure::Final;
        }
        let attempts = u16::try_from(running.attempts).unwrap_or(u16::MAX);
        let waiting = Waiting { attempts, ..running.waiting };
        // Who waits behind it would otherwise wait with a lower priority than its own.
        let behind = self.follower.get(&waiting.job().key());
        let behind = behind.and_then(|&id| self.following.find(id)).map(|(priority, _)| priority);
        let priority = behind.map_or(running.priority, |priority| priority.min(running.priority));
        self.retrying.insert(id, priority, waiting);
        self.due.insert((due, id));
        Failure::Retrying { at: due }
    }

    /// Ends a running task that was cancelled and has stopped.
    pub fn end_cancelled(&mut self, id: TaskId) {
        if let Some(running) = self.running.remove(&id) {
            // What a stopped task took says nothing, so nobody has to bring the time.
            self.end_as_cancelled(id, running, running.started);
        }
    }

    /// Takes every waiting task back and returns how many.
    pub fn cancel_all(&mut self) -> usize {
        let count = self.len();
        for lanes in [&mut self.ready, &mut self.retrying, &mut self.following] {
            for (id, priority, waiting) in std::mem::take(lanes).into_all() {
                self.recent.push(taken_back(id, priority, waiting, None));
            }
        }
        self.totals.cancelled += count as u64;
        self.due.clear();
        self.follower.clear();
        let running = &self.running;
        self.jobs.retain(|_, id| running.contains_key(id));
        self.faults.retain(|id, _| running.contains_key(id));
        count
    }

    /// Tries a failed task again before all else, or a retrying one at once, counting its attempts
    /// anew. When equal work waits already, that is moved forward instead.
    ///
    /// # Errors
    /// Fails when it has not failed, or when there is no room.
    pub fn retry(&mut self, id: TaskId, now: Duration) -> Result<(), NotRetried> {
        if let Some((_, waiting)) = self.retrying.remove(id) {
            if let Some(fault) = self.faults.get(&id) {
                self.due.remove(&(fault.due, id));
            }
            self.ready.insert(id, Priority::High, Waiting { attempts: 0, ..waiting });
            return Ok(());
        }
        self.again(id, Priority::High, now)
    }

    /// Tries every failed task again, each with its own priority, as far as there is room, and
    /// returns how many.
    pub fn retry_all(&mut self, now: Duration) -> usize {
        let ids = self.failed.ids();
        ids.into_iter()
            .filter(|&id| {
                let priority = self.failed.find(id).map(|past| past.priority);
                priority.is_some_and(|priority| self.again(id, priority, now).is_ok())
            })
            .count()
    }

    /// Forgets the work on an entry that is gone: what waits is taken back, what failed no longer
    /// matters, what runs will end by itself.
    pub fn forget_node(&mut self, node: NodeId) {
        let all = (node, u8::MIN)..=(node, u8::MAX);
        let following: Vec<TaskId> = self.follower.range(all.clone()).map(|(_, id)| *id).collect();
        let others: Vec<TaskId> = self.jobs.range(all).map(|(_, id)| *id).collect();
        for id in following.into_iter().chain(others) {
            self.take_back(id);
        }
        self.totals.overtaken += self.failed.forget_node(node);
    }

    /// Submits again what a queue before this one left behind. What failed then is tried again;
    /// until it is done, the task shows what went wrong.
    ///
    /// # Errors
    /// Fails when the limit is reached.
    pub fn restore(&mut self, job: Job, saved: &SavedTask, now: Duration) -> Result<Pushed, Full> {
        let pushed = self.push(job, saved.priority, now)?;
        if let Some(text) = &saved.error {
            let fault = Fault { error: TaskError::parse(text), took: Duration::ZERO, due: now };
            self.faults.entry(pushed.id()).or_insert(fault);
        }
        Ok(pushed)
    }

    /// Takes a waiting task back, and returns false when there is none of this id.
    pub(super) fn take_back(&mut self, id: TaskId) -> bool {
        let (priority, waiting) = if let Some(found) = self.following.remove(id) {
            self.follower.remove(&found.1.job().key());
            found
        } else if let Some(found) = self.ready.remove(id).or_else(|| self.retrying.remove(id)) {
            found
        } else {
            return false;
        };
        let fault = self.faults.remove(&id);
        if let Some(fault) = &fault {
            self.due.remove(&(fault.due, id));
        }
        self.totals.cancelled += 1;
        self.recent.push(taken_back(id, priority, waiting, fault));
        if self.jobs.get(&waiting.job().key()) == Some(&id) {
            self.release(waiting.job());
        }
        true
    }

    fn end_as_cancelled(&mut self, id: TaskId, running: Running, now: Duration) {
        self.totals.cancelled += 1;
        let past = self.past(id, running, TaskState::Cancelled, now);
        self.recent.push(past);
        self.release(running.waiting.job());
    }

    fn past(&mut self, id: TaskId, running: Running, state: TaskState, now: Duration) -> Past {
        Past {
            id,
            waiting: running.waiting,
            priority: running.priority,
            state,
            attempts: running.attempts,
            took: now.saturating_sub(running.started),
            bytes: running.bytes,
            error: self.faults.remove(&id).map(|fault| fault.error),
        }
    }

    /// Frees a job: the task that waited behind it is ready.
    fn release(&mut self, job: Job) {
        let key: JobKey = job.key();
        self.jobs.remove(&key);
        let Some(id) = self.follower.remove(&key) else { return };
        if let Some((priority, waiting)) = self.following.remove(id) {
            self.ready.insert(id, priority, waiting);
            self.jobs.insert(key, id);
        }
    }

    /// Makes a failed task wait again under its id.
    fn again(&mut self, id: TaskId, priority: Priority, now: Duration) -> Result<(), NotRetried> {
        let job = self.failed.find(id).ok_or(NotRetried::NotFailed(id))?.job();
        if let Some(equal) = self.equal(job) {
            self.lift(equal, priority);
            self.totals.merged += 1;
            self.totals.overtaken += self.failed.forget(job);
            return Ok(());
        }
        if self.room() == 0 {
            return Err(Full { limit: self.options.limit }.into());
        }
        let Some(past) = self.failed.take(job) else { return Err(NotRetried::NotFailed(id)) };
        self.totals.failed -= 1;
        if let Some(error) = past.error {
            self.faults.insert(id, Fault { error, took: past.took, due: now });
        }
        self.line_up(id, priority, Waiting { attempts: 0, ..past.waiting });
        Ok(())
    }
}

fn taken_back(id: TaskId, priority: Priority, waiting: Waiting, fault: Option<Fault>) -> Past {
    Past {
        id,
        waiting,
        priority,
        state: TaskState::Cancelled,
        attempts: u32::from(waiting.attempts),
        took: fault.as_ref().map_or(Duration::ZERO, |fault| fault.took),
        bytes: Bytes(0),
        error: fault.map(|fault| fault.error),
    }
}
