//! The lock that makes one process the owner of the store.
//!
//! It is a lock of the kernel on an open file, so a process that ends in whatever way lets go of
//! it; the pid written into the file is only for people.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use crate::model::UnixNanos;

use super::error::StoreError;

/// Stands after the pid of an owner that is about to let go.
const CLOSING: &str = "closing";

/// An owner that closes is waited for so long; it may have been stopped.
const CLOSES: Duration = Duration::from_secs(5);

/// Who waits for a lock looks so often.
const PAUSE: Duration = Duration::from_millis(2);

/// The lock, held until dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock of the store in `folder`, or says who has it.
    pub(super) fn take(folder: &Path, now: UnixNanos) -> Result<Self, StoreError> {
        let path = folder.join("LOCK");
        let failed = || StoreError::io("open", path.clone());
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(failed())?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => match owner(&mut file) {
                // It is on its way out: waiting for it is better than a session without a cache.
                Owner { pid, closing: true } => {
                    match take_within(&file, FlockOperation::NonBlockingLockExclusive, CLOSES) {
                        Ok(()) => {}
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                            return Err(StoreError::Locked { path: folder.to_owned(), pid });
                        }
                        Err(error) => return Err(StoreError::io("lock", path)(error)),
                    }
                }
                Owner { pid, closing: false } => {
                    return Err(StoreError::Locked { path: folder.to_owned(), pid });
                }
            },
            Err(errno) => return Err(StoreError::io("lock", path.clone())(errno.into())),
        }
        let line = format!("{} {}\n", std::process::id(), now.seconds());
        let written = file.set_len(0).and_then(|()| file.write_all_at(line.as_bytes(), 0));
        if let Err(error) = written.and_then(|()| super::atomic_file::make_private(&path)) {
            // The lock holds all the same: a full disk only costs others the pid.
            tracing::warn!(path = %path.display(), %error, "cannot write the pid into the lock");
        }
        Ok(Self { file, path })
    }

    /// Tells who comes now that it pays to wait.
    pub(super) fn announce_close(&self) {
        let line = format!("{} {CLOSING}\n", std::process::id());
        let written =
            self.file.set_len(0).and_then(|()| self.file.write_all_at(line.as_bytes(), 0));
        if let Err(error) = written {
            tracing::warn!(path = %self.path.display(), %error, "cannot write into the lock");
        }
    }

    /// Returns true while the locked file is the one that others would find.
    pub(super) fn is_in_place(&self) -> bool {
        match (self.file.metadata(), fs::metadata(&self.path)) {
            (Ok(ours), Ok(found)) => (ours.dev(), ours.ino()) == (found.dev(), found.ino()),
            (Err(_), _) | (_, Err(_)) => false,
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(errno) = flock(&self.file, FlockOperation::Unlock) {
            let error = io::Error::from(errno);
            tracing::warn!(path = %self.path.display(), %error, "cannot unlock");
        }
    }
}

/// Locks a file that others hold for moments, `how` must not wait; one that was stopped may hold it
/// for ever.
pub(super) fn take_within(file: &File, how: FlockOperation, within: Duration) -> io::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match flock(file, how) {
            Err(Errno::WOULDBLOCK) if waited < within => {
                thread::park_timeout(PAUSE);
                waited += PAUSE;
            }
            Err(Errno::INTR) => {}
            done => return done.map_err(io::Error::from),
        }
    }
}

/// Who holds a lock.
struct Owner {
    /// 0 when it has not written it yet.
    pid: u32,
    closing: bool,
}

fn owner(file: &mut File) -> Owner {
    let mut text = String::new();
    if file.read_to_string(&mut text).is_err() {
        return Owner { pid: 0, closing: false };
    }
    let mut words = text.split_whitespace();
    let pid = words.next().and_then(|pid| pid.parse().ok()).unwrap_or(0);
    Owner { pid, closing: words.next() == Some(CLOSING) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_while_the_owner_closes_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), UnixNanos(0)).unwrap();
        let refused = Lock::take(folder.path(), UnixNanos(0)).unwrap_err();
        let own = std::process::id();
        assert!(matches!(refused, StoreError::Locked { pid, .. } if pid == own));
        first.announce_close();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| Lock::take(folder.path(), UnixNanos(0)).map(drop));
            drop(first);
            assert!(second.join().unwrap().is_ok());
        });
    }
}
