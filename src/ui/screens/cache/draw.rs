//! How the screen looks.
//!
//! ```text
//!  [Entries] Report                                           /home/ada/.cache/larder · 201 MB
//! ┌ Kinds and tiers ─────────────────────────────────────────────────────────────────────────┐
//! │ kind    tier     entries     size  hit rate     hits   misses  …  lately                 │
//! │ count   index     48 120   188 MB    98.2 %   68 120    1 290     ▂▃▅▆▇▇▇                │
//! └──────────────────────────────────────────────────────────────────────────────────────────┘
//! ┌ Entries · 48 120 · last used first ──────────────────────────────────────────────────────┐
//! │ kind    value                                size  used              uses  to make again │
//! │ count   1 512 tokens in o200k_base            96 B  2026-05-20 12:00     4        0.1 s  │
//! └──────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

mod list;
mod matrix;
mod report;

use ratatui::buffer::Buffer;

use super::{
    facts::remake,
    layout::Places,
    state::Tab,
    update::{facts, places},
};
use crate::{
    model::{Bytes, EntryView, Shown, Snapshot},
    ui::{
        action::{Action, Scope},
        canvas,
        format::{self, Keep},
        layout::{Area, Layout},
        look::Look,
        model::Model,
        overlays::draw::{Sheet, put, yes_or_no},
        panes::cache::draw::mode,
        screens::{card, panel::panel, tabs},
        strip::Strip,
        view::Hint,
    },
};

/// The names of the views.
const NAMES: [&str; 2] = ["Entries", "Report"];
/// Their columns: the rest of the line is the store's.
const NAMES_WIDTH: u16 = 21;
/// Less of a folder's name says nothing.
const LEAST_FOLDER: usize = 16;

/// Returns the keys that matter here, and the words for them.
pub(crate) fn hints(model: &Model) -> Vec<Hint> {
    if model.entries.confirming.is_some() {
        return vec![(&[Action::Accept], "yes"), (&[Action::Refuse], "no")];
    }
    let view: Hint = (&[Action::PreviousValue, Action::NextValue], "view");
    let store: [Hint; 3] =
        [(&[Action::Evict], "evict"), (&[Action::Clear], "clear"), (&[Action::Compact], "compact")];
    let mut hints: Vec<Hint> = match model.entries.tab {
        Tab::Entries => vec![
            (&[Action::CursorDown, Action::CursorUp], "move"),
            (&[Action::Inspect], "inspect"),
            (&[Action::ForgetEntry], "remove"),
            view,
            (&[Action::FilterList], "filter"),
            (&[Action::NextKind], "kind"),
            (&[Action::NextOrder], "sort"),
        ],
        Tab::Report => vec![(&[Action::CursorDown, Action::CursorUp], "scroll"), view],
    };
    hints.extend(store);
    if model.can_import() {
        hints.insert(0, (&[Action::ImportFound], "import what was found"));
    }
    hints
}

/// Returns the view whose name is at a column.
pub(super) fn tab_at(model: &Model, x: u16) -> Option<Tab> {
    let at = tabs::at(&NAMES, model.entries.tab as usize, NAMES_WIDTH, x)?;
    [Tab::Entries, Tab::Report].get(at).copied()
}

/// Draws the screen.
pub(crate) fn draw(model: &Model, look: &Look, buffer: &mut Buffer, _area: Area) {
    let places = places(model);
    let columns = usize::from(places.tabs.width);
    let names = tabs::line(&NAMES, model.entries.tab as usize, NAMES_WIDTH, look);
    let Some(known) = &model.known else {
        canvas::line(buffer, places.tabs, names);
        return;
    };
    // Without a box the list has no title of its own.
    let long = names.clone().gap(1).join(list::about(model, look));
    let is_untitled = model.entries.tab == Tab::Entries && !places.boxed;
    let is_well = mode(&known.cache, look, columns).is_none();
    let names = if is_untitled && is_well && long.width() <= columns { long } else { names };
    let store = store(model, known, look, columns.saturating_sub(names.width() + 1));
    canvas::line(buffer, places.tabs, names.against(store, columns));
    let Places { matrix, list, boxed, .. } = places;
    panel(look, buffer, (matrix, boxed), |inner| matrix::content(model, known, look, inner));
    panel(look, buffer, (list, boxed), |inner| match model.entries.tab {
        Tab::Entries => list::content(model, look, inner),
        Tab::Report => report::content(model, look, inner),
    });
    if let Some(card) = &model.entries.card {
        let title = ("Entry", &facts(model), card.cursor);
        card::draw(model, look, buffer, title);
    }
    if let Some(entry) = &model.entries.confirming {
        question(model, look, buffer, entry);
    }
}

/// Says where the store is, what it takes, and how it works when that is not as it should be.
fn store(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, dot) = (&look.theme, format!(" {} ", look.glyphs.separator));
    if let Some(mode) = mode(&known.cache, look, columns) {
        return mode;
    }
    // It is measured when the store is saved first.
    let size = match known.cache.disk_use {
        Bytes(0) => Strip::of("not saved yet ", theme.dim),
        size => Strip::of(format::bytes(size), theme.text).add(" on disk ", theme.dim),
    };
    let folder = model.settings.at_home(&known.cache.folder);
    let room = columns.saturating_sub(size.width() + 3);
    if room < LEAST_FOLDER {
        return Strip::first_fit([size], columns);
    }
    let folder = format::fit(Shown::text(&folder).as_str(), room, Keep::End, &look.glyphs);
    let long = Strip::of(folder, theme.dim).add(dot, theme.dim).join(size.clone());
    Strip::first_fit([long, size], columns)
}

/// Asks before what cost money is removed.
fn question(model: &Model, look: &Look, buffer: &mut Buffer, entry: &EntryView) {
    let theme = &look.theme;
    let area = Layout::overlay(model.size);
    let columns = usize::from(area.inner().width);
    let text = format::fit(
        Shown::text(&entry.summary).as_str(),
        columns.saturating_sub(2),
        Keep::Start,
        &look.glyphs,
    );
    let loss = Strip::of(format!(" {}", remake(entry)), theme.warning);
    let long = loss.clone().add(" is what asking again would cost.", theme.dim);
    let lines = vec![
        Strip::default(),
        Strip::of(format!(" {text}"), theme.text),
        Strip::default(),
        Strip::first_fit([long, loss.add(" to ask again", theme.dim)], columns),
    ];
    let foot = vec![yes_or_no(model, look, "remove it", columns)];
    let title = format!("Remove this {}?", entry.kind);
    put(model, look, buffer, (Scope::Dialog, area, Sheet { title, lines, foot, snug: true }));
}
