//! What happens, and what must happen then: pure, without I/O, clock or terminal.

mod answers;
mod context;
mod events;
mod keys;
mod mouse;
mod on_top;
mod palette;
mod prompt;
mod saved;
mod screens;
pub(in crate::ui) mod table;
mod typed;
pub(in crate::ui) mod weigh;

pub(in crate::ui) use palette::can;

use super::{
    action::{Action, Scope},
    cursor::Cursor,
    format,
    message::{Effect, Message},
    model::{About, Model, Shout},
    offers,
    overlays::{self, ForgetDialog, Overlay},
    panes::tree::filter::Edit,
    reread::SettingsNow,
    saved::SavedWish,
};
use crate::model::{Command, NoticeLevel, Shown};

/// How long a notice stays in the footer.
const NOTICE_MS: u64 = 8_000;

/// Applies one message and returns what must happen.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let mut effects = match message {
        Message::Subscribed(snapshot) => events::subscribed(model, snapshot),
        Message::Told(event) => events::told(model, *event),
        Message::Answered(answer) => answers::answered(model, *answer),
        Message::Refused(why) | Message::Uneditable(why) => say(model, NoticeLevel::Error, &why),
        Message::Unanswered(question, why) => answers::unanswered(model, &question, &why),
        Message::Pressed(action) => keys::pressed(model, action),
        Message::Typed(c) => typed::edit(model, &Edit::Add(c.to_string())),
        Message::Pasted(text) => typed::edit(model, &Edit::Add(text)),
        Message::Rested(change) => typed::rested(model, change),
        Message::MarksRested(change) => weigh::rested(model, change),
        Message::Cooled => weigh::cooled(model),
        Message::Resized(width, height) => {
            model.size = (width, height);
            Vec::new()
        }
        Message::Imported(source, ended) => offers::imported(model, &source, ended),
        Message::Logged(records) => {
            crate::ui::screens::log::logged(model, records);
            Vec::new()
        }
        Message::SettingsRead(now) => {
            settings_read(model, *now);
            Vec::new()
        }
        Message::Edited(node) => vec![Effect::Send(Command::Rescan(node))],
        Message::Said(level, text) => say(model, level, &text),
        Message::Contexts(all) => saved::listed(model, &all),
        Message::NameTaken(saved) => saved::name_taken(model, saved),
        Message::Exists(export) => on_top::ask_to_replace(model, export),
        Message::Clicked(x, y) => {
            let mut effects = typed::flush(model);
            effects.extend(mouse::clicked(model, x, y));
            effects
        }
        Message::Scrolled(x, y, by) => mouse::scrolled(model, x, y, by),
        Message::Ticked(now_ms) => {
            tick(model, now_ms);
            Vec::new()
        }
    };
    effects.extend(settle(model));
    for effect in &effects {
        if matches!(effect, Effect::Send(Command::Mark(_)) | Effect::Saved(SavedWish::Load(_))) {
            model.sending.begin_marking();
        }
        if let Effect::Send(command) = effect
            && let Some(words) = said_of(model, command)
        {
            notify(model, NoticeLevel::Info, &words);
        }
    }
    let raised = std::mem::take(&mut model.raised);
    effects.extend(raised.into_iter().map(|(level, text)| Effect::Log(level, text)));
    effects
}

/// Takes settings that were read again: what is wrong or new is seen first.
fn settings_read(model: &mut Model, now: SettingsNow) {
    let changed = overlays::settings::changes(&model.settings, &now) as u64;
    let (level, text) = match (&now.values, changed, now.problems.len() as u64) {
        (None, ..) => (NoticeLevel::Error, "larder would not start with these settings".to_owned()),
        (Some(_), 0, 0) => (NoticeLevel::Info, "no setting is another one now".to_owned()),
        (Some(_), 0, ignored) => (
            NoticeLevel::Warning,
            format!("{} not heard", format::many(ignored, "setting is", "settings are")),
        ),
        (Some(_), changed, _) => {
            let settings = format::many(changed, "setting", "settings");
            (NoticeLevel::Info, format!("{settings} changed: start larder again to use that"))
        }
    };
    notify(model, level, &text);
    model.settings_now = Some(Box::new(now));
    if let Some(Overlay::Settings(cursor)) = model.overlays.last_mut() {
        *cursor = Cursor::default();
    }
}

/// Returns what is said when a command is sent whose effect may take a while to be seen.
fn said_of(model: &Model, command: &Command) -> Option<String> {
    let words = word_of(command)?;
    let counts = matches!(command, Command::Warm(_) | Command::Recount(_) | Command::Invalidate(_));
    if !counts || !model.known.as_ref().is_some_and(|known| known.work.paused) {
        return Some(words.to_owned());
    }
    let keys = model.settings.keymap.keys_for(Scope::Global, Action::Pause);
    let key = keys.first().map_or(Action::Pause.into(), String::as_str);
    let done = if matches!(command, Command::Invalidate(_)) { "forgotten; " } else { "" };
    Some(format!("{done}counting is paused: {key} resumes it"))
}

const fn word_of(command: &Command) -> Option<&'static str> {
    match command {
        Command::Warm(_) => Some("counting what is pending there first"),
        Command::Recount(_) => Some("counting again"),
        Command::Rescan(_) => Some("comparing with the disk"),
        Command::Invalidate(_) => Some("forgotten, and counted again"),
        Command::Evict(_) => Some("evicting"),
        Command::Clear(_) | Command::ClearResults(_) => Some("clearing the cache"),
        Command::Verify { .. } => Some("verifying the cache"),
        Command::Forget(_) => Some("removing the entry"),
        Command::Compact => Some("making the cache anew without what is gone"),
        Command::Import(_) => Some("importing"),
        Command::Export(..) => Some("exporting"),
        Command::ReadLogs => Some("reading the logs again"),
        Command::Keep(_)
        | Command::Pause
        | Command::Resume
        | Command::Cancel(_)
        | Command::CancelAll
        | Command::Retry(_)
        | Command::RetryAll
        | Command::Raise(_)
        | Command::Mark(_)
        | Command::ChooseModel(_)
        | Command::Look(_) => None,
    }
}

/// Does what any message may have made necessary.
fn settle(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(id) = model.tree.details_wanted.take() {
        effects.extend(on_top::open_details(model, id));
    }
    if let Some(text) = model.tree.said.take() {
        notify(model, NoticeLevel::Warning, &text);
    }
    if let Some(row) = model.tree.edit_wanted.take() {
        effects.push(Effect::Edit(row.id, row.path));
    }
    if let Some(path) = model.tree.copy_wanted.take() {
        let text = format!("copied {}", Shown::bytes(path.as_bytes()));
        notify(model, NoticeLevel::Info, &text);
        effects.push(Effect::Copy(path.as_bytes().to_vec()));
    }
    if let Some(row) = model.tree.preview_wanted.take() {
        effects.extend(on_top::open_preview(model, &row));
    }
    if let Some(folder) = model.tree.forget_wanted.take() {
        model.overlays.push(Overlay::Forget(ForgetDialog::about(&folder)));
    }
    let height = model.tree.height;
    model.fit_panes();
    if model.known.is_some() && model.tree.height != height {
        effects.extend(model.tree.ask_if_uncovered());
    }
    effects
}

fn say(model: &mut Model, level: NoticeLevel, text: &str) -> Vec<Effect> {
    notify(model, level, text);
    Vec::new()
}

/// Shows a line in the footer for some seconds, and keeps it in the log.
pub(in crate::ui) fn notify(model: &mut Model, level: NoticeLevel, text: &str) {
    show(model, level, text);
    model.raised.extend(model.notice.iter().map(|shout| (level, shout.text.clone())));
}

/// Shows a line that is in the log already, or says again what is.
fn show(model: &mut Model, level: NoticeLevel, text: &str) {
    let text = Shown::text(text).as_str().to_owned();
    model.notice = Some(Shout { level, text, about: About::Event, until_ms: None });
}

fn tick(model: &mut Model, now_ms: u64) {
    model.now_ms = model.now_ms.max(now_ms);
    if model.is_working() {
        // Not when it was told: between two works nothing ticks, and the time stands still.
        model.busy_since.get_or_insert(model.now_ms);
    }
    let Some(notice) = &mut model.notice else { return };
    let until = *notice.until_ms.get_or_insert(model.now_ms.saturating_add(NOTICE_MS));
    if model.now_ms >= until {
        model.notice = None;
    }
}

/// Returns the movement that an action asks for.
pub(crate) fn step_of(action: super::action::Action) -> Option<super::cursor::Step> {
    table::find(&table::STEPS, action)
}
