//! What keys, events and answers do to the screen.

use super::{
    figures,
    layout::Places,
    state::{Card, Spend},
    words,
};
use crate::{
    model::{Answer, Command, NoticeLevel, Question},
    ui::{
        action::{Action, Scope},
        cursor::{Cursor, Step},
        message::Effect,
        model::Model,
        panes::tree::filter::Edit,
        screens::{
            Fact, Screen,
            card::{CardOf, Facts},
        },
        update::{notify, table},
    },
};

/// Returns where its keys are looked up.
pub(crate) fn scope(model: &Model) -> Scope {
    match &model.spend {
        Spend { card: Some(_), .. } => Scope::Overlay,
        Spend { filter, .. } if filter.editing => Scope::Editor,
        Spend { .. } => Scope::Spend,
    }
}

/// It comes to the front.
pub(crate) fn shown(model: &mut Model) -> Vec<Effect> {
    refresh(model)
}

/// Asks again for all that is shown.
pub(crate) fn refresh(model: &mut Model) -> Vec<Effect> {
    let height = height(model);
    let mut effects = model.spend.ask();
    if model.spend.records.is_some() {
        effects.extend(model.spend.ask_records(height));
    }
    effects
}

/// Returns how many rows the table shows.
fn height(model: &Model) -> u16 {
    Places::of(model.size).rows().height
}

/// What a key does on this screen alone.
#[derive(Clone, Copy, Debug)]
enum SpendKey {
    /// Show the next view, or the one before.
    View(bool),
    /// Count the next range of days, or the one before.
    Range(bool),
    /// Sort otherwise.
    Order,
    /// Type a filter.
    Filter,
    /// Keep what was typed.
    Keep,
    /// Show what is behind the line.
    Inspect,
    /// Show all figures.
    Figures,
    /// Read the logs again.
    Read,
}

const KEYS: [(Action, SpendKey); 10] = [
    (Action::NextValue, SpendKey::View(true)),
    (Action::PreviousValue, SpendKey::View(false)),
    (Action::NextRange, SpendKey::Range(true)),
    (Action::PreviousRange, SpendKey::Range(false)),
    (Action::NextOrder, SpendKey::Order),
    (Action::FilterList, SpendKey::Filter),
    (Action::Accept, SpendKey::Keep),
    (Action::Inspect, SpendKey::Inspect),
    (Action::ShowFigures, SpendKey::Figures),
    (Action::ReadLogs, SpendKey::Read),
];

/// A key; `None` leaves it to what all screens have in common.
pub(crate) fn pressed(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    let step = table::find(&table::STEPS, action);
    if model.spend.card.is_some() {
        return CARD.pressed(model, action);
    }
    if let Some(step) = step {
        return Some(self::step(model, step));
    }
    if action == Action::Back {
        return back(model);
    }
    let key = table::find(&KEYS, action)?;
    let height = height(model);
    let spend = &mut model.spend;
    Some(match key {
        SpendKey::View(forward) => spend.step_view(forward),
        SpendKey::Range(forward) => {
            spend.range = spend.range.step(forward);
            spend.records = None;
            spend.go_to_start();
            spend.ask()
        }
        SpendKey::Order => next_order(spend, height),
        SpendKey::Filter => {
            spend.filter.editing = true;
            Vec::new()
        }
        SpendKey::Keep => {
            spend.filter.editing = false;
            Vec::new()
        }
        SpendKey::Inspect => inspect(model),
        SpendKey::Figures => {
            spend.card = Some(Card::Figures(Cursor::default()));
            Vec::new()
        }
        SpendKey::Read => vec![Effect::Send(Command::ReadLogs)],
    })
}

/// All about a request, or all figures.
const CARD: CardOf = CardOf {
    facts,
    cursor: |model| model.spend.card.as_mut().map(Card::cursor),
    close: |model| model.spend.card = None,
};

/// Returns what the card on top says.
pub(super) fn facts(model: &Model) -> Facts {
    let report = model.spend.sums.as_ref().map(|sums| &*sums.report);
    match (&model.spend.card, &model.known) {
        (Some(Card::Record(record, _)), _) => {
            figures::record(record, report.map_or("UTC", |report| report.zone.as_str()))
        }
        (Some(Card::Figures(_)), Some(known)) => figures::all(&known.spend, report),
        (Some(Card::Figures(_)), None) | (None, _) => Facts::new(),
    }
}

fn next_order(spend: &mut Spend, height: u16) -> Vec<Effect> {
    if let Some(records) = &spend.records {
        let order = words::next_order(records.order);
        return spend.order_records(order, height);
    }
    spend.order = Some(words::next_order(spend.order()));
    spend.arrange(height);
    Vec::new()
}

/// Goes from a group to its requests, and from a request to all about it.
fn inspect(model: &mut Model) -> Vec<Effect> {
    let height = height(model);
    let spend = &mut model.spend;
    if let Some(records) = &spend.records {
        let card = |record| Card::Record(Box::new(record), Cursor::default());
        spend.card = records.chosen().cloned().map(card);
        return Vec::new();
    }
    let effects = spend.open_records(height);
    if spend.records.is_none() && spend.chosen().is_some() {
        let text = "requests are divided among file types: no type has requests of its own";
        notify(model, NoticeLevel::Info, text);
    }
    effects
}

/// Goes one step back: from a filter to all, from requests to sums; `None` when there is none.
fn back(model: &mut Model) -> Option<Vec<Effect>> {
    let spend = &mut model.spend;
    if spend.filter.editing || spend.filter.is_on() {
        spend.filter.editing = false;
        let narrows = edit(model, &Edit::EraseAll);
        return Some(if narrows { refresh(model) } else { Vec::new() });
    }
    spend.records.take().map(|_| Vec::new())
}

/// Text is typed; true when it narrows the list, which is to be asked for then.
pub(crate) fn edit(model: &mut Model, edit: &Edit) -> bool {
    let spend = &mut model.spend;
    let before = spend.filter.text.clone();
    if spend.card.is_none() {
        spend.filter.apply(edit);
    }
    if spend.filter.text == before {
        return false;
    }
    spend.go_to_start();
    spend.rewind_records();
    true
}

fn step(model: &mut Model, step: Step) -> Vec<Effect> {
    let height = height(model);
    if model.spend.records.is_some() {
        return model.spend.step_records(step, height);
    }
    model.spend.step(step, height);
    Vec::new()
}

/// A click on a cell: on a view, or on a row; on the chosen row again it shows what is behind it.
pub(crate) fn clicked(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    if model.spend.card.take().is_some() {
        return Vec::new();
    }
    let places = Places::of(model.size);
    if places.views.holds(x, y) {
        let view = super::draw::view_at(model, x);
        return view.map(|by| model.spend.show_view(by)).unwrap_or_default();
    }
    let rows = places.rows();
    if !rows.holds(x, y) {
        return Vec::new();
    }
    let line = y - rows.y;
    let again = match &mut model.spend.records {
        Some(records) => records.choose_line(line, rows.height),
        None => model.spend.choose_line(line, rows.height),
    };
    if again { inspect(model) } else { Vec::new() }
}

/// The wheel over a cell.
pub(crate) fn scrolled(model: &mut Model, _at: (u16, u16), step: Step) -> Vec<Effect> {
    if model.spend.card.is_some() {
        CARD.scroll(model, step);
        return Vec::new();
    }
    self::step(model, step)
}

/// A fact that the engine told, already noted in what all screens know.
pub(crate) fn told(model: &mut Model, fact: Fact) -> Vec<Effect> {
    if fact == Fact::Spend && model.screen == Screen::Spend { refresh(model) } else { Vec::new() }
}

/// An answer; those of other screens come by too.
pub(crate) fn answered(model: &mut Model, answer: &Answer) -> Vec<Effect> {
    let height = height(model);
    if let Answer::Spend(report) = answer {
        return model.spend.take(report, height);
    }
    if let Answer::SpendRecords(page) = answer {
        return model.spend.take_records(page, height);
    }
    Vec::new()
}

/// A refused question; those of other screens come by too.
pub(crate) fn unanswered(model: &mut Model, question: &Question) {
    if matches!(question, Question::Spend(_)) {
        let why = model.notice.as_ref().map(|notice| notice.text.clone());
        model.spend.refuse(why);
    }
    if matches!(question, Question::SpendRecords(_)) {
        model.spend.refuse_records();
    }
}

/// Returns true when all that it shows is known.
pub(crate) fn is_settled(model: &Model) -> bool {
    model.spend.inquiry.is_idle() && model.spend.records_inquiry.is_idle()
}
