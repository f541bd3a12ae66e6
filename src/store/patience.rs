//! Threads of sled that do not wake for nothing.
//!
//! The first use of sled starts seven threads for the rest of the process, and each looks once a
//! second whether it is needed, although it is told when it is. A thread inherits how late its
//! timers may be: those that sled starts while one of these lives sleep until they are told.

use std::cell::Cell;

thread_local! {
    /// Whether timers of this thread may be late; the kernel tells it in too few bits.
    static IS_LATE: Cell<bool> = const { Cell::new(false) };
}

/// While it lives, threads that this one starts are in no hurry with their timers.
#[derive(Debug)]
pub(super) struct Patience {
    is_outer: bool,
}

impl Patience {
    /// Begins here; the thread itself must not wait for a time meanwhile.
    pub(super) fn begin() -> Self {
        let is_outer = !IS_LATE.replace(true);
        if is_outer {
            set(Slack::Hours);
        }
        Self { is_outer }
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        if self.is_outer {
            IS_LATE.set(false);
            set(Slack::Usual);
        }
    }
}

/// How late timers of a thread may be.
#[derive(Clone, Copy, Debug)]
enum Slack {
    /// What the thread began with.
    Usual,
    /// So late that nothing wakes for them.
    Hours,
}

#[cfg(target_os = "linux")]
fn set(slack: Slack) {
    /// Twelve hours in nanoseconds.
    const HOURS: std::num::NonZeroU64 = std::num::NonZeroU64::new(43_200_000_000_000).unwrap();
    let slack = match slack {
        Slack::Usual => None,
        Slack::Hours => Some(HOURS),
    };
    if let Err(error) = rustix::thread::set_current_timer_slack(slack) {
        tracing::debug!(%error, "threads of the store wake once a second");
    }
}

/// Elsewhere timers are on time.
#[cfg(not(target_os = "linux"))]
fn set(_: Slack) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn slack() -> u64 {
        let thread = rustix::thread::gettid().as_raw_nonzero();
        let text = std::fs::read_to_string(format!("/proc/{thread}/timerslack_ns"));
        text.ok().and_then(|text| text.trim().parse().ok()).expect("Linux has told it since 4.6")
    }

    #[test]
    fn threads_that_begin_meanwhile_are_in_no_hurry_and_later_ones_are() {
        let usual = slack();
        let patience = Patience::begin();
        let meanwhile = std::thread::spawn(slack).join().unwrap();
        drop(patience);
        let later = std::thread::spawn(slack).join().unwrap();
        assert!(meanwhile > 3_600_000_000_000, "{meanwhile}");
        assert_eq!((slack(), later), (usual, usual));
    }
    #[test]
    fn patience_that_ends_leaves_the_one_around_it() {
        let usual = slack();
        let outer = Patience::begin();
        drop(Patience::begin());
        assert!(slack() > 3_600_000_000_000, "{}", slack());
        drop(outer);
        assert_eq!(slack(), usual);
    }
}
