//! What a line of text that was asked for leads to.

use super::context;
use crate::ui::{
    message::Effect,
    model::Model,
    overlays::{Overlay, Prompt},
};

/// Takes the line that was typed; an empty one is no answer.
pub(super) fn answered(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Prompt(Prompt { asking, line })) = model.overlays.pop() else {
        return Vec::new();
    };
    let text = line.text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    context::named(model, asking, text)
}
