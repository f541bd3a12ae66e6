//! How the screen looks.
//!
//! ```text
//!  [Day] Month  Model  Provider …            30 days · 2026-04-21 to 2026-05-20 · Europe/Berlin
//! ┌ Per day · $142.10 ──────────────────────────┐┌ Budgets ───────────────────────────────────┐
//! │ $12.40    █       ▂                         ││ month  ██████▎··  83 %  $24.90 / $30.00 ! …│
//! │         ▂ █ ▅   ▂ █                         ││ month end ≈$31.20 · $28.10 to $36.00       │
//! └─────────────────────────────────────────────┘└────────────────────────────────────────────┘
//! ┌ By day · newest first ───────────────────────────────────────────────────────────────────┐
//! │ day           requests    input  cache read  cache write   output       cost  quality     │
//! │ 2026-05-20          12    1 512       42 k        1 500      340      $1.12  exact       │
//! └──────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

mod records;
mod side;
mod sums;
mod trend;

use ratatui::buffer::Buffer;

use super::{
    layout::Places,
    state::{Card, Sums},
    update::facts,
    words,
};
use crate::{
    model::{Shown, SpendBy},
    ui::{
        action::Action,
        canvas,
        layout::Area,
        look::Look,
        model::Model,
        panes::Drawn,
        screens::{card, panel::panel, tabs},
        strip::Strip,
        view::Hint,
    },
};

/// The names of the views, in the order of [`words::VIEWS`].
const NAMES: [&str; 8] =
    ["Day", "Month", "Model", "Provider", "Project", "Session", "File type", "Tool"];

/// Returns the keys that matter here, and the words for them.
pub(crate) fn hints(model: &Model) -> Vec<Hint> {
    let mut hints: Vec<Hint> = vec![(&[Action::CursorDown, Action::CursorUp], "move")];
    hints.push((&[Action::Inspect], "open"));
    if model.spend.records.is_some() {
        hints.push((&[Action::Back], "back"));
    }
    hints.extend::<[Hint; 6]>([
        (&[Action::PreviousValue, Action::NextValue], "view"),
        (&[Action::PreviousRange, Action::NextRange], "days"),
        (&[Action::NextOrder], "sort"),
        (&[Action::FilterList], "filter"),
        (&[Action::ShowFigures], "figures"),
        (&[Action::ReadLogs], "read again"),
    ]);
    hints
}

/// Returns the view whose name is at a column.
pub(super) fn view_at(model: &Model, x: u16) -> Option<SpendBy> {
    let places = Places::of(model.size);
    let at = tabs::at(&NAMES, chosen_view(model), views_width(&places), x)?;
    words::VIEWS.get(at).copied()
}

/// Returns the columns of the views: beside panels they leave room for the range.
fn views_width(places: &Places) -> u16 {
    if places.boxed { places.views.width.min(80) } else { places.views.width }
}

fn chosen_view(model: &Model) -> usize {
    words::VIEWS.iter().position(|by| *by == model.spend.by).unwrap_or(0)
}

/// Draws the screen.
pub(crate) fn draw(model: &Model, look: &Look, buffer: &mut Buffer, _area: Area) {
    let places = Places::of(model.size);
    let columns = usize::from(places.views.width);
    let views = tabs::line(&NAMES, chosen_view(model), views_width(&places), look);
    if places.boxed {
        let range = range(model, look, columns.saturating_sub(views.width() + 2));
        canvas::line(buffer, places.views, views.against(range.gap(1), columns));
    } else {
        canvas::line(buffer, places.views, views);
        let range = Strip::default().gap(1).join(range(model, look, columns.saturating_sub(1)));
        canvas::lines(buffer, places.range, [range]);
        canvas::lines(buffer, places.brief, side::brief(model, look, columns));
    }
    panel(look, buffer, (places.trend, places.boxed), |inner| trend::content(model, look, inner));
    if places.boxed {
        panel(look, buffer, (places.side, true), |inner| side::content(model, look, inner));
    }
    panel(look, buffer, (places.table, places.boxed), |inner| {
        table(model, look, (inner, places.boxed))
    });
    if let Some(card) = &model.spend.card {
        self::card(model, look, buffer, card);
    }
}

fn table(model: &Model, look: &Look, (inner, boxed): (Area, bool)) -> Drawn {
    match &model.spend.records {
        Some(list) => records::content(model, look, (list, inner, boxed)),
        None => sums::content(model, look, inner),
    }
}

/// Says which days count, in which zone, and in what order they are listed.
fn range(model: &Model, look: &Look, columns: usize) -> Strip {
    let (theme, dot) = (&look.theme, format!(" {} ", look.glyphs.separator));
    let name = Strip::of(model.spend.range.name(), theme.accent);
    let Some(Sums { report, .. }) = &model.spend.sums else { return name };
    let days = format!("{} to {}", report.from, report.to);
    let dated = name.clone().add(dot.clone(), theme.dim).add(days, theme.text);
    let zone = Shown::text(&report.zone).to_string();
    let zoned = dated.clone().add(dot.clone(), theme.dim).add(zone, theme.dim);
    let equivalent = model.known.as_ref().is_some_and(|known| known.spend.api_equivalent);
    if equivalent && !Places::of(model.size).boxed {
        let said = |strip: &Strip| {
            strip.clone().add(dot.clone(), theme.dim).add("API-equivalent", theme.warning)
        };
        return Strip::first_fit([said(&zoned), said(&dated), said(&name), name], columns);
    }
    Strip::first_fit([zoned, dated, name], columns)
}

/// Returns the filter in place of the heading, while it is typed or on.
fn filter(model: &Model, look: &Look, columns: usize) -> Option<Strip> {
    let filter = &model.spend.filter;
    let is_shown = filter.editing || filter.is_on();
    is_shown.then(|| Strip::of_filter(filter, look, columns))
}

fn card(model: &Model, look: &Look, buffer: &mut Buffer, card: &Card) {
    let (title, cursor) = match card {
        Card::Record(_, cursor) => ("Request", *cursor),
        Card::Figures(cursor) => ("Figures", *cursor),
    };
    card::draw(model, look, buffer, (title, &facts(model), cursor));
}
