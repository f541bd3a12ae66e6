//! What may be asked of the engine to change.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{
    EntryKey, EvictRequest, ImportRequest, Kind, MarkLevel, NodeId, RepoPath, ResultEntry, TaskId,
};

/// Something to do. Each is answered at once with the id of its task.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Count what is pending in an entry, before all else.
    Warm(NodeId),
    /// Read an entry again even if it seems unchanged.
    Recount(NodeId),
    /// Compare an entry with the disk.
    Rescan(NodeId),
    /// Forget what was computed of an entry's content, and count it again; results stay.
    Invalidate(NodeId),
    /// Remove entries by a policy.
    Evict(EvictRequest),
    /// Remove all entries, or all of a kind.
    Clear(Option<Kind>),
    /// Remove all results of a type, such as `docs`.
    ClearResults(String),
    /// Read every entry's checksum, recount this share of the files (in percent), and repair.
    Verify {
        /// Percent of the counted files to count again, from 0 to 100.
        sample: u8,
    },
    /// Remove one entry of the store.
    Forget(EntryKey),
    /// Make the store anew without what is gone, which gives space back.
    Compact,
    /// Keep a result.
    Keep(Box<ResultEntry>),
    /// Take over the cache of another tool.
    Import(ImportRequest),
    /// Write all entries, or all of a kind, into this file.
    Export(PathBuf, Option<Kind>),
    /// Read the logs of all tools again.
    ReadLogs,
    /// Start no new task.
    Pause,
    /// Start tasks again.
    Resume,
    /// Take a queued task back, or stop a running one.
    Cancel(TaskId),
    /// Take every queued task back.
    CancelAll,
    /// Try a failed task again at once.
    Retry(TaskId),
    /// Try every failed task again.
    RetryAll,
    /// Move a queued task one priority up.
    Raise(TaskId),
    /// Change what is in the context.
    Mark(MarkChange),
    /// Choose another model: window, encoding and price follow.
    ChooseModel(String),
    /// Tell which folders are looked at: what is in them is counted first.
    Look(Vec<NodeId>),
}

/// A change of the context.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkChange {
    /// Take these in.
    Add(Vec<NodeId>),
    /// Take these out.
    Remove(Vec<NodeId>),
    /// Take in what is not wholly in, take out what is.
    Toggle(Vec<NodeId>),
    /// Take files in by path, or change how much of them is in; one that is not there is taken in
    /// when it comes.
    Paths(Vec<(RepoPath, MarkLevel)>),
    /// Change how much of these files is in: all, or the name.
    NextLevel(Vec<NodeId>),
    /// Take all out.
    Clear,
}
