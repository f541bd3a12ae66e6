//! A database of another program, opened so that nothing is ever written beside it.
//!
//! `SQLite` itself writes when it only reads: a database with a write-ahead log needs an index in
//! shared memory, a file that is made where there is none, and changed where there is one. So:
//!
//! - Without a log, or with an empty one, the file is all there is: it is opened as immutable, which
//!   takes no locks and makes no files.
//! - With a log and its index, both are opened read-only; the index may then only be read.
//! - With a log alone, file and log are copied to a private folder and opened there. Opening the
//!   original as immutable would not show the newest rows, which are in the log only.
//!
//! Deliberately not here: what the database holds.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder},
    io,
    os::unix::{ffi::OsStrExt, fs::DirBuilderExt},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::database::Marks;

/// How long to wait for the program that writes: it writes little at a time.
const PATIENCE: Duration = Duration::from_millis(500);

/// A database that changes all the time is taken as it is after so many copies: it will be read
/// again, and a torn one is an error.
const TRIES: usize = 3;

/// More folders of the same name than this are no accident.
const NAMES: usize = 100;

/// A database that can be read.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// It.
    pub(super) connection: Connection,
    /// The folder of its copy, which goes with it. After the connection: what is open is closed
    /// before it is removed.
    _copy: Option<Copy>,
}

/// A private folder, removed at the end.
#[derive(Debug)]
struct Copy(PathBuf);

impl Snapshot {
    /// Opens the database at `path`.
    ///
    /// # Errors
    /// Fails when it cannot be read or is none.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let has_rows = beside(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
        if !has_rows {
            return Self::original(path, "immutable=1");
        }
        if beside(path, "-shm").exists()
            && let Ok(snapshot) = Self::original(path, "readonly_shm=1")
        {
            return Ok(snapshot);
        }
        Self::copied(path)
    }

    fn original(path: &Path, how: &str) -> io::Result<Self> {
        Ok(Self { connection: connect(path, how)?, _copy: None })
    }

    fn copied(path: &Path) -> io::Result<Self> {
        let folder = private_folder()?;
        let copy = folder.0.join("copy.db");
        for _ in 0..TRIES {
            let before = Marks::of(path)?;
            fs::copy(beside(path, "-wal"), beside(&copy, "-wal"))?;
            fs::copy(path, &copy)?;
            // Both must be of one moment: rows move from the log into the file.
            if Marks::of(path)? == before {
                break;
            }
        }
        Ok(Self { connection: connect(&copy, "cache=private")?, _copy: Some(folder) })
    }
}

/// Connects to a database, and makes sure that it can be read.
fn connect(path: &Path, how: &str) -> io::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(uri(path, how), flags).map_err(io::Error::other)?;
    connection.busy_timeout(PATIENCE).map_err(io::Error::other)?;
    connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))
        .map_err(io::Error::other)?;
    Ok(connection)
}

/// Returns the address of a database; only plain letters stand for themselves in it.
fn uri(path: &Path, how: &str) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            uri.push('%');
            for digit in [byte >> 4, byte & 15] {
                uri.extend(char::from_digit(u32::from(digit), 16));
            }
        }
    }
    uri + "?mode=ro&" + how
}

/// Returns the path of a file that `SQLite` keeps beside a database.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}

fn private_folder() -> io::Result<Copy> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    for _ in 0..NAMES {
        let name = format!("larder-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => return Ok(Copy(folder)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the copy of a database stays behind");
        }
    }
}
