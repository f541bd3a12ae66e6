//! Reports: what threads found out, put into the tree.

use std::time::Duration;

use super::{
    queue::{Failure, TaskError},
    report::{CountFailure, FileRead, Outcome, Report, Scanned},
    retry::ErrorKind,
    run::{Depth, Engine, RunningScan},
    scans::millis,
    tree::{File, FileState},
};
use crate::{
    model::{Fingerprint, NodeId, NoticeLevel, Priority, RepoPath, Shown, TaskId},
    store::{IndexState, Known},
    walk::{WalkError, Walked},
};

/// What a portion of a scan added up to.
#[derive(Default)]
struct Tally {
    hits: u64,
    misses: u64,
    folders: Vec<RepoPath>,
    /// What tokenising the hits would have taken.
    saved: Duration,
    /// The folder of the entry before, since neighbours share it.
    parent: Option<(RepoPath, NodeId)>,
}

impl Engine {
    /// Takes in one report.
    pub(super) fn absorb(&mut self, report: Report) {
        match report {
            Report::Scanned { scan, found } => self.scanned(scan, found),
            Report::ScanEnded { scan, end, branch } => {
                self.scan_ended(scan, end, branch.as_deref());
            }
            Report::Counted { worker, outcomes } => {
                self.work.pool.returned(worker);
                for outcome in outcomes {
                    self.counted(outcome);
                }
                self.publisher.tree();
                self.publisher.tasks();
                self.publisher.cache();
                self.keeper.touch(self.clock.monotonic());
                self.ease_memory();
            }
            Report::Watched(change) => self.watched(change),
            Report::HeadRead { git, branch } => self.head_read(git, branch),
            Report::SideEnded { id, end } => self.side_ended(id, end),
            Report::IndexSaved(Ok(())) => {}
            Report::IndexSaved(Err(reason)) => {
                self.notice(NoticeLevel::Warning, &format!("the path index is not kept: {reason}"));
            }
            Report::Spent(summary, notices) => self.spent(*summary, notices),
            Report::StoreMoved => self.publisher.cache(),
            Report::OldestFound => self.publisher.hurry(),
            Report::StoreOpened(mode) => self.store_opened(&mode),
        }
    }

    fn scanned(&mut self, scan: u32, found: Vec<Scanned>) {
        let Some(repository) = &self.repository else { return };
        if !repository.scans.running.contains_key(&scan) {
            return;
        }
        let mut tally = Tally::default();
        for one in found {
            match one {
                Scanned::Folder(path) => {
                    self.saw_folder(scan, &path, &mut tally);
                }
                Scanned::File { path, fingerprint, too_large, known } => {
                    let file = Seen { fingerprint, too_large, known };
                    self.saw_file(scan, &path, &file, &mut tally);
                }
                Scanned::Odd { path, state, message } => {
                    let parent = self.parent_of(&path, scan, &mut tally);
                    let file = File::new(Fingerprint::default(), state);
                    let node = self.tree.put_file(parent, path.name(), file, scan);
                    self.tree.explain(node, message);
                }
            }
        }
        if tally.hits + tally.misses > 0 {
            self.store.record_index(tally.hits, tally.misses, millis(tally.saved));
            self.publisher.cache();
        }
        self.watch_folders(tally.folders);
        self.publisher.tree();
    }

    fn watch_folders(&mut self, folders: Vec<RepoPath>) {
        let Some(repository) = &mut self.repository else { return };
        if !repository.scans.complete {
            repository.scans.unwatched.extend(folders);
        } else if let Some(watch) = &repository.watch {
            watch.add(folders);
        }
    }

    /// Takes in a folder, of which files may have come first; one that is new is watched.
    fn saw_folder(&mut self, scan: u32, path: &RepoPath, tally: &mut Tally) -> NodeId {
        let is_new = self.tree.find(path).is_none_or(|node| !self.tree.is_folder(node));
        if is_new {
            if let Some(parent) = path.parent() {
                self.saw_folder(scan, &parent, tally);
            }
            self.scan_new_folder(scan, path);
            tally.folders.push(path.clone());
        }
        self.tree.folder(path, scan)
    }

    fn parent_of(&mut self, path: &RepoPath, scan: u32, tally: &mut Tally) -> NodeId {
        let folder = path.parent().unwrap_or_else(RepoPath::root);
        match &tally.parent {
            Some((known, node)) if *known == folder => *node,
            _ => {
                let node = self.saw_folder(scan, &folder, tally);
                tally.parent = Some((folder, node));
                node
            }
        }
    }

    fn saw_file(&mut self, scan: u32, path: &RepoPath, seen: &Seen, tally: &mut Tally) {
        let parent = self.parent_of(path, scan, tally);
        if let Some(node) = self.tree.find_in(parent, path.name())
            && let Some(file) = self.tree.file(node)
        {
            let sameness = seen.compare(file);
            let checks = sameness == Sameness::Racy && self.enqueue(node, Priority::Medium).is_ok();
            if checks || sameness == Sameness::Same {
                self.tree.see(node, scan);
                return;
            }
        }
        let known = seen.known.filter(|_| !seen.too_large);
        let file = match known {
            _ if seen.too_large => File::new(seen.fingerprint, FileState::TooLarge),
            Some(known) => file_from_index(seen.fingerprint, &known),
            None => File::new(seen.fingerprint, FileState::Unread),
        };
        let node = self.tree.put_file(parent, path.name(), file, scan);
        self.tree.explain(node, None);
        let encoding = self.tree.encoding();
        if self.tree.file(node).is_some_and(|file| file.status(encoding).tokens().is_some()) {
            tally.hits += 1;
            tally.saved += file.spent();
        } else if !seen.too_large && file.state != FileState::Binary {
            tally.misses += 1;
            self.wants_count(scan, node);
        }
    }

    /// Queues what a scan found new or changed: after a change on disk before the warm-up.
    fn wants_count(&mut self, scan: u32, node: NodeId) {
        let first = self
            .repository
            .as_ref()
            .is_some_and(|found| !found.scans.complete && found.scans.running.contains_key(&scan));
        if first || self.enqueue(node, Priority::Medium).is_err() {
            self.work.backlog.push_back(node);
        }
    }

    fn scan_ended(&mut self, scan: u32, end: Result<Walked, WalkError>, branch: Option<&str>) {
        let Some(repository) = &mut self.repository else { return };
        let Some(running) = repository.scans.running.remove(&scan) else { return };
        let moved = repository.branch.as_deref() != branch;
        match end {
            Ok(walked) if walked.cancelled => {
                let text = "the walk was cancelled: the tree is not whole, R looks at all of it";
                self.notice(NoticeLevel::Warning, text);
            }
            Ok(walked) => self.scan_done(scan, &running, &walked),
            Err(error) if error.is_gone() => self.folder_gone(scan, &running),
            Err(error) => {
                let text = format!("{}", Shown::text(&error.to_string()));
                self.notice(NoticeLevel::Error, &text);
            }
        }
        self.first_walk_over();
        if moved {
            self.head_changed();
        }
        self.start_waiting_scans();
        self.publisher.tree();
        self.publisher.tasks();
    }

    fn scan_done(&mut self, scan: u32, running: &RunningScan, walked: &Walked) {
        for warning in &walked.warnings {
            self.notice(NoticeLevel::Warning, warning);
        }
        if let Some(start) = self.tree.find(&running.start) {
            let gone = self.tree.sweep(start, scan, running.depth == Depth::Children);
            self.left(&gone);
        }
        if let Some(repository) = &mut self.repository
            && running.start.is_root()
            && running.depth == Depth::All
        {
            repository.scans.unchecked = !repository.scans.complete;
            repository.scans.whole = true;
        }
        self.keeper.touch(self.clock.monotonic());
    }

    /// Begins what waits for the first walk: the watches and the warm-up, in its best order.
    fn first_walk_over(&mut self) {
        let Some(repository) = &mut self.repository else { return };
        if std::mem::replace(&mut repository.scans.complete, true) {
            return;
        }
        let unwatched = std::mem::take(&mut repository.scans.unwatched);
        self.watch_folders(unwatched);
        self.restore_saved();
        self.refill_backlog();
    }

    fn folder_gone(&mut self, scan: u32, running: &RunningScan) {
        let Some(node) = self.tree.find(&running.start) else { return };
        if !self.tree.is_folder(node) {
            // Something else has taken its place, and another scan has seen that.
            return;
        }
        if let Some(parent) = running.start.parent() {
            // Whatever lies in its place now is found by a look at its parent.
            self.start_scan(parent, Depth::Children);
        }
        let gone = if node == NodeId::ROOT {
            self.notice(NoticeLevel::Error, "the folder that is open was deleted");
            self.tree.sweep(node, scan, true)
        } else {
            self.tree.remove(node)
        };
        self.left(&gone);
    }

    /// Takes entries that are gone out of the queue and the watch.
    fn left(&mut self, gone: &[NodeId]) {
        for &node in gone {
            self.work.queue.forget_node(node);
        }
        let marked = self.tree.take_marks_gone();
        if marked > 0 {
            let plural = if marked == 1 { " is" } else { "s are" };
            let text =
                format!("{marked} marked file{plural} gone; what comes back is marked again");
            self.notice(NoticeLevel::Warning, &text);
        }
        let paths = gone.iter().map(|&node| self.tree.path(node)).collect();
        if let Some(watch) = self.repository.as_ref().and_then(|found| found.watch.as_ref()) {
            watch.remove(paths);
        }
    }

    fn counted(&mut self, outcome: Outcome) {
        let now = self.now();
        match outcome.end {
            Ok(read) => {
                self.work.queue.complete(outcome.id, now);
                self.read(outcome.node, &read);
            }
            Err(failure) => self.not_counted(outcome.id, outcome.node, &failure),
        }
    }

    fn read(&mut self, node: NodeId, read: &FileRead) {
        let now = self.now();
        self.work.rate.add(1, read.fingerprint.size, now);
        // A scan has seen it change since: it stays pending, and is read again.
        if self.tree.file(node).is_some_and(|file| file.is_newer_than(&read.fingerprint)) {
            self.work.backlog.push_back(node);
            return;
        }
        self.tree.change(node, |file| {
            if !file.holds(read.hash) {
                file.forget();
            }
            file.fingerprint = read.fingerprint;
            file.read_at = read.read_at;
            file.state = read.state;
            file.hash = read.hash;
            file.from_cache = read.from.is_some();
            file.kept = true;
            file.set_count(read.encoding, read.tokens);
            if read.from.is_none() {
                file.set_spent(read.spent);
            }
        });
        self.tree.explain(node, None);
        // The model may have changed while it was counted.
        let encoding = self.tree.encoding();
        if read.encoding != encoding && read.state == FileState::Text {
            self.work.backlog.push_back(node);
        }
    }

    fn not_counted(&mut self, id: TaskId, node: NodeId, failure: &CountFailure) {
        let now = self.now();
        let path = self.tree.path(node);
        if self.work.queue.is_cancelled(id) {
            self.work.queue.end_cancelled(id);
            return;
        }
        if failure.gone {
            self.work.queue.complete(id, now);
            let gone = self.tree.remove(node);
            self.left(&gone);
            return;
        }
        if failure.state != FileState::Unreadable {
            // It is something else now than when it was listed: no failure of the task.
            self.work.queue.complete(id, now);
            self.tree.change(node, |file| file.state = failure.state);
            return;
        }
        let error = TaskError { kind: failure.kind, message: failure.message.clone() };
        let seed = id.0 ^ self.clock.wall().0.unsigned_abs();
        let ended = self.work.queue.fail(id, error, now, &self.work.retry, seed);
        if ended == Failure::Final {
            tracing::error!("{path:?} has no count: {}", failure.message);
            self.tree.change(node, |file| file.state = FileState::Unreadable);
            self.tree.explain(node, Some(failure.message.clone()));
            if failure.kind == ErrorKind::Panic {
                let text = format!("{path:?}: {}", failure.message);
                self.notice(NoticeLevel::Error, &text);
            }
        }
    }
}

/// A regular file that a scan saw.
struct Seen {
    fingerprint: Fingerprint,
    too_large: bool,
    known: Option<Known>,
}

/// How a file on the disk compares with the one in the tree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sameness {
    /// Nothing changed.
    Same,
    /// Nothing seems to have changed, but it was read so soon after a change that the clock could
    /// not tell: its count stays on the screen while it is hashed again.
    Racy,
    /// It is another one.
    Changed,
}

impl Seen {
    fn compare(&self, file: &File) -> Sameness {
        let as_large = self.too_large == (file.state == FileState::TooLarge);
        if file.fingerprint != self.fingerprint || !as_large || !file.is_regular() {
            return Sameness::Changed;
        }
        match file.state {
            FileState::Unread | FileState::TooLarge => Sameness::Same,
            FileState::Text | FileState::Binary if !self.fingerprint.is_racy(file.read_at) => {
                Sameness::Same
            }
            FileState::Text | FileState::Binary => Sameness::Racy,
            // What could not be read may be readable now.
            FileState::Unreadable | FileState::Special | FileState::Link => Sameness::Changed,
        }
    }
}

fn file_from_index(fingerprint: Fingerprint, known: &Known) -> File {
    let state = match known.state {
        IndexState::Text { .. } => FileState::Text,
        IndexState::Binary { .. } => FileState::Binary,
        IndexState::TooLarge => FileState::TooLarge,
    };
    let mut file = File::new(fingerprint, state);
    file.read_at = known.read_at;
    if let IndexState::Text { hash, counts, remake_us } = known.state {
        file.set_spent(Duration::from_micros(u64::from(remake_us.unwrap_or(0))));
        file.hash = hash;
        file.set_counts(counts);
        file.from_cache = true;
    }
    file
}
