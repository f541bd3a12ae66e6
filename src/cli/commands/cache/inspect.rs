//! `larder cache inspect`.

use std::fmt::Write as _;

use serde::Serialize;

use super::{
    list::{EntryRow, last_used},
    remake,
};
use crate::{
    cli::{Exit, Failure, Program, commands::path::JsonPath, connect::mismatch, table::number_of},
    model::{Answer, EntryDetails, EntryKey, Question, ResultDetails, ResultFactors, Shown, Tier},
    ui::format::{bytes, grouped, rfc3339},
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
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'d ResultDetails>,
}

impl<'d> Report<'d> {
    fn of(details: &'d EntryDetails) -> Self {
        Self {
            entry: EntryRow::of(&details.entry),
            tiers: &details.tiers,
            paths: details.paths.iter().map(JsonPath::of).collect(),
            result: details.result.as_ref(),
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
    text.extend(details.result.iter().map(result));
    let files = details.paths.iter();
    text.extend(files.map(|path| format!("file     {}\n", Shown::bytes(path.as_bytes()))));
    text
}

/// Returns what a result depends on and took.
fn result(result: &ResultDetails) -> String {
    let ResultFactors { of, content, provider, model, prompt, schema } = &result.factors;
    let shown = |text: &str| Shown::text(text).to_string();
    let mut text = format!(
        "type     {}\nprovider {}\nmodel    {}\nprompt   {}\nschema   {schema}\ncontent  {content}\n",
        shown(of),
        shown(provider),
        shown(model),
        shown(prompt),
    );
    let named = [("of file ", &result.file), ("of      ", &result.repository)];
    for (label, name) in named.into_iter().filter(|(_, name)| !name.is_empty()) {
        // Writing into a text cannot fail.
        let _ = writeln!(text, "{label} {}", shown(name));
    }
    if let Some(tokens) = result.tokens {
        let _ = writeln!(text, "tokens   {}", grouped(tokens.0));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{super::list::tests::entry, *};
    use crate::model::{ContentHash, RepoPath, Tokens};

    #[test]
    fn all_that_is_known_is_shown_and_harmless() {
        let details = EntryDetails {
            entry: entry(),
            paths: vec![RepoPath::new(b"a\x1bb").unwrap()],
            tiers: vec![Tier::Memory, Tier::Disk],
            result: Some(ResultDetails {
                factors: ResultFactors {
                    of: "docs".to_owned(),
                    content: ContentHash([1; 32]),
                    provider: "x\u{7}ai".to_owned(),
                    model: "grok-4".to_owned(),
                    prompt: "p1".to_owned(),
                    schema: 2,
                },
                repository: "/src/shop".to_owned(),
                file: String::new(),
                tokens: Some(Tokens(4_120)),
            }),
        };
        let text = text(&details);
        assert!(text.contains("tiers    memory, disk\ntype     docs\n"), "{text}");
        assert!(text.ends_with("file     a\\x1bb\n"), "{text}");
        assert!(text.contains("provider x\\x07ai\nmodel    grok-4\nprompt   p1\n"), "{text}");
        assert!(
            text.contains(&format!("of       /src/shop\ntokens   {}\n", grouped(4_120))),
            "{text}"
        );
        let json = serde_json::to_value(Report::of(&details)).unwrap();
        assert_eq!(json["result"]["model"], "grok-4");
        assert_eq!(json["paths"][0]["path"], "a\u{1b}b");
        assert_eq!(json["tiers"][1], "disk");
        assert_eq!(json["uses"], 3);
    }
}
