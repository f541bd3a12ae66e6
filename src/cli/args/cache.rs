//! What can be typed after `larder cache` to list entries, to keep results, and to move caches.

use std::path::PathBuf;

use clap::Args;

use crate::model::{EntryKey, EntryOrder, Kind, PicoUsd};

/// Arguments of `cache list`.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// Only this kind
    #[arg(long, value_parser = super::kind)]
    pub kind: Option<Kind>,
    /// What comes first: recent, oldest, largest or used
    #[arg(long, value_name = "BY", default_value = "recent")]
    pub sort: EntryOrder,
    /// Only where key, type, file, repository or model holds this text
    #[arg(long)]
    pub text: Option<String>,
    /// At most so many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What names a result: changing any one of these is a miss.
#[derive(Args, Clone, Debug)]
pub struct ResultArgs {
    /// The type of the result, such as refactor or docs
    #[arg(long = "type", value_name = "TYPE")]
    pub of: String,
    /// The file whose content was sent
    #[arg(long, value_name = "FILE", required_unless_present = "content_hash")]
    pub content: Option<PathBuf>,
    /// The BLAKE3 hash of the content, instead of the file
    #[arg(long, value_name = "HEX", conflicts_with = "content", value_parser = super::entry_key)]
    pub content_hash: Option<EntryKey>,
    /// Who serves the model
    #[arg(long)]
    pub provider: String,
    /// The model
    #[arg(long)]
    pub model: String,
    /// The file with the prompt [default: the only prompt of the type]
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    /// A name or hash of the prompt, instead of the file
    #[arg(long, value_name = "TEXT", conflicts_with = "prompt")]
    pub prompt_hash: Option<String>,
    /// The version of the result's form
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub schema: u32,
}

/// Arguments of `cache put`.
#[derive(Args, Clone, Debug)]
pub struct PutArgs {
    /// What names the result.
    #[command(flatten)]
    pub factors: ResultArgs,
    /// The file with the result; - is the input
    #[arg(default_value = "-")]
    pub value: PathBuf,
    /// Tokens that it took
    #[arg(long, value_name = "N")]
    pub tokens: Option<u64>,
    /// What it cost in dollars
    #[arg(long, value_name = "DOLLARS", value_parser = super::spend::dollars)]
    pub cost: Option<PicoUsd>,
    /// Milliseconds that it took
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub took_ms: u64,
    /// Read tokens and cost from the provider's answer, JSON with its usage block
    #[arg(long, value_name = "FILE", conflicts_with_all = ["tokens"])]
    pub answer: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cache get`.
#[derive(Args, Clone, Debug)]
pub struct GetArgs {
    /// What names the result.
    #[command(flatten)]
    pub factors: ResultArgs,
    /// Write the result into this file; - is the output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
    /// Print the result with all that is known of it as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cache import`.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// A cache of another tool, or an export of larder: a file or a folder [default: what is found
    /// in the repository and in the home]
    #[arg(short, long, value_name = "PATH")]
    pub source: Option<PathBuf>,
    /// Only list what is found
    #[arg(long, conflicts_with_all = ["source", "destination", "backup", "verify"])]
    pub list: bool,
    /// The folder of the cache that takes it [default: that of larder]
    #[arg(short, long, value_name = "FOLDER")]
    pub destination: Option<PathBuf>,
    /// Copy the source first, beside it or to this place
    #[arg(short, long, value_name = "PATH", num_args = 0..=1, require_equals = true)]
    pub backup: Option<Option<PathBuf>>,
    /// Read every imported entry back and compare it
    #[arg(short, long)]
    pub verify: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cache export`.
#[derive(Args, Clone, Debug)]
pub struct ExportArgs {
    /// The file to write
    pub file: PathBuf,
    /// Only this kind
    #[arg(long, value_parser = super::kind)]
    pub kind: Option<Kind>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
