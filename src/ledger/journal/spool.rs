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
    reader::read_lines,
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
    /// How far each was read, and whether all of it was intact.
    read: HashMap<PathBuf, (u64, bool)>,
    /// Spools whose process has ended, and whether all their lines were intact.
    ended: Vec<(PathBuf, File, bool)>,
}

impl Inbox {
    /// Names the spools of the journal in `folder`.
    pub(in crate::ledger) fn new(folder: &Path) -> Self {
        Self { folder: spool_of(folder), read: HashMap::new(), ended: Vec::new() }
    }

    /// Reads what has come since the last time.
    pub(in crate::ledger) fn take(&mut self, visit: &mut dyn FnMut(Entry<'_>)) -> io::Result<()> {
        for path in self.spools()? {
            let file = match File::open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            // First the lock, then the reading: so nothing can come after it unseen.
            let has_ended = try_lock(&file)?;
            let (from, mut is_whole) = self.read.get(&path).copied().unwrap_or((0, true));
            let end = read_lines(&path, from, &mut |place, read| match read {
                LineRead::Entry(entry) => visit(entry),
                LineRead::Newer(_) => is_whole = false,
                LineRead::Bad => is_whole &= !place.is_ended && !has_ended,
            })?;
            self.read.insert(path.clone(), (end, is_whole));
            if has_ended {
                self.ended.push((path, file, is_whole));
            }
        }
        Ok(())
    }

    /// Removes spools that have ended; to be called when all that was taken is durable.
    pub(in crate::ledger) fn settle(&mut self) {
        for (path, _locked, is_whole) in self.ended.drain(..) {
            self.read.remove(&path);
            let gone =
                if is_whole { fs::remove_file(&path) } else { fs::rename(&path, torn_file(&path)) };
            if let Err(error) = gone {
                tracing::warn!(path = %path.display(), %error, "cannot remove a spool");
            }
        }
    }

    /// Returns the spools there are, in the order of their names.
    fn spools(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        let mut spools = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "torn") {
                spools.push(path);
            }
        }
        spools.sort();
        Ok(spools)
    }
}
