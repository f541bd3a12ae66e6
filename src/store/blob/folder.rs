//! The folders of such files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use strum::IntoEnumIterator;

use crate::model::{EntryKey, Kind};

use super::{
    super::atomic_file::{self, Sync},
    file::{Blob, Broken},
};

/// What was found under a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::store) enum Found {
    /// The entry, and the bytes of its file.
    Blob(Box<Blob>, u64),
    /// No file.
    Missing,
    /// A file that cannot be used.
    Broken(Broken),
}

/// Where files lie.
#[derive(Clone, Debug)]
pub(in crate::store) struct Blobs {
    cache: PathBuf,
    results: PathBuf,
}

impl Blobs {
    /// Names the folders: one in the cache, and the one of results.
    pub(in crate::store) fn new(cache: &Path, results: &Path) -> Self {
        Self { cache: cache.join("blobs"), results: results.to_owned() }
    }

    /// Writes a file; returns its bytes.
    pub(in crate::store) fn write(&self, blob: &Blob, sync: Sync) -> io::Result<u64> {
        let path = self.path(blob.header.kind, &blob.key);
        let bytes = blob.encode();
        let folder = path.parent().unwrap_or(&self.cache);
        if !folder.is_dir() {
            atomic_file::create_folder(folder)?;
            if sync == Sync::Durable {
                sync_parents(folder, &self.results)?;
            }
        }
        atomic_file::write(&path, &bytes, sync)?;
        Ok(bytes.len() as u64)
    }

    /// Reads the file of an entry.
    pub(in crate::store) fn read(&self, kind: Kind, key: &EntryKey) -> io::Result<Found> {
        let found = read(&self.path(kind, key))?;
        match found {
            // A file under the name of another one is no entry of this key.
            Found::Blob(blob, _) if blob.key != *key || blob.header.kind != kind => {
                Ok(Found::Broken(Broken::Damaged))
            }
            found @ (Found::Blob(..) | Found::Missing | Found::Broken(_)) => Ok(found),
        }
    }

    /// Returns true when there is a file of this entry.
    pub(in crate::store) fn has(&self, kind: Kind, key: &EntryKey) -> bool {
        self.path(kind, key).is_file()
    }

    /// Removes the file of an entry; returns whether there was one.
    pub(in crate::store) fn remove(&self, kind: Kind, key: &EntryKey) -> io::Result<bool> {
        match fs::remove_file(self.path(kind, key)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Moves a file that cannot be used out of the way, where a person may look into it; returns
    /// where it lies.
    pub(in crate::store) fn set_aside(&self, kind: Kind, key: &EntryKey) -> io::Result<PathBuf> {
        let aside = self.home(kind).join("damaged");
        atomic_file::create_folder(&aside)?;
        let to = aside.join(key.to_string());
        fs::rename(self.path(kind, key), &to)?;
        Ok(to)
    }

    /// Puts every file of `kind` out of sight at once; [`Blobs::finish_clears`] deletes them.
    pub(in crate::store) fn clear(&self, kind: Kind) -> io::Result<()> {
        let home = self.home(kind);
        let name = home.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name_of = |number| home.with_file_name(format!("{name}.gone.{number}"));
        let free = (0..u32::MAX).map(name_of).find(|path| !path.exists());
        let gone = free.unwrap_or_else(|| name_of(u32::MAX));
        match fs::rename(&home, &gone) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Removes what a kill in the middle of a clear has left.
    pub(in crate::store) fn finish_clears(&self) {
        for folder in Kind::iter().map(|kind| self.home(kind)) {
            let Some(parent) = folder.parent() else { continue };
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let prefix = format!("{name}.gone.");
            for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
                if entry.file_name().to_string_lossy().starts_with(&prefix)
                    && let Err(error) = fs::remove_dir_all(entry.path())
                {
                    tracing::warn!(path = %entry.path().display(), %error, "cannot delete");
                }
            }
        }
    }

    /// Returns every file of `kind` with its key, and without one what lies beside them.
    pub(in crate::store) fn files(
        &self,
        kind: Kind,
    ) -> impl Iterator<Item = (Option<EntryKey>, fs::DirEntry)> {
        let parts = fs::read_dir(self.home(kind)).into_iter().flatten().flatten();
        parts.flat_map(|part| {
            let files = fs::read_dir(part.path()).into_iter().flatten().flatten();
            files.map(move |file| {
                let mut name = part.file_name();
                name.push(file.file_name());
                (EntryKey::parse(&name.to_string_lossy()), file)
            })
        })
    }

    /// Returns true when there is no file of `kind`.
    pub(in crate::store) fn is_empty(&self, kind: Kind) -> bool {
        self.files(kind).all(|(key, _)| key.is_none())
    }

    /// Returns the folder of all files of `kind`.
    pub(in crate::store) fn home(&self, kind: Kind) -> PathBuf {
        match kind {
            Kind::Result => self.results.clone(),
            Kind::Count | Kind::Tags | Kind::Tree | Kind::Map | Kind::Fetch => {
                self.cache.join(kind.to_string())
            }
        }
    }

    /// Returns where the file of an entry lies.
    pub(in crate::store) fn path(&self, kind: Kind, key: &EntryKey) -> PathBuf {
        let name = key.to_string();
        self.home(kind).join(&name[..2]).join(&name[2..])
    }
}

fn read(path: &Path) -> io::Result<Found> {
    match fs::read(path) {
        Ok(bytes) => Ok(match Blob::decode(&bytes) {
            Ok(blob) => Found::Blob(Box::new(blob), bytes.len() as u64),
            Err(broken) => Found::Broken(broken),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Missing),
        Err(error) => Err(error),
    }
}

/// Makes new folders safe up to `top`, whose own name is made safe too.
fn sync_parents(folder: &Path, top: &Path) -> io::Result<()> {
    for parent in folder.ancestors().skip(1) {
        fs::File::open(parent)?.sync_all()?;
        if !parent.starts_with(top) {
            break;
        }
    }
    Ok(())
}
