//! The tag cache of aider: a folder with an `SQLite` database and files for large values.
//!
//! The store is `diskcache`: a row of `Cache` for each file, its value a pickle, inline or in a file
//! of its own. aider believes an entry while the file's time of change is the same.

use std::{
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Component, Path, PathBuf},
};

use rusqlite::Row;

use super::{
    Failure, ForeignTags, ImportError, Imported, LeftOut, Tag, TagRole,
    database::{Database, bytes},
    pickle,
    reading::Reading,
    source::{self, MAX_ENTRY},
};

/// The database in the folder.
pub(super) const DATABASE: &str = "cache.db";

/// Its table.
pub(super) const TABLE: &str = "Cache";

/// Tells how many entries there are.
pub(super) const COUNT: &str = "SELECT count(*) FROM Cache WHERE raw = 1 AND mode = 4";

/// The columns that are read, in the order in which they are selected.
const COLUMNS: [&str; 5] = ["key", "raw", "mode", "filename", "value"];

/// The mode of a row whose value is a pickle.
const PICKLE: i64 = 4;

/// Reads the cache whose folder is `path`, or whose database it is.
pub(super) fn read(path: &Path, reading: &mut Reading<'_>) -> Result<(), ImportError> {
    let (folder, database) = if path.is_dir() {
        (path.to_owned(), path.join(DATABASE))
    } else {
        (path.parent().unwrap_or_else(|| Path::new(".")).to_owned(), path.to_owned())
    };
    let database = Database::open(&database, reading)?;
    database.require(TABLE, &COLUMNS)?;
    let mut entries = 0;
    database.each(COUNT, |row| {
        entries = row.get::<_, i64>(0).unwrap_or(0).unsigned_abs();
        Ok(())
    })?;
    reading.expect(entries);
    let select = format!("SELECT {} FROM {TABLE} ORDER BY rowid", COLUMNS.join(", "));
    database.each(&select, |row| {
        let item = item(row, &folder, reading);
        reading.give(item)
    })
}

/// Returns what a row holds.
fn item(row: &Row<'_>, folder: &Path, reading: &mut Reading<'_>) -> Imported {
    let number = |at| row.get::<_, i64>(at).unwrap_or(-1);
    let key = bytes(row, 0).unwrap_or_default();
    // A key that is not text, or a value that is none: rows that the store makes for itself.
    if (number(1), number(2)) != (1, PICKLE) {
        return Imported::LeftOut(LeftOut::NotAnEntry);
    }
    let path = PathBuf::from(OsStr::from_bytes(key));
    match value(row, folder, reading).and_then(|value| tags(&path, &value)) {
        Ok(tags) => Imported::Tags(tags),
        Err(why) => Imported::Failed(Failure::of_file(&path, &why)),
    }
}

/// Returns the pickle of a row, from the row itself or from its file.
fn value(row: &Row<'_>, folder: &Path, reading: &mut Reading<'_>) -> Result<Vec<u8>, String> {
    let Some(name) = bytes(row, 3) else {
        return bytes(row, 4).map(<[u8]>::to_vec).ok_or_else(|| "it has no value".to_owned());
    };
    let name = Path::new(OsStr::from_bytes(name));
    if !name.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err("its value lies outside of the cache".to_owned());
    }
    let file = folder.join(name);
    let inside = file.canonicalize().and_then(|file| Ok((file, folder.canonicalize()?)));
    if inside.is_ok_and(|(file, folder)| !file.starts_with(folder)) {
        return Err("its value lies outside of the cache".to_owned());
    }
    let (bytes, data) = source::read(&file, MAX_ENTRY).map_err(|error| error.to_string())?;
    reading.add_bytes(data.len());
    Ok(bytes)
}

/// Returns the tags that a pickle holds.
fn tags(path: &Path, value: &[u8]) -> Result<ForeignTags, String> {
    let pickled = pickle::read_tags(value).map_err(|error| error.to_string())?;
    let tags = pickled.tags.iter().map(|tag| {
        let role = match tag.kind {
            b"def" => TagRole::Definition,
            b"ref" => TagRole::Reference,
            _ => return Err("a tag is neither `def` nor `ref`".to_owned()),
        };
        // It counts lines from 0, and has -1 for what a lexer found.
        let line = u32::try_from(tag.line.saturating_add(1)).ok().filter(|line| *line > 0);
        Ok(Tag { name: String::from_utf8_lossy(tag.name).into_owned(), role, line })
    });
    let tags = tags.collect::<Result<_, _>>()?;
    Ok(ForeignTags { path: path.to_owned(), modified: pickled.mtime, tags })
}
