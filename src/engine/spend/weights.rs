//! What files weigh in tokens, for cost by file type: as the path index knows them, or as they are
//! counted here and now where their repository was not counted before.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use crate::{
    count::{Counter, Options, VERSION, Worker, is_binary},
    model::{Bytes, Encoding, RepoPath, Tokens},
    store::{PathIndex, Store},
    walk::Reader,
};

/// Repositories whose index is kept in memory at a time.
const REPOSITORIES: usize = 4;

/// Files whose weight is kept in memory at a time.
const FILES: usize = 64 << 10;

/// A larger file that nobody counted before is left alone: logs name many.
const LARGEST: Bytes = Bytes(1 << 20);

/// Looks files up in the path indexes of their repositories, and counts those that are in none.
#[derive(Debug)]
pub(in crate::engine) struct Weights {
    store: Store,
    indexes: HashMap<PathBuf, PathIndex>,
    /// The repository of each folder that was worked in.
    repositories: HashMap<PathBuf, PathBuf>,
    /// Files that no index knows; nothing for those that have no tokens.
    counted: HashMap<PathBuf, Option<Tokens>>,
    reader: Reader,
    worker: Worker,
}

impl Weights {
    /// Looks into `store`.
    pub(in crate::engine) fn new(store: Store) -> Self {
        Self {
            store,
            indexes: HashMap::new(),
            repositories: HashMap::new(),
            counted: HashMap::new(),
            reader: Reader::new(),
            worker: Counter::new(&Options::default()).worker(),
        }
    }

    /// Returns the tokens of `file`, a path relative to `project` or inside its repository.
    pub(in crate::engine) fn of(&mut self, project: &Path, file: &Path) -> Option<Tokens> {
        if !project.is_absolute() {
            return None;
        }
        let root = self.repository_of(project);
        let path = RepoPath::below(&root, &project.join(file))?;
        self.in_index(&root, &path).or_else(|| self.counted_now(&root, &path))
    }

    /// Forgets what was looked up: indexes and files may have changed.
    pub(in crate::engine) fn forget(&mut self) {
        self.indexes.clear();
        self.counted.clear();
        self.repositories.clear();
    }

    /// Returns the folder with the repository that a folder lies in, or the folder itself: sessions
    /// go into folders below their repository.
    fn repository_of(&mut self, project: &Path) -> PathBuf {
        let find = || {
            let above = project.ancestors().find(|above| above.join(".git").exists());
            above.unwrap_or(project).to_owned()
        };
        self.repositories.entry(project.to_owned()).or_insert_with(find).clone()
    }

    fn in_index(&mut self, root: &Path, path: &RepoPath) -> Option<Tokens> {
        if !self.indexes.contains_key(root) {
            if self.indexes.len() >= REPOSITORIES {
                self.indexes.clear();
            }
            let index = self.store.load_index(root, VERSION);
            self.indexes.insert(root.to_path_buf(), index);
        }
        let known = self.indexes.get(root)?.hint(path)?;
        Encoding::ALL.into_iter().find_map(|encoding| known.state.count(encoding))
    }

    fn counted_now(&mut self, root: &Path, path: &RepoPath) -> Option<Tokens> {
        let whole = root.join(path.as_path());
        if let Some(known) = self.counted.get(&whole) {
            return *known;
        }
        if self.counted.len() >= FILES {
            self.counted.clear();
        }
        let tokens = self.reader.read(root, path, LARGEST).ok().and_then(|file| {
            let text = (!is_binary(file.bytes)).then(|| String::from_utf8_lossy(file.bytes))?;
            self.worker.count(Encoding::O200kBase, &text).ok()
        });
        self.counted.insert(whole, tokens);
        tokens
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use super::*;
    use crate::{
        model::{FakeClock, UnixNanos},
        store,
    };

    #[test]
    fn files_of_a_repository_that_nobody_counted_weigh_what_they_hold() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("app");
        fs::create_dir_all(root.join(".git")).unwrap();
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("src/a.rs"), "fn main() {}\n").unwrap();
        fs::write(root.join("README.md"), "one two three\n").unwrap();
        fs::write(root.join("logo.png"), b"\x89PNG\0").unwrap();
        fs::write(folder.path().join("secret"), "not of the repository").unwrap();
        let clock = Arc::new(FakeClock::at(UnixNanos(1)));
        let mut weights =
            Weights::new(Store::in_memory(&store::Options::default(), clock, "a test"));
        let mut of = |project: &Path, file: &str| weights.of(project, Path::new(file));
        let whole = of(&root, "src/a.rs");
        assert!(whole.is_some_and(|tokens| tokens.0 > 2), "{whole:?}");
        assert_eq!(of(&root.join("src"), "a.rs"), whole, "a session in a folder below");
        let above = root.join("README.md");
        assert!(of(&root.join("src"), above.to_str().unwrap()).is_some());
        assert_eq!(of(&root, "logo.png"), None);
        assert_eq!(of(&root, "gone.rs"), None);
        assert_eq!(of(&root, "../secret"), None);
        assert_eq!(of(Path::new("relative"), "src/a.rs"), None);
        let deleted = folder.path().join("deleted/long/ago");
        assert_eq!(of(&deleted, "a.rs"), None);
    }
}
