//! The whole screen: header, the screen in front, footer, and what lies on top.
//!
//! ```text
//!  larder  django  main          gpt-5 · o200k_base          ⠋ warming 4 812/6 941
//! ┌ Tree ─────────────────────────────────┐┌ Cache ─────────────────────────────┐
//! │                                       │├ Budget ────────────────────────────┤
//! └───────────────────────────────────────┘└ Tasks ─────────────────────────────┘
//!  j/k move  l open  space mark                                  ██████▌····  63 %
//! ```

mod footer;
mod header;

pub(crate) use footer::{Hint, spinner};
use ratatui::{Frame, buffer::Buffer};

use super::{
    canvas,
    layout::{Area, Layout},
    look::Look,
    model::Model,
    overlays,
    screens::{self, Screen, cache, home, log, spend},
    strip::Strip,
};

/// Draws the whole screen.
pub fn draw(model: &Model, look: &Look, frame: &mut Frame) {
    draw_on(model, look, frame.buffer_mut());
}

/// Draws the whole screen on a buffer, as large as that is.
pub(crate) fn draw_on(model: &Model, look: &Look, buffer: &mut Buffer) {
    let (width, height) = (buffer.area.width, buffer.area.height);
    buffer.set_style(buffer.area, look.theme.text);
    if let Layout::Tiny = model.layout() {
        let word = Strip::first_fit(
            ["larder: too small", "too small", "small", "…"]
                .map(|word| Strip::of(word, look.theme.dim)),
            usize::from(width),
        );
        canvas::line(buffer, Area { x: 0, y: height / 2, width, height: 1 }, word);
        return;
    }
    header::draw(model, look, buffer, Area { x: 0, y: 0, width, height: 1 });
    let body = screens::body((width, height));
    match model.screen {
        Screen::Home => home::draw(model, look, buffer),
        Screen::Spend => spend::draw(model, look, buffer, body),
        Screen::Cache => cache::draw(model, look, buffer, body),
        Screen::Log => log::draw(model, look, buffer, body),
    }
    let last = Area { x: 0, y: height.saturating_sub(1), width, height: 1 };
    footer::draw(model, look, buffer, last);
    overlays::draw::draw(model, look, buffer);
}
