//! The store's numbers as it works: atomics, read and changed without waiting.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use strum::IntoEnumIterator;

use crate::model::{Bytes, Kind, KindStats, Millis, PicoUsd, SavedBy, Tier, TierStats};

use super::stats::{KindRecord, Saved, TierRecord};

/// Numbers of one tier.
#[derive(Debug, Default)]
pub(super) struct TierCounters {
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
    pub(super) fills: AtomicU64,
    pub(super) evictions: AtomicU64,
    pub(super) errors: AtomicU64,
    session_hits: AtomicU64,
    session_misses: AtomicU64,
}

/// Numbers of one kind.
#[derive(Debug, Default)]
pub(super) struct KindCounters {
    pub(super) entries: AtomicU64,
    pub(super) bytes: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// All numbers.
#[derive(Debug)]
pub(super) struct Counters {
    tiers: Vec<(Tier, TierCounters)>,
    kinds: Vec<(Kind, KindCounters)>,
    saved_us: AtomicU64,
    session_hits: AtomicU64,
    session_misses: AtomicU64,
    /// False while entries and bytes are being recounted.
    pub(super) exact: AtomicBool,
    /// True when something changed since the numbers were last saved.
    pub(super) changed: AtomicBool,
    /// Bytes of the whole folder, as last measured.
    pub(super) disk_use: AtomicU64,
    /// Records of the path index loaded or saved last, and the bytes of its file.
    pub(super) index_entries: AtomicU64,
    pub(super) index_bytes: AtomicU64,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            tiers: Tier::iter().map(|tier| (tier, TierCounters::default())).collect(),
            kinds: Kind::iter().map(|kind| (kind, KindCounters::default())).collect(),
            saved_us: AtomicU64::new(0),
            session_hits: AtomicU64::new(0),
            session_misses: AtomicU64::new(0),
            exact: AtomicBool::new(true),
            changed: AtomicBool::new(false),
            disk_use: AtomicU64::new(0),
            index_entries: AtomicU64::new(0),
            index_bytes: AtomicU64::new(0),
        }
    }
}

impl Counters {
    /// Returns the numbers of `tier`.
    pub(super) fn tier(&self, tier: Tier) -> &TierCounters {
        let found = self.tiers.iter().find(|(of, _)| *of == tier);
        &found.expect("every tier has its numbers").1
    }

    /// Returns the numbers of `kind`.
    pub(super) fn kind(&self, kind: Kind) -> &KindCounters {
        let found = self.kinds.iter().find(|(of, _)| *of == kind);
        &found.expect("every kind has its numbers").1
    }

    /// Notes reads that `tier` answered.
    pub(super) fn hit(&self, kind: Kind, tier: Tier, reads: u64, saved_us: u64) {
        let counters = self.tier(tier);
        counters.hits.fetch_add(reads, Relaxed);
        counters.session_hits.fetch_add(reads, Relaxed);
        self.kind(kind).hits.fetch_add(reads, Relaxed);
        self.session_hits.fetch_add(reads, Relaxed);
        self.saved_us.fetch_add(saved_us, Relaxed);
        self.changed.store(true, Relaxed);
    }

    /// Notes reads that `tier` passed on.
    pub(super) fn passed(&self, tier: Tier, reads: u64) {
        let counters = self.tier(tier);
        counters.misses.fetch_add(reads, Relaxed);
        counters.session_misses.fetch_add(reads, Relaxed);
        self.changed.store(true, Relaxed);
    }

    /// Notes a read that no tier answered.
    pub(super) fn missed(&self, kind: Kind) {
        self.kind(kind).misses.fetch_add(1, Relaxed);
        self.session_misses.fetch_add(1, Relaxed);
        self.changed.store(true, Relaxed);
    }

    /// Notes that a record of `new` bytes took the place of one of `old` bytes on the disk.
    pub(super) fn stored(&self, kind: Kind, new: u64, old: Option<u64>) {
        let counters = self.kind(kind);
        counters.bytes.fetch_add(new, Relaxed);
        match old {
            Some(old) => subtract(&counters.bytes, old),
            None => {
                counters.entries.fetch_add(1, Relaxed);
            }
        }
    }

    /// Notes that a record of `old` bytes is gone from the disk.
    pub(super) fn removed(&self, kind: Kind, old: u64) {
        let counters = self.kind(kind);
        subtract(&counters.bytes, old);
        subtract(&counters.entries, 1);
    }

    /// Sets what a recount found.
    pub(super) fn recounted(&self, kind: Kind, entries: u64, bytes: u64) {
        self.kind(kind).entries.store(entries, Relaxed);
        self.kind(kind).bytes.store(bytes, Relaxed);
    }

    /// Sets entries and bytes of all kinds to zero.
    pub(super) fn forget_entries(&self) {
        for (_, kind) in &self.kinds {
            kind.entries.store(0, Relaxed);
            kind.bytes.store(0, Relaxed);
        }
        self.exact.store(true, Relaxed);
        self.changed.store(true, Relaxed);
    }

    /// Returns entries and bytes of all kinds on the disk.
    pub(super) fn on_disk(&self) -> (u64, u64) {
        self.kinds.iter().fold((0, 0), |(entries, bytes), (_, kind)| {
            (entries + kind.entries.load(Relaxed), bytes + kind.bytes.load(Relaxed))
        })
    }

    /// Sets all hits and misses to zero, as a clear does.
    pub(super) fn forget_reads(&self) {
        for (_, tier) in &self.tiers {
            for counter in [&tier.hits, &tier.misses, &tier.session_hits, &tier.session_misses] {
                counter.store(0, Relaxed);
            }
        }
        for (_, kind) in &self.kinds {
            kind.hits.store(0, Relaxed);
            kind.misses.store(0, Relaxed);
        }
        self.session_hits.store(0, Relaxed);
        self.session_misses.store(0, Relaxed);
        self.changed.store(true, Relaxed);
    }

    /// Returns hits and misses of this session.
    pub(super) fn session(&self) -> (u64, u64) {
        (self.session_hits.load(Relaxed), self.session_misses.load(Relaxed))
    }

    /// Returns what hits have saved.
    pub(super) fn saved(&self) -> SavedBy {
        SavedBy { ms: Millis(self.saved_us.load(Relaxed) / 1000), usd: PicoUsd::default() }
    }

    /// Returns the numbers of `tier`, with the `entries`, `bytes` and `limit` given.
    pub(super) fn tier_stats(
        &self,
        tier: Tier,
        (entries, bytes, limit): (u64, u64, u64),
    ) -> TierStats {
        let counters = self.tier(tier);
        TierStats {
            tier,
            entries,
            bytes: Bytes(bytes),
            limit: Bytes(limit),
            hits: counters.hits.load(Relaxed),
            misses: counters.misses.load(Relaxed),
            fills: counters.fills.load(Relaxed),
            evictions: counters.evictions.load(Relaxed),
            errors: counters.errors.load(Relaxed),
            session_hits: counters.session_hits.load(Relaxed),
            session_misses: counters.session_misses.load(Relaxed),
        }
    }

    /// Returns the numbers of every kind.
    pub(super) fn kind_stats(&self) -> Vec<KindStats> {
        let stats = |(kind, counters): &(Kind, KindCounters)| KindStats {
            kind: *kind,
            entries: counters.entries.load(Relaxed),
            bytes: Bytes(counters.bytes.load(Relaxed)),
            hits: counters.hits.load(Relaxed),
            misses: counters.misses.load(Relaxed),
        };
        self.kinds.iter().map(stats).collect()
    }

    /// Returns everything that outlives the session.
    pub(super) fn save(&self, clean: bool) -> Saved {
        let tier = |(tier, counters): &(Tier, TierCounters)| TierRecord {
            tier: tier.to_string(),
            hits: counters.hits.load(Relaxed),
            misses: counters.misses.load(Relaxed),
            fills: counters.fills.load(Relaxed),
            evictions: counters.evictions.load(Relaxed),
            errors: counters.errors.load(Relaxed),
        };
        let kind = |kind: KindStats| KindRecord {
            kind: kind.kind.to_string(),
            entries: kind.entries,
            bytes: kind.bytes.0,
            hits: kind.hits,
            misses: kind.misses,
        };
        Saved {
            clean,
            spared_us: self.saved_us.load(Relaxed),
            disk_use: self.disk_use.load(Relaxed),
            tiers: self.tiers.iter().map(tier).collect(),
            kinds: self.kind_stats().into_iter().map(kind).collect(),
            results: Vec::new(),
        }
    }

    /// Takes over what an earlier session saved.
    pub(super) fn load(&self, saved: &Saved) {
        for record in &saved.tiers {
            let Ok(tier) = record.tier.parse::<Tier>() else { continue };
            let counters = self.tier(tier);
            counters.hits.store(record.hits, Relaxed);
            counters.misses.store(record.misses, Relaxed);
            counters.fills.store(record.fills, Relaxed);
            counters.evictions.store(record.evictions, Relaxed);
            counters.errors.store(record.errors, Relaxed);
        }
        for record in &saved.kinds {
            let Ok(kind) = record.kind.parse::<Kind>() else { continue };
            let counters = self.kind(kind);
            counters.entries.store(record.entries, Relaxed);
            counters.bytes.store(record.bytes, Relaxed);
            counters.hits.store(record.hits, Relaxed);
            counters.misses.store(record.misses, Relaxed);
        }
        self.saved_us.store(saved.spared_us, Relaxed);
        self.disk_use.store(saved.disk_use, Relaxed);
    }
}

/// Subtracts without going below zero: numbers of an unclean stop may be too small.
fn subtract(counter: &AtomicU64, by: u64) {
    // The closure never refuses, so there is no error to look at.
    let _ = counter.fetch_update(Relaxed, Relaxed, |now| Some(now.saturating_sub(by)));
}
