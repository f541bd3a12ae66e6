//! Results of language models: what names one, what is kept of it, and importing and exporting.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Bytes, CacheStatus, ContentHash, EntryKey, Millis, PicoUsd, Tokens, UnixNanos};

/// All that a result depends on: changing any one of them is a miss.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct ResultFactors {
    /// The type, such as `refactor` or `docs`; never empty.
    pub of: String,
    /// The content that was sent.
    pub content: ContentHash,
    /// Who served the model.
    pub provider: String,
    /// The model.
    pub model: String,
    /// A hash of the prompt, as its maker names it.
    pub prompt: String,
    /// The version of the result's form.
    pub schema: u32,
}

/// One result with what is known of it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ResultEntry {
    /// What it depends on.
    pub factors: ResultFactors,
    /// The repository that the file lies in; empty when unknown.
    pub repository: String,
    /// The file, relative to the repository; empty when unknown.
    pub file: String,
    /// Tokens that it took, when known.
    pub tokens: Option<Tokens>,
    /// What it cost, when known.
    pub cost: Option<PicoUsd>,
    /// How long it took.
    pub took: Millis,
    /// When it was made.
    pub created: UnixNanos,
    /// The result itself, as it was given; it may be empty.
    pub value: Vec<u8>,
}

/// Numbers of the results of one type and model.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ResultStats {
    /// The type.
    pub of: String,
    /// Who served the model.
    pub provider: String,
    /// The model.
    pub model: String,
    /// Entries.
    pub entries: u64,
    /// Bytes on the disk.
    pub bytes: Bytes,
    /// Bytes before they were compressed.
    pub raw: Bytes,
    /// Tokens of those that say it.
    pub tokens: Tokens,
    /// Cost of those that say it.
    pub cost: PicoUsd,
    /// Entries that do not say what they cost.
    pub unpriced: u64,
    /// Reads for life.
    pub hits: u64,
    /// Money that these reads saved.
    pub saved: PicoUsd,
}

/// Asks for the caches of other tools to be taken over.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ImportRequest {
    /// A file or folder: a cache of another tool, or an export of larder.
    pub source: PathBuf,
    /// Where the source is copied to first.
    pub backup: Option<PathBuf>,
    /// Whether every imported entry is read back and compared.
    pub verify: bool,
}

/// A cache of another tool that may be taken over.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Offer {
    /// The file or folder.
    pub source: PathBuf,
    /// What it is, in words.
    pub tool: String,
    /// How many entries it has, when that is cheap to know.
    pub entries: Option<u64>,
    /// The bytes of its file; 0 for a folder of entries.
    pub bytes: Bytes,
}

/// What an import did.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ImportReport {
    /// The format that was found, in words.
    pub format: String,
    /// Entries that were found, those among them that could not be read.
    pub found: u64,
    /// Entries that are in the cache now.
    pub imported: u64,
    /// Entries that were left out, by reason: stale, of unknown kind, already there.
    pub skipped: Vec<(String, u64)>,
    /// Entries that could not be read.
    pub failed: u64,
    /// The first of them, with the reason; safe to show.
    pub failures: Vec<(String, String)>,
    /// Entries that were read back, and how many of them differed; `None` when nobody asked.
    pub verified: Option<(u64, u64)>,
    /// Bytes of the source.
    pub source_bytes: Bytes,
    /// Bytes of the entries that were made of it.
    pub stored_bytes: Bytes,
    /// Where the backup lies.
    pub backup: Option<PathBuf>,
    /// How long it took.
    pub took: Millis,
}

/// What an export wrote.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ExportReport {
    /// Entries in the file.
    pub entries: u64,
    /// Its bytes.
    pub bytes: Bytes,
}

/// All of a result but its value.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ResultDetails {
    /// What it depends on.
    #[serde(flatten)]
    pub factors: ResultFactors,
    /// The repository; empty when unknown.
    pub repository: String,
    /// The file; empty when it was made of a text.
    pub file: String,
    /// Tokens that it took, when its maker said so.
    pub tokens: Option<Tokens>,
}

/// Results that would have to be asked for again.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PaidFor {
    /// Results.
    pub entries: u64,
    /// What those cost that say it.
    pub cost: PicoUsd,
    /// Those that do not say it.
    pub unpriced: u64,
}

impl PaidFor {
    /// Sums up.
    #[must_use]
    pub fn of<'r>(results: impl IntoIterator<Item = &'r ResultStats>) -> Self {
        results.into_iter().fold(Self::default(), |sum, stats| Self {
            entries: sum.entries + stats.entries,
            cost: PicoUsd(sum.cost.0.saturating_add(stats.cost.0)),
            unpriced: sum.unpriced + stats.unpriced,
        })
    }
}

/// All that is kept.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Inventory {
    /// All numbers.
    pub status: CacheStatus,
    /// Those of results by type and model.
    pub results: Vec<ResultStats>,
}

/// How well the cache works, and what would help.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct CacheReport {
    /// Each kind that has entries or reads.
    pub kinds: Vec<KindReport>,
    /// Results by type and model.
    pub results: Vec<ResultStats>,
    /// Where reads miss most: folders or kinds, the worst first.
    pub cold: Vec<ColdSpot>,
    /// Entries made and removed per day, over the days that are known.
    pub churn: Churn,
    /// Entries beside counts that were never read again, and their bytes; the path index answers
    /// instead of most counts.
    pub unread: (u64, Bytes),
    /// What would help, in words; empty when nothing would.
    pub advice: Vec<String>,
}

/// How well one kind works.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KindReport {
    /// Which.
    pub kind: super::Kind,
    /// Reads that were answered, for life.
    pub hits: u64,
    /// Reads that were not.
    pub misses: u64,
    /// What hits saved.
    pub saved: super::SavedBy,
    /// Entries that are there.
    pub entries: u64,
    /// Their bytes.
    pub bytes: Bytes,
}

/// A place where the cache does not help.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ColdSpot {
    /// The folder, safe to show.
    pub place: String,
    /// Files there whose value had to be computed in this session.
    pub misses: u64,
    /// Files there in all.
    pub files: u64,
}

/// How much comes and goes.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Churn {
    /// Entries made per day.
    pub made: f64,
    /// Entries evicted per day, on request and to keep the limit.
    pub evicted: f64,
    /// Those of them that went to keep the limit.
    pub forced: f64,
    /// Days that this is known for.
    pub days: u32,
}

/// The key under which a result is kept, with what was found.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FoundResult {
    /// Its key.
    pub key: EntryKey,
    /// The result, when it is there.
    pub entry: Option<ResultEntry>,
}
