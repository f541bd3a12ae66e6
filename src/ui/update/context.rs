//! What is done with the context: copied, exported, saved, loaded, printed at the end.

use super::{notify, saved, table};
use crate::{
    model::{Command, MarkChange, NoticeLevel},
    ui::{
        action::Action,
        context::{Purpose, format_of},
        message::Effect,
        model::Model,
        overlays::{Overlay, Prompt, prompt::Asking},
        saved::{Existing, SavedWish},
    },
};

/// What needs a name first.
const ASKS: [(Action, Asking); 2] =
    [(Action::ExportContext, Asking::Export), (Action::SaveContext, Asking::Save)];

/// Does what a key asks for with the context; `None` when it asks for something else.
pub(super) fn pressed(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    if action == Action::PrintContext {
        return Some(print(model));
    }
    if action == Action::CopyContext {
        // Whether anything is marked the engine knows: the last mark may still be on its way.
        return Some(model.sending.wish(Purpose::Copy));
    }
    if action == Action::MarkLevel {
        return Some(next_level(model));
    }
    if action == Action::LoadContext {
        return Some(saved::open(model));
    }
    let asking = table::find(&ASKS, action)?;
    if !model.has_marks() && !model.sending.is_marking() {
        notify(model, NoticeLevel::Warning, "nothing is marked");
        return Some(Vec::new());
    }
    model.overlays.push(Overlay::Prompt(Prompt::about(asking)));
    Some(Vec::new())
}

fn print(model: &mut Model) -> Vec<Effect> {
    model.print_context = !model.print_context;
    let text = if model.print_context {
        "the context will be printed when larder is left"
    } else {
        "nothing will be printed when larder is left"
    };
    notify(model, NoticeLevel::Info, text);
    Vec::new()
}

/// Changes how much of the chosen file is sent.
fn next_level(model: &mut Model) -> Vec<Effect> {
    let id = match model.overlays.last() {
        Some(Overlay::Context(list)) => list.row_at(list.cursor.at).map(|row| row.id),
        Some(_) | None => None,
    };
    id.map(|id| Effect::Send(Command::Mark(MarkChange::NextLevel(vec![id])))).into_iter().collect()
}

/// Takes the name of a file or of a context.
pub(super) fn named(model: &mut Model, asking: Asking, name: &str) -> Vec<Effect> {
    match asking {
        Asking::Glob => model.tree.mark_glob(name),
        Asking::Export => model.sending.wish(Purpose::Export(name.into(), format_of(name))),
        Asking::Save => vec![Effect::Saved(SavedWish::Save(name.to_owned(), Existing::Ask))],
    }
}
