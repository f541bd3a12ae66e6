//! What imports did, as JSON and as text.

use std::path::Path;

use serde::Serialize;

use super::{Import, nothing};
use crate::{
    cli::{Failure, Program, args::ImportArgs},
    model::{ImportReport, Shown},
    ui::format::duration,
};

/// Prints one report as it is, and those of all that was found with their sources.
pub(super) fn json(
    program: &mut Program,
    args: &ImportArgs,
    imports: &[Import],
) -> Result<(), Failure> {
    if let ([Import { report: Ok(report), .. }], true) = (imports, args.source.is_some()) {
        return program.output.json(&Report::of(report));
    }
    program.output.json(&All { imports: imports.iter().map(One::of).collect() })
}

#[derive(Serialize)]
struct All<'r> {
    imports: Vec<One<'r>>,
}

#[derive(Serialize)]
struct One<'r> {
    source: String,
    error: Option<&'r str>,
    #[serde(flatten)]
    report: Option<Report<'r>>,
}

impl<'r> One<'r> {
    fn of(import: &'r Import) -> Self {
        let report = import.report.as_ref();
        Self {
            source: import.source.to_string_lossy().into_owned(),
            error: report.err().map(String::as_str),
            report: report.ok().map(|report| Report::of(report)),
        }
    }
}

/// Prints reports for people.
pub(super) fn print(
    program: &mut Program,
    imports: &[Import],
    root: &Path,
    destination: &Path,
) -> Result<(), Failure> {
    if imports.is_empty() {
        let nothing = nothing(root);
        let none = "Total entries: 0\n  Imported: 0\n  Failed: 0\n";
        return program.output.text(&format!("{nothing}\n  {none}"));
    }
    for import in imports {
        match &import.report {
            Ok(report) => program.output.text(&text(report, &import.source, destination))?,
            Err(why) => {
                let source = Shown::text(&import.source.to_string_lossy()).to_string();
                let why = Shown::text(why);
                program.output.text(&format!("Import of {source}\n  Not possible: {why}\n"))?;
            }
        }
    }
    Ok(())
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
    text.push(sizes(report));
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

/// Returns what the source took, what its entries take now, and what that saves: which only is known
/// when all of them are in the cache now.
fn sizes(report: &ImportReport) -> String {
    let (source, stored) = (report.source_bytes.0, report.stored_bytes.0);
    let sizes = format!("  Source size: {source} bytes\n  Destination size: {stored} bytes\n");
    let is_whole = report.imported == report.found && report.failed == 0;
    if !is_whole || report.imported == 0 {
        return sizes;
    }
    let (word, by) =
        if stored <= source { ("saved", source - stored) } else { ("added", stored - source) };
    let tenths = (u128::from(by) * 1000 + u128::from(source) / 2).checked_div(u128::from(source));
    let percent = tenths.map(|tenths| format!(" ({}.{}%)", tenths / 10, tenths % 10));
    format!("{sizes}  Space {word}: {by} bytes{}\n", percent.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

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
        let report = report();
        let left_out: u64 = report.skipped.iter().map(|(_, entries)| entries).sum();
        assert_eq!(report.found, report.imported + left_out + report.failed);
    }

    #[test]
    fn space_saved_is_told_in_bytes_and_percent() {
        let told = |source, stored| {
            let report = ImportReport { found: 130, failed: 0, ..report() };
            sizes(&ImportReport {
                source_bytes: Bytes(source),
                stored_bytes: Bytes(stored),
                ..report
            })
        };
        let whole = told(184_320, 45_891);
        assert!(whole.ends_with("  Space saved: 138429 bytes (75.1%)\n"), "{whole}");
        assert!(told(10, 15).ends_with("  Space added: 5 bytes (50.0%)\n"));
        assert!(told(0, 0).ends_with("  Space saved: 0 bytes\n"));
    }

    #[test]
    fn what_is_not_in_the_cache_has_saved_no_space() {
        let nothing = ImportReport { imported: 0, stored_bytes: Bytes(0), ..report() };
        for part in [report(), ImportReport { failed: 0, ..report() }, nothing] {
            let told = sizes(&part);
            assert!(told.contains("Source size: 40000 bytes\n  Destination size: "), "{told}");
            assert!(!told.contains("Space"), "{told}");
        }
    }

    #[test]
    fn the_json_names_what_was_left_out_and_why() {
        let json = serde_json::to_value(Report::of(&report())).unwrap();
        assert_eq!(json["skipped"][0]["reason"], "the file changed");
        assert_eq!(json["failed"], 7);
        assert_eq!(json["verified"]["wrong"], 0);
    }
}
