//! The whole screen.

use ratatui::Frame;

use super::{look::Look, model::Model};

/// Draws the whole screen.
pub fn draw(model: &Model, look: &Look, frame: &mut Frame) {
    let area = frame.area();
    frame.buffer_mut().set_style(area, look.theme.text);
    let _ = model;
}
