//! How the list of marked files looks.
//!
//! ```text
//! ┌ Context · 2 files ──────────────────── esc back ┐
//! │ marked                                   tokens │
//! │ README.rst                                  711 │
//! │ docs/ref/settings.txt                 name only │
//! │                                                 │
//! │ 751 tokens as sent · $0.000939 / call           │
//! │ django would add ≈994 k and 2 pending           │
//! └─────────────────────────────────────────────────┘
//! ```

use super::{Sheet, lists};
use crate::{
    model::{FileStatus, Mark, PicoUsd, Row, RowKind, Shown, Snapshot, TokenCount, Unmarked},
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        overlays::Paged,
        panes::budget,
        strip::Strip,
    },
};

/// Returns the list.
pub(super) fn sheet(model: &Model, look: &Look, list: &Paged<Row>, inner: Area) -> Sheet {
    let columns = usize::from(inner.width);
    let is_empty = list.total == Some(0);
    let heading = if list.is_filtered() {
        lists::filter(look, &list.filter, (is_empty, columns))
    } else {
        lists::heading(look, ("marked", "tokens"), columns)
    };
    let rows =
        lists::paged(model, look, list, (heading.clone(), "nothing is marked", columns), |row| {
            let count = match (row.kind, &model.known) {
                (
                    RowKind::File { status: FileStatus::Counted(_) } | RowKind::Folder { .. },
                    Some(known),
                ) => format::count(known.model.measure(row.tokens), &look.glyphs),
                (RowKind::File { status }, _) => status.word().to_owned(),
                (RowKind::Folder { .. }, None) => format::tokens(row.tokens),
            };
            let count = if row.mark == Mark::Name { "name only".to_owned() } else { count };
            (Shown::bytes(row.path.as_bytes()).to_string(), count)
        });
    let lines = if list.is_filtered() && is_empty { vec![heading] } else { rows };
    let is_known = list.total.is_some() && model.has_marks();
    let foot = if is_known { foot(model, look, columns) } else { Vec::new() };
    let title = match list.total {
        Some(total) if list.filter.is_on() => {
            let matches = format::some(total, "match", "matches");
            format!("Context {} {matches}", look.glyphs.separator)
        }
        Some(_) | None => lists::titled("Context", list.total, look),
    };
    Sheet { title, lines, snug: true, foot }
}

/// Says what the text that is sent costs, and what the chosen entry of the tree would add: below
/// it where there is room, else behind it.
fn foot(model: &Model, look: &Look, columns: usize) -> Vec<Strip> {
    let Some(known) = &model.known else { return Vec::new() };
    let totals = total(model, known, look, columns);
    let Some(row) = model.next_to_mark() else { return vec![Strip::first_fit(totals, columns)] };
    if model.foot_lines() > 1 {
        let adds = Strip::default().gap(1).join(would_add(known, look, row, columns));
        return vec![Strip::first_fit(totals, columns), adds];
    }
    let dot = Strip::of(format!(" {} ", look.glyphs.separator), look.theme.dim);
    let both = totals.first().map(|longest| {
        let room = columns.saturating_sub(longest.width() + dot.width());
        longest.clone().join(dot).join(would_add(known, look, row, room))
    });
    vec![Strip::first_fit(both.into_iter().chain(totals), columns)]
}

/// Says what marking an entry would add to the tokens: without the headings, so it is an estimate.
fn would_add(known: &Snapshot, look: &Look, row: &Row, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let Unmarked { files, pending, tokens } = row.unmarked;
    let name = Shown::bytes(row.path.name()).to_string();
    let name = format::fit(&name, 24, Keep::End, glyphs);
    if files == 0 && pending > 0 {
        let text = format!("{name} is pending: what it would add is not known");
        return Strip::of(format::fit(&text, columns, Keep::Start, glyphs), theme.pending);
    }
    if files == 0 {
        return Strip::of(format!("{name} would add nothing"), theme.dim);
    }
    let count = TokenCount::estimate(known.model.measure(tokens).tokens);
    let adds = Strip::of(format!("{name} would add {}", format::count(count, glyphs)), theme.dim);
    if pending == 0 {
        return adds;
    }
    let more = format!(" and {} pending", format::number(pending));
    Strip::first_fit([adds.clone().add(more, theme.pending), adds], columns)
}

/// Says what the text that is sent costs, the longest way first.
fn total(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Vec<Strip> {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let dot = format!(" {} ", glyphs.separator);
    let count = budget::context_tokens(model, known);
    let about = if count.exact { "" } else { glyphs.estimate };
    if model.sending.exact(known).is_none() {
        let tokens = format!(" {about}{} tokens{dot}", format::grouped(count.tokens.0));
        let tokens = Strip::of(tokens, theme.text);
        let room = columns.saturating_sub(tokens.width());
        return vec![match model.sending.problem(known) {
            Some(why) => tokens.add(format::fit(why, room, Keep::Start, glyphs), theme.warning),
            None => tokens.add(format!("counting the text {}", glyphs.ellipsis), theme.pending),
        }];
    }
    let tokens = Strip::of(format!(" {about}{}", format::grouped(count.tokens.0)), theme.text);
    let short = tokens.add(" tokens as sent", theme.dim);
    let price =
        |price: Option<PicoUsd>| price.map(|price| format::dollars(price.times(count.tokens.0)));
    let mut lines = vec![short.clone()];
    if let Some(cost) = price(known.model.input_price) {
        let line = short.add(dot, theme.dim).add(format!("{about}{cost} / call"), theme.text);
        lines.insert(0, line.clone());
        if let Some(cached) = price(known.model.cached_input_price) {
            let line = line.add(format!(", {about}{cached} cached"), theme.dim);
            lines.insert(0, line);
        }
    }
    lines
}
