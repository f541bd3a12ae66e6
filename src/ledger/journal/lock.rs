//! Locks of the kernel on open files: one writer for the journal, and a sign of life on a spool.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::{FlockOperation, flock};

/// Takes the lock on an open file, which holds it until it is closed; false when another has it.
pub(super) fn try_lock(file: &File) -> io::Result<bool> {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(errno) => Err(errno.into()),
    }
}

/// Takes the lock of the journal in `folder`, or returns `None` when another larder writes it.
pub(super) fn take(folder: &Path) -> io::Result<Option<File>> {
    let path = folder.join("LOCK");
    let mut options = OpenOptions::new();
    let file =
        options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path)?;
    if !try_lock(&file)? {
        return Ok(None);
    }
    let line = format!("{}\n", std::process::id());
    let written = file.set_len(0).and_then(|()| file.write_all_at(line.as_bytes(), 0));
    if let Err(error) = written {
        // The lock holds all the same: a full disk only costs people the pid.
        tracing::warn!(path = %path.display(), %error, "cannot write the pid into the lock");
    }
    Ok(Some(file))
}
