//! How the task pane looks.
//!
//! ```text
//! ┌ Tasks · 2 running · 2 129 queued · 1 failed ──────┐
//! │ ▶ count  django/db/models/query.py    high  0.1 s │
//! │ ✗ count  tests/broken.bin   permission denied     │
//! │ ↻ count  tests/a.py     3 of 4, next in 1.2 s     │
//! │ · count  tests/b.py                   low  queued │
//! └───────────────────────────────────────────────────┘
//! ```

use crate::{
    model::{Shown, Snapshot, TaskKind, TaskState, TaskView, TasksView},
    ui::{
        format::{self, Keep},
        layout::{Area, Pane},
        look::Look,
        model::Model,
        panes::{Drawn, tasks::in_order},
        strip::Strip,
        view::spinner,
    },
};

/// Columns of what a task does: `verify`.
const KIND: usize = 7;

/// Returns the pane.
pub(crate) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let columns = usize::from(inner.width);
    let name = Strip::of("Tasks", look.theme.title);
    let Some(known) = &model.known else { return Drawn { title: name, ..Drawn::default() } };
    let dot = Strip::of(format!(" {} ", look.glyphs.separator), look.theme.dim);
    let title = Strip::first_fit(
        counts(&known.tasks, look)
            .into_iter()
            .map(|counts| name.clone().join(dot.clone()).join(counts))
            .chain([name.clone()]),
        columns.saturating_sub(2),
    );
    if in_order(&known.tasks).next().is_none() {
        let done = format::some(known.tasks.completed_total, "task", "tasks");
        let text = format!(" nothing to do {} {done} done", look.glyphs.separator);
        let lines = vec![Strip::of(text, look.theme.dim)];
        return Drawn { title, lines, ..Drawn::default() };
    }
    let focused = model.focus == Pane::Tasks && model.overlays.is_empty();
    let top = usize::try_from(model.tasks.cursor.top).unwrap_or(0);
    let chosen = usize::try_from(model.tasks.cursor.at).unwrap_or(0);
    let lines = in_order(&known.tasks)
        .enumerate()
        .skip(top)
        .take(usize::from(inner.height))
        .map(|(at, task)| {
            let line = row(model, task, look, columns);
            if focused && at == chosen { line.over(look.theme.cursor, columns) } else { line }
        })
        .collect();
    Drawn { title, lines, ..Drawn::default() }
}

/// Returns how many tasks there are of each state, from the longest way to say it to the shortest.
fn counts(tasks: &TasksView, look: &Look) -> Vec<Strip> {
    let theme = &look.theme;
    let dot = || Strip::of(format!(" {} ", look.glyphs.separator), theme.dim);
    let count = |value, word| {
        Strip::of(format::number(value), theme.text).add(format!(" {word}"), theme.dim)
    };
    let failed = format!("{} failed", format::number(tasks.failed_total));
    let paused = format!("{} paused", look.glyphs.paused);
    let parts = [
        (tasks.paused, Strip::of(paused, theme.warning)),
        (tasks.failed_total > 0, Strip::of(failed, theme.error)),
        (true, count(tasks.queued_total, "queued")),
        (true, count(tasks.running.len() as u64, "running")),
    ];
    let parts: Vec<Strip> = parts.into_iter().filter(|(said, _)| *said).map(|(_, s)| s).collect();
    // The usual order is running first; what matters most is kept longest.
    (1..=parts.len())
        .rev()
        .map(|kept| {
            let mut said = parts[..kept].iter().rev();
            let first = said.next().cloned().unwrap_or_default();
            said.fold(first, |line, part| line.join(dot()).join(part.clone()))
        })
        .collect()
}

fn row(model: &Model, task: &TaskView, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let (sign, style) = sign(model, task, look);
    let left = Strip::default().gap(1).add(sign, style).gap(1).left(
        &task.kind.to_string(),
        KIND,
        theme.dim,
        glyphs,
    );
    let (remark, style) = remark(task, look);
    let room = columns.saturating_sub(left.width() + 2);
    let subject = subject(task);
    let most = room.saturating_sub(format::width(&subject).min(room * 2 / 5));
    let remark = format::fit(&remark, most, Keep::Start, glyphs);
    let space = room.saturating_sub(format::width(&remark));
    let subject = format::fit(&subject, space, Keep::End, glyphs);
    left.add(subject, theme.text).against(Strip::of(remark, style).gap(1), columns)
}

/// Returns what a task is about.
pub(crate) fn subject(task: &TaskView) -> String {
    if !task.subject.is_root() {
        return Shown::bytes(task.subject.as_bytes()).to_string();
    }
    let whole = match task.kind {
        TaskKind::Walk | TaskKind::Count => "everything",
        TaskKind::Verify | TaskKind::Compact => "the cache",
        TaskKind::Evict | TaskKind::Clear | TaskKind::Export => "from the cache",
        TaskKind::Import => "into the cache",
        TaskKind::ReadLogs => "the logs",
    };
    whole.to_owned()
}

/// Returns the sign of a task's state.
fn sign(model: &Model, task: &TaskView, look: &Look) -> (&'static str, ratatui::style::Style) {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    match task.state {
        TaskState::Running if model.is_spinning() => (spinner(model, look), theme.accent),
        TaskState::Running => (glyphs.running, theme.accent),
        TaskState::Queued => (glyphs.queued, theme.pending),
        TaskState::Retrying => (glyphs.retrying, theme.warning),
        TaskState::Completed => (glyphs.good, theme.good),
        TaskState::Failed => (glyphs.failed, theme.error),
        TaskState::Cancelled => (glyphs.failed, theme.dim),
    }
}

/// Returns what is said of a task at the end of its line.
fn remark(task: &TaskView, look: &Look) -> (String, ratatui::style::Style) {
    let theme = &look.theme;
    match task.state {
        TaskState::Running => {
            let since = format!("{:<6} {:>6}", task.priority, format::duration(task.elapsed));
            (
                progress(task).map_or_else(|| since.clone(), |done| format!("{done}  {since}")),
                theme.dim,
            )
        }
        TaskState::Queued => (format!("{:<6} queued", task.priority), theme.dim),
        TaskState::Retrying => (attempts(task), theme.warning),
        TaskState::Failed => (
            task.error
                .as_deref()
                .map_or_else(|| "failed".to_owned(), |error| Shown::text(error).to_string()),
            theme.error,
        ),
        TaskState::Completed => (format::duration(task.elapsed), theme.good),
        TaskState::Cancelled => ("cancelled".to_owned(), theme.dim),
    }
}

/// Returns how far a task is that has pieces: `812 of 1 024`.
pub(crate) fn progress(task: &TaskView) -> Option<String> {
    let (done, total) = task.pieces?;
    Some(format!("{} of {}", format::grouped(done), format::grouped(total)))
}

/// Returns how often a task was tried, and when it is tried next: `3 of 4, next in 1.2 s`.
pub(crate) fn attempts(task: &TaskView) -> String {
    let tried = format!("{} of {}", task.attempts, task.max_attempts);
    match task.next_try {
        Some(wait) => format!("{tried}, next in {}", format::duration(wait)),
        None => format!("{tried} attempts"),
    }
}

/// Returns the pane in one line.
pub(crate) fn summary(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    Strip::first_fit(counts(&known.tasks, look), columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bytes, Millis, Priority, RepoPath, TaskId};

    #[test]
    fn a_task_about_the_cache_is_not_about_everything() {
        let about = |kind| {
            subject(&TaskView {
                id: TaskId(1),
                kind,
                subject: RepoPath::root(),
                priority: Priority::High,
                state: TaskState::Running,
                attempts: 1,
                max_attempts: 1,
                elapsed: Millis(1),
                next_try: None,
                bytes: Bytes(0),
                pieces: None,
                error: None,
            })
        };
        assert_eq!(about(TaskKind::Walk), "everything");
        assert_eq!(about(TaskKind::Import), "into the cache");
        assert_eq!(about(TaskKind::Clear), "from the cache");
        assert_eq!(about(TaskKind::Verify), "the cache");
        assert_eq!(about(TaskKind::ReadLogs), "the logs");
    }
}
