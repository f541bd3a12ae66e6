//! Writes caches as other tools do.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::import::Sha256;

/// What lies in a folder: path, size, time of change, content.
pub(super) type State = BTreeMap<PathBuf, (u64, i64, i64, Vec<u8>)>;

/// Returns all that lies below a folder, to compare it before and after.
pub(super) fn state(folder: &Path) -> State {
    let mut found = State::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let data = path.symlink_metadata().unwrap();
        let content = if data.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        if data.is_dir() {
            found.extend(state(&path));
        }
        found.insert(path, (data.len(), data.mtime(), data.mtime_nsec(), content));
    }
    found
}

/// Writes a file and its folders.
pub(super) fn file(root: &Path, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path
}

/// Returns an entry of a token cache for a file that was written.
pub(super) fn count(path: &Path, tokens: u64, encoding: &str) -> Value {
    let (content, data) = (fs::read(path).unwrap(), path.metadata().unwrap());
    json!({
        "file_path": path,
        "content_hash": Sha256::of(&content).to_string(),
        "token_count": tokens,
        "last_updated": 1_760_000_000.25,
        "encoding_model": encoding,
        "file_size": content.len(),
        "mtime": data.mtime() as f64,
    })
}

/// Writes a token cache as JSON.
pub(super) fn token_json(path: &Path, entries: &[Value]) {
    let by_path = |entry: &Value| (entry["file_path"].as_str().unwrap().to_owned(), entry.clone());
    let object: serde_json::Map<String, Value> = entries.iter().map(by_path).collect();
    fs::write(path, serde_json::to_string_pretty(&object).unwrap()).unwrap();
}

/// Writes a token cache as a database.
pub(super) fn token_sqlite(path: &Path, entries: &[Value]) -> Connection {
    let database = Connection::open(path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE token_cache (file_path TEXT PRIMARY KEY, content_hash TEXT NOT NULL,
             token_count INTEGER NOT NULL, last_updated REAL NOT NULL, encoding_model TEXT NOT NULL,
             file_size INTEGER NOT NULL, mtime REAL NOT NULL);",
        )
        .unwrap();
    for entry in entries {
        database
            .execute(
                "INSERT INTO token_cache VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                (
                    entry["file_path"].as_str(),
                    entry["content_hash"].as_str(),
                    entry["token_count"].as_i64(),
                    entry["last_updated"].as_f64(),
                    entry["encoding_model"].as_str(),
                    entry["file_size"].as_i64(),
                    entry["mtime"].as_f64(),
                ),
            )
            .unwrap();
    }
    database
}

/// Returns an entry of `RustAssistant` about a content.
pub(super) fn answer(file: &str, content: &[u8], of: &str, result: &Value) -> Value {
    json!({
        "file_path": file,
        "file_hash": Sha256::of(content).to_string(),
        "cache_key": "",
        "analyzed_at": "2026-02-04T06:00:00+00:00",
        "provider": "xai",
        "model": "grok-beta",
        "prompt_hash": "acd151e433e330bf",
        "schema_version": 1,
        "result": result,
        "tokens_used": 120,
        "file_size": content.len(),
        "cache_type": of,
    })
}

/// Writes an entry of `RustAssistant` into a folder of types.
pub(super) fn answer_file(cache: &Path, name: &str, entry: &Value) -> PathBuf {
    let of = entry["cache_type"].as_str().unwrap();
    file(cache, &format!("{of}/{name}.json"), serde_json::to_string_pretty(entry).unwrap())
}

/// Writes a database of `RustAssistant`.
pub(super) fn answers_sqlite(path: &Path, repository: &Path, entries: &[Value]) -> Connection {
    let database = Connection::open(path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE cache_entries (id INTEGER PRIMARY KEY AUTOINCREMENT,
             cache_type TEXT NOT NULL, repo_path TEXT NOT NULL, file_path TEXT NOT NULL,
             file_hash TEXT NOT NULL, cache_key TEXT NOT NULL UNIQUE, provider TEXT NOT NULL,
             model TEXT NOT NULL, prompt_hash TEXT NOT NULL,
             schema_version INTEGER NOT NULL DEFAULT 1, result_blob BLOB NOT NULL,
             tokens_used INTEGER, file_size INTEGER NOT NULL, created_at TEXT NOT NULL,
             last_accessed TEXT NOT NULL, access_count INTEGER NOT NULL DEFAULT 0);",
        )
        .unwrap();
    for (number, entry) in entries.iter().enumerate() {
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        let blob = zstd::encode_all(entry["result"].to_string().as_bytes(), 3).unwrap();
        let sql = "INSERT INTO cache_entries (cache_type, repo_path, file_path, file_hash,
                   cache_key, provider, model, prompt_hash, schema_version, result_blob,
                   tokens_used, file_size, created_at, last_accessed, access_count)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, ?11,
                   '2026-02-04 06:00:00', '2026-02-05 06:00:00', 3)";
        let values = rusqlite::params![
            text("cache_type"),
            repository.to_str().unwrap(),
            text("file_path"),
            text("file_hash"),
            format!("{number:064x}"),
            text("provider"),
            text("model"),
            text("prompt_hash"),
            blob,
            entry["tokens_used"].as_i64(),
            entry["file_size"].as_i64(),
        ];
        database.execute(sql, values).unwrap();
    }
    database
}

/// Returns a pickle of tags as Python 3.8 and later write it.
pub(super) fn pickle(mtime: f64, path: &str, tags: &[(&str, &str, i32)]) -> Vec<u8> {
    let mut out = b"\x80\x05}\x94(\x8c\x05mtime\x94G".to_vec();
    out.extend(mtime.to_be_bytes());
    out.extend(b"\x8c\x04data\x94]\x94(");
    for (name, kind, line) in tags {
        out.extend(b"\x8c\x0daider.repomap\x8c\x03Tag\x93(");
        text(&mut out, path);
        text(&mut out, path);
        out.push(b'J');
        out.extend(line.to_le_bytes());
        text(&mut out, name);
        text(&mut out, kind);
        out.extend(b"t\x81");
    }
    out.extend(b"eu.");
    out
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'X');
    out.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
    out.extend(text.as_bytes());
}

/// Makes an empty tag cache of aider with a write-ahead log.
pub(super) fn aider(folder: &Path) -> Connection {
    fs::create_dir_all(folder).unwrap();
    let database = Connection::open(folder.join("cache.db")).unwrap();
    database
        .execute_batch(
            "PRAGMA journal_mode=wal;
             CREATE TABLE Settings (key TEXT NOT NULL UNIQUE, value);
             CREATE TABLE Cache (rowid INTEGER PRIMARY KEY, key BLOB, raw INTEGER, store_time REAL,
             expire_time REAL, access_time REAL, access_count INTEGER DEFAULT 0, tag BLOB,
             size INTEGER DEFAULT 0, mode INTEGER DEFAULT 0, filename TEXT, value BLOB);
             CREATE UNIQUE INDEX Cache_key_raw ON Cache(key, raw);",
        )
        .unwrap();
    database
}

/// Adds a row; a value of text is the name of a file.
pub(super) fn aider_row(database: &Connection, key: &str, mode: i64, value: Result<&[u8], &str>) {
    database
        .execute(
            "INSERT INTO Cache (key, raw, mode, filename, value) VALUES (?1, 1, ?2, ?3, ?4)",
            (key, mode, value.err(), value.ok()),
        )
        .unwrap();
}
