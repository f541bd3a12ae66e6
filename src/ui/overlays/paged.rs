//! A long list of which only the part around what is seen is asked for.

use crate::ui::{
    cursor::{Cursor, Step},
    panes::tree::filter::{Edit, FilterLine},
};

/// Rows asked for at least.
const LEAST_ROWS: u32 = 64;

/// What the list knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Paged<T> {
    /// How many there are; `None` while the first answer is on its way.
    pub(crate) total: Option<u64>,
    /// The index of the first known row.
    pub(crate) from: u64,
    /// The index of the first row of the answer that is on its way.
    pub(crate) asked_from: u64,
    /// The known rows.
    pub(crate) rows: Vec<T>,
    /// The chosen line.
    pub(crate) cursor: Cursor,
    /// What narrows the list, where it can be narrowed.
    pub(crate) filter: FilterLine,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self {
            total: None,
            from: 0,
            asked_from: 0,
            rows: Vec::new(),
            cursor: Cursor::default(),
            filter: FilterLine::default(),
        }
    }
}

impl<T> Paged<T> {
    /// Changes the filter; true when other rows are to be asked for. The cursor goes to the first
    /// row that is left.
    pub(crate) fn edit(&mut self, edit: &Edit) -> bool {
        let before = self.filter.text.clone();
        self.filter.apply(edit);
        let changed = self.filter.text != before;
        if changed {
            self.cursor = Cursor::default();
        }
        changed
    }

    /// Forgets the filter.
    pub(crate) fn clear(&mut self) {
        (self.filter, self.cursor) = (FilterLine::default(), Cursor::default());
    }

    /// Returns true when a filter is typed or kept.
    pub(crate) fn is_filtered(&self) -> bool {
        self.filter.editing || self.filter.is_on()
    }

    /// Moves the cursor; true when rows that are seen are not known.
    pub(crate) fn step(&mut self, step: Step, height: u16) -> bool {
        let total = self.total.unwrap_or(0);
        self.cursor.step(step, total, height);
        !self.is_covered(height)
    }

    /// Takes rows; true when rows that are seen are still not known.
    pub(crate) fn take(&mut self, rows: Vec<T>, total: u64, height: u16) -> bool {
        let empty = rows.is_empty();
        (self.from, self.rows, self.total) = (self.asked_from, rows, Some(total));
        self.cursor.fit(total, height);
        !empty && !self.is_covered(height)
    }

    /// Notes and returns which rows to ask for: how many to leave out, and how many to give.
    pub(crate) fn range(&mut self, height: u16) -> (u64, u32) {
        let from = self.cursor.top.saturating_sub(u64::from(height));
        self.asked_from = from;
        (from, u32::from(height).saturating_mul(3).max(LEAST_ROWS))
    }

    /// Returns the row at an index, when it is known.
    pub(crate) fn row_at(&self, at: u64) -> Option<&T> {
        self.rows.get(usize::try_from(at.checked_sub(self.from)?).ok()?)
    }

    fn is_covered(&self, height: u16) -> bool {
        let total = self.total.unwrap_or(0);
        let end = self.cursor.top.saturating_add(u64::from(height)).min(total);
        self.cursor.top >= self.from && end <= self.from.saturating_add(self.rows.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_asked_for_only_when_they_come_into_sight() {
        let mut list = Paged::<u64>::default();
        let (from, len) = list.range(10);
        assert_eq!((from, len), (0, LEAST_ROWS));
        assert!(!list.take((0..64).collect(), 1000, 10));
        assert!(!list.step(Step::Lines(50), 10));
        assert!(list.step(Step::Last, 10));
        let (from, len) = list.range(10);
        assert!(!list.take((from..(from + u64::from(len)).min(1000)).collect(), 1000, 10));
        assert_eq!(list.row_at(list.cursor.at), Some(&999));
    }
}
