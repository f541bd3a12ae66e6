//! Marks on many rows: all of them, a range, or what a glob matches, page by page.

use super::Tree;
use super::state::{Asked, ROWS_PER_MARK, Weighed};
use crate::{
    model::{Command, Filter, MarkChange, NodeId, Row, RowKind, RowsPage, RowsQuery},
    ui::message::Effect,
};

/// Rows that are being marked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Marking {
    /// The next row to mark.
    next: u64,
    /// The row after the last one.
    end: u64,
    /// The list they are in; the tree itself without one.
    filter: Option<Filter>,
    /// How many were marked so far.
    marked: u64,
}

impl Marking {
    /// Marks the rows from `next` to before `end` in the list of a filter, or in the tree.
    const fn of(next: u64, end: u64, filter: Option<Filter>) -> Self {
        Self { next, end, filter, marked: 0 }
    }
}

impl Tree {
    /// Returns the question for the next rows to mark.
    pub(super) fn query_of(&self, marking: &Marking) -> RowsQuery {
        let left = u32::try_from(marking.end.saturating_sub(marking.next)).unwrap_or(u32::MAX);
        RowsQuery {
            open: if marking.filter.is_some() { Vec::new() } else { self.open.clone() },
            sort: self.sort,
            order: self.order,
            filter: marking.filter.clone(),
            from: marking.next,
            len: left.min(ROWS_PER_MARK),
            follow: None,
        }
    }

    /// Returns the filter of the list that is shown.
    pub(super) fn shown_filter(&self) -> Option<Filter> {
        self.filter.is_on().then(|| Filter(self.filter.text.clone()))
    }

    /// Marks every row of the list.
    pub(super) fn mark_all(&mut self) -> Vec<Effect> {
        if self.filter.is_on() {
            self.marking = Some(Marking::of(0, u64::MAX, self.shown_filter()));
            return self.ask();
        }
        vec![Effect::Send(Command::Mark(MarkChange::Add(vec![NodeId::ROOT])))]
    }

    /// Marks all that a glob, or a part of a path, matches in the whole tree.
    pub(crate) fn mark_glob(&mut self, glob: &str) -> Vec<Effect> {
        self.marking = Some(Marking::of(0, u64::MAX, Some(Filter(glob.to_owned()))));
        self.ask()
    }

    /// Asks how much it is that a glob, or a part of a path, matches in the whole tree.
    pub(crate) fn weigh(&mut self, glob: &str) -> Vec<Effect> {
        self.weighing = (!glob.is_empty()).then(|| Filter(glob.to_owned()));
        if self.weighing.is_some() { self.ask() } else { Vec::new() }
    }

    /// Takes how much it is.
    pub(super) fn take_weight(&mut self, page: &RowsPage, asked: Asked) {
        if self.weighing == asked.query.filter {
            self.weighing = None;
        }
        let RowsPage { matched, bad_filter, .. } = page;
        self.weighed = asked.query.filter.map(|filter| Weighed {
            filter,
            matched: *matched,
            is_bad: bad_filter.is_some(),
        });
    }

    /// Begins a range at the chosen row; the next time it marks the rows from there to here.
    pub(super) fn mark_range(&mut self, row: &Row) -> Vec<Effect> {
        let Some((_, anchor)) = self.range.take() else {
            self.range = Some((row.id, self.cursor.at));
            return Vec::new();
        };
        let (first, last) = (anchor.min(self.cursor.at), anchor.max(self.cursor.at));
        self.marking = Some(Marking::of(first, last + 1, self.shown_filter()));
        self.ask()
    }

    /// Returns true when a row lies between where the range began and the cursor.
    pub(crate) fn is_in_range(&self, at: u64) -> bool {
        let here = self.cursor.at;
        self.range.is_some_and(|(_, anchor)| (anchor.min(here)..=anchor.max(here)).contains(&at))
    }

    /// Keeps the beginning of the range on its entry; without it there is no range any more.
    pub(super) fn follow_range(&mut self) {
        let Some((id, at)) = self.range else { return };
        let rows = self.page.rows.len() as u64;
        let is_in_page = (self.page.from..self.page.from.saturating_add(rows)).contains(&at);
        match self.index_of(|row| row.id == id) {
            Some(at) => self.range = Some((id, at)),
            None if is_in_page => self.range = None,
            None => {}
        }
    }

    /// Marks the rows of one page, and goes on to the next.
    pub(super) fn mark_rows(&mut self, page: &RowsPage, asked: &Asked) -> Vec<Effect> {
        let is_current = asked.shape == self.shape;
        let Some(mut marking) = self.marking.take().filter(|_| is_current) else {
            return Vec::new();
        };
        let next = page.from.saturating_add(page.rows.len() as u64);
        let more = !page.rows.is_empty() && next < page.total.min(marking.end);
        // What lies in an open folder has rows of its own.
        let is_marked = |row: &&Row| row.kind != RowKind::Folder { open: true };
        let ids: Vec<_> = page.rows.iter().filter(is_marked).map(|row| row.id).collect();
        marking.marked += ids.len() as u64;
        if marking.marked == 0 && !more {
            let why = page.bad_filter.clone();
            self.said = Some(why.unwrap_or_else(|| "nothing matches: no more is marked".into()));
        }
        marking.next = next;
        self.marking = more.then_some(marking);
        if ids.is_empty() {
            return Vec::new();
        }
        vec![Effect::Send(Command::Mark(MarkChange::Add(ids)))]
    }
}
