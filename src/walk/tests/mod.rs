//! Walks over trees made for each case.

mod kinds;
mod law;
mod reading;
mod rules;

use std::{
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{Mutex, atomic::AtomicBool},
};

use tempfile::TempDir;

use super::{Found, Options, Walked, walker::Walk};
use crate::model::RepoPath;

/// A tree in a folder of its own, and what a walk of it takes in.
struct Tree {
    held: TempDir,
    /// The folder below the temporary one that is walked.
    root: PathBuf,
    options: Options,
    global: Option<PathBuf>,
}

impl Tree {
    /// Makes the files; a name that ends in a slash is a folder.
    fn new(files: &[(&str, &str)]) -> Self {
        let held = tempfile::tempdir().unwrap();
        // A repository of its own, so that ignore files above the temporary folder do not count.
        fs::create_dir(held.path().join(".git")).unwrap();
        let root = held.path().canonicalize().unwrap();
        let tree = Self { held, root, options: Options::default(), global: None };
        for (name, text) in files {
            tree.write(name, text);
        }
        tree
    }

    fn at(&self, name: &str) -> PathBuf {
        self.held.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        if name.ends_with('/') {
            return fs::create_dir_all(path).unwrap();
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn walk_from(&self, start: &str, depth: Option<usize>) -> (Vec<Found>, Walked) {
        let all = Mutex::new(Vec::new());
        let cancel = AtomicBool::new(false);
        let global = self.global.as_deref();
        let walk = Walk { root: &self.root, options: &self.options, global, cancel: &cancel };
        let start = RepoPath::new(start.as_bytes()).unwrap();
        let walked = walk.run(&start, depth, || |found| all.lock().unwrap().push(found)).unwrap();
        let mut all = all.into_inner().unwrap();
        all.sort_by(|a, b| a.path().cmp(b.path()));
        (all, walked)
    }

    /// Returns the paths found, folders with a slash at the end.
    fn names(&self) -> Vec<String> {
        names(&self.walk_from("", None).0)
    }
}

fn names(found: &[Found]) -> Vec<String> {
    let name = |found: &Found| match found {
        Found::Folder(path) => format!("{path:?}/"),
        Found::File { path, .. } => format!("{path:?}"),
        Found::Special(path) => format!("{path:?} special"),
        Found::Link(path) => format!("{path:?} link"),
        Found::Unreadable { path, .. } => format!("{path:?} unreadable"),
    };
    found.iter().map(name).collect()
}

fn shown(path: &Path) -> String {
    crate::model::Shown::bytes(path.as_os_str().as_bytes()).to_string()
}
