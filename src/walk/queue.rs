//! Folders still to be listed, shared by the threads of a walk.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Work that makes more work: it is over when nothing is queued and nobody is busy.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    /// The last in is the first out, so that few folders wait at any time.
    waiting: Vec<T>,
    busy: usize,
    stopped: bool,
}

/// One piece of work; while it lives, others wait for what it may add.
pub(super) struct Taken<'q, T> {
    queue: &'q Queue<T>,
    /// The work.
    pub(super) work: T,
}

impl<T> Queue<T> {
    /// Returns a queue with one piece of work.
    pub(super) fn new(first: T) -> Self {
        let state = State { waiting: vec![first], busy: 0, stopped: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Waits for work; `None` when there will be no more.
    pub(super) fn take(&self) -> Option<Taken<'_, T>> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return None;
            }
            if let Some(work) = state.waiting.pop() {
                state.busy += 1;
                return Some(Taken { queue: self, work });
            }
            if state.busy == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Adds work.
    pub(super) fn add(&self, work: Vec<T>) {
        let more = work.len();
        self.lock().waiting.extend(work);
        match more {
            0 => {}
            1 => self.changed.notify_one(),
            _ => self.changed.notify_all(),
        }
    }

    /// Ends the work for everyone.
    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.busy -= 1;
        if state.busy == 0 && state.waiting.is_empty() {
            drop(state);
            self.queue.changed.notify_all();
        }
    }
}
