//! Taking a lock that a panic elsewhere cannot make useless.
//!
//! What these locks guard is plain data that is whole between any two statements, so a poisoned
//! lock is taken all the same.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Returns the guard of `mutex`.
pub(super) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for `condvar` and returns the guard again.
pub(super) fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Waited {
    /// What was waited for came.
    Came,
    /// The time was up before.
    TimeUp,
}

/// Waits for `condvar` at most `limit`, while `still` holds.
pub(super) fn wait_while<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    limit: Duration,
    still: impl FnMut(&mut T) -> bool,
) -> (MutexGuard<'a, T>, Waited) {
    let (guard, result) =
        condvar.wait_timeout_while(guard, limit, still).unwrap_or_else(PoisonError::into_inner);
    (guard, if result.timed_out() { Waited::TimeUp } else { Waited::Came })
}
