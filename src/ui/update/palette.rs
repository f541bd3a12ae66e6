//! What can be done where we are: the lines of the palette, and doing what was chosen.

use super::{keys, table};
use crate::{
    model::{Mark, RowKind, TaskState},
    ui::{
        action::{Action, Scope},
        keymap::Keymap,
        message::Effect,
        model::Model,
        overlays::{Overlay, Palette, palette::Entry},
        panes::cache,
        screens::Screen,
    },
};

/// Opens the palette over what is in front.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let entries = entries(model);
    model.overlays.push(Overlay::Palette(Palette::of(entries)));
    Vec::new()
}

/// Does what was chosen, where the palette was opened.
pub(super) fn run(model: &mut Model, action: Option<Action>) -> Vec<Effect> {
    model.overlays.pop();
    action.map(|action| keys::pressed(model, action)).unwrap_or_default()
}

/// Returns what does something here; an action without a key of its own is still one.
fn entries(model: &Model) -> Vec<Entry> {
    let scope = model.scope();
    let mut entries: Vec<Entry> = Vec::new();
    let rows = Keymap::defaults().rows();
    for place in scope.path() {
        for row in &rows {
            let is_new = entries.iter().all(|entry| entry.action != row.action);
            if row.scope == *place && is_new && does_something(model, row.scope, row.action) {
                let keys = model.settings.keymap.keys_for(scope, row.action);
                let (action, name, help) = (row.action, row.name, row.help);
                entries.push(Entry { action, scope: row.scope, keys, name, help });
            }
        }
    }
    entries
}

fn does_something(model: &Model, scope: Scope, action: Action) -> bool {
    let is_movement = table::find(&table::STEPS, action).is_some();
    let is_own = matches!(action, Action::Palette | Action::Back);
    if is_movement || is_own || table::find(&table::EDITS, action).is_some() {
        return false;
    }
    if let Some(screen) = super::screens::named_by(action) {
        return screen != model.screen;
    }
    if matches!(action, Action::ImportFound | Action::HideFound) && model.offers.open.is_empty() {
        return false;
    }
    if model.screen != Screen::Home {
        return scope != Scope::Global || keys::is_common(action);
    }
    at_home(model, action)
}

/// What must be there for an action to do something.
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
    /// A chosen task in one of these states.
    TaskThat(&'static [TaskState]),
    /// Queued tasks.
    Queued,
    /// Failed tasks.
    Failed,
}

/// What actions on Home need; the others always do something.
const NEEDS: [(Action, Need); 30] = [
    (Action::Evict, Need::Store),
    (Action::Clear, Need::Store),
    (Action::Verify, Need::Store),
    (Action::ImportFound, Need::Store),
    (Action::UnmarkAll, Need::Marks),
    (Action::CopyContext, Need::Marks),
    (Action::ExportContext, Need::Marks),
    (Action::SaveContext, Need::Marks),
    (Action::ShowContext, Need::Marks),
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
    (
        Action::CancelTask,
        Need::TaskThat(&[TaskState::Queued, TaskState::Running, TaskState::Retrying]),
    ),
    (Action::RetryTask, Need::TaskThat(&[TaskState::Failed])),
    (Action::RaiseTask, Need::TaskThat(&[TaskState::Queued])),
    (Action::CancelAll, Need::Queued),
    (Action::RetryAll, Need::Failed),
];

/// Returns true when the action changes anything on Home.
fn at_home(model: &Model, action: Action) -> bool {
    let Some(known) = &model.known else {
        return table::find(&table::OUTSIDE, action).is_some() || action == Action::Help;
    };
    let Some(need) = table::find(&NEEDS, action) else { return true };
    let row = model.tree.chosen();
    let task = model.tasks.chosen(&known.tasks);
    match need {
        Need::Store => cache::refusal(&known.cache).is_none(),
        Need::Marks => model.has_marks(),
        Need::Unmarked => model.tree.page.rows.iter().any(|row| row.mark != Mark::All),
        Need::Skipped => known.tree.skipped.all() > 0,
        Need::Opened => !model.tree.open.is_empty(),
        Need::Around => row.is_some_and(|row| row.depth > 0 || model.tree.open.contains(&row.id)),
        Need::Row => row.is_some(),
        Need::File => row.is_some_and(|row| matches!(row.kind, RowKind::File { .. })),
        Need::Back => model.tree.jumps.can_go_back(),
        Need::Forth => model.tree.jumps.can_go_forth(),
        Need::Task => task.is_some(),
        Need::TaskThat(states) => task.is_some_and(|task| states.contains(&task.state)),
        Need::Queued => known.tasks.queued_total > 0,
        Need::Failed => known.tasks.failed_total > 0,
    }
}
