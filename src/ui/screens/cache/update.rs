//! What keys, events and answers do to the screen.

use crate::{
    model::{Answer, EventKind, Question},
    ui::{
        action::{Action, Scope},
        cursor::Step,
        message::Effect,
        model::Model,
        panes::tree::filter::Edit,
    },
};

/// Returns where its keys are looked up.
pub(crate) fn scope(_model: &Model) -> Scope {
    Scope::Entries
}

/// It comes to the front.
pub(crate) fn shown(_model: &mut Model) -> Vec<Effect> {
    Vec::new()
}

/// A key; `None` leaves it to what all screens have in common.
pub(crate) fn pressed(_model: &mut Model, _action: Action) -> Option<Vec<Effect>> {
    None
}

/// Text is typed.
pub(crate) fn edit(_model: &mut Model, _edit: &Edit) -> Vec<Effect> {
    Vec::new()
}

/// A click on a cell.
pub(crate) fn clicked(_model: &mut Model, _x: u16, _y: u16) -> Vec<Effect> {
    Vec::new()
}

/// The wheel over a cell.
pub(crate) fn scrolled(_model: &mut Model, _at: (u16, u16), _step: Step) -> Vec<Effect> {
    Vec::new()
}

/// A fact that the engine told, already noted in what all screens know.
pub(crate) fn told(_model: &mut Model, _fact: &EventKind) -> Vec<Effect> {
    Vec::new()
}

/// An answer; those of other screens come by too.
pub(crate) fn answered(_model: &mut Model, _answer: &Answer) -> Vec<Effect> {
    Vec::new()
}

/// A refused question; those of other screens come by too.
pub(crate) fn unanswered(_model: &mut Model, _question: &Question) {}

/// Returns true when all that it shows is known.
pub(crate) fn is_settled(_model: &Model) -> bool {
    true
}
