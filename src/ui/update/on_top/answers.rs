//! The answers that what lies on top waits for.
//!
//! An answer to a question that is out of date is left out: the question is asked again.

use super::asking::question;
use crate::{
    model::{
        Details, EvictionPlan, Inventory, ModelInfo, PaidFor, Preview, Row, SkippedPage, TaskState,
        TaskView,
    },
    ui::{
        inquiry::Inquiry,
        message::Effect,
        model::Model,
        overlays::{Asks, Overlay, details::Known},
    },
};

/// Says which question of [`Asks`] is meant.
type Which = fn(&mut Asks) -> &mut Inquiry;

/// Settles a question; returns the overlay that waits for its answer, or asks again.
fn settle(model: &mut Model, which: Which, is: fn(&Overlay) -> bool) -> Result<usize, Vec<Effect>> {
    let again = which(&mut model.asks).settle();
    let index = model.overlays.iter().rposition(is);
    match index {
        Some(index) if again => Err(question(model, index).map(Effect::Ask).into_iter().collect()),
        Some(index) => Ok(index),
        None => {
            if again {
                // Nobody waits for it any more.
                which(&mut model.asks).settle();
            }
            Err(Vec::new())
        }
    }
}

/// Takes what is known of an entry.
pub(in crate::ui::update) fn take_details(
    model: &mut Model,
    details: Option<Details>,
) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.details, |top| matches!(top, Overlay::Details(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    if let Overlay::Details(card) = &mut model.overlays[index] {
        card.known = details.into();
    }
    Vec::new()
}

/// Takes files that were not counted.
pub(in crate::ui::update) fn take_skipped(model: &mut Model, page: SkippedPage) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.skipped, |top| matches!(top, Overlay::Skipped(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    let height = model.overlay_height();
    if let Overlay::Skipped(list) = &mut model.overlays[index]
        && list.take(page.files, page.total, height)
    {
        return super::ask_for(model, index);
    }
    Vec::new()
}

/// Takes marked files.
pub(in crate::ui::update) fn take_marked(
    model: &mut Model,
    total: u64,
    rows: Vec<Row>,
) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.marked, |top| matches!(top, Overlay::Context(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    let height = model.overlay_height();
    if let Overlay::Context(list) = &mut model.overlays[index]
        && list.take(rows, total, height)
    {
        return super::ask_for(model, index);
    }
    Vec::new()
}

/// Takes what an eviction would remove.
pub(in crate::ui::update) fn take_victims(model: &mut Model, plan: EvictionPlan) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.victims, |top| matches!(top, Overlay::Evict(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    if let Overlay::Evict(dialog) = &mut model.overlays[index] {
        dialog.plan = Some(plan);
    }
    Vec::new()
}

/// Takes what a clear would remove; nothing when nobody can tell.
pub(in crate::ui::update) fn take_inventory(
    model: &mut Model,
    inventory: Option<&Inventory>,
) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.inventory, |top| matches!(top, Overlay::Clear(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    if let Overlay::Clear(dialog) = &mut model.overlays[index] {
        dialog.paid = inventory.map(|inventory| PaidFor::of(&inventory.results));
    }
    Vec::new()
}

/// Takes the models.
pub(in crate::ui::update) fn take_models(model: &mut Model, models: Vec<ModelInfo>) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.models, |top| matches!(top, Overlay::Models(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    let height = model.overlay_height();
    let in_use = model.known.as_ref().map(|known| known.model.name.clone()).unwrap_or_default();
    if let Overlay::Models(list) = &mut model.overlays[index] {
        list.take(models, &in_use, height);
    }
    Vec::new()
}

/// Takes what is known of a task.
pub(in crate::ui::update) fn take_task(model: &mut Model, task: Option<TaskView>) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.task, |top| matches!(top, Overlay::Task(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    if let Overlay::Task(card) = &mut model.overlays[index] {
        card.known = task.into();
    }
    Vec::new()
}

/// Takes that the task has ended with a report, which is told elsewhere.
pub(in crate::ui::update) fn take_ended_task(model: &mut Model) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.task, |top| matches!(top, Overlay::Task(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    if let Overlay::Task(card) = &mut model.overlays[index]
        && let Known::Is(task) = &mut card.known
    {
        task.state = TaskState::Completed;
    }
    Vec::new()
}

/// Takes lines of a file.
pub(in crate::ui::update) fn take_preview(model: &mut Model, preview: Preview) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.preview, |top| matches!(top, Overlay::Preview(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    let height = model.overlay_height();
    if let Overlay::Preview(card) = &mut model.overlays[index]
        && card.take(preview, height)
    {
        return super::ask_for(model, index);
    }
    Vec::new()
}

/// Notes that a file cannot be read, and why.
pub(in crate::ui::update) fn refuse_preview(model: &mut Model, why: &str) -> Vec<Effect> {
    model.asks.preview = Inquiry::Idle;
    for top in &mut model.overlays {
        if let Overlay::Preview(card) = top {
            card.refuse(why);
        }
    }
    Vec::new()
}

/// Notes that the list of files that were not counted was refused: it is shown empty.
pub(in crate::ui::update) fn refuse_skipped(model: &mut Model) -> Vec<Effect> {
    model.asks.skipped = Inquiry::Idle;
    for top in &mut model.overlays {
        if let Overlay::Skipped(list) = top {
            list.total.get_or_insert(0);
        }
    }
    Vec::new()
}

/// Notes that the list of marked files was refused: it is shown empty.
pub(in crate::ui::update) fn refuse_marked(model: &mut Model) -> Vec<Effect> {
    model.asks.marked = Inquiry::Idle;
    for top in &mut model.overlays {
        if let Overlay::Context(list) = top {
            list.total.get_or_insert(0);
        }
    }
    Vec::new()
}

/// Notes that a preview was refused, and why.
pub(in crate::ui::update) fn refuse_victims(model: &mut Model, why: &str) -> Vec<Effect> {
    let place = settle(model, |asks| &mut asks.victims, |top| matches!(top, Overlay::Evict(_)));
    let index = match place {
        Ok(index) => index,
        Err(effects) => return effects,
    };
    if let Overlay::Evict(dialog) = &mut model.overlays[index] {
        dialog.problem = Some(why.to_owned());
    }
    Vec::new()
}
