//! Which folders are watched, which cannot be, and why.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use notify::{ErrorKind, RecursiveMode, Watcher};

use crate::model::{RepoPath, Shown, UnixNanos, WatchState};

/// The system's limit of watches.
const LIMIT_FILE: &str = "/proc/sys/fs/inotify/max_user_watches";

/// The folders that should be watched, and those that are.
pub(super) struct Coverage {
    /// `None` where watching is impossible or useless.
    watcher: Option<Box<dyn Watcher + Send>>,
    root: PathBuf,
    /// Where `HEAD` lies, and whether it is watched.
    git_dir: Option<(PathBuf, bool)>,
    watched: BTreeSet<RepoPath>,
    /// Polled instead.
    missed: BTreeSet<RepoPath>,
    /// Not there when they were to be watched, or any more; nobody has said yet to forget them.
    absent: BTreeSet<RepoPath>,
    /// Why folders were missed last.
    reason: Option<String>,
    /// True once the system refused a watch because there are too many.
    is_full: bool,
}

enum Outcome {
    Watched,
    Gone,
    Refused(String),
}

impl Coverage {
    /// Returns the coverage of nothing; an error is why all will be polled.
    pub(super) fn new(root: PathBuf, watcher: Result<Box<dyn Watcher + Send>, String>) -> Self {
        let (watcher, reason) = match watcher {
            Ok(watcher) => (Some(watcher), None),
            Err(reason) => (None, Some(Shown::text(&reason).to_string())),
        };
        Self {
            watcher,
            root,
            git_dir: None,
            watched: BTreeSet::new(),
            missed: BTreeSet::new(),
            absent: BTreeSet::new(),
            reason,
            is_full: false,
        }
    }

    /// Watches `folders`, and returns those that changed since `since`: what happened in them
    /// before their watch stood may have been missed.
    pub(super) fn add(&mut self, folders: Vec<RepoPath>, since: UnixNanos) -> BTreeSet<RepoPath> {
        let mut fresh = BTreeSet::new();
        for folder in folders {
            if !self.watched.contains(&folder) && self.try_watch(folder.clone()) {
                let path = self.root.join(folder.as_path());
                if changed_at(&path).is_some_and(|changed| changed >= since) {
                    fresh.insert(folder);
                }
            }
        }
        fresh
    }

    /// Stops watching `folders` and what is below them.
    pub(super) fn remove(&mut self, folders: &[RepoPath]) {
        for folder in folders {
            take_within(&mut self.missed, folder);
            take_within(&mut self.absent, folder);
            for watched in take_within(&mut self.watched, folder) {
                self.unwatch(&self.root.join(watched.as_path()));
            }
        }
    }

    /// Returns true when `path` is a folder that should be watched.
    pub(super) fn knows(&self, path: &RepoPath) -> bool {
        [&self.watched, &self.missed, &self.absent].iter().any(|all| all.contains(path))
    }

    /// Takes note that what was at `path` is not there any more, and its watch neither.
    pub(super) fn lose(&mut self, path: &RepoPath) {
        let lost = take_within(&mut self.watched, path);
        self.absent.extend(lost);
    }

    /// Watches again what is there again, and returns it: what happened in it was not seen.
    pub(super) fn recover(&mut self) -> BTreeSet<RepoPath> {
        let absent = std::mem::take(&mut self.absent);
        absent.into_iter().filter(|folder| self.try_watch(folder.clone())).collect()
    }

    /// Watches every folder again, where the watches that stand are not known.
    pub(super) fn renew(&mut self) {
        self.is_full = false;
        for folder in std::mem::take(&mut self.watched) {
            // The old watch may be that of a folder that was moved away.
            self.unwatch(&self.root.join(folder.as_path()));
            self.try_watch(folder);
        }
        self.retry();
        self.renew_git_dir();
    }

    /// Watches `HEAD` again: its folder may be another one under the same name.
    pub(super) fn renew_git_dir(&mut self) {
        let path = self.git_dir.as_ref().map(|(path, _)| path.clone());
        self.set_git_dir(path);
    }

    /// Tries again what could not be watched: the limit may have been raised.
    pub(super) fn retry(&mut self) {
        self.is_full = false;
        for folder in std::mem::take(&mut self.missed) {
            self.try_watch(folder);
        }
        if let Some((path, false)) = self.git_dir.take_if(|(_, watched)| !*watched) {
            self.set_git_dir(Some(path));
        }
        if self.watcher.is_some() && !self.is_polling() {
            self.reason = None;
        }
    }

    /// Watches `HEAD` in `path`, and no longer where it was before.
    pub(super) fn set_git_dir(&mut self, path: Option<PathBuf>) {
        if let Some((old, true)) = self.git_dir.take() {
            let is_folder = RepoPath::below(&self.root, &old)
                .is_some_and(|folder| self.watched.contains(&folder));
            if Some(&old) != path.as_ref() && !is_folder {
                self.unwatch(&old);
            }
        }
        self.git_dir = path.and_then(|path| match self.watch(&path) {
            Outcome::Watched => Some((path, true)),
            // When it comes, the folder that holds it tells.
            Outcome::Gone => None,
            Outcome::Refused(reason) => {
                self.reason = Some(reason);
                Some((path, false))
            }
        });
    }

    /// Returns true while something has to be polled.
    pub(super) fn is_polling(&self) -> bool {
        self.watcher.is_none() || !self.missed.is_empty() || self.is_head_polled()
    }

    /// Returns true when `HEAD` has to be polled.
    pub(super) fn is_head_polled(&self) -> bool {
        matches!(self.git_dir, Some((_, false)))
    }

    /// Returns the folders to be polled.
    pub(super) const fn missed(&self) -> &BTreeSet<RepoPath> {
        &self.missed
    }

    /// Returns what is watched, for people.
    pub(super) fn state(&self) -> WatchState {
        let watched = self.watched.len() as u64;
        if !self.is_polling() {
            return WatchState::Watching { folders: watched };
        }
        let folders = watched + self.missed.len() as u64;
        let reason = self.reason.clone().unwrap_or_default();
        WatchState::Polling { watched, folders, reason }
    }

    /// Watches `folder`, or remembers that it has to be polled; returns true when it is watched.
    fn try_watch(&mut self, folder: RepoPath) -> bool {
        match self.watch(&self.root.join(folder.as_path())) {
            Outcome::Watched => {
                self.missed.remove(&folder);
                self.watched.insert(folder);
                true
            }
            Outcome::Gone => {
                self.missed.remove(&folder);
                self.absent.insert(folder);
                false
            }
            Outcome::Refused(reason) => {
                if self.reason.as_ref() != Some(&reason) {
                    tracing::warn!(?folder, %reason, "not watched, polled instead");
                    self.reason = Some(reason);
                }
                self.missed.insert(folder);
                false
            }
        }
    }

    fn watch(&mut self, path: &Path) -> Outcome {
        let why = || self.reason.clone().unwrap_or_default();
        let Some(watcher) = self.watcher.as_mut().filter(|_| !self.is_full) else {
            return Outcome::Refused(why());
        };
        // What lies behind a link does not belong, and asking for the watch would follow it.
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Outcome::Gone,
            Err(error) if is_gone(&error) => return Outcome::Gone,
            Err(error) => return Outcome::Refused(Shown::text(&error.to_string()).to_string()),
        }
        let Err(error) = watcher.watch(path, RecursiveMode::NonRecursive) else {
            return Outcome::Watched;
        };
        match error.kind {
            ErrorKind::PathNotFound => Outcome::Gone,
            ErrorKind::Io(error) if is_gone(&error) => Outcome::Gone,
            ErrorKind::MaxFilesWatch => {
                self.is_full = true;
                Outcome::Refused(limit_reason())
            }
            kind @ (ErrorKind::Generic(_)
            | ErrorKind::Io(_)
            | ErrorKind::WatchNotFound
            | ErrorKind::InvalidConfig(_)) => {
                let text = notify::Error::new(kind).to_string();
                Outcome::Refused(Shown::text(&text).to_string())
            }
        }
    }

    fn unwatch(&mut self, path: &Path) {
        let Some(watcher) = &mut self.watcher else { return };
        if let Err(error) = watcher.unwatch(path) {
            // Usual: the system ends the watch of a folder that is removed.
            tracing::debug!(?path, %error, "was not watched any more");
        }
    }
}

/// Removes `folder` and what is below it, and returns what was there.
fn take_within(all: &mut BTreeSet<RepoPath>, folder: &RepoPath) -> Vec<RepoPath> {
    let own = all.take(folder);
    // A sibling such as `a-b` lies between `a` and `a/b`; the range begins behind it.
    let first = if folder.is_root() { RepoPath::root() } else { folder.child(b"") };
    let below = all.range(first..).take_while(|path| path.is_within(folder)).cloned();
    let taken: Vec<_> = own.into_iter().chain(below).collect();
    for path in &taken {
        all.remove(path);
    }
    taken
}

fn is_gone(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// Returns when the list of names or the mode of the folder changed last.
fn changed_at(folder: &Path) -> Option<UnixNanos> {
    let metadata = fs::symlink_metadata(folder).ok()?;
    let nanos =
        metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
    Some(UnixNanos(nanos))
}

fn limit_reason() -> String {
    let limit = fs::read_to_string(LIMIT_FILE).unwrap_or_default();
    let limit = limit.trim().parse::<u64>().map_or(String::new(), |limit| format!(" of {limit}"));
    format!(
        "the limit{limit} watches is reached; raise it with \
         `sudo sysctl fs.inotify.max_user_watches=1048576`"
    )
}
