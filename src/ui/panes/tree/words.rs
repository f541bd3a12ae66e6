//! What is said of the matches of a filter.

use crate::{
    model::{Matched, Snapshot},
    ui::{format, look::Look, strip::Strip},
};

/// Says how many entries match and what they hold, as far as there is room.
pub(crate) fn found(
    known: &Snapshot,
    look: &Look,
    (total, matched): (u64, Matched),
    columns: usize,
) -> Strip {
    weighed(known, look, (format::many(total, "match", "matches"), matched), columns)
}

/// Says how many files would be marked and what they hold, as far as there is room.
pub(crate) fn to_mark(known: &Snapshot, look: &Look, matched: Matched, columns: usize) -> Strip {
    weighed(known, look, (format::many(matched.files, "file", "files"), matched), columns)
}

fn weighed(
    known: &Snapshot,
    look: &Look,
    (count, matched): (String, Matched),
    columns: usize,
) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let dot = format!(" {} ", glyphs.separator);
    let matches = Strip::of(count, theme.dim);
    let tokens = format::count(known.model.measure(matched.tokens), glyphs);
    let tokens = matches.clone().add(dot.clone(), theme.dim).add(tokens, theme.text);
    let tokens = tokens.add(" tokens", theme.dim);
    let whole = if matched.files == 0 {
        matches.clone()
    } else if matched.pending > 0 {
        let pending = format!("{} pending", format::grouped(matched.pending));
        tokens.add(dot, theme.dim).add(pending, theme.pending)
    } else {
        tokens
    };
    // Without what is pending the number would be a wrong one.
    let lines = [whole, matches.clone()].map(|line| line.gap(1));
    Strip::first_fit(lines, columns)
}
