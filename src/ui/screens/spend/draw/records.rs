//! The table of the requests of a group.

use super::{filter, sums::quality_style};
use crate::{
    model::{Shown, SpendRecord},
    ui::{
        format,
        grid::{Cell, Column, Fill, Grid},
        layout::Area,
        look::Look,
        model::Model,
        panes::Drawn,
        screens::spend::{Records, words},
        strip::Strip,
    },
};

/// Returns the columns; where there is room a model has all of its name.
const fn columns_of(room: usize) -> [Column; 9] {
    let model = if room < 60 { 9 } else { 20 };
    [
        Column::word("when", 17, 0),
        Column::growing("model", Fill::Left, model),
        Column::word("project", 20, 5),
        Column::number("input", 8, 3),
        Column::number("cache read", 11, 4),
        Column::number("cache write", 12, 7),
        Column::number("output", 8, 2),
        Column::number("cost", 11, 0),
        Column::word("  quality", 14, 6),
    ]
}

/// Returns the table.
pub(super) fn content(
    model: &Model,
    look: &Look,
    (list, inner, boxed): (&Records, Area, bool),
) -> Drawn {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let (title, place) = title(look, list);
    let paged = &list.list;
    let Some(total) = paged.total else {
        let text = format!(" {} looking it up", look.glyphs.ellipsis);
        return Drawn { title, lines: vec![Strip::of(text, theme.pending)], ..Drawn::default() };
    };
    let zone = model.spend.sums.as_ref().map_or("UTC", |sums| sums.report.zone.as_str());
    let grid = Grid::fit(&columns_of(columns), columns);
    let heading = grid.heading(theme.dim, &look.glyphs);
    let mut lines = vec![filter(model, look, columns).unwrap_or(heading)];
    let seen = u64::from(inner.height.saturating_sub(3));
    for at in (paged.cursor.top..total).take(usize::try_from(seen).unwrap_or(0)) {
        let line = paged.row_at(at).map_or_else(
            || Strip::of(format!(" {}", look.glyphs.ellipsis), theme.pending),
            |record| grid.row(cells(look, record, zone), &look.glyphs),
        );
        let is_chosen = at == paged.cursor.at;
        lines.push(if is_chosen { line.over(theme.cursor, columns) } else { line });
    }
    if total == 0 {
        lines.push(Strip::of(" no requests", theme.dim));
    }
    lines.resize(1 + usize::try_from(seen).unwrap_or(0), Strip::default());
    let at = Strip::of(
        format!(" {} of {}", format::grouped(paged.cursor.at + 1), format::grouped(total)),
        theme.dim,
    );
    // Where there is no box, its title stands below.
    let below = match (boxed, total) {
        (true, 0) => Strip::default(),
        (true, _) => at,
        (false, _) => {
            Strip::first_fit([Strip::default().gap(1).join(title.clone()), place], columns)
        }
    };
    lines.extend([Strip::default(), below]);
    Drawn { title, lines, ..Drawn::default() }
}

fn title(look: &Look, list: &Records) -> (Strip, Strip) {
    let (theme, dot) = (&look.theme, format!(" {} ", look.glyphs.separator));
    let (by, name) = &list.of;
    let name = format::fit(name, 40, format::Keep::End, &look.glyphs);
    let short = Strip::of(format!("{} ", words::view(*by)), theme.dim).add(name, theme.title);
    let count = format::some(list.list.total.unwrap_or(0), "request", "requests");
    let title = short
        .clone()
        .add(dot.clone(), theme.dim)
        .add(count, theme.text)
        .add(dot, theme.dim)
        .add(words::order(list.order), theme.dim);
    (title, Strip::default().gap(1).join(short))
}

fn cells(look: &Look, record: &SpendRecord, zone: &str) -> Vec<Cell> {
    let theme = &look.theme;
    let tokens = record.tokens;
    let dim = |count| (format::tokens(count), theme.dim);
    let cost = match record.cost {
        Some(cost) => (format::dollars(cost), theme.text),
        None => ("unpriced".to_owned(), theme.warning),
    };
    let project = match record.project.as_str() {
        "" => "unknown project".to_owned(),
        path => Shown::text(path.rsplit('/').next().unwrap_or(path)).to_string(),
    };
    vec![
        (format::moment(record.at, zone), theme.text),
        (Shown::text(&record.model).to_string(), theme.text),
        (project, theme.dim),
        dim(tokens.input),
        dim(tokens.cache_read),
        dim(tokens.cache_write()),
        (format::tokens(tokens.output), theme.text),
        cost,
        (format!("  {}", record.quality), quality_style(look, record.quality)),
    ]
}
