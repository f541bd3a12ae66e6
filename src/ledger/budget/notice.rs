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

/// A mark that a budget reached, or that was taken back: what the ledger keeps of a notice.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Reached {
    /// The budget's name.
    pub budget: String,
    /// When its period began.
    pub from: UnixNanos,
    /// What was reached.
    pub mark: Mark,
    /// True when a correction of prices took it back: it can be reached again.
    pub is_withdrawn: bool,
    /// The use in percent then.
    pub percent: u64,
}

/// Returns what is new since the notices before, which are in the order of their time. Those that
/// are not withdrawn are to be told; all are to be kept.
///
/// A budget that passes several marks at once is told once, of the highest.
#[must_use]
pub fn crossings(before: &[Reached], states: &[BudgetState]) -> Vec<Reached> {
    let mut new = Vec::new();
    for state in states {
        let own = |told: &&Reached| told.budget == state.name && told.from == state.from;
        let mut told: Vec<Mark> = Vec::new();
        for notice in before.iter().filter(own) {
            told.retain(|mark| *mark != notice.mark);
            told.extend((!notice.is_withdrawn).then_some(notice.mark));
        }
        let reached = |mark, is_withdrawn| Reached {
            budget: state.name.clone(),
            from: state.from,
            mark,
            is_withdrawn,
            percent: state.percent,
        };
        told.retain(|mark| {
            let begins = mark.percent(state).unwrap_or(u64::MIN);
            let is_withdrawn = state.percent.saturating_add(WITHDRAWN_BELOW) <= begins;
            new.extend(is_withdrawn.then(|| reached(*mark, true)));
            !is_withdrawn
        });
        let now = match state.level {
            Level::Calm => None,
            Level::Warning => Some(Mark::Warning),
            Level::Alert => Some(Mark::Alert),
            Level::Exceeded => Some(Mark::Exceeded),
        };
        // A higher mark that still holds says more than this one would.
        let is_news = |mark: &Mark| told.iter().all(|told| told < mark);
        new.extend(now.filter(is_news).map(|mark| reached(mark, false)));
        let will_run_out = state.run_out.is_some() && state.level < Level::Exceeded;
        if will_run_out && !told.contains(&Mark::WillRunOut) {
            new.push(reached(Mark::WillRunOut, false));
        }
    }
    new
}
