//! `larder spend`: what language models cost.

mod csv;
mod json;
mod record;
mod reprice;
mod table;
mod verify;

pub(super) use table::budget;

use std::{path::Path, time::Duration};

use crate::{
    cli::{
        Exit, Failure, Program,
        args::{SpendArgs, SpendCommand, SpendWhich},
    },
    client::Books,
    model::{Day, Level, NameMatch, SpendFilter, SpendQuery, SpendReport},
};

/// While another larder reads the logs, its sums are looked at again so often, for ten seconds.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const PATIENCE: u32 = 100;

/// Shows sums, or does what the subcommand says.
pub(in crate::cli) fn run(program: &mut Program, args: &SpendArgs) -> Result<Exit, Failure> {
    match &args.command {
        Some(SpendCommand::Record(args)) => record::run(program, args),
        Some(SpendCommand::Reprice(args)) => reprice::run(program, *args),
        Some(SpendCommand::Verify(args)) => verify::run(program, *args),
        None => show(program, args),
    }
}

fn show(program: &mut Program, args: &SpendArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let mut books = Books::open(&config, std::sync::Arc::clone(&program.clock))?;
    check(&args.which, books.today())?;
    read(program, &mut books);
    let query = SpendQuery { by: args.by.unwrap_or_default(), filter: filter(&args.which) };
    let report = books.report(&query);
    if args.json {
        program.output.json(&json::Report::of(&report))?;
    } else if args.csv {
        program.output.text(&csv::text(&report))?;
    } else if args.check && args.by.is_none() {
        program.output.text(&table::budgets(&report))?;
    } else {
        program.output.text(&table::text(&report, &query.filter))?;
    }
    if args.check && !is_exceeded(&report) && !books.is_whole() {
        return Err(Failure::Task("the budgets cannot be checked on parts of the sums".to_owned()));
    }
    Ok(if args.check && is_exceeded(&report) { Exit::NotHeld } else { Exit::Done })
}

/// Fails when no day that can have requests lies in a range.
fn check(which: &SpendWhich, today: Day) -> Result<(), Failure> {
    match (which.since, which.until) {
        (Some(since), Some(until)) if since > until => Err(Failure::TurnedRange { since, until }),
        (Some(since), until) if since > today => Err(Failure::FutureRange { since, until, today }),
        (Some(_) | None, _) => Ok(()),
    }
}

/// Reads all logs, and says what could not be read.
pub(super) fn read(program: &mut Program, books: &mut Books) {
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
    for warning in books.take_warnings() {
        output.say(warning);
    }
    if !books.is_whole() {
        output.say("another larder still reads the logs: these sums are not whole");
    }
}

fn filter(which: &SpendWhich) -> SpendFilter {
    SpendFilter {
        since: which.since,
        until: which.until,
        names: NameMatch::AsInBudgets,
        tool: which.tool,
        provider: which.provider.clone(),
        model: which.model.clone(),
        project: which.project.as_deref().map(project),
        session: which.session.clone(),
        text: None,
    }
}

/// Returns the folder that a path means here; a name stays as it is.
fn project(text: &str) -> String {
    if !text.contains('/') && text != "." && text != ".." {
        return text.to_owned();
    }
    let path = Path::new(text);
    let whole = path.canonicalize().or_else(|_| std::path::absolute(path));
    whole.map_or_else(|_| text.to_owned(), |path| path.to_string_lossy().into_owned())
}

fn is_exceeded(report: &SpendReport) -> bool {
    report.budgets.iter().any(|budget| budget.level == Level::Exceeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_days(since: Option<&str>, until: Option<&str>) -> Result<(), String> {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let which =
            SpendWhich { since: since.map(day), until: until.map(day), ..SpendWhich::default() };
        check(&which, day("2026-05-20")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_range_without_days_is_an_error_that_names_both() {
        let turned = check_days(Some("2026-05-31"), Some("2026-05-01")).unwrap_err();
        assert!(turned.contains("--since 2026-05-31 comes after --until 2026-05-01"), "{turned}");
        for (until, days) in [
            (None, "the days from --since 2026-06-01 are"),
            (Some("2026-07-01"), "the days from --since 2026-06-01 to --until 2026-07-01 are"),
        ] {
            let future = check_days(Some("2026-06-01"), until).unwrap_err();
            assert!(future.starts_with(days), "{future}");
            assert!(future.contains("today is 2026-05-20"), "{future}");
        }
        for (since, until) in [
            (None, None),
            (Some("2026-05-20"), None),
            (Some("2026-05-20"), Some("2030-01-01")),
            (None, Some("2030-01-01")),
            (None, Some("1990-01-01")),
            (Some("2026-05-01"), Some("2026-05-01")),
        ] {
            check_days(since, until).unwrap();
        }
    }
}
