//! All about one task.

use super::details::Known;
use crate::{
    model::{TaskId, TaskView},
    ui::cursor::Cursor,
};

/// What the card knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TaskCard {
    /// Which task.
    pub(crate) id: TaskId,
    /// What is known of it.
    pub(crate) known: Known<TaskView>,
    /// The first line seen.
    pub(crate) cursor: Cursor,
}

impl TaskCard {
    /// Returns how many lines the card has.
    pub(crate) fn lines(&self) -> u64 {
        match &self.known {
            Known::Awaited | Known::Gone => 1,
            Known::Is(_) => 10,
        }
    }
}
