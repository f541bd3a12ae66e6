//! Which screen is in front, and what reaches it.

use crate::{
    model::{Answer, Question},
    ui::{
        action::Action,
        cursor::Step,
        message::Effect,
        model::Model,
        panes::tree::filter::Edit,
        screens::{Fact, Screen, cache, log, spend},
    },
};

/// Screens by the action that shows them.
const SHOWS: [(Action, Screen); 4] = [
    (Action::ShowHome, Screen::Home),
    (Action::ShowSpend, Screen::Spend),
    (Action::ShowCache, Screen::Cache),
    (Action::ShowLog, Screen::Log),
];

/// Returns the screen that the action shows.
pub(super) fn named_by(action: Action) -> Option<Screen> {
    super::table::find(&SHOWS, action)
}

/// Shows the screen that the action names; `None` when it names none.
pub(super) fn show(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    let screen = named_by(action)?;
    if screen == model.screen {
        return Some(Vec::new());
    }
    model.screen = screen;
    Some(refresh(model))
}

/// Asks for what the screen in front shows, as when it came there or events were lost.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    match model.screen {
        Screen::Home => Vec::new(),
        Screen::Spend => spend::shown(model),
        Screen::Cache => cache::shown(model),
        Screen::Log => log::shown(model),
    }
}

/// Gives a key to the screen in front; `None` when it is Home, or leaves the key to others.
pub(super) fn pressed(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    match model.screen {
        Screen::Home => None,
        Screen::Spend => spend::pressed(model, action),
        Screen::Cache => cache::pressed(model, action),
        Screen::Log => log::pressed(model, action),
    }
}

/// Gives typed text to the screen in front; true when its list is to be asked for then.
pub(super) fn edit(model: &mut Model, edit: &Edit) -> bool {
    match model.screen {
        Screen::Home => model.tree.filter.editing && model.tree.edit_filter(edit),
        Screen::Spend => spend::edit(model, edit),
        Screen::Cache => cache::edit(model, edit),
        Screen::Log => {
            log::edit(model, edit);
            false
        }
    }
}

/// Asks for the list that typed text left.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    match model.screen {
        Screen::Home => model.tree.ask(),
        Screen::Spend => spend::refresh(model),
        Screen::Cache => cache::follow(model),
        Screen::Log => Vec::new(),
    }
}

/// Gives a click to the screen in front; `None` when it is Home.
pub(super) fn clicked(model: &mut Model, x: u16, y: u16) -> Option<Vec<Effect>> {
    match model.screen {
        Screen::Home => None,
        Screen::Spend => Some(spend::clicked(model, x, y)),
        Screen::Cache => Some(cache::clicked(model, x, y)),
        Screen::Log => Some(log::clicked(model, x, y)),
    }
}

/// Gives a turn of the wheel to the screen in front; `None` when it is Home.
pub(super) fn scrolled(model: &mut Model, at: (u16, u16), step: Step) -> Option<Vec<Effect>> {
    match model.screen {
        Screen::Home => None,
        Screen::Spend => Some(spend::scrolled(model, at, step)),
        Screen::Cache => Some(cache::scrolled(model, at, step)),
        Screen::Log => Some(log::scrolled(model, at, step)),
    }
}

/// Tells the screens that show it what a fact is about.
pub(super) fn told(model: &mut Model, fact: Fact) -> Vec<Effect> {
    let mut effects = spend::told(model, fact);
    effects.extend(cache::told(model, fact));
    effects
}

/// Gives the screens that ask an answer.
pub(super) fn answered(model: &mut Model, answer: &Answer) -> Vec<Effect> {
    let mut effects = spend::answered(model, answer);
    effects.extend(cache::answered(model, answer));
    effects
}

/// Tells the screens that ask that a question was refused.
pub(super) fn unanswered(model: &mut Model, question: &Question) {
    spend::unanswered(model, question);
    cache::unanswered(model, question);
}
