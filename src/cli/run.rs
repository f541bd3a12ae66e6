//! One run of the program: arguments to exit code.

use std::{env, process::ExitCode, sync::Arc};

use clap::{Parser, error::ErrorKind};

use super::{
    Exit, Failure, Output, Program,
    args::{Cli, Command},
    commands, limits,
};
use crate::{client::RecentLog, model::SystemClock};

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
}
