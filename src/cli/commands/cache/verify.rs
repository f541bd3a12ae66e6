//! `larder cache verify`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::VerifyArgs,
        commands::root::repository_of,
        connect::{Ended, Session},
        table::number_of,
    },
    client::Keep,
    model::{Command, VerifyReport},
    ui::format::grouped,
};

/// Checks every entry, and counts a share of the files again.
pub(super) fn run(program: &mut Program, args: &VerifyArgs) -> Result<Exit, Failure> {
    let root = root(args)?;
    let config = program.config(root.clone(), Vec::new())?;
    let report = program.block_on(async |program| {
        let clock = Arc::clone(&program.clock);
        let session = Session::open(&config, root.as_deref(), Keep::Cache, clock)?;
        let report = verify(program, &session, args.sample).await;
        session.close().await;
        report
    })?;
    if args.json {
        program.output.json(&Report::of(&report))?;
    } else {
        program.output.line(sentence(&report))?;
    }
    Ok(if report.damaged + report.wrong > 0 { Exit::NotHeld } else { Exit::Done })
}

/// Returns the repository whose files are counted again, `None` when none are.
fn root(args: &VerifyArgs) -> Result<Option<PathBuf>, Failure> {
    if args.sample == 0 && args.path.is_none() {
        return Ok(None);
    }
    repository_of(args.path.as_deref().unwrap_or(Path::new("."))).map(Some)
}

async fn verify(
    program: &mut Program,
    session: &Session,
    sample: u8,
) -> Result<VerifyReport, Failure> {
    session.usable_cache().await?;
    if sample > 0 {
        // Only files that are counted can be counted again.
        session.settle(&mut program.output).await?;
    }
    match session.run(Command::Verify { sample }, &mut program.output).await? {
        Ended::Verified(report) => Ok(report),
        Ended::Done => Err(Failure::Task("the verification ended without a report".to_owned())),
    }
}

#[derive(Serialize)]
struct Report {
    entries: u64,
    damaged: u64,
    recounted: u64,
    wrong: u64,
    stale: u64,
}

impl Report {
    const fn of(report: &VerifyReport) -> Self {
        let VerifyReport { entries, damaged, recounted, wrong, stale } = *report;
        Self { entries, damaged, recounted, wrong, stale }
    }
}

fn sentence(report: &VerifyReport) -> String {
    format!(
        "{} checked: {} damaged and removed; {} counted again: {} wrong and repaired, \
         {} changed since",
        number_of(report.entries, "entry", "entries"),
        grouped(report.damaged),
        number_of(report.recounted, "file", "files"),
        grouped(report.wrong),
        grouped(report.stale)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verification_needs_a_repository_only_to_count_files_again() {
        let args = |sample| VerifyArgs { path: None, sample, json: false };
        assert_eq!(root(&args(0)).unwrap(), None);
        assert!(root(&args(5)).unwrap().is_some());
    }
}
