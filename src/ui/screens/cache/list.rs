//! The list of entries: what is asked for, and its cursor.

use super::state::Entries;
use crate::{
    model::{EntryPage, EntryQuery, EntryView, Question},
    ui::{
        cursor::{Cursor, Step},
        inquiry::Inquiry,
        message::Effect,
    },
};

impl Entries {
    /// Asks for the entries that are seen, now or once the question under way is answered.
    pub(super) fn ask_entries(&mut self, height: u16) -> Vec<Effect> {
        if self.inquiry.wish() { self.question(height) } else { Vec::new() }
    }

    fn question(&mut self, height: u16) -> Vec<Effect> {
        let (from, limit) = self.list.range(height);
        let text = self.filter.is_on().then(|| self.filter.text.clone());
        let query = EntryQuery { kind: self.kind, order: self.order, text, from, limit };
        vec![Effect::Ask(Question::Entries(query))]
    }

    /// Takes entries; what is no longer wanted is left out, and asked for anew.
    pub(super) fn take(&mut self, page: &EntryPage, height: u16) -> Vec<Effect> {
        if self.inquiry.settle() {
            return self.question(height);
        }
        self.problem = None;
        let uncovered = self.list.take(page.entries.clone(), page.total, height);
        if let Some(on) = self.on
            && let Some(at) = self.list.rows.iter().position(|row| row.key == on)
        {
            let at = self.list.from + at as u64;
            self.list.cursor.carry(at, page.total, height);
        }
        if uncovered { self.ask_entries(height) } else { Vec::new() }
    }

    /// Notes that the entries were refused, and why.
    pub(super) fn refuse(&mut self, why: Option<String>) {
        (self.inquiry, self.report_inquiry) = (Inquiry::Idle, Inquiry::Idle);
        self.problem = why.or_else(|| Some("the engine does not answer".to_owned()));
        self.list.total.get_or_insert(0);
    }

    /// Returns the chosen entry.
    pub(crate) fn chosen(&self) -> Option<&EntryView> {
        self.list.row_at(self.list.cursor.at)
    }

    /// Moves the cursor.
    pub(super) fn step(&mut self, step: Step, height: u16) -> Vec<Effect> {
        let uncovered = self.list.step(step, height);
        self.on = self.chosen().map(|entry| entry.key);
        if uncovered { self.ask_entries(height) } else { Vec::new() }
    }

    /// Chooses the row that is so many lines below the first one seen; true when it was chosen.
    pub(super) fn choose_line(&mut self, line: u16) -> bool {
        let at = self.list.cursor.top.saturating_add(u64::from(line));
        if at >= self.list.total.unwrap_or(0) {
            return false;
        }
        let again = at == self.list.cursor.at;
        self.list.cursor.at = at;
        self.on = self.chosen().map(|entry| entry.key);
        again
    }

    /// Goes back to the first entry, as when others are listed.
    pub(super) fn go_to_start(&mut self) {
        (self.list.cursor, self.on) = (Cursor::default(), None);
    }
}
