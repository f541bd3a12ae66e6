//! Where everything is on the screen.
//!
//! ```text
//!  [Day] Month Model …   30 days      views
//! ┌ Per day ─────┐┌ Budgets ───────┐  panels, where there is room
//! └──────────────┘└────────────────┘
//! ┌ By day ────────────────────────┐  table
//! └────────────────────────────────┘
//! ```

use crate::ui::{layout::Area, screens};

/// From how many columns and rows on there are panels.
const ROOM_FOR_PANELS: (u16, u16) = (100, 30);
/// From how many rows on a small screen has a trend.
const ROOM_FOR_TREND: u16 = 22;
/// From how many rows on a small screen has a line for the range, and lines in brief.
const ROOM_FOR_BRIEF: u16 = 16;

/// What is where; an area without rows is not shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Places {
    /// The names of the views.
    pub(super) views: Area,
    /// The range of days, where it does not stand beside the views.
    pub(super) range: Area,
    /// Budgets and forecast, in a line each.
    pub(super) brief: Area,
    /// The trend, in a box when there are panels.
    pub(super) trend: Area,
    /// Budgets, forecast and savings, in a box.
    pub(super) side: Area,
    /// The table, in a box when there are panels.
    pub(super) table: Area,
    /// True when trend and table have boxes.
    pub(super) boxed: bool,
}

impl Places {
    /// Lays out a terminal of this many columns and rows.
    pub(super) fn of((width, height): (u16, u16)) -> Self {
        let body = screens::body((width, height));
        let mut rest = body;
        let views = rest.take_rows(1);
        if width >= ROOM_FOR_PANELS.0 && height >= ROOM_FOR_PANELS.1 {
            let panels = rest.take_rows((body.height / 3).clamp(10, 16));
            let left = panels.width * 60 / 100;
            let trend = Area { width: left, ..panels };
            let side = Area { x: left, width: panels.width - left, ..panels };
            let none = Area::default();
            let table = rest;
            return Self { views, range: none, brief: none, trend, side, table, boxed: true };
        }
        let is_roomy = height >= ROOM_FOR_BRIEF;
        let range = rest.take_rows(u16::from(is_roomy));
        let brief = rest.take_rows(if is_roomy { 2 } else { 0 });
        let trend = rest.take_rows(if height >= ROOM_FOR_TREND { 5 } else { 0 });
        Self { views, range, brief, trend, side: Area::default(), table: rest, boxed: false }
    }

    /// Returns the inside of the table: heading, rows, total, quality.
    pub(super) fn inside(&self) -> Area {
        if self.boxed { self.table.inner() } else { self.table }
    }

    /// Returns the cells of the rows, without heading, total and quality.
    pub(super) fn rows(&self) -> Area {
        let inside = self.inside();
        Area { y: inside.y + 1, height: inside.height.saturating_sub(3), ..inside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_lies_on_the_screen_at_every_size() {
        for width in 0..=300 {
            for height in 0..=120 {
                let places = Places::of((width, height));
                let Places { views, range, brief, trend, side, table, .. } = places;
                for area in [views, range, brief, trend, side, table, places.inside()] {
                    assert!(area.x + area.width <= width.max(1), "{area:?} at {width}×{height}");
                    assert!(area.y + area.height <= height.max(1), "{area:?} at {width}×{height}");
                }
            }
        }
    }
}
