//! The file that keeps the store's numbers between sessions.
//!
//! It is marked clean when it matches the entries and unclean before the first change after that,
//! so that a killed larder knows to recount.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    atomic_file::{self, Sync},
    tally::ClassRecord,
};

/// The form of the file.
const VERSION: u32 = 1;

/// Numbers of a tier, for life.
#[derive(Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct TierRecord {
    pub(super) tier: String,
    pub(super) hits: u64,
    pub(super) misses: u64,
    pub(super) fills: u64,
    pub(super) evictions: u64,
    pub(super) errors: u64,
}

/// Numbers of a kind, for life.
#[derive(Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct KindRecord {
    pub(super) kind: String,
    pub(super) entries: u64,
    pub(super) bytes: u64,
    pub(super) hits: u64,
    pub(super) misses: u64,
    // Left out when zero or empty, so that the sum of a file from before fits.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) spared_us: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) spared_pico: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) file_bytes: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) removals: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
const fn is_never(moment: &i64) -> bool {
    *moment == 0
}

/// Numbers of a kind in a tier, for life.
#[derive(Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct CellRecord {
    pub(super) kind: String,
    pub(super) tier: String,
    pub(super) hits: u64,
    pub(super) misses: u64,
    pub(super) fills: u64,
    pub(super) evictions: u64,
    pub(super) errors: u64,
}

/// Everything in the file.
#[derive(Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Saved {
    pub(super) clean: bool,
    pub(super) spared_us: u64,
    pub(super) disk_use: u64,
    /// When all was last made safe, 0 for never.
    #[serde(default, skip_serializing_if = "is_never")]
    pub(super) safe_at: i64,
    pub(super) tiers: Vec<TierRecord>,
    pub(super) kinds: Vec<KindRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) cells: Vec<CellRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) results: Vec<ClassRecord>,
    /// What others did that these numbers hold last.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) taken: String,
    /// The number that the database had when these were saved.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) mark: u64,
}

/// What was read in a time, and what that saved: the rest of the numbers is nothing.
#[derive(Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Reads {
    pub(super) kinds: Vec<KindRecord>,
    pub(super) cells: Vec<CellRecord>,
    pub(super) results: Vec<ClassRecord>,
}

impl Reads {
    /// Returns true when nothing was read.
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.cells.is_empty() && self.results.is_empty()
    }
}

impl Saved {
    /// Returns what was read since the numbers were those of `before`.
    pub(super) fn since(&self, before: &Self) -> Reads {
        let kinds = self.kinds.iter().filter_map(|now| {
            let before = before.kinds.iter().find(|before| before.kind == now.kind);
            now.since(before.unwrap_or(&KindRecord::default()))
        });
        let cells = self.cells.iter().filter_map(|now| {
            let is_it =
                |before: &&CellRecord| (&before.kind, &before.tier) == (&now.kind, &now.tier);
            now.since(before.cells.iter().find(is_it).unwrap_or(&CellRecord::default()))
        });
        let results = self.results.iter().filter_map(|now| now.since(&before.results));
        Reads { kinds: kinds.collect(), cells: cells.collect(), results: results.collect() }
    }
}

impl KindRecord {
    fn since(&self, before: &Self) -> Option<Self> {
        let reads = Self {
            kind: self.kind.clone(),
            misses: self.misses.saturating_sub(before.misses),
            spared_us: self.spared_us.saturating_sub(before.spared_us),
            spared_pico: self.spared_pico.saturating_sub(before.spared_pico),
            removals: self.removals.saturating_sub(before.removals),
            ..Self::default()
        };
        let is_any = reads.misses + reads.spared_us + reads.spared_pico + reads.removals > 0;
        is_any.then_some(reads)
    }
}

impl CellRecord {
    fn since(&self, before: &Self) -> Option<Self> {
        let reads = Self {
            kind: self.kind.clone(),
            tier: self.tier.clone(),
            hits: self.hits.saturating_sub(before.hits),
            misses: self.misses.saturating_sub(before.misses),
            fills: self.fills.saturating_sub(before.fills),
            evictions: self.evictions.saturating_sub(before.evictions),
            errors: self.errors.saturating_sub(before.errors),
        };
        let Self { hits, misses, fills, evictions, errors, .. } = &reads;
        (hits + misses + fills + evictions + errors > 0).then_some(reads)
    }
}

#[derive(Deserialize, Serialize)]
struct File<T> {
    version: u32,
    /// BLAKE3 of the numbers as written.
    sum: String,
    numbers: T,
}

/// Reads the file; `None` when it is missing or cannot be trusted.
pub(super) fn load(path: &Path) -> Option<Saved> {
    let bytes = std::fs::read(path).ok()?;
    let file: File<Saved> = serde_json::from_slice(&bytes)
        .inspect_err(
            |error| tracing::warn!(path = %path.display(), %error, "the numbers are damaged"),
        )
        .ok()?;
    let intact = file.version == VERSION && file.sum == sum(&file.numbers);
    if !intact {
        tracing::warn!(path = %path.display(), "the numbers are damaged or of another version");
    }
    intact.then_some(file.numbers)
}

/// Writes the file.
pub(super) fn save(path: &Path, saved: &Saved, sync: Sync) -> io::Result<()> {
    let file = File { version: VERSION, sum: sum(saved), numbers: saved };
    let bytes = serde_json::to_vec(&file).map_err(io::Error::other)?;
    atomic_file::write(path, &bytes, sync)
}

fn sum(saved: &Saved) -> String {
    let bytes = serde_json::to_vec(saved).unwrap_or_default();
    blake3::hash(&bytes).to_hex().as_str()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_and_damaged_ones_are_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stats");
        let saved = Saved { clean: true, spared_us: 5, ..Saved::default() };
        save(&path, &saved, Sync::Durable).unwrap();
        assert_eq!(load(&path), Some(saved));
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("\"spared_us\":5", "\"spared_us\":6")).unwrap();
        assert_eq!(load(&path), None);
        assert_eq!(load(&folder.path().join("missing")), None);
    }

    #[test]
    fn numbers_of_the_first_form_are_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stats");
        let numbers = r#"{"clean":true,"spared_us":9,"disk_use":1,"tiers":[{"tier":"disk","hits":3,"misses":2,"fills":5,"evictions":1,"errors":4}],"kinds":[{"kind":"count","entries":7,"bytes":70,"hits":3,"misses":2}]}"#;
        let sum = &blake3::hash(numbers.as_bytes()).to_hex()[..16];
        std::fs::write(&path, format!(r#"{{"version":1,"sum":"{sum}","numbers":{numbers}}}"#))
            .unwrap();
        let counters = super::super::counters::Counters::new(std::sync::Arc::default());
        counters.load(&load(&path).unwrap());
        let disk = counters.tier_stats(crate::model::Tier::Disk, counters_size(&counters));
        assert_eq!((disk.hits, disk.misses, disk.fills), (3, 2, 5));
        assert_eq!((disk.errors, disk.entries, disk.bytes.0), (4, 7, 70));
        assert_eq!(counters.kind_stats()[0].hits, 3);
    }

    fn counters_size(counters: &super::super::counters::Counters) -> (u64, u64, u64) {
        let (entries, bytes) = counters.on_disk();
        (entries, bytes, 0)
    }
}
