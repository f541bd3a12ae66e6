//! Dialogs: what would be lost, before it is.

use super::Sheet;
use crate::{
    model::{EvictionPlan, Kind, Millis, PaidFor, Policy, Shown, Victim},
    ui::{
        action::{Action, Scope},
        format::{self, Keep},
        layout::Area,
        look::Look,
        message::Export,
        model::Model,
        overlays::{ClearDialog, EvictDialog, ForgetDialog, evict::Field},
        panes::cache,
        strip::Strip,
        widgets,
    },
};

/// Columns of the word at the start of a line.
const LABEL: usize = 10;

/// Columns of what making an entry again takes.
const REMAKE: usize = 16;

/// The question before the cache is cleared.
pub(super) fn clear(model: &Model, look: &Look, dialog: ClearDialog, inner: Area) -> Sheet {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let what = dialog.kind.map_or_else(|| "everything".to_owned(), |kind| format!("every {kind}"));
    let (entries, bytes) =
        model.known.as_ref().map(|known| dialog.loss(&known.cache)).unwrap_or_default();
    let recounting = model.known.as_ref().is_some_and(|known| cache::is_recounting(&known.cache));
    let sign = if recounting { look.glyphs.estimate } else { "" };
    let entries = format::many(entries, "entry", "entries");
    let again = match dialog.kind {
        Some(Kind::Count) => " will be lost, and counted again when needed.",
        None | Some(Kind::Tags | Kind::Tree | Kind::Map | Kind::Result | Kind::Fetch) => {
            " will be lost."
        }
    };
    let loss = Strip::of(format!(" {sign}{entries}"), theme.warning)
        .add(format!(" {} {sign}{}", look.glyphs.separator, format::bytes(bytes)), theme.text)
        .add(again, theme.dim);
    let short = Strip::of(format!(" {sign}{entries} lost"), theme.warning);
    let mut lines = vec![
        Strip::default(),
        choice(look, ("clear", &what, true)),
        Strip::default(),
        Strip::first_fit([loss, short], columns),
    ];
    if matches!(dialog.kind, None | Some(Kind::Result)) {
        lines.extend(paid(look, dialog.paid, columns));
    }
    let foot = vec![answers(model, look, "clear it", columns)];
    Sheet { title: "Clear the cache?".to_owned(), lines, foot, snug: true }
}

/// Says what it would cost to ask for the results again.
fn paid(look: &Look, paid: Option<PaidFor>, columns: usize) -> Option<Strip> {
    let theme = &look.theme;
    let Some(paid) = paid else { return Some(super::awaited(look)) };
    if paid.entries == 0 {
        return None;
    }
    let results = format::many(paid.entries, "result", "results");
    let cost = format::cost(paid.cost, paid.unpriced);
    let short = Strip::of(format!(" {results}: {cost}"), theme.warning);
    Some(Strip::first_fit([short.clone().add(" to ask for again", theme.dim), short], columns))
}

/// The question before the counts of a folder are forgotten.
pub(super) fn forget(model: &Model, look: &Look, dialog: &ForgetDialog, inner: Area) -> Sheet {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let room = columns.saturating_sub(3);
    let path = format!("{}/", Shown::bytes(dialog.path.as_bytes()));
    let counts = format!(" {}", format::many(dialog.counts, "count", "counts"));
    let loss = Strip::of(counts, theme.warning);
    let long = loss.clone().add(" will be forgotten, and counted again.", theme.dim);
    let lines = vec![
        Strip::default(),
        Strip::of(format!(" {}", format::fit(&path, room, Keep::End, &look.glyphs)), theme.text),
        Strip::default(),
        Strip::first_fit([long, loss.add(" forgotten", theme.dim)], columns),
    ];
    let foot = vec![yes_or_no(model, look, "forget them", columns)];
    Sheet { title: "Forget what is counted there?".to_owned(), lines, foot, snug: true }
}

/// The question before a file is replaced.
pub(super) fn replace(model: &Model, look: &Look, export: &Export, inner: Area) -> Sheet {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let path = export.path.to_string_lossy();
    let path = format::fit(
        Shown::text(&path).as_str(),
        columns.saturating_sub(2),
        Keep::End,
        &look.glyphs,
    );
    let lines = vec![
        Strip::default(),
        Strip::default().gap(1).add(path, theme.text),
        Strip::default(),
        Strip::of(" what is in it will be lost", theme.warning),
    ];
    let foot = vec![yes_or_no(model, look, "replace it", columns)];
    Sheet { title: "Replace the file?".to_owned(), lines, foot, snug: true }
}

/// The choices before an eviction, and what it would remove.
pub(super) fn evict(model: &Model, look: &Look, dialog: &EvictDialog, inner: Area) -> Sheet {
    let theme = &look.theme;
    let columns = usize::from(inner.width);
    let share = format!("{} %", dialog.percent);
    let bar = widgets::gauge(f64::from(dialog.percent) / 100.0, 10, &look.glyphs);
    let policy: &'static str = dialog.policy.into();
    let room = columns.saturating_sub(LABEL + 18);
    let explained = explain(dialog.policy);
    // Half a sentence explains nothing.
    let explained = if format::width(explained) > room { "" } else { explained };
    let policy = choice(look, ("policy", policy, dialog.field == Field::Policy));
    let kind = dialog.kind.map_or_else(|| "all kinds".to_owned(), |kind| kind.to_string());
    let share = choice(look, ("remove", &share, dialog.field == Field::Share));
    let mut lines = vec![
        policy.gap(1).add(explained, theme.dim),
        share
            .gap(1)
            .add(bar.filled, theme.bar)
            .add(bar.rest, theme.bar_back)
            .add(" of the bytes", theme.dim),
        choice(look, ("only", &kind, dialog.field == Field::Kind)),
        Strip::default(),
    ];
    match (&dialog.plan, &dialog.problem) {
        (_, Some(problem)) => {
            let text = format::fit(problem, columns.saturating_sub(4), Keep::Start, &look.glyphs);
            lines.push(Strip::of(format!(" {} {text}", look.glyphs.failed), theme.error));
        }
        (None, None) => lines.push(super::awaited(look)),
        (Some(plan), None) => lines.extend(preview(look, plan, columns)),
    }
    let foot = match (dialog.confirming, &dialog.plan) {
        (true, Some(plan)) => {
            let text = format!(" Remove {}?", format::many(plan.entries, "entry", "entries"));
            let asks = Strip::of(text, theme.warning);
            let room = columns.saturating_sub(asks.width());
            asks.join(answers(model, look, "yes", room))
        }
        (true, None) | (false, _) => answers(model, look, "go on", columns),
    };
    Sheet { title: "Evict from the cache".to_owned(), lines, foot: vec![foot], snug: true }
}

fn preview(look: &Look, plan: &EvictionPlan, columns: usize) -> Vec<Strip> {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    if plan.entries == 0 {
        return vec![Strip::of(" nothing would go", theme.dim)];
    }
    let dot = format!(" {} ", glyphs.separator);
    let entries =
        Strip::of(format!(" {}", format::many(plan.entries, "entry", "entries")), theme.warning)
            .add(dot.clone(), theme.dim)
            .add(format::bytes(plan.bytes), theme.text);
    let cost = format::remake_of(plan);
    let long = entries.clone().add(format!("{dot}{cost} to make again"), theme.text);
    let mut lines = vec![Strip::first_fit([long, entries], columns), Strip::default()];
    let heading = Strip::default()
        .gap(1)
        .left("first to go", 14, theme.dim, glyphs)
        .left("kind", 8, theme.dim, glyphs)
        .right("size", 9, theme.dim, glyphs)
        .right("to make again", REMAKE, theme.dim, glyphs);
    if heading.width() > columns {
        return lines;
    }
    lines.push(heading);
    lines.extend(plan.victims.iter().map(|one| victim(look, one)));
    let more = plan.entries.saturating_sub(plan.victims.len() as u64);
    if more > 0 {
        lines.push(Strip::of(format!(" and {} more", format::grouped(more)), theme.dim));
    }
    lines
}

fn victim(look: &Look, victim: &Victim) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let key: String = victim.key.to_string().chars().take(12).collect();
    let remake = if victim.remake_usd.0 > 0 {
        format::dollars(victim.remake_usd)
    } else if victim.kind == Kind::Result && victim.remake_ms.0 == 0 {
        "unknown".to_owned()
    } else {
        remake_time(victim.remake_ms)
    };
    Strip::default()
        .gap(1)
        .left(&key, 14, theme.text, glyphs)
        .left(&victim.kind.to_string(), 8, theme.text, glyphs)
        .right(&format::bytes(victim.bytes), 9, theme.text, glyphs)
        .right(&remake, REMAKE, theme.text, glyphs)
}

/// Says how long making again takes; what takes less than a unit is not nothing.
fn remake_time(time: Millis) -> String {
    if time.0 == 0 { "<1 ms".to_owned() } else { format::duration(time) }
}

/// Says which entries a policy takes first.
const fn explain(policy: Policy) -> &'static str {
    match policy {
        Policy::Lru => "the least recently used go first",
        Policy::Lfu => "the least often used go first",
        Policy::Oldest => "the ones made longest ago go first",
        Policy::Largest => "the largest go first",
        Policy::Cheapest => "the cheapest to make again go first",
        Policy::Dearest => "the dearest to make again go first",
    }
}

fn choice(look: &Look, (label, value, chosen): (&str, &str, bool)) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let style = if chosen { theme.cursor } else { theme.text };
    Strip::default()
        .gap(1)
        .left(label, LABEL, theme.dim, glyphs)
        .add("< ", theme.dim)
        .add(format!(" {value:<10} "), style)
        .add(" >", theme.dim)
}

fn answers(model: &Model, look: &Look, yes: &str, columns: usize) -> Strip {
    let theme = &look.theme;
    let key = |action| key(model, action);
    let plain = yes_or_no(model, look, yes, columns);
    let long = plain
        .clone()
        .gap(3)
        .add(format!("{}/{}", key(Action::PreviousValue), key(Action::NextValue)), theme.key)
        .add(" change", theme.dim);
    Strip::first_fit([long, plain], columns)
}

fn key(model: &Model, action: Action) -> String {
    model.settings.keymap.keys_for(Scope::Dialog, action).into_iter().next().unwrap_or_default()
}

/// Returns the keys that agree and refuse.
pub(crate) fn yes_or_no(model: &Model, look: &Look, yes: &str, columns: usize) -> Strip {
    let theme = &look.theme;
    let key = |action| key(model, action);
    let short = Strip::default()
        .gap(1)
        .add(key(Action::Accept), theme.key)
        .add(format!(" {yes}   "), theme.text)
        .add(key(Action::Refuse), theme.key)
        .add(" leave it", theme.text);
    let word = |action| Strip::default().gap(1).add(key(action), theme.key);
    let least = word(Action::Accept).add(" yes", theme.text).gap(1).join(word(Action::Refuse));
    Strip::first_fit([short, least.add(" no", theme.text)], columns)
}
