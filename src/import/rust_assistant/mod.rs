//! The caches of `RustAssistant`: answers of language models, as JSON files or in `SQLite`.

mod entry;
mod json;
mod keys;
mod layout;
mod prices;
mod sqlite;

pub use keys::{
    DEFAULT_SCHEMA, default_prompt, file_name, json_key, migrated_key, repository_hash, sql_key,
};
pub use prices::estimated_cost;

pub(super) use json::read as read_json;
pub(super) use layout::{FOLDER, TYPES, databases, homes};
pub(super) use sqlite::{COUNT, TABLE, read as read_sqlite};
