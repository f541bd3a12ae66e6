//! What the screen remembers, and what it wants to know.

use super::{range::Range, records::Records};
use crate::{
    model::{
        Day, Question, SpendBy, SpendFilter, SpendOrder, SpendQuery, SpendRecord, SpendReport,
    },
    ui::{
        cursor::Cursor, inquiry::Inquiry, message::Effect, panes::tree::filter::FilterLine,
        screens::spend::words,
    },
};

/// The state of the screen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spend {
    /// By what sums are grouped.
    pub(crate) by: SpendBy,
    /// Which days count.
    pub(crate) range: Range,
    /// The order that was chosen; `None` is the one that suits the view.
    pub(crate) order: Option<SpendOrder>,
    /// Only what holds this text counts.
    pub(crate) filter: FilterLine,
    /// The last day there is, once the engine has told it.
    pub(super) today: Option<Day>,
    /// The sums.
    pub(crate) sums: Option<Sums>,
    /// Why there are none, safe to show.
    pub(crate) problem: Option<String>,
    /// What is asked for.
    pub(super) asked: Option<SpendQuery>,
    /// Where the question for sums stands.
    pub(super) inquiry: Inquiry,
    /// The chosen group.
    pub(crate) cursor: Cursor,
    /// Its key, once a group was chosen by a key: the cursor stays on it.
    pub(super) on: Option<String>,
    /// The requests of a group, when they are in front.
    pub(crate) records: Option<Records>,
    /// Where the question for requests stands.
    pub(super) records_inquiry: Inquiry,
    /// What lies on top.
    pub(crate) card: Option<Card>,
}

/// Sums as they were told, and their order on the screen.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    /// What was asked.
    pub(super) query: SpendQuery,
    /// The answer.
    pub(crate) report: Box<SpendReport>,
    /// Indices of the rows as they are shown.
    pub(super) order: Vec<usize>,
}

/// A card on top of the screen.
#[derive(Clone, Debug)]
pub(crate) enum Card {
    /// All about a request.
    Record(Box<SpendRecord>, Cursor),
    /// All that the screen has no room for.
    Figures(Cursor),
}

impl Card {
    /// Returns where it is scrolled to.
    pub(crate) fn cursor(&mut self) -> &mut Cursor {
        match self {
            Self::Record(_, cursor) | Self::Figures(cursor) => cursor,
        }
    }
}

impl Spend {
    /// Returns the order that is shown.
    pub(crate) fn order(&self) -> SpendOrder {
        self.order.unwrap_or(match self.by {
            SpendBy::Daily | SpendBy::Monthly => SpendOrder::Newest,
            SpendBy::Model
            | SpendBy::Provider
            | SpendBy::Project
            | SpendBy::Session
            | SpendBy::FileType
            | SpendBy::Tool => SpendOrder::Dearest,
        })
    }

    /// Returns which requests are to be counted.
    pub(super) fn wanted_filter(&self) -> SpendFilter {
        SpendFilter {
            since: self.today.and_then(|today| self.range.since(today)),
            text: self.filter.is_on().then(|| self.filter.text.clone()),
            ..SpendFilter::default()
        }
    }

    /// Returns the question whose answer is to be shown.
    pub(super) fn wanted(&self) -> SpendQuery {
        SpendQuery { by: self.by, filter: self.wanted_filter() }
    }

    /// Asks for sums, now or once the question under way is answered.
    pub(super) fn ask(&mut self) -> Vec<Effect> {
        if self.inquiry.wish() { self.question() } else { Vec::new() }
    }

    fn question(&mut self) -> Vec<Effect> {
        let query = self.wanted();
        self.asked = Some(query.clone());
        vec![Effect::Ask(Question::Spend(query))]
    }

    /// Takes sums; what is no longer wanted is left out, and asked for anew.
    pub(super) fn take(&mut self, report: &SpendReport, height: u16) -> Vec<Effect> {
        let again = self.inquiry.settle();
        let Some(asked) = self.asked.take() else { return Vec::new() };
        self.problem = None;
        if asked.filter.text.is_none() {
            self.today = Some(report.to);
        }
        let is_wanted = asked == self.wanted();
        if is_wanted {
            self.sums =
                Some(Sums { query: asked, report: Box::new(report.clone()), order: Vec::new() });
            self.arrange(height);
        }
        match (again, is_wanted) {
            (true, _) => self.question(),
            (false, false) => self.ask(),
            (false, true) => Vec::new(),
        }
    }

    /// Notes that the question was refused, and why.
    pub(super) fn refuse(&mut self, why: Option<String>) {
        (self.inquiry, self.asked) = (Inquiry::Idle, None);
        self.problem = why.or_else(|| Some("the engine does not answer".to_owned()));
    }

    /// Returns the sums when they are those of the view in front.
    pub(crate) fn current(&self) -> Option<&Sums> {
        self.sums.as_ref().filter(|sums| sums.query.by == self.by)
    }

    /// Shows another view.
    pub(super) fn show_view(&mut self, by: SpendBy) -> Vec<Effect> {
        self.records = None;
        if by == self.by {
            return Vec::new();
        }
        (self.by, self.cursor, self.on) = (by, Cursor::default(), None);
        self.ask()
    }

    /// Shows the next view, or the one before.
    pub(super) fn step_view(&mut self, forward: bool) -> Vec<Effect> {
        let views = words::VIEWS;
        let at = views.iter().position(|by| *by == self.by).unwrap_or(0);
        let by = if forward { 1 } else { views.len() - 1 };
        self.show_view(views[(at + by) % views.len()])
    }
}
