//! The store's numbers as it works: atomics, read and changed without waiting.
//!
//! Everything is counted once, per kind and tier; numbers of a tier or a kind are sums of these.

mod save;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed},
};

use strum::IntoEnumIterator;

use crate::model::{Bytes, CellStats, Kind, KindStats, Millis, PicoUsd, SavedBy, Tier, TierStats};

use super::{chain::Spared, changed::Changed, entry::Size, history::Flow, pending::Pending};

/// How many kinds there are.
pub(super) const KINDS: usize = 6;

/// How many tiers there are.
const TIERS: usize = 3;

/// Numbers of one kind in one tier.
#[derive(Debug, Default)]
pub(super) struct Cell {
    hits: AtomicU64,
    misses: AtomicU64,
    pub(super) fills: AtomicU64,
    pub(super) evictions: AtomicU64,
    pub(super) errors: AtomicU64,
}

/// Numbers of one kind.
#[derive(Debug, Default)]
struct KindCounters {
    entries: AtomicU64,
    bytes: AtomicU64,
    /// Those of them that lie in files of their own.
    file_bytes: AtomicU64,
    /// Reads that no tier answered.
    misses: AtomicU64,
    /// Entries that somebody has removed.
    removals: AtomicU64,
    spared_us: AtomicU64,
    spared_pico: AtomicU64,
}

/// Numbers of one tier.
#[derive(Debug, Default)]
struct TierCounters {
    session_hits: AtomicU64,
    session_misses: AtomicU64,
    /// Errors of no single kind.
    errors: AtomicU64,
}

/// All numbers.
#[derive(Debug)]
pub(super) struct Counters {
    cells: [[Cell; TIERS]; KINDS],
    kinds: [KindCounters; KINDS],
    tiers: [TierCounters; TIERS],
    session_misses: AtomicU64,
    /// Entries that came and went on the disk since the store was opened.
    made: AtomicU64,
    gone: AtomicU64,
    /// Those of them that went to keep the limit, and those that were evicted on request.
    pub(super) forced: AtomicU64,
    pub(super) requested: AtomicU64,
    /// False while entries and bytes are being recounted.
    pub(super) exact: AtomicBool,
    /// True when something changed since the numbers were last saved.
    pub(super) changed: Changed,
    /// Bytes of the whole folder, as last measured.
    pub(super) disk_use: AtomicU64,
    /// When all was last made safe, 0 for never.
    pub(super) saved_at: AtomicI64,
    /// Records of the path index loaded or saved last, and the bytes of its file.
    pub(super) index_entries: AtomicU64,
    pub(super) index_bytes: AtomicU64,
}

impl Counters {
    /// Returns numbers that are zero; a change of them wakes who waits for `pending`.
    pub(super) fn new(pending: Arc<Pending>) -> Self {
        Self {
            cells: Default::default(),
            kinds: Default::default(),
            tiers: Default::default(),
            session_misses: AtomicU64::new(0),
            made: AtomicU64::new(0),
            gone: AtomicU64::new(0),
            forced: AtomicU64::new(0),
            requested: AtomicU64::new(0),
            exact: AtomicBool::new(true),
            changed: Changed::new(pending),
            disk_use: AtomicU64::new(0),
            saved_at: AtomicI64::new(0),
            index_entries: AtomicU64::new(0),
            index_bytes: AtomicU64::new(0),
        }
    }

    /// Returns the numbers of `kind` in `tier`.
    pub(super) fn cell(&self, kind: Kind, tier: Tier) -> &Cell {
        &self.cells[kind as usize][tier as usize]
    }

    fn kind(&self, kind: Kind) -> &KindCounters {
        &self.kinds[kind as usize]
    }

    fn tier(&self, tier: Tier) -> &TierCounters {
        &self.tiers[tier as usize]
    }

    /// Notes reads that `tier` answered, and what they saved in all.
    pub(super) fn hit(&self, kind: Kind, tier: Tier, reads: u64, spared: Spared) {
        self.cell(kind, tier).hits.fetch_add(reads, Relaxed);
        self.tier(tier).session_hits.fetch_add(reads, Relaxed);
        let counters = self.kind(kind);
        counters.spared_us.fetch_add(spared.us, Relaxed);
        counters.spared_pico.fetch_add(spared.pico, Relaxed);
        self.changed.raise();
    }

    /// Notes reads that `tier` passed on.
    pub(super) fn passed(&self, kind: Kind, tier: Tier, reads: u64) {
        self.cell(kind, tier).misses.fetch_add(reads, Relaxed);
        self.tier(tier).session_misses.fetch_add(reads, Relaxed);
        self.changed.raise();
    }

    /// Notes a read that no tier answered.
    pub(super) fn missed(&self, kind: Kind) {
        self.kind(kind).misses.fetch_add(1, Relaxed);
        self.session_misses.fetch_add(1, Relaxed);
        self.changed.raise();
    }

    /// Notes that somebody has removed an entry that was there.
    pub(super) fn removed_by_hand(&self, kind: Kind) {
        self.kind(kind).removals.fetch_add(1, Relaxed);
        self.changed.raise();
    }

    /// Notes a failure of `tier` that concerns no single kind.
    pub(super) fn failed(&self, tier: Tier) {
        self.tier(tier).errors.fetch_add(1, Relaxed);
        self.changed.raise();
    }

    /// Notes entries that left `tier` to keep its limit.
    pub(super) fn evicted(&self, tier: Tier, gone: &[u64; KINDS]) {
        for kind in Kind::iter().filter(|kind| gone[*kind as usize] > 0) {
            self.cell(kind, tier).evictions.fetch_add(gone[kind as usize], Relaxed);
        }
    }

    /// Notes that an entry took the place of an `old` one on the disk.
    pub(super) fn stored(&self, kind: Kind, new: Size, old: Option<Size>) {
        let counters = self.kind(kind);
        counters.bytes.fetch_add(new.bytes, Relaxed);
        counters.file_bytes.fetch_add(new.file, Relaxed);
        if let Some(old) = old {
            subtract(&counters.bytes, old.bytes);
            subtract(&counters.file_bytes, old.file);
        } else {
            counters.entries.fetch_add(1, Relaxed);
            self.made.fetch_add(1, Relaxed);
        }
    }

    /// Notes that an `old` entry is gone from the disk.
    pub(super) fn removed(&self, kind: Kind, old: Size) {
        let counters = self.kind(kind);
        subtract(&counters.bytes, old.bytes);
        subtract(&counters.file_bytes, old.file);
        subtract(&counters.entries, 1);
        self.gone.fetch_add(1, Relaxed);
    }

    /// Returns how many entries came and went on the disk since the store was opened.
    pub(super) fn come_and_gone(&self) -> (u64, u64) {
        (self.made.load(Relaxed), self.gone.load(Relaxed))
    }

    /// Returns what has happened so far, as it is told of days.
    pub(super) fn flow(&self) -> Flow {
        let sum = |of: fn(&KindCounters) -> &AtomicU64| {
            self.kinds.iter().map(|kind| of(kind).load(Relaxed)).sum()
        };
        Flow {
            made: self.made.load(Relaxed),
            forced: self.forced.load(Relaxed),
            requested: self.requested.load(Relaxed),
            us: sum(|kind| &kind.spared_us),
            pico: sum(|kind| &kind.spared_pico),
        }
    }

    /// Sets what a recount found.
    pub(super) fn recounted(&self, kind: Kind, entries: u64, size: Size) {
        self.kind(kind).entries.store(entries, Relaxed);
        self.kind(kind).bytes.store(size.bytes, Relaxed);
        self.kind(kind).file_bytes.store(size.file, Relaxed);
    }

    /// Sets entries and bytes of all kinds to zero.
    pub(super) fn forget_entries(&self) {
        for kind in Kind::iter() {
            self.recounted(kind, 0, Size::default());
        }
        self.exact.store(true, Relaxed);
        self.changed.raise();
    }

    /// Returns entries and bytes of `kind` on the disk.
    pub(super) fn size_of(&self, kind: Kind) -> (u64, u64) {
        let counters = self.kind(kind);
        (counters.entries.load(Relaxed), counters.bytes.load(Relaxed))
    }

    /// Returns the bytes of `kind` that lie in files of their own.
    pub(super) fn file_bytes(&self, kind: Kind) -> u64 {
        self.kind(kind).file_bytes.load(Relaxed)
    }

    /// Returns entries and bytes of all kinds on the disk.
    pub(super) fn on_disk(&self) -> (u64, u64) {
        Kind::iter()
            .map(|kind| self.size_of(kind))
            .fold((0, 0), |all, of| (all.0 + of.0, all.1 + of.1))
    }

    /// Sets hits and misses to zero, as a clear does: all of them, or those of a kind. The session
    /// has had its reads all the same unless everything is forgotten.
    pub(super) fn forget_reads(&self, kind: Option<Kind>) {
        for of in Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of)) {
            for cell in &self.cells[of as usize] {
                cell.hits.store(0, Relaxed);
                cell.misses.store(0, Relaxed);
            }
            self.kind(of).misses.store(0, Relaxed);
        }
        self.changed.raise();
        if kind.is_some() {
            return;
        }
        for tier in &self.tiers {
            tier.session_hits.store(0, Relaxed);
            tier.session_misses.store(0, Relaxed);
        }
        self.session_misses.store(0, Relaxed);
    }

    /// Returns hits and misses of this session.
    pub(super) fn session(&self) -> (u64, u64) {
        let hits = self.tiers.iter().map(|tier| tier.session_hits.load(Relaxed)).sum();
        (hits, self.session_misses.load(Relaxed))
    }

    /// Returns what hits on `kind` have saved.
    pub(super) fn saved_by(&self, kind: Kind) -> SavedBy {
        let counters = self.kind(kind);
        SavedBy {
            ms: Millis(counters.spared_us.load(Relaxed) / 1000),
            usd: PicoUsd(u128::from(counters.spared_pico.load(Relaxed))),
        }
    }

    /// Returns what all hits have saved.
    pub(super) fn saved(&self) -> SavedBy {
        let us: u64 = self.kinds.iter().map(|kind| kind.spared_us.load(Relaxed)).sum();
        let usd = Kind::iter().map(|kind| self.saved_by(kind).usd.0).sum();
        SavedBy { ms: Millis(us / 1000), usd: PicoUsd(usd) }
    }

    /// Returns the numbers of `tier`, with the `entries`, `bytes` and `limit` given.
    pub(super) fn tier_stats(
        &self,
        tier: Tier,
        (entries, bytes, limit): (u64, u64, u64),
    ) -> TierStats {
        let counters = self.tier(tier);
        let sum = |of: fn(&Cell) -> &AtomicU64| -> u64 {
            Kind::iter().map(|kind| of(self.cell(kind, tier)).load(Relaxed)).sum()
        };
        TierStats {
            tier,
            entries,
            bytes: Bytes(bytes),
            limit: Bytes(limit),
            hits: sum(|cell| &cell.hits),
            misses: sum(|cell| &cell.misses),
            fills: sum(|cell| &cell.fills),
            evictions: sum(|cell| &cell.evictions),
            errors: sum(|cell| &cell.errors) + counters.errors.load(Relaxed),
            session_hits: counters.session_hits.load(Relaxed),
            session_misses: counters.session_misses.load(Relaxed),
        }
    }

    /// Returns the numbers of `kind` in `tier`, with the `entries` and `bytes` given.
    pub(super) fn cell_stats(&self, kind: Kind, tier: Tier, size: (u64, u64)) -> CellStats {
        let cell = self.cell(kind, tier);
        CellStats {
            kind,
            tier,
            entries: size.0,
            bytes: Bytes(size.1),
            hits: cell.hits.load(Relaxed),
            misses: cell.misses.load(Relaxed),
            fills: cell.fills.load(Relaxed),
            evictions: cell.evictions.load(Relaxed),
            errors: cell.errors.load(Relaxed),
            oldest: None,
        }
    }

    /// Returns the numbers of every kind.
    pub(super) fn kind_stats(&self) -> Vec<KindStats> {
        let stats = |kind: Kind| {
            let (entries, bytes) = self.size_of(kind);
            KindStats {
                kind,
                entries,
                bytes: Bytes(bytes),
                hits: self.cells[kind as usize].iter().map(|cell| cell.hits.load(Relaxed)).sum(),
                misses: self.kind(kind).misses.load(Relaxed),
                removals: self.kind(kind).removals.load(Relaxed),
            }
        };
        Kind::iter().map(stats).collect()
    }
}

/// Subtracts without going below zero: numbers of an unclean stop may be too small.
fn subtract(counter: &AtomicU64, by: u64) {
    // The closure never refuses, so there is no error to look at.
    let _ = counter.fetch_update(Relaxed, Relaxed, |now| Some(now.saturating_sub(by)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_every_kind_and_tier() {
        assert_eq!((Kind::iter().count(), Tier::iter().count()), (KINDS, TIERS));
        assert!(Kind::iter().enumerate().all(|(at, kind)| kind as usize == at));
        assert!(Tier::iter().enumerate().all(|(at, tier)| tier as usize == at));
    }
}
