//! Screens as text, as text with styles, and as SVG: for `--once`, screenshots and tests.

mod shapes;
mod svg;

use std::fmt::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

use super::theme::Paper;

/// A drawn screen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Picture {
    buffer: Buffer,
    paper: Paper,
}

/// Cells of one row that look alike.
struct Run<'a> {
    column: u16,
    columns: u16,
    text: String,
    look: &'a Cell,
}

impl Picture {
    /// Returns a picture of `buffer`, on `paper` where it names no colour.
    #[must_use]
    pub const fn new(buffer: Buffer, paper: Paper) -> Self {
        Self { buffer, paper }
    }

    /// Returns the cells.
    #[must_use]
    pub const fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Returns the rows as lines, without the blanks at their ends.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for row in 0..self.buffer.area.height {
            let line: String = self.runs(row).iter().map(|run| run.text.as_str()).collect();
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// Returns the text, and below it where which style begins and ends: `0:1-7 fg=#6fb3d2 bold`.
    ///
    /// Rows and columns begin at 0, the end is the first column that is not meant.
    #[must_use]
    pub fn styled(&self) -> String {
        let mut out = self.text();
        out.push_str("---\n");
        for row in 0..self.buffer.area.height {
            for run in self.runs(row) {
                let words = style_words(run.look);
                if !words.is_empty() {
                    let end = run.column + run.columns;
                    let _ = writeln!(out, "{row}:{}-{end} {}", run.column, words.join(" "));
                }
            }
        }
        out
    }

    /// Returns an SVG of the screen, below a bar with `title` when there is one.
    #[must_use]
    pub fn svg(&self, title: Option<&str>) -> String {
        svg::draw(self, title)
    }

    /// Returns the cells of a row, those that look alike joined; columns beside it are left out.
    fn runs(&self, row: u16) -> Vec<Run<'_>> {
        let area = self.buffer.area;
        let mut runs: Vec<Run<'_>> = Vec::new();
        let mut column = 0;
        while column < area.width {
            let cell = &self.buffer[(area.x + column, area.y + row)];
            let columns = columns(cell);
            match runs.last_mut() {
                Some(run) if looks_alike(run.look, cell) => {
                    run.text.push_str(cell.symbol());
                    run.columns += columns;
                }
                Some(_) | None => {
                    let text = cell.symbol().to_owned();
                    runs.push(Run { column, columns, text, look: cell });
                }
            }
            column += columns;
        }
        runs
    }
}

/// Returns how many columns a cell takes: two when its character is wide, never none.
fn columns(cell: &Cell) -> u16 {
    u16::try_from(cell.symbol().width()).unwrap_or(1).max(1)
}

fn looks_alike(one: &Cell, other: &Cell) -> bool {
    (one.fg, one.bg, one.modifier) == (other.fg, other.bg, other.modifier)
}

fn style_words(cell: &Cell) -> Vec<String> {
    let named = |colour: Color| (colour != Color::Reset).then(|| colour.to_string().to_lowercase());
    let mut words = Vec::new();
    words.extend(named(cell.fg).map(|name| format!("fg={name}")));
    words.extend(named(cell.bg).map(|name| format!("bg={name}")));
    words.extend(cell.modifier.iter_names().map(|(name, _): (&str, Modifier)| name.to_lowercase()));
    words
}

#[cfg(test)]
mod tests;
