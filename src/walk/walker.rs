//! The walk: threads that list folders and look at each entry once.

use std::{
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use ignore::gitignore::gitconfig_excludes_path;
use rustix::{
    fs::{CWD, FileType, Stat},
    io::Errno,
};

use crate::model::{RepoPath, Shown};

use super::{
    Found, Options, WalkError, Walked,
    filter::{Filter, Levels, Marks, Place, join},
    fingerprint,
    folder::{Listed, Listing, lstat, open_folder},
    queue::Queue,
};

/// More threads than this only wait for each other in the kernel.
const MOST_THREADS: usize = 32;

/// Names of a folder that are looked at between two looks at the wish to stop.
const CANCEL_EVERY: usize = 256;

/// Reports what lies below `start` and belongs, on several threads with one sink each.
///
/// `depth` is how many levels below `start` are reported, `None` for all; `start` itself is not.
/// Entries come in no order, but a folder comes before what it holds. Links are not followed,
/// apart from the root itself.
///
/// # Errors
/// Fails when the root or the start is no folder that can be opened, or a glob of the setting
/// `exclude` is invalid. All that goes wrong later is reported as found or as a warning.
#[expect(clippy::too_many_arguments, reason = "where, what, and the two ends of a long call")]
pub fn walk<S: FnMut(Found) + Send>(
    root: &Path,
    start: &RepoPath,
    depth: Option<usize>,
    options: &Options,
    cancel: &AtomicBool,
    sink: impl Fn() -> S + Sync,
) -> Result<Walked, WalkError> {
    let global = gitconfig_excludes_path().filter(|_| options.git_ignore);
    Walk { root, options, global: global.as_deref(), cancel }.run(start, depth, sink)
}

/// All that a walk depends on.
pub(super) struct Walk<'a> {
    pub(super) root: &'a Path,
    pub(super) options: &'a Options,
    /// The person's own excludes file.
    pub(super) global: Option<&'a Path>,
    pub(super) cancel: &'a AtomicBool,
}

impl Walk<'_> {
    /// Walks, see [`walk`].
    pub(super) fn run<S: FnMut(Found) + Send>(
        &self,
        start: &RepoPath,
        depth: Option<usize>,
        sink: impl Fn() -> S + Sync,
    ) -> Result<Walked, WalkError> {
        let bad_root = |source| WalkError::Root { path: self.root.into(), source };
        let real = self.root.canonicalize().map_err(bad_root)?;
        let absolute = real.as_os_str().as_bytes();
        let root = open_folder(CWD, absolute).map_err(|error| bad_root(error.into()))?;
        let bad_start =
            |error: Errno| WalkError::Start { path: start.clone(), source: error.into() };
        let opened = open_folder(root.as_fd(), start.as_bytes()).map_err(bad_start)?;
        let device = rustix::fs::fstat(&opened).map_err(bad_start)?.st_dev;
        let mut warnings = Vec::new();
        let filter = Filter::new(absolute, self.options, self.global, &mut warnings)?;
        let levels = filter.above(start, &mut warnings);
        let first = Job { folder: start.clone(), levels, left: depth };
        let crew = Crew {
            walk: self,
            root,
            absolute,
            device,
            filter,
            queue: Queue::new(first),
            warnings: Mutex::new(warnings),
        };
        thread::scope(|scope| {
            for _ in 1..self.threads(depth) {
                scope.spawn(|| crew.work(&mut sink()));
            }
            crew.work(&mut sink());
        });
        let mut warnings = crew.warnings.into_inner().unwrap_or_else(PoisonError::into_inner);
        warnings.sort_unstable();
        Ok(Walked { warnings, cancelled: self.cancel.load(Ordering::Relaxed) })
    }

    fn threads(&self, depth: Option<usize>) -> usize {
        match (depth, self.options.threads) {
            // One folder is one piece of work.
            (Some(0 | 1), _) => 1,
            (_, 0) => thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS),
            (_, threads) => threads.min(MOST_THREADS),
        }
    }
}

/// What the threads of a walk share.
struct Crew<'a> {
    walk: &'a Walk<'a>,
    root: OwnedFd,
    absolute: &'a [u8],
    /// The file system of the start.
    device: u64,
    filter: Filter<'a>,
    queue: Queue<Job>,
    warnings: Mutex<Vec<String>>,
}

/// A folder to list.
struct Job {
    folder: RepoPath,
    /// The rules of the folders above it.
    levels: Levels,
    /// Levels still to be reported.
    left: Option<usize>,
}

impl Crew<'_> {
    fn work<S: FnMut(Found)>(&self, sink: &mut S) {
        while let Some(taken) = self.queue.take() {
            if self.is_cancelled() {
                return self.queue.stop();
            }
            if taken.work.left != Some(0) {
                self.queue.add(self.list(&taken.work, sink));
            }
        }
    }

    /// Reports what is in a folder, and returns the folders in it.
    fn list<S: FnMut(Found)>(&self, job: &Job, sink: &mut S) -> Vec<Job> {
        let listing = match self.open(&job.folder) {
            Ok(Some(listing)) => listing,
            Ok(None) => return Vec::new(),
            Err(error) => {
                sink(unreadable(job.folder.clone(), error));
                return Vec::new();
            }
        };
        let mut path = join(self.absolute, job.folder.as_bytes());
        let levels = self.rules(job, &listing, &path);
        if path.last() != Some(&b'/') {
            path.push(b'/');
        }
        let inside = path.len();
        let mut folders = Vec::new();
        for (index, entry) in listing.names.iter().enumerate() {
            if index % CANCEL_EVERY == 0 && self.is_cancelled() {
                return folders;
            }
            path.truncate(inside);
            path.extend_from_slice(entry.name().to_bytes());
            let found = self.look(job, &listing, entry, (&levels, &path));
            if let Some(Found::Folder(folder)) = &found {
                let left = job.left.map(|left| left.saturating_sub(1));
                folders.push(Job { folder: folder.clone(), levels: levels.clone(), left });
            }
            found.into_iter().for_each(&mut *sink);
        }
        if let Some(error) = listing.error {
            sink(unreadable(job.folder.clone(), error));
        }
        folders
    }

    /// Opens and lists a folder; `None` when it lies on another file system and may not be entered.
    fn open(&self, folder: &RepoPath) -> rustix::io::Result<Option<Listing>> {
        let opened = open_folder(self.root.as_fd(), folder.as_bytes())?;
        if self.walk.options.same_file_system && rustix::fs::fstat(&opened)?.st_dev != self.device {
            self.warn(vec![format!("{folder:?}: on another file system, not entered")]);
            return Ok(None);
        }
        Listing::of(opened).map(Some)
    }

    fn rules(&self, job: &Job, listing: &Listing, absolute: &[u8]) -> Levels {
        let mut marks = Marks::default();
        listing.names.iter().for_each(|entry| marks.see(entry.name().to_bytes()));
        let Ok(base) = listing.fd() else { return job.levels.clone() };
        let place = Place { base, path: b"", absolute, shown: job.folder.as_bytes() };
        let mut warnings = Vec::new();
        let levels = self.filter.enter(job.levels.clone(), place, marks, &mut warnings);
        self.warn(warnings);
        levels
    }

    /// Returns what an entry is, or `None` when it does not belong or has just gone.
    fn look(
        &self,
        job: &Job,
        listing: &Listing,
        entry: &Listed,
        (levels, absolute): (&Levels, &[u8]),
    ) -> Option<Found> {
        let name = entry.name();
        let stat = || listing.fd().and_then(|folder| lstat(folder, name));
        let known = (entry.kind() == FileType::Unknown).then(stat);
        let kind = match &known {
            Some(Ok(stat)) => FileType::from_raw_mode(stat.st_mode),
            Some(Err(_)) | None => entry.kind(),
        };
        if !self.filter.takes(levels, absolute, kind == FileType::Directory) {
            return None;
        }
        let path = job.folder.child(name.to_bytes());
        match kind {
            FileType::Directory => return Some(Found::Folder(path)),
            FileType::Symlink => return Some(Found::Link(path)),
            FileType::RegularFile | FileType::Unknown => {}
            FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice => {
                return Some(Found::Special(path));
            }
        }
        match known.unwrap_or_else(stat) {
            Ok(stat) => Some(self.found(path, &stat)),
            Err(Errno::NOENT) => {
                tracing::debug!(?path, "gone while walking");
                None
            }
            Err(error) => Some(unreadable(path, error)),
        }
    }

    /// Returns what `lstat` says, which may differ from what the listing said before.
    fn found(&self, path: RepoPath, stat: &Stat) -> Found {
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {
                let fingerprint = fingerprint::from_stat(stat);
                let too_large = fingerprint.size > self.walk.options.max_file_bytes;
                Found::File { path, fingerprint, too_large }
            }
            FileType::Directory => Found::Folder(path),
            FileType::Symlink => Found::Link(path),
            FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice
            | FileType::Unknown => Found::Special(path),
        }
    }

    fn warn(&self, more: Vec<String>) {
        if !more.is_empty() {
            self.warnings.lock().unwrap_or_else(PoisonError::into_inner).extend(more);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.walk.cancel.load(Ordering::Relaxed)
    }
}

fn unreadable(path: RepoPath, error: Errno) -> Found {
    let message = Shown::text(&io::Error::from(error).to_string()).to_string();
    Found::Unreadable { path, message }
}
