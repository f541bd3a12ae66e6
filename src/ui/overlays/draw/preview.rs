//! A file to read.
//!
//! ```text
//! ┌ src/lib.rs · Rust · 43 lines · 512 tokens ─────────────────── esc back ┐
//! │  line                                                    tokens so far │
//! │   12  pub mod cli;                                                 120 │
//! │   13  pub mod client;                                              124 │
//! │ lines 10 to 13: 21 tokens                                              │
//! └────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::style::Style;

use super::{Sheet, awaited};
use crate::{
    model::{PreviewLine, Shown, SyntaxKind},
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        overlays::PreviewCard,
        strip::Strip,
    },
};

/// Columns of the running count.
const TOKENS: usize = 10;
/// The blanks in place of a tab.
const TAB: &str = "    ";

pub(super) fn sheet(model: &Model, look: &Look, card: &PreviewCard, inner: Area) -> Sheet {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let columns = usize::from(inner.width);
    let mut lines = Vec::new();
    match (&card.problem, card.list.total) {
        (Some(why), _) => {
            lines.push(Strip::default());
            lines.push(Strip::of(format!(" {} {why}", glyphs.warning), theme.warning));
        }
        (None, None) => lines.push(awaited(look)),
        (None, Some(0)) => lines.push(Strip::of(" the file is empty", theme.dim)),
        (None, Some(total)) => {
            let about = if card.exact { "" } else { glyphs.estimate };
            let heading = Strip::of(format!(" {:>1$}", "line", card.number_columns()), theme.dim);
            let right = Strip::of(format!("{about}tokens so far "), theme.dim);
            lines.push(heading.against(right, columns));
            let seen = (card.list.cursor.top..total).take(usize::from(model.overlay_height()));
            lines.extend(seen.map(|at| line(look, card, at, columns)));
        }
    }
    let title = title(card, look, columns.saturating_sub(12));
    let foot = (card.list.total.unwrap_or(0) > 0).then(|| foot(card, look, columns));
    let foot = foot.into_iter().collect();
    Sheet { title, lines, snug: false, foot }
}

fn title(card: &PreviewCard, look: &Look, columns: usize) -> String {
    let glyphs = &look.glyphs;
    let mut facts = vec![card.language.clone()];
    if let (Some(lines), Some(tokens)) = (card.list.total, card.tokens) {
        facts.push(format::some(lines, "line", "lines"));
        facts.push(format!("{} tokens", format::grouped(tokens.0)));
    }
    facts.retain(|fact| !fact.is_empty());
    let dot = format!(" {} ", glyphs.separator);
    let facts = if facts.is_empty() { String::new() } else { format!("{dot}{}", facts.join(&dot)) };
    let path = Shown::bytes(card.path.as_bytes()).to_string();
    let room = columns.saturating_sub(format::width(&facts));
    if room < 12 {
        return format::fit(&path, columns, Keep::End, glyphs);
    }
    format!("{}{facts}", format::fit(&path, room, Keep::End, glyphs))
}

fn line(look: &Look, card: &PreviewCard, at: u64, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let number = format::grouped(at + 1);
    let weighed = card.weighed();
    let is_in = weighed.is_some_and(|range| (range.first..=range.last).contains(&at));
    let sign = if is_in { glyphs.marked } else { " " };
    let start =
        Strip::of(sign, theme.mark).right(&number, card.number_columns(), theme.dim, glyphs);
    let Some(row) = card.list.row_at(at) else {
        return start.gap(2).add(glyphs.ellipsis, theme.pending);
    };
    let room = columns.saturating_sub(start.width() + TOKENS + 4);
    let strip = text(look, start.gap(2), row, room);
    let tokens = format::right(&format::grouped(row.tokens.0), TOKENS);
    let whole = strip.against(Strip::of(tokens, theme.dim).gap(1), columns);
    if at == card.list.cursor.at { whole.over(theme.cursor, columns) } else { whole }
}

/// Adds the text of a line: safe, with tabs as blanks, as much of it as there is room for.
fn text(look: &Look, mut strip: Strip, row: &PreviewLine, room: usize) -> Strip {
    let glyphs = &look.glyphs;
    let most = strip.width() + room;
    for (part, style) in parts(look, row) {
        let shown = part.split('\t').map(|part| Shown::text(part).to_string());
        let shown = shown.collect::<Vec<_>>().join(TAB);
        let left = most.saturating_sub(strip.width());
        let whole = format::width(&shown) <= left;
        strip = strip.add(format::fit(&shown, left, Keep::Start, glyphs), style);
        if !whole {
            return strip;
        }
    }
    if row.cut { strip.add(glyphs.ellipsis, look.theme.dim) } else { strip }
}

/// Divides a line where its words change.
fn parts<'a>(look: &Look, row: &'a PreviewLine) -> Vec<(&'a str, Style)> {
    let mut parts = Vec::new();
    let mut last = 0;
    let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX).min(row.text.len());
    for span in &row.spans {
        let (start, end) = (at(span.start).max(last), at(span.end));
        parts.push((row.text.get(last..start), look.theme.text));
        parts.push((row.text.get(start..end), style_of(look, span.kind)));
        last = end.max(start);
    }
    parts.push((row.text.get(last..), look.theme.text));
    parts.into_iter().filter_map(|(text, style)| Some((text?, style))).collect()
}

const fn style_of(look: &Look, kind: SyntaxKind) -> Style {
    match kind {
        SyntaxKind::Comment => look.theme.dim,
        SyntaxKind::Quoted => look.theme.good,
        SyntaxKind::Keyword => look.theme.accent,
        SyntaxKind::Number => look.theme.mark,
    }
}

fn foot(card: &PreviewCard, look: &Look, columns: usize) -> Strip {
    let (theme, total) = (&look.theme, card.list.total.unwrap_or(0));
    let about = if card.exact { "" } else { look.glyphs.estimate };
    let text = if let Some(range) = card.weighed() {
        format!(
            " lines {} to {}: {about}{} tokens",
            format::grouped(range.first + 1),
            format::grouped(range.last + 1),
            format::grouped(range.tokens.0)
        )
    } else {
        let (at, all) = (format::grouped(card.list.cursor.at + 1), format::grouped(total));
        format!(" line {at} of {all}")
    };
    let style = if card.anchor.is_some() { theme.mark } else { theme.dim };
    Strip::of(format::fit(&text, columns, Keep::Start, &look.glyphs), style)
}
