//! `larder tasks`: the queue that a repository's dashboard left.

use std::path::Path;

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::TasksArgs,
        commands::{path::JsonPath, root::repository_of},
        connect,
        table::{Align, Table},
    },
    model::{Priority, Shown, TaskKind, TaskState, TaskView, TasksView},
    ui::format::{duration, grouped},
};

/// Prints the tasks.
pub(in crate::cli) fn run(program: &mut Program, args: &TasksArgs) -> Result<Exit, Failure> {
    let path = args.path.as_deref().or(args.path_option.as_deref());
    let root = repository_of(path.unwrap_or(Path::new(".")))?;
    let config = program.config(Some(root.clone()), Vec::new())?;
    let mut tasks = connect::saved_tasks(&config, &root);
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    tasks.queued.truncate(limit);
    tasks.failed.truncate(limit);
    if args.json {
        program.output.json(&Report::of(&tasks))?;
    } else {
        program.output.text(&text(&tasks))?;
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Report<'t> {
    running: Vec<TaskRow<'t>>,
    queued: u64,
    queue: Vec<TaskRow<'t>>,
    failed: Vec<TaskRow<'t>>,
}

#[derive(Serialize)]
struct TaskRow<'t> {
    id: u64,
    kind: TaskKind,
    subject: std::borrow::Cow<'t, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_bytes: Option<String>,
    priority: Priority,
    state: TaskState,
    attempts: u32,
    elapsed_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'t str>,
}

impl<'t> Report<'t> {
    fn of(tasks: &'t TasksView) -> Self {
        let rows = |tasks: &'t [TaskView]| tasks.iter().map(TaskRow::of).collect();
        Self {
            running: rows(&tasks.running),
            queued: tasks.queued_total,
            queue: rows(&tasks.queued),
            failed: rows(&tasks.failed),
        }
    }
}

impl<'t> TaskRow<'t> {
    fn of(task: &'t TaskView) -> Self {
        let (subject, subject_bytes) = JsonPath::of(&task.subject).into_parts();
        Self {
            id: task.id.0,
            kind: task.kind,
            subject,
            subject_bytes,
            priority: task.priority,
            state: task.state,
            attempts: task.attempts,
            elapsed_ms: task.elapsed.0,
            error: task.error.as_deref(),
        }
    }
}

fn text(tasks: &TasksView) -> String {
    let mut table = Table::new(&[
        ("id", Align::Right),
        ("task", Align::Left),
        ("state", Align::Left),
        ("priority", Align::Left),
        ("attempts", Align::Right),
        ("took", Align::Right),
        ("about", Align::Left),
        ("error", Align::Left),
    ]);
    for task in tasks.running.iter().chain(&tasks.queued).chain(&tasks.failed) {
        table.row([
            task.id.0.to_string(),
            task.kind.to_string(),
            task.state.to_string(),
            task.priority.to_string(),
            format!("{}/{}", task.attempts, task.max_attempts),
            duration(task.elapsed),
            Shown::bytes(task.subject.as_bytes()).to_string(),
            task.error.clone().unwrap_or_default(),
        ]);
    }
    let (queued, failed) = (grouped(tasks.queued_total), grouped(tasks.failed_total));
    format!("{}{queued} queued, {failed} failed\n", table.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bytes, Millis, RepoPath, TaskId};

    #[test]
    fn the_json_has_the_documented_shape() {
        let task = TaskView {
            id: TaskId(7),
            kind: TaskKind::Count,
            subject: RepoPath::new(b"a/b.rs").unwrap(),
            priority: Priority::Medium,
            state: TaskState::Failed,
            attempts: 4,
            max_attempts: 4,
            elapsed: Millis(12),
            next_try: None,
            bytes: Bytes(0),
            pieces: None,
            error: Some("unreadable".to_owned()),
        };
        let tasks = TasksView { failed: vec![task], failed_total: 1, ..TasksView::default() };
        let json = serde_json::to_value(Report::of(&tasks)).unwrap();
        let row = serde_json::json!({
            "id": 7, "kind": "count", "subject": "a/b.rs", "priority": "medium",
            "state": "failed", "attempts": 4, "elapsed_ms": 12, "error": "unreadable"
        });
        assert_eq!(json["failed"][0], row);
        assert_eq!(json["queued"], 0);
        assert_eq!(json["running"], serde_json::json!([]));
        assert!(text(&tasks).contains("unreadable\n0 queued, 1 failed\n"), "{}", text(&tasks));
    }
}
