//! What the settings of Codex say where a log is silent.

use std::{fs, path::Path};

use crate::{ledger::Service, model::Shown};

/// What matters of them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Settings {
    /// The model.
    pub(super) model: Option<String>,
    /// How requests are served.
    pub(super) service: Service,
}

impl Settings {
    /// Reads the settings in the folder of Codex; none when there are none.
    pub(super) fn read(home: &Path) -> Self {
        let path = home.join("config.toml");
        let Ok(text) = fs::read_to_string(&path) else { return Self::default() };
        let Ok(table) = text.parse::<toml::Table>() else {
            let path = Shown::bytes(path.as_os_str().as_encoded_bytes());
            tracing::warn!(%path, "settings of Codex are not readable");
            return Self::default();
        };
        let text = |key: &str| table.get(key).and_then(toml::Value::as_str);
        Self {
            model: text("model").filter(|model| !model.is_empty()).map(str::to_owned),
            service: text("service_tier").map_or(Service::Standard, service),
        }
    }
}

/// Returns how a request of this tier is served.
pub(super) fn service(tier: &str) -> Service {
    match tier {
        "fast" => Service::Fast,
        "priority" => Service::Priority,
        "flex" => Service::Flex,
        "batch" => Service::Batch,
        _ => Service::Standard,
    }
}
