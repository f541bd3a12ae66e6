//! The questions of what lies on top: one of a kind at a time.

use crate::{
    model::{Filter, NodeId, Question, Row, TaskId},
    ui::{
        cursor::Cursor,
        message::Effect,
        model::Model,
        overlays::{DetailsCard, Overlay, PreviewCard, TaskCard, details::Known, evict::LISTED},
        panes::tasks::in_order,
    },
};

/// Shows all about an entry.
pub(in crate::ui::update) fn open_details(model: &mut Model, id: NodeId) -> Vec<Effect> {
    model.overlays.push(Overlay::Details(DetailsCard::of(id)));
    ask_for(model, model.overlays.len() - 1)
}

/// Shows a file to read.
pub(in crate::ui::update) fn open_preview(model: &mut Model, row: &Row) -> Vec<Effect> {
    model.overlays.push(Overlay::Preview(PreviewCard::of(row)));
    ask_for(model, model.overlays.len() - 1)
}

/// Shows all about the chosen task.
pub(in crate::ui::update) fn open_chosen_task(model: &mut Model) {
    let chosen = model.known.as_ref().and_then(|known| model.tasks.chosen(&known.tasks));
    let Some(task) = chosen.cloned() else { return };
    let card = TaskCard { id: task.id, known: Known::Is(task), cursor: Cursor::default() };
    model.overlays.push(Overlay::Task(card));
}

/// Asks for what an overlay shows, now or once the question of its kind is answered.
pub(in crate::ui::update) fn ask_for(model: &mut Model, index: usize) -> Vec<Effect> {
    let inquiry = match model.overlays.get(index) {
        Some(Overlay::Details(_)) => &mut model.asks.details,
        Some(Overlay::Skipped(_)) => &mut model.asks.skipped,
        Some(Overlay::Context(_)) => &mut model.asks.marked,
        Some(Overlay::Evict(_)) => &mut model.asks.victims,
        Some(Overlay::Clear(_)) => &mut model.asks.inventory,
        Some(Overlay::Models(_)) => &mut model.asks.models,
        Some(Overlay::Task(_)) => &mut model.asks.task,
        Some(Overlay::Preview(_)) => &mut model.asks.preview,
        Some(
            Overlay::Help(_)
            | Overlay::Forget(_)
            | Overlay::Replace(_)
            | Overlay::Palette(_)
            | Overlay::Prompt(_)
            | Overlay::Saved(_)
            | Overlay::LoseSaved(_)
            | Overlay::Record(_)
            | Overlay::Settings(_),
        )
        | None => {
            return Vec::new();
        }
    };
    if !inquiry.wish() {
        return Vec::new();
    }
    question(model, index).map(Effect::Ask).into_iter().collect()
}

/// Returns the question for what an overlay shows now.
pub(super) fn question(model: &mut Model, index: usize) -> Option<Question> {
    let height = model.overlay_height();
    match model.overlays.get_mut(index)? {
        Overlay::Details(card) => Some(Question::Details(card.id)),
        Overlay::Skipped(list) => {
            let (from, len) = list.range(height);
            Some(Question::Skipped { from, len })
        }
        Overlay::Context(list) => {
            let (from, len) = list.range(height);
            let text = &list.filter.text;
            let filter = list.filter.is_on().then(|| Filter(text.clone()));
            Some(Question::Marked { from, len, filter })
        }
        Overlay::Evict(dialog) => Some(Question::Victims(dialog.request(), LISTED)),
        Overlay::Clear(_) => Some(Question::Inventory),
        Overlay::Models(_) => Some(Question::Models),
        Overlay::Task(card) => Some(Question::Task(card.id)),
        Overlay::Preview(card) => {
            let (from, len) = card.list.range(height);
            Some(Question::Preview { node: card.id, from, len })
        }
        Overlay::Help(_)
        | Overlay::Forget(_)
        | Overlay::Replace(_)
        | Overlay::Palette(_)
        | Overlay::Prompt(_)
        | Overlay::Saved(_)
        | Overlay::LoseSaved(_)
        | Overlay::Record(_)
        | Overlay::Settings(_) => None,
    }
}

/// Brings the card of a task up to date, from the list or by a question.
pub(in crate::ui::update) fn refresh_task(model: &mut Model) -> Vec<Effect> {
    let Some(index) = model.overlays.iter().position(|top| matches!(top, Overlay::Task(_))) else {
        return Vec::new();
    };
    let Some(Overlay::Task(card)) = model.overlays.get_mut(index) else { return Vec::new() };
    let id: TaskId = card.id;
    let task = model
        .known
        .as_ref()
        .and_then(|known| in_order(&known.tasks).find(|task| task.id == id).cloned());
    match task {
        Some(task) => {
            card.known = Known::Is(task);
            Vec::new()
        }
        None => ask_for(model, index),
    }
}
