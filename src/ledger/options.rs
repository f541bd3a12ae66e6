//! The settings of the ledger.

use std::path::PathBuf;

use serde::Deserialize;

use super::{BadBudget, BudgetSpec, Zone};
use crate::model::Thresholds;

/// The settings of the ledger.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Options {
    /// Whether logs are read at all.
    pub enabled: bool,
    /// The zone that days are cut in; empty for the system's.
    pub zone: String,
    /// Budgets, each a line such as `month $30`.
    pub limits: Vec<String>,
    /// Whether a flat subscription pays, so that costs are what the API would have charged.
    pub subscription: bool,
    /// Analytics logs of aider, which lie where their user wants them.
    pub aider_logs: Vec<PathBuf>,
    /// Where budgets warn and alert that do not say so themselves.
    #[serde(skip)]
    pub thresholds: Thresholds,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            enabled: true,
            zone: String::new(),
            limits: vec!["month $30".to_owned()],
            subscription: false,
            aider_logs: Vec::new(),
            thresholds: Thresholds::default(),
        }
    }
}

impl Options {
    /// Returns the budgets.
    ///
    /// # Errors
    /// Fails with the number of the first line that is no budget, from 0, and why.
    pub fn budgets(&self) -> Result<Vec<BudgetSpec>, (usize, BadBudget)> {
        let mut budgets = BudgetSpec::parse_all(&self.limits)?;
        for (budget, line) in budgets.iter_mut().zip(&self.limits) {
            if !line.contains("warning=") && !line.contains("alert=") {
                budget.thresholds = self.thresholds;
            }
        }
        Ok(budgets)
    }

    /// Returns why the zone cannot be used, in words.
    ///
    /// # Errors
    /// Fails when no zone has that name.
    pub fn check_zone(&self) -> Result<(), String> {
        if self.zone.is_empty() {
            // The system's always is one, and looking for it reads a folder of hundreds of files.
            return Ok(());
        }
        Zone::find(&self.zone).map(drop).map_err(|error| error.to_string())
    }

    /// Returns why a line is no budget, in words.
    ///
    /// # Errors
    /// Fails when a line is none, or two have the same name.
    pub fn check_limits(&self) -> Result<(), String> {
        self.budgets().map(drop).map_err(|(_, bad)| bad.to_string())
    }
}
