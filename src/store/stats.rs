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
}

/// Everything in the file.
#[derive(Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Saved {
    pub(super) clean: bool,
    pub(super) spared_us: u64,
    pub(super) disk_use: u64,
    pub(super) tiers: Vec<TierRecord>,
    pub(super) kinds: Vec<KindRecord>,
    // Left out when empty, so that the sum of a file from before fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) results: Vec<ClassRecord>,
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
}
