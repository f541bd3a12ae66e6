//! The entries.

use crate::{
    model::{EntryView, Shown, StoreMode},
    ui::{
        format::{self, Keep},
        grid::{Cell, Column, Fill, Grid},
        layout::Area,
        look::Look,
        model::Model,
        panes::Drawn,
        screens::cache::{
            facts::{last_used, remake},
            state::order_name,
        },
        strip::Strip,
    },
};

/// Returns the columns; what an entry says comes before when and how often it was used.
const fn columns_of(room: usize) -> [Column; 8] {
    let value = if room < 60 { 18 } else { 34 };
    [
        Column::word("kind", 8, 0),
        Column::growing("value", Fill::Left, value),
        Column::number("size", 9, 0),
        Column::number("made, UTC", 18, 5),
        Column::number("last used, UTC", 18, 4),
        Column::number("uses", 8, 2),
        Column::number("to make again", 15, 3),
        Column::word("  key", 16, 6),
    ]
}

/// Returns the entries that are seen.
pub(super) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let theme = &look.theme;
    let entries = &model.entries;
    let columns = usize::from(inner.width);
    let title = title(model, look);
    let list = &entries.list;
    if let Some(problem) = &entries.problem {
        let text = format!(" {} {}", look.glyphs.warning, Shown::text(problem));
        let text = format::fit(&text, columns, Keep::Start, &look.glyphs);
        return Drawn { title, lines: vec![Strip::of(text, theme.warning)], ..Drawn::default() };
    }
    let Some(total) = list.total else {
        let text = format!(" {} looking them up", look.glyphs.ellipsis);
        return Drawn { title, lines: vec![Strip::of(text, theme.pending)], ..Drawn::default() };
    };
    let grid = Grid::fit(&columns_of(columns), columns);
    let heading = grid.heading(theme.dim, &look.glyphs);
    let mut lines = vec![filter(model, look, columns).unwrap_or(heading)];
    if total == 0 {
        lines.extend(nothing(model, look, columns));
    }
    let seen = usize::from(inner.height.saturating_sub(1));
    for at in (list.cursor.top..total).take(seen) {
        let line = list.row_at(at).map_or_else(
            || Strip::of(format!(" {}", look.glyphs.ellipsis), theme.pending),
            |entry| grid.row(cells(look, entry), &look.glyphs),
        );
        let is_chosen = at == list.cursor.at;
        lines.push(if is_chosen { line.over(theme.cursor, columns) } else { line });
    }
    Drawn { title, lines, ..Drawn::default() }
}

/// Says why there is no entry.
fn nothing(model: &Model, look: &Look, columns: usize) -> Vec<Strip> {
    let theme = &look.theme;
    let mode = model.known.as_ref().map(|known| &known.cache.mode);
    if let Some(StoreMode::MemoryOnly(reason)) = mode {
        let what = Strip::of(" what is on the disk cannot be listed", theme.warning);
        let why = format!(" {}", Shown::text(reason));
        let why = format::fit(&why, columns, Keep::Start, &look.glyphs);
        return vec![what, Strip::of(why, theme.warning)];
    }
    let is_narrowed = model.entries.filter.is_on() || model.entries.kind.is_some();
    let text = if is_narrowed { " nothing matches" } else { " nothing is kept yet" };
    vec![Strip::of(text, theme.dim)]
}

fn title(model: &Model, look: &Look) -> Strip {
    Strip::of("Entries ", look.theme.title).join(about(model, look))
}

/// Returns how many entries there are, of which kinds, and in which order.
pub(super) fn about(model: &Model, look: &Look) -> Strip {
    let (theme, dot) = (&look.theme, format!(" {} ", look.glyphs.separator));
    let entries = &model.entries;
    let kind = entries.kind.map_or_else(|| "all kinds".to_owned(), |kind| kind.to_string());
    let start = Strip::of(format!("{} ", look.glyphs.separator), theme.dim);
    let start = match entries.list.total {
        Some(total) => start.add(format::number(total), theme.text).add(dot.clone(), theme.dim),
        None => start,
    };
    start.add(kind, theme.text).add(dot, theme.dim).add(order_name(entries.order), theme.dim)
}

/// Returns the filter in place of the heading, while it is typed or on.
fn filter(model: &Model, look: &Look, columns: usize) -> Option<Strip> {
    let filter = &model.entries.filter;
    let is_shown = filter.editing || filter.is_on();
    is_shown.then(|| Strip::of_filter(filter, look, columns))
}

fn cells(look: &Look, entry: &EntryView) -> Vec<Cell> {
    let theme = &look.theme;
    let key: String = entry.key.to_string().chars().take(12).collect();
    let is_money = entry.remake_usd.is_some_and(|usd| usd.0 > 0);
    vec![
        (entry.kind.to_string(), theme.dim),
        (Shown::text(&entry.summary).to_string(), theme.text),
        (format::bytes(entry.bytes), theme.text),
        (format::moment(entry.created, "UTC"), theme.dim),
        (last_used(entry), theme.dim),
        (format::number(u64::from(entry.uses)), theme.text),
        (remake(entry), if is_money { theme.accent } else { theme.dim }),
        (format!("  {key}"), theme.dim),
    ]
}
