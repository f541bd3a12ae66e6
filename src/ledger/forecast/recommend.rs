//! A limit that would have held, from the periods that are over.

use super::pace::percentile;
use crate::model::PicoUsd;

/// A limit that is recommended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Recommendation {
    /// The limit: what four of five periods stay below, rounded up.
    pub limit: PicoUsd,
    /// From how many closed periods.
    pub periods: u32,
    /// How many of them would have passed it.
    pub passed: u32,
}

impl Recommendation {
    /// Closed periods that are looked at.
    pub const PERIODS: usize = 3;
}

/// Returns a limit from the sums of closed periods, of which the last three count, or `None` when
/// nothing was spent in them.
#[must_use]
pub fn recommend(closed: &[PicoUsd]) -> Option<Recommendation> {
    let last = &closed[closed.len().saturating_sub(Recommendation::PERIODS)..];
    let mut sums: Vec<u128> = last.iter().map(|usd| usd.0).collect();
    sums.sort_unstable();
    let limit = rounded_up(percentile(&sums, 80));
    if limit.0 == 0 {
        return None;
    }
    let count = |sums: usize| u32::try_from(sums).unwrap_or(u32::MAX);
    Some(Recommendation {
        limit,
        periods: count(sums.len()),
        passed: count(sums.iter().filter(|sum| **sum > limit.0).count()),
    })
}

/// Returns an amount that a person would choose, at least as large.
fn rounded_up(pico: u128) -> PicoUsd {
    let dollar = PicoUsd::DOLLAR.0;
    let step = match pico / dollar {
        0..20 => 1,
        20..100 => 5,
        100..1000 => 10,
        _ => 100,
    };
    PicoUsd(pico.div_ceil(step * dollar).saturating_mul(step * dollar))
}
