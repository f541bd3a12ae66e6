//! Actions that differ only in a value, as tables.

use crate::{
    model::{Command, Sort, TaskId},
    ui::{
        action::Action,
        cursor::Step,
        panes::tree::{RowKey, TreeKey, filter::Edit},
    },
};

/// Returns the value that a table has for an action.
pub(super) fn find<T: Clone>(table: &[(Action, T)], action: Action) -> Option<T> {
    table.iter().find(|(known, _)| *known == action).map(|(_, value)| value.clone())
}

/// Movements.
pub(super) const STEPS: [(Action, Step); 8] = [
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
pub(super) const TREE_KEYS: [(Action, TreeKey); 13] = [
    (Action::SortName, TreeKey::Sort(Sort::Name)),
    (Action::SortTokens, TreeKey::Sort(Sort::Tokens)),
    (Action::SortCount, TreeKey::Sort(Sort::Count)),
    (Action::SortModified, TreeKey::Sort(Sort::Modified)),
    (Action::CloseAll, TreeKey::CloseAll),
    (Action::MarkAll, TreeKey::MarkAll),
    (Action::Open, TreeKey::OnRow(RowKey::Open)),
    (Action::Close, TreeKey::OnRow(RowKey::Close)),
    (Action::Mark, TreeKey::OnRow(RowKey::Mark)),
    (Action::Info, TreeKey::OnRow(RowKey::Info)),
    (Action::Rescan, TreeKey::OnRow(RowKey::Rescan)),
    (Action::Warm, TreeKey::OnRow(RowKey::Warm)),
    (Action::Invalidate, TreeKey::OnRow(RowKey::Invalidate)),
];

/// What is done to the chosen task.
pub(super) const TASK_COMMANDS: [(Action, fn(TaskId) -> Command); 3] = [
    (Action::CancelTask, Command::Cancel),
    (Action::RetryTask, Command::Retry),
    (Action::RaiseTask, Command::Raise),
];
