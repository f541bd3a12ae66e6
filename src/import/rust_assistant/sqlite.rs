//! Entries in an `SQLite` table, their results compressed.

use std::{
    ffi::OsStr,
    io::{self, Read},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use rusqlite::{Row, types::ValueRef};
use serde::de::IgnoredAny;

use super::{
    super::{
        Failure, ForeignResult, ImportError, Imported,
        database::{Database, bytes, column, whole},
        json_span,
        reading::Reading,
        source::MAX_ENTRY,
    },
    entry::{Fields, moment},
};

/// The table.
pub(in crate::import) const TABLE: &str = "cache_entries";

/// Tells how many entries there are.
pub(in crate::import) const COUNT: &str = "SELECT count(*) FROM cache_entries";

/// Its columns, in the order in which they are selected.
const COLUMNS: [&str; 16] = [
    "id",
    "cache_type",
    "repo_path",
    "file_path",
    "file_hash",
    "cache_key",
    "provider",
    "model",
    "prompt_hash",
    "schema_version",
    "result_blob",
    "tokens_used",
    "file_size",
    "created_at",
    "last_accessed",
    "access_count",
];

/// A compressed result may ask for at most this much memory: 2 to the power of it bytes.
const MAX_WINDOW: u32 = 25;

/// Reads the database at `path`.
pub(in crate::import) fn read(path: &Path, reading: &mut Reading<'_>) -> Result<(), ImportError> {
    let database = Database::open(path, reading)?;
    database.require(TABLE, &COLUMNS)?;
    reading.expect(database.rows(TABLE)?);
    let select = format!("SELECT {} FROM {TABLE} ORDER BY id", COLUMNS.join(", "));
    database.each(&select, |row| {
        let item = match result(row) {
            Ok(result) => Imported::Result(Box::new(result)),
            Err(why) => Imported::Failed(Failure::of_entry(&name(row), &why)),
        };
        reading.give(item)
    })
}

/// Returns a row as a result.
fn result(row: &Row<'_>) -> Result<ForeignResult, String> {
    let blob = row.get_ref(10).map_err(|error| error.to_string())?;
    let ValueRef::Blob(blob) = blob else { return Err("its result is no blob".to_owned()) };
    let json = unpacked(blob).map_err(|error| format!("its result is damaged: {error}"))?;
    serde_json::from_slice::<IgnoredAny>(&json)
        .map_err(|error| format!("its result is no JSON: {error}"))?;
    let created = column::<String>(row, 13, &COLUMNS)?;
    let created =
        moment(&created).ok_or_else(|| format!("column `created_at`: `{created}` is no time"))?;
    let fields = Fields {
        of: column(row, 1, &COLUMNS)?,
        file: column(row, 3, &COLUMNS)?,
        hash: column(row, 4, &COLUMNS)?,
        key: column(row, 5, &COLUMNS)?,
        provider: column(row, 6, &COLUMNS)?,
        model: column(row, 7, &COLUMNS)?,
        prompt: column(row, 8, &COLUMNS)?,
        schema: column(row, 9, &COLUMNS)?,
        value: json_span::compact(&json),
        tokens: tokens(row)?,
        size: whole(row, 12, &COLUMNS)?,
        created,
        used: moment(&column::<String>(row, 14, &COLUMNS)?),
        uses: whole(row, 15, &COLUMNS)?,
    };
    fields.result(&PathBuf::from(OsStr::from_bytes(bytes(row, 2).unwrap_or_default())))
}

/// Returns what was compressed.
fn unpacked(blob: &[u8]) -> io::Result<Vec<u8>> {
    let mut decoder = zstd::stream::read::Decoder::new(blob)?;
    decoder.window_log_max(MAX_WINDOW)?;
    let mut out = Vec::new();
    decoder.take(MAX_ENTRY + 1).read_to_end(&mut out)?;
    if out.len() as u64 > MAX_ENTRY { Err(io::Error::other("it is too large")) } else { Ok(out) }
}

/// Returns the tokens of a row, when it knows them.
fn tokens(row: &Row<'_>) -> Result<Option<u64>, String> {
    match row.get_ref(11) {
        Ok(ValueRef::Null) => Ok(None),
        _ => whole(row, 11, &COLUMNS).map(Some),
    }
}

/// Returns what a row is called: its file and type.
fn name(row: &Row<'_>) -> String {
    let part = |at| String::from_utf8_lossy(bytes(row, at).unwrap_or_default()).into_owned();
    format!("{} ({})", part(3), part(1))
}
