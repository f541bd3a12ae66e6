//! The caches of other tools, taken over: one file for each format.
//!
//! A reader yields what it finds as [`Imported`], the [`Importer`] looks at the files that the
//! entries speak of, and keeps what still holds. Nothing here writes to a source, nothing beside it
//! is made, and nothing in it is executed: pickles are read by a machine that knows one class.
//!
//! | format | where it usually lies | what it gives |
//! | --- | --- | --- |
//! | token cache, JSON or `SQLite` | `token_cache.json`, `token_cache.db` | counts |
//! | aider | `.aider.tags.cache.v3`, `.aider.tags.cache.v4` | tags |
//! | `RustAssistant`, JSON or `SQLite` | `.rustassistant/cache`, `.rustassistant/cache.db` | results |
//!
//! These tools name contents by SHA-256 or by the time of a file, larder by BLAKE3. So a count or a
//! tag is taken over only when its file is there and unchanged. A result is taken over always, under
//! [`Sha256::as_content`], whether its file is there or not, so that it has one name however often
//! it is imported. That name can be computed from the content as well: whoever gets a result by
//! content finds it with a second look.
//!
//! Deliberately not here: the store that keeps what is imported, and larder's own exports, which are
//! only recognised.

mod aider;
mod backup;
mod database;
mod error;
mod format;
mod importer;
mod item;
mod json_span;
mod kept;
mod offers;
mod pickle;
mod place;
mod reading;
pub mod repo_map;
pub mod rust_assistant;
mod sha256;
mod source;
mod token_json;
mod token_sqlite;

#[cfg(test)]
mod tests;

pub use backup::{backup, backup_path};
pub use error::ImportError;
pub use format::{Format, Found, detect};
pub use importer::{Count, Hooks, Importer, Keep, ReadBack};
pub use item::{
    Failure, ForeignCount, ForeignResult, ForeignTags, Imported, LeftOut, Tag, TagRole,
};
pub use kept::{About, Keeping, Kept, KeptName};
pub use offers::find_offers;
pub use reading::{Reading, Summary, read};
pub use sha256::Sha256;
