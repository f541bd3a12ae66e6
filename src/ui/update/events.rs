//! What the engine tells.

use super::{notify, screens, show, weigh};
use crate::{
    model::{Event, EventKind, Millis, NoticeLevel, Snapshot},
    ui::{
        context::Cause, format, message::Effect, model::Model, offers, overlays::Overlay,
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
    // It may be another engine, whose versions are others.
    model.sending.forget();
    effects.extend(weigh::follow(model, Cause::News));
    effects
}

/// Takes one fact; facts that are already known are left out.
pub(super) fn told(model: &mut Model, event: Event) -> Vec<Effect> {
    let Some(known) = &mut model.known else { return Vec::new() };
    if event.sequence <= known.sequence {
        return Vec::new();
    }
    known.sequence = event.sequence;
    let fact = Fact::of(&event.kind);
    let mut effects = note(model, event.kind);
    effects.extend(screens::told(model, fact));
    effects
}

fn note(model: &mut Model, fact: EventKind) -> Vec<Effect> {
    let Some(known) = &mut model.known else { return Vec::new() };
    match fact {
        EventKind::TreeChanged(tree) => {
            let is_other = known.tree.encoding != tree.encoding;
            known.tree = tree;
            model.note_entries();
            let mut effects = refresh(model);
            if is_other {
                effects.extend(weigh::follow(model, Cause::News));
            }
            return effects;
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
            let is_other = known.context != context;
            known.context = context;
            let cause = if model.sending.is_marking() { Cause::Hand } else { Cause::News };
            model.sending.end_marking();
            let mut effects = refresh(model);
            if is_other {
                effects.extend(weigh::follow(model, cause));
            }
            return effects;
        }
        EventKind::ModelChosen(info) => {
            // How full another window was says nothing of this one.
            let is_other = info.name != known.model.name;
            known.model = info;
            if is_other {
                weigh::another_model(model);
            }
            let mut effects = refresh(model);
            effects.extend(weigh::follow(model, Cause::News));
            return effects;
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
