//! Lines and boxes on the screen; nothing is ever drawn outside of it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Line};

use super::{layout::Area, look::Look, strip::Strip};

/// Puts lines below each other into an area; what does not fit is left out.
pub(crate) fn lines(buffer: &mut Buffer, area: Area, lines: impl IntoIterator<Item = Strip>) {
    for (row, strip) in (0..area.height).zip(lines) {
        line(buffer, Area { y: area.y.saturating_add(row), height: 1, ..area }, strip);
    }
}

/// Puts one line at the top of an area.
pub(crate) fn line(buffer: &mut Buffer, area: Area, strip: Strip) {
    let seen = rect(area).intersection(buffer.area);
    if seen.is_empty() || seen.x != area.x || seen.y != area.y {
        return;
    }
    buffer.set_line(seen.x, seen.y, &Line::from(strip), seen.width);
}

/// Empties an area.
pub(crate) fn clear(buffer: &mut Buffer, area: Area, style: Style) {
    let seen = rect(area).intersection(buffer.area);
    for position in seen.positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_style(style);
        }
    }
}

/// Draws a border with a title on its left and a remark on its right.
pub(crate) fn frame(buffer: &mut Buffer, area: Area, title: Strip, remark: Strip, edge: Edge<'_>) {
    let Edge { style, look } = edge;
    let lines = look.glyphs.lines;
    let columns = usize::from(area.width.saturating_sub(2));
    let edge = |left: &str, right: &str| {
        Strip::of(left, style).add(lines.horizontal.repeat(columns), style).add(right, style)
    };
    line(buffer, area, edge(lines.top_left, lines.top_right));
    let bottom = area.y.saturating_add(area.height.saturating_sub(1));
    line(buffer, Area { y: bottom, ..area }, edge(lines.bottom_left, lines.bottom_right));
    for row in 1..area.height.saturating_sub(1) {
        let y = area.y.saturating_add(row);
        line(buffer, Area { y, ..area }, Strip::of(lines.vertical, style));
        let x = area.x.saturating_add(area.width.saturating_sub(1));
        line(buffer, Area { x, y, width: 1, height: 1 }, Strip::of(lines.vertical, style));
    }
    let across = Area { x: area.x + 1, y: area.y, width: area.width.saturating_sub(2), height: 1 };
    let room = columns.saturating_sub(title.width() + 2);
    if remark.width() <= room {
        let width = u16::try_from(remark.width()).unwrap_or(u16::MAX);
        let x = across.x + across.width.saturating_sub(width);
        let place = Area { x, width, ..across };
        clear(buffer, place, look.theme.text);
        line(buffer, place, remark);
    }
    let width = u16::try_from(title.width()).unwrap_or(u16::MAX).min(across.width);
    clear(buffer, Area { width, ..across }, look.theme.text);
    line(buffer, across, title);
}

/// How a border is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge<'a> {
    /// Its style.
    pub(crate) style: Style,
    /// Its signs.
    pub(crate) look: &'a Look,
}

/// Returns the area as ratatui has it.
const fn rect(area: Area) -> Rect {
    Rect { x: area.x, y: area.y, width: area.width, height: area.height }
}
