//! Logs of Claude Code and Codex as large as wanted, the same every time, with totals that are known.
//!
//! They hold what makes totals wrong: answers told line by line with counts that grow, sessions that
//! copy the beginning of another one, side chains that repeat answers under other ids, progress
//! reports, running counts told twice, threads that replay the one they were forked from, archived
//! copies, torn lines, and other tools' usage quoted in a text.

mod claude;
mod codex;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Changes whenever other logs are generated for the same size.
const VERSION: u32 = 2;

/// Where it is kept what logs hold.
const KNOWN: &str = "known.json";

/// The first moment: 2025-06-01, in milliseconds.
const START_MS: i64 = 1_748_736_000_000;

/// Logs reach over a year.
const YEAR_MS: i64 = 365 * 24 * 3_600_000;

/// Tokens of requests, each counted once.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Totals {
    /// Requests.
    pub(crate) requests: u64,
    /// Input that was in no cache.
    pub(crate) input: u64,
    /// Input that was read from a cache.
    pub(crate) cache_read: u64,
    /// Input that was written to a cache, for whichever time.
    pub(crate) cache_write: u64,
    /// Output.
    pub(crate) output: u64,
}

/// What was generated.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Known {
    version: u32,
    /// Log files, copies included.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Lines.
    pub(crate) lines: u64,
    /// Last lines that end in their middle; their tool may yet write the rest.
    pub(crate) torn: u64,
    /// Lines in the middle of a log that are cut off for good.
    pub(crate) broken: u64,
    /// All of Claude Code.
    pub(crate) claude: Totals,
    /// All of Codex.
    pub(crate) codex: Totals,
    /// By model.
    pub(crate) models: BTreeMap<String, Totals>,
}

impl Totals {
    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.input += other.input;
        self.cache_read += other.cache_read;
        self.cache_write += other.cache_write;
        self.output += other.output;
    }
}

/// Writes logs of about `bytes` below `home`, where the tools have them, half of each tool; returns
/// what they hold. Those of an earlier run are used again.
pub(crate) fn generate(home: &Path, bytes: u64) -> Known {
    let known = home.join(format!("{bytes}-{KNOWN}"));
    if let Some(known) = read_known(&known) {
        return known;
    }
    if home.exists() {
        fs::remove_dir_all(home).unwrap();
    }
    let mut made = Maker { home: home.to_owned(), known: Known::default(), dice: Dice(1) };
    claude::write(&mut made, bytes / 2);
    codex::write(&mut made, bytes);
    made.known.version = VERSION;
    fs::write(known, serde_json::to_vec_pretty(&made.known).unwrap()).unwrap();
    made.known
}

/// Reads what a finished run has left.
fn read_known(path: &Path) -> Option<Known> {
    let known: Known = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    (known.version == VERSION).then_some(known)
}

/// Writes files and counts what it writes.
struct Maker {
    home: PathBuf,
    known: Known,
    dice: Dice,
}

impl Maker {
    /// Writes a log and counts it.
    fn file(&mut self, path: &str, text: &[u8]) {
        let path = self.home.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.known.files += 1;
        self.known.bytes += text.len() as u64;
        self.known.lines += memchr::memchr_iter(b'\n', text).count() as u64;
    }

    /// Counts a request of a model.
    fn request(&mut self, model: &str, used: &Totals) {
        self.known.models.entry(model.to_owned()).or_default().add(used);
    }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    /// Returns a number below `most`.
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % most
    }

    /// Returns a number between both.
    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least)
    }

    /// Adds text of about so many bytes that may stand between quotes in JSON.
    fn words(&mut self, bytes: u64, out: &mut String) {
        const WORDS: [&str; 16] = [
            "fn ",
            "return ",
            "let mut ",
            "self.",
            "token",
            "cache ",
            "\\n    ",
            "\\\"text\\\" ",
            "größe ",
            "if ",
            "else ",
            "{ ",
            "} ",
            "0x1f ",
            "// why ",
            "\\\\d+ ",
        ];
        let end = out.len() + usize::try_from(bytes).unwrap();
        while out.len() < end {
            out.push_str(WORDS[usize::try_from(self.below(16)).unwrap()]);
        }
    }

    /// Adds text that quotes usage, which is nobody's.
    fn quoted_usage(&mut self, out: &mut String) {
        let tokens = self.below(100_000);
        let _ = write!(
            out,
            r#"{{\"type\":\"token_count\",\"message\":{{\"usage\":{{\"input_tokens\":{tokens}}}}}}}"#
        );
    }
}

/// Returns the moment that is so many milliseconds after the first one, as logs write it.
fn moment(ms: i64) -> String {
    let at = Timestamp::from_millisecond(START_MS + ms).unwrap();
    format!("{at:.3}")
}
