//! How the cache pane looks.
//!
//! ```text
//! ┌ Cache ────────────────────────────────────────────┐
//! │ tier    hit rate            entries          size │
//! │ index    98.2 %  ▂▃▅▆▇▇▇     48 120         12 MB │
//! │ memory   98.2 %  ▂▃▅▆▇▇▇     12 431 41 MB / 64 MB │
//! │ disk     91.0 %  ▁▁▃▅▇▇▇     48 120 188 MB / 1 GB │
//! │ kinds    count 41 k                               │
//! │ session  98.2 % · 6 812 hits · 129 misses         │
//! │ saved    14 m 02 s of counting                    │
//! │ folder   /home/ada/.cache/larder           201 MB │
//! └───────────────────────────────────────────────────┘
//! ```

use crate::{
    model::{Bytes, CacheStatus, KindStats, Shown, Snapshot, StoreMode, TierStats},
    ui::{
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        panes::Drawn,
        strip::Strip,
    },
};

/// Columns of the word at the start of a line.
const LABEL: usize = 8;
/// Columns of the history of hit rates, at most and at least.
const HISTORY: (usize, usize) = (24, 4);

/// Returns the pane.
pub(crate) fn content(model: &Model, look: &Look, inner: Area) -> Drawn {
    let title = Strip::of("Cache", look.theme.title);
    let Some(known) = &model.known else {
        let lines = vec![Strip::of(" opening the store", look.theme.pending)];
        return Drawn { title, lines, ..Drawn::default() };
    };
    let columns = usize::from(inner.width);
    let errors: u64 = known.cache.tiers.iter().map(|tier| tier.errors).sum();
    let remark = if errors > 0 {
        let word = if errors == 1 { "error" } else { "errors" };
        let text = format!("{} {} {word}", look.glyphs.warning, format::number(errors));
        Strip::of(text, look.theme.warning)
    } else if super::is_recounting(&known.cache) {
        Strip::of(format!("{} recounting", look.glyphs.estimate), look.theme.pending)
    } else {
        Strip::default()
    };
    let skip = usize::try_from(model.cache_cursor.top).unwrap_or(0);
    let lines = all_lines(model, known, look, columns).into_iter().skip(skip).collect();
    Drawn { title, remark, lines }
}

fn all_lines(model: &Model, known: &Snapshot, look: &Look, columns: usize) -> Vec<Strip> {
    let cache = &known.cache;
    let mut lines: Vec<Strip> = mode(cache, look, columns).into_iter().collect();
    lines.push(heading(look, columns));
    lines.extend(cache.tiers.iter().map(|tier| self::tier(model, cache, look, (tier, columns))));
    lines.push(kinds(cache, look, columns));
    lines.push(session(cache, look, columns));
    lines.push(saved(cache, look, columns));
    lines.push(folder(&model.settings.at_home(&cache.folder), cache, look, columns));
    lines
}

fn label(word: &str, look: &Look) -> Strip {
    Strip::default().gap(1).left(word, LABEL, look.theme.dim, &look.glyphs)
}

fn heading(look: &Look, columns: usize) -> Strip {
    let dim = look.theme.dim;
    let left = label("tier", look).right("hit rate", 8, dim, &look.glyphs);
    let right = "entries             size ";
    let right = if left.width() + right.len() > columns { "size " } else { right };
    left.against(Strip::of(right, dim), columns)
}

fn tier(
    model: &Model,
    cache: &CacheStatus,
    look: &Look,
    (tier, columns): (&TierStats, usize),
) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let read = tier.session_hits + tier.session_misses > 0;
    let rate = if read { format::percent(tier.session_hit_rate()) } else { "-".to_owned() };
    let left = Strip::default()
        .gap(1)
        .left(&tier.tier.to_string(), LABEL, theme.text, glyphs)
        .right(&rate, 8, theme.text, glyphs);
    let sign = if super::is_recounting(cache) { glyphs.estimate } else { "" };
    let entries = format!("{sign}{}", format::number(tier.entries));
    let size = match tier.limit.0 {
        0 => format::bytes(tier.bytes),
        _ => format!("{} / {}", format::bytes(tier.bytes), format::bytes(tier.limit)),
    };
    let right = Strip::default()
        .right(&entries, 8, theme.text, glyphs)
        .right(&format!("{sign}{size}"), 17, theme.dim, glyphs)
        .gap(1);
    let rates = model.history.rates(tier.tier);
    if left.width() + right.width() > columns {
        let bytes = Strip::of(format!("{sign}{}", format::bytes(tier.bytes)), theme.dim).gap(1);
        return left.against(bytes, columns);
    }
    let room = columns.saturating_sub(left.width() + right.width() + 1).min(HISTORY.0);
    if room < HISTORY.1 {
        return left.against(right, columns);
    }
    let newest = &rates[rates.len().saturating_sub(room)..];
    left.gap(1).add(spark(newest, look), theme.bar).against(right, columns)
}

/// Returns rates from 0 to 1 as a line; unlike a trend, full height always means all.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number from 0 to 7")]
pub(crate) fn spark(rates: &[f64], look: &Look) -> String {
    rates
        .iter()
        .map(|rate| look.glyphs.spark[(rate.clamp(0.0, 1.0) * 7.0).round() as usize])
        .collect()
}

fn kinds(cache: &CacheStatus, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let sign = if super::is_recounting(cache) { glyphs.estimate } else { "" };
    let kind = |stats: &KindStats| {
        let (entries, bytes) = (format::number(stats.entries), format::bytes(stats.bytes));
        format!("{} {sign}{entries} ({sign}{bytes})", stats.kind)
    };
    let kept = cache.kinds.iter().filter(|stats| stats.entries > 0);
    let kinds: Vec<String> = kept.map(kind).collect();
    let text = kinds.join(&format!(" {} ", glyphs.separator));
    let text = if text.is_empty() { "nothing kept yet" } else { &text };
    let room = columns.saturating_sub(LABEL + 2);
    label("kinds", look).add(format::fit(text, room, Keep::Start, glyphs), theme.text)
}

fn session(cache: &CacheStatus, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    if cache.session_hits + cache.session_misses == 0 {
        return label("session", look).add("nothing read yet", theme.dim);
    }
    let rate = format::percent(cache.session_hit_rate());
    let counts = format!(
        " {dot} {} {dot} {}",
        format::some(cache.session_hits, "hit", "hits"),
        format::some(cache.session_misses, "miss", "misses"),
        dot = glyphs.separator,
    );
    let short = label("session", look).add(rate, theme.text);
    Strip::first_fit([short.clone().add(counts, theme.dim), short], columns)
}

fn saved(cache: &CacheStatus, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let time = label("saved", look)
        .add(format::duration(cache.saved.ms), theme.good)
        .add(" by hits", theme.dim);
    if cache.saved.usd.0 == 0 {
        return time;
    }
    let money = time
        .clone()
        .add(format!(" {} ", glyphs.separator), theme.dim)
        .add(format::dollars(cache.saved.usd), theme.good)
        .add(" of results", theme.dim);
    Strip::first_fit([money, time], columns)
}

/// Says where the store is, and what it takes on the disk.
fn folder(place: &str, cache: &CacheStatus, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    // It is measured when the store is saved first.
    let size = match cache.disk_use {
        Bytes(0) => Strip::default(),
        size => Strip::of(format::bytes(size), theme.dim).gap(1),
    };
    let room = columns.saturating_sub(LABEL + 3 + size.width());
    let folder = format::fit(Shown::text(place).as_str(), room, Keep::End, glyphs);
    label("folder", look).add(folder, theme.dim).against(size, columns)
}

/// Says how the store works when it does not work as it should, and why.
pub(crate) fn mode(cache: &CacheStatus, look: &Look, columns: usize) -> Option<Strip> {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let (word, reason) = match &cache.mode {
        StoreMode::Ok => return None,
        StoreMode::Opening => {
            return Some(Strip::of(" the store is being opened", theme.pending));
        }
        StoreMode::Fallback(reason) => ("JSON fallback", reason),
        StoreMode::ReadOnly(reason) => ("read-only", reason),
        StoreMode::MemoryOnly(reason) => ("memory only", reason),
    };
    let text = format!(" {} {word}: {}", glyphs.warning, Shown::text(reason));
    Some(Strip::of(format::fit(&text, columns, Keep::Start, glyphs), theme.warning))
}

/// Returns the pane in one line.
pub(crate) fn summary(known: &Snapshot, look: &Look, columns: usize) -> Strip {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let cache = &known.cache;
    let reads = cache.session_hits + cache.session_misses;
    let bytes: crate::model::Bytes = cache.kinds.iter().map(|kind| kind.bytes).sum();
    let dot = format!(" {} ", glyphs.separator);
    let short = if reads == 0 {
        Strip::of("nothing read yet", theme.dim)
    } else {
        Strip::of(format::percent(cache.session_hit_rate()), theme.text)
            .add(format!(" of {} reads hit", format::number(reads)), theme.dim)
    };
    let size = short.clone().add(dot.clone(), theme.dim).add(format::bytes(bytes), theme.text);
    let saved = size
        .clone()
        .add(dot, theme.dim)
        .add(format!("saved {}", format::duration(cache.saved.ms)), theme.dim);
    let line = Strip::first_fit([saved, size, short], columns);
    match mode(cache, look, columns) {
        Some(mode) => mode,
        None => line,
    }
}
