//! The table of sums, their total, and how well all is known.

use ratatui::style::Style;

use super::filter;
use crate::{
    model::{PicoUsd, Quality, SpendBy, SpendReport, SpendRow, SpendState},
    ui::{
        format,
        grid::{Cell, Column, Fill, Grid},
        layout::Area,
        look::Look,
        model::Model,
        panes::Drawn,
        screens::spend::{empty, words},
        strip::Strip,
        widgets,
    },
};

/// Columns of the bar of a share.
const SHARE: u16 = 14;

/// Returns the table.
pub(super) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let spend = &model.spend;
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let title = title(model, look);
    let Some(sums) = spend.current().filter(|_| spend.total() > 0) else {
        return Drawn { title, lines: nothing(model, look, columns), ..Drawn::default() };
    };
    let report = &*sums.report;
    let grid = Grid::fit(&columns_of(report), columns);
    let most = report.rows.iter().filter_map(|row| row.cost).max().unwrap_or_default();
    let heading = grid.heading(theme.dim, &look.glyphs);
    let mut lines = vec![filter(model, look, columns).unwrap_or(heading)];
    let seen = usize::from(inner.height.saturating_sub(3));
    for (at, row) in (spend.cursor.top..).zip(spend.rows(spend.cursor.top)).take(seen) {
        let key = words::key(report.by, row);
        let key = if sums.query.filter.since.is_some() { cut_month(report, key) } else { key };
        let line = grid.row(cells(look, report, (row, (key, theme.text), most)), &look.glyphs);
        let is_chosen = at == spend.cursor.at;
        lines.push(if is_chosen { line.over(theme.cursor, columns) } else { line });
    }
    lines.resize(1 + seen, Strip::default());
    let total = ("total".to_owned(), theme.title);
    let cells = cells(look, report, (&report.total, total, PicoUsd(0)));
    lines.push(grid.row(cells, &look.glyphs));
    lines.push(quality(report, look, columns));
    let remark = match report.attributed {
        Some(share) => {
            Strip::of(format!("{} of the input attributed", format::percent(share)), theme.dim)
        }
        None => Strip::default(),
    };
    Drawn { title, remark, lines }
}

fn title(model: &Model, look: &Look) -> Strip {
    let (theme, dot) = (&look.theme, format!(" {} ", look.glyphs.separator));
    let spend = &model.spend;
    let view = words::view(spend.by);
    let name = Strip::of(format!("By {view}"), theme.title);
    if spend.total() == 0 {
        return name;
    }
    let many = format!("{view}s");
    let rows = format::some(spend.total(), view, &many);
    let name = name.add(dot.clone(), theme.dim).add(rows, theme.text);
    name.add(dot, theme.dim).add(words::order(spend.order()), theme.dim)
}

fn nothing(model: &Model, look: &Look, columns: usize) -> Vec<Strip> {
    let theme = &look.theme;
    let Some(known) = &model.known else { return Vec::new() };
    let why = empty::why(&model.spend, &known.spend);
    let is_broken =
        model.spend.problem.is_some() || matches!(known.spend.state, SpendState::Broken { .. });
    let mut lines: Vec<Strip> = filter(model, look, columns).into_iter().collect();
    for (at, text) in why.into_iter().enumerate() {
        let room = columns.saturating_sub(2);
        let text = format::fit(&text, room, format::Keep::Start, &look.glyphs);
        lines.push(match at {
            0 if is_broken => Strip::of(format!(" {} ", look.glyphs.warning), theme.warning)
                .add(text, theme.warning),
            0 => Strip::of(format!(" {text}"), theme.text),
            _ => Strip::of(format!(" {text}"), theme.dim),
        });
    }
    lines
}

/// Says from which day on a month counts that the range cuts.
fn cut_month(report: &SpendReport, key: String) -> String {
    let first = report.from.0;
    let is_cut = report.by == SpendBy::Monthly
        && first.day() > 1
        && key == format!("{:04}-{:02}", first.year(), first.month());
    if is_cut { format!("{key} from the {}.", first.day()) } else { key }
}

/// Returns the columns; the one of unpriced tokens only where there are any.
fn columns_of(report: &SpendReport) -> Vec<Column> {
    let (fill, least) = match report.by {
        SpendBy::Project => (Fill::Path, 20),
        SpendBy::Daily => (Fill::Left, 11),
        SpendBy::Monthly => (Fill::Left, 20),
        SpendBy::Model
        | SpendBy::Provider
        | SpendBy::Session
        | SpendBy::FileType
        | SpendBy::Tool => (Fill::Left, 18),
    };
    let mut columns = vec![
        Column::growing(words::view(report.by), fill, least),
        Column::number("requests", 9, 2),
        Column::number("input", 8, 5),
        Column::number("cache read", 11, 6),
        Column::number("cache write", 12, 7),
        Column::number("output", 8, 4),
        Column::number("cost", 11, 0),
    ];
    if report.total.unpriced.0 > 0 {
        columns.push(Column::number("unpriced", 9, 1));
    }
    columns.push(Column::word("  quality", 14, 3));
    columns.push(Column::word("", SHARE, 8));
    columns
}

fn cells(
    look: &Look,
    report: &SpendReport,
    (row, key, most): (&SpendRow, Cell, PicoUsd),
) -> Vec<Cell> {
    let theme = &look.theme;
    let tokens = row.tokens;
    let dim = |count| (format::tokens(count), theme.dim);
    let cost = match row.cost {
        Some(cost) => (format::dollars(cost), theme.text),
        None => ("unpriced".to_owned(), theme.warning),
    };
    let mut cells = vec![
        key,
        (format::number(row.requests), theme.text),
        dim(tokens.input),
        dim(tokens.cache_read),
        dim(tokens.cache_write()),
        (format::tokens(tokens.output), theme.text),
        cost,
    ];
    if report.total.unpriced.0 > 0 {
        let text = if row.unpriced.0 > 0 { format::tokens(row.unpriced) } else { String::new() };
        cells.push((text, theme.warning));
    }
    cells.push((format!("  {}", row.quality), quality_style(look, row.quality)));
    let bar = match (row.cost, most.0) {
        (_, 0) | (None, _) => String::new(),
        (Some(cost), most) => widgets::bar(format::share(cost.0, most), SHARE - 1, &look.glyphs),
    };
    cells.push((bar, theme.bar));
    cells
}

/// Returns the style of a quality: what is less than exact stands out.
pub(super) fn quality_style(look: &Look, quality: Quality) -> Style {
    match quality {
        Quality::Exact | Quality::Recorded => look.theme.dim,
        Quality::Estimated => look.theme.text,
        Quality::Placeholder | Quality::Unpriced => look.theme.warning,
    }
}

/// Says which share of the requests is known how well, and how many lines were skipped.
fn quality(report: &SpendReport, look: &Look, columns: usize) -> Strip {
    let (theme, dot) = (&look.theme, format!(" {} ", look.glyphs.separator));
    let all: u64 = report.quality.iter().map(|(_, requests)| requests).sum();
    let part = |requests: u64| format::share(requests, all);
    let skipped: u64 = report.skipped.iter().map(|one| one.lines).sum();
    let skipped = match skipped {
        0 => Strip::default(),
        lines => {
            let lines = format::some(lines, "line", "lines");
            Strip::of(dot.clone(), theme.dim).add(format!("{lines} skipped"), theme.warning)
        }
    };
    let known: Vec<&(Quality, u64)> =
        report.quality.iter().filter(|(_, requests)| *requests > 0).collect();
    let list = |is_said: fn(Quality) -> bool| {
        let said = known.iter().filter(|(quality, _)| is_said(*quality)).enumerate();
        said.fold(Strip::default().gap(1), |line, (at, (quality, requests))| {
            let text = format!("{} {quality}", format::percent(part(*requests)));
            let line = if at > 0 { line.add(dot.clone(), theme.dim) } else { line };
            line.add(text, quality_style(look, *quality))
        })
    };
    let all = list(|_| true);
    // What is well known may be left out, what is not must be said.
    let doubtful = list(|quality| !matches!(quality, Quality::Recorded | Quality::Estimated));
    let short = list(|quality| quality == Quality::Exact);
    let left_out = |said: Strip| {
        let is_whole = said.width() == all.width();
        if is_whole { said } else { said.add(format!(" {}", look.glyphs.ellipsis), theme.dim) }
    };
    let (doubtful, short) = (left_out(doubtful), left_out(short));
    let lines = [
        Strip::of(" requests", theme.dim).join(all.clone()).join(skipped.clone()),
        all.join(skipped.clone()),
        doubtful.join(skipped.clone()),
        short.clone().join(skipped),
        short,
    ];
    Strip::first_fit(lines, columns)
}
