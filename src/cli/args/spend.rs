//! What can be typed after `larder spend`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::model::{Day, PicoUsd, SpendBy, Tool, UnixNanos};

/// Arguments of `spend`.
#[derive(Args, Clone, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct SpendArgs {
    /// What to do instead of showing sums.
    #[command(subcommand)]
    pub command: Option<SpendCommand>,
    /// How to sum up: daily, monthly, model, provider, project, session, filetype or tool
    #[arg(value_name = "BY", value_parser = by)]
    pub by: Option<SpendBy>,
    /// Which requests count.
    #[command(flatten)]
    pub which: SpendWhich,
    /// Exit with 3 when a budget is exceeded
    #[arg(long)]
    pub check: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print comma-separated values
    #[arg(long)]
    pub csv: bool,
}

/// Which requests count.
#[derive(Args, Clone, Debug, Default)]
pub struct SpendWhich {
    /// The first day, such as 2026-05-01
    #[arg(long, value_name = "DAY")]
    pub since: Option<Day>,
    /// The last day
    #[arg(long, value_name = "DAY")]
    pub until: Option<Day>,
    /// Only what this tool asked for
    #[arg(long, value_parser = tool)]
    pub tool: Option<Tool>,
    /// Only what this provider served
    #[arg(long)]
    pub provider: Option<String>,
    /// Only this model, with or without its date, or its beginning and *
    #[arg(long)]
    pub model: Option<String>,
    /// Only this project, with what lies below: its folder, or the folder's name
    #[arg(long)]
    pub project: Option<String>,
    /// Only this session
    #[arg(long)]
    pub session: Option<String>,
}

/// What `larder spend` can do besides showing sums.
#[derive(Clone, Debug, Subcommand)]
pub enum SpendCommand {
    /// Write a request down, for scripts
    Record(Box<RecordArgs>),
    /// Tell what newer prices change for the month that is open, and change it
    Reprice(RepriceArgs),
    /// Check every line of the ledger
    Verify(SpendVerifyArgs),
}

/// Arguments of `spend verify`.
#[derive(Args, Clone, Copy, Debug)]
pub struct SpendVerifyArgs {
    /// Go on without files of the ledger that are gone: they are not told of again
    #[arg(long)]
    pub accept: bool,
    /// Do not ask
    #[arg(short, long, requires = "accept")]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `spend reprice`.
pub type RepriceArgs = super::ChangeArgs;

/// Arguments of `spend record`.
#[derive(Args, Clone, Debug)]
pub struct RecordArgs {
    /// Who served it, such as openai
    #[arg(long)]
    pub provider: Option<String>,
    /// The model; may come from the answer
    #[arg(long)]
    pub model: Option<String>,
    /// Read answers of providers with their usage blocks, or what `codex exec --json` or `gemini -o
    /// json` printed, from this file; - is the input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["input", "output", "cache_read", "cache_write", "cache_write_1h"])]
    pub answer: Option<PathBuf>,
    /// Input tokens that were not cached
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub input: u64,
    /// Output tokens, reasoning included
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub output: u64,
    /// Input tokens read from the provider's cache
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub cache_read: u64,
    /// Input tokens written into the provider's cache
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub cache_write: u64,
    /// Input tokens written into the provider's cache for an hour
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub cache_write_1h: u64,
    /// What it cost in dollars, when the provider says so
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    pub cost: Option<PicoUsd>,
    /// What names the request: the same name twice is one request
    #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub id: Option<String>,
    /// The project's folder [default: the current one]
    #[arg(long, value_name = "FOLDER")]
    pub project: Option<PathBuf>,
    /// The session
    #[arg(long)]
    pub session: Option<String>,
    /// When, such as 2026-05-01T08:00:00Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: Option<UnixNanos>,
}

fn by(word: &str) -> Result<SpendBy, String> {
    word.parse().map_err(|_| format!("known are {}", super::words::<SpendBy>()))
}

fn tool(word: &str) -> Result<Tool, String> {
    word.parse().map_err(|_| format!("known are {}", super::words::<Tool>()))
}

pub(super) fn dollars(text: &str) -> Result<PicoUsd, String> {
    PicoUsd::parse_dollars(text).map_err(|_| "give dollars such as 0.0125".to_owned())
}

fn time(text: &str) -> Result<UnixNanos, String> {
    let wrong = || "give a time such as 2026-05-01T08:00:00Z".to_owned();
    let time: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
    i64::try_from(time.as_nanosecond()).map(UnixNanos).map_err(|_| wrong())
}
