//! A plain copy of a source, made before anything else.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, symlink},
    path::{Path, PathBuf},
};

use crate::model::Bytes;

use super::{ImportError, database, source};

/// Returns where the backup of `source` lies when nobody says: `SOURCE.backup`.
#[must_use]
pub fn backup_path(source: &Path) -> PathBuf {
    let mut name = source.components().as_path().as_os_str().to_owned();
    name.push(".backup");
    PathBuf::from(name)
}

/// Copies `source`, a file or a folder, to `to`, and returns how much was copied. Databases take
/// what belongs to them along.
///
/// The copy has its name only once it is whole.
///
/// # Errors
/// Fails when something lies at `to`, when it lies inside of `source`, and when the system refuses.
pub fn backup(source: &Path, to: &Path) -> Result<Bytes, ImportError> {
    let data = source.metadata().map_err(ImportError::unreadable(source))?;
    if to.symlink_metadata().is_ok() {
        return Err(ImportError::BackupExists { path: to.to_owned() });
    }
    if data.is_dir() && is_inside(to, source) {
        return Err(ImportError::BackupInside { path: to.to_owned() });
    }
    let refused = |source| ImportError::Backup { path: to.to_owned(), source };
    let part = with_suffix(to, ".part");
    remove(&part).map_err(refused)?;
    let copied = if data.is_dir() {
        copy_folder(source, &part).and_then(|bytes| Ok((bytes, fs::rename(&part, to)?)))
    } else {
        copy_files(source, to, &part)
    };
    match copied {
        Ok((bytes, ())) => Ok(Bytes(bytes)),
        Err(error) => {
            // What failed is reported; the rest of the copy is of no use to anyone.
            drop(remove(&part));
            Err(refused(error))
        }
    }
}

/// Copies a file and, when it is a database, what belongs to it.
fn copy_files(source: &Path, to: &Path, part: &Path) -> io::Result<(u64, ())> {
    let mut bytes = 0;
    let own = source.as_os_str().len();
    for file in database::files(source).iter().rev() {
        let suffix = file.to_string_lossy()[..].get(own..).unwrap_or_default().to_owned();
        bytes += copy_file(file, part)?;
        fs::rename(part, with_suffix(to, &suffix))?;
    }
    Ok((bytes, ()))
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<u64> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(to)?;
    let mut bytes = 0;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            bytes += copy_folder(&from, &to)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(&from)?, &to)?;
        } else if kind.is_file() {
            bytes += copy_file(&from, &to)?;
        } else {
            tracing::warn!("a backup leaves out what is neither a file nor a folder");
        }
    }
    let data = from.metadata()?;
    fs::set_permissions(to, data.permissions())?;
    set_times(&fs::File::open(to)?, &data)?;
    Ok(bytes)
}

/// Copies one file with its times and permissions.
fn copy_file(from: &Path, to: &Path) -> io::Result<u64> {
    let (mut source, data) = source::open(from).map_err(io::Error::other)?;
    let mut copy = fs::File::create_new(to)?;
    let bytes = io::copy(&mut source, &mut copy)?;
    copy.set_permissions(data.permissions())?;
    set_times(&copy, &data)?;
    Ok(bytes)
}

fn set_times(file: &fs::File, data: &fs::Metadata) -> io::Result<()> {
    let times = fs::FileTimes::new().set_modified(data.modified()?).set_accessed(data.accessed()?);
    file.set_times(times)
}

fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Returns true when `path`, which need not exist, lies in `folder`.
fn is_inside(path: &Path, folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or_else(|| Path::new("."));
    parent
        .ancestors()
        .find_map(|parent| parent.canonicalize().ok())
        .is_some_and(|parent| parent.starts_with(&folder))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
