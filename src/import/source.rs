//! Looking at files of a source without changing them or waiting for anyone.

use std::{
    fs::{File, Metadata},
    io::Read,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use super::ImportError;

/// The most bytes of one entry or value; larger ones are damaged or made to harm.
pub(super) const MAX_ENTRY: u64 = 64 << 20;

/// The most bytes of a file that holds all entries as JSON.
pub(super) const MAX_JSON: u64 = 2 << 30;

/// Opens the regular file at `path`, following links; never waits for a FIFO's other end.
pub(super) fn open(path: &Path) -> Result<(File, Metadata), ImportError> {
    let special = || ImportError::Special { path: path.to_owned() };
    // Looked at before it is opened, because opening a device may already do something.
    let data = path.metadata().map_err(ImportError::unreadable(path))?;
    if !data.is_file() {
        return Err(special());
    }
    let no_wait = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let flags = i32::try_from(no_wait.bits()).unwrap_or(0);
    let file = File::options()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .map_err(ImportError::unreadable(path))?;
    let data = file.metadata().map_err(ImportError::unreadable(path))?;
    if data.is_file() { Ok((file, data)) } else { Err(special()) }
}

/// Reads the regular file at `path` whole, if it is at most `most` bytes long.
pub(super) fn read(path: &Path, most: u64) -> Result<(Vec<u8>, Metadata), ImportError> {
    let (file, data) = open(path)?;
    let too_large = |bytes| ImportError::TooLarge { path: path.to_owned(), bytes, most };
    if data.len() > most {
        return Err(too_large(data.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(data.len()).unwrap_or(0));
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(ImportError::unreadable(path))?;
    if bytes.len() as u64 > most {
        return Err(too_large(bytes.len() as u64));
    }
    Ok((bytes, data))
}

/// Returns the first bytes of the file at `path`, fewer when it is shorter.
pub(super) fn head(path: &Path, bytes: u64) -> Result<Vec<u8>, ImportError> {
    let (file, _) = open(path)?;
    let mut head = Vec::new();
    file.take(bytes).read_to_end(&mut head).map_err(ImportError::unreadable(path))?;
    Ok(head)
}

/// Returns when a file was changed, in seconds, exactly as Python computes it.
#[expect(clippy::cast_precision_loss, reason = "as Python does")]
pub(super) fn python_mtime(data: &Metadata) -> f64 {
    data.mtime() as f64 + 1e-9 * data.mtime_nsec() as f64
}

/// What tells whether a file was written to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Stamp {
    size: u64,
    modified: (i64, i64),
    inode: u64,
}

/// Returns the stamp of the file at `path`; `None` when there is none.
pub(super) fn stamp(path: &Path) -> Option<Stamp> {
    let data = path.metadata().ok()?;
    Some(Stamp { size: data.len(), modified: (data.mtime(), data.mtime_nsec()), inode: data.ino() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifo_is_refused_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fifo");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, &path, kind, mode, 0).unwrap();
        assert!(matches!(read(&path, 10), Err(ImportError::Special { .. })));
        assert!(matches!(read(Path::new("/dev/zero"), 10), Err(ImportError::Special { .. })));
    }

    #[test]
    fn what_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, [7; 11]).unwrap();
        assert!(matches!(read(&path, 10), Err(ImportError::TooLarge { bytes: 11, .. })));
        assert_eq!(read(&path, 11).unwrap().0, [7; 11]);
        assert_eq!(head(&path, 4).unwrap(), [7; 4]);
        let gone = read(&folder.path().join("b"), 10);
        assert!(matches!(gone, Err(ImportError::Missing { .. })));
    }
}
