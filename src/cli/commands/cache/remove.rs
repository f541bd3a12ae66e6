//! `larder cache remove`.

use serde::Serialize;

use crate::{
    cli::{Exit, Failure, Program, connect::Session, connect::mismatch, table::number_of},
    model::{Answer, Command, EntryDetails, EntryKey, Question, Shown},
};

/// Removes entries by their keys, and says what each one was.
pub(super) fn run(program: &mut Program, keys: &[EntryKey], json: bool) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let removed = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        let removed = remove(program, &session, keys).await;
        session.close(&mut program.output).await;
        removed
    })?;
    if json {
        let keys = removed.iter().map(|details| details.entry.key).collect();
        program.output.json(&Report { removed: keys })?;
        return Ok(Exit::Done);
    }
    for details in &removed {
        let (key, summary) = (details.entry.key, Shown::text(&details.entry.summary));
        program.output.line(format_args!("{key}  {} {summary}", details.entry.kind))?;
    }
    let entries = number_of(removed.len() as u64, "entry", "entries");
    program.output.line(format_args!("removed {entries}"))?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Report {
    removed: Vec<EntryKey>,
}

/// Removes all or nothing: a key that names no entry is told before anything goes.
async fn remove(
    program: &mut Program,
    session: &Session,
    keys: &[EntryKey],
) -> Result<Vec<EntryDetails>, Failure> {
    session.usable_cache().await?;
    let mut found: Vec<EntryDetails> = Vec::new();
    for key in keys {
        let Answer::Entry(details) = session.ask(Question::Entry(*key)).await? else {
            return Err(mismatch());
        };
        let details = details.ok_or(Failure::NoEntry(*key))?;
        // One that is named twice goes once.
        if found.iter().all(|known| known.entry.key != *key) {
            found.push(details);
        }
    }
    for details in &found {
        session.run(Command::Forget(details.entry.key), &mut program.output).await?;
    }
    Ok(found)
}
