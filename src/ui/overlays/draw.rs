//! How what lies on top looks: a box in the middle, emptied first.
//!
//! ```text
//!        ┌ Models ─────────────────────────────── esc back ┐
//!        │ model           window  encoding       1 M input │
//!        │ gpt-5            272 k  o200k_base         $1.25 │
//!        └──────────────────────────────────────────────────┘
//! ```

mod cards;
mod dialogs;
mod help;
mod lists;
mod marked;
mod palette;
mod preview;
mod prompt;
mod record;
mod saved;
mod settings;

pub(crate) use dialogs::yes_or_no;

use ratatui::buffer::Buffer;

use super::Overlay;
use crate::ui::{
    action::{Action, Scope},
    canvas,
    layout::Area,
    look::Look,
    model::Model,
    strip::Strip,
};

/// A box, ready to be put on the screen.
pub(crate) struct Sheet {
    /// On its upper border.
    pub(crate) title: String,
    /// Its lines.
    pub(crate) lines: Vec<Strip>,
    /// Its last lines, which are seen however low the box is.
    pub(crate) foot: Vec<Strip>,
    /// True when the box is only as high as its lines.
    pub(crate) snug: bool,
}

/// Draws everything on top, the last one topmost.
pub(crate) fn draw(model: &Model, look: &Look, buffer: &mut Buffer) {
    for overlay in &model.overlays {
        let area = overlay.area(model.size);
        let sheet = sheet(model, look, overlay, area.inner());
        put(model, look, buffer, (overlay.scope(), area, sheet));
    }
}

fn sheet(model: &Model, look: &Look, overlay: &Overlay, inner: Area) -> Sheet {
    match overlay {
        Overlay::Help(help) => help::sheet(model, look, help, inner),
        Overlay::Clear(dialog) => dialogs::clear(model, look, *dialog, inner),
        Overlay::Evict(dialog) => dialogs::evict(model, look, dialog, inner),
        Overlay::Forget(dialog) => dialogs::forget(model, look, dialog, inner),
        Overlay::Replace(export) => dialogs::replace(model, look, export, inner),
        Overlay::Models(list) => lists::models(model, look, list, inner),
        Overlay::Skipped(list) => lists::skipped(model, look, list, inner),
        Overlay::Context(list) => marked::sheet(model, look, list, inner),
        Overlay::Details(card) => cards::details(model, look, card, inner),
        Overlay::Task(card) => cards::task(look, card, inner),
        Overlay::Palette(list) => palette::sheet(model, look, list, inner),
        Overlay::Preview(card) => preview::sheet(model, look, card, inner),
        Overlay::Prompt(prompt) => prompt::sheet(model, look, prompt, inner),
        Overlay::Saved(list) => saved::sheet(model, look, list, inner),
        Overlay::LoseSaved(dialog) => saved::dialog(model, look, dialog, inner),
        Overlay::Record(card) => record::sheet(look, card, inner),
        Overlay::Settings(cursor) => settings::sheet(model, look, *cursor, inner),
    }
}

/// Puts a box on the screen.
pub(crate) fn put(
    model: &Model,
    look: &Look,
    buffer: &mut Buffer,
    (scope, area, sheet): (Scope, Area, Sheet),
) {
    let theme = &look.theme;
    let foot = sheet.foot.len();
    let gap = usize::from(foot > 0);
    let rows = u16::try_from(sheet.lines.len() + gap + foot).unwrap_or(u16::MAX);
    let area = if sheet.snug { area.snug(rows) } else { area };
    canvas::clear(buffer, area, theme.text);
    let style = theme.border_focus;
    let title = Strip::of(" ", style).add(sheet.title, theme.title).add(" ", style);
    let key = |action| model.settings.keymap.keys_for(scope, action).into_iter().next();
    let back = key(Action::Back).or_else(|| key(Action::Refuse)).unwrap_or_default();
    let remark = Strip::of(" ", style).add(back, theme.key).add(" back ", theme.dim);
    canvas::frame(buffer, area, title, remark, canvas::Edge { style, look });
    let inner = area.inner();
    let foot = u16::try_from(foot).unwrap_or(u16::MAX).min(inner.height);
    let (above, y) = (inner.height - foot, inner.y + inner.height - foot);
    canvas::lines(buffer, Area { height: above, ..inner }, sheet.lines);
    canvas::lines(buffer, Area { y, height: foot, ..inner }, sheet.foot);
}

/// Returns a line that says that the answer is on its way.
fn awaited(look: &Look) -> Strip {
    Strip::of(format!(" {} looking it up", look.glyphs.ellipsis), look.theme.pending)
}
