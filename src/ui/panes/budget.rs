//! The budget pane: what is held against the model's window.

pub(crate) mod draw;

use crate::model::{Gauge, Level, Row, Snapshot, Thresholds, TokenCount, Tokens};
use crate::ui::{format, glyphs::Glyphs};

/// Lines of the pane: model, price, three gauges, and a note on the first.
pub(crate) const LINES: u64 = 6;

/// Returns the marked tokens as the model counts them.
pub(crate) fn context_tokens(known: &Snapshot) -> TokenCount {
    known.model.measure(known.context.tokens)
}

/// Returns the context against the window.
pub(crate) fn context_gauge(known: &Snapshot) -> Gauge {
    against_window(known, known.context.tokens)
}

/// Returns how full the context is.
pub(crate) fn context_level(known: &Snapshot, thresholds: Thresholds) -> Level {
    context_gauge(known).level(thresholds)
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
pub(crate) fn price_of_context(known: &Snapshot, glyphs: &Glyphs) -> String {
    let count = context_tokens(known);
    let sign = if count.exact { "" } else { glyphs.estimate };
    match known.model.cost(count.tokens) {
        Some(cost) => format!("{sign}{} / call", format::dollars(cost)),
        None => "unpriced".to_owned(),
    }
}
