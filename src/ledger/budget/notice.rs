//! When to say that a budget is filling: once for each mark and period.

use serde::{Deserialize, Serialize};

use crate::model::{BudgetState, Level, UnixNanos};

/// Percent that a use must fall below a mark before reaching it again is told again: it falls only
/// when prices are corrected, and a small correction is no news.
const WITHDRAWN_BELOW: u64 = 10;

/// What is told of a budget.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It will be used up within its period.
    WillRunOut,
    /// The warning.
    Warning,
    /// The alert.
    Alert,
    /// All of it is used.
    Exceeded,
}

impl Mark {
    /// Returns the percent that it stands at; `None` when at none.
    const fn percent(self, state: &BudgetState) -> Option<u64> {
        match self {
            Self::WillRunOut => None,
            Self::Warning => Some(state.thresholds.warning as u64),
            Self::Alert => Some(state.thresholds.alert as u64),
            Self::Exceeded => Some(100),
        }
    }
}

/// A mark that a budget reached, or that was taken back: what the ledger keeps of a notice. A set
/// of them says all, in whatever order.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Reached {
    /// The budget's name.
    pub budget: String,
    /// When its period began.
    pub from: UnixNanos,
    /// What was reached.
    pub mark: Mark,
    /// How often it was taken back before in this period.
    #[serde(default)]
    pub round: u32,
    /// True when a correction of prices took it back: it can be reached again.
    pub is_withdrawn: bool,
}

/// Returns what is new since the notices before. Those that are not withdrawn are to be told; all
/// are to be kept.
///
/// A budget that passes several marks at once is told once, of the highest.
#[must_use]
pub fn crossings<'n>(
    before: impl IntoIterator<Item = &'n Reached, IntoIter: Clone>,
    states: &[BudgetState],
) -> Vec<Reached> {
    let before = before.into_iter();
    let mut new = Vec::new();
    for state in states {
        let own = || {
            let is_own = |told: &&Reached| told.budget == state.name && told.from == period(state);
            before.clone().filter(is_own)
        };
        let count = |mark: Mark, is_withdrawn: bool| {
            own().filter(|told| told.mark == mark && told.is_withdrawn == is_withdrawn).count()
        };
        let reached = |mark, withdrawn: usize, is_withdrawn| Reached {
            budget: state.name.clone(),
            from: period(state),
            mark,
            round: u32::try_from(withdrawn).unwrap_or(u32::MAX),
            is_withdrawn,
        };
        let mut told: Vec<Mark> = Vec::new();
        for mark in [Mark::WillRunOut, Mark::Warning, Mark::Alert, Mark::Exceeded] {
            let withdrawn = count(mark, true);
            if count(mark, false) <= withdrawn {
                continue;
            }
            let begins = mark.percent(state).unwrap_or(0);
            if state.percent.saturating_add(WITHDRAWN_BELOW) <= begins {
                new.push(reached(mark, withdrawn, true));
            } else {
                told.push(mark);
            }
        }
        let just_withdrawn = |mark| {
            new.iter()
                .filter(|new: &&Reached| {
                    new.mark == mark && new.budget == state.name && new.is_withdrawn
                })
                .count()
        };
        let now = match state.level {
            Level::Calm => None,
            Level::Warning => Some(Mark::Warning),
            Level::Alert => Some(Mark::Alert),
            Level::Exceeded => Some(Mark::Exceeded),
        };
        // A higher mark that still holds says more than this one would.
        let is_news = |mark: &Mark| told.iter().all(|told| told < mark);
        let will_run_out = state.run_out.is_some() && state.level < Level::Exceeded;
        let foreseen = Some(Mark::WillRunOut).filter(|mark| will_run_out && !told.contains(mark));
        let news: Vec<Reached> = now
            .filter(is_news)
            .into_iter()
            .chain(foreseen)
            .map(|mark| reached(mark, count(mark, true) + just_withdrawn(mark), false))
            .collect();
        new.extend(news);
    }
    new
}

/// Returns what tells the period of a budget from the one before: when it began. One that rolls has
/// only one.
const fn period(state: &BudgetState) -> UnixNanos {
    if state.is_rolling { UnixNanos(0) } else { state.from }
}
