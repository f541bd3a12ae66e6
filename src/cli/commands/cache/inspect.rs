//! `larder cache inspect`.

use serde::Serialize;

use super::{
    list::{EntryRow, last_used},
    remake,
};
use crate::{
    cli::{Exit, Failure, Program, commands::path::JsonPath, connect::mismatch, table::number_of},
    model::{Answer, EntryDetails, EntryKey, Question, Shown, Tier},
    ui::format::{bytes, rfc3339},
};

/// Prints one entry in full.
pub(super) fn run(program: &mut Program, key: EntryKey, json: bool) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let answer = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        session.usable_cache().await?;
        let answer = session.ask(Question::Entry(key)).await;
        let told = session.tell_unseen(&mut program.output).await;
        session.close(&mut program.output).await;
        told.and(answer)
    })?;
    let Answer::Entry(details) = answer else { return Err(mismatch()) };
    let details = details.ok_or(Failure::NoEntry(key))?;
    if json {
        program.output.json(&Report::of(&details))?;
    } else {
        program.output.text(&text(&details))?;
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Report<'d> {
    #[serde(flatten)]
    entry: EntryRow,
    tiers: &'d [Tier],
    paths: Vec<JsonPath<'d>>,
}

impl<'d> Report<'d> {
    fn of(details: &'d EntryDetails) -> Self {
        Self {
            entry: EntryRow::of(&details.entry),
            tiers: &details.tiers,
            paths: details.paths.iter().map(JsonPath::of).collect(),
        }
    }
}

fn text(details: &EntryDetails) -> String {
    let entry = &details.entry;
    let used = last_used(entry).map_or_else(
        || "never".to_owned(),
        |at| format!("{at}, {}", number_of(entry.uses.into(), "time", "times")),
    );
    let tiers: Vec<_> = details.tiers.iter().map(ToString::to_string).collect();
    let mut text = format!(
        "key      {}\nkind     {}\nholds    {}\nsize     {}\nmade     {}\nused     {used}\n\
         remake   {}\ntiers    {}\n",
        entry.key,
        entry.kind,
        Shown::text(&entry.summary),
        bytes(entry.bytes),
        rfc3339(entry.created),
        remake(entry.kind, entry.remake_ms, entry.remake_usd.unwrap_or_default()),
        tiers.join(", "),
    );
    let files = details.paths.iter();
    text.extend(files.map(|path| format!("file     {}\n", Shown::bytes(path.as_bytes()))));
    text
}

#[cfg(test)]
mod tests {
    use super::{super::list::tests::entry, *};
    use crate::model::RepoPath;

    #[test]
    fn all_that_is_known_is_shown_and_harmless() {
        let details = EntryDetails {
            entry: entry(),
            paths: vec![RepoPath::new(b"a\x1bb").unwrap()],
            tiers: vec![Tier::Memory, Tier::Disk],
        };
        let text = text(&details);
        assert!(text.contains("tiers    memory, disk\nfile     a\\x1bb\n"), "{text}");
        let json = serde_json::to_value(Report::of(&details)).unwrap();
        assert_eq!(json["paths"][0]["path"], "a\u{1b}b");
        assert_eq!(json["tiers"][1], "disk");
        assert_eq!(json["uses"], 3);
    }
}
