//! The disk tier: sled, kept at arm's length.
//!
//! The only file that names sled. sled panics on damaged files instead of returning errors, so
//! every call is caught; it does not sync its file, so checkpoints do. Batches and transactions are
//! left alone: one use of them slows every later operation of the process.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    ops::Bound,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

use rustix::fs::{FlockOperation, flock};

use crate::model::{EntryKey, Kind, catch_panic};

use super::{
    atomic_file,
    error::Fault,
    patience::Patience,
    tier::{Scan, Tier},
};

/// sled takes four to six times this in memory.
const CACHE: u64 = 32 << 20;

/// Where the number lies that tells whether the end of the log is there, beside all entries.
const MARK: &str = "mark";

/// The disk tier.
pub(super) struct Disk {
    db: Option<sled::Db>,
    trees: RwLock<Vec<(Kind, sled::Tree)>>,
    folder: PathBuf,
}

impl Disk {
    /// Opens or creates the database in `folder`.
    pub(super) fn open(folder: &Path) -> Result<Self, Fault> {
        remove_half_written_snapshots(folder)?;
        remove_half_written_settings(folder)?;
        wait_until_let_go(folder)?;
        let db = write(|| {
            sled::Config::new()
                .path(folder)
                .cache_capacity(CACHE)
                // Checkpoints write the buffer, and each write of a page collects garbage; a thread
                // for it would wake, and sync the file, while nothing is written.
                .flush_every_ms(None)
                .mode(sled::Mode::LowSpace)
                .open()
        })?;
        // The first write of the process starts sled's threads: here, and not on a thread that
        // must be woken in time.
        write(|| db.flush())?;
        let disk = Self { db: Some(db), trees: RwLock::default(), folder: folder.to_owned() };
        atomic_file::make_private(folder).map_err(|error| Fault::from(&error))?;
        Ok(disk)
    }

    fn tree(&self, kind: Kind) -> Result<sled::Tree, Fault> {
        let known = self.trees.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, tree)) = known.iter().find(|(of, _)| *of == kind) {
            return Ok(tree.clone());
        }
        drop(known);
        let Some(db) = &self.db else { return Err(Fault::Refused("sled is closed".to_owned())) };
        let tree = write(|| db.open_tree(entries_name(kind)))?;
        let mut known = self.trees.write().unwrap_or_else(PoisonError::into_inner);
        known.push((kind, tree.clone()));
        Ok(tree)
    }
}

impl Tier for Disk {
    fn get(&self, kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        let tree = self.tree(kind)?;
        Ok(catch(|| tree.get(key.0))?.map(|record| record.to_vec()))
    }

    fn put(&self, kind: Kind, key: &EntryKey, record: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let tree = self.tree(kind)?;
        Ok(write(|| tree.insert(key.0, record))?.map(|old| old.to_vec()))
    }

    fn remove(&self, kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        let tree = self.tree(kind)?;
        Ok(write(|| tree.remove(key.0))?.map(|old| old.to_vec()))
    }

    fn keys_with(&self, kind: Kind, part: u64) -> Result<Vec<EntryKey>, Fault> {
        let tree = self.tree(kind)?;
        catch(|| {
            let keys = tree.scan_prefix(part.to_be_bytes()).keys();
            let known = keys.filter_map(|key| match key.as_deref().map(<[u8; 32]>::try_from) {
                Ok(Ok(key)) => Some(Ok(EntryKey(key))),
                Ok(Err(_)) => None,
                Err(error) => Some(Err(error.clone())),
            });
            known.collect()
        })
    }

    fn scan(
        &self,
        kind: Kind,
        after: Option<&EntryKey>,
        visit: &mut dyn FnMut(EntryKey, &[u8]) -> Scan,
    ) -> Result<(), Fault> {
        let tree = self.tree(kind)?;
        catch(|| {
            let from = after.map_or(Bound::Unbounded, |key| Bound::Excluded(key.0));
            for entry in tree.range((from, Bound::Unbounded)) {
                let (key, record) = entry?;
                let Ok(key) = <[u8; 32]>::try_from(&*key) else { continue };
                if visit(EntryKey(key), &record) == Scan::Stop {
                    break;
                }
            }
            Ok(())
        })
    }

    fn clear(&self, kind: Kind) -> Result<(), Fault> {
        let Some(db) = &self.db else { return Ok(()) };
        self.trees.write().unwrap_or_else(PoisonError::into_inner).retain(|(of, _)| *of != kind);
        write(|| db.drop_tree(entries_name(kind))).map(drop)
    }

    fn mark(&self, number: u64) -> Result<bool, Fault> {
        let Some(db) = &self.db else { return Ok(false) };
        write(|| db.insert(MARK, number.to_le_bytes().to_vec())).map(|_| true)
    }

    fn marked(&self) -> Result<Option<u64>, Fault> {
        let Some(db) = &self.db else { return Ok(None) };
        let found = catch(|| db.get(MARK))?;
        Ok(found.and_then(|bytes| bytes.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))))
    }

    fn checkpoint(&self) -> Result<(), Fault> {
        let Some(db) = &self.db else { return Ok(()) };
        write(|| db.flush())?;
        // sled's own flush is a sync_file_range, which a power cut does not respect.
        let synced = File::open(self.folder.join("db")).and_then(|file| file.sync_all());
        synced
            .and_then(|()| atomic_file::make_private(&self.folder))
            .map_err(|error| Fault::from(&error))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let trees = std::mem::take(self.trees.get_mut().unwrap_or_else(PoisonError::into_inner));
        let db = self.db.take();
        let dropped = catch(|| {
            drop(trees);
            drop(db);
            Ok(())
        });
        if let Err(fault) = dropped {
            tracing::error!(folder = %self.folder.display(), %fault, "sled did not close cleanly");
        }
        if let Err(error) = atomic_file::make_private(&self.folder)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(folder = %self.folder.display(), %error, "cannot set rights");
        }
    }
}

/// Waits until who had the database before has let go of it: sled's own threads may hold its file,
/// and the lock on it, for a moment after it was closed, and sled does not wait for a lock. Who asks
/// owns the cache, so nobody else takes it.
fn wait_until_let_go(folder: &Path) -> Result<(), Fault> {
    let file = match File::open(folder.join("db")) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Fault::from(&error)),
    };
    flock(&file, FlockOperation::LockExclusive).map_err(|errno| Fault::from(&errno.into()))
}

/// sled can never be opened again once it was killed, or the disk filled up, while it wrote one of
/// these. Without them it replays its log.
fn remove_half_written_snapshots(folder: &Path) -> Result<(), Fault> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Fault::from(&error)),
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path()).map_err(|error| Fault::from(&error))?;
        }
    }
    Ok(())
}

/// sled writes its settings before anything else, in two steps: killed between them it never opens
/// again, although there is nothing yet that could be damaged.
fn remove_half_written_settings(folder: &Path) -> Result<(), Fault> {
    if folder.join("db").exists() {
        return Ok(());
    }
    match fs::remove_file(folder.join("conf")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Fault::from(&error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Runs a `call` that may start threads of sled, as every write may.
fn write<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, Fault> {
    let _threads = Patience::begin();
    catch(call)
}

/// Runs `call` and turns sled's errors and panics into faults.
fn catch<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, Fault> {
    match catch_panic(call) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(error))) => Err(Fault::from(&error)),
        // Its threads are gone for the rest of this process; the files may be sound.
        Ok(Err(sled::Error::ReportableBug(text))) if text.contains("IO thread") => {
            Err(Fault::Refused(text))
        }
        Ok(Err(
            error @ (sled::Error::Corruption { .. }
            | sled::Error::ReportableBug(_)
            | sled::Error::CollectionNotFound(_)
            | sled::Error::Unsupported(_)),
        )) => Err(Fault::Damaged(error.to_string())),
        Err(panic) => Err(of_panic(&panic)),
    }
}

/// Returns what a panic of sled means: what the system could not give is no damage.
fn of_panic(panic: &str) -> Fault {
    let code = panic.split("Os { code: ").nth(1).and_then(|rest| rest.split(',').next());
    let error = code.and_then(|code| code.parse().ok()).map(io::Error::from_raw_os_error);
    match error.as_ref().map(io::Error::kind) {
        Some(ErrorKind::WouldBlock | ErrorKind::OutOfMemory) => {
            Fault::Refused("the system gives no thread or memory".to_owned())
        }
        // There is no name for the limits on open files yet.
        Some(_) if matches!(code, Some("23" | "24")) => {
            Fault::Refused("too many files are open".to_owned())
        }
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => Fault::Full,
        Some(_) | None => Fault::Damaged(format!("sled panicked: {panic}")),
    }
}

fn entries_name(kind: Kind) -> String {
    format!("ent.{kind}")
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::MetadataExt, thread};

    use super::*;

    /// Returns true while somebody waits for a lock on this file.
    fn is_waited_for(file: &File) -> bool {
        let inode = format!(":{} ", file.metadata().unwrap().ino());
        let locks = fs::read_to_string("/proc/locks").unwrap();
        locks.lines().any(|line| line.contains("->") && line.contains(&inode))
    }

    #[test]
    fn a_database_that_is_let_go_of_late_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        drop(Disk::open(folder.path()).unwrap());
        let late = File::open(folder.path().join("db")).unwrap();
        flock(&late, FlockOperation::LockExclusive).unwrap();
        let path = folder.path().to_owned();
        let opening = thread::spawn(move || Disk::open(&path).map(drop));
        while !is_waited_for(&late) && !opening.is_finished() {
            thread::yield_now();
        }
        drop(late);
        opening.join().unwrap().unwrap();
    }

    #[test]
    fn a_panic_for_want_of_threads_files_or_space_is_no_damage() {
        let of = |code| of_panic(&format!("called `unwrap()` on: Os {{ code: {code}, kind: X }}"));
        for code in [11, 12, 23, 24] {
            assert!(matches!(of(code), Fault::Refused(_)), "{code}");
        }
        assert_eq!(of(28), Fault::Full);
        assert!(matches!(of(2), Fault::Damaged(_)), "a file of it is missing");
        assert!(matches!(of_panic("index out of bounds"), Fault::Damaged(_)));
    }
}
