//! The settings of the ledger.

use std::path::PathBuf;

use serde::Deserialize;

/// The settings of the ledger.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Options {
    /// Whether logs are read at all.
    pub enabled: bool,
    /// The zone that days are cut in; empty for the system's.
    pub zone: String,
    /// Analytics logs of aider, which lie where their user wants them.
    pub aider_logs: Vec<PathBuf>,
    /// Whether a flat subscription pays, so that costs are what the API would have charged.
    pub subscription: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { enabled: true, zone: String::new(), aider_logs: Vec::new(), subscription: false }
    }
}
