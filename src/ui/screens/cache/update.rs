//! What keys, events and answers do to the screen.

use super::{
    facts,
    layout::Places,
    matrix, report,
    state::{Entries, Tab},
};
use crate::{
    model::{Answer, Command, EntryView, Kind, NoticeLevel, Question},
    ui::{
        action::{Action, Scope},
        cursor::Step,
        message::Effect,
        model::Model,
        overlays::details::Known,
        panes::{cache, tree::filter::Edit},
        screens::{
            Fact, Screen,
            card::{CardOf, Facts},
        },
        update::{notify, table},
    },
};

/// Returns where its keys are looked up.
pub(crate) fn scope(model: &Model) -> Scope {
    match &model.entries {
        Entries { confirming: Some(_), .. } => Scope::Dialog,
        Entries { card: Some(_), .. } => Scope::Overlay,
        Entries { filter, .. } if filter.editing => Scope::Editor,
        Entries { .. } => Scope::Entries,
    }
}

/// Returns where everything is; the report has the room of the matrix.
pub(super) fn places(model: &Model) -> Places {
    let rows = |status| match model.entries.tab {
        Tab::Entries => matrix::rows(status).len(),
        Tab::Report => 0,
    };
    Places::of(model.size, model.known.as_ref().map_or(0, |known| rows(&known.cache)))
}

/// It comes to the front.
pub(crate) fn shown(model: &mut Model) -> Vec<Effect> {
    let height = places(model).rows().height;
    model.entries.ask(model.known.as_ref().map(|known| &known.cache), height)
}

/// What a key does on this screen alone.
#[derive(Clone, Copy, Debug)]
enum CacheKey {
    /// Show the other view.
    Tab,
    /// List otherwise.
    Order,
    /// List another kind.
    Kind,
    /// Type a filter.
    Filter,
    /// Keep what was typed.
    Keep,
    /// Show all about the entry.
    Inspect,
    /// Remove the entry.
    Forget,
    /// Make the cache anew.
    Compact,
}

const KEYS: [(Action, CacheKey); 9] = [
    (Action::NextValue, CacheKey::Tab),
    (Action::PreviousValue, CacheKey::Tab),
    (Action::NextOrder, CacheKey::Order),
    (Action::NextKind, CacheKey::Kind),
    (Action::FilterList, CacheKey::Filter),
    (Action::Accept, CacheKey::Keep),
    (Action::Inspect, CacheKey::Inspect),
    (Action::ForgetEntry, CacheKey::Forget),
    (Action::Compact, CacheKey::Compact),
];

/// A key; `None` leaves it to what all screens have in common.
pub(crate) fn pressed(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    let step = table::find(&table::STEPS, action);
    if model.entries.confirming.is_some() {
        return on_question(model, action);
    }
    if model.entries.card.is_some() {
        return CARD.pressed(model, action);
    }
    if let Some(step) = step {
        return Some(self::step(model, step));
    }
    if action == Action::Back {
        return back(model);
    }
    let key = table::find(&KEYS, action)?;
    // What is about entries shows them.
    let is_about_entries = !matches!(key, CacheKey::Tab | CacheKey::Compact | CacheKey::Keep);
    if is_about_entries && model.entries.tab == Tab::Report {
        model.entries.step_tab();
        // Nobody sees yet which entry is the chosen one.
        if matches!(key, CacheKey::Inspect | CacheKey::Forget) {
            return Some(shown(model));
        }
    }
    match key {
        CacheKey::Tab => model.entries.step_tab(),
        CacheKey::Order => model.entries.step_order(),
        CacheKey::Kind => {
            let known = model.known.as_ref()?;
            model.entries.step_kind(&known.cache);
        }
        CacheKey::Filter => model.entries.filter.editing = true,
        CacheKey::Keep => {
            model.entries.filter.editing = false;
            return Some(Vec::new());
        }
        CacheKey::Inspect => return Some(model.entries.open_card()),
        CacheKey::Forget => return Some(forget(model)),
        CacheKey::Compact => return Some(compact(model)),
    }
    Some(shown(model))
}

/// A key while the question before a removal stands.
fn on_question(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    if table::find(&table::OUTSIDE, action).is_some() {
        return None;
    }
    let agreed = action == Action::Accept;
    if !agreed && !matches!(action, Action::Refuse | Action::Back) {
        return Some(Vec::new());
    }
    let entry = model.entries.confirming.take()?;
    let command = agreed.then_some(Effect::Send(Command::Forget(entry.key)));
    Some(command.into_iter().collect())
}

/// All about an entry.
const CARD: CardOf = CardOf {
    facts,
    cursor: |model| model.entries.card.as_mut().map(|card| &mut card.cursor),
    close: |model| model.entries.card = None,
};

/// Returns what the card on top says.
pub(super) fn facts(model: &Model) -> Facts {
    match model.entries.card.as_ref().map(|card| &card.known) {
        Some(Known::Is(details)) => facts::entry(details),
        Some(Known::Awaited) => vec![(String::new(), "looking it up".to_owned())],
        Some(Known::Gone) => vec![(String::new(), "it is gone".to_owned())],
        None => Facts::new(),
    }
}

/// Returns true when making an entry again costs money.
fn is_dear(entry: &EntryView) -> bool {
    entry.kind == Kind::Result || entry.remake_usd.is_some_and(|usd| usd.0 > 0)
}

/// Removes the chosen entry, or asks first when it cost money.
fn forget(model: &mut Model) -> Vec<Effect> {
    if refused(model) {
        return Vec::new();
    }
    let Some(entry) = model.entries.chosen() else { return Vec::new() };
    if is_dear(entry) {
        model.entries.confirming = Some(entry.clone());
        return Vec::new();
    }
    vec![Effect::Send(Command::Forget(entry.key))]
}

fn compact(model: &mut Model) -> Vec<Effect> {
    if refused(model) { Vec::new() } else { vec![Effect::Send(Command::Compact)] }
}

/// Says why nothing can be removed, when that is so.
fn refused(model: &mut Model) -> bool {
    let why = model.known.as_ref().and_then(|known| cache::refusal(&known.cache));
    let is_refused = why.is_some();
    if let Some(why) = why {
        notify(model, NoticeLevel::Warning, &why);
    }
    is_refused
}

/// Goes one step back: from a filter or a kind to all; `None` when there is none.
fn back(model: &mut Model) -> Option<Vec<Effect>> {
    let entries = &mut model.entries;
    if entries.filter.editing || entries.filter.is_on() {
        entries.filter.editing = false;
        let narrows = edit(model, &Edit::EraseAll);
        return Some(if narrows { follow(model) } else { Vec::new() });
    }
    entries.kind.take()?;
    entries.go_to_start();
    Some(shown(model))
}

/// Text is typed; true when it narrows the list, which is to be asked for then.
pub(crate) fn edit(model: &mut Model, edit: &Edit) -> bool {
    let entries = &mut model.entries;
    let before = entries.filter.text.clone();
    if entries.card.is_none() && entries.confirming.is_none() {
        entries.filter.apply(edit);
    }
    if entries.filter.text == before {
        return false;
    }
    entries.go_to_start();
    true
}

/// Asks for the list that the typed text leaves.
pub(crate) fn follow(model: &mut Model) -> Vec<Effect> {
    let height = places(model).rows().height;
    model.entries.ask_entries(height)
}

fn step(model: &mut Model, step: Step) -> Vec<Effect> {
    let places = places(model);
    match model.entries.tab {
        Tab::Entries => model.entries.step(step, places.rows().height),
        Tab::Report => {
            let inside = places.inside();
            let columns = usize::from(inside.width);
            let lines = model
                .entries
                .report
                .as_ref()
                .map_or(0, |report| report::lines(report, columns).len() as u64);
            model.entries.report_cursor.scroll(step, lines, inside.height);
            Vec::new()
        }
    }
}

/// A click on a cell: on a view, or on a row; on the chosen row again it shows all about it.
pub(crate) fn clicked(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    if model.entries.confirming.take().is_some() || model.entries.card.take().is_some() {
        return Vec::new();
    }
    let places = places(model);
    if places.tabs.holds(x, y) {
        let tab = super::draw::tab_at(model, x);
        if tab.is_some_and(|tab| tab != model.entries.tab) {
            model.entries.step_tab();
            return shown(model);
        }
        return Vec::new();
    }
    let rows = places.rows();
    if !rows.holds(x, y) || model.entries.tab == Tab::Report {
        return Vec::new();
    }
    if model.entries.choose_line(y - rows.y) { model.entries.open_card() } else { Vec::new() }
}

/// The wheel over a cell.
pub(crate) fn scrolled(model: &mut Model, _at: (u16, u16), step: Step) -> Vec<Effect> {
    if model.entries.confirming.is_some() {
        return Vec::new();
    }
    if model.entries.card.is_some() {
        CARD.scroll(model, step);
        return Vec::new();
    }
    self::step(model, step)
}

/// A fact that the engine told, already noted in what all screens know. While work goes on, entries
/// come by the thousand: they are listed anew when it rests.
pub(crate) fn told(model: &mut Model, fact: Fact) -> Vec<Effect> {
    let is_news = matches!(fact, Fact::Cache | Fact::Work);
    let Some(known) = &model.known else { return Vec::new() };
    let is_resting = !known.work.busy || known.work.paused;
    let is_wanted = is_news && model.screen == Screen::Cache && is_resting;
    if is_wanted && model.entries.is_stale(&known.cache) { shown(model) } else { Vec::new() }
}

/// An answer; those of other screens come by too.
pub(crate) fn answered(model: &mut Model, answer: &Answer) -> Vec<Effect> {
    let height = places(model).rows().height;
    if let Answer::Entries(page) = answer {
        return model.entries.take(page, height);
    }
    if let Answer::CacheReport(report) = answer {
        return model.entries.take_report(report);
    }
    if let Answer::Entry(details) = answer {
        return model.entries.take_card(details.clone());
    }
    Vec::new()
}

/// A refused question; those of other screens come by too.
pub(crate) fn unanswered(model: &mut Model, question: &Question) {
    if matches!(question, Question::Entries(_) | Question::CacheReport) {
        let why = model.notice.as_ref().map(|notice| notice.text.clone());
        model.entries.refuse(why);
    }
    if matches!(question, Question::Entry(_)) {
        model.entries.refuse_card();
    }
}

/// Returns true when all that it shows is known.
pub(crate) fn is_settled(model: &Model) -> bool {
    let entries = &model.entries;
    [entries.inquiry, entries.report_inquiry, entries.card_inquiry]
        .into_iter()
        .all(crate::ui::inquiry::Inquiry::is_idle)
}
