//! `larder [PATH]`: the dashboard, on a terminal or once as text.

use std::path::PathBuf;

use crate::cli::{Exit, Failure, Program, args::DashboardArgs};
use crate::config::Flag;

/// Opens the dashboard.
pub(in crate::cli) fn run(program: &mut Program, args: DashboardArgs) -> Result<Exit, Failure> {
    let root = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
    if args.once.is_none() && !program.is_interactive() {
        return Err(Failure::NoTerminal);
    }
    let _config = program.config(Some(root), flags(&args))?;
    Err(Failure::NoTerminal)
}

fn flags(args: &DashboardArgs) -> Vec<Flag> {
    let of = |name, key, value: Option<String>| value.map(|value| Flag { name, key, value });
    [
        of("--model", "model", args.model.clone()),
        of("--encoding", "encoding", args.encoding.map(|encoding| encoding.to_string())),
        of("--theme", "ui.theme", args.theme.clone()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
