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
    let (root, sample) = plan(args, Path::new("."))?;
    let config = program.config(root.clone(), Vec::new())?;
    let report = program.block_on(async |program| {
        let clock = Arc::clone(&program.clock);
        let session = Session::open(&config, root.as_deref(), Keep::Cache, clock)?;
        let report = verify(program, &session, sample).await;
        session.close(&mut program.output).await;
        report
    })?;
    if args.json {
        program.output.json(&Report::of(&report))?;
    } else {
        program.output.line(sentence(&report))?;
    }
    Ok(if report.damaged + report.wrong > 0 { Exit::NotHeld } else { Exit::Done })
}

/// Percent of a repository's files that are counted again when nothing is said.
const SAMPLE: u8 = 10;

/// Returns the repository whose files are counted again, and which share of them in percent.
///
/// Outside of any repository nothing is counted again unless it is asked for: the folder may be
/// a whole disk.
fn plan(args: &VerifyArgs, here: &Path) -> Result<(Option<PathBuf>, u8), Failure> {
    let is_asked_for = args.path.is_some() || args.sample.is_some();
    let root = repository_of(args.path.as_deref().unwrap_or(here))?;
    let sample = args.sample.unwrap_or(SAMPLE);
    if sample == 0 || !(is_asked_for || root.join(".git").exists()) {
        return Ok((None, 0));
    }
    Ok((Some(root), sample))
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
    let ended = session.run(Command::Verify { sample }, &mut program.output).await?;
    session.tell_unseen(&mut program.output).await?;
    match ended {
        Ended::Verified(report) => Ok(report),
        Ended::Done | Ended::Imported(_) | Ended::Exported(_) => {
            Err(Failure::Task("the verification ended without a report".to_owned()))
        }
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
    let entries = number_of(report.entries, "entry", "entries");
    // Which results they were, and where they lie now, is said beside this.
    let damaged = grouped(report.damaged);
    let checked = format!("{entries} checked: {damaged} damaged and removed from the cache");
    if report.recounted + report.stale == 0 {
        return checked;
    }
    let files = number_of(report.recounted, "file", "files");
    let (wrong, stale) = (grouped(report.wrong), grouped(report.stale));
    format!("{checked}; {files} counted again: {wrong} wrong and repaired, {stale} changed since")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_a_repository_is_counted_again_and_nothing_of_other_folders() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().canonicalize().unwrap();
        let args = |sample| VerifyArgs { path: None, sample, json: false };
        assert_eq!(plan(&args(None), &here).unwrap(), (None, 0));
        assert_eq!(plan(&args(Some(5)), &here).unwrap(), (Some(here.clone()), 5));
        let named = VerifyArgs { path: Some(here.clone()), ..args(None) };
        assert_eq!(plan(&named, Path::new(".")).unwrap(), (Some(here.clone()), SAMPLE));
        std::fs::create_dir(here.join(".git")).unwrap();
        assert_eq!(plan(&args(None), &here).unwrap(), (Some(here.clone()), SAMPLE));
        assert_eq!(plan(&args(Some(0)), &here).unwrap(), (None, 0));
    }

    #[test]
    fn files_are_named_only_when_some_were_looked_at() {
        let report = VerifyReport { entries: 3, ..VerifyReport::default() };
        assert_eq!(sentence(&report), "3 entries checked: 0 damaged and removed from the cache");
        let report = VerifyReport { recounted: 1, ..report };
        assert!(
            sentence(&report).contains("1 file counted again: 0 wrong"),
            "{}",
            sentence(&report)
        );
    }
}
