//! Budgets: what may be spent in a period, how full it is, and when to say so.
//!
//! Deliberately not here: what was spent, which the ledger knows, and who is told.

mod notice;
mod parse;
mod period;
mod state;

pub use notice::{Mark, Reached, crossings};
pub use parse::BadBudget;
pub use period::{Period, Span};
pub(in crate::ledger) use period::{local, start};
pub use state::{Used, message, remaining, symbol};

use crate::{
    ledger::prices,
    model::{Amount, Thresholds, Tool},
};

/// What may be spent in a period, as a line of the setting `spend.limits` tells it, such as
/// `month $30` or `week 10M tokens tool=codex warning=50`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BudgetSpec {
    /// Its name, such as `month` or `day · codex`.
    pub name: String,
    /// How much.
    pub limit: Amount,
    /// In what time.
    pub period: Period,
    /// For which requests.
    pub scope: Scope,
    /// Where warnings and alerts begin.
    pub thresholds: Thresholds,
}

/// For which requests a budget is; what is `None` may be anything.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scope {
    /// Served by this provider.
    pub provider: Option<String>,
    /// Of this model: its id with or without a date, or its beginning with `*` after it.
    pub model: Option<String>,
    /// In this project, or a folder below it: its folder, or the folder's name.
    pub project: Option<String>,
    /// From the log of this tool.
    pub tool: Option<Tool>,
    /// Only the part that files of this type have in prompts, or the `conversation` that is left.
    pub file_type: Option<String>,
}

impl Scope {
    /// Returns true when a request counts.
    #[must_use]
    pub fn takes(&self, tool: Tool, provider: &str, model: &str, project: &str) -> bool {
        self.tool.is_none_or(|own| own == tool)
            && self.provider.as_deref().is_none_or(|own| prices::is_same_provider(own, provider))
            && self.model.as_deref().is_none_or(|own| is_model(own, model))
            && self.project.as_deref().is_none_or(|own| is_project(own, project))
    }
}

pub(in crate::ledger) fn is_model(own: &str, model: &str) -> bool {
    let (own, model) = (own.to_ascii_lowercase(), model.to_ascii_lowercase());
    let bare = model.rsplit('/').next().unwrap_or_default();
    match own.strip_suffix('*') {
        Some(beginning) => model.starts_with(beginning) || bare.starts_with(beginning),
        None => own == model || own == bare || own == prices::without_date(bare),
    }
}

/// Says whether a project is this one: sessions go into folders below the one they began in.
pub(in crate::ledger) fn is_project(own: &str, project: &str) -> bool {
    let own = own.trim_end_matches('/');
    if !own.contains('/') {
        return project.split('/').any(|folder| folder == own);
    }
    project.strip_prefix(own).is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

#[cfg(test)]
mod tests;
