//! What every command gets: settings, output, time, a runtime.

use std::{
    env,
    ffi::OsString,
    io::IsTerminal,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Failure, Output, limits, logging};
use crate::{
    client::RecentLog,
    config::{Config, ConfigError, Flag, Sources},
    model::Clock,
};

/// What every command gets.
#[derive(Debug)]
pub struct Program {
    /// Where lines go.
    pub output: Output,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Environment variables.
    pub environment: Vec<(OsString, OsString)>,
    /// The newest records of the log.
    pub log: RecentLog,
}

impl Program {
    /// Reads the settings for a folder, names what is not heard, and begins to log.
    pub(super) fn config(
        &mut self,
        root: Option<PathBuf>,
        flags: Vec<Flag>,
    ) -> Result<Config, Failure> {
        let config = Config::load(&self.sources(root, flags))?;
        self.heed(&config);
        Ok(config)
    }

    /// Reads the settings of the user, or the defaults with what is wrong with the settings.
    pub(super) fn config_or_defaults(&mut self) -> Result<(Config, Option<ConfigError>), Failure> {
        let (config, error) = Config::load_or_defaults(&self.sources(None, Vec::new()))?;
        self.heed(&config);
        Ok((config, error))
    }

    /// Returns where the settings for a folder come from.
    pub(super) fn sources(&self, root: Option<PathBuf>, flags: Vec<Flag>) -> Sources {
        let environment = self.environment.clone();
        // Without a current folder, a relative one in the environment is refused by name.
        let here = env::current_dir().unwrap_or_default();
        Sources { environment, here, root, flags }
    }

    /// Names what is not heard, and begins to log.
    fn heed(&mut self, config: &Config) {
        let log = config.paths.log_file();
        let (clock, recent) = (Arc::clone(&self.clock), self.log.clone());
        if let Err(error) = logging::begin(&log, &config.log, clock, recent) {
            self.output.say(format_args!(
                "cannot log to {}: {error}",
                crate::model::Shown::text(&log.to_string_lossy())
            ));
        }
        for problem in &config.ignored {
            tracing::warn!("ignored: {problem}");
            self.output.say(format_args!("ignored: {problem}"));
        }
    }

    /// Returns an environment variable as text.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let (_, value) = self.environment.iter().find(|(known, _)| known == name)?;
        value.to_str()
    }

    /// Runs something that waits.
    pub(super) fn block_on<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        limits::runtime()?.block_on(work(self))
    }

    /// Returns true when a person sits before it.
    pub(super) fn is_interactive(&self) -> bool {
        std::io::stdin().is_terminal() && self.output.is_terminal(super::Stream::Out)
    }

    /// Returns true when there is somebody at a keyboard who sees standard error, while the output
    /// goes elsewhere.
    pub(super) fn is_interactive_beside_output(&self) -> bool {
        std::io::stdin().is_terminal() && self.output.is_terminal(super::Stream::Err)
    }
}

/// Returns the folder itself, or the one that holds the file.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}
