//! Tasks beside the counting: evict, clear, verify. They run at once, also while work is paused.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    jobs::{
        side::{self, Check, Known},
        takeover::{self, Pieces, Takeover, entries_of},
    },
    report::{Report, SideEnd},
    run::Engine,
    scans::millis,
};
use crate::model::{
    Bytes, ContentHash, EntryKey, EvictRequest, ExportReport, ImportReport, ImportRequest, Kind,
    NodeId, NoticeLevel, Priority, Refusal, RepoPath, ResultEntry, StoreMode, TaskId, TaskKind,
    TaskState, TaskView, VerifyReport,
};

/// What to do.
#[derive(Clone, Debug)]
pub(super) enum SideJob {
    Evict(EvictRequest),
    Clear(Option<Kind>),
    /// Remove the results of a type.
    ClearResults(String),
    Verify {
        sample: u8,
    },
    /// Remove one entry.
    Remove(EntryKey),
    Compact,
    Export(PathBuf, Option<Kind>),
    Keep(Box<ResultEntry>),
    Import(ImportRequest),
    /// Put the counts that the tree knows below an entry back into the store.
    Warm(NodeId),
    /// Forget contents, then count these files again.
    Forget {
        subject: NodeId,
        hashes: Vec<ContentHash>,
        files: Vec<NodeId>,
    },
}

/// Ended tasks that can still be asked for.
const ENDED_KEPT: usize = 64;

/// One that ended.
#[derive(Debug)]
pub(super) struct EndedSide {
    pub(super) view: TaskView,
    pub(super) report: Option<SideReport>,
}

/// What an ended task found or did, for whoever asks.
#[derive(Clone, Debug)]
pub(super) enum SideReport {
    Verified(VerifyReport),
    Imported(ImportReport),
    Exported(ExportReport),
}

/// One that runs.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) id: TaskId,
    kind: TaskKind,
    subject: RepoPath,
    began: Duration,
    cancel: Arc<AtomicBool>,
    pieces: Arc<Pieces>,
}

impl SideJob {
    const fn kind(&self) -> TaskKind {
        match self {
            Self::Evict(_) => TaskKind::Evict,
            Self::Clear(_) | Self::ClearResults(_) | Self::Remove(_) => TaskKind::Clear,
            Self::Verify { .. } => TaskKind::Verify,
            Self::Compact => TaskKind::Compact,
            Self::Export(..) => TaskKind::Export,
            Self::Keep(_) | Self::Import(_) => TaskKind::Import,
            Self::Warm(_) | Self::Forget { .. } => TaskKind::Count,
        }
    }

    /// Returns the entry of the tree that it is about.
    const fn subject(&self) -> Option<NodeId> {
        match self {
            Self::Warm(node) | Self::Forget { subject: node, .. } => Some(*node),
            Self::Evict(_)
            | Self::Clear(_)
            | Self::ClearResults(_)
            | Self::Remove(_)
            | Self::Verify { .. }
            | Self::Compact
            | Self::Export(..)
            | Self::Keep(_)
            | Self::Import(_) => None,
        }
    }
}

impl Engine {
    /// Starts a task on a thread of its own.
    pub(super) fn start_side(&mut self, job: SideJob) -> Result<TaskId, Refusal> {
        if let StoreMode::MemoryOnly(reason) | StoreMode::ReadOnly(reason) = self.store.mode()
            // A result has a file of its own, and needs nothing of the cache.
            && !matches!(job, SideJob::Warm(_) | SideJob::Forget { .. } | SideJob::Keep(_))
        {
            return Err(Refusal::StoreUnavailable(reason));
        }
        let id = self.work.queue.take_id();
        let cancel = Arc::new(AtomicBool::new(false));
        let pieces = Arc::new(Pieces::default());
        self.work.sides.push(Side {
            id,
            kind: job.kind(),
            subject: job.subject().map_or_else(RepoPath::root, |node| self.tree.path(node)),
            began: self.now(),
            cancel: Arc::clone(&cancel),
            pieces: Arc::clone(&pieces),
        });
        let run = self.prepare(job, cancel, pieces);
        let reports = self.reports.clone();
        self.in_background("larder-task", move || {
            if reports.blocking_send(Report::SideEnded { id, end: run() }).is_err() {
                tracing::debug!("the engine ended before task {}", id.0);
            }
        });
        Ok(id)
    }

    /// Gathers what a task needs, so that its thread needs nothing of the engine.
    fn prepare(
        &mut self,
        job: SideJob,
        cancel: Arc<AtomicBool>,
        pieces: Arc<Pieces>,
    ) -> Box<dyn FnOnce() -> SideEnd + Send> {
        let store = self.store.clone();
        match job {
            SideJob::Evict(request) => Box::new(move || side::evict(&store, &request, &cancel)),
            SideJob::Clear(kind) => Box::new(move || side::clear(&store, kind)),
            SideJob::ClearResults(of) => Box::new(move || side::clear_results(&store, &of)),
            SideJob::Remove(key) => Box::new(move || takeover::remove(&store, &key)),
            SideJob::Export(file, kind) => {
                Box::new(move || takeover::export(&store, &file, kind, &cancel))
            }
            SideJob::Compact => Box::new(move || takeover::compact(&store, &cancel)),
            SideJob::Keep(entry) => Box::new(move || takeover::keep(&store, &entry)),
            SideJob::Import(request) => {
                let takeover = Takeover { store, workshop: self.workshop.clone(), pieces };
                Box::new(move || takeover.run(&request, &cancel))
            }
            SideJob::Verify { sample } => {
                let check = Check {
                    store,
                    workshop: self.workshop.clone(),
                    files: self.sample(sample),
                    encoding: self.tree.encoding(),
                };
                Box::new(move || side::verify(&check, &cancel))
            }
            SideJob::Warm(node) => {
                let known = self.known_below(node);
                self.tree.set_kept(node, true);
                Box::new(move || side::warm(&store, &known, &cancel))
            }
            SideJob::Forget { hashes, files, .. } => {
                Box::new(move || side::forget_computed(&store, &hashes, files))
            }
        }
    }

    fn count_again(&mut self, files: &[NodeId]) {
        for &file in files {
            if self.enqueue(file, Priority::High).is_err() {
                self.work.backlog.push_front(file);
            }
        }
    }

    /// Returns every n-th counted file, so many that `percent` of them are checked.
    fn sample(&self, percent: u8) -> Vec<Known> {
        let all = self.known_below(NodeId::ROOT);
        let percent = usize::from(percent.min(100));
        let wanted = (all.len() * percent).div_ceil(100);
        let step = all.len().checked_div(wanted).unwrap_or(usize::MAX).max(1);
        all.into_iter().step_by(step).take(wanted).collect()
    }

    fn known_below(&self, node: NodeId) -> Vec<Known> {
        let encoding = self.tree.encoding();
        let mut known = Vec::new();
        self.tree.each_file(node, |node, file| {
            if let (Some(hash), Some(tokens)) = (file.known_hash(), file.count(encoding)) {
                let path = self.tree.path(node);
                known.push(Known { node, path, hash, encoding, tokens, spent: file.spent() });
            }
        });
        known
    }

    /// Stops a task beside the counting, when the id is one.
    pub(super) fn cancel_side(&mut self, id: TaskId) -> bool {
        let found = self.work.sides.iter().find(|side| side.id == id);
        if let Some(side) = found {
            side.stop();
        }
        found.is_some()
    }

    /// Takes in how a task ended, and says so.
    pub(super) fn side_ended(&mut self, id: TaskId, end: SideEnd) {
        self.note_end(id, &end);
        let (level, text) = match end {
            SideEnd::Evicted { entries, bytes } => {
                let size = humansize::format_size(bytes.0, humansize::DECIMAL);
                (NoticeLevel::Info, format!("evicted {}, {size}", entries_of(entries)))
            }
            SideEnd::Cleared { entries } => {
                self.tree.set_kept(NodeId::ROOT, false);
                (NoticeLevel::Info, format!("cleared {}", entries_of(entries)))
            }
            SideEnd::Verified { report, wrong } => self.verified(&report, &wrong),
            SideEnd::Removed { entries } => {
                (NoticeLevel::Info, format!("removed {}", entries_of(entries)))
            }
            SideEnd::Compacted { before, after } => {
                let size = |bytes: Bytes| humansize::format_size(bytes.0, humansize::DECIMAL);
                let text = format!("database {} before, {} now", size(before), size(after));
                (NoticeLevel::Info, text)
            }
            SideEnd::Kept => (NoticeLevel::Info, "kept a result".to_owned()),
            SideEnd::Imported(report) => takeover::told(&report),
            SideEnd::Exported(report) => {
                (NoticeLevel::Info, format!("exported {}", entries_of(report.entries)))
            }
            SideEnd::Warmed { files } => {
                let counts = if files == 1 { "count is" } else { "counts are" };
                (NoticeLevel::Info, format!("{files} {counts} in the cache"))
            }
            SideEnd::Forgot { files } => {
                self.count_again(&files);
                self.publisher.hurry();
                return;
            }
            SideEnd::Cancelled => (NoticeLevel::Info, "cancelled".to_owned()),
            SideEnd::Failed(reason) => (NoticeLevel::Error, reason),
        };
        self.notice(level, &text);
        self.publisher.hurry();
    }

    /// Remembers how a task ended, for whoever asks for it later.
    fn note_end(&mut self, id: TaskId, end: &SideEnd) {
        let now = self.now();
        let Some(at) = self.work.sides.iter().position(|side| side.id == id) else { return };
        let view = self.work.sides.swap_remove(at).view(now);
        let (state, error) = match end {
            SideEnd::Cancelled => (TaskState::Cancelled, None),
            SideEnd::Failed(reason) => (TaskState::Failed, Some(reason.clone())),
            SideEnd::Evicted { .. }
            | SideEnd::Cleared { .. }
            | SideEnd::Removed { .. }
            | SideEnd::Compacted { .. }
            | SideEnd::Kept
            | SideEnd::Imported(_)
            | SideEnd::Exported(_)
            | SideEnd::Verified { .. }
            | SideEnd::Warmed { .. }
            | SideEnd::Forgot { .. } => (TaskState::Completed, None),
        };
        let report = match end {
            SideEnd::Verified { report, .. } => Some(SideReport::Verified(report.clone())),
            SideEnd::Imported(report) => Some(SideReport::Imported((**report).clone())),
            SideEnd::Exported(report) => Some(SideReport::Exported(report.clone())),
            SideEnd::Evicted { .. }
            | SideEnd::Cleared { .. }
            | SideEnd::Removed { .. }
            | SideEnd::Compacted { .. }
            | SideEnd::Kept
            | SideEnd::Warmed { .. }
            | SideEnd::Forgot { .. }
            | SideEnd::Cancelled
            | SideEnd::Failed(_) => None,
        };
        let ended = &mut self.work.ended;
        if ended.len() >= ENDED_KEPT {
            ended.pop_front();
        }
        ended.push_back(EndedSide { view: TaskView { state, error, ..view }, report });
    }

    fn verified(&mut self, report: &VerifyReport, wrong: &[NodeId]) -> (NoticeLevel, String) {
        for &node in wrong {
            self.tree.change(node, super::tree::File::forget);
        }
        self.count_again(wrong);
        let bad = report.damaged + report.wrong;
        let level = if bad > 0 { NoticeLevel::Warning } else { NoticeLevel::Info };
        let files = if report.recounted == 1 { "file" } else { "files" };
        let text = format!(
            "verified {} and recounted {} {files}: {} damaged, {} wrong, {} changed",
            entries_of(report.entries),
            report.recounted,
            report.damaged,
            report.wrong,
            report.stale
        );
        (level, text)
    }

    /// Says how the store was opened.
    pub(super) fn store_opened(&mut self, mode: &StoreMode) {
        match mode {
            StoreMode::Ok | StoreMode::Opening => {}
            StoreMode::Fallback(reason) => {
                let text = format!("fallback: counts are kept in a JSON file, since {reason}");
                self.notice(NoticeLevel::Warning, &text);
            }
            StoreMode::ReadOnly(reason) => {
                let text = format!("the cache is read only: {reason}");
                self.notice(NoticeLevel::Warning, &text);
            }
            StoreMode::MemoryOnly(reason) => {
                let text = format!("counts are kept in memory only: {reason}");
                self.notice(NoticeLevel::Warning, &text);
            }
        }
        self.publisher.cache();
    }
}

impl Side {
    /// Asks it to stop.
    pub(super) fn stop(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Returns it as a row of the task list.
    pub(super) fn view(&self, now: Duration) -> TaskView {
        TaskView {
            id: self.id,
            kind: self.kind,
            subject: self.subject.clone(),
            priority: Priority::High,
            state: TaskState::Running,
            attempts: 1,
            max_attempts: 1,
            elapsed: millis(now.saturating_sub(self.began)),
            next_try: None,
            bytes: Bytes(0),
            pieces: self.pieces.read(),
            error: None,
        }
    }
}
