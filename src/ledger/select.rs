//! Which requests a view counts.

use std::{cell::RefCell, collections::HashMap};

use super::{
    book::{Name, Names, Record},
    budget,
    days::{self, DayNumber, Zone},
    prices,
    sums::Key,
};
use crate::model::{NameMatch, Shown, SpendFilter, Tool};

/// A filter, ready to be held against requests and sums.
#[derive(Debug)]
pub(super) struct Select<'n> {
    names: &'n Names,
    how: NameMatch,
    pub(super) since: Option<DayNumber>,
    pub(super) until: Option<DayNumber>,
    tool: Option<Tool>,
    provider: Option<&'n str>,
    model: Option<&'n str>,
    project: Option<&'n str>,
    session: Option<&'n str>,
    /// In small letters.
    text: Option<String>,
    /// What was found out of single names already.
    holds_text: RefCell<HashMap<Name, bool>>,
}

impl<'n> Select<'n> {
    /// Prepares a filter.
    pub(super) fn new(filter: &'n SpendFilter, names: &'n Names) -> Self {
        Self {
            names,
            how: filter.names,
            since: filter.since.map(days::number),
            until: filter.until.map(days::number),
            tool: filter.tool,
            provider: filter.provider.as_deref(),
            model: filter.model.as_deref(),
            project: filter.project.as_deref(),
            session: filter.session.as_deref(),
            text: filter.text.as_ref().map(|text| text.to_lowercase()),
            holds_text: RefCell::new(HashMap::new()),
        }
    }

    /// Returns true when a sum counts, whatever its day.
    pub(super) fn takes(&self, key: &Key) -> bool {
        self.tool.is_none_or(|tool| tool == key.tool)
            && self.is(self.provider, key.provider, prices::is_same_provider)
            && self.is(self.model, key.model, budget::is_model)
            && self.is(self.project, key.project, budget::is_project)
            && self.is(self.session, key.session, str::eq)
            && self.has_text(key)
    }

    /// Returns true when a day lies in the range.
    pub(super) fn takes_day(&self, day: DayNumber) -> bool {
        self.since.is_none_or(|since| day >= since) && self.until.is_none_or(|until| day <= until)
    }

    /// Returns true when a request counts.
    pub(super) fn takes_record(&self, record: &Record, zone: &Zone) -> bool {
        let key = Key::of(record, zone);
        self.takes_day(key.day) && self.takes(&key)
    }

    fn is(&self, wanted: Option<&str>, name: Name, as_in_budgets: fn(&str, &str) -> bool) -> bool {
        let Some(wanted) = wanted else { return true };
        let text = self.names.text(name);
        match self.how {
            // A view hands back what it was shown.
            NameMatch::Shown => text == wanted || Shown::text(text).as_str() == wanted,
            NameMatch::AsInBudgets => as_in_budgets(wanted, text),
        }
    }

    fn has_text(&self, key: &Key) -> bool {
        let Some(text) = &self.text else { return true };
        <&str>::from(key.tool).contains(text.as_str())
            || [key.provider, key.model, key.project, key.session].into_iter().any(|name| {
                *self
                    .holds_text
                    .borrow_mut()
                    .entry(name)
                    .or_insert_with(|| self.names.text(name).to_lowercase().contains(text.as_str()))
            })
    }
}
