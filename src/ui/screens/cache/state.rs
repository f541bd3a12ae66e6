//! What the screen remembers, and what it wants to know.

use super::matrix;
use crate::{
    model::{
        CacheReport, CacheStatus, EntryDetails, EntryKey, EntryOrder, EntryView, Kind, Question,
    },
    ui::{
        cursor::Cursor,
        inquiry::Inquiry,
        message::Effect,
        overlays::{Paged, details::Known, evict::next_kind},
        panes::tree::filter::FilterLine,
    },
};

/// The views of the screen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Tab {
    /// The entries.
    #[default]
    Entries,
    /// How well the cache works.
    Report,
}

/// The state of the screen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    /// The view in front.
    pub(crate) tab: Tab,
    /// Only entries of this kind are listed.
    pub(crate) kind: Option<Kind>,
    /// Their order.
    pub(crate) order: EntryOrder,
    /// Only entries that hold this text are listed.
    pub(crate) filter: FilterLine,
    /// The entries.
    pub(crate) list: Paged<EntryView>,
    /// The key of the chosen one, once one was chosen by a key: the cursor stays on it.
    pub(super) on: Option<EntryKey>,
    /// Where the question for entries stands.
    pub(super) inquiry: Inquiry,
    /// How well the cache works.
    pub(crate) report: Option<Box<CacheReport>>,
    /// The first line seen of it.
    pub(crate) report_cursor: Cursor,
    /// Where the question for it stands.
    pub(super) report_inquiry: Inquiry,
    /// Why the view in front has nothing, safe to show.
    pub(crate) problem: Option<String>,
    /// All about an entry, on top.
    pub(crate) card: Option<Card>,
    /// Where the question for it stands.
    pub(super) card_inquiry: Inquiry,
    /// The entry that is removed when a person agrees.
    pub(crate) confirming: Option<EntryView>,
    /// How many entries the cache had when this was asked.
    pub(super) noted: u64,
}

/// All about an entry.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    /// Which.
    pub(super) key: EntryKey,
    /// What is known of it.
    pub(super) known: Known<EntryDetails>,
    /// The first line seen.
    pub(super) cursor: Cursor,
}

impl Entries {
    /// Asks for what the view in front shows, now or once the question under way is answered.
    pub(super) fn ask(&mut self, status: Option<&CacheStatus>, height: u16) -> Vec<Effect> {
        self.noted = status.map_or(0, total_entries);
        match self.tab {
            Tab::Entries => self.ask_entries(height),
            Tab::Report if self.report_inquiry.wish() => vec![Effect::Ask(Question::CacheReport)],
            Tab::Report => Vec::new(),
        }
    }

    /// Returns true when entries came or went since this was asked.
    pub(super) fn is_stale(&self, status: &CacheStatus) -> bool {
        total_entries(status) != self.noted
    }

    /// Takes the report.
    pub(super) fn take_report(&mut self, report: &CacheReport) -> Vec<Effect> {
        let again = self.report_inquiry.settle();
        self.problem = None;
        self.report = Some(Box::new(report.clone()));
        if again { vec![Effect::Ask(Question::CacheReport)] } else { Vec::new() }
    }

    /// Shows the next view, or the one before.
    pub(super) fn step_tab(&mut self) {
        self.tab = match self.tab {
            Tab::Entries => Tab::Report,
            Tab::Report => Tab::Entries,
        };
        self.problem = None;
    }

    /// Lists only the next kind that there is.
    pub(super) fn step_kind(&mut self, status: &CacheStatus) {
        self.kind = next_kind(self.kind, true, &matrix::kinds(status));
        self.go_to_start();
    }

    /// Lists by what comes next.
    pub(super) fn step_order(&mut self) {
        self.order = match self.order {
            EntryOrder::Recent => EntryOrder::Oldest,
            EntryOrder::Oldest => EntryOrder::Largest,
            EntryOrder::Largest => EntryOrder::Used,
            EntryOrder::Used => EntryOrder::Recent,
        };
        self.go_to_start();
    }

    /// Shows all about the chosen entry.
    pub(super) fn open_card(&mut self) -> Vec<Effect> {
        let Some(entry) = self.chosen() else { return Vec::new() };
        let key = entry.key;
        self.card = Some(Card { key, known: Known::Awaited, cursor: Cursor::default() });
        if self.card_inquiry.wish() { self.card_question() } else { Vec::new() }
    }

    fn card_question(&self) -> Vec<Effect> {
        let question = |card: &Card| Effect::Ask(Question::Entry(card.key));
        self.card.as_ref().map(question).into_iter().collect()
    }

    /// Takes all about an entry; an answer about another is left out.
    pub(super) fn take_card(&mut self, details: Option<EntryDetails>) -> Vec<Effect> {
        let again = self.card_inquiry.settle();
        if self.card.is_none() {
            self.card_inquiry = Inquiry::Idle;
            return Vec::new();
        }
        if again {
            return self.card_question();
        }
        if let Some(card) = &mut self.card {
            card.known = details.into();
        }
        Vec::new()
    }

    /// Notes that the question about an entry was refused.
    pub(super) fn refuse_card(&mut self) {
        self.card_inquiry = Inquiry::Idle;
        if let Some(card) = &mut self.card {
            card.known = Known::Gone;
        }
    }
}

fn total_entries(status: &CacheStatus) -> u64 {
    status.kinds.iter().map(|kind| kind.entries).sum()
}

/// Returns what comes first.
pub(super) const fn order_name(order: EntryOrder) -> &'static str {
    match order {
        EntryOrder::Recent => "last used first",
        EntryOrder::Oldest => "oldest first",
        EntryOrder::Largest => "largest first",
        EntryOrder::Used => "most used first",
    }
}
