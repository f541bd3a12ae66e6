//! Saved contexts: which there are, and what is done with one.

use crate::ui::{
    message::Effect,
    model::Model,
    overlays::{Overlay, SavedDialog, SavedList},
    saved::{Saved, SavedWish},
};

/// Opens the list.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Saved(SavedList::default()));
    vec![Effect::Saved(SavedWish::List)]
}

/// Takes what there is, for whoever looks at the list.
pub(super) fn listed(model: &mut Model, all: &[Saved]) -> Vec<Effect> {
    let height = model.overlay_height();
    for top in &mut model.overlays {
        if let Overlay::Saved(list) = top {
            list.take(all.to_vec(), height);
        }
    }
    Vec::new()
}

/// Asks before the context that has the name is replaced.
pub(super) fn name_taken(model: &mut Model, saved: Saved) -> Vec<Effect> {
    model.overlays.push(Overlay::LoseSaved(SavedDialog::Replace(saved)));
    Vec::new()
}

/// Asks before the chosen one is deleted.
pub(super) fn ask_before_delete(model: &mut Model) {
    let Some(Overlay::Saved(list)) = model.overlays.last() else { return };
    let Some(saved) = list.chosen().cloned() else { return };
    model.overlays.push(Overlay::LoseSaved(SavedDialog::Delete(saved)));
}

/// Marks what the chosen line holds, or does what was asked about.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    let wish = match model.overlays.pop() {
        Some(Overlay::Saved(list)) => list.wanted().map(SavedWish::Load),
        Some(Overlay::LoseSaved(dialog)) => Some(dialog.wish()),
        Some(_) | None => None,
    };
    wish.map(Effect::Saved).into_iter().collect()
}
