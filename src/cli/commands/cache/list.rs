//! `larder cache list`.

use serde::Serialize;

use super::remake;
use crate::{
    cli::{
        Exit, Failure, Program,
        args::ListArgs,
        connect::mismatch,
        table::{Align, Table},
    },
    model::{Answer, EntryPage, EntryQuery, EntryView, PicoUsd, Question},
    ui::format::{bytes, grouped, rfc3339},
};

/// Prints entries.
pub(super) fn run(program: &mut Program, args: &ListArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let query = EntryQuery {
        kind: args.kind,
        order: args.sort,
        text: args.text.clone(),
        limit: args.limit,
        ..EntryQuery::default()
    };
    let answer = program.block_on(async |program| {
        let session = super::open(&config, &program.clock)?;
        session.usable_cache().await?;
        let answer = session.ask(Question::Entries(query.clone())).await;
        let told = session.tell_unseen(&mut program.output).await;
        session.close(&mut program.output).await;
        told.and(answer)
    })?;
    let Answer::Entries(page) = answer else { return Err(mismatch()) };
    if args.json {
        let entries = page.entries.iter().map(EntryRow::of).collect();
        program.output.json(&Report { total: page.total, entries })?;
    } else {
        program.output.text(&text(&page))?;
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Report {
    total: u64,
    entries: Vec<EntryRow>,
}

/// One entry in JSON.
#[derive(Serialize)]
pub(super) struct EntryRow {
    key: String,
    kind: &'static str,
    bytes: u64,
    created: String,
    /// Null when it was never read.
    used: Option<String>,
    uses: u32,
    remake_ms: u64,
    /// Null when nobody knows it.
    remake_usd: Option<PicoUsd>,
    summary: String,
}

impl EntryRow {
    pub(super) fn of(entry: &EntryView) -> Self {
        Self {
            key: entry.key.to_string(),
            kind: entry.kind.into(),
            bytes: entry.bytes.0,
            created: rfc3339(entry.created),
            used: last_used(entry),
            uses: entry.uses,
            remake_ms: entry.remake_ms.0,
            remake_usd: entry.remake_usd,
            summary: entry.summary.clone(),
        }
    }
}

/// Returns when an entry was last read; the time of one that never was says nothing.
pub(super) fn last_used(entry: &EntryView) -> Option<String> {
    (entry.uses > 0).then(|| rfc3339(entry.used))
}

fn text(page: &EntryPage) -> String {
    let mut table = Table::new(&[
        ("key", Align::Left),
        ("kind", Align::Left),
        ("size", Align::Right),
        ("uses", Align::Right),
        ("last used", Align::Left),
        ("remake", Align::Right),
        ("holds", Align::Left),
    ]);
    for entry in &page.entries {
        table.row([
            entry.key.to_string(),
            entry.kind.to_string(),
            bytes(entry.bytes),
            entry.uses.to_string(),
            last_used(entry).unwrap_or_else(|| "-".to_owned()),
            remake(entry.kind, entry.remake_ms, entry.remake_usd.unwrap_or_default()),
            entry.summary.clone(),
        ]);
    }
    format!("{}{} of {}\n", table.text(), grouped(page.entries.len() as u64), grouped(page.total))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{Bytes, EntryKey, Kind, Millis, UnixNanos};

    pub(in crate::cli::commands::cache) fn entry() -> EntryView {
        EntryView {
            key: EntryKey([0xab; 32]),
            kind: Kind::Count,
            bytes: Bytes(128),
            created: UnixNanos(0),
            used: UnixNanos(1_700_000_000_000_000_000),
            uses: 3,
            remake_ms: Millis(12),
            remake_usd: None,
            expires: None,
            summary: "7 tokens in o200k_base".to_owned(),
        }
    }

    #[test]
    fn times_are_rfc_3339_in_utc_and_keys_can_be_inspected() {
        let json = serde_json::to_value(EntryRow::of(&entry())).unwrap();
        assert_eq!(json["created"], "1970-01-01T00:00:00Z");
        assert_eq!(json["used"], "2023-11-14T22:13:20Z");
        assert_eq!(EntryKey::parse(json["key"].as_str().unwrap()), Some(entry().key));
    }

    #[test]
    fn an_entry_that_was_never_read_has_no_time_of_use() {
        let fresh = EntryView { uses: 0, ..entry() };
        let json = serde_json::to_value(EntryRow::of(&fresh)).unwrap();
        assert_eq!(json["used"], serde_json::Value::Null);
        let text = text(&EntryPage { total: 1, entries: vec![fresh] });
        assert!(text.contains(" -  ") && !text.contains("2023"), "{text}");
    }

    #[test]
    fn the_table_ends_with_how_many_there_are() {
        let text = text(&EntryPage { total: 1200, entries: vec![entry()] });
        assert!(text.ends_with("7 tokens in o200k_base\n1 of 1 200\n"), "{text}");
    }
}
