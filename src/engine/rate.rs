//! How fast the work goes and how long it will take: numbers over sliding windows.
//!
//! Deliberately not here: the clock; every call brings the moment.

use std::time::Duration;

use crate::model::{Bytes, Millis};

/// Buckets of a window: the share by which a number jumps when the oldest one leaves.
const BUCKETS: usize = 8;
/// One second for the speed that is shown.
const SPEED_BUCKET: Duration = Duration::from_millis(125);
/// Eight seconds for the time left, which should not jump with each large file.
const PACE_BUCKET: Duration = Duration::from_secs(1);
/// Before this, a start-up is all there is to see.
const ENOUGH: Duration = Duration::from_secs(1);
/// With fewer files than this seen, the next one may be of any size.
const ENOUGH_FILES: u64 = 8;
/// Longer than this is no estimate but a standstill.
const LONGEST: Duration = Duration::from_hours(100);

/// Speed and time left.
#[derive(Clone, Debug)]
pub struct Rate {
    bytes: Window,
    files: Window,
}

impl Rate {
    /// Starts to measure at `now`.
    #[must_use]
    pub fn new(now: Duration) -> Self {
        Self { bytes: Window::new(SPEED_BUCKET, now), files: Window::new(PACE_BUCKET, now) }
    }

    /// Starts again at `now`, as when new work begins after a rest.
    pub fn restart(&mut self, now: Duration) {
        *self = Self::new(now);
    }

    /// Notes that `files` files of `bytes` bytes together were settled.
    pub fn add(&mut self, files: u64, bytes: Bytes, now: Duration) {
        self.files.add(files, now);
        self.bytes.add(bytes.0, now);
    }

    /// Returns the bytes per second over the last second.
    #[must_use]
    pub fn bytes_per_second(&self, now: Duration) -> Bytes {
        Bytes(self.bytes.per_second(now))
    }

    /// Returns the time left when `done` of `total` files are settled, or `None` while there is
    /// not enough to tell, or nothing moves.
    #[must_use]
    pub fn left(&self, done: u64, total: u64, now: Duration) -> Option<Millis> {
        let open = total.saturating_sub(done);
        if open == 0 {
            return (total > 0).then_some(Millis(0));
        }
        let (seen, over) = self.files.seen(now);
        if over < ENOUGH || seen < ENOUGH_FILES {
            return None;
        }
        let left = u128::from(open) * over.as_millis() / u128::from(seen);
        (left <= LONGEST.as_millis()).then_some(Millis(u64::try_from(left).ok()?))
    }
}

/// A sum over the last [`BUCKETS`] spans of time.
#[derive(Clone, Debug)]
struct Window {
    width: Duration,
    start: Duration,
    sums: [u64; BUCKETS],
    /// The number of the newest bucket, counted from `start`.
    newest: u64,
}

impl Window {
    const fn new(width: Duration, start: Duration) -> Self {
        Self { width, start, sums: [0; BUCKETS], newest: 0 }
    }

    fn bucket(&self, now: Duration) -> u64 {
        let number = now.saturating_sub(self.start).as_nanos() / self.width.as_nanos();
        u64::try_from(number).unwrap_or(u64::MAX).max(self.newest)
    }

    fn add(&mut self, amount: u64, now: Duration) {
        let bucket = self.bucket(now);
        let passed = (bucket - self.newest).min(BUCKETS as u64);
        for number in bucket - passed..bucket {
            self.sums[place(number + 1)] = 0;
        }
        self.newest = bucket;
        let sum = &mut self.sums[place(bucket)];
        *sum = sum.saturating_add(amount);
    }

    /// Returns what was added within the window, and the time that the window covers by now.
    fn seen(&self, now: Duration) -> (u64, Duration) {
        let bucket = self.bucket(now);
        let first = bucket.saturating_sub(BUCKETS as u64 - 1);
        let seen =
            (first..=self.newest).fold(0_u64, |sum, n| sum.saturating_add(self.sums[place(n)]));
        let begin = self.start.saturating_add(times(self.width, first));
        (seen, now.saturating_sub(begin))
    }

    fn per_second(&self, now: Duration) -> u64 {
        let (seen, over) = self.seen(now);
        // The first bucket is not extrapolated: ten bytes after a microsecond are no ten megabytes.
        let over = over.max(self.width);
        u64::try_from(u128::from(seen) * 1_000_000_000 / over.as_nanos()).unwrap_or(u64::MAX)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the remainder is below the bucket count")]
const fn place(number: u64) -> usize {
    (number % BUCKETS as u64) as usize
}

fn times(width: Duration, count: u64) -> Duration {
    let nanos = width.as_nanos().saturating_mul(u128::from(count));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Ten files of a kilobyte each tenth of a second, for `seconds`.
    fn steady(seconds: u64) -> Rate {
        let mut rate = Rate::new(ms(0));
        for tenth in 1..=seconds * 10 {
            rate.add(10, Bytes(10_000), ms(tenth * 100));
        }
        rate
    }

    #[test]
    fn steady_work_has_a_steady_speed_and_time_left() {
        let rate = steady(20);
        for late in [20_000, 20_040, 20_090] {
            let speed = rate.bytes_per_second(ms(late)).0;
            assert!((85_000..=115_000).contains(&speed), "{speed}");
            let left = rate.left(2000, 3000, ms(late)).unwrap().0;
            assert!((9_000..=11_000).contains(&left), "{left}");
        }
    }

    #[test]
    fn little_seen_is_not_enough_to_tell() {
        let mut rate = Rate::new(ms(0));
        assert_eq!(rate.left(0, 100, ms(5_000)), None);
        rate.add(50, Bytes(9), ms(500));
        assert_eq!(rate.left(50, 100, ms(600)), None);
        assert!(rate.left(50, 100, ms(2_000)).is_some());
        let mut few = Rate::new(ms(0));
        few.add(3, Bytes(9), ms(500));
        assert_eq!(few.left(3, 100, ms(2_000)), None);
    }

    #[test]
    fn a_standstill_has_no_speed_and_no_time_left() {
        let rate = steady(3);
        assert_eq!(rate.bytes_per_second(ms(9_000)), Bytes(0));
        assert_eq!(rate.left(300, 400, ms(60_000)), None);
    }

    #[test]
    fn finished_work_has_nothing_left() {
        assert_eq!(steady(2).left(7, 7, ms(2_000)), Some(Millis(0)));
        assert_eq!(Rate::new(ms(0)).left(0, 0, ms(0)), None);
    }

    proptest! {
        #[test]
        fn numbers_are_bounded_by_what_was_added(
            steps in prop::collection::vec((0_u64..3_000, 0_u64..500, 0_u64..1_000_000_000), 1..80),
            rest in 0_u64..20_000,
        ) {
            let mut rate = Rate::new(ms(17));
            let (mut now, mut all) = (17, 0_u64);
            for (wait, files, bytes) in steps {
                now += wait;
                all += bytes;
                rate.add(files, Bytes(bytes), ms(now));
                let speed = rate.bytes_per_second(ms(now)).0;
                prop_assert!(speed <= all * 8, "{speed} of {all}");
                if let Some(left) = rate.left(10, 1_000_000, ms(now)) {
                    prop_assert!(u128::from(left.0) <= LONGEST.as_millis());
                }
            }
            prop_assert!(rate.bytes_per_second(ms(now + rest)).0 <= all * 8);
        }

        #[test]
        fn a_clock_that_jumps_does_no_harm(
            steps in prop::collection::vec((any::<u64>(), any::<u64>(), any::<u64>()), 1..40),
        ) {
            let mut rate = Rate::new(Duration::from_nanos(steps[0].0));
            for (nanos, files, bytes) in steps {
                let now = Duration::from_nanos(nanos);
                rate.add(files, Bytes(bytes), now);
                let _ = (rate.bytes_per_second(now), rate.left(0, u64::MAX, now));
            }
        }
    }
}
