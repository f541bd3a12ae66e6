//! Where actions are valid, and going there.

use super::super::keys;
use crate::ui::{
    action::{Action, Scope},
    layout::Pane,
    message::Effect,
    model::Model,
};

/// Where actions are looked for that do nothing here, and what each place is called.
pub(super) const PLACES: [(Scope, &str); 7] = [
    (Scope::Tree, "in the tree"),
    (Scope::Tasks, "in the tasks"),
    (Scope::Spend, "on Spend"),
    (Scope::Entries, "on Cache"),
    (Scope::Log, "in the log"),
    (Scope::Global, "everywhere"),
    (Scope::Overlay, "in the context"),
];

/// Goes where keys of this scope are valid.
pub(super) fn go(model: &mut Model, scope: Scope) -> Vec<Effect> {
    model.overlays.clear();
    let (shows, focus) = match scope {
        Scope::Tree | Scope::Overlay => (Action::ShowHome, Some(Pane::Tree)),
        Scope::Cache => (Action::ShowHome, Some(Pane::Cache)),
        Scope::Budget => (Action::ShowHome, Some(Pane::Budget)),
        Scope::Tasks => (Action::ShowHome, Some(Pane::Tasks)),
        Scope::Spend => (Action::ShowSpend, None),
        Scope::Entries => (Action::ShowCache, None),
        Scope::Log => (Action::ShowLog, None),
        Scope::Global | Scope::List | Scope::Editor | Scope::Dialog => return Vec::new(),
    };
    let mut effects = keys::pressed(model, shows);
    model.focus = focus.unwrap_or(model.focus);
    if scope == Scope::Overlay {
        effects.extend(keys::pressed(model, Action::ShowContext));
    }
    effects
}

/// Returns what must be chosen there first: what is removed or opened must have been seen.
pub(super) const fn to_choose(scope: Scope, action: Action) -> Option<&'static str> {
    match (scope, action) {
        (Scope::Entries, Action::Inspect | Action::ForgetEntry) => Some("an entry"),
        (Scope::Spend, Action::Inspect) => Some("a line"),
        (Scope::Tasks, Action::CancelTask) => Some("a task"),
        (Scope::Overlay, Action::Unmark | Action::MarkLevel) => Some("a file"),
        _ => None,
    }
}
