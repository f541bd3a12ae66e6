//! The table of sums: its order, its cursor, and what is behind a row.

use std::cmp::Reverse;

use super::{records::Records, state::Spend, words};
use crate::{
    model::{Day, SpendBy, SpendFilter, SpendOrder, SpendRow},
    ui::cursor::{Cursor, Step},
};

impl Spend {
    /// Puts the rows in order; the cursor stays on its group.
    pub(super) fn arrange(&mut self, height: u16) {
        let (by, order) = (self.by, self.order());
        let Some(sums) = &mut self.sums else { return };
        let rows = &sums.report.rows;
        let mut indices: Vec<usize> = (0..rows.len()).collect();
        let cost = |row: &SpendRow| Reverse(row.cost.unwrap_or_default());
        let tokens = |row: &SpendRow| Reverse(row.tokens.total());
        match order {
            SpendOrder::Newest if matches!(by, SpendBy::Daily | SpendBy::Monthly) => {
                indices.sort_by_key(|at| Reverse(&rows[*at].key));
            }
            SpendOrder::Newest => indices.sort_by_key(|at| Reverse(rows[*at].last)),
            SpendOrder::Dearest => {
                indices.sort_by_key(|at| (cost(&rows[*at]), tokens(&rows[*at])));
            }
            SpendOrder::Tokens => indices.sort_by_key(|at| tokens(&rows[*at])),
        }
        let total = indices.len() as u64;
        let at = self.on.as_ref().and_then(|on| indices.iter().position(|at| rows[*at].key == *on));
        sums.order = indices;
        match at {
            Some(at) => self.cursor.carry(at as u64, total, height),
            None => self.cursor.fit(total, height),
        }
    }

    /// Returns how many groups there are.
    pub(crate) fn total(&self) -> u64 {
        self.current().map_or(0, |sums| sums.order.len() as u64)
    }

    /// Returns the groups from one on, in their order.
    pub(crate) fn rows(&self, from: u64) -> impl Iterator<Item = &SpendRow> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let rows = |at: &usize| self.sums.as_ref().and_then(|sums| sums.report.rows.get(*at));
        let order = self.current().map(|sums| sums.order.as_slice()).unwrap_or_default();
        order.iter().skip(from).filter_map(rows)
    }

    /// Returns the chosen group.
    pub(crate) fn chosen(&self) -> Option<&SpendRow> {
        self.rows(self.cursor.at).next()
    }

    /// Moves the cursor.
    pub(super) fn step(&mut self, step: Step, height: u16) {
        self.cursor.step(step, self.total(), height);
        self.on = self.chosen().map(|row| row.key.clone());
    }

    /// Chooses the row that is so many lines below the first one seen; true when it was chosen.
    pub(super) fn choose_line(&mut self, line: u16, height: u16) -> bool {
        let at = self.cursor.top.saturating_add(u64::from(line));
        if at >= self.total() {
            return false;
        }
        let again = at == self.cursor.at;
        self.cursor.at = at;
        self.step(Step::Lines(0), height);
        again
    }

    /// Returns the requests of the chosen group, to be filled; `None` when there is no group, or
    /// its requests cannot be told apart.
    pub(super) fn behind(&self) -> Option<Records> {
        let row = self.chosen()?;
        let filter = narrowed(self.by, &row.key, self.sums.as_ref()?.query.filter.clone())?;
        let name = words::key(self.by, row);
        Some(Records::of((self.by, name), filter))
    }
}

/// Returns the filter for the requests of one group alone; `None` for what is no group of whole
/// requests.
fn narrowed(by: SpendBy, key: &str, mut filter: SpendFilter) -> Option<SpendFilter> {
    let name = || Some(key.to_owned());
    match by {
        SpendBy::Daily => {
            let day = key.parse().ok()?;
            (filter.since, filter.until) = (Some(day), Some(day));
        }
        SpendBy::Monthly => {
            let first: Day = format!("{key}-01").parse().ok()?;
            filter.since = Some(filter.since.map_or(first, |since| since.max(first)));
            filter.until = Some(Day(first.0.last_of_month()));
        }
        SpendBy::Model => filter.model = name(),
        SpendBy::Provider => filter.provider = name(),
        SpendBy::Project => filter.project = name(),
        SpendBy::Session => filter.session = name(),
        SpendBy::Tool => filter.tool = Some(key.parse().ok()?),
        SpendBy::FileType => return None,
    }
    Some(filter)
}

impl Spend {
    /// Goes back to the first group, as when other requests count.
    pub(super) fn go_to_start(&mut self) {
        (self.cursor, self.on) = (Cursor::default(), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tool;

    #[test]
    fn a_group_is_narrowed_to_its_own_requests_in_the_range() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let range = SpendFilter { since: Some(day("2026-02-10")), ..SpendFilter::default() };
        let month = narrowed(SpendBy::Monthly, "2026-02", range.clone()).unwrap();
        assert_eq!(month.since, Some(day("2026-02-10")));
        assert_eq!(month.until, Some(day("2026-02-28")));
        let one = narrowed(SpendBy::Daily, "2026-02-11", range.clone()).unwrap();
        assert_eq!((one.since, one.until), (Some(day("2026-02-11")), Some(day("2026-02-11"))));
        let tool = narrowed(SpendBy::Tool, "claude-code", range.clone()).unwrap();
        assert_eq!(tool.tool, Some(Tool::ClaudeCode));
        let unknown = narrowed(SpendBy::Project, "", range.clone()).unwrap();
        assert_eq!(unknown.project.as_deref(), Some(""));
        assert_eq!(narrowed(SpendBy::FileType, "rs", range), None);
    }
}
