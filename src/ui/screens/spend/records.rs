//! The requests of one group.

use super::state::Spend;
use crate::{
    model::{
        Question, SpendBy, SpendFilter, SpendOrder, SpendRecord, SpendRecords, SpendRecordsQuery,
    },
    ui::{
        cursor::{Cursor, Step},
        inquiry::Inquiry,
        message::Effect,
        overlays::Paged,
    },
};

/// What is known of the requests of a group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    /// By what it is a group, and its name, safe to show.
    pub(crate) of: (SpendBy, String),
    /// Which requests belong to it.
    pub(super) filter: SpendFilter,
    /// Their order.
    pub(crate) order: SpendOrder,
    /// The ones that are known.
    pub(crate) list: Paged<SpendRecord>,
    /// The chosen one, once one was chosen by a key: the cursor stays on it.
    on: Option<SpendRecord>,
}

impl Records {
    /// Returns a list of the requests of a group, to be filled.
    pub(super) fn of(group: (SpendBy, String), filter: SpendFilter) -> Self {
        Self { of: group, filter, ..Self::default() }
    }

    /// Returns the chosen request.
    pub(crate) fn chosen(&self) -> Option<&SpendRecord> {
        self.list.row_at(self.list.cursor.at)
    }

    /// Chooses the row that is so many lines below the first one seen; true when it was chosen.
    pub(super) fn choose_line(&mut self, line: u16, height: u16) -> bool {
        let at = self.list.cursor.top.saturating_add(u64::from(line));
        if at >= self.list.total.unwrap_or(0) {
            return false;
        }
        let again = at == self.list.cursor.at;
        self.list.step(Step::Lines(0), height);
        self.list.cursor.at = at;
        self.note();
        again
    }

    fn note(&mut self) {
        self.on = self.chosen().cloned();
    }
}

impl Spend {
    /// Shows the requests of the chosen group.
    pub(super) fn open_records(&mut self, height: u16) -> Vec<Effect> {
        self.records = self.behind();
        if self.records.is_some() { self.ask_records(height) } else { Vec::new() }
    }

    /// Asks for the requests that are seen, now or once the question under way is answered.
    pub(super) fn ask_records(&mut self, height: u16) -> Vec<Effect> {
        if self.records_inquiry.wish() { self.records_question(height) } else { Vec::new() }
    }

    fn records_question(&mut self, height: u16) -> Vec<Effect> {
        let text = self.filter.is_on().then(|| self.filter.text.clone());
        let Some(records) = &mut self.records else { return Vec::new() };
        let (from, len) = records.list.range(height);
        let filter = SpendFilter { text, ..records.filter.clone() };
        let query = SpendRecordsQuery { filter, order: records.order, from, len };
        vec![Effect::Ask(Question::SpendRecords(query))]
    }

    /// Takes requests; what is no longer wanted is left out, and asked for anew.
    pub(super) fn take_records(&mut self, page: &SpendRecords, height: u16) -> Vec<Effect> {
        let again = self.records_inquiry.settle();
        let Some(records) = &mut self.records else {
            self.records_inquiry = Inquiry::Idle;
            return Vec::new();
        };
        if again {
            return self.records_question(height);
        }
        let uncovered = records.list.take(page.records.clone(), page.total, height);
        if let Some(on) = &records.on
            && let Some(at) = records.list.rows.iter().position(|row| row == on)
        {
            let at = records.list.from + at as u64;
            records.list.cursor.carry(at, page.total, height);
        }
        if uncovered { self.ask_records(height) } else { Vec::new() }
    }

    /// Notes that the requests were refused: the list is shown empty.
    pub(super) fn refuse_records(&mut self) {
        self.records_inquiry = Inquiry::Idle;
        if let Some(records) = &mut self.records {
            records.list.total.get_or_insert(0);
        }
    }

    /// Moves among the requests.
    pub(super) fn step_records(&mut self, step: Step, height: u16) -> Vec<Effect> {
        let Some(records) = &mut self.records else { return Vec::new() };
        let uncovered = records.list.step(step, height);
        records.note();
        if uncovered { self.ask_records(height) } else { Vec::new() }
    }

    /// Lists the requests in another order, from the first one on.
    pub(super) fn order_records(&mut self, order: SpendOrder, height: u16) -> Vec<Effect> {
        let Some(records) = &mut self.records else { return Vec::new() };
        records.order = order;
        self.rewind_records();
        self.ask_records(height)
    }

    /// Goes back to the first request, as when others count.
    pub(super) fn rewind_records(&mut self) {
        if let Some(records) = &mut self.records {
            (records.list.cursor, records.on) = (Cursor::default(), None);
        }
    }
}
