//! What the tree pane knows.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{
    filter::FilterLine, jumps::Jumps, marking::Marking, reveal::Revealing, update::TreeKey,
};
use crate::{
    model::{Filter, Matched, NodeId, Order, RepoPath, Row, RowsPage, RowsQuery, Sort},
    ui::cursor::Cursor,
};

/// What is drawn beside a name.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Bars {
    /// A bar and a percentage.
    #[default]
    Both,
    /// A bar.
    Bar,
    /// A percentage.
    Percent,
    /// Neither.
    Neither,
}

impl Bars {
    /// Returns the style after this one.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Both => Self::Bar,
            Self::Bar => Self::Percent,
            Self::Percent => Self::Neither,
            Self::Neither => Self::Both,
        }
    }
}

/// A question for rows that is under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// The shape of the list it was asked for.
    pub(super) shape: u64,
    /// The question.
    pub(super) query: RowsQuery,
    /// What for.
    pub(super) purpose: Purpose,
}

/// What rows are asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    /// To be shown.
    Show,
    /// To be marked.
    Mark,
    /// To say how much they are.
    Weigh,
}

/// What a filter matches that is not the one of the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weighed {
    /// The filter.
    pub(crate) filter: Filter,
    /// What its matches hold.
    pub(crate) matched: Matched,
    /// True when it is no valid glob.
    pub(crate) is_bad: bool,
}

/// The state of the tree pane.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tree {
    /// Folders shown open, in the order they were opened.
    pub(crate) open: Vec<NodeId>,
    /// The order of each folder's children.
    pub(crate) sort: Sort,
    /// Its direction.
    pub(crate) order: Order,
    /// What is drawn beside names.
    pub(crate) bars: Bars,
    /// The filter.
    pub(crate) filter: FilterLine,
    /// The rows around what is seen.
    pub(crate) page: RowsPage,
    /// The chosen row and the first one seen.
    pub(crate) cursor: Cursor,
    /// Rows that fit on the screen.
    pub(crate) height: u16,
    /// The chosen entry; unknown while its row is on its way.
    pub(super) on: Option<NodeId>,
    /// Its path: when it is gone, the cursor goes to the folder that held it.
    pub(super) on_path: RepoPath,
    /// Counts changes of open folders, order and filter.
    pub(super) shape: u64,
    /// True once a person moved or chose anything: until then the cursor is on the first row.
    pub(super) touched: bool,
    /// The shape that the page has.
    pub(super) page_shape: u64,
    /// The question that is under way.
    pub(super) asked: Option<Asked>,
    /// The last question that was answered, so that none is repeated for ever.
    pub(super) answered: Option<Asked>,
    /// True when the question under way is out of date.
    pub(super) outdated: bool,
    /// Keys that wait for the row they are about.
    pub(super) waiting: VecDeque<TreeKey>,
    /// The rows that are being marked, while there are many.
    pub(super) marking: Option<Marking>,
    /// The filter whose matches are to be weighed.
    pub(super) weighing: Option<Filter>,
    /// The last one that was.
    pub(crate) weighed: Option<Weighed>,
    /// Where a range of marks began: the entry and its row.
    pub(crate) range: Option<(NodeId, u64)>,
    /// The paths of open folders.
    pub(super) open_paths: Vec<(NodeId, RepoPath)>,
    /// Folders that were open the last time, to be opened once they are seen.
    pub(super) to_open: Vec<RepoPath>,
    /// Where the cursor was.
    pub(crate) jumps: Jumps,
    /// What there is to say of what was done.
    pub(crate) said: Option<String>,
    /// A file that is to be edited.
    pub(crate) edit_wanted: Option<Row>,
    /// A path that is to be copied.
    pub(crate) copy_wanted: Option<RepoPath>,
    /// True while a folder around an entry is looked for.
    pub(super) finding: bool,
    /// What is to be shown in the whole tree once the folders around it are open.
    pub(super) revealing: Option<Revealing>,
    /// An entry whose details are to be shown.
    pub(crate) details_wanted: Option<NodeId>,
    /// A file that is to be read.
    pub(crate) preview_wanted: Option<Row>,
    /// A folder whose counts are to be forgotten, once a person agreed.
    pub(crate) forget_wanted: Option<Row>,
}

/// Rows asked for at least, however low the pane is.
const LEAST_ROWS: u32 = 24;
/// Rows marked with one question: enough for nearly every filter, little enough to answer at once.
pub(super) const ROWS_PER_MARK: u32 = if cfg!(test) { 64 } else { 4096 };

impl Tree {
    /// Returns a tree of which nothing is known yet.
    pub(crate) fn new() -> Self {
        Self { shape: 1, ..Self::default() }
    }

    /// Returns the row at an index, when it is known.
    pub(crate) fn row_at(&self, at: u64) -> Option<&Row> {
        let index = usize::try_from(at.checked_sub(self.page.from)?).ok()?;
        self.page.rows.get(index)
    }

    /// Returns the chosen row, when it is known.
    pub(crate) fn chosen(&self) -> Option<&Row> {
        self.row_at(self.cursor.at).filter(|row| Some(row.id) == self.on)
    }

    /// Returns true when rows have been answered at all.
    pub(crate) const fn is_loaded(&self) -> bool {
        self.page_shape > 0
    }

    /// Returns true while the rows of a new order, filter or folder are awaited.
    pub(crate) const fn is_reshaping(&self) -> bool {
        self.page_shape != self.shape
    }

    /// Returns true when the rows are a flat list of what a filter left: the filter may be another
    /// one already, or gone.
    pub(crate) fn is_flat(&self) -> bool {
        self.answered.as_ref().is_some_and(|asked| asked.query.filter.is_some())
    }

    /// Returns true when nothing is awaited.
    pub(crate) fn is_settled(&self) -> bool {
        self.asked.is_none() && self.waiting.is_empty() && !self.finding
    }

    /// Returns true when every row that is seen is known.
    pub(super) fn is_covered(&self) -> bool {
        let end = self.cursor.top.saturating_add(u64::from(self.height)).min(self.page.total);
        let known = self.page.from.saturating_add(self.page.rows.len() as u64);
        self.cursor.top >= self.page.from && end <= known
    }

    /// Returns true when rows near what is seen are not known: time to ask for them.
    pub(super) fn is_near_edge(&self) -> bool {
        let reserve = u64::from(self.height / 2);
        let known = self.page.from.saturating_add(self.page.rows.len() as u64);
        let end = self.cursor.top.saturating_add(u64::from(self.height));
        let near_start = self.page.from > 0 && self.cursor.top < self.page.from + reserve;
        let near_end = known < self.page.total && end.saturating_add(reserve) > known;
        !self.is_covered() || near_start || near_end
    }

    /// Returns the question for the rows around what is seen.
    pub(super) fn query(&self) -> RowsQuery {
        let height = u32::from(self.height);
        if let Some(marking) = &self.marking {
            return self.query_of(marking);
        }
        if let Some(filter) = &self.weighing {
            return RowsQuery { filter: Some(filter.clone()), ..RowsQuery::default() };
        }
        RowsQuery {
            open: if self.filter.is_on() { Vec::new() } else { self.open.clone() },
            sort: self.sort,
            order: self.order,
            filter: self.shown_filter(),
            from: self.cursor.top.saturating_sub(u64::from(self.height)),
            len: height.saturating_mul(3).max(LEAST_ROWS),
            follow: if self.touched { self.on } else { None },
        }
    }
}
