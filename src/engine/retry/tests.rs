//! Retry vectors and laws.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// Calls a job that fails `fails` times, and returns the calls made, the waits and whether it was
/// well at the end.
fn play(retry: &Retry, fails: u32, kind: ErrorKind) -> (u32, Vec<u64>, bool) {
    let mut waits = Vec::new();
    for call in 1.. {
        if call > fails {
            return (call, waits, true);
        }
        match retry.wait_after(kind, call, 7) {
            Some(wait) => waits.push(u64::try_from(wait.as_millis()).unwrap()),
            None => return (call, waits, false),
        }
    }
    unreachable!("one of the calls ends it")
}

fn steady(attempts: u32, base_ms: u64) -> Retry {
    Retry { attempts, base: Duration::from_millis(base_ms), jitter: 0.0, ..Retry::default() }
}

#[test]
fn waits_and_calls_follow_the_vectors() {
    let cases: [(Retry, u32, u32, &[u64], bool); 4] = [
        (steady(3, 100), 5, 4, &[100, 200, 400], false),
        (steady(3, 100), 2, 3, &[100, 200], true),
        (steady(0, 100), 1, 1, &[], false),
        (steady(3, 1000), 0, 1, &[], true),
    ];
    for (retry, fails, calls, waits, well) in cases {
        assert_eq!(play(&retry, fails, ErrorKind::Transient), (calls, waits.to_vec(), well));
    }
}

#[test]
fn three_calls_wait_twice_as_the_executor_does() {
    let retry = Retry { jitter: 0.0, ..Retry::calls(3) };
    assert_eq!(play(&retry, 9, ErrorKind::Transient), (3, vec![100, 200], false));
    assert_eq!(play(&retry, 1, ErrorKind::Transient), (2, vec![100], true));
    assert_eq!(play(&retry, 9, ErrorKind::Permanent), (1, vec![], false));
}

#[test]
fn retry_count_is_configurable() {
    for (attempts, calls) in [(0, 1), (1, 2), (3, 4)] {
        assert_eq!(play(&steady(attempts, 100), 99, ErrorKind::Transient).0, calls);
    }
}

#[test]
fn the_first_wait_is_the_delay() {
    assert_eq!(steady(3, 250).wait(1, 0), Some(Duration::from_millis(250)));
}

#[test]
fn errors_outside_the_filter_are_not_retried() {
    for kind in [ErrorKind::Permanent, ErrorKind::Panic, ErrorKind::Cancelled] {
        assert_eq!(Retry::default().wait_after(kind, 1, 0), None);
    }
    assert!(Retry::default().wait_after(ErrorKind::Transient, 1, 0).is_some());
}

proptest! {
    #[test]
    fn waits_lie_within_the_jitter_and_never_above_the_cap(
        attempt in 1_u32..40, seed: u64, jitter in 0.0..=1.0_f64, cap_ms in 0_u64..100_000,
    ) {
        let cap = Duration::from_millis(cap_ms);
        let retry = Retry { attempts: 40, cap, jitter, ..Retry::default() };
        let plain = Retry { jitter: 0.0, ..retry }.wait(attempt, seed).unwrap().as_secs_f64();
        let wait = retry.wait(attempt, seed).unwrap();
        prop_assert!(wait <= cap);
        let wait = wait.as_secs_f64();
        prop_assert!(wait >= plain * (1.0 - jitter) - 1e-6);
        prop_assert!(wait <= plain * (1.0 + jitter) + 1e-6);
        prop_assert_eq!(retry.wait(attempt, seed), retry.wait(attempt, seed));
    }

    #[test]
    fn no_policy_panics_whatever_it_holds(
        attempts: u32, attempt: u32, seed: u64, base: u64, factor: f64, jitter: f64, cap: u64,
    ) {
        let retry = Retry {
            attempts,
            base: Duration::from_millis(base),
            factor,
            cap: Duration::from_millis(cap),
            jitter,
        };
        let wait = retry.wait(attempt, seed);
        prop_assert_eq!(wait.is_some(), attempt <= attempts);
        prop_assert!(wait.is_none_or(|wait| wait <= retry.cap));
    }
}
