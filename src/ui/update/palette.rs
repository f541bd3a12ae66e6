//! All that can be done: the lines of the palette, and doing what was chosen.

mod needs;
mod places;

use super::{keys, notify, table};
use crate::{
    model::NoticeLevel,
    ui::{
        action::{Action, Scope},
        keymap::{Keymap, KeymapRow},
        message::Effect,
        model::Model,
        overlays::{
            Overlay, Palette,
            palette::{Entry, Way},
        },
        screens::Screen,
    },
};

/// Returns true when an action of this scope does something now.
pub(in crate::ui) fn can(model: &Model, scope: Scope, action: Action) -> bool {
    needs::missing(model, scope, action).is_none()
}

/// Opens the palette over what is in front.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let entries = entries(model);
    model.overlays.push(Overlay::Palette(Palette::of(entries)));
    Vec::new()
}

/// Does what was chosen: where the palette was opened, or where it is valid.
pub(super) fn run(model: &mut Model, entry: Option<Entry>) -> Vec<Effect> {
    model.overlays.pop();
    let Some(Entry { action, scope, name, keys, way, .. }) = entry else { return Vec::new() };
    match way {
        Way::Here => keys::pressed(model, action),
        Way::There(_) => {
            let mut effects = places::go(model, scope);
            effects.extend(keys::pressed(model, action));
            effects
        }
        Way::Choose(_, what) => {
            let effects = places::go(model, scope);
            let key = keys.first().map_or(name, String::as_str);
            notify(model, NoticeLevel::Info, &format!("choose {what}, then press {key}"));
            effects
        }
        Way::Needs(what) => {
            notify(model, NoticeLevel::Warning, &format!("{name} needs {what}"));
            Vec::new()
        }
    }
}

/// Returns all that can be done: first what does something here, then what does something in
/// another place, then what lacks something. An action without a key of its own is still one.
fn entries(model: &Model) -> Vec<Entry> {
    let here = model.scope();
    let rows = Keymap::defaults().rows();
    let mut entries: Vec<Entry> = Vec::new();
    for place in here.path() {
        for row in rows.iter().filter(|row| row.scope == *place) {
            let is_new = entries.iter().all(|entry| entry.action != row.action);
            if is_new && is_done_here(model, row) {
                let way =
                    needs::missing(model, row.scope, row.action).map_or(Way::Here, Way::Needs);
                entries.push(entry(model, row, here, way));
            }
        }
    }
    let count = entries.len();
    for (place, name) in places::PLACES {
        for row in rows.iter().filter(|row| row.scope == place) {
            // What lies on top has few actions of its own.
            let known = if place == Scope::Overlay { entries.len() } else { count };
            let is_new = entries[..known].iter().all(|entry| entry.action != row.action);
            if is_new && is_done_there(model, row.action) {
                entries.push(entry(model, row, place, way_to(model, row, name)));
            }
        }
    }
    entries.sort_by_key(|entry| entry.way.distance());
    entries
}

fn entry(model: &Model, row: &KeymapRow, scope: Scope, way: Way) -> Entry {
    let keys = model.settings.keymap.keys_for(scope, row.action);
    Entry { action: row.action, scope: row.scope, keys, name: row.name, help: row.help, way }
}

fn way_to(model: &Model, row: &KeymapRow, place: &'static str) -> Way {
    if let Some(what) = needs::missing(model, row.scope, row.action) {
        return Way::Needs(what);
    }
    match places::to_choose(row.scope, row.action) {
        Some(what) => Way::Choose(place, what),
        None => Way::There(place),
    }
}

/// Returns true for what makes sense only with the hands on the keys, or is in front already.
fn is_never_listed(model: &Model, action: Action) -> bool {
    let is_movement = table::find(&table::STEPS, action).is_some();
    let is_own = matches!(action, Action::Palette | Action::Back | Action::Accept | Action::Refuse);
    let is_shown = super::screens::named_by(action) == Some(model.screen);
    is_movement || is_own || is_shown || table::find(&table::EDITS, action).is_some()
}

fn is_done_here(model: &Model, row: &KeymapRow) -> bool {
    if is_never_listed(model, row.action) {
        return false;
    }
    if let Some(top) = model.overlays.last() {
        return is_done_on(top, row.action);
    }
    model.screen == Screen::Home
        || row.scope != Scope::Global
        || keys::is_common(row.action)
        || super::screens::named_by(row.action).is_some()
}

fn is_done_there(model: &Model, action: Action) -> bool {
    let is_between = matches!(
        action,
        Action::NextPane | Action::PreviousPane | Action::NextValue | Action::PreviousValue
    );
    !is_between && !is_never_listed(model, action)
}

/// Returns true for what does something with this on top.
const fn is_done_on(top: &Overlay, action: Action) -> bool {
    match top {
        Overlay::Context(_) => matches!(
            action,
            Action::Unmark
                | Action::FilterList
                | Action::MarkLevel
                | Action::CopyContext
                | Action::ExportContext
                | Action::SaveContext
                | Action::LoadContext
                | Action::PrintContext
        ),
        Overlay::Preview(_) => matches!(action, Action::MarkRange | Action::Edit),
        Overlay::Models(_) | Overlay::Help(_) => matches!(action, Action::FilterList),
        Overlay::Settings(_) => matches!(action, Action::Edit | Action::Evict | Action::Clear),
        Overlay::Clear(_)
        | Overlay::Evict(_)
        | Overlay::Forget(_)
        | Overlay::Replace(_)
        | Overlay::Details(_)
        | Overlay::Skipped(_)
        | Overlay::Task(_)
        | Overlay::Palette(_)
        | Overlay::Prompt(_)
        | Overlay::Saved(_)
        | Overlay::LoseSaved(_)
        | Overlay::Record(_) => false,
    }
}
