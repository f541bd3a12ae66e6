//! One run of the program: arguments to exit code.

use std::{
    env,
    ffi::OsString,
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::{Parser, error::ErrorKind};

use super::{
    Exit, Failure, Output,
    args::{Cli, Command},
    commands, limits, logging,
};
use crate::{
    client::RecentLog,
    config::{Config, ConfigError, Flag, Sources},
    model::{Clock, SystemClock},
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

/// Runs the program of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let mut program = Program {
        output: Output::of_process(),
        clock: Arc::new(SystemClock::start()),
        environment: env::vars_os().collect(),
        log: RecentLog::default(),
    };
    if let Err(error) = limits::outlive_file_limits() {
        let failure = Failure::Start(error);
        program.output.say(&failure);
        return ExitCode::from(failure.code());
    }
    program.run(cli)
}

/// Prints help, version or what is wrong with the arguments.
fn refuse(error: &clap::Error) -> ExitCode {
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    match error.print() {
        Ok(()) if is_help => ExitCode::SUCCESS,
        Ok(()) => ExitCode::from(2),
        Err(source) => ExitCode::from(Failure::Output(source).code()),
    }
}

impl Program {
    /// Runs a command, says what failed, and returns the exit code.
    #[must_use]
    pub fn run(mut self, cli: Cli) -> ExitCode {
        let ended = self.dispatch(cli);
        let flushed = self.output.finish();
        match ended.and_then(|exit| flushed.map(|()| exit)) {
            Ok(exit) => exit.into(),
            Err(failure) => {
                tracing::error!(code = failure.code(), "{failure}");
                if let Some(text) = failure.text() {
                    text.lines().for_each(|line| self.output.say(line));
                }
                ExitCode::from(failure.code())
            }
        }
    }

    fn dispatch(&mut self, cli: Cli) -> Result<Exit, Failure> {
        match cli.command {
            None => commands::dashboard::run(self, &cli.dashboard),
            Some(Command::Count(args)) => commands::count::run(self, &args),
            Some(Command::Cache(args)) => commands::cache::run(self, args.command),
            Some(Command::Spend(args)) => commands::spend::run(self, &args),
            Some(Command::Statusline) => commands::statusline::run(self),
            Some(Command::Tasks(args)) => commands::tasks::run(self, &args),
            Some(Command::Config(args)) => commands::config::run(self, &args),
            Some(Command::Keys(args)) => commands::keys::run(self, args),
            Some(Command::Prices(args)) => commands::prices::run(self, &args),
            Some(Command::Doctor(args)) => commands::doctor::run(self, args),
            Some(Command::Completions { shell }) => commands::completions::run(self, shell),
            Some(Command::Man) => commands::man::run(self),
        }
    }

    /// Reads the settings for a folder, names what is not heard, and begins to log.
    pub(super) fn config(
        &mut self,
        root: Option<PathBuf>,
        flags: Vec<Flag>,
    ) -> Result<Config, Failure> {
        let sources = Sources { environment: self.environment.clone(), root, flags };
        let config = Config::load(&sources)?;
        self.heed(&config);
        Ok(config)
    }

    /// Reads the settings of the user, or the defaults with what is wrong with the settings.
    pub(super) fn config_or_defaults(&mut self) -> Result<(Config, Option<ConfigError>), Failure> {
        let environment = self.environment.clone();
        let sources = Sources { environment, root: None, flags: Vec::new() };
        let (config, error) = Config::load_or_defaults(&sources)?;
        self.heed(&config);
        Ok((config, error))
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
