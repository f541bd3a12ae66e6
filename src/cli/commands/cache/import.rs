//! `larder cache import` and `larder cache export`.

use std::{ffi::OsString, path::Path, path::PathBuf};

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::{ExportArgs, ImportArgs},
        connect::Ended,
        table::number_of,
    },
    model::{Command, ImportReport, ImportRequest, Shown},
    ui::format::{bytes, duration},
};

/// Takes over a cache, and says what became of every entry.
pub(super) fn run(program: &mut Program, args: &ImportArgs) -> Result<Exit, Failure> {
    let mut config = program.config(None, Vec::new())?;
    if let Some(folder) = &args.destination {
        config.paths.cache = std::path::absolute(folder)
            .map_err(|error| Failure::Path { path: folder.clone(), reason: error.to_string() })?;
    }
    let request = ImportRequest {
        source: args.source.clone(),
        backup: args.backup.clone().map(|to| to.unwrap_or_else(|| beside(&args.source))),
        verify: args.verify,
    };
    let report = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        session.usable_cache().await?;
        let ended = session.run(Command::Import(request), &mut program.output).await;
        session.close().await;
        match ended? {
            Ended::Imported(report) => Ok(report),
            Ended::Done | Ended::Verified(_) | Ended::Exported(_) => {
                Err(Failure::Task("the import ended without a report".to_owned()))
            }
        }
    })?;
    if args.json {
        program.output.json(&Report::of(&report))?;
    } else {
        program.output.text(&text(&report, &args.source, &config.paths.cache))?;
    }
    let differ = report.verified.is_some_and(|(_, wrong)| wrong > 0);
    Ok(if report.failed > 0 || differ { Exit::NotHeld } else { Exit::Done })
}

/// Returns the place of a backup beside its source: `NAME.backup`.
fn beside(source: &Path) -> PathBuf {
    let mut name: OsString = source.file_name().unwrap_or_default().to_owned();
    name.push(".backup");
    source.with_file_name(name)
}

#[derive(Serialize)]
struct Report<'r> {
    format: &'r str,
    found: u64,
    imported: u64,
    skipped: Vec<Skipped<'r>>,
    failed: u64,
    failures: Vec<Failed<'r>>,
    verified: Option<Verified>,
    source_bytes: u64,
    stored_bytes: u64,
    backup: Option<String>,
    took_ms: u64,
}

#[derive(Serialize)]
struct Skipped<'r> {
    reason: &'r str,
    entries: u64,
}

#[derive(Serialize)]
struct Failed<'r> {
    what: &'r str,
    why: &'r str,
}

#[derive(Serialize)]
struct Verified {
    entries: u64,
    wrong: u64,
}

impl<'r> Report<'r> {
    fn of(report: &'r ImportReport) -> Self {
        let skipped = report.skipped.iter();
        let failures = report.failures.iter();
        Self {
            format: &report.format,
            found: report.found,
            imported: report.imported,
            skipped: skipped
                .map(|(reason, entries)| Skipped { reason, entries: *entries })
                .collect(),
            failed: report.failed,
            failures: failures.map(|(what, why)| Failed { what, why }).collect(),
            verified: report.verified.map(|(entries, wrong)| Verified { entries, wrong }),
            source_bytes: report.source_bytes.0,
            stored_bytes: report.stored_bytes.0,
            backup: report.backup.as_ref().map(|path| path.to_string_lossy().into_owned()),
            took_ms: report.took.0,
        }
    }
}

fn text(report: &ImportReport, source: &Path, destination: &Path) -> String {
    let shown = |path: &Path| Shown::text(&path.to_string_lossy()).to_string();
    let mut text = vec![format!(
        "Import of {}\n  Source: {}\n  Destination: {}\n",
        Shown::text(&report.format),
        shown(source),
        shown(destination)
    )];
    if let Some(backup) = &report.backup {
        text.push(format!("  Backup: {}\n", shown(backup)));
    }
    let (found, failed) = (report.found, report.failed);
    text.push(format!("  Progress: {found}/{found} ({failed} failed)\n"));
    text.push(format!("  Total entries: {found}\n  Imported: {}\n", report.imported));
    for (reason, entries) in &report.skipped {
        text.push(format!("  Left out: {entries}, {}\n", Shown::text(reason)));
    }
    text.push(format!("  Failed: {failed}\n"));
    for (what, why) in &report.failures {
        text.push(format!("    {}: {}\n", Shown::text(what), Shown::text(why)));
    }
    let more = failed.saturating_sub(report.failures.len() as u64);
    if more > 0 {
        text.push(format!("    and {more} more\n"));
    }
    text.push(sizes(report.source_bytes.0, report.stored_bytes.0));
    match report.verified {
        Some((entries, 0)) => text.push(format!("  Verification passed: {entries} read back\n")),
        Some((entries, wrong)) => {
            text.push(format!("  Verification failed: {wrong} of {entries} differ\n"));
        }
        None => {}
    }
    text.push(format!("  Took: {}\n", duration(report.took)));
    text.concat()
}

/// Returns what the source took, what its entries take now, and what that saves.
fn sizes(source: u64, stored: u64) -> String {
    let (word, by) =
        if stored <= source { ("saved", source - stored) } else { ("added", stored - source) };
    let tenths = (u128::from(by) * 1000 + u128::from(source) / 2).checked_div(u128::from(source));
    let percent = tenths.map(|tenths| format!(" ({}.{}%)", tenths / 10, tenths % 10));
    format!(
        "  Source size: {source} bytes\n  Destination size: {stored} bytes\n  Space {word}: {by} bytes{}\n",
        percent.unwrap_or_default()
    )
}

/// Writes entries into a file.
pub(super) fn export(program: &mut Program, args: &ExportArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let file = std::path::absolute(&args.file)
        .map_err(|error| Failure::Path { path: args.file.clone(), reason: error.to_string() })?;
    let report = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        session.usable_cache().await?;
        let command = Command::Export(file, args.kind);
        let ended = session.run(command, &mut program.output).await;
        session.close().await;
        match ended? {
            Ended::Exported(report) => Ok(report),
            Ended::Done | Ended::Verified(_) | Ended::Imported(_) => {
                Err(Failure::Task("the export ended without a report".to_owned()))
            }
        }
    })?;
    if args.json {
        program.output.json(&report)?;
    } else {
        let (entries, size) = (number_of(report.entries, "entry", "entries"), bytes(report.bytes));
        program.output.line(format_args!("wrote {entries}, {size}; results may hold secrets"))?;
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bytes, Millis};

    fn report() -> ImportReport {
        ImportReport {
            format: "token cache, SQLite".to_owned(),
            found: 142,
            imported: 130,
            skipped: vec![("the file changed".to_owned(), 5)],
            failed: 7,
            failures: (0..5).map(|n| (format!("row {n}"), "bad hash".to_owned())).collect(),
            verified: Some((130, 0)),
            source_bytes: Bytes(40_000),
            stored_bytes: Bytes(10_000),
            backup: Some(PathBuf::from("/c/cache.db.backup")),
            took: Millis(1_500),
        }
    }

    #[test]
    fn the_first_failures_are_shown_and_all_are_counted() {
        let text = text(&report(), Path::new("/old"), Path::new("/new"));
        assert!(text.contains("  Source: /old\n  Destination: /new\n"), "{text}");
        assert!(text.contains("  Progress: 142/142 (7 failed)\n"), "{text}");
        assert!(text.contains("  Total entries: 142\n  Imported: 130\n"), "{text}");
        assert_eq!(text.matches("bad hash").count(), 5);
        assert!(text.contains("    and 2 more\n"), "{text}");
        assert!(text.contains("  Left out: 5, the file changed\n"), "{text}");
        assert!(text.contains("  Verification passed: 130 read back\n"), "{text}");
    }

    #[test]
    fn space_saved_is_told_in_bytes_and_percent() {
        let told = sizes(184_320, 45_891);
        assert!(told.ends_with("  Space saved: 138429 bytes (75.1%)\n"), "{told}");
        assert!(sizes(10, 15).ends_with("  Space added: 5 bytes (50.0%)\n"));
        assert!(sizes(0, 0).ends_with("  Space saved: 0 bytes\n"));
    }

    #[test]
    fn the_json_names_what_was_left_out_and_why() {
        let json = serde_json::to_value(Report::of(&report())).unwrap();
        assert_eq!(json["skipped"][0]["reason"], "the file changed");
        assert_eq!(json["failed"], 7);
        assert_eq!(json["verified"]["wrong"], 0);
    }

    #[test]
    fn a_backup_lies_beside_its_source() {
        assert_eq!(beside(Path::new("/a/cache.db")), Path::new("/a/cache.db.backup"));
        assert_eq!(beside(Path::new("/a/cache/")), Path::new("/a/cache.backup"));
    }
}
