//! Clicks and the wheel.

use super::{keys, on_top, screens};
use crate::ui::{
    cursor::Step,
    layout::{Layout, Pane},
    message::Effect,
    model::Model,
};

/// Chooses the pane, and the row of it, that was clicked.
pub(super) fn clicked(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    if !model.overlays.is_empty() {
        return on_top::clicked(model, x, y);
    }
    if let Some(effects) = screens::clicked(model, x, y) {
        return effects;
    }
    if let Layout::Tabs { tabs, .. } = model.layout()
        && tabs.holds(x, y)
    {
        if let Some(pane) = tab_at(x - tabs.x) {
            model.focus = pane;
        }
        return Vec::new();
    }
    let Some(pane) = pane_at(model, x, y) else { return Vec::new() };
    model.focus = pane;
    let Some(inner) = model.area(pane).map(super::super::layout::Area::inner) else {
        return Vec::new();
    };
    if !inner.holds(x, y) {
        return Vec::new();
    }
    let line = y - inner.y;
    match pane {
        Pane::Tree if line < model.tree.height => return model.tree.choose_line(line),
        Pane::Tasks => {
            if let Some(known) = &model.known {
                model.tasks.choose_line(line, &known.tasks);
            }
        }
        Pane::Tree | Pane::Cache | Pane::Budget => {}
    }
    Vec::new()
}

/// Moves in the pane under the wheel.
pub(super) fn scrolled(model: &mut Model, x: u16, y: u16, by: i16) -> Vec<Effect> {
    let step = Step::Lines(i64::from(by));
    if !model.overlays.is_empty() {
        return on_top::step(model, step);
    }
    if let Some(effects) = screens::scrolled(model, (x, y), step) {
        return effects;
    }
    let Some(pane) = pane_at(model, x, y) else { return Vec::new() };
    let focus = std::mem::replace(&mut model.focus, pane);
    let effects = keys::step(model, step);
    model.focus = focus;
    effects
}

fn pane_at(model: &Model, x: u16, y: u16) -> Option<Pane> {
    Pane::ALL.into_iter().find(|pane| model.area(*pane).is_some_and(|area| area.holds(x, y)))
}

/// Returns the pane whose name is at a column of the tab line.
pub(super) fn tab_at(column: u16) -> Option<Pane> {
    Pane::ALL.into_iter().find(|pane| {
        let start = crate::ui::layout::tab_start(*pane);
        (start..start + crate::ui::layout::tab_width(*pane)).contains(&column)
    })
}
