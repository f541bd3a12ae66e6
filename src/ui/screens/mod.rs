//! The screens, one folder each: what it knows, what keys do on it, how it looks.
//!
//! A screen but Home has these functions, which `update/screens.rs` and `view.rs` call:
//! `scope` (where its keys are looked up), `shown` (it comes to the front), `pressed` (a key; `None`
//! leaves the key to what all screens have in common), `edit` (text is typed), `clicked`,
//! `scrolled`, `told` (an event), `answered` and `unanswered`, `is_settled`, and `draw`.

pub(crate) mod cache;
pub(crate) mod card;
pub(crate) mod home;
pub(crate) mod log;
pub(crate) mod panel;
pub(crate) mod spend;
pub(crate) mod tabs;

use super::layout::Area;

/// A screen.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Screen {
    /// The tree, the cache, the budget and the tasks.
    #[default]
    Home,
    /// What was spent.
    Spend,
    /// The cache in full.
    Cache,
    /// What happened.
    Log,
}

/// Returns the cells that a screen has: all between header and footer.
pub(crate) const fn body((width, height): (u16, u16)) -> Area {
    Area { x: 0, y: 1, width, height: height.saturating_sub(2) }
}
