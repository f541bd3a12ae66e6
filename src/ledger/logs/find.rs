//! Finds log files below folders.
//!
//! Deliberately not here: which folders.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::Listing;

/// Deeper than any tool nests its logs; a bound for folders that contain themselves in some way
/// that their names do not show.
const DEEPEST: usize = 12;

/// Returns the files below `roots` that `wanted` takes by their path, sorted, each once however
/// many links lead to it, and the folders that cannot be looked into.
pub(super) fn below(roots: &[PathBuf], wanted: &dyn Fn(&Path) -> bool) -> Listing {
    let mut search = Search { wanted, folders: HashSet::new(), found: Listing::default() };
    for root in roots {
        match root.canonicalize() {
            Ok(root) => search.folder(root, 0),
            Err(error) => search.refuse(root, &error),
        }
    }
    let mut found = search.found;
    found.folders = search.folders.into_iter().collect();
    found.folders.sort_unstable();
    found.files.sort_unstable();
    found.files.dedup();
    found.unreadable.sort_unstable();
    found.unreadable.dedup();
    found
}

struct Search<'a> {
    wanted: &'a dyn Fn(&Path) -> bool,
    /// The folders that were searched, by their true paths.
    folders: HashSet<PathBuf>,
    found: Listing,
}

impl Search<'_> {
    fn folder(&mut self, folder: PathBuf, depth: usize) {
        if self.folders.contains(&folder) {
            return;
        }
        if depth > DEEPEST {
            let why = "too many folders in each other".to_owned();
            return self.found.unreadable.push((folder, why));
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => return self.refuse(&folder, &error),
        };
        self.folders.insert(folder.clone());
        for entry in entries {
            let looked = entry.and_then(|entry| self.entry(&entry, depth));
            if let Err(error) = looked {
                self.refuse(&folder, &error);
            }
        }
    }

    /// Notes what cannot be looked into; what is not there, or vanished meanwhile, holds no logs.
    fn refuse(&mut self, folder: &Path, error: &io::Error) {
        if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
            self.found.unreadable.push((folder.to_owned(), error.to_string()));
        }
    }

    fn entry(&mut self, entry: &fs::DirEntry, depth: usize) -> io::Result<()> {
        let (mut path, mut kind) = (entry.path(), entry.file_type()?);
        if kind.is_symlink() {
            path = path.canonicalize()?;
            kind = path.metadata()?.file_type();
        }
        if kind.is_dir() {
            self.folder(path, depth + 1);
        } else if kind.is_file() && (self.wanted)(&path) {
            self.found.files.push(path);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_found_once_through_links_two_roots_and_a_loop() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/one.jsonl"), "").unwrap();
        fs::write(root.join("a/other.txt"), "").unwrap();
        symlink(root.join("a"), root.join("a/b/loop")).unwrap();
        symlink(root.join("a/b/one.jsonl"), root.join("two.jsonl")).unwrap();
        symlink(root.join("nowhere"), root.join("three.jsonl")).unwrap();
        let roots = [root.clone(), root.join("a"), root.join("a/b/loop"), root.join("missing")];
        let found = below(&roots, &|path| path.extension().is_some_and(|end| end == "jsonl"));
        assert_eq!(found.files, [root.join("a/b/one.jsonl")]);
        assert!(found.unreadable.is_empty(), "{found:?}");
    }

    #[test]
    fn folders_that_cannot_be_looked_into_are_named_however_deep() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let deep = (0..=DEEPEST).fold(root.clone(), |path, at| path.join(at.to_string()));
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("log"), "").unwrap();
        // A link to itself cannot be resolved, whoever asks.
        symlink(root.join("0/1/self"), root.join("0/1/self")).unwrap();
        let found = below(std::slice::from_ref(&root), &|_| true);
        assert!(found.files.is_empty());
        let named: Vec<&PathBuf> = found.unreadable.iter().map(|(folder, _)| folder).collect();
        assert_eq!(named, [&root.join("0/1"), &deep]);
        assert!(found.unreadable.iter().all(|(_, why)| !why.is_empty()));
    }
}
