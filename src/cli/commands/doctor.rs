//! `larder doctor`: whether larder can work here.

mod folders;
mod machine;

use std::sync::Arc;

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::JsonArgs,
        connect::Session,
        table::{Align, Table, number_of},
    },
    client::Keep,
    config::{Config, ConfigError},
    model::{CacheStatus, Shown, StoreMode},
    ui::format::bytes,
};

/// What a check found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// All is well.
    Ok,
    /// Larder works, with less than it could have.
    Warning,
    /// Larder does not work as it should.
    Failed,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    /// What was found, and what helps; safe to show.
    found: String,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Ok, found: found.into() }
    }

    fn warning(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Warning, found: found.into() }
    }

    fn failed(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Failed, found: found.into() }
    }
}

/// Checks everything, and prints what was found.
pub(in crate::cli) fn run(program: &mut Program, args: JsonArgs) -> Result<Exit, Failure> {
    let (config, wrong) = program.config_or_defaults()?;
    let mut checks = vec![version(), settings(&config, wrong.as_ref())];
    checks.extend(folders::checks(&config));
    let store = program.block_on(async |program| {
        let clock = Arc::clone(&program.clock);
        let session = Session::open(&config, None, Keep::Cache, clock)?;
        let status = session.cache().await;
        session.close(&mut program.output).await;
        status
    });
    checks.push(match &store {
        Ok(status) => store_check(status),
        Err(failure) => Check::failed("store", failure.to_string()),
    });
    checks.extend(machine::checks(program));
    let is_healthy = checks.iter().all(|check| check.state != State::Failed);
    if args.json {
        program.output.json(&Report { healthy: is_healthy, checks: &checks })?;
    } else {
        program.output.text(&text(&checks))?;
    }
    Ok(if is_healthy { Exit::Done } else { Exit::NotHeld })
}

#[derive(Serialize)]
struct Report<'c> {
    healthy: bool,
    checks: &'c [Check],
}

fn version() -> Check {
    let (version, system) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    Check::ok("version", format!("larder {version} on {system} {}", std::env::consts::ARCH))
}

fn settings(config: &Config, wrong: Option<&ConfigError>) -> Check {
    if let Some(error) = wrong {
        let lines: Vec<_> = error.to_string().lines().map(str::to_owned).collect();
        return Check::failed("settings", format!("{}: defaults are checked", lines.join("; ")));
    }
    let path = config.paths.user_file();
    let shown = Shown::text(&path.to_string_lossy()).to_string();
    match (config.ignored.len(), path.exists()) {
        (0, true) => Check::ok("settings", shown),
        (0, false) => Check::ok("settings", format!("{shown} is not there: defaults are used")),
        (ignored, _) => {
            Check::warning("settings", format!("{ignored} settings are ignored, named above"))
        }
    }
}

fn store_check(status: &CacheStatus) -> Check {
    match &status.mode {
        StoreMode::Ok => {
            let entries: u64 = status.kinds.iter().map(|kind| kind.entries).sum();
            let entries = number_of(entries, "entry", "entries");
            Check::ok("store", format!("{entries}, {} on disk", bytes(status.disk_use)))
        }
        StoreMode::Opening => Check::warning("store", "it is still being opened"),
        StoreMode::ReadOnly(reason) => {
            Check::warning("store", format!("read only: {}", Shown::text(reason)))
        }
        StoreMode::MemoryOnly(reason) => {
            Check::warning("store", format!("memory only: {}", Shown::text(reason)))
        }
        StoreMode::Fallback(reason) => {
            Check::failed("store", format!("fallback to a JSON file: {}", Shown::text(reason)))
        }
    }
}

fn text(checks: &[Check]) -> String {
    let columns = ["check", "state", "found"].map(|name| (name, Align::Left));
    let mut table = Table::new(&columns);
    for check in checks {
        let state = match check.state {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Failed => "FAILED",
        };
        table.row([check.name, state, &check.found].map(str::to_owned));
    }
    table.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_of_the_store_has_its_state() {
        let state = |mode| store_check(&CacheStatus { mode, ..CacheStatus::default() }).state;
        assert_eq!(state(StoreMode::Ok), State::Ok);
        assert_eq!(state(StoreMode::MemoryOnly("process 7".to_owned())), State::Warning);
        assert_eq!(state(StoreMode::Fallback("damaged".to_owned())), State::Failed);
    }

    #[test]
    fn the_json_holds_every_check() {
        let checks = [Check::ok("a", "fine"), Check::failed("b", "not")];
        let json = serde_json::to_value(Report { healthy: false, checks: &checks }).unwrap();
        assert_eq!(
            json["checks"][1],
            serde_json::json!({"name": "b", "state": "failed", "found": "not"})
        );
        assert!(text(&checks).contains("b      FAILED  not"), "{}", text(&checks));
    }
}
