//! Actions that differ only in a value, as tables.

use crate::{
    model::{Command, MarkChange, NodeId, Sort, TaskId},
    ui::{
        action::Action,
        cursor::{Cursor, Step},
        message::Effect,
        overlays::{
            ClearDialog, EvictDialog, Help, ModelList, Overlay, Paged, Prompt, prompt::Asking,
        },
        panes::tree::{RowKey, TreeKey, filter::Edit},
    },
};

/// Returns the value that a table has for an action.
pub(in crate::ui) fn find<T: Clone>(table: &[(Action, T)], action: Action) -> Option<T> {
    table.iter().find(|(known, _)| *known == action).map(|(_, value)| value.clone())
}

/// Movements.
pub(in crate::ui) const STEPS: [(Action, Step); 8] = [
    (Action::CursorDown, Step::Lines(1)),
    (Action::CursorUp, Step::Lines(-1)),
    (Action::HalfPageDown, Step::Half(1)),
    (Action::HalfPageUp, Step::Half(-1)),
    (Action::PageDown, Step::Page(1)),
    (Action::PageUp, Step::Page(-1)),
    (Action::First, Step::First),
    (Action::Last, Step::Last),
];

/// Changes of typed text.
pub(super) const EDITS: [(Action, Edit); 3] = [
    (Action::EraseBack, Edit::EraseBack),
    (Action::EraseWord, Edit::EraseWord),
    (Action::EraseAll, Edit::EraseAll),
];

/// What the tree does.
pub(super) const TREE_KEYS: [(Action, TreeKey); 18] = [
    (Action::SortName, TreeKey::Sort(Sort::Name)),
    (Action::SortTokens, TreeKey::Sort(Sort::Tokens)),
    (Action::SortCount, TreeKey::Sort(Sort::Count)),
    (Action::SortModified, TreeKey::Sort(Sort::Modified)),
    (Action::CloseAll, TreeKey::CloseAll),
    (Action::MarkAll, TreeKey::MarkAll),
    (Action::Open, TreeKey::OnRow(RowKey::Open)),
    (Action::Close, TreeKey::OnRow(RowKey::Close)),
    (Action::Mark, TreeKey::OnRow(RowKey::Mark)),
    (Action::JumpBack, TreeKey::JumpBack),
    (Action::JumpForth, TreeKey::JumpForth),
    (Action::MarkRange, TreeKey::OnRow(RowKey::Range)),
    (Action::Edit, TreeKey::OnRow(RowKey::Edit)),
    (Action::CopyPath, TreeKey::OnRow(RowKey::CopyPath)),
    (Action::Info, TreeKey::OnRow(RowKey::Info)),
    (Action::Rescan, TreeKey::OnRow(RowKey::Rescan)),
    (Action::Warm, TreeKey::OnRow(RowKey::Warm)),
    (Action::Invalidate, TreeKey::OnRow(RowKey::Invalidate)),
];

/// What happens outside of the dashboard.
pub(in crate::ui) const OUTSIDE: [(Action, Effect); 3] = [
    (Action::Quit, Effect::Quit),
    (Action::Suspend, Effect::Suspend),
    (Action::Redraw, Effect::Redraw),
];

/// Percent of the files that a verification counts again.
const VERIFY_SAMPLE: u8 = 5;

/// Makes a command.
type NewCommand = fn() -> Command;

/// Commands that need no more than the key.
pub(super) const SENDS: [(Action, NewCommand); 5] = [
    (Action::UnmarkAll, || Command::Mark(MarkChange::Clear)),
    (Action::RescanAll, || Command::Rescan(NodeId::ROOT)),
    (Action::CancelAll, || Command::CancelAll),
    (Action::RetryAll, || Command::RetryAll),
    (Action::Verify, || Command::Verify { sample: VERIFY_SAMPLE }),
];

/// Makes something that lies on top.
type New = fn() -> Overlay;

/// What is opened on top.
pub(super) const OPENS: [(Action, New); 8] = [
    (Action::Help, || Overlay::Help(Help::default())),
    (Action::Clear, || Overlay::Clear(ClearDialog::default())),
    (Action::Evict, || Overlay::Evict(EvictDialog::default())),
    (Action::ChooseModel, || Overlay::Models(ModelList::default())),
    (Action::MarkGlob, || Overlay::Prompt(Prompt::about(Asking::Glob))),
    (Action::ShowContext, || Overlay::Context(Paged::default())),
    (Action::ShowSkipped, || Overlay::Skipped(Paged::default())),
    (Action::ShowSettings, || Overlay::Settings(Cursor::default())),
];

/// Makes a command about a task.
type OnTask = fn(TaskId) -> Command;

/// What is done to the chosen task.
pub(super) const TASK_COMMANDS: [(Action, OnTask); 3] = [
    (Action::CancelTask, Command::Cancel),
    (Action::RetryTask, Command::Retry),
    (Action::RaiseTask, Command::Raise),
];
