//! Counts tokens exactly as tiktoken does, fast, on every input, without ever panicking.
//!
//! A [`Counter`] is free to make and shared between threads; each thread takes its own [`Worker`].
//! Text becomes pieces 64 bytes at a time: `masks` tell what bytes are, `starts` where pieces
//! begin, `pattern` what both leave. The `engine` asks its `cache`, then the words and merges
//! of the `tables` that `build/` wrote: `merge` for short pieces, `long` for all others.
//!
//! Deliberately not here: reading files, remembering counts, knowing which model wants which
//! encoding.

mod cache;
mod characters;
mod class;
mod engine;
mod estimate;
mod long;
mod masks;
mod merge;
mod options;
mod pattern;
#[cfg(target_arch = "x86_64")]
mod simd;
mod sniff;
mod split;
mod starts;
mod tables;
#[cfg(test)]
mod tests;
pub mod twins;
mod waiting;
mod worker;

pub use estimate::{count_or_estimate, estimate_by_words};
pub use options::{EngineChoice, Options};
pub use sniff::is_binary;
pub use split::{cut_before, split_points};
pub use worker::{CountError, Counter, Worker};

/// The version of the counts: part of every stored key, raised whenever a count could change.
pub const VERSION: u32 = 2;
