//! The queue as others see it: rows for a screen, and what survives a restart.

use std::time::Duration;

use super::{
    Past, Queue, Running, Waiting,
    lanes::{InOrder, Turn},
};
use crate::{
    engine::saved::{SAVED_LIMIT, SavedTask},
    model::{Bytes, Millis, NodeId, Priority, RepoPath, TaskId, TaskState, TaskView, TasksView},
};

impl Queue {
    /// Returns the queue at a glance, with at most `limit` waiting and `limit` failed tasks. A
    /// retrying task stands where it will run once it is due.
    pub fn view(
        &self,
        limit: usize,
        now: Duration,
        workers: u32,
        path_of: impl Fn(NodeId) -> RepoPath,
    ) -> TasksView {
        let running = self.running.iter();
        TasksView {
            running: running.map(|(id, run)| self.running_row(*id, run, now, &path_of)).collect(),
            queued: self
                .in_order(now)
                .take(limit)
                .map(|turn| self.waiting_row(&turn, now, &path_of))
                .collect(),
            failed: self
                .failed
                .newest_first()
                .take(limit)
                .map(|past| self.past_row(past, &path_of))
                .collect(),
            queued_total: self.len() as u64,
            failed_total: self.totals.still_failed(),
            completed_total: self.totals.completed,
            cancelled_total: self.totals.cancelled,
            paused: self.paused,
            workers,
        }
    }

    /// Returns one task: any that waits, runs or has failed, and the last ones that ended well or
    /// were cancelled; `None` for any other id.
    pub fn task(
        &self,
        id: TaskId,
        now: Duration,
        path_of: impl Fn(NodeId) -> RepoPath,
    ) -> Option<TaskView> {
        if let Some(running) = self.running.get(&id) {
            return Some(self.running_row(id, running, now, &path_of));
        }
        let lanes = [
            (&self.ready, TaskState::Queued),
            (&self.retrying, TaskState::Retrying),
            (&self.following, TaskState::Queued),
        ];
        for (lanes, tag) in lanes {
            if let Some((priority, waiting)) = lanes.find(id) {
                return Some(self.waiting_row(&Turn { id, priority, waiting, tag }, now, &path_of));
            }
        }
        let past = self.failed.find(id).or_else(|| self.recent.find(id))?;
        Some(self.past_row(past, &path_of))
    }

    /// Returns what is worth keeping over a restart, at most [`SAVED_LIMIT`] tasks: first what
    /// runs, what retries and what failed, then what waits with high or medium priority, in order.
    /// Queued warm-up is left out: the next walk finds it again.
    pub fn saved(&self, path_of: impl Fn(NodeId) -> RepoPath) -> Vec<SavedTask> {
        let kept = |node, task: SavedTask| SavedTask { path: path_of(node), ..task };
        let running = self.running.iter().map(|(id, run)| {
            kept(run.waiting.node, self.saved_task(*id, run.priority, run.attempts, &run.waiting))
        });
        let waiting = |turn: Turn<'_, TaskState>| {
            let attempts = u32::from(turn.waiting.attempts);
            let task = self.saved_task(turn.id, turn.priority, attempts, turn.waiting);
            kept(turn.waiting.node, task)
        };
        // Without ageing: how long a task has waited is not saved either, and so warm-up is last.
        let mut retrying = InOrder::new(self.ageing(Duration::ZERO));
        retrying.add(&self.retrying, TaskState::Retrying);
        let mut queued = InOrder::new(self.ageing(Duration::ZERO));
        queued.add(&self.ready, TaskState::Queued);
        queued.add(&self.following, TaskState::Queued);
        let wanted = queued.take_while(|turn| turn.priority != Priority::Low);
        let failed = self.failed.newest_first().map(|past| {
            let task = self.saved_task(past.id, past.priority, past.attempts, &past.waiting);
            let error = past.error.as_ref().map(ToString::to_string);
            kept(past.waiting.node, SavedTask { error, ..task })
        });
        running
            .chain(retrying.map(waiting))
            .chain(failed)
            .chain(wanted.map(waiting))
            .take(SAVED_LIMIT)
            .collect()
    }

    fn saved_task(
        &self,
        id: TaskId,
        priority: Priority,
        attempts: u32,
        waiting: &Waiting,
    ) -> SavedTask {
        let error = self.faults.get(&id).map(|fault| fault.error.to_string());
        SavedTask { kind: waiting.kind, path: RepoPath::root(), priority, attempts, error }
    }

    fn in_order(&self, now: Duration) -> InOrder<'_, TaskState> {
        let mut turns = InOrder::new(self.ageing(now));
        turns.add(&self.ready, TaskState::Queued);
        turns.add(&self.retrying, TaskState::Retrying);
        turns.add(&self.following, TaskState::Queued);
        turns
    }

    fn running_row(
        &self,
        id: TaskId,
        running: &Running,
        now: Duration,
        path_of: &impl Fn(NodeId) -> RepoPath,
    ) -> TaskView {
        TaskView {
            id,
            kind: running.waiting.kind,
            subject: path_of(running.waiting.node),
            priority: running.priority,
            state: TaskState::Running,
            attempts: running.attempts,
            max_attempts: self.max_attempts,
            elapsed: millis(now.saturating_sub(running.started)),
            next_try: None,
            bytes: running.bytes,
            pieces: None,
            error: self.faults.get(&id).map(|fault| fault.error.to_string()),
        }
    }

    fn waiting_row(
        &self,
        turn: &Turn<'_, TaskState>,
        now: Duration,
        path_of: &impl Fn(NodeId) -> RepoPath,
    ) -> TaskView {
        let fault = self.faults.get(&turn.id);
        let retrying = turn.tag == TaskState::Retrying;
        TaskView {
            id: turn.id,
            kind: turn.waiting.kind,
            subject: path_of(turn.waiting.node),
            priority: turn.priority,
            state: turn.tag,
            attempts: u32::from(turn.waiting.attempts),
            max_attempts: self.max_attempts,
            elapsed: fault.map_or(Millis(0), |fault| millis(fault.took)),
            next_try: fault.filter(|_| retrying).map(|fault| millis(fault.due.saturating_sub(now))),
            bytes: Bytes(0),
            pieces: None,
            error: fault.map(|fault| fault.error.to_string()),
        }
    }

    fn past_row(&self, past: &Past, path_of: &impl Fn(NodeId) -> RepoPath) -> TaskView {
        TaskView {
            id: past.id,
            kind: past.waiting.kind,
            subject: path_of(past.waiting.node),
            priority: past.priority,
            state: past.state,
            attempts: past.attempts,
            max_attempts: self.max_attempts,
            elapsed: millis(past.took),
            next_try: None,
            bytes: past.bytes,
            pieces: None,
            error: past.error.as_ref().map(ToString::to_string),
        }
    }
}

fn millis(time: Duration) -> Millis {
    Millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
