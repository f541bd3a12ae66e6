//! The token cache that is an `SQLite` table.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path, path::PathBuf};

use rusqlite::Row;

use super::{
    Failure, ImportError,
    database::{Database, bytes, column, whole},
    reading::Reading,
    token_json::Entry,
};

/// The table.
pub(super) const TABLE: &str = "token_cache";

/// Tells how many entries there are.
pub(super) const COUNT: &str = "SELECT count(*) FROM token_cache";

/// Its columns, in the order in which they are selected.
const COLUMNS: [&str; 7] = [
    "file_path",
    "content_hash",
    "token_count",
    "last_updated",
    "encoding_model",
    "file_size",
    "mtime",
];

/// Reads the token cache at `path`.
pub(super) fn read(path: &Path, reading: &mut Reading<'_>) -> Result<(), ImportError> {
    let database = Database::open(path, reading)?;
    database.require(TABLE, &COLUMNS)?;
    reading.expect(database.rows(TABLE)?);
    let select = format!("SELECT {} FROM {TABLE} ORDER BY rowid", COLUMNS.join(", "));
    database.each(&select, |row| match entry(row) {
        Ok(entry) => reading.give(entry.imported()),
        Err(why) => reading.fail(Failure::of_entry(&file(row).to_string_lossy(), &why)),
    })
}

/// Returns a row as an entry.
fn entry(row: &Row<'_>) -> Result<Entry, String> {
    Ok(Entry {
        file_path: file(row),
        content_hash: column(row, 1, &COLUMNS)?,
        token_count: whole(row, 2, &COLUMNS)?,
        last_updated: column(row, 3, &COLUMNS)?,
        encoding_model: column(row, 4, &COLUMNS)?,
        file_size: whole(row, 5, &COLUMNS)?,
        mtime: column(row, 6, &COLUMNS)?,
    })
}

/// Returns the path, which need not be UTF-8.
fn file(row: &Row<'_>) -> PathBuf {
    OsStr::from_bytes(bytes(row, 0).unwrap_or_default()).into()
}
