//! `larder spend`: what language models cost.

mod csv;
mod json;
mod record;
mod reprice;
mod table;
mod verify;

pub(super) use table::budget;

use std::time::Duration;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::{SpendArgs, SpendCommand, SpendWhich},
    },
    client::Books,
    config::Config,
    model::{Level, SpendFilter, SpendQuery, SpendReport},
};

/// While another larder reads the logs, its sums are looked at again so often, for ten seconds.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const PATIENCE: u32 = 100;

/// Shows sums, or does what the subcommand says.
pub(in crate::cli) fn run(program: &mut Program, args: &SpendArgs) -> Result<Exit, Failure> {
    match &args.command {
        Some(SpendCommand::Record(args)) => record::run(program, args),
        Some(SpendCommand::Reprice(args)) => reprice::run(program, *args),
        Some(SpendCommand::Verify { json }) => verify::run(program, *json),
        None => show(program, args),
    }
}

fn show(program: &mut Program, args: &SpendArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let mut books = open(program, &config)?;
    let query = SpendQuery { by: args.by.unwrap_or_default(), filter: filter(&args.which) };
    let report = books.report(&query);
    for warning in books.take_warnings() {
        program.output.say(warning);
    }
    if !books.is_whole() {
        program.output.say("another larder still reads the logs: these sums are not whole");
    }
    if args.json {
        program.output.json(&json::Report::of(&report))?;
    } else if args.csv {
        program.output.text(&csv::text(&report))?;
    } else {
        program.output.text(&table::text(&report))?;
    }
    if args.check && !is_exceeded(&report) && !books.is_whole() {
        return Err(Failure::Task("the budgets cannot be checked on parts of the sums".to_owned()));
    }
    Ok(if args.check && is_exceeded(&report) { Exit::NotHeld } else { Exit::Done })
}

/// Opens the ledger and reads all logs.
fn open(program: &mut Program, config: &Config) -> Result<Books, Failure> {
    let mut books = Books::open(config, std::sync::Arc::clone(&program.clock))?;
    let output = &mut program.output;
    books.refresh(&mut |done, files| output.progress(&format!("{done} of {files} logs")));
    for _ in 0..PATIENCE {
        if books.is_whole() {
            break;
        }
        output.progress("another larder reads the logs");
        std::thread::park_timeout(LOOK_AGAIN);
        books.refresh(&mut |_, _| {});
    }
    output.end_progress();
    Ok(books)
}

fn filter(which: &SpendWhich) -> SpendFilter {
    SpendFilter {
        since: which.since,
        until: which.until,
        tool: which.tool,
        provider: which.provider.clone(),
        model: which.model.clone(),
        project: which.project.clone(),
        session: which.session.clone(),
        text: None,
    }
}

fn is_exceeded(report: &SpendReport) -> bool {
    report.budgets.iter().any(|budget| budget.level == Level::Exceeded)
}
