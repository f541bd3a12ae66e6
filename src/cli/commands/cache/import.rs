//! `larder cache import`, and `migrate`, which is another name for it.

mod report;

use std::{ffi::OsString, path::Path, path::PathBuf};

use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::ImportArgs,
        commands::root::repository_of,
        connect::{Ended, Session, mismatch},
        table::{Align, Table, number_of},
    },
    config::Config,
    model::{Answer, Command, ImportReport, ImportRequest, Offer, Question, Shown},
    ui::{Answers, format::bytes},
};

/// Takes over caches, and says what became of every entry.
pub(super) fn run(program: &mut Program, args: &ImportArgs) -> Result<Exit, Failure> {
    let mut config = program.config(None, Vec::new())?;
    if let Some(folder) = &args.destination {
        config.paths.cache = std::path::absolute(folder)
            .map_err(|error| Failure::Path { path: folder.clone(), reason: error.to_string() })?;
        // All of it goes there, also what cost money.
        config.paths.data.clone_from(&config.paths.cache);
    }
    let root = repository_of(Path::new("."))?;
    let done = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let done = take(program, &session, args, &root).await;
        session.close(&mut program.output).await;
        done
    })?;
    let Taken { offers, imports } = done;
    if args.list {
        return list(program, args, &offers, &root);
    }
    if args.destination.is_none() {
        remember(&config, &offers, &imports);
    }
    if args.json {
        report::json(program, args, &imports)?;
    } else {
        report::print(program, &imports, &root, &config.paths.cache)?;
    }
    exit(&imports)
}

/// Returns how it ended: a source that cannot be read is worse than an entry that failed.
fn exit(imports: &[Import]) -> Result<Exit, Failure> {
    let unread = imports.iter().filter(|import| import.report.is_err()).count();
    if unread > 0 {
        let all = number_of(imports.len() as u64, "cache", "caches");
        return Err(Failure::Task(format!("{unread} of {all} could not be imported")));
    }
    let all_held = imports.iter().flat_map(|import| &import.report).all(|report| held(report));
    Ok(if all_held { Exit::Done } else { Exit::NotHeld })
}

/// What was found, and what was imported.
struct Taken {
    offers: Vec<Offer>,
    imports: Vec<Import>,
}

/// The import of one source.
struct Import {
    source: PathBuf,
    /// What it did, or why it could not be read.
    report: Result<Box<ImportReport>, String>,
}

async fn take(
    program: &mut Program,
    session: &Session,
    args: &ImportArgs,
    root: &Path,
) -> Result<Taken, Failure> {
    let Answer::Offers(offers) = session.ask(Question::Offers(root.to_owned())).await? else {
        return Err(mismatch());
    };
    let found = || offers.iter().map(|offer| offer.source.clone()).collect();
    let sources: Vec<PathBuf> = args.source.clone().map_or_else(found, |source| vec![source]);
    if let (Some(Some(to)), true) = (&args.backup, sources.len() > 1) {
        return Err(Failure::OnePlace { path: to.clone(), caches: sources.len() });
    }
    let mut imports = Vec::new();
    if args.list || sources.is_empty() {
        return Ok(Taken { offers, imports });
    }
    session.usable_cache().await?;
    for source in sources {
        let request = ImportRequest {
            source: source.clone(),
            backup: args.backup.clone().map(|to| to.unwrap_or_else(|| beside(&source))),
            verify: args.verify,
        };
        let report = match session.run(Command::Import(request), &mut program.output).await {
            Ok(Ended::Imported(report)) => Ok(report),
            Ok(Ended::Done | Ended::Verified(_) | Ended::Exported(_)) => {
                return Err(Failure::Task("the import ended without a report".to_owned()));
            }
            // One that cannot be read leaves the others that were found.
            Err(Failure::Task(why)) if args.source.is_none() => Err(why),
            Err(failure) => return Err(failure),
        };
        imports.push(Import { source, report });
    }
    Ok(Taken { offers, imports })
}

/// Returns true when nothing failed and all that was read back is the same.
fn held(report: &ImportReport) -> bool {
    report.failed == 0 && report.verified.is_none_or(|(_, wrong)| wrong == 0)
}

/// Notes what was imported, so that the dashboard does not offer it.
fn remember(config: &Config, offers: &[Offer], imports: &[Import]) {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let done: Vec<PathBuf> = imports
        .iter()
        .filter(|import| import.report.is_ok())
        .map(|import| whole(&import.source))
        .collect();
    let within = |offer: &&Offer| done.iter().any(|done| whole(&offer.source).starts_with(done));
    let sources: Vec<_> = offers.iter().filter(within).map(|offer| offer.source.clone()).collect();
    if let (false, Err(error)) =
        (sources.is_empty(), Answers::load(&config.paths.state).add(&sources))
    {
        tracing::warn!(%error, "the dashboard will offer again what was imported");
    }
}

/// Says what was found, and imports nothing.
fn list(
    program: &mut Program,
    args: &ImportArgs,
    offers: &[Offer],
    root: &Path,
) -> Result<Exit, Failure> {
    if args.json {
        #[derive(Serialize)]
        struct Found<'o> {
            found: Vec<Row<'o>>,
        }
        program.output.json(&Found { found: offers.iter().map(Row::of).collect() })?;
    } else if offers.is_empty() {
        program.output.line(nothing(root))?;
    } else {
        let columns = [("cache", Align::Left), ("size", Align::Right), ("place", Align::Left)];
        let mut table = Table::new(&columns);
        for offer in offers {
            let size = offer.entries.map_or_else(
                || bytes(offer.bytes),
                |entries| number_of(entries, "entry", "entries"),
            );
            let place = Shown::text(&offer.source.to_string_lossy()).to_string();
            table.row([offer.tool.clone(), size, place]);
        }
        program.output.text(&table.text())?;
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Row<'o> {
    format: &'o str,
    source: String,
    entries: Option<u64>,
    bytes: u64,
}

impl<'o> Row<'o> {
    fn of(offer: &'o Offer) -> Self {
        let source = offer.source.to_string_lossy().into_owned();
        Self { format: &offer.tool, source, entries: offer.entries, bytes: offer.bytes.0 }
    }
}

/// Returns what is said when there is nothing to import.
fn nothing(root: &Path) -> String {
    let root = Shown::text(&root.to_string_lossy()).to_string();
    format!("no cache of another tool was found in {root} or in the home: name one with --source")
}

/// Returns the place of a backup beside its source: `NAME.backup`.
fn beside(source: &Path) -> PathBuf {
    let mut name: OsString = source.file_name().unwrap_or_default().to_owned();
    name.push(".backup");
    source.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_lies_beside_its_source() {
        assert_eq!(beside(Path::new("/a/cache.db")), Path::new("/a/cache.db.backup"));
        assert_eq!(beside(Path::new("/a/cache/")), Path::new("/a/cache.backup"));
    }
}
