//! What keys do to what lies on top.

mod answers;
mod asking;

pub(super) use answers::{
    refuse_marked, refuse_preview, refuse_skipped, refuse_victims, take_details, take_ended_task,
    take_inventory, take_marked, take_models, take_preview, take_skipped, take_task, take_victims,
};
pub(super) use asking::{ask_for, open_chosen_task, open_details, open_preview, refresh_task};

use super::table;
use crate::{
    model::{Command, MarkChange},
    ui::{
        action::Action,
        cursor::Step,
        layout::Layout,
        message::{Effect, Export},
        model::Model,
        overlays::{Help, Overlay, settings::chosen_place},
        panes::cache,
        saved::Existing,
    },
};

/// Does what the key asks for.
pub(super) fn pressed(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(step) = table::find(&table::STEPS, action) {
        return self::step(model, step);
    }
    if let Some(effect) = table::find(&table::OUTSIDE, action) {
        return vec![effect];
    }
    if matches!(action, Action::Back | Action::Refuse) {
        return back(model);
    }
    if matches!(action, Action::NextValue | Action::PreviousValue) {
        return change(model, action == Action::NextValue);
    }
    if action == Action::Palette {
        return super::palette::open(model);
    }
    if matches!(action, Action::Accept | Action::Open) {
        return accept(model);
    }
    if matches!(action, Action::Help | Action::Filter | Action::FilterList) {
        filter(model, action);
    }
    if matches!(action, Action::Evict | Action::Clear)
        && matches!(model.overlays.last(), Some(Overlay::Settings(_)))
    {
        return super::keys::on_panes(model, action);
    }
    if matches!(model.overlays.last(), Some(Overlay::Context(_)))
        && let Some(effects) = super::context::pressed(model, action)
    {
        return effects;
    }
    if action == Action::DeleteContext {
        super::saved::ask_before_delete(model);
        return Vec::new();
    }
    if action == Action::Edit
        && let Some(Overlay::Preview(card)) = model.overlays.last()
    {
        return vec![Effect::Edit(card.id, card.path.clone())];
    }
    if action == Action::Edit
        && let Some(Overlay::Settings(cursor)) = model.overlays.last()
    {
        let place = chosen_place(&model.setting_lines(), cursor.at, &model.settings);
        return vec![Effect::EditSettings(place)];
    }
    if matches!(action, Action::Unmark | Action::MarkRange)
        && let Some(Overlay::Preview(card)) = model.overlays.last_mut()
    {
        card.anchor_here();
        return Vec::new();
    }
    if matches!(action, Action::Mark | Action::Unmark)
        && let Some(Overlay::Context(list)) = model.overlays.last()
        && let Some(row) = list.row_at(list.cursor.at)
    {
        return vec![Effect::Send(Command::Mark(MarkChange::Remove(vec![row.id])))];
    }
    Vec::new()
}

/// Begins to filter the list; where there is none to filter, the key for help opens it.
fn filter(model: &mut Model, action: Action) {
    match model.overlays.last_mut() {
        Some(Overlay::Help(help)) => help.filter.editing = true,
        Some(Overlay::Models(list)) if action != Action::Help => list.filter.editing = true,
        Some(Overlay::Context(list)) if action != Action::Help => list.filter.editing = true,
        Some(_) | None if action == Action::Help => {
            model.overlays.push(Overlay::Help(Help::default()));
        }
        Some(_) | None => {}
    }
}

/// Takes one step back: from the last question to the choices, from a filter to all, or away.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    let height = model.overlay_height();
    match model.overlays.last_mut() {
        Some(Overlay::Evict(dialog)) if dialog.confirming => dialog.confirming = false,
        Some(Overlay::Preview(card)) if card.anchor.is_some() => card.anchor = None,
        Some(Overlay::Models(list)) if list.filter.editing || list.filter.is_on() => {
            list.clear(height);
        }
        Some(Overlay::Help(help)) if help.filter.editing || help.filter.is_on() => help.clear(),
        Some(Overlay::Context(list)) if list.is_filtered() => {
            list.clear();
            return ask_for(model, model.overlays.len() - 1);
        }
        Some(_) | None => {
            model.overlays.pop();
        }
    }
    Vec::new()
}

/// Moves in what lies on top.
pub(super) fn step(model: &mut Model, step: Step) -> Vec<Effect> {
    let height = model.overlay_height();
    let lines = model.top_lines();
    let Some(top) = model.overlays.last_mut() else { return Vec::new() };
    let uncovered = match top {
        Overlay::Help(help) => {
            help.cursor.scroll(step, lines, height);
            false
        }
        Overlay::Details(card) => {
            card.cursor.scroll(step, lines, height);
            false
        }
        Overlay::Task(card) => {
            card.cursor.scroll(step, lines, height);
            false
        }
        Overlay::Models(list) => {
            list.cursor.step(step, lines, height);
            false
        }
        Overlay::Settings(cursor) => {
            cursor.step(step, lines, height);
            false
        }
        Overlay::Record(card) => {
            card.cursor.scroll(step, lines, height);
            false
        }
        Overlay::Palette(palette) => {
            palette.step(step, height);
            false
        }
        Overlay::Evict(dialog) => {
            if let Step::Lines(by) = step {
                dialog.step_field(by > 0);
            }
            false
        }
        Overlay::Saved(list) => {
            list.cursor.step(step, lines, height);
            false
        }
        Overlay::Clear(_)
        | Overlay::Forget(_)
        | Overlay::Replace(_)
        | Overlay::LoseSaved(_)
        | Overlay::Prompt(_) => false,
        Overlay::Skipped(list) => list.step(step, height),
        Overlay::Context(list) => list.step(step, height),
        Overlay::Preview(card) => card.list.step(step, height),
    };
    if uncovered { ask_for(model, model.overlays.len() - 1) } else { Vec::new() }
}

fn change(model: &mut Model, forward: bool) -> Vec<Effect> {
    let kinds = model.known.as_ref().map(|known| cache::kinds(&known.cache)).unwrap_or_default();
    match model.overlays.last_mut() {
        Some(Overlay::Clear(dialog)) => dialog.step(forward, &kinds),
        Some(Overlay::Evict(dialog)) => {
            if dialog.change(forward, &kinds) {
                return ask_for(model, model.overlays.len() - 1);
            }
        }
        Some(_) | None => {}
    }
    Vec::new()
}

/// Agrees with a dialog, or takes the chosen line.
fn accept(model: &mut Model) -> Vec<Effect> {
    let command = match model.overlays.last_mut() {
        Some(Overlay::Clear(dialog)) => Command::Clear(dialog.kind),
        Some(Overlay::Forget(dialog)) => Command::Invalidate(dialog.id),
        Some(Overlay::Evict(dialog)) if dialog.confirming => Command::Evict(dialog.request()),
        Some(Overlay::Evict(dialog)) => {
            dialog.confirming = dialog.plan.as_ref().is_some_and(|plan| plan.entries > 0);
            return Vec::new();
        }
        Some(Overlay::Models(list)) if list.filter.editing => {
            list.filter.editing = false;
            return Vec::new();
        }
        Some(Overlay::Models(list)) => match list.chosen() {
            Some(info) => Command::ChooseModel(info.name.clone()),
            None => return Vec::new(),
        },
        Some(Overlay::Help(help)) if help.filter.editing => {
            help.filter.editing = false;
            return Vec::new();
        }
        Some(Overlay::Context(list)) if list.filter.editing => {
            list.filter.editing = false;
            return Vec::new();
        }
        Some(Overlay::Context(list)) => {
            let id = list.row_at(list.cursor.at).map(|row| row.id);
            return id.map(|id| open_details(model, id)).unwrap_or_default();
        }
        Some(Overlay::Prompt(_)) => return super::prompt::answered(model),
        Some(Overlay::Saved(_) | Overlay::LoseSaved(_)) => return super::saved::accept(model),
        Some(Overlay::Replace(_)) => return replace(model),
        Some(Overlay::Palette(palette)) => {
            let chosen = palette.chosen().cloned();
            return super::palette::run(model, chosen);
        }
        Some(
            Overlay::Help(_)
            | Overlay::Details(_)
            | Overlay::Skipped(_)
            | Overlay::Task(_)
            | Overlay::Preview(_)
            | Overlay::Record(_)
            | Overlay::Settings(_),
        )
        | None => {
            model.overlays.pop();
            return Vec::new();
        }
    };
    model.overlays.pop();
    vec![Effect::Send(command)]
}

/// Asks whether the file that is there is to be replaced.
pub(super) fn ask_to_replace(model: &mut Model, export: Export) -> Vec<Effect> {
    model.overlays.push(Overlay::Replace(export));
    Vec::new()
}

/// Replaces the file that is there.
fn replace(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Replace(export)) = model.overlays.pop() else { return Vec::new() };
    vec![Effect::Write(Export { existing: Existing::Replace, ..export })]
}

/// Chooses the line that was clicked; a click outside goes one step back.
pub(super) fn clicked(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    let foot = match model.overlays.last() {
        Some(Overlay::Context(_)) => 1 + model.foot_lines(),
        Some(Overlay::Saved(_) | Overlay::Settings(_)) => 2,
        Some(_) | None => 0,
    };
    let rows = u16::try_from(model.top_lines() + 1).unwrap_or(u16::MAX).saturating_add(foot);
    let area = model
        .overlays
        .last()
        .map_or_else(|| Layout::overlay(model.size), |top| top.area(model.size));
    let is_list = matches!(
        model.overlays.last(),
        Some(
            Overlay::Models(_)
                | Overlay::Skipped(_)
                | Overlay::Context(_)
                | Overlay::Saved(_)
                | Overlay::Settings(_)
        )
    );
    let area = if is_list { area.snug(rows) } else { area };
    if !area.holds(x, y) {
        return back(model);
    }
    let height = model.overlay_height();
    // The first row inside is the heading.
    let Some(line) = y.checked_sub(area.inner().y + 1) else { return Vec::new() };
    let lines = model.top_lines();
    let cursor = match model.overlays.last_mut() {
        Some(Overlay::Models(list)) => &mut list.cursor,
        Some(Overlay::Skipped(list)) => &mut list.cursor,
        Some(Overlay::Context(list)) => &mut list.cursor,
        Some(Overlay::Palette(palette)) => &mut palette.cursor,
        Some(Overlay::Saved(list)) => &mut list.cursor,
        Some(Overlay::Preview(card)) => &mut card.list.cursor,
        Some(Overlay::Settings(cursor)) => cursor,
        Some(
            Overlay::Help(_)
            | Overlay::Clear(_)
            | Overlay::Evict(_)
            | Overlay::Forget(_)
            | Overlay::Replace(_)
            | Overlay::Details(_)
            | Overlay::Task(_)
            | Overlay::Prompt(_)
            | Overlay::LoseSaved(_)
            | Overlay::Record(_),
        )
        | None => return Vec::new(),
    };
    cursor.at = cursor.top.saturating_add(u64::from(line));
    cursor.fit(lines, height);
    Vec::new()
}
