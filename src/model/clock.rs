//! The only place that asks the time.

use std::{
    fmt::Debug,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use super::UnixNanos;

/// Tells the time; everything that needs it takes one.
pub trait Clock: Debug + Send + Sync {
    /// Returns the moment by the wall clock, which may jump in both directions.
    fn wall(&self) -> UnixNanos;

    /// Returns the time since some fixed start; it never goes backwards.
    fn monotonic(&self) -> Duration;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Starts a clock whose monotonic time begins now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the time")]
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the time")]
    fn wall(&self) -> UnixNanos {
        UnixNanos(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => {
                i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos)
            }
        })
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock for tests that stands still until it is moved.
#[derive(Debug)]
pub struct FakeClock {
    wall_start: i64,
    moved_ns: AtomicU64,
}

impl FakeClock {
    /// Returns a clock that stands at `wall`, with zero monotonic time.
    #[must_use]
    pub const fn at(wall: UnixNanos) -> Self {
        Self { wall_start: wall.0, moved_ns: AtomicU64::new(0) }
    }

    /// Moves both times forward.
    pub fn advance(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.moved_ns.fetch_add(nanos, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn wall(&self) -> UnixNanos {
        let moved = i64::try_from(self.moved_ns.load(Ordering::SeqCst)).unwrap_or(i64::MAX);
        UnixNanos(self.wall_start.saturating_add(moved))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(self.moved_ns.load(Ordering::SeqCst))
    }
}
