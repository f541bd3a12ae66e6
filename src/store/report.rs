//! How well the cache works, and what would help.

use std::ops::RangeInclusive;

use crate::model::{
    Bytes, CacheReport, CacheStatus, Churn, Kind, KindReport, KindStats, Tier, TierStats,
};

use super::{core::Core, memory, options::Options, store::Store, summary::spaced};

/// A share of misses on the way through memory above which more memory helps.
const THRASHING: f64 = 0.5;

/// A day is busy from so many entries on: less says nothing.
const BUSY: f64 = 100.0;

/// Days that a limit on the disk should hold what is made in them.
const DAYS_KEPT: f64 = 7.0;

impl Store {
    /// Returns how well the cache works; the places where it does not are left to those who know
    /// files. Reads the table of all entries, so it is nothing for an event loop.
    #[must_use]
    pub fn report(&self) -> CacheReport {
        let core = self.core();
        let unread = core.unread();
        let churn = core.churn();
        let stats = core.counters.kind_stats().into_iter().filter(KindStats::is_used);
        let kinds = stats.map(|stats| KindReport {
            kind: stats.kind,
            hits: stats.hits,
            misses: stats.misses,
            saved: core.counters.saved_by(stats.kind),
            entries: stats.entries,
            bytes: stats.bytes,
        });
        CacheReport {
            kinds: kinds.collect(),
            results: self.result_stats(),
            cold: Vec::new(),
            churn,
            unread,
            advice: advice(&core.options, &self.status(), (churn, unread)),
        }
    }
}

impl Core {
    /// Returns how many entries were never read, and their bytes. Counts are left out: the path
    /// index answers for files that did not change, so that nobody reads their entries.
    fn unread(self: &std::sync::Arc<Self>) -> (u64, Bytes) {
        let rack = self.settled_for_a_look();
        let unread = rack.and_then(|rack| self.catalog(&rack, |table| table.unread()));
        let (entries, bytes) = unread.unwrap_or_else(|| {
            let rows = self.memory.rows();
            let unread = rows.iter();
            let unread = unread.filter(|row| row.touch.uses == 0 && row.kind != Kind::Count);
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
    let sum = |of: fn(&KindStats) -> u64| status.kinds.iter().map(of).sum::<u64>();
    let (entries, bytes) = (sum(|kind| kind.entries), sum(|kind| kind.bytes.0));
    let mut advice = Vec::new();
    if churn.forced > BUSY && churn.forced > churn.made / 4.0 {
        let (now, each) = (options.disk_bytes.0, bytes.checked_div(entries).unwrap_or(0));
        let week = whole(churn.made * DAYS_KEPT).saturating_mul(each);
        let wanted = rounded(week.max(now.saturating_mul(2)));
        advice.extend(raised("store.disk-bytes", (now, wanted), &Options::DISK_BYTES, limit).map(
            |raise| {
                format!(
                    "{raise}: {} of {} entries that are made in a day go again to keep it",
                    spaced(whole(churn.forced)),
                    spaced(whole(churn.made))
                )
            },
        ));
    }
    if let (Some(memory), Some(disk)) = (tier(Tier::Memory), tier(Tier::Disk)) {
        advice.extend(memory_advice(options, memory, disk));
    }
    let others = entries.saturating_sub(
        status.kinds.iter().find(|kind| kind.kind == Kind::Count).map_or(0, |kind| kind.entries),
    );
    if unread.0 > 1000 && unread.0 > others / 2 {
        advice.push(format!(
            "evict by lfu: {} of {} entries beside counts were never read again and take {}",
            spaced(unread.0),
            spaced(others),
            size(unread.1.0)
        ));
    }
    if status.disk_use.0 > (64 << 20) && status.disk_use.0 > bytes.saturating_mul(3) {
        advice.push(format!(
            "compact the cache: its folder takes {} for {} of entries",
            size(status.disk_use.0),
            size(bytes)
        ));
    }
    advice
}

/// Says whether memory has the right size: each of its limits can be the one that it runs into.
fn memory_advice(options: &Options, memory: &TierStats, disk: &TierStats) -> Vec<String> {
    if memory.evictions <= 1000 || disk.hits <= 1000 || memory.hit_rate() >= THRASHING {
        return Vec::new();
    }
    let is_full = |used: u64, limit: u64| used > limit / 10 * 8;
    let more = |now: u64, all: u64| all.clamp(now.saturating_mul(2), now.saturating_mul(8));
    let (bytes, entries) = (options.memory_bytes.0, options.memory_entries);
    let all = disk.bytes.0.saturating_add(disk.entries.saturating_mul(memory::OVERHEAD));
    let wanted = (rounded(more(bytes, all)), rounded_up(more(entries, disk.entries)));
    let by_bytes = is_full(memory.bytes.0, bytes)
        .then(|| raised("store.memory-bytes", (bytes, wanted.0), &Options::MEMORY_BYTES, limit));
    let by_entries = is_full(memory.entries, entries).then(|| {
        raised("store.memory-entries", (entries, wanted.1), &Options::MEMORY_ENTRIES, spaced)
    });
    let raises = [by_bytes, by_entries].into_iter().flatten().flatten();
    let why = format!("{} reads went to the disk that memory could not hold", spaced(disk.hits));
    raises.map(|raise| format!("{raise}: {why}")).collect()
}

/// Says to raise a setting as far as it goes; `None` when it is there.
fn raised(
    setting: &str,
    (now, wanted): (u64, u64),
    allowed: &RangeInclusive<u64>,
    show: fn(u64) -> String,
) -> Option<String> {
    let wanted = wanted.min(*allowed.end());
    (wanted > now).then(|| format!("raise {setting} from {} to {}", show(now), show(wanted)))
}

/// Returns bytes as settings are written.
pub(super) fn limit(bytes: u64) -> String {
    humansize::format_size(bytes, humansize::BINARY)
}

/// Returns bytes as they are told everywhere else.
pub(super) fn size(bytes: u64) -> String {
    humansize::format_size(bytes, humansize::DECIMAL)
}

/// Returns the next power of two, as people choose limits.
fn rounded(bytes: u64) -> u64 {
    bytes.checked_next_power_of_two().unwrap_or(u64::MAX).max(1 << 20)
}

/// Returns the next number with one digit and zeros.
fn rounded_up(number: u64) -> u64 {
    let step = 10_u64.pow(number.max(1).ilog10());
    number.div_ceil(step).saturating_mul(step)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, held at 0")]
fn whole(rate: f64) -> u64 {
    if rate.is_finite() { rate.max(0.0).round() as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advised(status: &CacheStatus, flow: (Churn, (u64, Bytes))) -> Vec<String> {
        advice(&Options::default(), status, flow)
    }

    fn kind(kind: Kind, entries: u64, bytes: u64) -> KindStats {
        KindStats { kind, entries, bytes: Bytes(bytes), hits: 0, misses: 0, removals: 0 }
    }

    #[test]
    fn a_cache_that_is_fine_needs_no_advice() {
        let none = advised(&CacheStatus::default(), (Churn::default(), (0, Bytes(0))));
        assert!(none.is_empty(), "{none:?}");
    }

    #[test]
    fn what_was_evicted_on_request_asks_for_no_larger_cache() {
        let churn = Churn { made: 5000.0, evicted: 4000.0, forced: 0.0, days: 3 };
        let kinds = vec![kind(Kind::Count, 1000, 100_000_000)];
        let status = CacheStatus { kinds, ..CacheStatus::default() };
        let none = advised(&status, (churn, (0, Bytes(0))));
        assert!(none.is_empty(), "{none:?}");
    }

    #[test]
    fn a_cache_that_drops_much_of_what_it_makes_should_be_larger_by_so_much() {
        let churn = Churn { made: 5000.0, evicted: 4000.0, forced: 4000.0, days: 3 };
        let kinds = vec![kind(Kind::Count, 1000, 100_000_000)];
        let status = CacheStatus { kinds, ..CacheStatus::default() };
        let expected = "raise store.disk-bytes from 1 GiB to 4 GiB: 4 000 of 5 000 entries that \
                        are made in a day go again to keep it";
        assert_eq!(advised(&status, (churn, (0, Bytes(0)))), [expected]);
    }

    fn tier(
        tier: Tier,
        (entries, bytes): (u64, u64),
        (hits, misses, evictions): (u64, u64, u64),
    ) -> TierStats {
        TierStats {
            tier,
            entries,
            bytes: Bytes(bytes),
            limit: Bytes(0),
            hits,
            misses,
            fills: 0,
            evictions,
            errors: 0,
            session_hits: 0,
            session_misses: 0,
        }
    }

    /// Returns what is said when memory with these limits holds so much, and the disk far more.
    fn advised_of_memory(limits: (u64, u64), held: (u64, u64)) -> Vec<String> {
        let tiers = vec![
            tier(Tier::Memory, held, (10, 9_000, 2_000)),
            tier(Tier::Disk, (900_000, 90_000_000), (12_345, 0, 0)),
        ];
        let status = CacheStatus { tiers, ..CacheStatus::default() };
        let (memory_entries, bytes) = limits;
        let options = Options { memory_entries, memory_bytes: Bytes(bytes), ..Options::default() };
        advice(&options, &status, (Churn::default(), (0, Bytes(0))))
    }

    #[test]
    fn memory_that_holds_too_little_should_be_larger_by_so_much() {
        let expected = "raise store.memory-bytes from 64 MiB to 256 MiB: 12 345 reads went to the \
                        disk that memory could not hold";
        assert_eq!(advised_of_memory((1_000_000, 64 << 20), (300_000, 64 << 20)), [expected]);
    }

    #[test]
    fn memory_that_holds_too_few_entries_should_hold_more_of_them() {
        let expected = "raise store.memory-entries from 500 to 4 000: 12 345 reads went to the \
                        disk that memory could not hold";
        assert_eq!(advised_of_memory((500, 64 << 20), (500, 60_000)), [expected]);
        let both = advised_of_memory((200_000, 64 << 20), (200_000, 64 << 20));
        assert_eq!(both.len(), 2, "{both:?}");
        assert!(both[1].contains("from 200 000 to 900 000"), "{both:?}");
    }

    #[test]
    fn no_more_is_advised_than_the_settings_take() {
        let said = advised_of_memory((600_000, 48 << 30), (600_000, 48 << 30));
        let to = |said: &str, most: &str| said.contains(&format!(" to {most}: "));
        assert!(to(&said[0], "64 GiB") && to(&said[1], "1 000 000"), "{said:?}");
        assert!(advised_of_memory((1_000_000, 64 << 30), (1_000_000, 64 << 30)).is_empty());
        let churn = Churn { made: 5000.0, evicted: 4000.0, forced: 4000.0, days: 3 };
        let kinds = vec![kind(Kind::Count, 1000, 1 << 40)];
        let status = CacheStatus { kinds, ..CacheStatus::default() };
        let of = |bytes| {
            let options = Options { disk_bytes: Bytes(bytes), ..Options::default() };
            advice(&options, &status, (churn, (0, Bytes(0))))
        };
        assert!(to(&of(700 << 30)[0], "1 TiB"), "{:?}", of(700 << 30));
        assert!(of(1 << 40).is_empty());
    }

    #[test]
    fn what_is_never_read_and_what_is_gone_but_takes_room_can_be_given_back() {
        let kinds = vec![kind(Kind::Count, 9_000, 900_000), kind(Kind::Map, 2_500, 5_000_000)];
        let status = CacheStatus { kinds, disk_use: Bytes(80 << 20), ..CacheStatus::default() };
        let said = advised(&status, (Churn::default(), (2_000, Bytes(4_000_000))));
        assert_eq!(
            said,
            [
                "evict by lfu: 2 000 of 2 500 entries beside counts were never read again and \
                 take 4 MB",
                "compact the cache: its folder takes 83.89 MB for 5.90 MB of entries"
            ]
        );
    }
}
