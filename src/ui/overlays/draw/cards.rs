//! Cards: all that is known of one entry, or of one task.

use super::{Sheet, awaited};
use crate::{
    model::{Bytes, CountPlace, Details, Millis, RowKind, Shown, TaskView},
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        overlays::{DetailsCard, TaskCard, details::Known},
        panes::tasks::draw as tasks,
        strip::Strip,
    },
};

/// Columns of the word at the start of a line.
const LABEL: usize = 13;

/// All that is known of an entry.
pub(super) fn details(model: &Model, look: &Look, card: &DetailsCard, inner: Area) -> Sheet {
    let columns = usize::from(inner.width);
    let lines = match &card.known {
        Known::Awaited => vec![awaited(look)],
        Known::Gone => vec![Strip::of(" it is gone", look.theme.warning)],
        Known::Is(details) => pairs(look, &facts(model, look, details), columns),
    };
    let top = usize::try_from(card.cursor.top).unwrap_or(0);
    let lines: Vec<Strip> = lines.into_iter().skip(top).collect();
    Sheet { title: "Details".to_owned(), lines, snug: top == 0, foot: Vec::new() }
}

fn facts(model: &Model, look: &Look, details: &Details) -> Vec<(String, String)> {
    let row = &details.row;
    let mut facts = Vec::new();
    let mut add = |label: &str, value: String| facts.push((label.to_owned(), value));
    add("path", Shown::bytes(row.path.as_bytes()).to_string());
    match row.kind {
        RowKind::Folder { .. } => {
            add("files", format::grouped(row.files));
            add("pending", format::grouped(row.pending));
            add("skipped", format::grouped(row.skipped));
        }
        RowKind::File { status } => add("status", status.word().to_owned()),
    }
    if !details.language.is_empty() {
        add("language", details.language.clone());
    }
    add("bytes", bytes(row.bytes));
    if let Some(lines) = details.lines {
        add("lines", format::grouped(lines));
    }
    let is_folder = matches!(row.kind, RowKind::Folder { .. });
    let is_counted = matches!(row.kind, RowKind::File { status } if status.tokens().is_some());
    if let Some(known) = &model.known
        && (is_folder || is_counted)
    {
        let count = known.model.measure(row.tokens);
        let sign = if count.exact { "" } else { look.glyphs.estimate };
        let name = Shown::text(&known.model.name);
        add("tokens", format!("{sign}{} of {name}", format::grouped(count.tokens.0)));
    }
    for (encoding, tokens) in &details.counts {
        add(encoding.name(), format!("{} tokens", format::grouped(tokens.0)));
    }
    if let Some(limit) = details.unread_over {
        let why = format!("not read for this card: over {}", format::bytes(limit));
        add("lines", why.clone());
        add("encodings", format!("others {why}"));
    }
    add("changed", format::utc(row.modified));
    if let Some(word) = place(details.cached) {
        add("cache", word.to_owned());
    }
    if let Some(print) = details.fingerprint {
        add("attributes", format!("changed {}", format::utc(print.changed)));
        add("inode", print.inode.to_string());
    }
    if let Some(hash) = details.hash {
        add("BLAKE3", hash.to_string());
    }
    if let Some(note) = &details.note {
        add("note", Shown::text(note).to_string());
    }
    facts
}

/// Says where a count is.
const fn place(cached: CountPlace) -> Option<&'static str> {
    match cached {
        CountPlace::Nowhere => None,
        CountPlace::Here => Some("not in the cache: counted again at the next start"),
        CountPlace::Kept => Some("in the cache, counted by this larder"),
        CountPlace::Found => Some("in the cache, found there"),
    }
}

/// Returns all digits, and the short form when that is another: `188 000 000 (188 MB)`.
fn bytes(bytes: Bytes) -> String {
    let short = format::bytes(bytes);
    if bytes.0 < 1_000 { short } else { format!("{} ({short})", format::grouped(bytes.0)) }
}

/// All that is known of a task.
pub(super) fn task(look: &Look, card: &TaskCard, inner: Area) -> Sheet {
    let columns = usize::from(inner.width);
    let lines = match &card.known {
        Known::Awaited => vec![awaited(look)],
        Known::Gone => vec![Strip::of(" it is done and forgotten", look.theme.dim)],
        Known::Is(task) => pairs(look, &task_facts(task), columns),
    };
    let top = usize::try_from(card.cursor.top).unwrap_or(0);
    let lines: Vec<Strip> = lines.into_iter().skip(top).collect();
    Sheet { title: format!("Task {}", card.id.0), lines, snug: top == 0, foot: Vec::new() }
}

fn task_facts(task: &TaskView) -> Vec<(String, String)> {
    let wait = task
        .next_try
        .map_or_else(|| "-".to_owned(), |wait: Millis| format!("in {}", format::duration(wait)));
    let progress = tasks::progress(task).unwrap_or_else(|| "-".to_owned());
    [
        ("kind", task.kind.to_string()),
        ("subject", tasks::subject(task)),
        ("priority", task.priority.to_string()),
        ("state", task.state.to_string()),
        ("attempts", format!("{} of {}", task.attempts, task.max_attempts)),
        ("next attempt", wait),
        ("elapsed", format::duration(task.elapsed)),
        ("progress", progress),
        ("bytes", bytes(task.bytes)),
        (
            "error",
            task.error
                .as_deref()
                .map_or_else(|| "-".to_owned(), |error| Shown::text(error).to_string()),
        ),
    ]
    .map(|(label, value)| (label.to_owned(), value))
    .into()
}

/// Returns labels and values below each other; values too long for a line go on in the next.
fn pairs(look: &Look, facts: &[(String, String)], columns: usize) -> Vec<Strip> {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let room = columns.saturating_sub(LABEL + 2).max(1);
    let mut lines = Vec::new();
    for (label, value) in facts {
        let mut label = label.as_str();
        for part in format::wrapped(value, room) {
            let line = Strip::default().gap(1).left(label, LABEL, theme.dim, glyphs);
            lines.push(line.add(format::fit(&part, room, Keep::Start, glyphs), theme.text));
            label = "";
        }
    }
    lines
}
