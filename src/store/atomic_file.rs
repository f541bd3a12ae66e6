//! Writing a small file whole or not at all, and folders that are for the user alone.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// No write takes so many seconds: who began one before was killed.
const LONGEST_WRITE: i64 = 3_600;

/// Tells the temporary files of one process apart.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Whether a write must survive a power cut before it counts as done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sync {
    /// Yes: the file and its folder are synced.
    Durable,
    /// No: the next durable write makes up for it.
    Later,
}

/// Replaces `path` by `bytes` in one step: readers see the old or the new file.
pub(super) fn write(path: &Path, bytes: &[u8], sync: Sync) -> io::Result<()> {
    fill(path, sync, |file| file.write_all(bytes))
}

/// Replaces `path` by what `write` puts into a file, in one step; returns what it returns.
pub(super) fn fill<T>(
    path: &Path,
    sync: Sync,
    write: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = NUMBER.fetch_add(1, Relaxed);
    let tmp = folder.join(format!(".{name}.{}.{number}.tmp", std::process::id()));
    let filled = fill_tmp(&tmp, sync, write).and_then(|it| fs::rename(&tmp, path).map(|()| it));
    if filled.is_err() {
        // What failed is reported; a leftover is in nobody's way.
        drop(fs::remove_file(&tmp));
    } else if sync == Sync::Durable {
        File::open(folder)?.sync_all()?;
    }
    filled
}

fn fill_tmp<T>(
    tmp: &Path,
    sync: Sync,
    write: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(tmp)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    let filled = write(&mut file)?;
    if sync == Sync::Durable {
        file.sync_all()?;
    }
    Ok(filled)
}

/// Removes what writes have left in `folder` that were killed more than an hour before `since`, a
/// time of the file system: other clocks may be wrong.
pub(super) fn remove_leftovers(folder: &Path, since: i64) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        remove_leftover(&entry, since);
    }
}

/// Removes a file that such a write has left; any other stays.
pub(super) fn remove_leftover(entry: &fs::DirEntry, since: i64) {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    if !name.starts_with('.') || !name.ends_with(".tmp") {
        return;
    }
    let is_old = |data: fs::Metadata| data.mtime() < since.saturating_sub(LONGEST_WRITE);
    if entry.metadata().is_ok_and(is_old)
        && let Err(error) = fs::remove_file(entry.path())
    {
        tracing::warn!(path = %entry.path().display(), %error, "cannot delete a leftover");
    }
}

/// Creates `folder` and its parents where missing, for the user alone.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes a folder that was there already the user's alone; where that cannot be, it is logged.
pub(super) fn close_to_others(folder: &Path) {
    let open = |data: &fs::Metadata| data.permissions().mode() & 0o077 != 0;
    if fs::metadata(folder).is_ok_and(|data| open(&data))
        && let Err(error) = fs::set_permissions(folder, Permissions::from_mode(0o700))
    {
        tracing::warn!(folder = %folder.display(), %error, "others may read the cache");
    }
}

/// Takes the rights of everybody else away from `path` and all below it.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    let data = fs::symlink_metadata(path)?;
    if data.is_symlink() {
        return Ok(());
    }
    let wanted = if data.is_dir() { 0o700 } else { 0o600 };
    if data.permissions().mode() & 0o777 != wanted {
        fs::set_permissions(path, Permissions::from_mode(wanted))?;
    }
    if data.is_dir() {
        for entry in fs::read_dir(path)? {
            match make_private(&entry?.path()) {
                // sled removes old snapshots while we look.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => other?,
            }
        }
    }
    Ok(())
}

/// What a file system has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Space {
    /// Bytes that this user may still write.
    pub(super) free: u64,
    /// Bytes in all.
    pub(super) total: u64,
}

/// Returns what the file system of `path` has.
pub(super) fn free_space(path: &Path) -> io::Result<Space> {
    let found = rustix::fs::statvfs(path)?;
    Ok(Space {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        total: found.f_blocks.saturating_mul(found.f_frsize),
    })
}

/// Returns the bytes of all files below `path`; what cannot be read counts as nothing.
pub(super) fn size(path: &Path) -> u64 {
    let Ok(data) = fs::symlink_metadata(path) else { return 0 };
    if !data.is_dir() {
        return data.len();
    }
    let Ok(entries) = fs::read_dir(path) else { return 0 };
    entries.flatten().map(|entry| size(&entry.path())).sum()
}
