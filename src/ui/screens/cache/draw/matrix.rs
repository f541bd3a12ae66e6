//! Every kind in every tier, and each tier with its latest hit rates.

use crate::{
    model::{Snapshot, Tier},
    ui::{
        format,
        grid::{Cell, Column, Fill, Grid},
        layout::Area,
        look::Look,
        model::Model,
        panes::{
            Drawn,
            cache::{draw::spark, is_recounting},
        },
        screens::cache::matrix::{Row, fitting},
        strip::Strip,
    },
};

/// Columns of the history of hit rates.
const LATELY: u16 = 14;

/// Stands for a moment that nobody knows.
const UNKNOWN: &str = "?";

/// Returns the matrix.
pub(super) fn content(model: &Model, known: &Snapshot, look: &Look, inner: Area) -> Drawn {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let title = Strip::of("Kinds and tiers", theme.title);
    let room = usize::from(inner.height.saturating_sub(1));
    let (shown, hidden) = fitting(&known.cache, room);
    let is_listing = !model.entries.inquiry.is_idle();
    let remark = if is_recounting(&known.cache) {
        Strip::of(format!("{} recounting", look.glyphs.estimate), theme.pending)
    } else if !is_listing && shown.iter().any(Row::has_unknown_age) {
        Strip::of("the oldest is known once entries are listed again", theme.pending)
    } else {
        Strip::default()
    };
    let has_errors = shown.iter().any(|row| row.flow.is_some_and(|flow| flow.errors > 0));
    let grid = Grid::fit(&columns_of(has_errors), columns);
    let mut lines = vec![grid.heading(theme.dim, &look.glyphs)];
    let sign = if is_recounting(&known.cache) { look.glyphs.estimate } else { "" };
    let mut before = None;
    for row in &shown {
        if row.kind.is_none() && before != Some(None) && hidden > 0 {
            let more = format::many(hidden as u64, "more kind", "more kinds");
            lines.push(Strip::of(format!(" {} {more}", look.glyphs.ellipsis), theme.dim));
        }
        let is_first = before != Some(row.kind);
        before = Some(row.kind);
        let name = match row.kind {
            _ if !is_first => String::new(),
            Some(kind) => kind.to_string(),
            None => "all kinds".to_owned(),
        };
        let rates = row.tier.filter(|_| row.kind.is_none()).map(|tier| lately(model, look, tier));
        let mut cells = cells(look, row, (name, sign, has_errors));
        cells.push(match row.oldest {
            Some(at) => (format::day(at, "UTC"), theme.dim),
            None if !row.has_unknown_age() => (String::new(), theme.dim),
            None if is_listing => (look.glyphs.ellipsis.to_owned(), theme.pending),
            None => (UNKNOWN.to_owned(), theme.pending),
        });
        cells.push((rates.unwrap_or_default(), theme.bar));
        lines.push(grid.row(cells, &look.glyphs));
    }
    Drawn { title, remark, lines }
}

fn columns_of(has_errors: bool) -> Vec<Column> {
    let mut columns = vec![
        Column::word("kind", 10, 0),
        Column::growing("tier", Fill::Left, 8),
        Column::number("entries", 9, 1),
        Column::number("size", 9, 0),
        Column::number("limit", 9, 7),
        Column::number("hit rate", 10, 0),
        Column::number("hits", 8, 3),
        Column::number("misses", 8, 2),
        Column::number("fills", 8, 5),
        Column::number("evictions", 10, 4),
    ];
    if has_errors {
        columns.push(Column::number("errors", 8, 1));
    }
    columns.push(Column::number("oldest", 12, 6));
    columns.push(Column::word("  lately", LATELY, 8));
    columns
}

fn cells(look: &Look, row: &Row, (name, sign, has_errors): (String, &str, bool)) -> Vec<Cell> {
    let theme = &look.theme;
    let number = |value| (format::number(value), theme.text);
    let dim = |value: Option<u64>| (value.map(format::number).unwrap_or_default(), theme.dim);
    let reads = row.hits.saturating_add(row.misses);
    let rate =
        if reads == 0 { "-".to_owned() } else { format::percent(format::share(row.hits, reads)) };
    let limit = if row.limit.0 == 0 { String::new() } else { format::bytes(row.limit) };
    let tier = row.tier.map(|tier| tier.to_string()).unwrap_or_default();
    let is_sum = row.kind.is_none();
    let mut cells = vec![
        (name, if is_sum { theme.title } else { theme.text }),
        (tier, theme.text),
        (format!("{sign}{}", format::number(row.entries)), theme.text),
        (format!("{sign}{}", format::bytes(row.bytes)), theme.text),
        (limit, theme.dim),
        (rate, theme.accent),
        number(row.hits),
        number(row.misses),
        dim(row.flow.map(|flow| flow.fills)),
        dim(row.flow.map(|flow| flow.evictions)),
    ];
    if has_errors {
        let errors = row.flow.map_or(0, |flow| flow.errors);
        let style = if errors > 0 { theme.warning } else { theme.dim };
        cells.push((format::number(errors), style));
    }
    cells
}

fn lately(model: &Model, look: &Look, tier: Tier) -> String {
    let rates = model.history.rates(tier);
    let room = usize::from(LATELY) - 3;
    format!("  {}", spark(&rates[rates.len().saturating_sub(room)..], look))
}
