//! A checksummed file that is replaced as a whole.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use super::super::journal::create_folder;

/// The format; another one is as good as no file.
const FORMAT: u32 = 2;

/// Bytes before the body: name, format, checksum.
const HEAD: usize = 16;

/// Replaces the file. Nothing waits for the disk: what is damaged is made again.
pub(super) fn write(path: &Path, magic: [u8; 8], body: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    create_folder(folder)?;
    let tmp = path.with_added_extension(format!("{}.tmp", std::process::id()));
    let mut options = OpenOptions::new();
    let opened = options.write(true).create(true).truncate(true).mode(0o600).open(&tmp);
    let written = opened.and_then(|mut file| {
        file.write_all(&magic)?;
        file.write_all(&FORMAT.to_le_bytes())?;
        file.write_all(&crc32fast::hash(body).to_le_bytes())?;
        file.write_all(body)?;
        fs::rename(&tmp, path)
    });
    if written.is_err() {
        // What failed is reported; a leftover is overwritten by the next write.
        drop(fs::remove_file(&tmp));
    }
    written
}

/// Tells one state of a file from another: its inode, size and time of change, each write makes
/// another file.
pub(in crate::ledger) type Stamp = (u64, u64, i64, i64);

/// Returns the state of a file; `None` when there is none.
pub(in crate::ledger) fn stamp_of(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    Some((found.ino(), found.len(), found.mtime(), found.mtime_nsec()))
}

/// Reads the body, when the file is there and whole.
pub(super) fn read(path: &Path, magic: [u8; 8]) -> Option<Vec<u8>> {
    let mut bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::warn!(path = %path.display(), %error, "cannot read what was saved");
            }
            return None;
        }
    };
    let (head, body) = bytes.split_at_checked(HEAD)?;
    let wanted = [&magic[..], &FORMAT.to_le_bytes(), &crc32fast::hash(body).to_le_bytes()].concat();
    if head != wanted {
        tracing::info!(path = %path.display(), "what was saved is damaged or of another format");
        return None;
    }
    bytes.drain(..HEAD);
    Some(bytes)
}
