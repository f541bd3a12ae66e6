//! Opening and listing folders by name relative to an open folder.

use std::{
    ffi::CStr,
    fs::File,
    io::{self, Read},
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use rustix::{
    fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat},
    io::Errno,
};

/// The most bytes of a path that are given to the system at once; it takes 4,095.
const STEP: usize = 4_000;

/// An ignore file larger than this is not read: no real one is.
const SMALL_FILE: usize = 1 << 20;

/// Opens `path` below `base`, without following a link at its end; an empty path is `base` itself.
///
/// Longer paths than the system takes are opened folder by folder.
pub(super) fn open_below(
    base: BorrowedFd<'_>,
    path: &[u8],
    flags: OFlags,
) -> rustix::io::Result<OwnedFd> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mut held: Option<OwnedFd> = None;
    let mut rest = path;
    while rest.len() > STEP {
        // A single name is at most 255 bytes, so a slash is always near.
        let Some(cut) = rest[..STEP].iter().rposition(|&byte| byte == b'/') else {
            return Err(Errno::NAMETOOLONG);
        };
        let from = held.as_ref().map_or(base, AsFd::as_fd);
        let walk_on = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        held = Some(retry(|| rustix::fs::openat(from, &rest[..cut], walk_on, Mode::empty()))?);
        rest = &rest[cut + 1..];
    }
    let from = held.as_ref().map_or(base, AsFd::as_fd);
    let last: &[u8] = if rest.is_empty() { b"." } else { rest };
    retry(|| rustix::fs::openat(from, last, flags, Mode::empty()))
}

/// Opens the folder at `path` below `base`.
pub(super) fn open_folder(base: BorrowedFd<'_>, path: &[u8]) -> rustix::io::Result<OwnedFd> {
    open_below(base, path, OFlags::RDONLY | OFlags::DIRECTORY)
}

/// One name of a folder.
pub(super) struct Listed {
    entry: rustix::fs::DirEntry,
}

impl Listed {
    /// Returns the name.
    pub(super) fn name(&self) -> &CStr {
        self.entry.file_name()
    }

    /// Returns what the listing says it is; some file systems do not say.
    pub(super) fn kind(&self) -> FileType {
        self.entry.file_type()
    }
}

/// An open folder with its names.
pub(super) struct Listing {
    dir: Dir,
    /// The names without `.` and `..`.
    pub(super) names: Vec<Listed>,
    /// The error that ended the list early.
    pub(super) error: Option<Errno>,
}

impl Listing {
    /// Lists `folder`.
    pub(super) fn of(folder: OwnedFd) -> rustix::io::Result<Self> {
        let mut dir = Dir::new(folder)?;
        let mut names = Vec::new();
        let mut error = None;
        while let Some(entry) = dir.read() {
            match entry {
                Ok(entry) if matches!(entry.file_name().to_bytes(), b"." | b"..") => {}
                Ok(entry) => names.push(Listed { entry }),
                Err(Errno::INTR) => {}
                Err(other) => {
                    error = Some(other);
                    break;
                }
            }
        }
        Ok(Self { dir, names, error })
    }

    /// Returns the open folder.
    pub(super) fn fd(&self) -> rustix::io::Result<BorrowedFd<'_>> {
        self.dir.fd()
    }
}

/// Returns what the system says of `name` in `folder`, of a link itself.
pub(super) fn lstat(folder: BorrowedFd<'_>, name: &CStr) -> rustix::io::Result<Stat> {
    retry(|| rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW))
}

/// Reads a small regular file such as an ignore file whole, or returns `None` when it is not there.
///
/// Links are not followed, as git does not either.
pub(super) fn read_small(base: BorrowedFd<'_>, path: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = match open_below(base, path, flags) {
        Ok(file) => file,
        Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let stat = rustix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(io::Error::other("not a regular file"));
    }
    let mut text = Vec::new();
    let limit = SMALL_FILE as u64 + 1;
    File::from(file).take(limit).read_to_end(&mut text)?;
    if text.len() > SMALL_FILE {
        return Err(io::Error::other("larger than 1 MiB"));
    }
    Ok(Some(text))
}

/// Calls `attempt` again as long as a signal cuts it short.
pub(super) fn retry<T>(
    mut attempt: impl FnMut() -> rustix::io::Result<T>,
) -> rustix::io::Result<T> {
    loop {
        match attempt() {
            Err(Errno::INTR) => {}
            result => return result,
        }
    }
}
