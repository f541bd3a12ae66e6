//! Changed cells as runs that one pen writes, in the order in which the pen changes least.

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthStr as _;

use super::pen::Pen;

/// A changed cell with its column and row.
pub(super) type Changed<'a> = (u16, u16, &'a Cell);

/// Neighbours on a row that one pen writes.
#[derive(Debug)]
pub(super) struct Run<'c, 'a> {
    /// The cells; never none.
    pub(super) cells: &'c [Changed<'a>],
    /// What writes them; for blanks alone, what can be seen of it.
    pub(super) pen: Pen,
    /// True when all are blanks that any pen of their background can write.
    pub(super) is_blank: bool,
    /// Runs with the same number are written behind each other.
    group: usize,
}

/// Cuts the cells into runs, all of a pen behind each other: a move costs less than a colour.
pub(super) fn of<'c, 'a>(cells: &'c [Changed<'a>]) -> Vec<Run<'c, 'a>> {
    let mut runs: Vec<Run<'c, 'a>> = Vec::new();
    let mut pens = Vec::new();
    for row in cells.chunk_by(|a, b| a.1 == b.1) {
        let first = runs.len();
        let mut start = 0;
        while start < row.len() {
            let run = first_run(&row[start..]);
            start += run.cells.len();
            runs.push(run);
        }
        // Where a cell is drawn in two columns, the one behind it is damaged on the way: there the
        // order of the cells is kept.
        let has_odd = row.iter().any(|(_, _, cell)| is_odd(cell));
        for run in &mut runs[first..] {
            run.group = if has_odd { usize::MAX } else { group(&mut pens, run.pen) };
        }
    }
    runs.sort_by_key(|run| run.group);
    runs
}

fn group(pens: &mut Vec<Pen>, pen: Pen) -> usize {
    pens.iter().position(|known| *known == pen).unwrap_or_else(|| {
        pens.push(pen);
        pens.len() - 1
    })
}

/// Returns the run that begins a row of cells.
fn first_run<'c, 'a>(row: &'c [Changed<'a>]) -> Run<'c, 'a> {
    let mut pen = Pen::of(row[0].2);
    let mut only = blank(row[0].2);
    let mut len = 1;
    for pair in row.windows(2) {
        let ((before, _, left), (column, _, cell)) = (pair[0], pair[1]);
        if column != before + 1 || is_odd(left) {
            break;
        }
        let seen = blank(cell);
        let fits_pen = Pen::of(cell) == pen || (seen.is_some() && seen == pen.on_blank());
        if !fits_pen && (only.is_none() || only != Pen::of(cell).on_blank()) {
            break;
        }
        if seen.is_none() {
            pen = Pen::of(cell);
            only = None;
        }
        len += 1;
    }
    Run { cells: &row[..len], pen: only.unwrap_or(pen), is_blank: only.is_some(), group: 0 }
}

/// Returns what can be seen of a blank; `None` where the cell is none, or all of it is seen.
fn blank(cell: &Cell) -> Option<Pen> {
    if is_blank(cell) { Pen::of(cell).on_blank() } else { None }
}

/// Returns true for a cell without a sign.
pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " "
}

/// Returns true for what may take another width than one column.
pub(super) fn is_odd(cell: &Cell) -> bool {
    cell.symbol().width() != 1
}
