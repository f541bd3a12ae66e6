//! A part of a screen, with a box around it where there is room.

use ratatui::buffer::Buffer;

use crate::ui::{canvas, layout::Area, look::Look, panes::Drawn, strip::Strip};

/// Draws a part; an area without rows is left out.
pub(crate) fn panel(
    look: &Look,
    buffer: &mut Buffer,
    (area, boxed): (Area, bool),
    content: impl FnOnce(Area) -> Drawn,
) {
    if area.height == 0 {
        return;
    }
    let inner = if boxed { area.inner() } else { area };
    let drawn = content(inner);
    if boxed {
        let style = look.theme.border;
        let around = |strip: Strip| match strip.width() {
            0 => strip,
            _ => Strip::of(" ", style).join(strip).add(" ", style),
        };
        let edge = canvas::Edge { style, look };
        canvas::frame(buffer, area, around(drawn.title), around(drawn.remark), edge);
    }
    canvas::lines(buffer, inner, drawn.lines);
}
