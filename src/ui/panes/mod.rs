//! The panes, one folder each: state, update, draw.

pub(crate) mod budget;
pub(crate) mod cache;
pub(crate) mod tasks;
pub(crate) mod tree;

use super::strip::Strip;

/// A pane, ready to be put on the screen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    /// On the left of its upper border.
    pub(crate) title: Strip,
    /// On the right of its upper border; left out when there is no room.
    pub(crate) remark: Strip,
    /// Its lines.
    pub(crate) lines: Vec<Strip>,
}
