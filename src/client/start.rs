//! Starts an engine inside the program.

use std::{path::Path, sync::Arc};

use super::Client;
pub use crate::engine::{Keep, StartError};
use crate::{
    config::Config,
    engine::{self, saved::SavedQueue},
    model::{Bytes, Clock, Millis, TaskId, TaskState, TaskView, TasksView},
};

/// Starts an engine on the current tokio runtime, over the folder `root` when there is one.
///
/// # Errors
/// Fails when the folder cannot be opened or no thread can be started.
pub fn start(
    config: &Config,
    root: Option<&Path>,
    keep: Keep,
    clock: Arc<dyn Clock>,
) -> Result<Client, StartError> {
    engine::start(config, root, keep, clock).map(Client::from)
}

/// Returns the queue that the last engine over `root` left: what was not done when it ended.
#[must_use]
pub fn saved_tasks(config: &Config, root: &Path) -> TasksView {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let Some(file) = engine::queue_file(config, Some(&root)) else { return TasksView::default() };
    let loaded = SavedQueue::load(&file);
    if let Some(warning) = &loaded.warning {
        tracing::warn!("{warning}");
    }
    let mut view = TasksView::default();
    let max_attempts = config.work.retry.attempts.saturating_add(1);
    for (task, number) in loaded.queue.tasks.into_iter().zip(0_u64..) {
        let failed = task.error.is_some() && task.attempts >= max_attempts;
        let row = TaskView {
            id: TaskId(number + 1),
            kind: task.kind,
            subject: task.path,
            priority: task.priority,
            state: if failed { TaskState::Failed } else { TaskState::Queued },
            attempts: task.attempts,
            max_attempts,
            elapsed: Millis(0),
            next_try: None,
            bytes: Bytes(0),
            pieces: None,
            error: task.error,
        };
        if failed { view.failed.push(row) } else { view.queued.push(row) }
    }
    view.queued_total = view.queued.len() as u64;
    view.failed_total = view.failed.len() as u64;
    view
}
