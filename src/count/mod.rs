//! Counts tokens exactly as tiktoken does, fast, on every input, without ever panicking.
//!
//! A [`Counter`] is free to make and shared between threads; each thread takes its own [`Worker`].
//! Deliberately not here: reading files, remembering counts, knowing which model wants which
//! encoding.

mod estimate;
mod options;
mod sniff;
mod split;
mod worker;

pub use estimate::{count_or_estimate, estimate_by_words};
pub use options::{EngineChoice, Options};
pub use sniff::is_binary;
pub use split::split_points;
pub use worker::{CountError, Counter, Worker};

/// The version of the counts: part of every stored key, raised whenever a count could change.
pub const VERSION: u32 = 1;
