//! What the settings of Codex say where a log is silent.

use std::{fs, io, os::unix::fs::MetadataExt, path::Path};

use crate::{
    ledger::{Service, logs::follow},
    model::{Shown, UnixNanos},
};

/// What matters of them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Settings {
    /// The model.
    pub(super) model: Option<String>,
    /// How requests are served.
    service: Service,
    /// Since when they have said so, at the latest.
    since: UnixNanos,
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
            since: changed(&path),
        }
    }

    /// Returns how a request of this time was served; none when they may have said otherwise then.
    pub(super) fn service_at(&self, at: UnixNanos) -> Option<Service> {
        (self.service == Service::Standard || at >= self.since).then_some(self.service)
    }
}

/// Returns when a file, or a link that leads to it, was changed or put there: one that was moved or
/// copied back keeps the time of what it holds.
fn changed(path: &Path) -> UnixNanos {
    let all = [path.metadata(), path.symlink_metadata()];
    let times = all.into_iter().flatten().flat_map(|file| {
        let put_there =
            file.ctime().saturating_mul(1_000_000_000).saturating_add(file.ctime_nsec());
        [follow::modified(&file), UnixNanos(put_there)]
    });
    // Where nobody can tell, they were changed just now.
    times.max().unwrap_or(UnixNanos(i64::MAX))
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
