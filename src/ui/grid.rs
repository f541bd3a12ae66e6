//! Tables: columns that stay aligned, of which the least important give way when room is short.

use ratatui::style::Style;

use super::{
    format::{self, Keep},
    glyphs::Glyphs,
    strip::Strip,
};

/// How a column is filled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fill {
    /// Text from the left, cut at its end.
    Left,
    /// Text from the left, cut at its start: for paths.
    Path,
    /// A number, to the right.
    Right,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Its heading.
    pub(crate) name: &'static str,
    /// How it is filled.
    pub(crate) fill: Fill,
    /// Its columns on the screen, with the blank that keeps it from the one before; of the one
    /// that takes what is left over, the least.
    pub(crate) width: u16,
    /// The highest go first when there is not room for all; 0 never goes.
    pub(crate) rank: u8,
    /// True for the one column that takes what is left over.
    pub(crate) grows: bool,
}

impl Column {
    /// Returns a column of numbers.
    pub(crate) const fn number(name: &'static str, width: u16, rank: u8) -> Self {
        Self { name, fill: Fill::Right, width, rank, grows: false }
    }

    /// Returns a column of words.
    pub(crate) const fn word(name: &'static str, width: u16, rank: u8) -> Self {
        Self { name, fill: Fill::Left, width, rank, grows: false }
    }

    /// Returns the column that takes what is left over.
    pub(crate) const fn growing(name: &'static str, fill: Fill, least: u16) -> Self {
        Self { name, fill, width: least, rank: 0, grows: true }
    }
}

/// One cell: its text and style.
pub(crate) type Cell = (String, Style);

/// A table fitted to so many columns of the screen.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    columns: Vec<(Column, usize)>,
    kept: Vec<bool>,
}

impl Grid {
    /// Chooses which columns are shown in this room.
    pub(crate) fn fit(columns: &[Column], room: usize) -> Self {
        // A blank at each end.
        let room = room.saturating_sub(2);
        let mut kept = vec![true; columns.len()];
        let taken = |kept: &[bool]| -> usize {
            let shown = columns.iter().zip(kept).filter(|(_, kept)| **kept);
            shown.map(|(column, _)| usize::from(column.width)).sum()
        };
        while taken(&kept) > room {
            let shown = (0..columns.len()).filter(|at| kept[*at] && columns[*at].rank > 0);
            let Some(least) = shown.max_by_key(|at| columns[*at].rank) else { break };
            kept[least] = false;
        }
        let over = room.saturating_sub(taken(&kept));
        let widths = columns.iter().map(|column| {
            let width = usize::from(column.width);
            (*column, if column.grows { (width + over).min(room) } else { width })
        });
        Self { columns: widths.collect(), kept }
    }

    /// Returns the headings.
    pub(crate) fn heading(&self, style: Style, glyphs: &Glyphs) -> Strip {
        let names = self.columns.iter().map(|(column, _)| (column.name.to_owned(), style));
        self.row(names.collect(), glyphs)
    }

    /// Returns a row; it has one cell for each column, shown or not.
    pub(crate) fn row(&self, cells: Vec<Cell>, glyphs: &Glyphs) -> Strip {
        let mut line = Strip::default().gap(1);
        let shown = self.columns.iter().zip(&self.kept).zip(cells).filter(|((_, kept), _)| **kept);
        for (at, (((column, width), _), (text, style))) in shown.enumerate() {
            // The blank before a column is its own; the first has one already.
            let gap = usize::from(at > 0 && column.fill != Fill::Right);
            let room = width.saturating_sub(gap);
            line = line.gap(gap);
            line = match column.fill {
                Fill::Right => line.right(&text, room, style, glyphs),
                Fill::Left => line.left(&text, room, style, glyphs),
                Fill::Path => line.add(format::pad(&text, room, Keep::End, glyphs), style),
            };
        }
        line.gap(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::text::Line;

    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::growing("name", Fill::Left, 8),
        Column::number("much", 8, 2),
        Column::number("cost", 10, 0),
        Column::word("how", 9, 1),
    ];

    fn texts(strip: Strip) -> String {
        Line::from(strip).spans.iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn columns_give_way_by_rank_and_the_rest_is_taken_by_one() {
        let cells = || ["a", "1", "$2", "well"].map(|text| (text.to_owned(), Style::new()));
        let row = |room| texts(Grid::fit(&COLUMNS, room).row(cells().into(), &Glyphs::unicode()));
        assert_eq!(row(40), " a                 1        $2 well     ");
        assert_eq!(row(30), " a                $2 well     ");
        assert_eq!(row(22), " a                 $2 ");
    }

    proptest! {
        #[test]
        fn a_row_is_never_wider_than_its_room(room in 20_usize..200, text in "\\PC{0,40}") {
            let cells = vec![(text, Style::new()); 4];
            let grid = Grid::fit(&COLUMNS, room);
            prop_assert!(grid.row(cells, &Glyphs::unicode()).width() <= room);
        }
    }
}
