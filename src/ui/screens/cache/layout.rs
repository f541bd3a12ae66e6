//! Where everything is on the screen.
//!
//! ```text
//!  [Entries] Report             tabs
//! ┌ Kinds and tiers ────────┐  matrix
//! └─────────────────────────┘
//! ┌ Entries ────────────────┐  list
//! └─────────────────────────┘
//! ```

use crate::ui::{layout::Area, screens};

/// From how many columns and rows on there are boxes.
const ROOM_FOR_BOXES: (u16, u16) = (100, 30);
/// From how many rows on a small screen has the matrix.
const ROOM_FOR_MATRIX: u16 = 16;

/// What is where; an area without rows is not shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Places {
    /// The names of the views.
    pub(super) tabs: Area,
    /// Every kind in every tier.
    pub(super) matrix: Area,
    /// The entries, or the report.
    pub(super) list: Area,
    /// True when matrix and list have boxes.
    pub(super) boxed: bool,
}

impl Places {
    /// Lays out a terminal of this many columns and rows, for a matrix of so many rows, or none.
    pub(super) fn of((width, height): (u16, u16), rows: usize) -> Self {
        let body = screens::body((width, height));
        let mut rest = body;
        let tabs = rest.take_rows(1);
        let boxed = width >= ROOM_FOR_BOXES.0 && height >= ROOM_FOR_BOXES.1;
        // The heading of the columns has a row of its own.
        let lines = u16::try_from(rows + 1).unwrap_or(u16::MAX);
        let matrix = if rows == 0 {
            rest.take_rows(0)
        } else if boxed {
            rest.take_rows(lines.saturating_add(2).min(body.height * 3 / 5))
        } else if height >= ROOM_FOR_MATRIX {
            rest.take_rows(lines.min(body.height * 2 / 5))
        } else {
            rest.take_rows(0)
        };
        Self { tabs, matrix, list: rest, boxed }
    }

    /// Returns the inside of the list.
    pub(super) fn inside(&self) -> Area {
        if self.boxed { self.list.inner() } else { self.list }
    }

    /// Returns the cells of the entries, below their heading.
    pub(super) fn rows(&self) -> Area {
        let inside = self.inside();
        let heading = inside.height.min(1);
        Area { y: inside.y + heading, height: inside.height - heading, ..inside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_lies_on_the_screen_at_every_size() {
        for width in 0..=300 {
            for height in 0..=120 {
                for rows in [0, 3, 9, 400] {
                    let places = Places::of((width, height), rows);
                    let Places { tabs, matrix, list, .. } = places;
                    for area in [tabs, matrix, list, places.rows()] {
                        assert!(area.x + area.width <= width.max(1), "{area:?} {width}×{height}");
                        assert!(area.y + area.height <= height.max(1), "{area:?} {width}×{height}");
                    }
                }
            }
        }
    }
}
