//! How well the cache works, and what would help.

use strum::IntoEnumIterator;

use crate::model::{Bytes, CacheReport, CacheStatus, Churn, Kind, KindReport, Tier, TierStats};

use super::{core::Core, options::Options, store::Store};

/// A share of misses on the way through memory above which more memory helps.
const THRASHING: f64 = 0.5;

/// A day is busy from so many entries on: less says nothing.
const BUSY: f64 = 100.0;

impl Store {
    /// Returns how well the cache works; the places where it does not are left to those who know
    /// files. Reads the table of all entries, so it is nothing for an event loop.
    #[must_use]
    pub fn report(&self) -> CacheReport {
        let core = self.core();
        let unread = core.unread();
        let churn = core.churn();
        let kinds = core.counters.kind_stats().into_iter().map(|stats| KindReport {
            kind: stats.kind,
            hits: stats.hits,
            misses: stats.misses,
            saved: core.counters.saved_by(stats.kind),
            entries: stats.entries,
            bytes: stats.bytes,
        });
        CacheReport {
            kinds: kinds.filter(|kind| kind.entries + kind.hits + kind.misses > 0).collect(),
            results: self.result_stats(),
            cold: Vec::new(),
            churn,
            unread,
            advice: advice(&core.options, &self.status(), (churn, unread)),
        }
    }
}

impl Core {
    /// Returns how many entries were never read, and their bytes.
    fn unread(self: &std::sync::Arc<Self>) -> (u64, Bytes) {
        let rack = self.settled();
        let unread = rack.and_then(|rack| self.catalog(&rack, |table| table.unread()));
        let (entries, bytes) = unread.unwrap_or_else(|| {
            let rows = self.memory.rows();
            let unread = rows.iter().filter(|row| row.touch.uses == 0);
            unread.fold((0, 0), |sum, row| (sum.0 + 1, sum.1 + u64::from(row.bytes)))
        });
        (entries, Bytes(bytes))
    }
}

/// Says what would help.
fn advice(
    options: &Options,
    status: &CacheStatus,
    (churn, unread): (Churn, (u64, Bytes)),
) -> Vec<String> {
    let tier = |wanted: Tier| status.tiers.iter().find(|stats| stats.tier == wanted);
    let mut advice = Vec::new();
    if churn.evicted > BUSY && churn.evicted > churn.made / 4.0 {
        advice.push(format!(
            "raise store.disk-bytes ({}): {:.0} entries a day go to keep it, {:.0} are made",
            size(options.disk_bytes.0),
            churn.evicted,
            churn.made
        ));
    }
    if let (Some(memory), Some(disk)) = (tier(Tier::Memory), tier(Tier::Disk)) {
        advice.extend(memory_advice(options, memory, disk));
    }
    let entries: u64 = Kind::iter()
        .filter_map(|kind| status.kinds.iter().find(|stats| stats.kind == kind))
        .map(|stats| stats.entries)
        .sum();
    if unread.0 > 1000 && unread.0 > entries / 2 {
        advice.push(format!(
            "{} of {entries} entries, {}, were never read again",
            unread.0,
            size(unread.1.0)
        ));
    }
    let bytes: u64 = status.kinds.iter().map(|stats| stats.bytes.0).sum();
    if status.disk_use.0 > (64 << 20) && status.disk_use.0 > bytes.saturating_mul(3) {
        advice.push(format!(
            "the folder takes {} for {} of entries: compacting it gives space back",
            size(status.disk_use.0),
            size(bytes)
        ));
    }
    advice
}

/// Says whether memory has the right size.
fn memory_advice(options: &Options, memory: &TierStats, disk: &TierStats) -> Option<String> {
    let is_full = memory.evictions > 1000 && memory.bytes.0 > options.memory_bytes.0 / 10 * 8;
    if is_full && disk.hits > 1000 && memory.hit_rate() < THRASHING {
        return Some(format!(
            "raise store.memory-bytes ({}): {} reads went to the disk that memory could not hold",
            size(options.memory_bytes.0),
            disk.hits
        ));
    }
    None
}

fn size(bytes: u64) -> String {
    humansize::format_size(bytes, humansize::BINARY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_that_is_fine_needs_no_advice() {
        let none =
            advice(&Options::default(), &CacheStatus::default(), (Churn::default(), (0, Bytes(0))));
        assert!(none.is_empty(), "{none:?}");
    }

    #[test]
    fn a_cache_that_drops_much_of_what_it_makes_should_be_larger() {
        let churn = Churn { made: 5000.0, evicted: 4000.0, days: 3 };
        let status = CacheStatus { disk_use: Bytes(1 << 30), ..CacheStatus::default() };
        let said = advice(&Options::default(), &status, (churn, (5000, Bytes(9))));
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].starts_with("raise store.disk-bytes (1 GiB): 4000 entries a day"));
    }
}
