//! Which folders are listed when, and what the watch asks for.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    jobs::scan::Scan,
    report::Report,
    run::{Depth, Engine, Repository, RunningScan},
};
use crate::{
    model::{
        Bytes, Millis, NoticeLevel, Priority, RepoPath, TaskId, TaskKind, TaskState, TaskView,
        WatchState,
    },
    walk,
    watch::{self, Change, Watch},
};

/// So many folders that changed at once are listed by one scan of everything: each scan of its
/// own reads the ignore files of every folder above it.
const FOLDERS_AT_ONCE: usize = 32;
/// Scans at a time: the disk serves few well.
const SCANS_AT_ONCE: usize = 2;

impl Engine {
    /// Starts what the repository needs: the watch, the first scan, the store.
    pub(super) fn begin(&mut self) {
        if self.repository.is_none() {
            return;
        }
        self.start_scan(RepoPath::root(), Depth::All);
        let reports = self.reports.downgrade();
        self.store.listen(move || {
            // Where no report finds room, one that does is told with what it changes.
            if let Some(reports) = reports.upgrade()
                && reports.try_send(Report::StoreMoved).is_err()
            {
                tracing::debug!("a change of the store is told with what comes before");
            }
        });
        let (store, reports) = (self.store.clone(), self.reports.clone());
        self.in_background("larder-open", move || {
            let mode = store.wait_open();
            if reports.blocking_send(Report::StoreOpened(mode)).is_err() {
                tracing::debug!("the engine ended before the store was open");
            }
        });
    }

    /// Starts the watch of the open repository, whose folders are added as they are found.
    pub(super) fn start_watch(&mut self, options: &watch::Options) {
        let Some(repository) = &mut self.repository else { return };
        if !options.enabled {
            return;
        }
        let reports = self.reports.clone();
        let git = walk::git_dir(&repository.root);
        let tell = move |change| {
            if reports.blocking_send(Report::Watched(change)).is_err() {
                tracing::debug!("a change came after the engine had ended");
            }
        };
        let root: &Path = &repository.root;
        let clock = Arc::clone(&self.clock);
        let watch = Watch::start(root, git.as_deref(), options, clock, tell);
        watch.add(vec![RepoPath::root()]);
        repository.watch = Some(watch);
    }

    /// Lists a folder, at once or as soon as fewer scans run, and returns the task that shows it.
    pub(super) fn start_scan(&mut self, start: RepoPath, depth: Depth) -> TaskId {
        let id = self.work.queue.take_id();
        let Some(repository) = &mut self.repository else { return id };
        let waits = repository.scans.waiting.entry(start).or_insert((depth, id));
        waits.0 = depth.max(waits.0);
        let id = waits.1;
        if repository.scans.waiting.len() > FOLDERS_AT_ONCE {
            repository.scans.waiting = BTreeMap::from([(RepoPath::root(), (Depth::All, id))]);
        }
        self.start_waiting_scans();
        self.publisher.tasks();
        id
    }

    /// Lists a folder that was not there before, unless a scan that runs lists it anyway.
    pub(super) fn scan_new_folder(&mut self, scan: u32, path: &RepoPath) {
        let Some(repository) = &self.repository else { return };
        let listed =
            repository.scans.running.get(&scan).is_some_and(|running| {
                running.depth == Depth::All && path.is_within(&running.start)
            });
        if !listed {
            self.start_scan(path.clone(), Depth::All);
        }
    }

    /// Starts scans that wait, as far as there is room, and none inside another.
    pub(super) fn start_waiting_scans(&mut self) {
        loop {
            let Some(repository) = &mut self.repository else { return };
            let scans = &mut repository.scans;
            if scans.running.len() >= SCANS_AT_ONCE {
                return;
            }
            let overlaps = |path: &RepoPath| {
                scans
                    .running
                    .values()
                    .any(|running| path.is_within(&running.start) || running.start.is_within(path))
            };
            let Some(start) = scans.waiting.keys().find(|path| !overlaps(path)).cloned() else {
                return;
            };
            let Some((depth, id)) = scans.waiting.remove(&start) else { return };
            // What lies below is listed on the way.
            if depth == Depth::All {
                scans.waiting.retain(|path, _| !path.is_within(&start));
            }
            self.launch(start, depth, id);
        }
    }

    /// Looks at everything once more after the first warm-up: what changed between its look and
    /// its watch is found here.
    pub(super) fn check_once(&mut self) {
        let settled = !self.is_busy();
        let Some(repository) = &mut self.repository else { return };
        if settled && std::mem::take(&mut repository.scans.unchecked) {
            self.start_scan(RepoPath::root(), Depth::All);
        }
    }

    fn launch(&mut self, start: RepoPath, depth: Depth, id: TaskId) {
        let task = (depth == Depth::All).then_some(id);
        let Some(repository) = &mut self.repository else { return };
        let scans = &mut repository.scans;
        scans.last += 1;
        let number = scans.last;
        let cancel = Arc::new(AtomicBool::new(false));
        let scan = Scan {
            number,
            root: repository.root.clone(),
            start: start.clone(),
            depth: (depth == Depth::Children).then_some(1),
            options: self.walk.clone(),
            index_of: (!scans.complete).then(|| self.store.clone()),
            cancel: Arc::clone(&cancel),
            reports: self.reports.clone(),
        };
        let running = RunningScan { start, depth, cancel, task, began: self.clock.monotonic() };
        scans.running.insert(number, running);
        self.in_background("larder-scan", move || scan.run());
    }

    /// Stops a scan, when the task is one.
    pub(super) fn cancel_scan(&mut self, id: TaskId) -> bool {
        let Some(repository) = &self.repository else { return false };
        let found = repository.scans.running.values().find(|running| running.task == Some(id));
        if let Some(running) = found {
            running.cancel.store(true, Ordering::Relaxed);
        }
        found.is_some()
    }

    /// Takes in what the watch saw.
    pub(super) fn watched(&mut self, change: Change) {
        match change {
            Change::Folders(folders) if folders.len() > FOLDERS_AT_ONCE => {
                self.start_scan(RepoPath::root(), Depth::All);
            }
            Change::Folders(folders) => {
                for folder in folders {
                    self.folder_changed(folder);
                }
            }
            Change::All { reason } => {
                tracing::info!("looking at the whole tree again: {reason}");
                self.start_scan(RepoPath::root(), Depth::All);
            }
            Change::Head => self.head_changed(),
            // The scan finds nothing and says so.
            Change::RootGone => {
                self.start_scan(RepoPath::root(), Depth::All);
            }
            Change::State(state) => self.watch_changed(state),
        }
    }

    fn folder_changed(&mut self, folder: RepoPath) {
        // A folder that is not in the tree is ignored, or its parent's change adds it.
        if self.tree.find(&folder).is_some_and(|node| self.tree.is_folder(node)) {
            // A change of its ignore files comes as a change of everything.
            self.start_scan(folder, Depth::Children);
        }
    }

    /// Asks on a thread where git stands now.
    pub(super) fn head_changed(&mut self) {
        let Some(repository) = &self.repository else { return };
        let (root, reports) = (repository.root.clone(), self.reports.clone());
        self.in_background("larder-head", move || {
            let (git, branch) = (walk::git_dir(&root), walk::branch(&root));
            if reports.blocking_send(Report::HeadRead { git, branch }).is_err() {
                tracing::debug!("the engine ended before the branch was read");
            }
        });
    }

    /// Takes in where git stands.
    pub(super) fn head_read(&mut self, git: Option<PathBuf>, branch: Option<String>) {
        let Some(repository) = &mut self.repository else { return };
        if let Some(watch) = &repository.watch {
            watch.set_git_dir(git);
        }
        if branch != repository.branch {
            let text = format!("now on {}", branch.as_deref().unwrap_or("no branch"));
            repository.branch = branch;
            self.notice(NoticeLevel::Info, &text);
            self.start_scan(RepoPath::root(), Depth::All);
        }
        self.publisher.tree();
    }

    fn watch_changed(&mut self, state: WatchState) {
        let Some(repository) = &mut self.repository else { return };
        let before = std::mem::replace(&mut repository.watch_state, state.clone());
        if let WatchState::Polling { watched, folders, reason } = state
            && !matches!(before, WatchState::Polling { .. })
        {
            let text = format!("{watched} of {folders} folders are watched: {reason}");
            self.notice(NoticeLevel::Warning, &text);
        }
        self.publisher.watch();
    }

    /// Runs something that may block on a thread of its own.
    pub(super) fn in_background(&mut self, name: &str, run: impl FnOnce() + Send + 'static) {
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(run);
        if let Err(error) = spawned {
            self.notice(NoticeLevel::Error, &format!("no thread for {name}: {error}"));
        }
    }
}

impl Repository {
    /// Returns the scans that are worth showing, as tasks.
    pub(super) fn scan_views(&self, now: std::time::Duration) -> Vec<TaskView> {
        let shown = self.scans.running.values().filter_map(|running| {
            Some(TaskView {
                id: running.task?,
                kind: TaskKind::Walk,
                subject: running.start.clone(),
                priority: Priority::High,
                state: TaskState::Running,
                attempts: 1,
                max_attempts: 1,
                elapsed: millis(now.saturating_sub(running.began)),
                next_try: None,
                bytes: Bytes(0),
                pieces: None,
                error: None,
            })
        });
        shown.collect()
    }
}

/// Returns a duration in whole milliseconds.
pub(super) fn millis(duration: std::time::Duration) -> Millis {
    Millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
