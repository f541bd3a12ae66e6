//! The screens, one folder each: what it knows, what keys do on it, how it looks.
//!
//! A screen but Home has these functions, which `update/screens.rs` and `view.rs` call:
//! `scope` (where its keys are looked up), `shown` (it comes to the front), `pressed` (a key; `None`
//! leaves the key to what all screens have in common), `edit` (text is typed), `clicked`,
//! `scrolled`, `is_settled`, and `draw`; one that asks the engine has also `told` (a fact), `answered`
//! and `unanswered`.

pub(crate) mod cache;
pub(crate) mod card;
pub(crate) mod home;
pub(crate) mod log;
pub(crate) mod panel;
pub(crate) mod spend;
pub(crate) mod tabs;

use super::layout::Area;
use crate::model::EventKind;

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

/// What a fact of the engine is about, for screens that ask again then.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fact {
    /// What was spent.
    Spend,
    /// The cache.
    Cache,
    /// The work.
    Work,
    /// What no screen but Home shows.
    Other,
}

impl Fact {
    /// Returns what it is about.
    pub(crate) const fn of(kind: &EventKind) -> Self {
        match kind {
            EventKind::SpendChanged(_) => Self::Spend,
            EventKind::CacheChanged(_) => Self::Cache,
            EventKind::WorkMoved(_) => Self::Work,
            EventKind::TreeChanged(_)
            | EventKind::TasksChanged(_)
            | EventKind::ContextChanged(_)
            | EventKind::ModelChosen(_)
            | EventKind::WatchChanged(_)
            | EventKind::NoticeRaised(_)
            | EventKind::Ended => Self::Other,
        }
    }
}

/// Returns the cells that a screen has: all between header and footer.
pub(crate) const fn body((width, height): (u16, u16)) -> Area {
    Area { x: 0, y: 1, width, height: height.saturating_sub(2) }
}
