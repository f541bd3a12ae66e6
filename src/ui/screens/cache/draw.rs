//! How the screen looks.

use ratatui::buffer::Buffer;

use crate::ui::{layout::Area, look::Look, model::Model};

/// Draws the screen.
pub(crate) fn draw(_model: &Model, _look: &Look, _buffer: &mut Buffer, _area: Area) {}
