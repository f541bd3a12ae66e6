//! What can be typed after `larder`.

mod cache;
mod spend;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::{
    config::parse_size,
    model::{Bytes, Day, Encoding, EntryKey, Kind, Policy},
};

pub use cache::{ExportArgs, GetArgs, ImportArgs, ListArgs, PutArgs, ResultArgs};
pub use spend::{RecordArgs, RepriceArgs, SpendArgs, SpendCommand, SpendVerifyArgs, SpendWhich};

/// The tokens of a codebase, live, from a warm cache.
///
/// Without a command it opens the dashboard of a folder.
#[derive(Clone, Debug, Parser)]
#[command(name = "larder", version, max_term_width = 100, args_conflicts_with_subcommands = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong arguments or settings, \
                        3 a check that did not hold.")]
pub struct Cli {
    /// What to do instead of opening the dashboard.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The dashboard's arguments.
    #[command(flatten)]
    pub dashboard: DashboardArgs,
}

/// What `larder` can do besides the dashboard.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Count the tokens of files and folders
    Count(CountArgs),
    /// Look into the cache and change it
    Cache(CacheArgs),
    /// Show what language models cost
    Spend(SpendArgs),
    /// Print one line for Claude Code's status line hook, which is read from the input
    Statusline,
    /// Show the queue that a repository's dashboard left
    Tasks(TasksArgs),
    /// Show every setting with its value
    Config(ConfigArgs),
    /// Show the keys of the dashboard
    Keys(JsonArgs),
    /// Show what a model costs, and since when
    Prices(PricesArgs),
    /// Check that larder can work here
    Doctor(JsonArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// Arguments of the dashboard.
#[derive(Args, Clone, Debug, Default)]
pub struct DashboardArgs {
    /// The folder to open [default: the current one]
    pub path: Option<PathBuf>,
    /// The model whose window and price the context is held against
    #[arg(short, long, value_name = "MODEL")]
    pub model: Option<String>,
    /// The encoding that counts, instead of the model's own
    #[arg(short, long, value_name = "ENCODING", value_parser = encoding)]
    pub encoding: Option<Encoding>,
    /// The colours: dark, light, plain, or the name of a theme of your own
    #[arg(long, value_name = "THEME")]
    pub theme: Option<String>,
    /// Neither read nor fill the cache
    #[arg(long)]
    pub no_cache: bool,
    /// Print the marked files as Markdown when the dashboard is left; the output may go into a file
    #[arg(long, conflicts_with = "once")]
    pub print_context: bool,
    /// Press these keys without a terminal, wait until the work is done, print the screen
    #[arg(
        long,
        value_name = "KEYS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    pub once: Option<String>,
    /// Columns and rows of the screen that --once prints
    #[arg(
        long,
        value_name = "WxH",
        default_value = "120x36",
        value_parser = screen_size,
        requires = "once"
    )]
    pub size: ScreenSize,
    /// Write the screen of --once as a picture
    #[arg(long, value_name = "FILE", requires = "once")]
    pub svg: Option<PathBuf>,
}

/// Arguments of `count`.
#[derive(Args, Clone, Debug)]
pub struct CountArgs {
    /// Files and folders [default: the current folder]
    pub paths: Vec<PathBuf>,
    /// Count in this encoding
    #[arg(short, long, value_name = "ENCODING", value_parser = encoding, conflicts_with = "model")]
    pub encoding: Option<Encoding>,
    /// Count as this model does; estimates are marked with ≈
    #[arg(short, long, value_name = "MODEL")]
    pub model: Option<String>,
    /// Levels of folders in the table; the JSON always holds everything
    #[arg(short, long, value_name = "N", default_value_t = 1)]
    pub depth: u16,
    /// What comes first in the table
    #[arg(short, long, value_name = "BY", value_enum, default_value_t)]
    pub sort: CountSort,
    /// Neither read nor fill the cache
    #[arg(long)]
    pub no_cache: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// By what the table of `count` is sorted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum CountSort {
    /// The most tokens first.
    #[default]
    Tokens,
    /// By name.
    Name,
    /// The most files first.
    Files,
}

/// Arguments of `cache`.
#[derive(Args, Clone, Debug)]
pub struct CacheArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: CacheCommand,
}

/// What `larder cache` can do.
#[derive(Clone, Debug, Subcommand)]
pub enum CacheCommand {
    /// Show tiers, kinds and what hits have saved
    Status(JsonArgs),
    /// List entries
    List(ListArgs),
    /// Show one entry
    Inspect {
        /// Its key: 64 hexadecimal digits, as `cache list` shows them
        #[arg(value_parser = entry_key)]
        key: EntryKey,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove single entries
    Remove {
        /// Their keys: 64 hexadecimal digits, as `cache list` shows them
        #[arg(required = true, value_name = "KEY", value_parser = entry_key)]
        keys: Vec<EntryKey>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove entries by a policy
    Evict(EvictArgs),
    /// Remove all entries, all of a kind, or all results of a type
    Clear(ClearArgs),
    /// Forget what was computed of files and folders, and count them again
    Invalidate {
        /// Files and folders of one repository
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check every entry, repair what is damaged
    Verify(VerifyArgs),
    /// Make the cache anew without what is gone, which gives space back
    Compact(JsonArgs),
    /// Tell how well the cache works, and what would help
    Report(JsonArgs),
    /// Keep the result of a language model
    Put(PutArgs),
    /// Get the result of a language model; exits with 3 when there is none
    Get(GetArgs),
    /// Take over the caches of other tools, or an export of larder
    #[command(visible_alias = "migrate")]
    Import(ImportArgs),
    /// Write all entries into one file; it holds whatever results hold
    Export(ExportArgs),
}

/// Arguments of `cache evict`.
#[derive(Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("target"))]
pub struct EvictArgs {
    /// What goes first: lru, lfu, oldest, largest, cheapest or dearest [default: store.policy]
    #[arg(long, value_parser = policy)]
    pub policy: Option<Policy>,
    /// Until at most so much is left, such as "500 MiB"
    #[arg(long, value_name = "SIZE", group = "target", value_parser = size)]
    pub to: Option<Bytes>,
    /// This share of the bytes [default: 20, when neither --to nor --entries is given]
    #[arg(long, value_name = "N", group = "target", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub percent: Option<u8>,
    /// So many entries
    #[arg(long, value_name = "N", group = "target")]
    pub entries: Option<u64>,
    /// Only this kind
    #[arg(long, value_parser = kind)]
    pub kind: Option<Kind>,
    /// Whether it asks, and what it prints.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of commands that can tell what they would change.
#[derive(Args, Clone, Copy, Debug)]
pub struct ChangeArgs {
    /// Only tell what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cache clear`.
#[derive(Args, Clone, Debug)]
pub struct ClearArgs {
    /// Only this kind
    #[arg(long, value_parser = kind)]
    pub kind: Option<Kind>,
    /// Only results of this type, such as docs or refactor; the name of a kind means the kind
    #[arg(short = 't', long = "cache-type", value_name = "TYPE", conflicts_with = "kind")]
    pub of: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cache verify`.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// The repository whose files are counted again [default: that of the current folder]
    pub path: Option<PathBuf>,
    /// Count this share of the repository's files again and compare [default: 10 in a repository]
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub sample: Option<u8>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `tasks`.
#[derive(Args, Clone, Debug)]
pub struct TasksArgs {
    /// The repository [default: the current folder]
    pub path: Option<PathBuf>,
    /// The same as PATH, as it was written once
    #[arg(long = "path", value_name = "PATH", hide = true, conflicts_with = "path")]
    pub path_option: Option<PathBuf>,
    /// At most so many queued and failed tasks
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `config`.
#[derive(Args, Clone, Debug)]
pub struct ConfigArgs {
    /// Tell where each value was set
    #[arg(long)]
    pub origin: bool,
    /// List the models instead
    #[arg(long, conflicts_with = "origin")]
    pub models: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `prices`.
#[derive(Args, Clone, Debug)]
pub struct PricesArgs {
    /// The model, with or without its provider before a slash [default: tell of the table itself]
    pub model: Option<String>,
    /// The day whose price is marked [default: today]
    #[arg(long, value_name = "DAY", requires = "model", value_parser = day)]
    pub at: Option<Day>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of commands that take no others.
#[derive(Args, Clone, Copy, Debug)]
pub struct JsonArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Columns and rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ScreenSize {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

impl Default for ScreenSize {
    fn default() -> Self {
        Self { columns: 120, rows: 36 }
    }
}

/// The widest and highest screen that `--once` draws: larger ones are no terminals.
const LARGEST_SCREEN: u16 = 1000;

fn screen_size(text: &str) -> Result<ScreenSize, String> {
    let wrong = || format!("give columns and rows from 1 to {LARGEST_SCREEN}, such as 120x36");
    let (columns, rows) = text.split_once('x').ok_or_else(wrong)?;
    let side = |text: &str| text.parse().ok().filter(|n| (1..=LARGEST_SCREEN).contains(n));
    let (Some(columns), Some(rows)) = (side(columns), side(rows)) else { return Err(wrong()) };
    Ok(ScreenSize { columns, rows })
}

fn encoding(name: &str) -> Result<Encoding, String> {
    name.parse().map_err(|unknown: crate::model::UnknownEncoding| unknown.to_string())
}

fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|bad: crate::model::BadDay| bad.to_string())
}

fn policy(name: &str) -> Result<Policy, String> {
    name.parse().map_err(|_| format!("known are {}", words::<Policy>()))
}

fn kind(name: &str) -> Result<Kind, String> {
    name.parse().map_err(|_| format!("known are {}", words::<Kind>()))
}

fn words<T: strum::IntoEnumIterator + ToString>() -> String {
    T::iter().map(|word| word.to_string()).collect::<Vec<_>>().join(", ")
}

fn entry_key(text: &str) -> Result<EntryKey, String> {
    EntryKey::parse(text).ok_or_else(|| "a key has 64 hexadecimal digits".to_owned())
}

fn size(text: &str) -> Result<Bytes, String> {
    parse_size(text).ok_or_else(|| "give bytes such as 1048576 or \"64 MiB\"".to_owned())
}

#[cfg(test)]
mod tests;
