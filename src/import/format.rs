//! Which formats there are, and how each is known.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    ImportError, aider,
    database::{Database, MAGIC},
    reading::Reading,
    rust_assistant, source, token_sqlite,
};

/// A format that larder takes entries over from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Token counts as one JSON object.
    TokenJson,
    /// Token counts in `SQLite`.
    TokenSqlite,
    /// Tags of aider.
    AiderTags,
    /// Results of `RustAssistant`, a JSON file each.
    RustAssistantJson,
    /// Results of `RustAssistant` in `SQLite`.
    RustAssistantSqlite,
    /// What larder itself exported; the store reads it.
    Larder,
}

impl Format {
    /// Returns what it is called.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TokenJson => "token cache (JSON)",
            Self::TokenSqlite => "token cache (SQLite)",
            Self::AiderTags => "aider's tag cache",
            Self::RustAssistantJson => "RustAssistant (JSON)",
            Self::RustAssistantSqlite => "RustAssistant (SQLite)",
            Self::Larder => "larder's export",
        }
    }
}

/// A cache of a known format.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Found {
    /// Its format.
    pub format: Format,
    /// The file or folder.
    pub path: PathBuf,
}

/// Names of files that hold token counts, and the folders of aider's tags.
pub(super) const TOKEN_FILES: [&str; 2] = ["token_cache.db", "token_cache.json"];

/// The folders of aider's tags.
pub(super) const AIDER_FOLDERS: [&str; 2] = [".aider.tags.cache.v4", ".aider.tags.cache.v3"];

/// How much of a file is looked at to know whether it is JSON.
const HEAD: u64 = 4 << 10;

/// How an export of larder begins.
const EXPORT: &[u8] = b"LARDXPRT";

/// Returns the caches at `path`: the one that a file is, or those that a folder is or holds.
///
/// # Errors
/// Fails when there is nothing that larder knows, and when it cannot be read.
pub fn detect(path: &Path) -> Result<Vec<Found>, ImportError> {
    let data = path.metadata().map_err(ImportError::unreadable(path))?;
    let found = if data.is_dir() { folder(path)? } else { vec![file(path)?] };
    if found.is_empty() {
        return Err(ImportError::Unknown { path: path.to_owned() });
    }
    Ok(found)
}

/// Returns the format of a file.
fn file(path: &Path) -> Result<Found, ImportError> {
    let head = source::head(path, HEAD)?;
    let found = |format| Ok(Found { format, path: path.to_owned() });
    let named = |ending: &str| {
        path.file_name().is_some_and(|name| {
            let name = name.to_string_lossy();
            name.contains("token_cache") && name.ends_with(ending)
        })
    };
    let text = head.trim_ascii_start();
    if head.is_empty() {
        return Err(ImportError::Empty { path: path.to_owned() });
    }
    if head.starts_with(EXPORT) {
        return found(Format::Larder);
    }
    if head.starts_with(MAGIC) {
        return Ok(Found { format: database_format(path)?, path: path.to_owned() });
    }
    if path.extension().is_some_and(|extension| extension == "db") {
        let why = "it does not begin as an SQLite database does".to_owned();
        return Err(ImportError::Database { path: path.to_owned(), why });
    }
    let mentions = |word: &str| memchr::memmem::find(&head, word.as_bytes()).is_some();
    if mentions("\"cache_type\"") || mentions("\"analyzed_at\"") {
        return found(Format::RustAssistantJson);
    }
    if named(".json") || (text.starts_with(b"{") && mentions("\"token_count\"")) {
        return found(Format::TokenJson);
    }
    Err(ImportError::Unknown { path: path.to_owned() })
}

/// Returns which database it is, by its tables.
fn database_format(path: &Path) -> Result<Format, ImportError> {
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let (progress, sink) = (&mut |_, _| {}, &mut |_| {});
    let database = Database::open(path, &mut Reading::new(progress, sink, &cancel))?;
    let tables = [
        (token_sqlite::TABLE, Format::TokenSqlite),
        (rust_assistant::TABLE, Format::RustAssistantSqlite),
        (aider::TABLE, Format::AiderTags),
    ];
    for (table, format) in tables {
        if database.has_table(table)? {
            return Ok(format);
        }
    }
    Err(ImportError::Unknown { path: path.to_owned() })
}

/// Returns the caches that a folder is or holds.
fn folder(path: &Path) -> Result<Vec<Found>, ImportError> {
    let mut found = Vec::new();
    let here = [path.join(aider::DATABASE)];
    let inside = AIDER_FOLDERS.iter().map(|name| path.join(name).join(aider::DATABASE));
    let local = path.join(".rustassistant").join("cache.db");
    let tokens = TOKEN_FILES.iter().map(|name| path.join(name));
    let central = rust_assistant::databases(path);
    for database in here.into_iter().chain(inside).chain([local]).chain(tokens).chain(central) {
        if database.is_file() {
            let mut one = file(&database)?;
            if let (Format::AiderTags, Some(folder)) = (one.format, database.parent()) {
                folder.clone_into(&mut one.path);
            }
            found.push(one);
        }
    }
    if !rust_assistant::homes(path).is_empty() {
        found.push(Found { format: Format::RustAssistantJson, path: path.to_owned() });
    }
    Ok(found)
}
