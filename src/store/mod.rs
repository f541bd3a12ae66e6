//! The store: everything larder has computed once and keeps, in tiers, for all repositories.
//!
//! A read goes from memory to the disk and fills memory on its way back; a write goes to memory at
//! once and to the disk a little later, on the store's own thread. Beside the entries, which are
//! keyed by content, lies one path index per repository, which knows an unchanged file by its
//! `lstat`. Whatever fails below, the store goes on with what is left and says why.
//!
//! The folder that it is given holds:
//!
//! ```text
//! LOCK               held while a process owns the store; its pid
//! CURRENT            the live generation and the epoch of the path indexes
//! gen-0001/sled/     the entries
//! gen-0001/stats     the numbers as of the last checkpoint
//! blobs/<kind>/      values too large for the database, shared by all generations
//! history            what came and went, day by day
//! touches            when and how often entries were read
//! spool              what others read and kept while a process owns the store
//! repos/<hash>.idx   one path index per repository
//! quarantine/        generations that could not be read, the newest few
//! token_cache.json   the counts while sled cannot be opened
//! ```
//!
//! Results of language models cost money, so they lie outside of it, in the data folder, each in a
//! file that says itself what it is.
//!
//! Results of language models, kept and found again:
//!
//! ```
//! use std::sync::Arc;
//!
//! use larder::{
//!     model::{Clock, ContentHash, Millis, PicoUsd, ResultEntry, ResultFactors, SystemClock, Tokens},
//!     store::{Options, Places, Store},
//! };
//!
//! # let folder = tempfile::tempdir()?;
//! let clock = Arc::new(SystemClock::start());
//! let places = Places::new(&folder.path().join("cache"), &folder.path().join("data"));
//! let store = Store::open(&places, &Options::default(), clock.clone());
//! let factors = ResultFactors {
//!     of: "review".to_owned(),
//!     content: ContentHash(*blake3::hash(b"fn main() {}").as_bytes()),
//!     provider: "openai".to_owned(),
//!     model: "gpt-5".to_owned(),
//!     prompt: "v3".to_owned(),
//!     schema: 1,
//! };
//! assert!(store.result(&factors).is_none());
//! store.put_result(&ResultEntry {
//!     factors: factors.clone(),
//!     repository: "/home/ada/orchard".to_owned(),
//!     file: "src/main.rs".to_owned(),
//!     tokens: Some(Tokens(420)),
//!     cost: PicoUsd::parse_dollars("0.0021").ok(),
//!     took: Millis(1_800),
//!     created: clock.wall(),
//!     value: br#"{"score":9}"#.to_vec(),
//! })?;
//! let found = store.result(&factors).map(|entry| entry.value);
//! assert_eq!(found.as_deref(), Some(&br#"{"score":9}"#[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Deliberately not here: where that folder is, what a count means, and which file holds which
//! content: the engine knows.

mod adopt;
mod age;
mod arrivals;
mod atomic_file;
mod beside;
mod blob;
mod browse;
mod catalog;
mod chain;
mod changed;
mod checkpoint;
mod clear;
mod compact;
mod core;
mod counters;
mod counts;
mod disk;
mod entry;
mod error;
mod evict;
mod exchange;
mod fallback;
mod flight;
mod found;
mod generation;
mod history;
mod hold;
mod index;
mod key;
mod key_map;
mod keys;
mod lock;
mod mark;
mod memory;
mod opening;
mod options;
mod patience;
mod pending;
mod pressure;
mod rack;
mod recency;
mod remarks;
mod report;
mod rest;
mod results;
mod space;
mod spool;
mod stats;
mod status;
#[expect(clippy::module_inception, reason = "a file is named after its main type")]
mod store;
mod succession;
mod summary;
mod sweep;
mod tally;
mod tier;
mod touches;
mod truth;
mod typed;
mod writer;

#[cfg(test)]
mod tests;

pub use self::{
    compact::Compacted,
    counts::CountKey,
    error::{Fault, StoreError},
    index::{IndexRecord, IndexState, Known, PathIndex},
    key::KeyBuilder,
    keys::{FetchKey, Keyed, MapKey, TagsKey, TreeKey},
    options::{MemoryPolicy, Options, Ttl},
    pressure::{Pressure, PressureReading},
    store::{Computed, Got, Hit, Places, Store},
    typed::Remake,
};
