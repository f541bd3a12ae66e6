//! The store at a glance.

use std::sync::atomic::Ordering::Relaxed;

use strum::IntoEnumIterator;

use super::{core::Bottom, hold::hold, store::Store};
use crate::model::{
    Bytes, CacheStatus, CellStats, Day, Inventory, Kind, SavedBy, Shown, Tier, UnixNanos,
};

impl Store {
    /// Returns all numbers; never waits for the disk.
    #[must_use]
    pub fn status(&self) -> CacheStatus {
        let core = self.core();
        let counters = &core.counters;
        let index = (counters.index_entries.load(Relaxed), counters.index_bytes.load(Relaxed), 0);
        let (entries, bytes) = core.memory.size();
        let memory = (entries, bytes, core.options.memory_bytes.0);
        let (entries, bytes) = counters.on_disk();
        let disk = (entries, bytes, core.options.disk_bytes.0);
        let (session_hits, session_misses) = counters.session();
        CacheStatus {
            mode: self.mode(),
            folder: core.folder.as_ref().map_or_else(String::new, |folder| {
                Shown::bytes(folder.as_os_str().as_encoded_bytes()).to_string()
            }),
            tiers: vec![
                counters.tier_stats(Tier::Index, index),
                counters.tier_stats(Tier::Memory, memory),
                counters.tier_stats(Tier::Disk, disk),
            ],
            kinds: counters.kind_stats(),
            cells: self.cells(),
            saved: counters.saved(),
            session_hits,
            session_misses,
            exact: counters.exact.load(Relaxed),
            disk_use: Bytes(counters.disk_use.load(Relaxed)),
            saved_at: match counters.saved_at.load(Relaxed) {
                0 => None,
                moment => Some(UnixNanos(moment)),
            },
        }
    }

    /// Returns what hits have saved from one day to another, both included; days are those of UTC.
    #[must_use]
    pub fn saved_between(&self, first: Day, last: Day) -> SavedBy {
        self.core().saved_between((number_of(first), number_of(last)))
    }

    /// Returns the numbers of each kind in each tier that has or had any of it.
    fn cells(&self) -> Vec<CellStats> {
        let core = self.core();
        let both = Kind::iter().flat_map(|kind| Tier::iter().map(move |tier| (kind, tier)));
        let stats = |(kind, tier): (Kind, Tier)| {
            let size = match tier {
                Tier::Index if kind == Kind::Count => (
                    core.counters.index_entries.load(Relaxed),
                    core.counters.index_bytes.load(Relaxed),
                ),
                Tier::Index => (0, 0),
                Tier::Memory => core.memory.size_of(kind),
                Tier::Disk => core.counters.size_of(kind),
            };
            let oldest = (tier == Tier::Disk).then(|| core.oldest(kind)).flatten();
            CellStats { oldest, ..core.counters.cell_stats(kind, tier, size) }
        };
        let is_used = |cell: &CellStats| {
            cell.entries + cell.hits + cell.misses + cell.fills + cell.evictions + cell.errors > 0
        };
        both.map(stats).filter(is_used).collect()
    }

    /// Returns when the oldest entry of each kind was made, where that is known: all entries were
    /// listed, and the oldest of them is still there.
    #[must_use]
    pub fn oldest(&self) -> Vec<Option<UnixNanos>> {
        Kind::iter().map(|kind| self.core().oldest(kind)).collect()
    }

    /// Returns all that is kept, once the database is open and lists every file.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        let core = self.core();
        // Nothing has to be opened to know that there is nothing.
        let is_empty = matches!(*hold(&core.bottom), Bottom::Idle)
            && core.fresh.load(Relaxed)
            && core.has_no_files();
        if !is_empty
            && core.settled_for_a_look().is_some()
            && let Ok(folder) = core.own_folder()
        {
            core.measure(folder);
        }
        Inventory { status: self.whole_status(), results: self.result_stats() }
    }

    /// Returns all numbers, the index tier's over all repositories; reads the heads of their files.
    #[must_use]
    pub fn whole_status(&self) -> CacheStatus {
        let mut status = self.status();
        let (entries, bytes) = self.index_totals();
        if let Some(index) = status.tiers.iter_mut().find(|tier| tier.tier == Tier::Index) {
            (index.entries, index.bytes) = (entries, Bytes(bytes));
        }
        status
    }
}

/// Returns how many days after the first of 1970 a day is.
fn number_of(day: Day) -> i64 {
    day.0.duration_since(jiff::civil::date(1970, 1, 1)).as_hours().div_euclid(24)
}
