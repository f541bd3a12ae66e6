//! All about an entry, as facts.

use crate::{
    model::{EntryDetails, EntryView, Kind, Millis, ResultFactors, Shown},
    ui::{
        format,
        screens::card::{Facts, fact},
    },
};

/// Returns all about an entry.
pub(super) fn entry(details: &EntryDetails) -> Facts {
    let entry = &details.entry;
    let mut facts = Facts::new();
    let mut add = |label: &str, value: String| fact(&mut facts, label, value);
    add("kind", entry.kind.to_string());
    add("value", Shown::text(&entry.summary).to_string());
    add("key", entry.key.to_string());
    add("size", format::bytes(entry.bytes));
    add("made", moment(entry.created));
    add("last used", if entry.uses > 0 { moment(entry.used) } else { last_used(entry) });
    add("used", format::many(u64::from(entry.uses), "time", "times"));
    add("to make again", remake(entry));
    if let Some(expires) = entry.expires {
        add("expires", moment(expires));
    }
    let tiers: Vec<String> = details.tiers.iter().map(ToString::to_string).collect();
    add("tiers", if tiers.is_empty() { "none".to_owned() } else { tiers.join(", ") });
    if let Some(result) = &details.result {
        let ResultFactors { of, content, provider, model, prompt, schema } = &result.factors;
        let shown = |text: &str| Shown::text(text).to_string();
        add("type", format!("{}, version {schema} of its form", shown(of)));
        add("model", format!("{} of {}", shown(model), shown(provider)));
        add(
            "prompt",
            if prompt.is_empty() { "that of the type".to_owned() } else { shown(prompt) },
        );
        add("content", content.to_string());
        add("file", if result.file.is_empty() { "a text".to_owned() } else { shown(&result.file) });
        if !result.repository.is_empty() {
            add("repository", shown(&result.repository));
        }
        let tokens = result.tokens.map(|tokens| format::grouped(tokens.0));
        add("tokens", tokens.unwrap_or_else(|| "nobody said how many".to_owned()));
    } else if details.paths.is_empty() {
        add("files", "none that is known now".to_owned());
    }
    for (at, path) in details.paths.iter().enumerate() {
        add(if at == 0 { "files" } else { "" }, Shown::bytes(path.as_bytes()).to_string());
    }
    facts
}

fn moment(at: crate::model::UnixNanos) -> String {
    format!("{} UTC", format::moment(at, "UTC"))
}

/// Says when an entry was last read; the time of one that never was says nothing.
pub(super) fn last_used(entry: &EntryView) -> String {
    if entry.uses == 0 { "never".to_owned() } else { format::moment(entry.used, "UTC") }
}

/// Says what making an entry again takes: money when it took any, else time.
pub(super) fn remake(entry: &EntryView) -> String {
    match entry.remake_usd {
        Some(usd) if usd.0 > 0 => format::dollars(usd),
        Some(_) | None if entry.kind == Kind::Result && entry.remake_ms.0 == 0 => {
            "unknown".to_owned()
        }
        Some(_) | None => time(entry.remake_ms),
    }
}

/// Says how long something takes; what takes less than a unit is not nothing.
pub(super) fn time(time: Millis) -> String {
    if time.0 == 0 { "<1 ms".to_owned() } else { format::duration(time) }
}
