//! The first line: where we are, for which model, and what is going on.

use ratatui::{
    buffer::Buffer,
    style::{Modifier, Style},
};

use crate::{
    model::{Shown, Snapshot, StoreMode, Tokenizer, WatchState},
    ui::{
        canvas,
        format::{self, Keep},
        layout::Area,
        look::Look,
        model::Model,
        strip::Strip,
    },
};

/// Draws the header.
pub(crate) fn draw(model: &Model, look: &Look, buffer: &mut Buffer, area: Area) {
    let columns = usize::from(area.width).saturating_sub(2);
    let Some(known) = &model.known else {
        let left = Strip::of(" larder", look.theme.title);
        let word = if model.ended { "the engine has ended" } else { "opening" };
        let line = left.against(Strip::of(word, look.theme.pending).gap(1), columns + 2);
        canvas::line(buffer, area, line.on(base(look), columns + 2));
        return;
    };
    let name = Shown::text(&known.tree.name).to_string();
    let name = Strip::of("larder", look.theme.title).gap(2).add(name, look.theme.header);
    let branch = known.tree.branch.as_deref().map(|branch| Shown::text(branch).to_string());
    let with_branch = match branch {
        Some(branch) => name.clone().gap(2).add(branch, look.theme.dim),
        None => name.clone(),
    };
    let states = states(model, known, look);
    let models = models(known, look);
    // What is wrong with the store is said in full in its pane: here it leaves room for the model.
    let kept = match &known.cache.mode {
        StoreMode::Ok | StoreMode::Opening => 0,
        StoreMode::Fallback(_) | StoreMode::ReadOnly(_) | StoreMode::MemoryOnly(_) => {
            models[0].width() + 4
        }
    };
    let room = columns.saturating_sub(with_branch.width() + 2);
    let state = Strip::first_fit(states.clone(), room.saturating_sub(kept));
    let state = if state.width() == 0 { Strip::first_fit(states.clone(), room) } else { state };
    let state =
        if state.width() == 0 { states.into_iter().last().unwrap_or_default() } else { state };
    let room = columns.saturating_sub(state.width() + 2);
    let left = Strip::first_fit([with_branch, name], room);
    let middle = Strip::first_fit(models, room.saturating_sub(left.width() + 4));
    // The model stands in the middle of the line when both sides leave it there.
    let free = columns.saturating_sub(left.width() + state.width() + middle.width());
    let wanted = (columns.saturating_sub(middle.width()) / 2).saturating_sub(left.width());
    let gap = wanted.max(2).min(free.saturating_sub(2));
    let line = Strip::default().gap(1).join(left).gap(gap);
    let line = line.join(middle).against(state, columns + 1);
    canvas::line(buffer, area, line.on(base(look), columns + 2));
}

/// Returns the style under the line: its weight is for the name alone.
fn base(look: &Look) -> Style {
    Style { add_modifier: Modifier::empty(), ..look.theme.header }
}

fn models(known: &Snapshot, look: &Look) -> [Strip; 3] {
    let name = Strip::of(Shown::text(&known.model.name).to_string(), look.theme.text);
    let glyphs = &look.glyphs;
    let encoding = match known.model.tokenizer {
        Tokenizer::Public => format!(" {} {}", glyphs.separator, known.tree.encoding),
        Tokenizer::Estimated { ratio } => {
            let (about, times) = (glyphs.estimate, glyphs.times);
            format!(" {} {about} {} {times} {ratio:.2}", glyphs.separator, known.tree.encoding)
        }
    };
    [name.clone().add(encoding, look.theme.dim), name, Strip::default()]
}

/// Returns what is going on, from the longest way to say it to the shortest.
fn states(model: &Model, known: &Snapshot, look: &Look) -> Vec<Strip> {
    let store = store(known, look);
    let work = work(model, known, look);
    let mut all: Vec<Strip> = store
        .iter()
        .flat_map(|store| {
            work.iter().map(|work| {
                if store.width() == 0 {
                    work.clone()
                } else {
                    store.clone().gap(2).join(work.clone())
                }
            })
        })
        .collect();
    all.sort_by_key(|line| std::cmp::Reverse(line.width()));
    all
}

/// Returns what is wrong with the store, with its reason and without.
fn store(known: &Snapshot, look: &Look) -> Vec<Strip> {
    let (word, reason) = match &known.cache.mode {
        StoreMode::Ok => return vec![Strip::default()],
        StoreMode::Opening => return vec![Strip::of("opening store", look.theme.pending)],
        StoreMode::Fallback(reason) => ("JSON fallback", reason),
        StoreMode::ReadOnly(reason) => ("read-only store", reason),
        StoreMode::MemoryOnly(reason) => ("memory only", reason),
    };
    let short = Strip::of(format!("{} {word}", look.glyphs.warning), look.theme.warning);
    let long = format!("{} {word}: {}", look.glyphs.warning, Shown::text(reason));
    let cut = |columns| {
        let text = format::fit(&long, columns, Keep::Start, &look.glyphs);
        Strip::of(text, look.theme.warning)
    };
    let long = usize::MAX;
    [long, 64, 48, 36, 28].map(cut).into_iter().chain([short]).collect()
}

fn work(model: &Model, known: &Snapshot, look: &Look) -> Vec<Strip> {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let work = &known.work;
    if model.ended {
        return vec![Strip::of(format!("{} engine ended", glyphs.failed), theme.error)];
    }
    let left = work.total.saturating_sub(work.done);
    if work.paused {
        let short = Strip::of(format!("{} paused", glyphs.paused), theme.warning);
        return vec![
            short.clone().add(format!("  {} left", format::number(left)), theme.dim),
            short,
        ];
    }
    if !work.busy {
        return settled(model, known, look);
    }
    let doing = if known.tree.walking { "walking" } else { "warming" };
    let (done, total) = (format::number(work.done), format::number(work.total));
    let short = Strip::of(super::footer::spinner(model, look), theme.accent);
    let medium = short.clone().add(format!(" {doing}"), theme.text);
    let counted = medium.clone().add(format!(" {done}/{total}"), theme.text);
    let rate = match work.bytes_per_second.0 {
        0 => counted.clone(),
        _ => counted.clone().add(format!("  {}", format::rate(work.bytes_per_second)), theme.dim),
    };
    let full = match work.left {
        Some(span) => rate.clone().add(format!("  {} left", format::duration(span)), theme.dim),
        None => rate.clone(),
    };
    vec![full, rate, counted, medium, short]
}

fn settled(model: &Model, known: &Snapshot, look: &Look) -> Vec<Strip> {
    let (theme, glyphs) = (&look.theme, &look.glyphs);
    let tree = &known.tree;
    if model.is_gone() {
        return vec![Strip::of(format!("{} nothing left", glyphs.warning), theme.warning)];
    }
    let state = if tree.partial {
        Strip::of(format!("{} not all listed", glyphs.warning), theme.warning)
    } else if tree.pending > 0 {
        Strip::of(
            format!("{} {} pending", glyphs.pending, format::number(tree.pending)),
            theme.pending,
        )
    } else {
        Strip::of(format!("{} all counted", glyphs.good), theme.good)
    };
    let long = match &known.watch {
        WatchState::Polling { watched, folders, reason } => {
            let (watched, folders) = (format::number(*watched), format::number(*folders));
            let text = format!(": {watched} of {folders} folders watched: {}", Shown::text(reason));
            Strip::of(text, theme.warning)
        }
        WatchState::Off | WatchState::Watching { .. } => Strip::default(),
    };
    let watch = match &known.watch {
        WatchState::Off => Strip::of("not watched", theme.dim),
        WatchState::Watching { .. } => Strip::of(format!("{} watching", glyphs.live), theme.dim),
        WatchState::Polling { .. } => {
            Strip::of(format!("{} polling", glyphs.warning), theme.warning)
        }
    };
    let with_watch = state.clone().gap(2).join(watch);
    vec![with_watch.clone().join(long), with_watch, state]
}
