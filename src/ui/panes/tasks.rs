//! The task pane: which task is chosen.

pub(crate) mod draw;

use crate::{
    model::{TaskId, TaskView, TasksView},
    ui::cursor::{Cursor, Step},
};

/// The state of the task pane.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tasks {
    /// The chosen row.
    pub(crate) cursor: Cursor,
    /// The chosen task.
    pub(crate) on: Option<TaskId>,
    /// Rows that fit on the screen.
    pub(crate) height: u16,
}

/// Returns the tasks in the order they are shown: running, failed, next.
pub(crate) fn in_order(view: &TasksView) -> impl Iterator<Item = &TaskView> {
    view.running.iter().chain(&view.failed).chain(&view.queued)
}

impl Tasks {
    /// Moves the cursor.
    pub(crate) fn step(&mut self, step: Step, view: &TasksView) {
        self.cursor.step(step, in_order(view).count() as u64, self.height);
        self.note(view);
    }

    /// Chooses the row that is so many lines below the first one seen.
    pub(crate) fn choose_line(&mut self, line: u16, view: &TasksView) {
        let at = self.cursor.top.saturating_add(u64::from(line));
        if at < in_order(view).count() as u64 {
            self.cursor.at = at;
            self.step(Step::Lines(0), view);
        }
    }

    /// Keeps the cursor on its task while the list changes.
    pub(crate) fn follow(&mut self, view: &TasksView) {
        let total = in_order(view).count() as u64;
        let at = in_order(view).position(|task| Some(task.id) == self.on);
        match at {
            Some(at) => self.cursor.carry(at as u64, total, self.height),
            None => self.cursor.fit(total, self.height),
        }
        self.note(view);
    }

    /// Returns the chosen task.
    pub(crate) fn chosen<'a>(&self, view: &'a TasksView) -> Option<&'a TaskView> {
        in_order(view).nth(usize::try_from(self.cursor.at).ok()?)
    }

    fn note(&mut self, view: &TasksView) {
        self.on = self.chosen(view).map(|task| task.id);
    }
}
