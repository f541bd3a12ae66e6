//! What keys, events and answers do to the screen.

use crate::{
    model::LogRecord,
    ui::{
        action::{Action, Scope},
        cursor::Step,
        layout::Area,
        message::Effect,
        model::Model,
        overlays::{Overlay, RecordCard},
        panes::tree::filter::{Edit, FilterLine},
        screens::{Screen, body},
    },
};

/// Returns where its keys are looked up.
pub(crate) fn scope(model: &Model) -> Scope {
    if model.log.filter.editing { Scope::Editor } else { Scope::Log }
}

/// Returns where its list is: inside the border, above the line of the filter.
pub(super) fn list_area(model: &Model) -> Area {
    let inner = body(model.size).inner();
    let has_filter = model.log.filter.editing || model.log.filter.is_on();
    Area { height: inner.height.saturating_sub(u16::from(has_filter)), ..inner }
}

fn height(model: &Model) -> u16 {
    list_area(model).height
}

/// The program logged something; the screen keeps it also while another one is in front, and looks
/// at it when it comes there.
pub(crate) fn logged(model: &mut Model, records: Vec<LogRecord>) {
    model.log.take(records);
    if model.screen == Screen::Log {
        place(model);
    }
}

/// It comes to the front.
pub(crate) fn shown(model: &mut Model) -> Vec<Effect> {
    place(model);
    Vec::new()
}

fn place(model: &mut Model) {
    let height = height(model);
    model.log.place(height);
}

/// A key; `None` leaves it to what all screens have in common.
pub(crate) fn pressed(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    let log = &mut model.log;
    if action == Action::Back && (log.filter.editing || log.filter.is_on()) {
        log.filter = FilterLine::default();
    } else if action == Action::Accept && log.filter.editing {
        log.filter.editing = false;
    } else if action == Action::FilterList {
        log.filter.editing = true;
    } else if action == Action::LogLevel {
        log.next_level();
    } else if action == Action::LogFollow {
        log.follow = !log.follow;
    } else if action == Action::Info {
        let record = log.chosen().cloned()?;
        model.overlays.push(Overlay::Record(RecordCard::of(record)));
    } else if let Some(step) = crate::ui::update::step_of(action) {
        let height = height(model);
        model.log.step(step, height);
        return Some(Vec::new());
    } else {
        return None;
    }
    place(model);
    Some(Vec::new())
}

/// Text is typed.
pub(crate) fn edit(model: &mut Model, edit: &Edit) {
    if model.log.filter.editing {
        model.log.filter.apply(edit);
        place(model);
    }
}

/// A click on a cell.
pub(crate) fn clicked(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    let area = list_area(model);
    if area.holds(x, y) {
        let line = u64::from(y - area.y);
        model.log.cursor.at = model.log.cursor.top.saturating_add(line);
        model.log.step(Step::Lines(0), area.height);
    }
    Vec::new()
}

/// The wheel over a cell.
pub(crate) fn scrolled(model: &mut Model, _at: (u16, u16), step: Step) -> Vec<Effect> {
    let height = height(model);
    model.log.step(step, height);
    Vec::new()
}

/// Returns true when all that it shows is known.
pub(crate) fn is_settled(_model: &Model) -> bool {
    true
}
