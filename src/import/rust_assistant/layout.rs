//! Where entries lie: in a repository, or for many repositories in one folder.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::super::{ImportError, source};

/// The types, each a folder.
pub(in crate::import) const TYPES: [&str; 4] = ["analysis", "docs", "refactor", "todos"];

/// The folder in a repository or in the home.
pub(in crate::import) const FOLDER: &str = ".rustassistant";

/// What a folder of a central cache says of its repository.
const META: &str = "meta.json";

/// The most bytes of that file.
const META_BYTES: u64 = 1 << 20;

/// The most folders below a type's own; deeper ones are loops of some kind.
const MAX_DEPTH: usize = 32;

/// A folder with a folder for each type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::import) struct Home {
    /// The repository that its entries are about.
    pub(in crate::import) repository: PathBuf,
    /// The folder.
    pub(in crate::import) folder: PathBuf,
}

/// Returns the homes at `source`: a repository, its `.rustassistant`, the `cache` in it, or a
/// central cache at any of its levels.
pub(in crate::import) fn homes(source: &Path) -> Vec<Home> {
    let mut homes = Vec::new();
    for folder in [source.join(FOLDER), source.to_owned()] {
        for folder in [folder.join("cache"), folder] {
            if is_home(&folder) {
                homes.push(Home { repository: repository_of(&folder), folder: folder.clone() });
            }
            for repositories in [folder.join("repos"), folder] {
                homes.extend(central(&repositories));
            }
        }
    }
    homes.sort_by(|a, b| a.folder.cmp(&b.folder));
    homes.dedup();
    homes
}

/// Returns the databases of a central cache at `source`.
pub(in crate::import) fn databases(source: &Path) -> Vec<PathBuf> {
    let folders = [source.to_owned(), source.join("repos")];
    let mut found: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| repositories(folder))
        .map(|folder| folder.join("cache.db"))
        .filter(|database| database.is_file())
        .collect();
    found.sort();
    found
}

/// Returns the folders in a folder that are named by eight digits, as repositories are.
fn repositories(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let is_hash = |name: &[u8]| name.len() == 8 && name.iter().all(u8::is_ascii_hexdigit);
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(move |entry| is_hash(entry.file_name().as_encoded_bytes()))
        .map(|entry| entry.path())
}

/// Returns the homes of a central cache.
fn central(folder: &Path) -> Vec<Home> {
    repositories(folder)
        .map(|repository| repository.join("cache"))
        .filter(|cache| is_home(cache))
        .map(|cache| Home { repository: repository_of(&cache), folder: cache })
        .collect()
}

fn is_home(folder: &Path) -> bool {
    TYPES.iter().any(|of| folder.join(of).is_dir())
}

/// Returns the repository that the entries in `folder` are about: the one that is named beside it,
/// the one it lies in, or else the folder that holds it.
fn repository_of(folder: &Path) -> PathBuf {
    let owner = folder.parent().unwrap_or(folder);
    if let Some(path) = meta(&owner.join(META)) {
        return path;
    }
    match owner.parent() {
        Some(repository) if owner.file_name().is_some_and(|name| name == FOLDER) => {
            repository.to_owned()
        }
        _ => owner.to_owned(),
    }
}

/// Returns the path that a `meta.json` names.
fn meta(path: &Path) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Meta {
        path: PathBuf,
    }

    let (file, _) = source::open(path).ok()?;
    let mut text = Vec::new();
    file.take(META_BYTES).read_to_end(&mut text).ok()?;
    match serde_json::from_slice::<Meta>(&text) {
        Ok(meta) => Some(meta.path),
        Err(error) => {
            tracing::warn!(%error, "a meta.json is damaged: its repository is not known");
            None
        }
    }
}

/// What lies in and around a home.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Files that should be entries, with their types.
    pub(super) entries: Vec<(PathBuf, &'static str)>,
    /// Files that are none.
    pub(super) others: u64,
    /// Files in folders of types that are not known.
    pub(super) unknown: u64,
    /// What could not be listed.
    pub(super) unreadable: Vec<(PathBuf, io::Error)>,
}

/// Lists what lies in a home.
pub(super) fn list(home: &Home, listing: &mut Listing) {
    for (path, is_folder) in children(&home.folder, listing) {
        let name = path.file_name().and_then(|name| name.to_str());
        let of = TYPES.into_iter().find(|of| Some(*of) == name);
        match (is_folder, of) {
            (false, _) => listing.others += 1,
            // A central cache inside of a local one is a home of its own.
            (true, None) if name == Some("repos") => {}
            (true, of) => walk(&path, of, 0, listing),
        }
    }
}

fn walk(folder: &Path, of: Option<&'static str>, depth: usize, listing: &mut Listing) {
    if depth > MAX_DEPTH {
        let error = io::Error::other("too many folders in each other");
        listing.unreadable.push((folder.to_owned(), error));
        return;
    }
    for (path, is_folder) in children(folder, listing) {
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        match (is_folder, of) {
            (true, of) => walk(&path, of, depth + 1, listing),
            (false, Some(of)) if is_json => listing.entries.push((path, of)),
            (false, None) if is_json => listing.unknown += 1,
            (false, _) => listing.others += 1,
        }
    }
}

/// Returns what lies in a folder in the order of names, and whether it is a folder; links are not
/// followed.
fn children(folder: &Path, listing: &mut Listing) -> Vec<(PathBuf, bool)> {
    let mut found = Vec::new();
    match fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?.is_dir()))) {
                    Ok(child) => found.push(child),
                    Err(error) => listing.unreadable.push((folder.to_owned(), error)),
                }
            }
        }
        Err(error) => listing.unreadable.push((folder.to_owned(), error)),
    }
    found.sort();
    found
}

/// Fails when there is no home at `source`.
pub(super) fn require(source: &Path) -> Result<Vec<Home>, ImportError> {
    let homes = homes(source);
    if homes.is_empty() {
        source.metadata().map_err(ImportError::unreadable(source))?;
        return Err(ImportError::Unknown { path: source.to_owned() });
    }
    Ok(homes)
}
