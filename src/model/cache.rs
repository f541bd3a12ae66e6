//! The store as seen from outside: kinds, tiers, entries, statistics.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::{Bytes, Millis, PicoUsd, RepoPath, ResultDetails, UnixNanos};

/// What an entry holds.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumIter,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// Tokens of a content in an encoding.
    Count,
    /// Definitions and references of a content.
    Tags,
    /// Chosen lines of a content, rendered.
    Tree,
    /// A ranked map of a repository.
    Map,
    /// The answer of a language model.
    Result,
    /// Something fetched from a network, for a time.
    Fetch,
}

/// A level of the store; a read goes from the first to the last.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumIter,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Tier {
    /// The path index of a repository: an unchanged file is known by one `lstat`.
    Index,
    /// Entries in memory.
    Memory,
    /// Entries in sled, or in the JSON file when sled cannot be opened.
    Disk,
}

/// The key of an entry: a BLAKE3 hash over all that the value depends on.
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct EntryKey(pub [u8; 32]);

impl fmt::Display for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl EntryKey {
    /// Parses 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut key = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
        }
        Some(Self(key))
    }
}

/// How the store works right now.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "reason")]
pub enum StoreMode {
    /// sled is being opened; reads and writes already work from memory.
    Opening,
    /// All is well.
    #[default]
    Ok,
    /// sled could not be opened; counts are kept in one JSON file. Holds the reason.
    Fallback(String),
    /// Reads only, such as on a read-only disk. Holds the reason.
    ReadOnly(String),
    /// Nothing is kept, such as while another larder owns the store. Holds the reason.
    MemoryOnly(String),
}

/// Numbers of one tier, for the life of the store unless said otherwise.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TierStats {
    /// Which tier.
    pub tier: Tier,
    /// Entries in it now.
    pub entries: u64,
    /// Bytes of keys and values in it now.
    pub bytes: Bytes,
    /// The most bytes it may hold; 0 for no limit of its own.
    pub limit: Bytes,
    /// Reads answered.
    pub hits: u64,
    /// Reads passed on or not answered.
    pub misses: u64,
    /// Entries filled in, from below or after computing.
    pub fills: u64,
    /// Entries removed to keep the limit or by a person.
    pub evictions: u64,
    /// Operations that failed, damaged entries included.
    pub errors: u64,
    /// Hits of this session.
    pub session_hits: u64,
    /// Misses of this session.
    pub session_misses: u64,
}

/// Numbers of one kind of entry, for the life of the store.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KindStats {
    /// Which kind.
    pub kind: Kind,
    /// Entries on disk now.
    pub entries: u64,
    /// Their bytes.
    pub bytes: Bytes,
    /// Reads answered by any tier.
    pub hits: u64,
    /// Reads that no tier answered.
    pub misses: u64,
    /// Entries that were there and were removed because somebody asked for it, one by one.
    pub removals: u64,
}

impl KindStats {
    /// Returns true when there is anything to tell of the kind.
    #[must_use]
    pub const fn is_used(&self) -> bool {
        self.entries + self.hits + self.misses > 0
    }
}

/// Numbers of one kind in one tier, for the life of the store.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CellStats {
    /// Which kind.
    pub kind: Kind,
    /// In which tier.
    pub tier: Tier,
    /// Entries in it now.
    pub entries: u64,
    /// Their bytes.
    pub bytes: Bytes,
    /// Reads answered.
    pub hits: u64,
    /// Reads passed on or not answered.
    pub misses: u64,
    /// Entries filled in.
    pub fills: u64,
    /// Entries removed to keep the limit or by a person.
    pub evictions: u64,
    /// Operations that failed, damaged entries included.
    pub errors: u64,
    /// When the oldest entry was made, when that is known.
    pub oldest: Option<UnixNanos>,
}

/// What hits have saved over the life of the store.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SavedBy {
    /// Time that computing again would have taken.
    pub ms: Millis,
    /// Money that asking again would have cost.
    pub usd: PicoUsd,
}

/// The whole store at a glance.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct CacheStatus {
    /// How it works right now.
    pub mode: StoreMode,
    /// Its folder, safe to show.
    pub folder: String,
    /// Each tier in the order of reads.
    pub tiers: Vec<TierStats>,
    /// Each kind.
    pub kinds: Vec<KindStats>,
    /// Each kind in each tier that has or had any of it.
    #[serde(default)]
    pub cells: Vec<CellStats>,
    /// Saved for life.
    pub saved: SavedBy,
    /// Hits of this session over all tiers.
    pub session_hits: u64,
    /// Reads of this session that had to be computed.
    pub session_misses: u64,
    /// False while the numbers are being recounted after an unclean stop: shown with `≈`.
    pub exact: bool,
    /// Bytes that the store's folder takes on the disk, as last measured.
    pub disk_use: Bytes,
    /// When all was last made safe on the disk; `None` when it never was.
    #[serde(default)]
    pub saved_at: Option<UnixNanos>,
}

impl CacheStatus {
    /// Returns the share of this session's reads that were hits, from 0 to 1; 0 without reads.
    #[must_use]
    pub fn session_hit_rate(&self) -> f64 {
        hit_rate(self.session_hits, self.session_misses)
    }
}

impl TierStats {
    /// Returns the share of this session's reads that were hits, from 0 to 1; 0 without reads.
    #[must_use]
    pub fn session_hit_rate(&self) -> f64 {
        hit_rate(self.session_hits, self.session_misses)
    }

    /// Returns the share of all reads that were hits, from 0 to 1; 0 without reads.
    #[must_use]
    pub fn hit_rate(&self) -> f64 {
        hit_rate(self.hits, self.misses)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
fn hit_rate(hits: u64, misses: u64) -> f64 {
    let all = hits.saturating_add(misses);
    if all == 0 { 0.0 } else { hits as f64 / all as f64 }
}

/// By what entries are listed.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Display,
    EnumString,
    Eq,
    IntoStaticStr,
    PartialEq,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum EntryOrder {
    /// The last used first.
    #[default]
    Recent,
    /// The oldest first.
    Oldest,
    /// The largest first.
    Largest,
    /// The most used first.
    Used,
}

/// Asks for entries.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct EntryQuery {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// The order.
    pub order: EntryOrder,
    /// Only where key, summary, file or model holds this text, in either case.
    #[serde(default)]
    pub text: Option<String>,
    /// How many to leave out.
    #[serde(default)]
    pub from: u64,
    /// At most so many.
    pub limit: u32,
}

/// Entries that were asked for.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct EntryPage {
    /// How many there are in all that match.
    pub total: u64,
    /// The ones asked for.
    pub entries: Vec<EntryView>,
}

/// One entry, as a row.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EntryView {
    /// Its key.
    pub key: EntryKey,
    /// What it holds.
    pub kind: Kind,
    /// Bytes of key and value.
    pub bytes: Bytes,
    /// When it was made.
    pub created: UnixNanos,
    /// When it was last read, to the minute.
    pub used: UnixNanos,
    /// How often it was read.
    pub uses: u32,
    /// What making it again would take.
    pub remake_ms: Millis,
    /// What making it again would cost, when known.
    #[serde(default)]
    pub remake_usd: Option<PicoUsd>,
    /// When it is too old to be used, when it ever is.
    #[serde(default)]
    pub expires: Option<UnixNanos>,
    /// The value in words: `1 512 tokens in o200k_base`; safe to show.
    pub summary: String,
}

/// One entry in full.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EntryDetails {
    /// The entry as a row.
    pub entry: EntryView,
    /// Files known to have this content, in the repositories whose index is loaded.
    pub paths: Vec<RepoPath>,
    /// Which tiers hold it.
    pub tiers: Vec<Tier>,
    /// What a result depends on and took.
    #[serde(default)]
    pub result: Option<ResultDetails>,
}

/// What a verification found.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct VerifyReport {
    /// Entries whose checksum was read.
    pub entries: u64,
    /// Entries that were damaged, and removed.
    pub damaged: u64,
    /// Files that were counted again.
    pub recounted: u64,
    /// Files whose stored count was wrong, and was repaired.
    pub wrong: u64,
    /// Files whose stored count was stale, and was dropped.
    pub stale: u64,
}
