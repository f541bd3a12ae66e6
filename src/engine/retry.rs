//! When a failed task is tried again: a function of the error, the attempt and a seed.
//!
//! Deliberately not here: waiting, and the source of the seed.

use std::time::Duration;

use strum::{Display, EnumString};

/// What kind of failure it was; only a transient one is worth another attempt.
#[derive(Clone, Copy, Debug, Display, EnumString, Eq, Hash, PartialEq)]
#[strum(serialize_all = "kebab-case")]
pub enum ErrorKind {
    /// May pass: a busy store, an interrupted read, a full table of open files.
    Transient,
    /// Will be the same next time.
    Permanent,
    /// The job panicked: a fault of ours, and no reason to run into it again.
    Panic,
    /// The job was stopped.
    Cancelled,
}

impl ErrorKind {
    /// Returns true when another attempt may end otherwise.
    #[must_use]
    pub const fn is_worth_retrying(self) -> bool {
        match self {
            Self::Transient => true,
            Self::Permanent | Self::Panic | Self::Cancelled => false,
        }
    }
}

/// How often and after which waits a failed task is tried again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retry {
    /// Attempts after the first one; 0 never tries again.
    pub attempts: u32,
    /// The wait before the second attempt.
    pub base: Duration,
    /// By what each further wait is longer than the one before.
    pub factor: f64,
    /// No wait is longer than this.
    pub cap: Duration,
    /// The part of a wait, from 0 to 1, by which it is made shorter or longer at random, so that
    /// tasks that failed together do not come back together.
    pub jitter: f64,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            base: Duration::from_millis(100),
            factor: 2.0,
            cap: Duration::from_secs(30),
            jitter: 0.1,
        }
    }
}

impl Retry {
    /// Returns the policy that makes `calls` in all, the first one included; at least one.
    #[must_use]
    pub fn calls(calls: u32) -> Self {
        Self { attempts: calls.saturating_sub(1), ..Self::default() }
    }

    /// Returns the attempts allowed in all, the first one included.
    #[must_use]
    pub const fn max_attempts(&self) -> u32 {
        self.attempts.saturating_add(1)
    }

    /// Returns how long to wait after failed attempt number `attempt`, counted from 1, or `None`
    /// when it was the last one allowed.
    #[must_use]
    pub fn wait(&self, attempt: u32, seed: u64) -> Option<Duration> {
        if attempt > self.attempts {
            return None;
        }
        if self.base.is_zero() {
            return Some(Duration::ZERO);
        }
        let cap = self.cap.as_secs_f64();
        let grown = self.base.as_secs_f64() * self.factor.powf(f64::from(attempt.max(1) - 1));
        // A factor of nonsense makes NaN, which `min` turns into the cap.
        let wait = grown.min(cap);
        let spread = self.jitter.clamp(0.0, 1.0) * (2.0 * fraction(seed, attempt) - 1.0);
        let wait = if spread.is_nan() { wait } else { wait * (1.0 + spread) };
        // The last word is the cap's own: as a fraction it is rounded.
        Some(Duration::try_from_secs_f64(wait.max(0.0)).map_or(self.cap, |wait| wait.min(self.cap)))
    }

    /// Returns how long to wait after an attempt that failed with `kind`, or `None` when there is
    /// no further one: it was the last, or another would end the same.
    #[must_use]
    pub fn wait_after(&self, kind: ErrorKind, attempt: u32, seed: u64) -> Option<Duration> {
        if kind.is_worth_retrying() { self.wait(attempt, seed) } else { None }
    }
}

/// Returns a number in `0.0..1.0` that is scattered evenly over seeds and attempts (`SplitMix64`).
#[expect(clippy::cast_precision_loss, reason = "53 bits are what a fraction holds")]
fn fraction(seed: u64, attempt: u32) -> f64 {
    let mut bits = seed.wrapping_add(u64::from(attempt).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests;
