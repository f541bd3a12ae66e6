//! What the engine tells.

use super::{notify, screens, show};
use crate::{
    model::{Event, EventKind, Level, Millis, NoticeLevel, Snapshot, Thresholds},
    ui::{
        format,
        message::Effect,
        model::{About, Model},
        offers,
        overlays::Overlay,
        panes::budget,
        screens::Fact,
    },
};

/// Takes the engine's state.
pub(super) fn subscribed(model: &mut Model, snapshot: Box<Snapshot>) -> Vec<Effect> {
    model.history.note(&snapshot.cache);
    model.tasks.follow(&snapshot.tasks);
    model.known = Some(snapshot);
    model.ended = false;
    model.note_entries();
    model.progress = 0.0;
    model.note_progress();
    model.fit_panes();
    let mut effects = model.tree.ask();
    effects.extend(screens::refresh(model));
    effects.extend(offers::ask(model));
    effects
}

/// Takes one fact; facts that are already known are left out.
pub(super) fn told(model: &mut Model, event: Event) -> Vec<Effect> {
    let Some(known) = &mut model.known else { return Vec::new() };
    if event.sequence <= known.sequence {
        return Vec::new();
    }
    known.sequence = event.sequence;
    let before = Fullness::of(known, model.settings.thresholds);
    let fact = Fact::of(&event.kind);
    let mut effects = note(model, event.kind, before);
    effects.extend(screens::told(model, fact));
    effects
}

fn note(model: &mut Model, fact: EventKind, before: Fullness) -> Vec<Effect> {
    let Some(known) = &mut model.known else { return Vec::new() };
    match fact {
        EventKind::TreeChanged(tree) => {
            known.tree = tree;
            model.note_entries();
            return refresh(model);
        }
        EventKind::WorkMoved(work) => {
            known.work = work;
            model.note_progress();
            tell_end_of_work(model);
        }
        EventKind::TasksChanged(tasks) => {
            model.tasks.follow(&tasks);
            known.tasks = tasks;
            return super::on_top::refresh_task(model);
        }
        EventKind::CacheChanged(cache) => {
            model.history.note(&cache);
            known.cache = cache;
        }
        EventKind::ContextChanged(context) => {
            known.context = context;
            model.sending.end_marking();
            warn_of_context(model, before);
            return refresh(model);
        }
        EventKind::ModelChosen(info) => {
            // How full another window was says nothing of this one.
            let level = if info.name == known.model.name { before.level } else { Level::Calm };
            known.model = info;
            warn_of_context(model, Fullness { level, ..before });
            return refresh(model);
        }
        EventKind::SpendChanged(spend) => known.spend = *spend,
        EventKind::WatchChanged(watch) => known.watch = watch,
        // The engine has logged it.
        EventKind::NoticeRaised(notice) => show(model, notice.level, &notice.text),
        EventKind::Ended => model.ended = true,
    }
    Vec::new()
}

/// Asks again for everything of the tree that is shown.
fn refresh(model: &mut Model) -> Vec<Effect> {
    let mut effects = model.tree.ask();
    effects.extend(super::context::refresh(model));
    let shown: Vec<usize> = (0..model.overlays.len()).collect();
    for index in shown {
        let about_tree = matches!(
            model.overlays[index],
            Overlay::Details(_) | Overlay::Skipped(_) | Overlay::Context(_) | Overlay::Preview(_)
        );
        if about_tree {
            effects.extend(super::on_top::ask_for(model, index));
        }
    }
    effects
}

/// Says that work has ended which took so long that nobody looked any more.
fn tell_end_of_work(model: &mut Model) {
    let Some(known) = &model.known else { return };
    if known.work.busy {
        return;
    }
    let Some(since) = model.busy_since.take() else { return };
    let took = model.now_ms.saturating_sub(since);
    if took >= LONG_WORK_MS {
        let files = format::some(known.tree.files, "file", "files");
        let text = format!("done: {files} in {}", format::duration(Millis(took)));
        notify(model, NoticeLevel::Info, &text);
    }
}

/// Work of so many milliseconds is long: the end of it is said.
const LONG_WORK_MS: u64 = 10_000;

/// How full the context was before something changed.
#[derive(Clone, Copy)]
struct Fullness {
    level: Level,
    marked: u64,
}

impl Fullness {
    fn of(known: &Snapshot, thresholds: Thresholds) -> Self {
        let level = budget::context_level(known, thresholds);
        Self { level, marked: budget::marked_files(known) }
    }
}

/// Says when the context crosses a threshold upwards, and again at each mark while it does not
/// fit; what was said of it before is out of date.
fn warn_of_context(model: &mut Model, before: Fullness) {
    let was_said = model.notice.take_if(|notice| notice.about == About::Context).is_some();
    let Some(known) = &model.known else { return };
    let thresholds: Thresholds = model.settings.thresholds;
    let now = Fullness::of(known, thresholds);
    let is_worse = now.level == Level::Exceeded && now.marked > before.marked;
    if now.level <= before.level && !was_said && !is_worse {
        return;
    }
    let percent = budget::context_gauge(known).percent();
    let word = budget::context_word(known);
    let percent = format!("{word}{}", format::number(percent));
    let name = &known.model.name;
    let (level, text) = match now.level {
        Level::Calm => return,
        Level::Warning => {
            (NoticeLevel::Warning, format!("context: {percent} % of the window of {name}"))
        }
        Level::Alert => (
            NoticeLevel::Warning,
            format!("context is nearly full: {percent} % of the window of {name}"),
        ),
        Level::Exceeded => (
            NoticeLevel::Error,
            format!("context does not fit: {percent} % of the window of {name}"),
        ),
    };
    // The percentage moves while files are counted: the log is told of a crossing, not of each step.
    let say = if now.level > before.level || is_worse { notify } else { show };
    say(model, level, &text);
    if let Some(notice) = &mut model.notice {
        notice.about = About::Context;
    }
}
