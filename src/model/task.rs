//! Queued work as seen from outside.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use super::{Bytes, Millis, RepoPath, TaskId};

/// How soon a task is wanted; a smaller value runs first.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Priority {
    /// A person looks at it or asked for it.
    High,
    /// A file changed.
    Medium,
    /// Warm-up.
    Low,
}

/// What a task does.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum TaskKind {
    /// Lists the files below a folder.
    Walk,
    /// Counts one file.
    Count,
    /// Removes entries by a policy.
    Evict,
    /// Removes all entries, or all of a kind.
    Clear,
    /// Recounts entries and compares.
    Verify,
    /// Makes the store anew, without what is gone.
    Compact,
    /// Takes over the cache of another tool.
    Import,
    /// Writes entries into a file.
    Export,
    /// Reads the logs of tools that ask language models.
    ReadLogs,
}

/// Where a task stands.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum TaskState {
    /// Waits for a worker.
    Queued,
    /// A worker has it.
    Running,
    /// Failed and waits for its next attempt.
    Retrying,
    /// Done.
    Completed,
    /// Failed for good.
    Failed,
    /// Was taken back.
    Cancelled,
}

/// One task, as a row of the task list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TaskView {
    /// Names it.
    pub id: TaskId,
    /// What it does.
    pub kind: TaskKind,
    /// The file or folder it is about; the root when it is about the whole.
    pub subject: RepoPath,
    /// How soon it is wanted.
    pub priority: Priority,
    /// Where it stands.
    pub state: TaskState,
    /// Attempts begun, the running one included.
    pub attempts: u32,
    /// Attempts allowed.
    pub max_attempts: u32,
    /// Time since it began to run, or that it took.
    pub elapsed: Millis,
    /// Time until the next attempt, when retrying.
    pub next_try: Option<Millis>,
    /// Bytes of what it works on, once it runs.
    pub bytes: Bytes,
    /// Pieces that are done and pieces in all, when it has any.
    #[serde(default)]
    pub pieces: Option<(u64, u64)>,
    /// What went wrong last: kind and message, already safe to show.
    pub error: Option<String>,
}

/// The queue at a glance: what runs, what comes next, what failed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct TasksView {
    /// Tasks that workers have.
    pub running: Vec<TaskView>,
    /// The next queued and retrying tasks in the order they would run, at most as many as asked.
    pub queued: Vec<TaskView>,
    /// Failed tasks, newest first, at most as many as asked.
    pub failed: Vec<TaskView>,
    /// Queued and retrying tasks in all.
    pub queued_total: u64,
    /// Failed tasks in all.
    pub failed_total: u64,
    /// Tasks completed since the start.
    pub completed_total: u64,
    /// Tasks cancelled since the start.
    pub cancelled_total: u64,
    /// True when no new task is started.
    pub paused: bool,
    /// Workers of the pool.
    pub workers: u32,
}
