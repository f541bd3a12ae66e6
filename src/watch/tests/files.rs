//! Real files, changed in the ways that programs change them.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    model::{RepoPath, SystemClock, WatchState},
    watch::{Change, Options, Watch},
};

/// Far more than any change takes; reached only when a test fails.
const LONGEST: Duration = Duration::from_secs(20);

struct Watched {
    root: TempDir,
    watch: Watch,
    changes: Receiver<Change>,
}

impl Watched {
    /// Makes `folders`, watches them, and waits until the watches stand and are reported as fresh.
    fn new(folders: &[&str], git_dir: Option<&str>) -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in folders.iter().chain(&git_dir) {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let (tx, changes) = channel();
        let options = Options { debounce_ms: 20, ..Options::default() };
        let git_dir = git_dir.map(|folder| root.path().join(folder));
        let watch = Watch::start(
            root.path(),
            git_dir.as_deref(),
            &options,
            Arc::new(SystemClock::start()),
            move |change| drop(tx.send(change)),
        );
        let watched = Self { root, watch, changes };
        watched.add(folders);
        watched
    }

    /// Watches more, and waits until it stands.
    fn add(&self, folders: &[&str]) {
        if folders.is_empty() {
            let standing = Change::State(WatchState::Watching { folders: 1 });
            return drop(self.until(|change| *change == standing));
        }
        self.watch.add(folders.iter().map(|name| path(name)).collect());
        // New folders are reported once, when their own watch stands.
        self.until_folders(folders);
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Returns the first change that is wanted, and lets the others pass.
    fn until(&self, wanted: impl Fn(&Change) -> bool) -> Change {
        loop {
            let change = self.changes.recv_timeout(LONGEST).unwrap();
            if wanted(&change) {
                return change;
            }
        }
    }

    /// Waits until all of these folders were reported.
    fn until_folders(&self, names: &[&str]) {
        let mut missing: BTreeSet<_> = names.iter().map(|name| path(name)).collect();
        while !missing.is_empty() {
            if let Change::Folders(folders) = self.changes.recv_timeout(LONGEST).unwrap() {
                missing.retain(|folder| !folders.contains(folder));
            }
        }
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).unwrap()
}

#[test]
fn a_file_that_is_created_modified_renamed_or_deleted_changes_its_folder() {
    let watched = Watched::new(&["src", "src/ui"], None);
    fs::write(watched.at("src/ui/a"), "1").unwrap();
    watched.until_folders(&["src/ui"]);
    fs::write(watched.at("src/ui/a"), "2").unwrap();
    watched.until_folders(&["src/ui"]);
    fs::rename(watched.at("src/ui/a"), watched.at("src/a")).unwrap();
    watched.until_folders(&["src", "src/ui"]);
    fs::remove_file(watched.at("src/a")).unwrap();
    watched.until_folders(&["src"]);
    fs::write(watched.at("top"), "1").unwrap();
    watched.until_folders(&[""]);
}

#[test]
fn an_editor_that_writes_a_copy_and_renames_it_changes_the_folder() {
    let watched = Watched::new(&["src"], None);
    fs::write(watched.at("src/a"), "1").unwrap();
    watched.until_folders(&["src"]);
    fs::rename(watched.at("src/a"), watched.at("src/a~")).unwrap();
    fs::write(watched.at("src/.a.swp"), "2").unwrap();
    fs::rename(watched.at("src/.a.swp"), watched.at("src/a")).unwrap();
    fs::remove_file(watched.at("src/a~")).unwrap();
    watched.until_folders(&["src"]);
}

#[test]
fn reading_a_file_is_no_change() {
    let watched = Watched::new(&["src"], None);
    fs::write(watched.at("src/a"), "1").unwrap();
    // All of the write has been reported when something later has.
    fs::write(watched.at("begin"), "").unwrap();
    watched.until_folders(&[""]);
    fs::read(watched.at("src/a")).unwrap();
    fs::read_dir(watched.at("src")).unwrap().for_each(drop);
    fs::write(watched.at("end"), "").unwrap();
    let next = watched.until(|change| matches!(change, Change::Folders(_)));
    assert_eq!(next, Change::Folders([RepoPath::root()].into()));
}

#[test]
fn a_new_folder_is_reported_in_its_parent_and_again_when_its_watch_stands() {
    let watched = Watched::new(&[], None);
    fs::create_dir_all(watched.at("new/inner")).unwrap();
    fs::write(watched.at("new/inner/file"), "").unwrap();
    watched.until_folders(&[""]);
    // What the engine does: look at the parent, find the folder, watch it, look at it, and so on.
    watched.add(&["new"]);
    watched.add(&["new/inner"]);
    fs::write(watched.at("new/inner/more"), "").unwrap();
    watched.until_folders(&["new/inner"]);
}

#[test]
fn two_thousand_files_at_once_are_few_reports() {
    let watched = Watched::new(&["many"], None);
    for index in 0..2_000 {
        fs::write(watched.at(&format!("many/{index}")), "x").unwrap();
    }
    fs::write(watched.at("end"), "").unwrap();
    let mut reports = 0;
    loop {
        reports += 1;
        let change = watched.until(|change| matches!(change, Change::Folders(_)));
        if matches!(change, Change::Folders(folders) if folders.contains(&RepoPath::root())) {
            break;
        }
    }
    assert!(reports < 100, "{reports}");
}

#[test]
fn a_folder_that_is_removed_and_made_again_is_watched_again() {
    let watched = Watched::new(&["a", "a/b"], None);
    fs::remove_dir_all(watched.at("a")).unwrap();
    watched.until_folders(&[""]);
    fs::create_dir_all(watched.at("a/b")).unwrap();
    watched.until_folders(&["a", "a/b"]);
    fs::write(watched.at("a/b/file"), "").unwrap();
    watched.until_folders(&["a/b"]);
}

#[test]
fn a_folder_that_is_swapped_for_another_is_watched_under_its_name() {
    let watched = Watched::new(&["a"], None);
    fs::create_dir(watched.at("b")).unwrap();
    fs::rename(watched.at("a"), watched.at("old")).unwrap();
    fs::rename(watched.at("b"), watched.at("a")).unwrap();
    watched.until_folders(&["a"]);
    fs::write(watched.at("a/file"), "").unwrap();
    watched.until_folders(&["a"]);
}

#[test]
fn a_folder_that_is_no_longer_watched_is_not_reported() {
    let watched = Watched::new(&["a", "b"], None);
    watched.watch.remove(vec![path("a")]);
    watched.until(|change| *change == Change::State(WatchState::Watching { folders: 2 }));
    fs::write(watched.at("a/file"), "").unwrap();
    fs::write(watched.at("b/file"), "").unwrap();
    let next = watched.until(|change| matches!(change, Change::Folders(_)));
    assert_eq!(next, Change::Folders([path("b")].into()));
}

#[test]
fn a_root_that_is_deleted_is_told_even_while_someone_stands_in_it() {
    let watched = Watched::new(&["a"], None);
    let _held = fs::File::open(watched.root.path()).unwrap();
    fs::remove_dir_all(watched.root.path()).unwrap();
    watched.until(|change| *change == Change::RootGone);
}

#[test]
fn a_root_that_is_moved_away_and_replaced_is_compared_and_watched() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("root");
    fs::create_dir(&root).unwrap();
    let (tx, changes) = channel();
    let options = Options { debounce_ms: 20, poll_seconds: 1, ..Options::default() };
    let clock = Arc::new(SystemClock::start());
    let sink = move |change| drop(tx.send(change));
    let watch = Watch::start(&root, None, &options, clock, sink);
    let watched = Watched { root: outer, watch, changes };
    watched.add(&[]);
    fs::rename(&root, watched.at("away")).unwrap();
    watched.until(|change| *change == Change::RootGone);
    fs::create_dir(&root).unwrap();
    watched.until(|change| matches!(change, Change::All { .. }));
    fs::write(root.join("file"), "").unwrap();
    watched.until_folders(&[""]);
}

#[test]
fn a_branch_switch_is_told() {
    let watched = Watched::new(&["a"], Some(".git"));
    fs::write(watched.at(".git/index.lock"), "").unwrap();
    fs::write(watched.at(".git/HEAD.lock"), "ref: refs/heads/two").unwrap();
    fs::rename(watched.at(".git/HEAD.lock"), watched.at(".git/HEAD")).unwrap();
    watched.until(|change| *change == Change::Head);
}

#[test]
fn a_repository_made_later_is_told_and_watched() {
    let watched = Watched::new(&["a"], None);
    fs::create_dir(watched.at(".git")).unwrap();
    watched.until(|change| *change == Change::Head);
    watched.watch.set_git_dir(Some(watched.at(".git")));
    // Orders are obeyed in turn, so the git folder is watched when this one stands.
    fs::create_dir(watched.at("b")).unwrap();
    watched.add(&["b"]);
    fs::write(watched.at(".git/HEAD"), "ref: refs/heads/one").unwrap();
    watched.until(|change| *change == Change::Head);
}

#[test]
fn new_rules_compare_everything() {
    let watched = Watched::new(&["a"], None);
    fs::write(watched.at("a/.gitignore"), "*.log").unwrap();
    let change = watched.until(|change| matches!(change, Change::All { .. }));
    assert_eq!(change, Change::All { reason: "a/.gitignore changed".into() });
}

#[test]
fn a_watch_that_is_dropped_ends() {
    let Watched { root: _root, watch, changes } = Watched::new(&["a"], None);
    drop(watch);
    let end = loop {
        if let Err(error) = changes.recv_timeout(LONGEST) {
            break error;
        }
    };
    assert_eq!(end, RecvTimeoutError::Disconnected);
}

#[test]
fn a_watch_that_is_switched_off_says_so_and_does_nothing() {
    let (tx, changes) = channel();
    let options = Options { enabled: false, ..Options::default() };
    let clock = Arc::new(SystemClock::start());
    let root = tempfile::tempdir().unwrap();
    let watch = Watch::start(root.path(), None, &options, clock, move |change| {
        drop(tx.send(change));
    });
    watch.add(vec![RepoPath::root()]);
    assert_eq!(changes.recv().unwrap(), Change::State(WatchState::Off));
    assert!(changes.recv().is_err());
}

#[test]
fn a_folder_that_changes_its_mode_is_looked_at_and_a_file_is_no_folder() {
    let watched = Watched::new(&["a"], None);
    fs::write(watched.at("a/file"), "").unwrap();
    watched.until_folders(&["a"]);
    let mode = fs::Permissions::from_mode(0o600);
    fs::set_permissions(watched.at("a/file"), mode).unwrap();
    let next = watched.until(|change| matches!(change, Change::Folders(_)));
    assert_eq!(next, Change::Folders([path("a")].into()));
    fs::set_permissions(watched.at("a"), fs::Permissions::from_mode(0o755)).unwrap();
    watched.until_folders(&["", "a"]);
}
