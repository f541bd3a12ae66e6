//! Text that is typed, wherever that is: what it asks the engine for waits until the hands rest.

use super::{on_top, screens};
use crate::ui::{
    message::Effect,
    model::Model,
    overlays::{Overlay, prompt::Asking},
    panes::tree::filter::Edit,
};

/// Changes the text.
pub(super) fn edit(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if apply(model, edit) { vec![Effect::Rest(model.typing.note())] } else { Vec::new() }
}

/// Follows what was typed, unless more was typed since.
pub(super) fn rested(model: &mut Model, change: u64) -> Vec<Effect> {
    if model.typing.rested(change) { follow(model) } else { Vec::new() }
}

/// Follows what was typed before something else is done.
pub(super) fn flush(model: &mut Model) -> Vec<Effect> {
    if model.typing.flush() { follow(model) } else { Vec::new() }
}

/// Returns true when the engine is to be asked then.
fn apply(model: &mut Model, edit: &Edit) -> bool {
    match model.overlays.last_mut() {
        Some(Overlay::Help(help)) if help.filter.editing => help.edit(edit),
        Some(Overlay::Models(list)) if list.filter.editing => list.edit(edit),
        Some(Overlay::Context(list)) if list.filter.editing => return list.edit(edit),
        Some(Overlay::Palette(palette)) => palette.edit(edit),
        Some(Overlay::Saved(list)) => list.edit(edit),
        Some(Overlay::Prompt(prompt)) => {
            let before = prompt.line.text.clone();
            prompt.line.apply(edit);
            return prompt.asking == Asking::Glob && prompt.line.text != before;
        }
        Some(_) => {}
        None => return screens::edit(model, edit),
    }
    false
}

fn follow(model: &mut Model) -> Vec<Effect> {
    match model.overlays.last() {
        Some(Overlay::Prompt(prompt)) => model.tree.weigh(prompt.line.text.trim()),
        Some(Overlay::Context(_)) => on_top::ask_for(model, model.overlays.len() - 1),
        Some(_) => Vec::new(),
        None => screens::follow(model),
    }
}
