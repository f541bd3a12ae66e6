//! Finds log files below folders.
//!
//! Deliberately not here: which folders.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::model::Shown;

/// Deeper than any tool nests its logs; a bound for folders that contain themselves in some way
/// that their names do not show.
const DEEPEST: usize = 12;

/// Returns the files below `roots` that `wanted` takes by their path, sorted, each once however
/// many links lead to it. What cannot be read is not there.
pub(super) fn below(roots: &[PathBuf], wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut search = Search { wanted, folders: HashSet::new(), files: Vec::new() };
    for root in roots {
        if let Ok(root) = root.canonicalize() {
            search.folder(root, 0);
        }
    }
    search.files.sort_unstable();
    search.files.dedup();
    search.files
}

struct Search<'a> {
    wanted: &'a dyn Fn(&Path) -> bool,
    /// The folders that were searched, by their true paths.
    folders: HashSet<PathBuf>,
    files: Vec<PathBuf>,
}

impl Search<'_> {
    fn folder(&mut self, folder: PathBuf, depth: usize) {
        if depth > DEEPEST || self.folders.contains(&folder) {
            return;
        }
        let Ok(entries) = fs::read_dir(&folder) else {
            tracing::debug!(folder = %Shown::bytes(folder.as_os_str().as_encoded_bytes()), "no logs can be listed");
            return;
        };
        for entry in entries.flatten() {
            if self.entry(&entry, depth).is_err() {
                tracing::debug!("an entry among logs vanished while it was looked at");
            }
        }
        self.folders.insert(folder);
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
            self.files.push(path);
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
        assert_eq!(found, [root.join("a/b/one.jsonl")]);
    }
}
