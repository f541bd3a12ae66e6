//! The settings of the store.

use std::ops::RangeInclusive;

use serde::Deserialize;

use crate::model::{Bytes, Kind, Policy};

/// Which entries leave memory first.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum MemoryPolicy {
    /// The least recently used.
    #[default]
    Lru,
    /// The least often used, and of these the least recently used.
    Lfu,
}

/// The settings of the store.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Options {
    /// The most bytes that entries take in memory.
    pub memory_bytes: Bytes,
    /// The most entries in memory.
    pub memory_entries: u64,
    /// How many entries leave memory at once when there are that many.
    pub memory_batch: u64,
    /// The most bytes of entries on the disk.
    pub disk_bytes: Bytes,
    /// Percent of `disk_bytes` over which a clean-up starts.
    pub high_mark: u8,
    /// Percent of `disk_bytes` at which it ends.
    pub low_mark: u8,
    /// Which entries a clean-up removes first.
    pub policy: Policy,
    /// Which entries leave memory first.
    pub memory_policy: MemoryPolicy,
    /// Whether every file is hashed, whatever `lstat` says of it.
    pub strict: bool,
    /// How often what is new is made safe on the disk.
    pub checkpoint_ms: u64,
    /// The store stops writing when the disk has less space left.
    pub free_bytes: Bytes,
    /// How long entries are good for.
    pub ttl: Ttl,
}

/// How long entries of each kind are good for, in seconds; 0 for as long as they are kept.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Ttl {
    /// Counts.
    pub count_seconds: u64,
    /// Tags.
    pub tags_seconds: u64,
    /// Rendered lines.
    pub tree_seconds: u64,
    /// Maps.
    pub map_seconds: u64,
    /// Results of language models.
    pub result_seconds: u64,
    /// What was fetched.
    pub fetch_seconds: u64,
}

impl Default for Ttl {
    fn default() -> Self {
        Self {
            count_seconds: 0,
            tags_seconds: 0,
            tree_seconds: 0,
            map_seconds: 0,
            result_seconds: 0,
            fetch_seconds: 3600,
        }
    }
}

impl Ttl {
    /// Returns how many seconds entries of `kind` are good for; `None` when they always are.
    pub(super) fn of(&self, kind: Kind) -> Option<u64> {
        let seconds = match kind {
            Kind::Count => self.count_seconds,
            Kind::Tags => self.tags_seconds,
            Kind::Tree => self.tree_seconds,
            Kind::Map => self.map_seconds,
            Kind::Result => self.result_seconds,
            Kind::Fetch => self.fetch_seconds,
        };
        (seconds > 0).then_some(seconds)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            memory_bytes: Bytes(64 << 20),
            memory_entries: 1_000_000,
            memory_batch: 1,
            disk_bytes: Bytes(1 << 30),
            high_mark: 95,
            low_mark: 85,
            policy: Policy::Cheapest,
            memory_policy: MemoryPolicy::Lru,
            strict: false,
            checkpoint_ms: 5000,
            free_bytes: Bytes(256 << 20),
            ttl: Ttl::default(),
        }
    }
}

impl Options {
    /// What the settings let `memory_bytes` be.
    pub const MEMORY_BYTES: RangeInclusive<u64> = 1 << 20..=64 << 30;
    /// What they let `memory_entries` be.
    pub const MEMORY_ENTRIES: RangeInclusive<u64> = 100..=1_000_000;
    /// What they let `disk_bytes` be.
    pub const DISK_BYTES: RangeInclusive<u64> = 1 << 20..=1 << 40;

    /// Returns the bytes on the disk over which a clean-up starts.
    pub(super) fn high_bytes(&self) -> u64 {
        percent_of(self.disk_bytes, self.high_mark)
    }

    /// Returns the bytes that a clean-up leaves at most.
    pub(super) fn low_bytes(&self) -> u64 {
        percent_of(self.disk_bytes, self.low_mark.min(self.high_mark))
    }
}

fn percent_of(bytes: Bytes, percent: u8) -> u64 {
    bytes.0 / 100 * u64::from(percent.min(100)) + bytes.0 % 100 * u64::from(percent.min(100)) / 100
}
