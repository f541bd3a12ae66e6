//! Which logs there are, and which of them lie in folders that changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::readers::Sources;
use crate::model::Tool;

/// A log, and which of the sources it belongs to.
pub(super) type Listed = (usize, PathBuf);

/// Folders of a tool that could not be looked into, with the reasons.
pub(super) type Unreadable = (Tool, Vec<(PathBuf, String)>);

/// The logs that were found last.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The source of each.
    logs: BTreeMap<PathBuf, usize>,
    /// Their folders.
    folders: BTreeSet<PathBuf>,
    /// Other folders that were looked into: there may be logs in them soon.
    empty: BTreeSet<PathBuf>,
}

impl Listing {
    /// Lists all logs; also returns the folders of each source that cannot be looked into.
    pub(super) fn list(&mut self, sources: &Sources) -> (Vec<Listed>, Vec<Unreadable>) {
        let (mut all, mut unreadable) = (Vec::new(), Vec::new());
        for (at, source) in sources.iter().enumerate() {
            let found = source.list();
            all.extend(found.files.into_iter().map(|file| (at, file)));
            self.empty.extend(found.folders);
            unreadable.push((source.tool(), found.unreadable));
        }
        self.logs = all.iter().map(|(at, file)| (file.clone(), *at)).collect();
        self.folders = all.iter().filter_map(|(_, file)| Some(file.parent()?.into())).collect();
        let folders = &self.folders;
        self.empty.retain(|folder| !folders.contains(folder) && folder.is_dir());
        (all, unreadable)
    }

    /// Returns the logs that lie directly in these folders, also new ones; `None` when only a look
    /// at all logs tells, because a folder among them is new.
    pub(super) fn in_folders(
        &mut self,
        folders: &BTreeSet<PathBuf>,
        sources: &Sources,
    ) -> Option<Vec<Listed>> {
        let roots = sources.iter().flat_map(|source| source.deep_roots());
        let roots: Vec<PathBuf> = roots.map(|root| root.canonicalize().unwrap_or(root)).collect();
        let matters = |folder: &Path| {
            roots.iter().any(|root| folder.starts_with(root) || root.starts_with(folder))
        };
        let mut logs = Vec::new();
        let mut is_known = true;
        for folder in folders {
            // One that is gone took its logs with it.
            let Ok(folder) = folder.canonicalize() else { continue };
            let Ok(entries) = fs::read_dir(&folder) else { return None };
            for path in entries.flatten().map(|entry| entry.path()) {
                if let Some(source) = self.logs.get(&path) {
                    logs.push((*source, path));
                } else if path.is_dir() {
                    is_known &= !matters(&path) || self.knows(&path);
                } else if let Some(source) = source_of(sources, &folder, &path) {
                    self.logs.insert(path.clone(), source);
                    self.folders.insert(folder.clone());
                    logs.push((source, path));
                }
            }
        }
        logs.sort_unstable();
        is_known.then_some(logs)
    }

    /// Returns every folder between `root` and the logs below it, and those that may hold some soon.
    pub(super) fn folders_below(&self, root: &Path) -> BTreeSet<PathBuf> {
        let all = self.folders.iter().chain(&self.empty);
        let below = all.filter(|folder| folder.starts_with(root));
        below
            .flat_map(|folder| folder.ancestors().take_while(|above| above.starts_with(root)))
            .map(Path::to_path_buf)
            .collect()
    }

    /// Says whether logs were looked for in a folder before; from now on they were.
    fn knows(&mut self, folder: &Path) -> bool {
        let next = self.folders.range(folder.to_owned()..).next();
        let has_logs = next.is_some_and(|one| one.starts_with(folder));
        has_logs || !self.empty.insert(folder.to_owned())
    }
}

/// Returns the source that a new file in a folder is a log of.
fn source_of(sources: &Sources, folder: &Path, file: &Path) -> Option<usize> {
    // A link leads to a file that has a folder of its own.
    if !fs::symlink_metadata(file).is_ok_and(|data| data.is_file()) {
        return None;
    }
    sources.iter().position(|source| {
        let roots = source.roots().into_iter().filter_map(|root| root.canonicalize().ok());
        let is_below = roots.into_iter().any(|root| folder.starts_with(root));
        is_below && source.is_new_log(file)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::logs::{SourceOptions, sources};

    #[test]
    fn only_logs_in_the_folders_that_changed_are_looked_at() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap().join(".claude/projects");
        let write = |path: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "x\n").unwrap();
            path
        };
        let environment = [("HOME".into(), home.path().as_os_str().to_owned())];
        let sources = sources(&environment, &SourceOptions::default());
        let (one, other) = (write("a/1.jsonl"), write("b/1.jsonl"));
        let mut listing = Listing::default();
        let (all, unreadable) = listing.list(&sources);
        assert_eq!(all, [(0, one.clone()), (0, other)]);
        assert!(unreadable.iter().all(|(_, folders)| folders.is_empty()));
        let changed = BTreeSet::from([root.join("a"), root.join("gone")]);
        assert_eq!(listing.in_folders(&changed, &sources), Some(vec![(0, one.clone())]));
        // A new log in a known folder is seen without a look at the others, other files are not.
        let new = write("a/2.jsonl");
        write("a/notes.txt");
        let both = Some(vec![(0, one.clone()), (0, new.clone())]);
        assert_eq!(listing.in_folders(&changed, &sources), both);
        // A folder that is new has everything looked at, once, and is watched from then on.
        fs::create_dir(root.join("a/sub")).unwrap();
        assert_eq!(listing.in_folders(&changed, &sources), None);
        assert_eq!(listing.list(&sources).0.len(), 3);
        assert_eq!(listing.in_folders(&changed, &sources), both);
        assert!(listing.folders_below(&root).contains(&root.join("a/sub")));
        // What no tool looks into matters to nobody.
        fs::create_dir(home.path().join("src")).unwrap();
        let above = BTreeSet::from([home.path().to_owned()]);
        assert_eq!(listing.in_folders(&above, &sources), Some(Vec::new()));
        let deep = write("a/sub/3.jsonl");
        let changed = BTreeSet::from([root.join("a/sub")]);
        assert_eq!(listing.in_folders(&changed, &sources), Some(vec![(0, deep)]));
    }
}
