//! What threads tell the engine's loop.

use std::{path::PathBuf, time::Duration};

use super::{retry::ErrorKind, tree::FileState};
use crate::{
    model::{
        Bytes, ContentHash, Encoding, ExportReport, Fingerprint, ImportReport, NodeId, Notice,
        RepoPath, SpendSummary, StoreMode, TaskId, Tier, Tokens, UnixNanos, VerifyReport,
    },
    store::Known,
    walk::{WalkError, Walked},
    watch::Change,
};

/// A message from a thread to the loop.
#[derive(Debug)]
pub(super) enum Report {
    /// A scan found these.
    Scanned { scan: u32, found: Vec<Scanned> },
    /// A scan ended.
    ScanEnded { scan: u32, end: Result<Walked, WalkError>, branch: Option<String> },
    /// A worker is through with a batch.
    Counted { worker: usize, outcomes: Vec<Outcome> },
    /// The watch saw something.
    Watched(Change),
    /// Where git stands.
    HeadRead { git: Option<PathBuf>, branch: Option<String> },
    /// A task beside the counting ended.
    SideEnded { id: TaskId, end: SideEnd },
    /// The path index was written, or why not.
    IndexSaved(Result<(), String>),
    /// Logs were read, or are being read; with what a person should know.
    Spent(Box<SpendSummary>, Vec<Notice>),
    /// The store works otherwise from now on.
    StoreMoved,
    /// Which entries are the oldest is known from now on, and somebody waits for it.
    OldestFound,
    /// The store is open, or was given up.
    StoreOpened(StoreMode),
}

/// One entry that a scan found.
#[derive(Debug)]
pub(super) enum Scanned {
    Folder(RepoPath),
    File { path: RepoPath, fingerprint: Fingerprint, too_large: bool, known: Option<Known> },
    Odd { path: RepoPath, state: FileState, message: Option<String> },
}

/// How the counting of one file ended.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) id: TaskId,
    pub(super) node: NodeId,
    pub(super) end: Result<FileRead, CountFailure>,
}

/// A file that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileRead {
    pub(super) fingerprint: Fingerprint,
    pub(super) read_at: UnixNanos,
    pub(super) state: FileState,
    pub(super) hash: ContentHash,
    pub(super) encoding: Encoding,
    pub(super) tokens: Option<Tokens>,
    /// The tier that knew it, `None` when it was tokenised.
    pub(super) from: Option<Tier>,
    /// What tokenising took, when it was.
    pub(super) spent: Duration,
}

/// Why a file has no count.
#[derive(Clone, Debug)]
pub(super) struct CountFailure {
    pub(super) kind: ErrorKind,
    /// Safe to show.
    pub(super) message: String,
    /// True when the file is not there any more.
    pub(super) gone: bool,
    /// What to show of a file that is no readable text, when that is why.
    pub(super) state: FileState,
}

/// How a task beside the counting ended.
#[derive(Debug)]
pub(super) enum SideEnd {
    /// Entries were removed.
    Evicted { entries: u64, bytes: Bytes },
    /// The cache was cleared.
    Cleared { entries: u64 },
    /// One entry was removed, or was not there.
    Removed { entries: u64 },
    /// The store was made anew; with what it took on the disk.
    Compacted { before: Bytes, after: Bytes },
    /// A result is safe on the disk.
    Kept,
    /// The cache of another tool was taken over.
    Imported(Box<ImportReport>),
    /// Entries were written into a file.
    Exported(ExportReport),
    /// Entries were checked; these files have another count than the store said.
    Verified { report: VerifyReport, wrong: Vec<NodeId> },
    /// Counts that the tree knows were put back into the store.
    Warmed { files: u64 },
    /// Contents were forgotten: these files are to be counted again.
    Forgot { files: Vec<NodeId> },
    /// It was cancelled.
    Cancelled,
    /// It failed; safe to show.
    Failed(String),
}
