//! How the budget pane looks.
//!
//! ```text
//! ┌ Budget ───────────────────────────────────────────┐
//! │ gpt-5 · openai                       window 272 k │
//! │ $1.25 / 1 M tokens · cached $0.125                │
//! │ context    ███████▍·····   63 %    171 k ✓ calm   │
//! │            12 files · $0.214 / call               │
//! │ selection  ▏············    1 %    1 512 ✓ calm   │
//! │ repository 36.1 × window          9.81 M          │
//! └───────────────────────────────────────────────────┘
//! ```

use crate::{
    model::{Gauge, Level, PicoUsd, Shown, Snapshot, TokenCount},
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        panes::Drawn,
        strip::Strip,
        widgets,
    },
};

/// Columns of the word at the start of a line.
const LABEL: usize = 11;
/// Columns of a sign and a word: `‼ exceeded`.
const WORD: usize = 11;
/// Columns of a percentage.
const PERCENT: usize = 8;
/// Columns of tokens.
const TOKENS: usize = 9;
/// A million tokens: what prices are named for.
const MILLION: u64 = 1_000_000;

/// Returns the pane.
pub(crate) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let title = Strip::of("Budget", look.theme.title);
    let Some(known) = &model.known else { return Drawn { title, ..Drawn::default() } };
    let columns = usize::from(inner.width);
    let skip = usize::try_from(model.budget_cursor.top).unwrap_or(0);
    let lines = [
        name(known, look, columns),
        price(known, look, columns),
        context(model, known, look, columns),
        context_note(known, look, columns),
        selection(model, known, look, columns),
        repository(known, look, columns),
    ];
    Drawn { title, lines: lines.into_iter().skip(skip).collect(), ..Drawn::default() }
}

fn name(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let info = &known.model;
    let window =
        Strip::of("window ", theme.dim).add(format::tokens(info.window), theme.text).gap(1);
    let room = columns.saturating_sub(window.width() + 2);
    let provider = format!(" {} {}", glyphs.separator, Shown::text(&info.provider));
    let name = Shown::text(&info.name).to_string();
    let short = Strip::of(" ", theme.text)
        .add(format::fit(&name, room.saturating_sub(1), Keep::Start, glyphs), theme.accent);
    let long = short.clone().add(provider, theme.dim);
    Strip::first_fit([long, short], room).against(window, columns)
}

fn price(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let info = &known.model;
    let Some(price) = info.input_price else {
        return Strip::of(" unpriced", theme.warning);
    };
    let per_million = |price: PicoUsd| format::dollars(price.times(MILLION));
    let short =
        Strip::of(format!(" {}", per_million(price)), theme.text).add(" / 1 M tokens", theme.dim);
    let Some(cached) = info.cached_input_price else { return short };
    let long = short
        .clone()
        .add(format!(" {} cached ", glyphs.separator), theme.dim)
        .add(per_million(cached), theme.text);
    Strip::first_fit([long, short], columns)
}

fn context(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let gauge = super::context_gauge(known);
    let count = super::context_tokens(known);
    gauge_line(model, look, ("context", gauge, count), columns)
}

fn context_note(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let context = known.context;
    let indent = Strip::default().gap(1 + LABEL);
    if context.files + context.pending + context.skipped == 0 {
        let none = indent.clone().add("nothing marked", theme.dim);
        return Strip::first_fit([none, Strip::of(" nothing marked", theme.dim)], columns);
    }
    let word = if context.files == 1 { "file" } else { "files" };
    let files = format!("{} {word}", format::number(context.files));
    let short = indent.add(super::price_of_context(known, glyphs), theme.text);
    let long = short.clone().add(format!(" {} {files}", glyphs.separator), theme.dim);
    let pending = match context.pending {
        0 => long.clone(),
        count => {
            let text = format!(" {} {} pending", glyphs.separator, format::number(count));
            long.clone().add(text, theme.pending)
        }
    };
    Strip::first_fit([pending, long, short], columns)
}

fn selection(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let Some(row) = model.tree.chosen() else {
        return label("selection", look).add("nothing chosen", look.theme.dim);
    };
    let gauge = super::row_gauge(known, row);
    gauge_line(model, look, ("selection", gauge, known.model.measure(row.tokens)), columns)
}

fn repository(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let count = known.model.measure(known.tree.tokens);
    let gauge = super::repository_gauge(known);
    let text = if gauge.used < gauge.limit {
        format!("{} of the window", format::percent(share(gauge)))
    } else {
        format!("{} {} window", times(gauge), if glyphs.estimate == "~" { "x" } else { "×" })
    };
    let tokens = Strip::default()
        .right(&format::count(count, glyphs), TOKENS, theme.text, glyphs)
        .gap(WORD + 2);
    label("repository", look).add(text, theme.text).against(tokens, columns)
}

fn label(word: &str, look: &Look) -> Strip {
    Strip::default().gap(1).left(word, LABEL, look.theme.dim, &look.glyphs)
}

fn gauge_line(
    model: &Model,
    look: &Look,
    (word, gauge, count): (&str, Gauge, TokenCount),
    columns: usize,
) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let (style, sign, says) = level(gauge.level(model.settings.thresholds), look);
    let mut right = Strip::default()
        .right(&percent(gauge), PERCENT, style, glyphs)
        .right(&format::count(count, glyphs), TOKENS, theme.text, glyphs)
        .gap(1)
        .left(&format!("{sign} {says}"), WORD, style, glyphs);
    let label = label(word, look);
    let room = columns.saturating_sub(label.width() + right.width() + 1);
    if room < 4 {
        right = Strip::default().right(&percent(gauge), PERCENT, style, glyphs).gap(1).left(
            &format!("{sign} {says}"),
            WORD,
            style,
            glyphs,
        );
    }
    let room = columns.saturating_sub(label.width() + right.width() + 1);
    let bar = widgets::gauge(share(gauge), u16::try_from(room).unwrap_or(u16::MAX), glyphs);
    label.add(bar.filled, style).add(bar.rest, theme.bar_back).join(right)
}

/// Returns how a level looks and what it is called.
pub(crate) fn level(
    level: Level,
    look: &Look,
) -> (ratatui::style::Style, &'static str, &'static str) {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    match level {
        Level::Calm => (theme.good, glyphs.good, "calm"),
        Level::Warning => (theme.warning, glyphs.warning, "warning"),
        Level::Alert => (theme.alert, glyphs.alert, "alert"),
        Level::Exceeded => (theme.error, glyphs.failed, "exceeded"),
    }
}

/// Returns the use in percent, rounded down as the levels are, so that both always agree.
fn percent(gauge: Gauge) -> String {
    match gauge.percent() {
        0 if gauge.used > 0 => "<1 %".to_owned(),
        u64::MAX => "no window".to_owned(),
        percent if percent < 100_000 => format!("{} %", format::grouped(percent)),
        _ => format!("{} x", times(gauge)),
    }
}

/// Returns how many times the limit is used: `36.1`.
fn times(gauge: Gauge) -> String {
    let tenths = gauge.used.saturating_mul(10).checked_div(gauge.limit).unwrap_or(0);
    let tenths = u64::try_from(tenths).unwrap_or(u64::MAX);
    if tenths >= 1000 {
        format::number(tenths / 10)
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
fn share(gauge: Gauge) -> f64 {
    if gauge.limit == 0 { 0.0 } else { gauge.used as f64 / gauge.limit as f64 }
}

/// Returns the pane in one line.
pub(crate) fn summary(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let theme = &look.theme;
    if !model.has_marks() {
        let window = format::tokens(known.model.window);
        let text = format!("nothing marked {} window {window}", look.glyphs.separator);
        return Strip::first_fit(
            [text.as_str(), "nothing marked"].map(|text| Strip::of(text, theme.dim)),
            columns,
        );
    }
    let gauge = super::context_gauge(known);
    let (style, sign, says) = level(gauge.level(model.settings.thresholds), look);
    let short = Strip::of(format!("{} {sign} {says}", percent(gauge)), style);
    let window = format!(
        " {} {} of {}",
        look.glyphs.separator,
        format::count(super::context_tokens(known), &look.glyphs),
        format::tokens(known.model.window)
    );
    let medium = short.clone().add(window, theme.text);
    let cost =
        format!(" {} {}", look.glyphs.separator, super::price_of_context(known, &look.glyphs));
    let long = medium.clone().add(cost, theme.dim);
    Strip::first_fit([long, medium, short], columns)
}
