//! Taking times, and letting them pass.

use std::{hint::black_box, sync::mpsc, time::Duration};

use larder::model::{Clock, SystemClock};

/// Returns how long something took, and what it returned.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let clock = SystemClock::start();
    let result = run();
    (clock.monotonic(), result)
}

/// Returns how long each of so many runs took.
pub(crate) fn times<T>(runs: usize, mut run: impl FnMut() -> T) -> Vec<Duration> {
    (0..runs).map(|_| timed(|| black_box(run())).0).collect()
}

/// Lets so much time pass.
pub(crate) fn pass(time: Duration) {
    let (keep_open, nothing) = mpsc::channel::<()>();
    nothing.recv_timeout(time).ok();
    drop(keep_open);
}
