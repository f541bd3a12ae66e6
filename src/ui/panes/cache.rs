//! The cache pane: what it remembers between events.

pub(crate) mod draw;

use std::collections::VecDeque;

use crate::model::{CacheStatus, Kind, StoreMode, Tier};

/// Moments that are remembered per tier: one per column of the widest line drawn of them.
const MOMENTS: usize = 24;

/// Returns the lines of the pane: heading, tiers, kinds, session, savings, folder, and the mode when it matters.
pub(crate) fn lines(status: &CacheStatus) -> u64 {
    let mode = u64::from(status.mode != StoreMode::Ok);
    status.tiers.len() as u64 + mode + 5
}

/// Returns the kinds that have entries.
pub(crate) fn kinds(status: &CacheStatus) -> Vec<Kind> {
    status.kinds.iter().filter(|stats| stats.entries > 0).map(|stats| stats.kind).collect()
}

/// Returns true while the numbers are counted anew; a store that is not ours is never counted.
pub(crate) const fn is_recounting(status: &CacheStatus) -> bool {
    !status.exact && !matches!(status.mode, StoreMode::MemoryOnly(_))
}

/// Returns why entries cannot be removed or checked, when they cannot.
pub(crate) fn refusal(status: &CacheStatus) -> Option<String> {
    match &status.mode {
        StoreMode::Opening | StoreMode::Ok | StoreMode::Fallback(_) => None,
        StoreMode::ReadOnly(reason) => Some(format!("the cache is read-only: {reason}")),
        StoreMode::MemoryOnly(reason) => Some(format!("the cache is in memory only: {reason}")),
    }
}

/// The hit rates of each tier, the newest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct History {
    tiers: Vec<(Tier, Trail)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Trail {
    hits: u64,
    reads: u64,
    rates: VecDeque<f64>,
}

impl History {
    /// Notes what the store told; a moment without reads is none.
    pub(crate) fn note(&mut self, status: &CacheStatus) {
        for stats in &status.tiers {
            let reads = stats.session_hits.saturating_add(stats.session_misses);
            let index = self.tiers.iter().position(|(tier, _)| *tier == stats.tier);
            let index = index.unwrap_or_else(|| {
                self.tiers.push((stats.tier, Trail::default()));
                self.tiers.len() - 1
            });
            self.tiers[index].1.note(stats.session_hits, reads);
        }
    }

    /// Returns the rates of a tier from 0 to 1, the newest last.
    pub(crate) fn rates(&self, tier: Tier) -> Vec<f64> {
        self.tiers
            .iter()
            .find(|(known, _)| *known == tier)
            .map(|(_, trail)| trail.rates.iter().copied().collect())
            .unwrap_or_default()
    }
}

impl Trail {
    #[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
    fn note(&mut self, hits: u64, reads: u64) {
        if reads < self.reads || hits < self.hits {
            // The engine began a new session.
            *self = Self::default();
        }
        let (new_hits, new_reads) = (hits - self.hits, reads - self.reads);
        (self.hits, self.reads) = (hits, reads);
        if new_reads == 0 {
            return;
        }
        if self.rates.len() == MOMENTS {
            self.rates.pop_front();
        }
        self.rates.push_back(new_hits.min(new_reads) as f64 / new_reads as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bytes, TierStats};

    fn status(hits: u64, misses: u64) -> CacheStatus {
        let tier = TierStats {
            tier: Tier::Memory,
            entries: 0,
            bytes: Bytes(0),
            limit: Bytes(0),
            hits: 0,
            misses: 0,
            fills: 0,
            evictions: 0,
            errors: 0,
            session_hits: hits,
            session_misses: misses,
        };
        CacheStatus { tiers: vec![tier], ..CacheStatus::default() }
    }

    #[test]
    fn each_moment_holds_the_rate_of_the_reads_since_the_one_before() {
        let mut history = History::default();
        for (hits, misses) in [(0, 0), (1, 3), (1, 3), (5, 3)] {
            history.note(&status(hits, misses));
        }
        assert_eq!(history.rates(Tier::Memory), [0.25, 1.0]);
        assert!(history.rates(Tier::Disk).is_empty());
    }

    #[test]
    fn a_new_session_begins_a_new_history() {
        let mut history = History::default();
        history.note(&status(100, 0));
        history.note(&status(1, 1));
        assert_eq!(history.rates(Tier::Memory), [0.5]);
    }
}
