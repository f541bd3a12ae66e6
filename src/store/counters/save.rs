//! The numbers between two sessions.

use std::sync::atomic::Ordering::Relaxed;

use strum::IntoEnumIterator;

use crate::model::{Kind, Tier};

use super::{
    super::{
        entry::Size,
        stats::{CellRecord, KindRecord, Reads, Saved, TierRecord},
    },
    Counters,
};

impl Counters {
    /// Returns everything that outlives the session.
    pub(in crate::store) fn save(&self, clean: bool) -> Saved {
        Saved {
            clean,
            spared_us: 0,
            disk_use: self.disk_use.load(Relaxed),
            safe_at: self.saved_at.load(Relaxed),
            tiers: Tier::iter().map(|tier| self.save_tier(tier)).collect(),
            kinds: Kind::iter().map(|kind| self.save_kind(kind)).collect(),
            cells: self.save_cells(),
            results: Vec::new(),
            taken: String::new(),
            mark: 0,
        }
    }

    fn save_tier(&self, tier: Tier) -> TierRecord {
        let errors = self.tier(tier).errors.load(Relaxed);
        TierRecord { tier: tier.to_string(), errors, ..TierRecord::default() }
    }

    fn save_kind(&self, kind: Kind) -> KindRecord {
        let counters = self.kind(kind);
        let (entries, bytes) = self.size_of(kind);
        KindRecord {
            kind: kind.to_string(),
            entries,
            bytes,
            hits: 0,
            misses: counters.misses.load(Relaxed),
            spared_us: counters.spared_us.load(Relaxed),
            spared_pico: counters.spared_pico.load(Relaxed),
            file_bytes: self.file_bytes(kind),
            removals: counters.removals.load(Relaxed),
        }
    }

    fn save_cells(&self) -> Vec<CellRecord> {
        let both = Kind::iter().flat_map(|kind| Tier::iter().map(move |tier| (kind, tier)));
        let record = |(kind, tier): (Kind, Tier)| {
            let cell = self.cell(kind, tier);
            CellRecord {
                kind: kind.to_string(),
                tier: tier.to_string(),
                hits: cell.hits.load(Relaxed),
                misses: cell.misses.load(Relaxed),
                fills: cell.fills.load(Relaxed),
                evictions: cell.evictions.load(Relaxed),
                errors: cell.errors.load(Relaxed),
            }
        };
        both.map(record).collect()
    }

    /// Takes over what an earlier session saved.
    pub(in crate::store) fn load(&self, saved: &Saved) {
        for record in &saved.kinds {
            let Ok(kind) = record.kind.parse::<Kind>() else { continue };
            let size = Size { bytes: record.bytes, file: record.file_bytes };
            self.recounted(kind, record.entries, size);
            let counters = self.kind(kind);
            counters.misses.store(record.misses, Relaxed);
            counters.removals.store(record.removals, Relaxed);
            counters.spared_us.store(record.spared_us, Relaxed);
            counters.spared_pico.store(record.spared_pico, Relaxed);
        }
        for record in &saved.cells {
            let kind = record.kind.parse::<Kind>();
            let (Ok(kind), Ok(tier)) = (kind, record.tier.parse::<Tier>()) else { continue };
            let cell = self.cell(kind, tier);
            cell.hits.store(record.hits, Relaxed);
            cell.misses.store(record.misses, Relaxed);
            cell.fills.store(record.fills, Relaxed);
            cell.evictions.store(record.evictions, Relaxed);
            cell.errors.store(record.errors, Relaxed);
        }
        for record in &saved.tiers {
            let Ok(tier) = record.tier.parse::<Tier>() else { continue };
            self.tier(tier).errors.store(record.errors, Relaxed);
            if saved.cells.is_empty() {
                self.load_first_form(tier, record);
            }
        }
        if saved.cells.is_empty() {
            self.kind(Kind::Count).spared_us.store(saved.spared_us, Relaxed);
        }
        self.disk_use.store(saved.disk_use, Relaxed);
        self.saved_at.store(saved.safe_at, Relaxed);
    }

    /// Adds what others have read; it was not read in this session.
    pub(in crate::store) fn add(&self, reads: &Reads) {
        for record in &reads.kinds {
            let Ok(kind) = record.kind.parse::<Kind>() else { continue };
            let counters = self.kind(kind);
            counters.misses.fetch_add(record.misses, Relaxed);
            counters.removals.fetch_add(record.removals, Relaxed);
            counters.spared_us.fetch_add(record.spared_us, Relaxed);
            counters.spared_pico.fetch_add(record.spared_pico, Relaxed);
        }
        for record in &reads.cells {
            let kind = record.kind.parse::<Kind>();
            let (Ok(kind), Ok(tier)) = (kind, record.tier.parse::<Tier>()) else { continue };
            let cell = self.cell(kind, tier);
            cell.hits.fetch_add(record.hits, Relaxed);
            cell.misses.fetch_add(record.misses, Relaxed);
            cell.fills.fetch_add(record.fills, Relaxed);
            cell.evictions.fetch_add(record.evictions, Relaxed);
            cell.errors.fetch_add(record.errors, Relaxed);
        }
    }

    /// Takes over the numbers of a tier from when there was one kind, and no cells.
    fn load_first_form(&self, tier: Tier, record: &TierRecord) {
        let cell = self.cell(Kind::Count, tier);
        cell.hits.store(record.hits, Relaxed);
        cell.misses.store(record.misses, Relaxed);
        cell.fills.store(record.fills, Relaxed);
        cell.evictions.store(record.evictions, Relaxed);
    }
}
