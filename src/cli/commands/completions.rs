//! `larder completions SHELL`.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::cli::{Exit, Failure, Program, args::Cli};

/// Prints a script that completes commands and flags.
pub(in crate::cli) fn run(program: &mut Program, shell: Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "larder", &mut script);
    program.output.bytes(&script)?;
    Ok(Exit::Done)
}
