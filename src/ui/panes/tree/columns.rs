//! One row of the tree, column by column.

use super::state::Bars;
use crate::{
    model::{FileStatus, Mark, Row, RowKind, Shown, Snapshot, Tokens},
    ui::{
        format::{self, Keep},
        glyphs::Glyphs,
        look::Look,
        model::Model,
        strip::Strip,
        view::spinner,
        widgets,
    },
};

/// The columns of tokens: `≈9.81 M`.
const TOKENS: usize = 8;
/// The columns of a percentage: `100 %`.
const PERCENT: usize = 6;
/// The columns of the number of files, or of the word in its place: `unreadable`.
const FILES: usize = 10;
/// Names are given at least so many columns before anything else is.
const NAME: usize = 16;
/// Paths are given at least so many columns before bar and percentage are.
const PATH: usize = 40;

/// How the rows stand to each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shape {
    /// In their folders.
    Tree,
    /// As a list of paths.
    Flat,
}

/// The widths of the columns.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Widths {
    name: usize,
    bar: usize,
    percent: usize,
    tokens: usize,
    files: usize,
}

impl Widths {
    /// Divides so many columns: tokens first, then files, percentage and bar. Paths of a flat list
    /// are given more than names: their beginnings tell them apart.
    pub(super) fn of(columns: usize, bars: Bars, shape: Shape) -> Self {
        let name = match shape {
            Shape::Tree => NAME,
            Shape::Flat => PATH,
        };
        // The mark before, a blank after.
        let mut left = columns.saturating_sub(3);
        let mut take = |wanted: usize, least: usize| {
            if left >= wanted + least {
                left -= wanted;
                wanted
            } else {
                0
            }
        };
        let tokens = take(TOKENS + 1, 6);
        let files = take(FILES + 1, NAME - 4);
        let percent = match bars {
            Bars::Both | Bars::Percent => take(PERCENT + 1, name),
            Bars::Bar | Bars::Neither => 0,
        };
        let bar = match bars {
            Bars::Both | Bars::Bar => take((columns / 6).clamp(8, 24) + 1, name),
            Bars::Percent | Bars::Neither => 0,
        };
        Self { name: left, bar, percent, tokens, files }
    }
}

/// Returns a row.
pub(super) fn row(
    model: &Model,
    known: &Snapshot,
    look: &Look,
    (row, widths, is_in_range): (&Row, &Widths, bool),
) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let mark = match row.mark {
        Mark::None => " ",
        Mark::Some => glyphs.part_marked,
        Mark::All => glyphs.marked,
        Mark::Name => "n",
    };
    let beside = if is_in_range { glyphs.cursor } else { " " };
    let mut line = Strip::of(mark, theme.mark).add(beside, theme.mark);
    line = name(model, look, line, (row, widths.name));
    // A filtered list is flat: shares are of the whole repository.
    let whole = if model.tree.is_flat() { known.tree.tokens } else { row.parent_tokens };
    let partial = row.tokens != Tokens(0) || row.pending == 0;
    if widths.bar > 0 {
        let columns = u16::try_from(widths.bar - 1).unwrap_or(u16::MAX);
        let share = format::share(row.tokens.0, largest(model, row).0);
        line = line.gap(1).add(widgets::bar(share, columns, glyphs), theme.bar);
    }
    if widths.percent > 0 {
        let text = if partial && has_count(row) { percent(row, whole) } else { String::new() };
        line = line.right(&text, widths.percent, theme.dim, glyphs);
    }
    if widths.tokens > 0 {
        let (text, style) = if has_count(row) {
            (format::count(known.model.measure(row.tokens), glyphs), theme.text)
        } else {
            (glyphs.pending.to_owned(), theme.pending)
        };
        line = line.right(&text, widths.tokens, style, glyphs);
    }
    if widths.files > 0 {
        let (text, style) = match row.kind {
            RowKind::Folder { .. } if row.pending > 0 => (pending(row, glyphs), theme.pending),
            RowKind::Folder { .. } => (format::number(row.files), theme.dim),
            RowKind::File { status: FileStatus::Pending } => {
                (format!("{} pending", spin(model, look)), theme.pending)
            }
            RowKind::File { status } if status.is_skipped() => {
                (status.word().to_owned(), theme.dim)
            }
            RowKind::File { .. } => (String::new(), theme.dim),
        };
        line = line.right(&text, widths.files, style, glyphs);
    }
    line.gap(1)
}

/// The spinner while work goes on, the still sign of what is pending otherwise.
fn spin(model: &Model, look: &Look) -> &'static str {
    if model.is_spinning() { spinner(model, look) } else { look.glyphs.pending }
}

fn name(model: &Model, look: &Look, line: Strip, (row, columns): (&Row, usize)) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    if model.tree.is_flat() {
        let slash = if matches!(row.kind, RowKind::Folder { .. }) { "/" } else { "" };
        let path = format!("{}{slash}", Shown::bytes(row.path.as_bytes()));
        let style = if slash.is_empty() { theme.file } else { theme.folder };
        return line.add(format::pad(&path, columns, Keep::End, glyphs), style);
    }
    let (sign, slash, style) = match row.kind {
        RowKind::Folder { open: true } => (glyphs.open, "/", theme.folder),
        RowKind::Folder { open: false } => (glyphs.closed, "/", theme.folder),
        RowKind::File { .. } => (" ", "", theme.file),
    };
    // However deep it is, some of the name is seen.
    let step = if columns <= NAME { 1 } else { 2 };
    let indent = (usize::from(row.depth) * step).min(columns.saturating_sub(10));
    let text = format!("{:indent$}{sign} {}{slash}", "", Shown::bytes(row.path.name()));
    line.left(&text, columns, style, glyphs)
}

/// Returns true when anything in the entry is counted.
fn has_count(row: &Row) -> bool {
    match row.kind {
        RowKind::Folder { .. } => row.pending + row.skipped < row.files,
        RowKind::File { status } => status.tokens().is_some(),
    }
}

/// Returns what a bar is drawn against: the largest sibling, or the largest row of a flat list.
fn largest(model: &Model, row: &Row) -> Tokens {
    if !model.tree.is_flat() {
        return row.largest_sibling;
    }
    model.tree.page.rows.iter().map(|row| row.tokens).max().unwrap_or_default()
}

fn percent(row: &Row, whole: Tokens) -> String {
    let share = format::share(row.tokens.0, whole.0);
    if share > 0.0 && share < 0.005 { "<1 %".to_owned() } else { format::whole_percent(share) }
}

/// Returns how many files are pending, of how many: `·38/1 402`, or `·38` when that is too long.
fn pending(row: &Row, glyphs: &Glyphs) -> String {
    let pending = format!("{}{}", glyphs.pending, format::number(row.pending));
    let long = format!("{pending}/{}", format::number(row.files));
    if format::width(&long) <= FILES { long } else { pending }
}
