//! Facts that the engine tells, numbered without gaps.

use serde::{Deserialize, Serialize};

use super::{
    Bytes, CacheStatus, Context, Millis, ModelInfo, Sequence, SpendSummary, TasksView, TreeSummary,
    UnixNanos,
};

/// One fact.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Event {
    /// Its number.
    pub sequence: Sequence,
    /// The fact.
    pub kind: EventKind,
}

/// The facts there are. Each replaces what was known before, so the last of a kind is enough.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// Rows of the tree changed: ask again for the ones that are shown.
    TreeChanged(TreeSummary),
    /// Work moved on.
    WorkMoved(WorkView),
    /// The task list changed.
    TasksChanged(TasksView),
    /// The store's numbers or mode changed.
    CacheChanged(CacheStatus),
    /// The marked files or their counts changed.
    ContextChanged(Context),
    /// More was spent, or a budget changed.
    SpendChanged(Box<SpendSummary>),
    /// Another model was chosen.
    ModelChosen(ModelInfo),
    /// The watch changed.
    WatchChanged(WatchState),
    /// Something a person should know happened.
    NoticeRaised(Notice),
    /// The engine ends.
    Ended,
}

/// All that a dashboard needs to begin; the next event has the number after `sequence`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Snapshot {
    /// The number of the last event that is already in here.
    pub sequence: Sequence,
    /// Totals of the tree.
    pub tree: TreeSummary,
    /// Progress.
    pub work: WorkView,
    /// The queue.
    pub tasks: TasksView,
    /// The store.
    pub cache: CacheStatus,
    /// The marked files.
    pub context: Context,
    /// What was spent.
    pub spend: SpendSummary,
    /// The chosen model.
    pub model: ModelInfo,
    /// The watch.
    pub watch: WatchState,
}

/// How far the work is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct WorkView {
    /// True while anything is walking, queued (unless paused) or running: false means settled.
    pub busy: bool,
    /// Files settled since the work began.
    pub done: u64,
    /// Files the work began with, or that were found since.
    pub total: u64,
    /// Bytes worked through per second, over the last second.
    pub bytes_per_second: Bytes,
    /// Estimated time left, once there is enough to tell.
    pub left: Option<Millis>,
    /// True when no new task is started.
    pub paused: bool,
}

/// What is watched.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum WatchState {
    /// Watching is switched off.
    #[default]
    Off,
    /// Every folder is watched.
    Watching {
        /// How many.
        folders: u64,
    },
    /// Some or all folders cannot be watched: the tree is looked at again from time to time.
    Polling {
        /// Folders that are watched.
        watched: u64,
        /// Folders in all.
        folders: u64,
        /// Why, and what helps; safe to show.
        reason: String,
    },
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Something is not as it should be.
    Warning,
    /// Something failed.
    Error,
}

/// A short message for the footer; also in the log.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Notice {
    /// How much it matters.
    pub level: NoticeLevel,
    /// One line, safe to show.
    pub text: String,
    /// When it was raised.
    pub at: UnixNanos,
}
