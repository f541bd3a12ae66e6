//! The budget pane: what is held against the model's window.

pub(crate) mod draw;
pub(crate) mod spend;

use crate::model::{Gauge, Level, ModelInfo, Row, Snapshot, TokenCount, Tokens};
use crate::ui::{format, glyphs::Glyphs, model::Model};

/// Lines of the pane without spend: model, price, three gauges, and a note on the first.
const LINES: u64 = 6;

/// Returns the lines of the pane.
pub(crate) fn lines(known: Option<&Snapshot>) -> u64 {
    LINES + known.map_or(0, |known| spend::lines(&known.spend))
}

/// Returns the tokens of what would be sent as the model counts them: with headings and fences,
/// and estimated until that text is counted.
pub(crate) fn context_tokens(model: &Model, known: &Snapshot) -> TokenCount {
    context_measure(model, known, &known.model)
}

/// Returns the tokens of what would be sent as another model counts them.
pub(crate) fn context_measure(model: &Model, known: &Snapshot, info: &ModelInfo) -> TokenCount {
    let sent = model.sending.tokens(known);
    let count = info.measure(sent.tokens);
    // In another encoding it is about as many.
    let exact = sent.exact && info.encoding == known.tree.encoding;
    TokenCount { exact: count.exact && exact, ..count }
}

/// Returns how sure the tokens of what would be sent are.
pub(crate) fn context_certainty(model: &Model, known: &Snapshot) -> Certainty {
    let context = known.context;
    match model.sending.exact(known) {
        Some(text) if text.files + text.names == 0 => Certainty::None,
        Some(_) => Certainty::Whole,
        None => certainty(marked_files(known), context.pending, context.skipped),
    }
}

/// Returns how many files are marked, whole or by name, counted or not.
pub(crate) const fn marked_files(known: &Snapshot) -> u64 {
    let context = known.context;
    context.files + context.pending + context.skipped + context.names
}

/// Returns what is marked, from the longest way to say it to the shortest: files that are sent,
/// or will be once they are counted, and files that are not.
pub(crate) fn marked(known: &Snapshot, glyphs: &Glyphs) -> Marked {
    let context = known.context;
    let said = |count, word: &str| match count {
        0 => String::new(),
        _ => format!(" {} {} {word}", glyphs.separator, format::number(count)),
    };
    let files = context.files + context.pending;
    let whole = format::some(files, "file", "files");
    let files = match context.names {
        0 => whole,
        names => format!("{whole} and {}", format::some(names, "name", "names")),
    };
    Marked {
        files,
        pending: said(context.pending, "pending"),
        unsent: said(context.skipped, "not sent"),
    }
}

/// What is marked, in words; each part after the first begins with a separator or is empty.
pub(crate) struct Marked {
    /// Files that are sent, or will be, and names that are.
    pub(crate) files: String,
    /// Those of them that are not counted yet.
    pub(crate) pending: String,
    /// Marked files that have no count.
    pub(crate) unsent: String,
}

/// How sure a sum of tokens is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Certainty {
    /// All of it is counted.
    Whole,
    /// Some of it is still to be counted: it can only grow.
    Pending,
    /// None of it can be counted.
    None,
}

/// Returns how sure the tokens of so many files are.
pub(crate) const fn certainty(files: u64, pending: u64, skipped: u64) -> Certainty {
    if pending > 0 {
        Certainty::Pending
    } else if skipped > 0 && skipped >= files {
        Certainty::None
    } else {
        Certainty::Whole
    }
}

/// Returns the context against the window.
pub(crate) fn context_gauge(model: &Model, known: &Snapshot) -> Gauge {
    against_window(known, model.sending.tokens(known).tokens)
}

/// Returns how full the context is.
pub(crate) fn context_level(model: &Model, known: &Snapshot) -> Level {
    context_gauge(model, known).level(model.settings.thresholds)
}

/// Returns an entry against the window.
pub(crate) fn row_gauge(known: &Snapshot, row: &Row) -> Gauge {
    against_window(known, row.tokens)
}

/// Returns the whole repository against the window.
pub(crate) fn repository_gauge(known: &Snapshot) -> Gauge {
    against_window(known, known.tree.tokens)
}

fn against_window(known: &Snapshot, tokens: Tokens) -> Gauge {
    let used = known.model.measure(tokens).tokens;
    Gauge { used: u128::from(used.0), limit: u128::from(known.model.window.0) }
}

/// Returns what sending the context once costs: `$0.214 / call`, or `unpriced`.
pub(crate) fn price_of_context(model: &Model, known: &Snapshot, glyphs: &Glyphs) -> String {
    let count = context_tokens(model, known);
    let sign = if count.exact { "" } else { glyphs.estimate };
    match known.model.cost(count.tokens) {
        Some(cost) => format!("{sign}{} / call", format::dollars(cost)),
        None => "unpriced".to_owned(),
    }
}
