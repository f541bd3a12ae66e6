//! Spools: where processes leave records that are not the writer of the journal.
//!
//! Each process has a file of its own and holds a lock on it while it lives. The writer takes
//! what is in it at any time; it removes a spool only when its process has ended and all of it is
//! durable in the journal.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Body, Entry, LineRead,
    lock::try_lock,
    reader::{Place, read_lines},
    segment::{create_folder, sync_folder, torn_file},
};
use crate::model::Clock;

/// Returns the folder of the spools of a journal.
pub(in crate::ledger) fn spool_of(journal: &Path) -> PathBuf {
    journal.join("spool")
}

/// The spool of this process; its file comes with the first record.
#[derive(Debug)]
pub(in crate::ledger) struct Spool {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    file: Option<Open>,
    next: u64,
}

#[derive(Debug)]
struct Open {
    file: File,
    len: u64,
}

impl Spool {
    /// Prepares a spool for the journal in `folder`.
    pub(in crate::ledger) fn new(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self { folder: spool_of(folder), clock, file: None, next: 1 }
    }

    /// Writes lines and makes them durable.
    pub(in crate::ledger) fn write(&mut self, bodies: Vec<Body<'_>>) -> io::Result<()> {
        let mut lines = Vec::new();
        for body in bodies {
            Entry::new(self.next, self.clock.wall().0 / 1_000_000, body).push(&mut lines);
            self.next += 1;
        }
        let mut open = match self.file.take() {
            Some(open) => open,
            None => self.create()?,
        };
        if let Err(error) = open.file.write_all(&lines) {
            // A torn line is harmless in a spool, but the next one must begin on a line.
            if open.file.set_len(open.len).is_ok() {
                self.file = Some(open);
            }
            return Err(error);
        }
        // After a failure the file is left as it is, and the next record begins another.
        open.file.sync_data()?;
        open.len += lines.len() as u64;
        self.file = Some(open);
        Ok(())
    }

    fn create(&self) -> io::Result<Open> {
        create_folder(&self.folder)?;
        let start = self.clock.wall().0.unsigned_abs();
        let (host, pid) = (host(), std::process::id());
        for attempt in 0..100 {
            let path = self.folder.join(format!("{host}-{pid}-{}", start + attempt));
            let mut options = OpenOptions::new();
            match options.append(true).create_new(true).mode(0o600).open(path) {
                Ok(file) => {
                    // A reader that comes before the lock finds nothing and may remove the file;
                    // then it has no name any more, which the writer must notice.
                    if try_lock(&file)? && is_linked(&file)? {
                        sync_folder(&self.folder)?;
                        return Ok(Open { file, len: 0 });
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

fn is_linked(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(file.metadata()?.nlink() > 0)
}

/// Returns the name of this machine, as far as it can be part of a file name.
fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name: String =
        name.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').take(64).collect();
    if name.is_empty() { "host".to_owned() } else { name }
}

/// The spools of others, as the writer of the journal sees them.
#[derive(Debug)]
pub(in crate::ledger) struct Inbox {
    folder: PathBuf,
    /// How far each was read of which everything is durable.
    read: HashMap<PathBuf, Read>,
    /// What was read since, which may not be durable.
    taken: Vec<Taken>,
}

/// How far a spool was read.
#[derive(Clone, Copy, Debug, Default)]
struct Read {
    end: u64,
    /// Whether a line in it was damaged or torn.
    has_bad: bool,
    /// Whether a newer larder wrote a line of it, which only that one can take.
    has_newer: bool,
}

/// A spool that was read.
#[derive(Debug)]
struct Taken {
    path: PathBuf,
    read: Read,
    /// The file and the lock on it, when the process has ended.
    ended: Option<File>,
}

/// Why a line that is whole cannot be taken.
pub(in crate::ledger) type Refused = &'static str;

impl Inbox {
    /// Names the spools of the journal in `folder`.
    pub(in crate::ledger) fn new(folder: &Path) -> Self {
        Self { folder: spool_of(folder), read: HashMap::new(), taken: Vec::new() }
    }

    /// Reads what has come since the last time, and again what was read and never settled. Returns
    /// the spools that cannot be read.
    ///
    /// # Errors
    /// Fails when the folder cannot be read.
    pub(in crate::ledger) fn take(
        &mut self,
        visit: &mut dyn FnMut(Entry<'_>) -> Result<(), Refused>,
    ) -> io::Result<Vec<(PathBuf, io::Error)>> {
        self.taken.clear();
        let mut unreadable = Vec::new();
        for path in spools_in(&self.folder)? {
            if is_set_aside(&path) {
                continue;
            }
            match self.take_one(&path, visit) {
                Ok(taken) => self.taken.push(taken),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => unreadable.push((path, error)),
            }
        }
        Ok(unreadable)
    }

    fn take_one(
        &self,
        path: &Path,
        visit: &mut dyn FnMut(Entry<'_>) -> Result<(), Refused>,
    ) -> io::Result<Taken> {
        let file = File::open(path)?;
        // First the lock, then the reading: so nothing can come after it unseen.
        let has_ended = try_lock(&file)?;
        let mut read = self.read.get(path).copied().unwrap_or_default();
        let mut bad = |place: Place, why: &str| {
            read.has_bad = true;
            let offset = place.offset;
            tracing::warn!(path = %path.display(), offset, "a line of a spool is lost: {why}");
        };
        let mut has_newer = false;
        let end = read_lines(path, read.end, &mut |place, line| match line {
            LineRead::Entry(entry) => {
                if let Err(why) = visit(entry) {
                    bad(place, why);
                }
            }
            LineRead::Newer(_) => has_newer = true,
            LineRead::Bad if place.is_ended => bad(place, "its checksum does not fit"),
            LineRead::Bad if has_ended => bad(place, "it has no end"),
            LineRead::Bad => {}
        })?;
        read.end = end;
        read.has_newer |= has_newer;
        Ok(Taken { path: path.to_owned(), read, ended: has_ended.then_some(file) })
    }

    /// Notes that all that was taken is durable, and removes spools that have ended. One with
    /// damaged lines is set aside, and one that a newer larder must read stays.
    pub(in crate::ledger) fn settle(&mut self) {
        for Taken { path, read, ended } in self.taken.drain(..) {
            if ended.is_none() || read.has_newer {
                self.read.insert(path, read);
                continue;
            }
            self.read.remove(&path);
            let gone = if read.has_bad {
                fs::rename(&path, torn_file(&path))
            } else {
                fs::remove_file(&path)
            };
            if let Err(error) = gone {
                tracing::warn!(path = %path.display(), %error, "cannot remove a spool");
            }
        }
    }
}

/// Returns true for a spool that was set aside, for the damage in it.
fn is_set_aside(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "torn")
}

/// What of a spool does not count.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Lost {
    /// The lines that are damaged: where they begin, and their bytes.
    pub(in crate::ledger) bad: Vec<(u64, u64)>,
    /// The bytes of an end that never was whole.
    pub(in crate::ledger) torn: u64,
    /// Lines that a newer larder wrote.
    pub(in crate::ledger) newer: u64,
}

/// Returns the spools of the journal in `folder` with what of each does not count, as far as they
/// can be read; `is_true` tells whether a whole line can be.
///
/// # Errors
/// Fails when the folder cannot be read.
pub(in crate::ledger) fn lost_in_spools(
    folder: &Path,
    is_true: &mut dyn FnMut(&Body<'_>) -> bool,
) -> io::Result<Vec<(PathBuf, io::Result<Lost>)>> {
    let mut all = Vec::new();
    for path in spools_in(&spool_of(folder))? {
        let mut lost = Lost::default();
        let read = read_lines(&path, 0, &mut |place, line| match line {
            LineRead::Entry(entry) if is_true(&entry.body) => {}
            LineRead::Newer(_) => lost.newer += 1,
            LineRead::Bad if !place.is_ended => lost.torn += place.bytes,
            LineRead::Entry(_) | LineRead::Bad => lost.bad.push((place.offset, place.bytes)),
        });
        match read {
            // It was taken meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            read => all.push((path, read.map(|_| lost))),
        }
    }
    Ok(all)
}

/// Returns the spools there are, in the order of their names, also those that were set aside.
fn spools_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let mut spools = Vec::new();
    for entry in entries {
        spools.push(entry?.path());
    }
    spools.sort();
    Ok(spools)
}
