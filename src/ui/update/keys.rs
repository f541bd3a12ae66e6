//! What keys do: first to what lies on top, then to the filter line, then to the panes.

use super::{context, notify, on_top, palette, screens, table, typed, weigh};
use crate::{
    model::{Command, NoticeLevel},
    ui::{
        action::Action,
        cursor::Step,
        layout::Pane,
        message::Effect,
        model::Model,
        offers,
        overlays::Overlay,
        panes::{budget, cache, tree::TreeKey},
        screens::Screen,
    },
};

/// Does what the key asks for.
pub(super) fn pressed(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.hints_at_offers() {
        // The welcome was not seen yet: it comes now.
        model.offers.seen = true;
    } else {
        model.is_first = false;
    }
    if let Some(change) = table::find(&table::EDITS, action) {
        return typed::edit(model, &change);
    }
    let mut effects = typed::flush(model);
    effects.extend(if model.overlays.is_empty() {
        on_panes(model, action)
    } else {
        on_top::pressed(model, action)
    });
    effects
}

pub(super) fn on_panes(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(effects) = screens::show(model, action) {
        return effects;
    }
    if let Some(effects) = offers::pressed(model, action) {
        return effects;
    }
    if let Some(effects) = screens::pressed(model, action) {
        return effects;
    }
    if model.screen != Screen::Home && !is_common(action) {
        return Vec::new();
    }
    if let Some(effects) = context::pressed(model, action) {
        return effects;
    }
    if let Some(step) = table::find(&table::STEPS, action) {
        return self::step(model, step);
    }
    if let Some(key) = table::find(&table::TREE_KEYS, action) {
        return model.tree.press(key);
    }
    if let Some(effect) = table::find(&table::OUTSIDE, action) {
        return vec![effect];
    }
    if matches!(action, Action::Evict | Action::Clear | Action::Verify)
        && let Some(why) = model.known.as_ref().and_then(|known| cache::refusal(&known.cache))
    {
        notify(model, NoticeLevel::Warning, &why);
        return Vec::new();
    }
    if let Some(overlay) = table::find(&table::OPENS, action) {
        return open(model, overlay());
    }
    if let Some(command) = table::find(&table::SENDS, action) {
        return send(command());
    }
    by_hand(model, action)
}

/// Returns true for what all screens have in common.
pub(super) const fn is_common(action: Action) -> bool {
    matches!(
        action,
        Action::Help
            | Action::Palette
            | Action::Quit
            | Action::Suspend
            | Action::Redraw
            | Action::ChooseModel
            | Action::Evict
            | Action::Clear
            | Action::Verify
            | Action::ShowSettings
            | Action::ImportFound
            | Action::HideFound
            | Action::Pause
            | Action::Back
    )
}

/// Does what no table has.
#[expect(clippy::too_many_lines, reason = "one arm names every action that tables have")]
fn by_hand(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Back | Action::Refuse => return back(model),
        Action::Accept => model.tree.keep_filter(),
        Action::Filter => {
            model.focus = Pane::Tree;
            model.tree.begin_filter();
        }
        Action::BarStyle => model.tree.bars = model.tree.bars.next(),
        Action::NextPane | Action::NextValue => model.focus = model.focus.step(1),
        Action::PreviousPane | Action::PreviousValue => model.focus = model.focus.step(3),
        Action::Pause => return pause(model),
        Action::Palette => return palette::open(model),
        Action::CancelTask | Action::RetryTask | Action::RaiseTask => {
            return on_task(model, action);
        }
        Action::TaskDetail => on_top::open_chosen_task(model),
        // The tables have these.
        Action::ShowHome
        | Action::ShowSpend
        | Action::ShowCache
        | Action::ShowLog
        | Action::LogLevel
        | Action::LogFollow
        | Action::UnmarkAll
        | Action::Verify
        | Action::RescanAll
        | Action::CancelAll
        | Action::RetryAll
        | Action::Help
        | Action::Clear
        | Action::Evict
        | Action::ImportFound
        | Action::HideFound
        | Action::ChooseModel
        | Action::ShowContext
        | Action::ShowSkipped
        | Action::ShowSettings
        | Action::Quit
        | Action::Suspend
        | Action::Redraw
        | Action::CursorDown
        | Action::CursorUp
        | Action::HalfPageDown
        | Action::HalfPageUp
        | Action::PageDown
        | Action::PageUp
        | Action::First
        | Action::Last
        | Action::Open
        | Action::Close
        | Action::CloseAll
        | Action::SortName
        | Action::SortTokens
        | Action::SortCount
        | Action::SortModified
        | Action::Mark
        | Action::MarkRange
        | Action::MarkGlob
        | Action::MarkLevel
        | Action::CopyContext
        | Action::ExportContext
        | Action::SaveContext
        | Action::LoadContext
        | Action::DeleteContext
        | Action::PrintContext
        | Action::JumpBack
        | Action::JumpForth
        | Action::Edit
        | Action::CopyPath
        | Action::Unmark
        | Action::FilterList
        | Action::MarkAll
        | Action::Info
        | Action::Rescan
        | Action::Warm
        | Action::Invalidate
        // Only screens but Home have these.
        | Action::NextRange
        | Action::PreviousRange
        | Action::NextOrder
        | Action::Inspect
        | Action::ShowFigures
        | Action::ReadLogs
        | Action::NextKind
        | Action::ForgetEntry
        | Action::Compact
        | Action::EraseBack
        | Action::EraseWord
        | Action::EraseAll => {}
    }
    Vec::new()
}

/// Opens something on top, and asks for what it shows.
fn open(model: &mut Model, overlay: Overlay) -> Vec<Effect> {
    model.overlays.push(overlay);
    let mut effects = on_top::ask_for(model, model.overlays.len() - 1);
    if matches!(model.overlays.last(), Some(Overlay::Context(_) | Overlay::Models(_))) {
        effects.extend(weigh::hurry(model));
    }
    effects
}

/// Goes one step back; it never leaves larder.
fn back(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::Home {
        if model.notice.take().is_none() {
            model.screen = Screen::Home;
        }
        return Vec::new();
    }
    if model.focus == Pane::Tree && model.tree.range.take().is_some() {
        return Vec::new();
    }
    if model.focus == Pane::Tree && (model.tree.filter.editing || model.tree.filter.is_on()) {
        return model.tree.clear_filter();
    }
    if model.notice.take().is_none() {
        model.focus = Pane::Tree;
    }
    Vec::new()
}

/// Moves in the pane that has the focus.
pub(super) fn step(model: &mut Model, step: Step) -> Vec<Effect> {
    match model.focus {
        Pane::Tree => return model.tree.press(TreeKey::Step(step)),
        Pane::Tasks => {
            if let Some(known) = &model.known {
                model.tasks.step(step, &known.tasks);
            }
        }
        Pane::Cache => model.cache_cursor.scroll(step, model.cache_lines(), model.height()),
        Pane::Budget => {
            let lines = budget::lines(model.known.as_deref());
            model.budget_cursor.scroll(step, lines, model.height());
        }
    }
    Vec::new()
}

fn pause(model: &Model) -> Vec<Effect> {
    let paused = model.known.as_ref().is_some_and(|known| known.work.paused);
    send(if paused { Command::Resume } else { Command::Pause })
}

fn on_task(model: &Model, action: Action) -> Vec<Effect> {
    let chosen = model.known.as_ref().and_then(|known| model.tasks.chosen(&known.tasks));
    match (chosen, table::find(&table::TASK_COMMANDS, action)) {
        (Some(task), Some(command)) => send(command(task.id)),
        (None, _) | (_, None) => Vec::new(),
    }
}

fn send(command: Command) -> Vec<Effect> {
    vec![Effect::Send(command)]
}
