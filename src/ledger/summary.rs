//! Spend at a glance.

use std::collections::BTreeMap;

use super::{
    Ledger,
    days::{self, DayNumber},
    report::RowSum,
};
use crate::model::{
    Day, PicoUsd, Savings, SignedPicoUsd, SpendSummary, Tokens, Tool, ToolView, UnixNanos,
};

impl Ledger {
    /// Returns spend at a glance.
    ///
    /// What larder's own cache saved is not known here, nor how many log files there are that were
    /// never read.
    #[must_use]
    pub fn summary(&mut self) -> SpendSummary {
        self.refresh();
        let today = self.zone.number_of(self.now().0);
        let (mut day, mut month) = (RowSum::default(), RowSum::default());
        let first = first_of_month(today);
        for (key, cell) in self.sums().cells() {
            if (first..=today).contains(&key.day) {
                month.add(cell, self.qualities(key, cell));
            }
            if key.day == today {
                day.add(cell, self.qualities(key, cell));
            }
        }
        SpendSummary {
            state: self.state(),
            today: PicoUsd(day.part.cost),
            today_unpriced: Tokens(day.part.unpriced),
            month: PicoUsd(month.part.cost),
            month_unpriced: Tokens(month.part.unpriced),
            month_requests: month.part.requests,
            month_quality: month.quality(),
            budgets: self.budgets(),
            forecast: self.forecast(),
            savings: Savings { provider: SignedPicoUsd(month.saved), ..Savings::default() },
            tools: self.tools(),
            windows: self.windows(),
            api_equivalent: self.options.subscription,
        }
    }

    /// Returns the tools whose logs were read.
    fn tools(&self) -> Vec<ToolView> {
        let mut tools: BTreeMap<Tool, ToolView> = BTreeMap::new();
        let blank = |tool| ToolView { tool, files: 0, requests: 0, last: None, problem: None };
        for log in self.files().logs.values() {
            tools.entry(log.tool).or_insert_with(|| blank(log.tool)).files += 1;
        }
        for (key, cell) in self.sums().cells() {
            let view = tools.entry(key.tool).or_insert_with(|| blank(key.tool));
            view.requests += cell.all.requests;
            view.last = view.last.max(Some(UnixNanos(cell.last)));
        }
        for (tool, problem) in self.files().problems.values() {
            let view = tools.entry(*tool).or_insert_with(|| blank(*tool));
            view.problem.get_or_insert_with(|| problem.clone());
        }
        for (tool, problem) in &self.files().unreadable {
            let view = tools.entry(*tool).or_insert_with(|| blank(*tool));
            view.problem.get_or_insert_with(|| problem.clone());
        }
        tools.into_values().collect()
    }
}

/// Returns the first day of the month of a day.
fn first_of_month(day: DayNumber) -> DayNumber {
    let Day(date) = days::day(day);
    days::number(Day(date.first_of_month()))
}
