//! What the settings of Codex say where a log is silent.

use std::{fs, io, path::Path};

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
        let read = fs::read_to_string(&path);
        let table = match read.map(|text| text.parse::<toml::Table>()) {
            Ok(Ok(table)) => table,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::default(),
            failed => {
                let path = Shown::bytes(path.as_os_str().as_encoded_bytes());
                let error = failed.err().map(|error| error.to_string());
                tracing::warn!(%path, error, "settings of Codex are not readable");
                return Self::default();
            }
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
