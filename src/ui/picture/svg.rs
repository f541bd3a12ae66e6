//! A screen as SVG: text on a grid, blocks and lines as rectangles; equal screens, equal files.

use std::fmt::Write as _;

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

use super::{
    Picture, Run, columns,
    shapes::{Arms, Shape, shape},
};
use crate::ui::colour::Rgb;

/// Height of the font, in pixels.
const FONT: u32 = 15;
/// Width of a cell in pixels: `DejaVu Sans Mono` is 0.602 of its height.
const WIDTH: u32 = 9;
/// Height of a cell in pixels: 1.2 of the font's.
const HEIGHT: u32 = 18;
/// From the top of a cell to the line that letters stand on.
const BASELINE: u32 = 14;
/// Pixels around the screen.
const MARGIN: u32 = 9;
/// Height of the bar with the title.
const TITLE: u32 = 30;
/// How strong dim text is, in percent.
const DIM: u32 = 65;

/// A rectangle in pixels.
struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

pub(super) fn draw(picture: &Picture, title: Option<&str>) -> String {
    let area = picture.buffer.area;
    let top = MARGIN + title.map_or(0, |_| TITLE);
    let width = u32::from(area.width) * WIDTH + 2 * MARGIN;
    let height = u32::from(area.height) * HEIGHT + top + MARGIN;
    let mut pen = Pen { out: String::new(), picture, top };
    let (back, fore) = (hex(picture.paper.background), hex(picture.paper.foreground));
    let _ = writeln!(
        pen.out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"'DejaVu Sans Mono', monospace\" \
         font-size=\"{FONT}\" fill=\"{fore}\">"
    );
    let _ =
        writeln!(pen.out, "<rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{back}\"/>");
    if let Some(title) = title {
        let _ = writeln!(
            pen.out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" opacity=\"0.6\">{}</text>",
            width / 2,
            MARGIN + BASELINE,
            escaped(title)
        );
    }
    for row in 0..area.height {
        pen.row(row);
    }
    pen.out.push_str("</svg>\n");
    pen.out
}

struct Pen<'a> {
    out: String,
    picture: &'a Picture,
    top: u32,
}

impl Pen<'_> {
    fn row(&mut self, row: u16) {
        let picture = self.picture;
        let runs = picture.runs(row);
        for run in &runs {
            let (_, back) = self.colours(run.look);
            if back != picture.paper.background {
                let area = self.area(row, run.column, run.columns);
                self.rect(&area, back, None);
            }
        }
        for run in &runs {
            self.run(row, run);
        }
    }

    /// Writes a run: letters together, what is drawn and what is not ASCII cell by cell.
    fn run(&mut self, row: u16, run: &Run<'_>) {
        if run.look.modifier.contains(Modifier::HIDDEN) {
            return;
        }
        let area = self.picture.buffer.area;
        let mut letters = (run.column, String::new());
        let mut column = run.column;
        while column < run.column + run.columns {
            let cell = &self.picture.buffer[(area.x + column, area.y + row)];
            let next = column + columns(cell);
            if cell.symbol().is_ascii() {
                letters.1.push_str(cell.symbol());
            } else {
                self.text(row, letters.0, (&letters.1, next_width(&letters.1)), run.look);
                letters = (next, String::new());
                match shape(cell.symbol()) {
                    Some(shape) => self.shape(row, column, &shape, run.look),
                    None => self.text(row, column, (cell.symbol(), next - column), run.look),
                }
            }
            column = next;
        }
        self.text(row, letters.0, (&letters.1, next_width(&letters.1)), run.look);
    }

    fn text(&mut self, row: u16, column: u16, text: (&str, u16), look: &Cell) {
        let (text, columns) = text;
        let trimmed = text.trim_end_matches(' ');
        let blanks = trimmed.len() - trimmed.trim_start_matches(' ').len();
        let shown = &trimmed[blanks..];
        if shown.is_empty() {
            return;
        }
        let lead = u16::try_from(blanks).unwrap_or(0);
        let tail = u16::try_from(text.len() - trimmed.len()).unwrap_or(0);
        let area = self.area(row, column + lead, columns.saturating_sub(lead + tail));
        let (fore, _) = self.colours(look);
        let _ = write!(
            self.out,
            "<text x=\"{}\" y=\"{}\" textLength=\"{}\" xml:space=\"preserve\"",
            area.x,
            area.y + BASELINE,
            area.width
        );
        if fore != self.picture.paper.foreground {
            let _ = write!(self.out, " fill=\"{}\"", hex(fore));
        }
        self.out.push_str(&attributes(look.modifier));
        let _ = writeln!(self.out, ">{}</text>", escaped(shown));
    }

    fn shape(&mut self, row: u16, column: u16, shape: &Shape, look: &Cell) {
        let cell = self.area(row, column, 1);
        let (fore, _) = self.colours(look);
        let dim = look.modifier.contains(Modifier::DIM).then_some(DIM);
        match shape {
            Shape::Shade(quarters) => self.rect(&cell, fore, Some(u32::from(*quarters) * 25)),
            Shape::Pieces(pieces) => {
                for piece in pieces {
                    // Edges are rounded, not sizes: then neighbours always meet.
                    let x = |eighths: u8| cell.x + (u32::from(eighths) * WIDTH + 4) / 8;
                    let y = |eighths: u8| cell.y + (u32::from(eighths) * HEIGHT + 4) / 8;
                    let (left, top) = (x(piece.left), y(piece.top));
                    let width = x(piece.left + piece.width) - left;
                    let height = y(piece.top + piece.height) - top;
                    self.rect(&Area { x: left, y: top, width, height }, fore, dim);
                }
            }
            Shape::Lines(arms) => {
                let (middle_x, middle_y) = (cell.x + WIDTH / 2, cell.y + HEIGHT / 2);
                if arms.has(Arms::LEFT) || arms.has(Arms::RIGHT) {
                    let x = if arms.has(Arms::LEFT) { cell.x } else { middle_x };
                    let end = if arms.has(Arms::RIGHT) { cell.x + WIDTH } else { middle_x + 1 };
                    self.rect(&Area { x, y: middle_y, width: end - x, height: 1 }, fore, dim);
                }
                if arms.has(Arms::UP) || arms.has(Arms::DOWN) {
                    let y = if arms.has(Arms::UP) { cell.y } else { middle_y };
                    let end = if arms.has(Arms::DOWN) { cell.y + HEIGHT } else { middle_y + 1 };
                    self.rect(&Area { x: middle_x, y, width: 1, height: end - y }, fore, dim);
                }
            }
        }
    }

    fn rect(&mut self, area: &Area, fill: Rgb, percent: Option<u32>) {
        let Area { x, y, width, height } = area;
        let opacity =
            percent.map_or_else(String::new, |percent| format!(" opacity=\"0.{percent:02}\""));
        let _ = writeln!(
            self.out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{}\"{opacity} \
             shape-rendering=\"crispEdges\"/>",
            hex(fill)
        );
    }

    fn area(&self, row: u16, column: u16, columns: u16) -> Area {
        Area {
            x: MARGIN + u32::from(column) * WIDTH,
            y: self.top + u32::from(row) * HEIGHT,
            width: u32::from(columns) * WIDTH,
            height: HEIGHT,
        }
    }

    fn colours(&self, look: &Cell) -> (Rgb, Rgb) {
        let shade = |colour: Color, paper: Rgb| Rgb::shade(colour).unwrap_or(paper);
        let fore = shade(look.fg, self.picture.paper.foreground);
        let back = shade(look.bg, self.picture.paper.background);
        if look.modifier.contains(Modifier::REVERSED) { (back, fore) } else { (fore, back) }
    }
}

/// ASCII takes one column per byte.
fn next_width(ascii: &str) -> u16 {
    u16::try_from(ascii.len()).unwrap_or(u16::MAX)
}

fn attributes(modifier: Modifier) -> String {
    let mut out = String::new();
    for (wanted, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
    ] {
        if modifier.contains(wanted) {
            out.push_str(attribute);
        }
    }
    if modifier.contains(Modifier::DIM) {
        let _ = write!(out, " opacity=\"0.{DIM:02}\"");
    }
    out
}

fn hex(Rgb(r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write these; the screen has none either.
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
