//! Generations: the folder that is live now, and how another one takes its place.
//!
//! Clearing, quarantine and a change of form are all "make a new generation".

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use crate::model::UnixNanos;

use super::{
    atomic_file::{self, Sync},
    error::StoreError,
};

/// The form of the folder that this larder writes.
const FORMAT: u32 = 1;

/// Quarantined generations that are kept: enough to look into a fault that comes back.
const KEPT: usize = 2;

/// Bytes that quarantined generations may take together.
const KEPT_BYTES: u64 = 512 << 20;

/// The live generation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Generation {
    /// Its number.
    pub(super) number: u64,
    /// Counts in path indexes of another epoch are forgotten.
    pub(super) epoch: u64,
}

impl Generation {
    /// Reads which generation of `folder` is live, `None` when it has none.
    pub(super) fn read(folder: &Path, now: UnixNanos) -> Result<Option<Self>, StoreError> {
        let path = folder.join("CURRENT");
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(StoreError::io("read", path)(error)),
        };
        if let Some(format) = format_of(&text)
            && format > FORMAT
        {
            return Err(StoreError::Newer { path: folder.to_owned(), format });
        }
        if let Some(generation) = Self::parse(&text) {
            return Ok(Some(generation));
        }
        let newest = newest(folder);
        if let Some(number) = newest {
            tracing::warn!(path = %path.display(), number, "took the newest generation: CURRENT is damaged or missing");
        }
        // What the lost file said is unknown, so no path index may be trusted.
        Ok(newest.map(|number| Self { number, epoch: first_epoch(now) }))
    }

    /// Returns what the pointer file says, `None` when it is missing or damaged.
    pub(super) fn recorded(folder: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(folder.join("CURRENT")).ok()?)
    }

    /// Returns the first generation of a new store.
    pub(super) fn first(now: UnixNanos) -> Self {
        Self { number: 1, epoch: first_epoch(now) }
    }

    /// Makes the folder of the generation that follows: of two who ask at once, as a compaction and a
    /// clear do, each gets its own.
    pub(super) fn next(self, folder: &Path) -> Draft {
        let mut number = self.number.max(newest(folder).unwrap_or(0)) + 1;
        loop {
            let next = Self { number, ..self };
            match DirBuilder::new().mode(0o700).create(next.folder(folder)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                // Why it cannot be made is said by whoever opens it.
                Ok(()) | Err(_) => {
                    return Draft { of: next, folder: folder.to_owned(), is_live: false };
                }
            }
        }
    }

    /// Returns this generation with another epoch.
    pub(super) fn with_new_epoch(self, now: UnixNanos) -> Self {
        Self { epoch: first_epoch(now).max(self.epoch + 1), ..self }
    }

    /// Makes this the live generation of `folder`.
    pub(super) fn make_current(self, folder: &Path) -> Result<(), StoreError> {
        let text = format!("larder {FORMAT}\n{}\n{}\n", self.name(), self.epoch);
        let path = folder.join("CURRENT");
        atomic_file::write(&path, text.as_bytes(), Sync::Durable)
            .map_err(StoreError::io("write", path))
    }

    /// Returns its folder.
    pub(super) fn folder(self, folder: &Path) -> PathBuf {
        folder.join(self.name())
    }

    fn name(self) -> String {
        format!("gen-{:04}", self.number)
    }

    fn parse(text: &str) -> Option<Self> {
        format_of(text)?;
        let mut lines = text.lines().skip(1);
        let number = number_of(lines.next()?)?;
        Some(Self { number, epoch: lines.next()?.parse().ok()? })
    }
}

/// A generation that is being made: its folder goes again unless it becomes the live one, or the
/// next start would take it for that when it cannot tell.
#[derive(Debug)]
pub(super) struct Draft {
    /// What it would be.
    pub(super) of: Generation,
    folder: PathBuf,
    is_live: bool,
}

impl Draft {
    /// Makes it the live generation.
    pub(super) fn make_current(&mut self) -> Result<(), StoreError> {
        let made = self.of.make_current(&self.folder);
        // A write may fail after its file was put in place.
        self.is_live = made.is_ok() || Generation::recorded(&self.folder) == Some(self.of);
        made
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.is_live {
            return;
        }
        let home = self.of.folder(&self.folder);
        if let Err(error) = fs::remove_dir_all(&home)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %home.display(), %error, "cannot delete a generation");
        }
    }
}

/// Moves the generation aside, so that a new one can be made, and drops the oldest quarantined.
pub(super) fn quarantine(
    folder: &Path,
    generation: Generation,
    now: UnixNanos,
) -> Result<(), StoreError> {
    let from = generation.folder(folder);
    let shelf = folder.join("quarantine");
    atomic_file::create_folder(&shelf).map_err(StoreError::io("create", shelf.clone()))?;
    let to = shelf.join(format!("{}-{}", generation.name(), now.0));
    match fs::rename(&from, &to) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(StoreError::io("move", from)(error)),
    }
    prune(&shelf);
    Ok(())
}

/// Deletes every generation of `folder` whose number is `unwanted`.
pub(super) fn remove(folder: &Path, unwanted: impl Fn(u64) -> bool) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_unwanted = number_of(&entry.file_name().to_string_lossy()).is_some_and(&unwanted);
        if is_unwanted && let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::warn!(path = %entry.path().display(), %error, "cannot delete a generation");
        }
    }
}

fn prune(shelf: &Path) {
    let Ok(entries) = fs::read_dir(shelf) else { return };
    let mut kept: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    // The time is the last part of the name, all of one width.
    kept.sort_by_key(|path| {
        path.to_string_lossy().rsplit('-').next().and_then(|time| time.parse::<i64>().ok())
    });
    let mut bytes = 0;
    for (age, path) in kept.iter().rev().enumerate() {
        bytes += atomic_file::size(path);
        if (age >= KEPT || bytes > KEPT_BYTES)
            && let Err(error) = fs::remove_dir_all(path)
        {
            tracing::warn!(path = %path.display(), %error, "cannot delete a quarantined generation");
        }
    }
}

/// An epoch that no index file of another store has by chance.
fn first_epoch(now: UnixNanos) -> u64 {
    now.0.unsigned_abs()
}

fn format_of(text: &str) -> Option<u32> {
    text.lines().next()?.strip_prefix("larder ")?.parse().ok()
}

/// Returns true when a generation lies, or lay, at this path.
pub(super) fn is_one(path: &Path) -> bool {
    path.file_name().is_some_and(|name| number_of(&name.to_string_lossy()).is_some())
}

fn number_of(name: &str) -> Option<u64> {
    name.strip_prefix("gen-")?.parse().ok()
}

fn newest(folder: &Path) -> Option<u64> {
    let entries = fs::read_dir(folder).ok()?;
    entries.flatten().filter_map(|entry| number_of(&entry.file_name().to_string_lossy())).max()
}
