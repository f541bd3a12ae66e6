//! `SQLite` databases of other tools, read without touching them.
//!
//! A database that is opened in place may get new files beside it, and one whose newest rows lie in
//! its write-ahead log shows only old rows when it is opened as unchangeable. So it is copied, with
//! its log, into a folder for the user alone, and the copy is opened.

use std::{
    env,
    fmt::Write as _,
    fs::{self, DirBuilder},
    io,
    os::unix::{ffi::OsStrExt, fs::DirBuilderExt},
    path::{Path, PathBuf},
    process,
};

use rusqlite::{
    Connection, OpenFlags, Row,
    types::{FromSql, ValueRef},
};

use super::{
    ImportError,
    reading::Reading,
    source::{self, Stamp},
};

/// How a database begins.
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";

/// What belongs to a database beside its own file: rows that are not in it yet.
const BESIDE: [&str; 2] = ["-wal", "-journal"];

/// How often a database is copied that is written to meanwhile.
const ATTEMPTS: usize = 5;

/// A database that is open for reading.
pub(super) struct Database {
    connection: Connection,
    path: PathBuf,
    /// Removed when the database is closed.
    _copy: Option<PrivateFolder>,
}

impl Database {
    /// Opens the database at `path` as it is now.
    pub(super) fn open(path: &Path, reading: &mut Reading<'_>) -> Result<Self, ImportError> {
        let head = source::head(path, MAGIC.len() as u64)?;
        if head.is_empty() {
            return Err(ImportError::Empty { path: path.to_owned() });
        }
        if head != MAGIC {
            let why = "it does not begin as an SQLite database does".to_owned();
            return Err(ImportError::Database { path: path.to_owned(), why });
        }
        for file in files(path) {
            reading.add_bytes(file.metadata().map_or(0, |data| data.len()));
        }
        let refused = ImportError::database(path);
        let (connection, copy) = match copy(path) {
            Ok(copy) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                (Connection::open_with_flags(copy.0.join(COPY), flags), Some(copy))
            }
            Err(CopyError::NoRoom(source)) if files(path).len() > 1 => {
                return Err(ImportError::Unreadable { path: path.to_owned(), source });
            }
            Err(CopyError::NoRoom(error)) => {
                tracing::debug!(%error, "no room for a copy: the database is read in place");
                (open_in_place(path), None)
            }
            Err(CopyError::Refused(error)) => return Err(error),
        };
        let connection = connection.map_err(&refused)?;
        // Nothing that the database brings along is run, and nothing is written, not to the copy.
        connection
            .execute_batch("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;")
            .map_err(&refused)?;
        Ok(Self { connection, path: path.to_owned(), _copy: copy })
    }

    /// Fails unless `table` is a plain table with all of `columns`.
    pub(super) fn require(
        &self,
        table: &'static str,
        columns: &[&'static str],
    ) -> Result<(), ImportError> {
        let refused = ImportError::database(&self.path);
        if !self.has_table(table)? {
            return Err(ImportError::Table { path: self.path.clone(), table });
        }
        let mut found = self
            .connection
            .prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")
            .map_err(&refused)?;
        let names: Vec<String> = found
            .query_map([table], |row| row.get(0))
            .and_then(Iterator::collect)
            .map_err(&refused)?;
        match columns.iter().find(|column| !names.iter().any(|name| name == *column)) {
            Some(column) => Err(ImportError::Column { path: self.path.clone(), table, column }),
            None => Ok(()),
        }
    }

    /// Returns true when there is a plain table of that name: no view and nothing virtual.
    pub(super) fn has_table(&self, table: &str) -> Result<bool, ImportError> {
        let known = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1 \
                     AND sql NOT LIKE 'CREATE VIRTUAL%'";
        self.connection
            .query_row(known, [table], |row| row.get::<_, i64>(0))
            .map(|found| found > 0)
            .map_err(ImportError::database(&self.path))
    }

    /// Returns how many rows a table has.
    pub(super) fn rows(&self, table: &'static str) -> Result<u64, ImportError> {
        self.connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
            .map_err(ImportError::database(&self.path))
    }

    /// Hands each row that `sql` selects to `each`.
    pub(super) fn each(
        &self,
        sql: &str,
        mut each: impl FnMut(&Row<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let refused = ImportError::database(&self.path);
        let mut statement = self.connection.prepare(sql).map_err(&refused)?;
        let mut rows = statement.query([]).map_err(&refused)?;
        while let Some(row) = rows.next().map_err(&refused)? {
            each(row)?;
        }
        Ok(())
    }
}

/// Returns a column of a row, or what is wrong with it; `names` are the columns that are selected.
pub(super) fn column<T: FromSql>(row: &Row<'_>, at: usize, names: &[&str]) -> Result<T, String> {
    row.get(at).map_err(|error| format!("column `{}`: {error}", names[at]))
}

/// Returns a column that holds a number from 0.
pub(super) fn whole(row: &Row<'_>, at: usize, names: &[&str]) -> Result<u64, String> {
    let number: i64 = column(row, at, names)?;
    u64::try_from(number).map_err(|_| format!("column `{}`: {number} is negative", names[at]))
}

/// Returns the bytes of a column that holds text or bytes.
pub(super) fn bytes<'a>(row: &'a Row<'_>, at: usize) -> Option<&'a [u8]> {
    match row.get_ref(at).ok()? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => None,
    }
}

/// The name of the copy in its folder.
const COPY: &str = "copy.db";

/// Why there is no copy.
enum CopyError {
    /// There is no place to copy to.
    NoRoom(io::Error),
    /// The source cannot be read.
    Refused(ImportError),
}

/// Copies the database and what belongs to it, all as they were at one moment.
fn copy(path: &Path) -> Result<PrivateFolder, CopyError> {
    let folder = PrivateFolder::new().map_err(CopyError::NoRoom)?;
    for _ in 0..ATTEMPTS {
        let before = stamps(path);
        for (from, suffix) in [("", ""), (BESIDE[0], "-wal"), (BESIDE[1], "-journal")] {
            let from = with_suffix(path, from);
            let to = folder.0.join(format!("{COPY}{suffix}"));
            drop(fs::remove_file(&to));
            if suffix.is_empty() || from.is_file() {
                copy_file(&from, &to)?;
            }
        }
        if stamps(path) == before {
            return Ok(folder);
        }
    }
    Err(CopyError::Refused(ImportError::Changing { path: path.to_owned() }))
}

fn copy_file(from: &Path, to: &Path) -> Result<(), CopyError> {
    let (mut source, _) = source::open(from).map_err(CopyError::Refused)?;
    let mut copy = fs::File::create_new(to).map_err(CopyError::NoRoom)?;
    io::copy(&mut source, &mut copy).map(drop).map_err(CopyError::NoRoom)
}

/// Asks the database at `path` for a number without copying it; `None` when it does not say, or
/// when `table` is not a plain table.
pub(super) fn number_in_place(path: &Path, table: &str, sql: &str) -> Option<u64> {
    let connection = open_in_place(path).ok()?;
    let database = Database { connection, path: path.to_owned(), _copy: None };
    if !database.has_table(table).ok()? {
        return None;
    }
    let number = database.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).ok()?;
    u64::try_from(number).ok()
}

/// Opens the database as one that nobody changes, so that nothing is made beside it.
fn open_in_place(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                uri.push(char::from(*byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri, flags)
}

/// Returns the database and the files beside it that belong to it.
pub(super) fn files(path: &Path) -> Vec<PathBuf> {
    let beside = BESIDE.iter().map(|suffix| with_suffix(path, suffix));
    let beside = beside.filter(|file| file.metadata().is_ok_and(|data| data.len() > 0));
    std::iter::once(path.to_owned()).chain(beside).collect()
}

fn stamps(path: &Path) -> [Option<Stamp>; 3] {
    ["", BESIDE[0], BESIDE[1]].map(|suffix| source::stamp(&with_suffix(path, suffix)))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A folder for the user alone that goes when this is dropped.
struct PrivateFolder(PathBuf);

impl PrivateFolder {
    fn new() -> io::Result<Self> {
        let base = env::temp_dir();
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for number in 0..1000 {
            let path = base.join(format!("larder-import-{}-{number}", process::id()));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "a copy of an imported database is left in the temporary folder");
        }
    }
}
