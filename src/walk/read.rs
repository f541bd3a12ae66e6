//! Reading one file whole, and telling whether it held still meanwhile.

use std::{
    io,
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    path::Path,
};

use rustix::{
    fs::{CWD, FileType, OFlags, SeekFrom, fstat},
    io::Errno,
};

use crate::model::{Bytes, FileStatus, Fingerprint, RepoPath, Shown};

use super::{
    filter::join,
    fingerprint::from_stat,
    folder::{open_below, retry},
};

/// A buffer that grew beyond this for one large file is given back after it.
const KEEP: usize = 4 << 20;

/// Reads files one after the other into the same buffer.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: Vec<u8>,
}

/// The content of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ReadFile<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// What the system said of it after it was read.
    pub fingerprint: Fingerprint,
    /// False when it changed while it was read: the bytes may be part old, part new.
    pub stable: bool,
}

/// A file that is read bit by bit, for one too large to be held.
#[derive(Debug)]
pub struct Stream {
    file: OwnedFd,
    before: Fingerprint,
    max: Bytes,
    taken: u64,
}

impl Stream {
    /// Opens the regular file at `path` below `root`, of at most `max` bytes.
    ///
    /// # Errors
    /// Fails when there is no regular file of at most `max` bytes.
    pub fn open(root: &Path, path: &RepoPath, max: Bytes) -> Result<Self, ReadError> {
        let (file, before) = open(root, path, max)?;
        Ok(Self { file, before, max, taken: 0 })
    }

    /// Returns what the system said of the file when it was opened.
    #[must_use]
    pub const fn fingerprint(&self) -> Fingerprint {
        self.before
    }

    /// Appends up to `most` bytes to `buffer`; returns how many, 0 at the end.
    ///
    /// # Errors
    /// Fails when the system does, or when the file has grown over the limit.
    pub fn take(&mut self, buffer: &mut Vec<u8>, most: usize) -> Result<usize, ReadError> {
        let from = buffer.len();
        buffer.resize(from + most, 0);
        let mut filled = 0;
        while filled < most {
            match retry(|| rustix::io::read(&self.file, &mut buffer[from + filled..])) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) => {
                    buffer.truncate(from);
                    return Err(error.into());
                }
            }
        }
        buffer.truncate(from + filled);
        self.taken += filled as u64;
        if self.taken > self.max.0 {
            let size = Bytes(self.taken);
            return Err(ReadError::TooLarge(Fingerprint { size, ..self.before }));
        }
        Ok(filled)
    }

    /// Starts again at the first byte.
    ///
    /// # Errors
    /// Fails when the system does.
    pub fn rewind(&mut self) -> Result<(), ReadError> {
        rustix::fs::seek(&self.file, SeekFrom::Start(0))?;
        self.taken = 0;
        Ok(())
    }

    /// Returns true when the file is as it was when it was opened, and what was taken is all of it.
    ///
    /// # Errors
    /// Fails when the system does.
    pub fn held_still(&self) -> Result<bool, ReadError> {
        let now = from_stat(&fstat(&self.file)?);
        Ok(now == self.before && self.taken == now.size.0)
    }
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not there any more.
    #[error("not there any more")]
    Gone,
    /// It is a folder by now.
    #[error("a folder")]
    Folder,
    /// It is a link or special by now; holds which.
    #[error("not a regular file but {}", .0.word())]
    NotRegular(FileStatus),
    /// It is larger than allowed.
    #[error("too large: {} bytes", .0.size.0)]
    TooLarge(Fingerprint),
    /// The system refused.
    #[error("{}", Shown::text(&source.to_string()))]
    Io {
        /// What it said.
        source: io::Error,
    },
}

impl ReadError {
    /// Returns true when trying again later may help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Gone | Self::Folder | Self::NotRegular(_) | Self::TooLarge(_) => false,
            Self::Io { source } => Errno::from_io_error(source).is_some_and(|error| {
                [
                    Errno::INTR,
                    Errno::AGAIN,
                    Errno::MFILE,
                    Errno::NFILE,
                    Errno::NOMEM,
                    Errno::IO,
                    Errno::STALE,
                    Errno::TXTBSY,
                    Errno::BUSY,
                    Errno::TIMEDOUT,
                ]
                .contains(&error)
            }),
        }
    }
}

impl From<Errno> for ReadError {
    fn from(error: Errno) -> Self {
        match error {
            Errno::NOENT | Errno::NOTDIR => Self::Gone,
            // What opening says of a link that may not be followed, and of a socket or a device
            // without a driver.
            Errno::LOOP => Self::NotRegular(FileStatus::Link),
            Errno::NXIO | Errno::NODEV => Self::NotRegular(FileStatus::Special),
            other => Self::Io { source: other.into() },
        }
    }
}

impl Reader {
    /// Returns a reader without a buffer yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { buffer: Vec::new() }
    }

    /// Reads the regular file at `path` below `root`, at most `max` bytes.
    ///
    /// Never waits for another program and never maps memory, so nothing another program does to the
    /// file can hang or kill this one.
    ///
    /// # Errors
    /// Fails when there is no regular file of at most `max` bytes that can be read.
    pub fn read(
        &mut self,
        root: &Path,
        path: &RepoPath,
        max: Bytes,
    ) -> Result<ReadFile<'_>, ReadError> {
        let (file, before) = open(root, path, max)?;
        let filled = self.fill(&file, before.size, max)?;
        let fingerprint = from_stat(&fstat(&file)?);
        let length = Bytes(filled as u64);
        if length > max || fingerprint.size > max {
            let size = fingerprint.size.max(length);
            return Err(ReadError::TooLarge(Fingerprint { size, ..fingerprint }));
        }
        let stable = before == fingerprint && length == before.size;
        Ok(ReadFile { bytes: &self.buffer[..filled], fingerprint, stable })
    }

    /// Reads until the end, or one byte more than `max`, and returns how much was read.
    fn fill(
        &mut self,
        file: impl std::os::fd::AsFd,
        size: Bytes,
        max: Bytes,
    ) -> Result<usize, Errno> {
        let limit = usize::try_from(max.0).unwrap_or(usize::MAX).saturating_add(1);
        // One byte more than expected shows the end of the file without a second buffer.
        let expected = usize::try_from(size.0).unwrap_or(usize::MAX).saturating_add(1).min(limit);
        if self.buffer.len() > KEEP && expected <= KEEP {
            self.buffer = Vec::new();
        }
        if self.buffer.len() < expected {
            self.buffer.resize(expected, 0);
        }
        let mut filled = 0;
        while filled < limit {
            if filled == self.buffer.len() {
                self.buffer.resize(filled.saturating_mul(2).min(limit), 0);
            }
            let end = self.buffer.len().min(limit);
            match retry(|| rustix::io::read(&file, &mut self.buffer[filled..end]))? {
                0 => break,
                read => filled += read,
            }
        }
        Ok(filled)
    }
}
/// Opens a regular file of at most `max` bytes.
fn open(root: &Path, path: &RepoPath, max: Bytes) -> Result<(OwnedFd, Fingerprint), ReadError> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
    let whole = join(root.as_os_str().as_bytes(), path.as_bytes());
    let file = open_below(CWD, &whole, flags)?;
    let stat = fstat(&file)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(ReadError::Folder),
        FileType::Symlink => return Err(ReadError::NotRegular(FileStatus::Link)),
        FileType::Fifo
        | FileType::Socket
        | FileType::CharacterDevice
        | FileType::BlockDevice
        | FileType::Unknown => return Err(ReadError::NotRegular(FileStatus::Special)),
    }
    let before = from_stat(&stat);
    if before.size > max { Err(ReadError::TooLarge(before)) } else { Ok((file, before)) }
}
