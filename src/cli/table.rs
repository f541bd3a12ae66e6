//! Tables whose columns are aligned by what a terminal shows.

use unicode_width::UnicodeWidthStr;

use crate::{model::Shown, ui::format::grouped};

/// Returns a number with its noun: `1 entry`, `1 200 entries`.
pub(super) fn number_of(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// On which side a column is aligned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows of cells under a head; every cell is made harmless on the way in.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Starts a table with these columns.
    pub(super) fn new(head: &[(&str, Align)]) -> Self {
        let mut table =
            Self { columns: head.iter().map(|(_, align)| *align).collect(), rows: Vec::new() };
        table.row(head.iter().map(|(name, _)| (*name).to_owned()));
        table
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| Shown::text(&cell).to_string()).collect());
    }

    /// Returns the table as text, without blanks at the ends of lines.
    pub(super) fn text(&self) -> String {
        let width = |column: usize| {
            self.rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.width())).max()
        };
        let widths: Vec<usize> =
            (0..self.columns.len()).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for row in &self.rows {
            let start = text.len();
            for (at, (cell, align)) in row.iter().zip(&self.columns).enumerate() {
                if at > 0 {
                    text.push_str("  ");
                }
                let blanks = " ".repeat(widths[at] - cell.width());
                match align {
                    Align::Left => text.extend([cell.as_str(), &blanks]),
                    Align::Right => text.extend([blanks.as_str(), cell]),
                }
            }
            text.truncate(text.trim_end().len().max(start));
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_not_many() {
        let files = |count| number_of(count, "file", "files");
        assert_eq!([files(0), files(1), files(1200)], ["0 files", "1 file", "1 200 files"]);
    }

    #[test]
    fn columns_are_aligned_by_display_width_and_escapes_are_harmless() {
        let mut table =
            Table::new(&[("tokens", Align::Right), ("path", Align::Left), ("x", Align::Left)]);
        table.row(["7".to_owned(), "日本".to_owned(), "a".to_owned()]);
        table.row(["1 234 567".to_owned(), "e\x1b[2J".to_owned(), String::new()]);
        assert_eq!(
            table.text(),
            "   tokens  path      x\n        7  日本      a\n1 234 567  e\\x1b[2J\n"
        );
    }
}
