//! The effectiveness report.

use crate::{
    model::{CacheReport, KindReport, ResultStats, Shown},
    ui::{
        format::{self, Keep},
        grid::{Cell, Column, Fill, Grid},
        layout::Area,
        look::Look,
        model::Model,
        panes::Drawn,
        screens::cache::report::{Line, lines},
        strip::Strip,
    },
};

const KINDS: [Column; 8] = [
    Column::growing("kind", Fill::Left, 8),
    Column::number("entries", 9, 3),
    Column::number("size", 9, 4),
    Column::number("hits", 9, 0),
    Column::number("misses", 9, 1),
    Column::number("hit rate", 10, 0),
    Column::number("time saved", 12, 2),
    Column::number("money saved", 13, 5),
];

const RESULTS: [Column; 9] = [
    Column::word("type", 14, 0),
    Column::growing("model", Fill::Left, 14),
    Column::number("entries", 9, 1),
    Column::number("size", 9, 4),
    Column::number("before zstd", 13, 7),
    Column::number("tokens", 9, 5),
    Column::number("cost", 11, 3),
    Column::number("hits", 8, 2),
    Column::number("saved", 11, 0),
];

/// Returns the lines that are seen.
pub(super) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let title = Strip::of("How well it works", theme.title);
    let entries = &model.entries;
    let said = |text: String, style| Drawn {
        title: title.clone(),
        lines: vec![Strip::of(format::fit(&text, columns, Keep::Start, &look.glyphs), style)],
        ..Drawn::default()
    };
    if let Some(problem) = &entries.problem {
        let text = format!(" {} {}", look.glyphs.warning, Shown::text(problem));
        return said(text, theme.warning);
    }
    let Some(report) = &entries.report else {
        return said(format!(" {} looking it up", look.glyphs.ellipsis), theme.pending);
    };
    let lines = lines(report, columns);
    let below = lines.len() as u64 > entries.report_cursor.top + u64::from(inner.height);
    let remark = if below { Strip::of("more below", theme.dim) } else { Strip::default() };
    let top = usize::try_from(entries.report_cursor.top).unwrap_or(0);
    let lines =
        lines.iter().skip(top).map(|line| self::line(look, report, line, columns)).collect();
    Drawn { title: title.clone(), remark, lines }
}

fn line(look: &Look, report: &CacheReport, line: &Line<'_>, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    match line {
        Line::Blank => Strip::default(),
        Line::Title(text) => Strip::of(format!(" {text}"), theme.accent),
        Line::Kinds => Grid::fit(&KINDS, columns).heading(theme.dim, glyphs),
        Line::Kind(kind) => Grid::fit(&KINDS, columns).row(of_kind(look, kind), glyphs),
        Line::Results => Grid::fit(&RESULTS, columns).heading(theme.dim, glyphs),
        Line::Result(stats) => Grid::fit(&RESULTS, columns).row(of_result(look, stats), glyphs),
        Line::Cold(spot) => {
            let misses =
                format!("{} of {}", format::number(spot.misses), format::number(spot.files));
            let right = Strip::of(misses, theme.text).add(" files ", theme.dim);
            let widest = report.cold.iter().map(|spot| format::width(&spot.place)).max();
            let room = columns.saturating_sub(right.width() + 2).min(widest.unwrap_or(0).max(24));
            let place = Shown::text(&spot.place).to_string();
            let place = if place.is_empty() { "the root".to_owned() } else { place };
            let place = format::pad(&place, room, Keep::End, glyphs);
            Strip::default().gap(1).add(place, theme.text).gap(1).join(right)
        }
        Line::Text(text) => {
            let text = format::fit(text, columns.saturating_sub(2), Keep::Start, glyphs);
            Strip::of(format!(" {text}"), theme.text)
        }
        Line::Advice(text, is_first) => {
            let sign = if *is_first { glyphs.closed } else { " " };
            Strip::default().gap(1).add(sign, theme.accent).gap(1).add(text.clone(), theme.text)
        }
    }
}

fn of_kind(look: &Look, kind: &KindReport) -> Vec<Cell> {
    let theme = &look.theme;
    let time = match kind.saved.ms.0 {
        0 => String::new(),
        _ => format::duration(kind.saved.ms),
    };
    let money = match kind.saved.usd.0 {
        0 => String::new(),
        _ => format::dollars(kind.saved.usd),
    };
    let reads = kind.hits.saturating_add(kind.misses);
    let rate =
        if reads == 0 { "-".to_owned() } else { format::percent(format::share(kind.hits, reads)) };
    vec![
        (kind.kind.to_string(), theme.text),
        (format::number(kind.entries), theme.dim),
        (format::bytes(kind.bytes), theme.dim),
        (format::number(kind.hits), theme.text),
        (format::number(kind.misses), theme.text),
        (rate, theme.accent),
        (time, theme.good),
        (money, theme.good),
    ]
}

fn of_result(look: &Look, stats: &ResultStats) -> Vec<Cell> {
    let theme = &look.theme;
    let cost = match (stats.cost.0, stats.unpriced) {
        (0, 1..) => ("unpriced".to_owned(), theme.warning),
        _ => (format::dollars(stats.cost), theme.text),
    };
    let saved = match (stats.saved.0, stats.unpriced) {
        (0, 1..) => ("unpriced".to_owned(), theme.warning),
        _ => (format::dollars(stats.saved), theme.good),
    };
    vec![
        (Shown::text(&stats.of).to_string(), theme.text),
        (Shown::text(&stats.model).to_string(), theme.text),
        (format::number(stats.entries), theme.dim),
        (format::bytes(stats.bytes), theme.dim),
        (format::bytes(stats.raw), theme.dim),
        (format::tokens(stats.tokens), theme.dim),
        cost,
        (format::number(stats.hits), theme.text),
        saved,
    ]
}
