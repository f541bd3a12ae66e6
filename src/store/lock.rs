//! The lock that makes one process the owner of the store.
//!
//! It is a lock of the kernel on an open file, so a process that ends in whatever way lets go of
//! it; the pid written into the file is only for people.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use crate::model::UnixNanos;

use super::error::StoreError;

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
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(StoreError::Locked { path: folder.to_owned(), pid: owner(&mut file) });
            }
            Err(errno) => return Err(StoreError::io("lock", path.clone())(errno.into())),
        }
        let line = format!("{} {}\n", std::process::id(), now.seconds());
        let written = file.set_len(0).and_then(|()| file.write_all(line.as_bytes()));
        if let Err(error) = written.and_then(|()| super::atomic_file::make_private(&path)) {
            // The lock holds all the same: a full disk only costs others the pid.
            tracing::warn!(path = %path.display(), %error, "cannot write the pid into the lock");
        }
        Ok(Self { file, path })
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

/// Returns the pid in the lock file, 0 when its owner has not written it yet.
fn owner(file: &mut File) -> u32 {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) => text.split_whitespace().next().and_then(|pid| pid.parse().ok()).unwrap_or(0),
        Err(_) => 0,
    }
}
