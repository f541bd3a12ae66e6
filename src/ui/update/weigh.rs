//! What the marked files weigh: the count of their text follows them, and what it crosses is said.

use super::{notify, show};
use crate::{
    model::{ContextText, Level, NoticeLevel},
    ui::{
        context::Cause,
        format,
        message::Effect,
        model::{About, Model},
        panes::budget,
    },
};

/// How full the context was when that was looked at last.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Fullness {
    level: Level,
    marked: u64,
    /// True when what was said of it was taken away because it is out of date.
    was_said: bool,
}

/// Follows a change of what is marked, of the marked files, or of the model.
pub(super) fn follow(model: &mut Model, cause: Cause) -> Vec<Effect> {
    let has_marks = model.has_marks();
    let Some(known) = &model.known else { return Vec::new() };
    if !has_marks {
        model.sending.forget();
        announce(model);
        return Vec::new();
    }
    if model.sending.exact(known).is_some() || model.sending.problem(known).is_some() {
        announce(model);
        return Vec::new();
    }
    let effects = model.sending.note_change(known, cause);
    if cause == Cause::Answer {
        // Where files change all the time no count is of the last moment.
        announce(model);
    } else {
        model.fullness.was_said |= take_notice(model);
    }
    effects
}

/// Counts what is marked when the hands rest.
pub(super) fn rested(model: &mut Model, change: u64) -> Vec<Effect> {
    let Some(known) = model.known.as_ref().filter(|_| model.has_marks()) else { return Vec::new() };
    model.sending.rested(known, change)
}

/// Counts again what changed since the last count, which took long.
pub(super) fn cooled(model: &mut Model) -> Vec<Effect> {
    let Some(known) = model.known.as_ref() else { return Vec::new() };
    model.sending.cooled(known)
}

/// Counts what is marked at once, because a list of it is opened.
pub(super) fn hurry(model: &mut Model) -> Vec<Effect> {
    let Some(known) = model.known.as_ref().filter(|_| model.has_marks()) else { return Vec::new() };
    model.sending.hurry(known)
}

/// Takes the text of the context, or its count.
pub(super) fn take(model: &mut Model, text: ContextText) -> Vec<Effect> {
    let Some(known) = &model.known else { return Vec::new() };
    let (mut effects, said) = model.sending.take(known, text);
    effects.extend(follow(model, Cause::Answer));
    if let Some((level, text)) = said {
        notify(model, level, &text);
    }
    effects
}

/// Forgets how full the window of another model was.
pub(super) const fn another_model(model: &mut Model) {
    model.fullness.level = Level::Calm;
}

fn take_notice(model: &mut Model) -> bool {
    model.notice.take_if(|notice| notice.about == About::Context).is_some()
}

/// Says when the context crosses a threshold upwards, and again at each mark while it does not
/// fit; what was said of it before is out of date.
pub(super) fn announce(model: &mut Model) {
    let was_said = take_notice(model) || model.fullness.was_said;
    let Some(known) = &model.known else { return };
    let level = budget::context_level(model, known);
    let now = Fullness { level, marked: budget::marked_files(known), was_said: false };
    let percent = budget::context_gauge(model, known).percent();
    let word = if budget::context_tokens(model, known).exact { "" } else { "about " };
    let percent = format!("{word}{}", format::number(percent));
    let name = known.model.name.clone();
    let before = std::mem::replace(&mut model.fullness, now);
    let is_worse = now.level == Level::Exceeded && now.marked > before.marked;
    if now.level <= before.level && !was_said && !is_worse {
        return;
    }
    let (level, text) = match now.level {
        Level::Calm => return,
        Level::Warning => {
            (NoticeLevel::Warning, format!("context: {percent} % of the window of {name}"))
        }
        Level::Alert => (
            NoticeLevel::Warning,
            format!("context is nearly full: {percent} % of the window of {name}"),
        ),
        Level::Exceeded => (
            NoticeLevel::Error,
            format!("context does not fit: {percent} % of the window of {name}"),
        ),
    };
    // The percentage moves while files are counted: the log is told of a crossing, not of each step.
    let say = if now.level > before.level || is_worse { notify } else { show };
    say(model, level, &text);
    if let Some(notice) = &mut model.notice {
        notice.about = About::Context;
    }
}
