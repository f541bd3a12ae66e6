//! Where everything is on the screen, as plain numbers: `update` needs heights and hits, `draw`
//! needs places, and both must agree.
//!
//! ```text
//!  header                         header
//! ┌ Tree ──────┐┌ Cache ─────┐    tabs
//! │            │├ Budget ────┤   ┌ Tree ───────────┐
//! │            │├ Tasks ─────┤   └─────────────────┘
//! └────────────┘└────────────┘    summaries
//!  footer                         footer
//! ```

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Area {
    /// The first column.
    pub(crate) x: u16,
    /// The first row.
    pub(crate) y: u16,
    /// Columns.
    pub(crate) width: u16,
    /// Rows.
    pub(crate) height: u16,
}

impl Area {
    /// Returns what a border of one cell leaves.
    pub(crate) const fn inner(self) -> Self {
        Self {
            x: self.x.saturating_add(1),
            y: self.y.saturating_add(1),
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }

    /// Takes so many rows away from the top, fewer where there are fewer, and returns them.
    pub(crate) fn take_rows(&mut self, rows: u16) -> Self {
        let rows = rows.min(self.height);
        let taken = Self { height: rows, ..*self };
        *self = Self { y: self.y + rows, height: self.height - rows, ..*self };
        taken
    }

    /// Returns a box only as high as its lines, in the middle of this one.
    pub(crate) const fn snug(self, lines: u16) -> Self {
        let wanted = lines.saturating_add(2);
        if wanted >= self.height {
            return self;
        }
        Self { y: self.y + (self.height - wanted) / 2, height: wanted, ..self }
    }

    /// Returns true when the cell lies in it.
    pub(crate) const fn holds(self, x: u16, y: u16) -> bool {
        x >= self.x
            && y >= self.y
            && x < self.x.saturating_add(self.width)
            && y < self.y.saturating_add(self.height)
    }
}

/// The panes of the Home screen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Pane {
    /// The tree.
    #[default]
    Tree,
    /// The cache.
    Cache,
    /// The budget.
    Budget,
    /// The tasks.
    Tasks,
}

impl Pane {
    /// Every pane, in the order of the tab key.
    pub(crate) const ALL: [Self; 4] = [Self::Tree, Self::Cache, Self::Budget, Self::Tasks];

    /// Returns its title.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Tree => "Tree",
            Self::Cache => "Cache",
            Self::Budget => "Budget",
            Self::Tasks => "Tasks",
        }
    }

    /// Returns the pane that is so many further on, around the end.
    pub(crate) const fn step(self, by: usize) -> Self {
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }
}

/// Below this many columns panes fold into tabs.
const WIDE: u16 = 100;
/// Below this many rows panes fold into tabs.
const TALL: u16 = 30;
/// Below these nothing useful can be said.
const LEAST: (u16, u16) = (24, 6);
/// From this height on the folded screen has a line for each hidden pane.
const ROOM_FOR_SUMMARIES: u16 = 18;

/// What is where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Layout {
    /// There is no room; only a word is shown.
    Tiny,
    /// One pane in full, the others as tabs.
    Tabs {
        /// The names of the panes.
        tabs: Area,
        /// The pane in front.
        pane: Area,
        /// One line each about cache, budget and tasks; no rows when there is no room.
        summaries: Area,
    },
    /// All four panes.
    Panes {
        /// In the order of [`Pane::ALL`].
        panes: [Area; 4],
    },
}

impl Layout {
    /// Lays out a screen of this many columns and rows.
    pub(crate) fn of((width, height): (u16, u16)) -> Self {
        if width < LEAST.0 || height < LEAST.1 {
            return Self::Tiny;
        }
        let body = Area { x: 0, y: 1, width, height: height - 2 };
        if width < WIDE || height < TALL { Self::tabs(body, height) } else { Self::panes(body) }
    }

    fn tabs(body: Area, height: u16) -> Self {
        let lines = if height >= ROOM_FOR_SUMMARIES { 3 } else { 0 };
        let pane = Area { y: body.y + 1, height: body.height - 1 - lines, ..body };
        Self::Tabs {
            tabs: Area { height: 1, ..body },
            pane,
            summaries: Area { y: pane.y + pane.height, height: lines, ..body },
        }
    }

    fn panes(body: Area) -> Self {
        let right = (body.width * 46 / 100).clamp(48, 76);
        let tree = Area { width: body.width - right, ..body };
        let column = Area { x: tree.width, width: right, ..body };
        let cache = Area { height: CACHE_ROWS, ..column };
        let more = body.height.saturating_sub(TALL).min(MORE_BUDGET_ROWS);
        let budget = Area { y: cache.y + cache.height, height: BUDGET_ROWS + more, ..column };
        let y = budget.y + budget.height;
        let tasks = Area { y, height: body.y + body.height - y, ..column };
        Self::Panes { panes: [tree, cache, budget, tasks] }
    }

    /// Returns where a pane is, when it is shown while `focus` is in front.
    pub(crate) fn pane(&self, pane: Pane, focus: Pane) -> Option<Area> {
        match self {
            Self::Tiny => None,
            Self::Tabs { pane: area, .. } => (pane == focus).then_some(*area),
            Self::Panes { panes } => Some(panes[pane as usize]),
        }
    }

    /// Returns where the list on top of the panes is, with its border.
    pub(crate) fn overlay(size: (u16, u16)) -> Area {
        Self::overlay_up_to(size, 96)
    }

    /// Returns where a list on top of the panes is that has use for so many columns.
    pub(crate) fn overlay_up_to((width, height): (u16, u16), most: u16) -> Area {
        let across = if width < 60 { width } else { (width - 8).min(most) };
        let down = if height < 16 { height.saturating_sub(2) } else { (height - 6).min(32) };
        let y = if height < 16 { 1.min(height) } else { (height - down) / 2 };
        Area { x: (width - across) / 2, y, width: across, height: down }
    }
}

/// Returns the columns of a pane's name in the tab line, with a blank on each side.
pub(crate) fn tab_width(pane: Pane) -> u16 {
    u16::try_from(pane.title().len() + 2).expect("titles are short words")
}

/// Returns the column at which a pane's name begins in the tab line.
pub(crate) fn tab_start(pane: Pane) -> u16 {
    Pane::ALL.into_iter().take(pane as usize).map(|before| tab_width(before) + 1).sum()
}

/// Heading, three tiers, kinds, session, saved, folder, and the border.
const CACHE_ROWS: u16 = 10;
/// The model, its price, three gauges with a note, and the border.
const BUDGET_ROWS: u16 = 8;
/// A second budget with a note, where the screen is taller than it must be.
const MORE_BUDGET_ROWS: u16 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_lies_on_the_screen_at_every_size() {
        for width in 0..=300 {
            for height in 0..=120 {
                let mut areas = vec![Layout::overlay((width, height))];
                areas.push(Layout::overlay_up_to((width, height), 140));
                match Layout::of((width, height)) {
                    Layout::Tiny => {}
                    Layout::Tabs { tabs, pane, summaries } => {
                        areas.extend([tabs, pane, summaries]);
                    }
                    Layout::Panes { panes } => areas.extend(panes),
                }
                for area in areas {
                    assert!(area.x + area.width <= width, "{area:?} at {width}×{height}");
                    assert!(area.y + area.height <= height, "{area:?} at {width}×{height}");
                }
            }
        }
    }

    #[test]
    fn four_panes_are_shown_from_100_by_30_on() {
        assert!(matches!(Layout::of((100, 30)), Layout::Panes { .. }));
        assert!(matches!(Layout::of((99, 30)), Layout::Tabs { .. }));
        assert!(matches!(Layout::of((100, 29)), Layout::Tabs { .. }));
        assert!(matches!(Layout::of((40, 12)), Layout::Tabs { .. }));
        assert!(matches!(Layout::of((1, 1)), Layout::Tiny));
    }
}
