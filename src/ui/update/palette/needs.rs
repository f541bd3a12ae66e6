//! What must be there for an action to do something.

use crate::{
    model::{Mark, RowKind, Snapshot, TaskState},
    ui::{
        action::{Action, Scope},
        model::Model,
        panes::cache,
        update::table,
    },
};

#[derive(Clone, Copy)]
enum Need {
    /// A store that can be changed.
    Store,
    /// Marked files.
    Marks,
    /// An entry that is not marked.
    Unmarked,
    /// Files that were not counted.
    Skipped,
    /// An open folder.
    Opened,
    /// A chosen entry that is open, or lies in a folder.
    Around,
    /// A chosen entry.
    Row,
    /// A chosen file.
    File,
    /// A place to go back to.
    Back,
    /// A place to go forth to.
    Forth,
    /// A chosen task.
    Task,
    /// A chosen task in one of these states, and how those are called.
    TaskThat(&'static [TaskState], &'static str),
    /// Queued tasks.
    Queued,
    /// Failed tasks.
    Failed,
    /// A cache of another tool.
    Offer,
}

const UNFINISHED: [TaskState; 3] = [TaskState::Queued, TaskState::Running, TaskState::Retrying];

/// What actions need; the others always do something.
const NEEDS: [(Action, Need); 33] = [
    (Action::Evict, Need::Store),
    (Action::Clear, Need::Store),
    (Action::Verify, Need::Store),
    (Action::ImportFound, Need::Offer),
    (Action::HideFound, Need::Offer),
    (Action::UnmarkAll, Need::Marks),
    (Action::CopyContext, Need::Marks),
    (Action::ExportContext, Need::Marks),
    (Action::SaveContext, Need::Marks),
    (Action::ShowContext, Need::Marks),
    (Action::Unmark, Need::Marks),
    (Action::MarkLevel, Need::Marks),
    (Action::MarkAll, Need::Unmarked),
    (Action::ShowSkipped, Need::Skipped),
    (Action::CloseAll, Need::Opened),
    (Action::Close, Need::Around),
    (Action::Open, Need::Row),
    (Action::Mark, Need::Row),
    (Action::Info, Need::Row),
    (Action::MarkRange, Need::Row),
    (Action::CopyPath, Need::Row),
    (Action::Edit, Need::File),
    (Action::JumpBack, Need::Back),
    (Action::JumpForth, Need::Forth),
    (Action::Rescan, Need::Row),
    (Action::Warm, Need::Row),
    (Action::Invalidate, Need::Row),
    (Action::TaskDetail, Need::Task),
    (Action::CancelTask, Need::TaskThat(&UNFINISHED, "an unfinished task")),
    (Action::RetryTask, Need::TaskThat(&[TaskState::Failed], "a failed task")),
    (Action::RaiseTask, Need::TaskThat(&[TaskState::Queued], "a queued task")),
    (Action::CancelAll, Need::Queued),
    (Action::RetryAll, Need::Failed),
];

impl Need {
    const fn words(self) -> &'static str {
        match self {
            Self::Store => "a cache that can be changed",
            Self::Marks => "marked files",
            Self::Unmarked => "an entry that is not marked",
            Self::Skipped => "files that were not counted",
            Self::Opened => "an open folder",
            Self::Around => "an open folder, or one around",
            Self::Row => "a chosen entry",
            Self::File => "a chosen file",
            Self::Back => "a place to go back to",
            Self::Forth => "a place to go forth to",
            Self::Task => "a chosen task",
            Self::TaskThat(_, words) => words,
            Self::Queued => "queued tasks",
            Self::Failed => "failed tasks",
            Self::Offer => "a cache of another tool",
        }
    }

    fn is_met(self, model: &Model, known: &Snapshot) -> bool {
        let row = model.tree.chosen();
        let task = model.tasks.chosen(&known.tasks);
        match self {
            Self::Store => cache::refusal(&known.cache).is_none(),
            Self::Marks => model.has_marks(),
            Self::Unmarked => model.tree.page.rows.iter().any(|row| row.mark != Mark::All),
            Self::Skipped => known.tree.skipped.all() > 0,
            Self::Opened => !model.tree.open.is_empty(),
            Self::Around => {
                row.is_some_and(|row| row.depth > 0 || model.tree.open.contains(&row.id))
            }
            Self::Row => row.is_some(),
            Self::File => row.is_some_and(|row| matches!(row.kind, RowKind::File { .. })),
            Self::Back => model.tree.jumps.can_go_back(),
            Self::Forth => model.tree.jumps.can_go_forth(),
            Self::Task => task.is_some(),
            Self::TaskThat(states, _) => task.is_some_and(|task| states.contains(&task.state)),
            Self::Queued => known.tasks.queued_total > 0,
            Self::Failed => known.tasks.failed_total > 0,
            Self::Offer => !model.offers.open.is_empty() && Self::Store.is_met(model, known),
        }
    }
}

/// Returns what an action of this scope needs and does not find.
pub(super) fn missing(model: &Model, scope: Scope, action: Action) -> Option<&'static str> {
    // The same words mean other things there, and each screen says itself what it lacks.
    if matches!(scope, Scope::Spend | Scope::Entries | Scope::Log) {
        return None;
    }
    let Some(known) = &model.known else {
        let is_free = table::find(&table::OUTSIDE, action).is_some()
            || action == Action::Help
            || super::super::screens::named_by(action).is_some();
        return (!is_free).then_some("what the engine has not told yet");
    };
    let need = table::find(&NEEDS, action)?;
    (!need.is_met(model, known)).then(|| need.words())
}
