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
        glyphs::Glyphs,
        layout::Area,
        look::Look,
        model::Model,
        panes::{
            Drawn,
            budget::{Certainty, spend},
        },
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
    let mut lines = vec![name(known, look, columns)];
    let spent = spend::content(&known.spend, look, columns);
    // What a person watches comes first: where money is spent, the price of a call can wait.
    let price = price(known, look, columns);
    let context = [context(model, known, look, columns), context_note(model, known, look, columns)];
    let late = if spent.is_empty() {
        lines.push(price);
        lines.extend(context);
        None
    } else {
        lines.extend(context);
        lines.extend(spent);
        Some(price)
    };
    lines.extend([selection(model, known, look, columns), repository(known, look, columns)]);
    lines.extend(late);
    let remark = if known.spend.api_equivalent && spend::is_shown(&known.spend) {
        Strip::of("API-equivalent", look.theme.dim)
    } else {
        Strip::default()
    };
    Drawn { title, remark, lines: lines.into_iter().skip(skip).collect() }
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
    let gauge = super::context_gauge(model, known);
    let count = super::context_tokens(model, known);
    let certainty = super::context_certainty(model, known);
    gauge_line(model, look, ("context", gauge, count, certainty), columns)
}

fn context_note(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let indent = Strip::default().gap(1 + LABEL);
    if super::marked_files(known) == 0 {
        let none = indent.clone().add("nothing marked", theme.dim);
        return Strip::first_fit([none, Strip::of(" nothing marked", theme.dim)], columns);
    }
    let marked = super::marked(known, glyphs);
    let price = super::price_of_context(model, known, glyphs);
    let start = Strip::default().gap(1);
    let sent = Strip::of(marked.files, theme.dim);
    let short = sent.clone().add(marked.unsent.clone(), theme.warning);
    let files = sent.add(marked.pending, theme.pending).add(marked.unsent, theme.warning);
    let price = Strip::of(price, theme.text).add(format!(" {} ", glyphs.separator), theme.dim);
    let lines = [price.clone().join(files.clone()), price.join(short.clone()), files, short];
    let places = |line: Strip| [indent.clone().join(line.clone()), start.clone().join(line)];
    Strip::first_fit(lines.into_iter().flat_map(places), columns)
}

fn selection(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let Some(row) = model.tree.chosen() else {
        return label("selection", look).add("nothing chosen", look.theme.dim);
    };
    let gauge = super::row_gauge(known, row);
    let certainty = super::certainty(row.files, row.pending, row.skipped);
    let count = known.model.measure(row.tokens);
    gauge_line(model, look, ("selection", gauge, count, certainty), columns)
}

fn repository(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let count = known.model.measure(known.tree.tokens);
    let gauge = super::repository_gauge(known);
    let skipped = known.tree.skipped.all();
    let pending = known.tree.pending + u64::from(known.tree.walking);
    let is_pending = super::certainty(known.tree.files, pending, skipped) == Certainty::Pending;
    if is_pending && gauge.used == 0 {
        return label("repository", look).add(format!("{} pending", glyphs.pending), theme.pending);
    }
    let sign = sign(count, glyphs);
    let text = if gauge.used < gauge.limit {
        format!("{} of the window", percent(gauge, count, glyphs))
    } else {
        format!("{sign}{} {} window", times(gauge), glyphs.times)
    };
    let tokens =
        Strip::default().right(&format::count(count, glyphs), TOKENS, theme.text, glyphs).gap(1);
    let tokens = if is_pending {
        let pending = format!("{} pending", glyphs.pending);
        tokens.left(&pending, WORD, theme.pending, glyphs).gap(1)
    } else {
        tokens.gap(WORD + 1)
    };
    label("repository", look).add(text, theme.text).against(tokens, columns)
}

/// Returns the word at the start of a line.
pub(crate) fn label(word: &str, look: &Look) -> Strip {
    Strip::default().gap(1).left(word, LABEL, look.theme.dim, &look.glyphs)
}

fn gauge_line(
    model: &Model,
    look: &Look,
    (word, gauge, count, certainty): (&str, Gauge, TokenCount, Certainty),
    columns: usize,
) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let nothing = Strip::default();
    match certainty {
        Certainty::Pending if gauge.used == 0 => {
            let text = format!("{} pending", glyphs.pending);
            return label(word, look).join(nothing.add(text, theme.pending));
        }
        Certainty::None => return label(word, look).join(nothing.add("not counted", theme.dim)),
        Certainty::Pending | Certainty::Whole => {}
    }
    let (style, sign, says) = verdict(model, gauge, certainty, look);
    let percent = percent(gauge, count, glyphs);
    let mut right = Strip::default()
        .right(&percent, PERCENT, style, glyphs)
        .right(&format::count(count, glyphs), TOKENS, theme.text, glyphs)
        .gap(1)
        .left(&format!("{sign} {says}"), WORD, style, glyphs);
    let label = label(word, look);
    let room = columns.saturating_sub(label.width() + right.width() + 1);
    if room < 4 {
        right = Strip::default().right(&percent, PERCENT, style, glyphs).gap(1).left(
            &format!("{sign} {says}"),
            WORD,
            style,
            glyphs,
        );
    }
    let room = columns.saturating_sub(label.width() + right.width() + 1);
    let bar = widgets::gauge(
        format::share(gauge.used, gauge.limit),
        u16::try_from(room).unwrap_or(u16::MAX),
        glyphs,
    );
    label.add(bar.filled, style).add(bar.rest, theme.bar_back).join(right)
}

/// Returns how full a gauge is, unless what is still to be counted may change it.
fn verdict(
    model: &Model,
    gauge: Gauge,
    certainty: Certainty,
    look: &Look,
) -> (ratatui::style::Style, &'static str, &'static str) {
    match (gauge.level(model.settings.thresholds), certainty) {
        (Level::Exceeded, _) => level(Level::Exceeded, look),
        (_, Certainty::Pending) => (look.theme.pending, look.glyphs.pending, "pending"),
        (known, Certainty::Whole | Certainty::None) => level(known, look),
    }
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
fn percent(gauge: Gauge, count: TokenCount, glyphs: &Glyphs) -> String {
    let sign = sign(count, glyphs);
    match gauge.percent() {
        0 if gauge.used > 0 => format!("{sign}<1 %"),
        u64::MAX => "no window".to_owned(),
        percent if percent < 10_000 => format!("{sign}{} %", format::grouped(percent)),
        _ => format!("{sign}{} {}", times(gauge), glyphs.times),
    }
}

/// Returns the sign before what follows from a count.
fn sign(count: TokenCount, glyphs: &Glyphs) -> &'static str {
    if count.exact { "" } else { glyphs.estimate }
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

/// Returns the pane in one line: the context, and what is spent.
pub(crate) fn summary(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let Some(spent) = spend::summary(&known.spend, look) else {
        return context_summary(model, known, look, ("", columns));
    };
    let dot = Strip::of(format!(" {} ", look.glyphs.separator), look.theme.dim);
    let room = columns.saturating_sub(spent.width() + dot.width());
    // Beside another gauge it has a name.
    let context = context_summary(model, known, look, ("context ", room));
    if context.width() == 0 { spent } else { spent.join(dot).join(context) }
}

fn context_summary(
    model: &Model,
    known: &Snapshot,
    look: &Look,
    (name, columns): (&str, usize),
) -> Strip {
    let theme = &look.theme;
    if !model.has_marks() {
        let window = format::tokens(known.model.window);
        let text = format!("nothing marked {} window {window}", look.glyphs.separator);
        return Strip::first_fit(
            [text.as_str(), "nothing marked"].map(|text| Strip::of(text, theme.dim)),
            columns,
        );
    }
    let gauge = super::context_gauge(model, known);
    let certainty = super::context_certainty(model, known);
    let count = super::context_tokens(model, known);
    let name = Strip::of(name, theme.dim);
    let (short, least) = match certainty {
        Certainty::None => (name.add("not counted", theme.dim), Strip::default()),
        Certainty::Pending | Certainty::Whole => {
            let (style, sign, says) = verdict(model, gauge, certainty, look);
            let percent = percent(gauge, count, &look.glyphs);
            let least = name.add(format!("{percent} {sign}"), style);
            (least.clone().add(format!(" {says}"), style), least)
        }
    };
    let window = format!(
        " {} {} of {}",
        look.glyphs.separator,
        format::count(count, &look.glyphs),
        format::tokens(known.model.window)
    );
    let medium = short.clone().add(window, theme.text);
    let cost = format!(
        " {} {}",
        look.glyphs.separator,
        super::price_of_context(model, known, &look.glyphs)
    );
    let long = medium.clone().add(cost, theme.dim);
    Strip::first_fit([long, medium, short, least], columns)
}
