//! Eviction as it is asked for and previewed.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::{Bytes, EntryKey, Kind, Millis, PicoUsd};

/// Which entries go first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Display,
    EnumIter,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    PartialEq,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Policy {
    /// The least recently used go first.
    Lru,
    /// The least often used go first.
    Lfu,
    /// The ones made longest ago go first.
    Oldest,
    /// The largest go first.
    Largest,
    /// The cheapest to make again, per byte and use, go first.
    #[default]
    Cheapest,
    /// The dearest to make again go first.
    Dearest,
}

/// How much must go.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvictTarget {
    /// Until at most so many bytes are left.
    Bytes(Bytes),
    /// This share of the bytes, in percent from 0 to 100.
    Percent(u8),
    /// So many entries.
    Entries(u64),
}

/// Asks for an eviction, or for its preview.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EvictRequest {
    /// Which go first.
    pub policy: Policy,
    /// How much must go.
    pub target: EvictTarget,
    /// Only this kind.
    pub kind: Option<Kind>,
}

/// What an eviction would remove.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct EvictionPlan {
    /// By which policy.
    pub policy: Policy,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// The entries, the first to go first; a preview may hold only the first of them.
    pub victims: Vec<Victim>,
    /// How many go in all.
    pub entries: u64,
    /// Their bytes.
    pub bytes: Bytes,
    /// What making all of them again would take.
    pub remake_ms: Millis,
    /// What making all of them again would cost, as far as that is known.
    #[serde(default)]
    pub remake_usd: PicoUsd,
    /// Those of them of which nobody knows what making them again takes; both sums are without them.
    #[serde(default)]
    pub unknown: u64,
}

/// An entry that would go.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Victim {
    /// Its key.
    pub key: EntryKey,
    /// What it holds.
    pub kind: Kind,
    /// Its bytes.
    pub bytes: Bytes,
    /// What making it again would take.
    pub remake_ms: Millis,
    /// What making it again would cost.
    pub remake_usd: PicoUsd,
}
