//! Changed cells as the fewest bytes that a terminal understands.
//!
//! Deliberately not here: which cells changed, and when they are sent.

use std::io::Write as _;

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

/// Attributes that show on a blank.
const SEEN_ON_BLANKS: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK);

/// Attributes with the code that sets them and the code that takes them away.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// How text looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

/// Appends `cells` to `out`; expects the plain pen and leaves it behind.
pub(super) fn encode<'a>(out: &mut Vec<u8>, cells: impl Iterator<Item = (u16, u16, &'a Cell)>) {
    let mut pen = PLAIN;
    let mut place = None;
    for (x, y, cell) in cells {
        travel(out, place, (x, y));
        let wanted = wanted(pen, cell);
        change(out, pen, wanted);
        pen = wanted;
        let symbol = cell.symbol();
        if symbol.is_empty() || symbol.chars().any(char::is_control) {
            // Nothing in a name may reach the terminal as an order.
            out.push(b'?');
        } else {
            out.extend_from_slice(symbol.as_bytes());
        }
        // Terminals differ in how wide they draw the odd character: after it, its place is told.
        place = (symbol.width() == 1).then_some((x + 1, y));
    }
    change(out, pen, PLAIN);
}

/// Returns the pen for a cell; what cannot be seen on a blank stays as it is.
fn wanted(pen: Pen, cell: &Cell) -> Pen {
    let full = Pen { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
    let reversed = (pen.modifier | full.modifier).contains(Modifier::REVERSED);
    if cell.symbol() != " " || reversed {
        return full;
    }
    let kept = pen.modifier.difference(SEEN_ON_BLANKS);
    Pen { fg: pen.fg, modifier: kept | full.modifier.intersection(SEEN_ON_BLANKS), ..full }
}

fn travel(out: &mut Vec<u8>, from: Option<(u16, u16)>, to: (u16, u16)) {
    // Writing to a vector cannot fail.
    let _ = match (from, to) {
        (Some(from), to) if from == to => Ok(()),
        (Some((x, y)), (column, row)) if y == row && x < column => match column - x {
            1 => write!(out, "\x1b[C"),
            steps => write!(out, "\x1b[{steps}C"),
        },
        (_, (0, 0)) => write!(out, "\x1b[H"),
        (_, (0, row)) => write!(out, "\x1b[{}H", u32::from(row) + 1),
        (_, (column, row)) => write!(out, "\x1b[{};{}H", u32::from(row) + 1, u32::from(column) + 1),
    };
}

fn change(out: &mut Vec<u8>, from: Pen, to: Pen) {
    if from == to {
        return;
    }
    if to == PLAIN {
        out.extend_from_slice(b"\x1b[m");
        return;
    }
    let mut codes = Codes { out, any: false };
    codes.attributes(from.modifier, to.modifier);
    if from.fg != to.fg {
        codes.colour(to.fg, 30);
    }
    if from.bg != to.bg {
        codes.colour(to.bg, 40);
    }
    if codes.any {
        out.push(b'm');
    }
}

struct Codes<'a> {
    out: &'a mut Vec<u8>,
    any: bool,
}

impl Codes<'_> {
    fn push(&mut self, code: u8) {
        self.out.extend_from_slice(if self.any { b";" } else { b"\x1b[" });
        self.any = true;
        // Writing to a vector cannot fail.
        let _ = write!(self.out, "{code}");
    }

    fn attributes(&mut self, from: Modifier, to: Modifier) {
        let mut kept = from;
        let mut last = 0;
        for (attribute, _, off) in ATTRIBUTES {
            let gone = from.contains(attribute) && !to.contains(attribute);
            if gone && off != last {
                self.push(off);
                last = off;
                // One code takes bold and dim away together, and one both ways of blinking.
                for (other, _, same) in ATTRIBUTES {
                    if same == off {
                        kept.remove(other);
                    }
                }
            }
        }
        for (attribute, on, _) in ATTRIBUTES {
            if to.contains(attribute) && !kept.contains(attribute) {
                self.push(on);
            }
        }
    }

    /// `base` is 30 for text and 40 for what is behind it.
    fn colour(&mut self, colour: Color, base: u8) {
        const BRIGHT: u8 = 60;
        match colour {
            Color::Reset => self.push(base + 9),
            Color::Black => self.push(base),
            Color::Red => self.push(base + 1),
            Color::Green => self.push(base + 2),
            Color::Yellow => self.push(base + 3),
            Color::Blue => self.push(base + 4),
            Color::Magenta => self.push(base + 5),
            Color::Cyan => self.push(base + 6),
            Color::Gray => self.push(base + 7),
            Color::DarkGray => self.push(base + BRIGHT),
            Color::LightRed => self.push(base + BRIGHT + 1),
            Color::LightGreen => self.push(base + BRIGHT + 2),
            Color::LightYellow => self.push(base + BRIGHT + 3),
            Color::LightBlue => self.push(base + BRIGHT + 4),
            Color::LightMagenta => self.push(base + BRIGHT + 5),
            Color::LightCyan => self.push(base + BRIGHT + 6),
            Color::White => self.push(base + BRIGHT + 7),
            Color::Indexed(index) => [base + 8, 5, index].into_iter().for_each(|c| self.push(c)),
            Color::Rgb(r, g, b) => [base + 8, 2, r, g, b].into_iter().for_each(|c| self.push(c)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::{buffer::Buffer, layout::Rect, style::Style};

    use super::*;

    const AREA: Rect = Rect::new(0, 0, 16, 6);

    fn terminal() -> vt100::Parser {
        let size = |cells: u16| std::num::NonZeroU16::new(cells).unwrap();
        vt100::Parser::new(size(AREA.height), size(AREA.width), 0)
    }

    fn sent(from: &Buffer, to: &Buffer) -> Vec<u8> {
        let mut out = Vec::new();
        encode(&mut out, from.diff(to).into_iter());
        out
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).replace('\x1b', "^")
    }

    fn colour() -> impl Strategy<Value = Color> {
        prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::White),
            any::<u8>().prop_map(Color::Indexed),
            any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
        ]
    }

    fn style() -> impl Strategy<Value = Style> {
        let modifiers = prop::sample::select(vec![
            Modifier::empty(),
            Modifier::BOLD,
            Modifier::DIM,
            Modifier::ITALIC,
            Modifier::UNDERLINED,
            Modifier::REVERSED | Modifier::BOLD,
        ]);
        (colour(), colour(), modifiers)
            .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
    }

    fn screen() -> impl Strategy<Value = Buffer> {
        let word = prop::sample::select(vec!["a", "bc  d", "   ", "日本", "é", "█▌", "x y z"]);
        let span = (0_u16..16, 0_u16..6, word, style());
        prop::collection::vec(span, 0..20).prop_map(|spans| {
            let mut buffer = Buffer::empty(AREA);
            for (x, y, text, style) in spans {
                buffer.set_stringn(x, y, text, usize::from(AREA.width - x), style);
            }
            buffer
        })
    }

    /// Returns what a terminal shows in a cell, its text colour only where there is text.
    fn shown(parser: &vt100::Parser, x: u16, y: u16) -> String {
        let cell = parser.screen().cell(y, x).unwrap();
        let blank = cell.contents().trim().is_empty();
        let look = (cell.bgcolor(), cell.inverse(), cell.underline());
        if cell.is_wide_continuation() {
            return String::new();
        }
        if blank && !cell.inverse() {
            return format!("blank {look:?}");
        }
        // The parser knows bold or dim, terminals both.
        let more = (cell.fgcolor(), cell.bold() || cell.dim(), cell.italic());
        format!(
            "{} {look:?} {}",
            cell.contents(),
            if blank { String::new() } else { format!("{more:?}") }
        )
    }

    proptest! {
        #[test]
        fn a_terminal_shows_the_same_as_if_every_cell_were_told_in_full(
            first in screen(),
            second in screen(),
        ) {
            let blank = Buffer::empty(AREA);
            let (mut changed, mut fresh) = (terminal(), terminal());
            for (from, to) in [(&blank, &first), (&first, &second)] {
                changed.process(&sent(from, to));
                for cell in from.diff(to) {
                    let mut one = Vec::new();
                    encode(&mut one, std::iter::once(cell));
                    fresh.process(&one);
                }
            }
            for position in AREA.positions() {
                prop_assert_eq!(
                    shown(&changed, position.x, position.y),
                    shown(&fresh, position.x, position.y),
                    "at {:?}", position
                );
            }
        }
    }

    #[test]
    fn nothing_changed_is_nothing_sent() {
        let buffer = Buffer::with_lines(["same"]);
        assert_eq!(sent(&buffer, &buffer), b"");
    }

    #[test]
    fn steps_on_a_row_are_short_and_colour_is_told_once() {
        let from = Buffer::with_lines(["abcdefgh", "abc"]);
        let mut to = Buffer::with_lines(["Abcdef H", "abC"]);
        to.set_style(Rect::new(6, 0, 2, 1), Style::new().fg(Color::Red));
        assert_eq!(text(&sent(&from, &to)), "^[HA^[5C ^[31mH^[2;3H^[mC");
    }

    #[test]
    fn what_one_code_takes_away_together_is_set_again() {
        let from = Buffer::with_lines(["ab"]);
        let mut to = Buffer::with_lines(["AB"]);
        let both = Modifier::BOLD | Modifier::DIM;
        to.set_style(Rect::new(0, 0, 1, 1), Style::new().add_modifier(both));
        to.set_style(Rect::new(1, 0, 1, 1), Style::new().add_modifier(Modifier::DIM));
        assert_eq!(text(&sent(&from, &to)), "^[H^[1;2mA^[22;2mB^[m");
    }

    #[test]
    fn a_blank_changes_no_text_colour() {
        let from = Buffer::with_lines(["abc"]);
        let mut to = Buffer::with_lines(["x y"]);
        to.set_style(Rect::new(0, 0, 1, 1), Style::new().fg(Color::Red));
        to.set_style(Rect::new(2, 0, 1, 1), Style::new().fg(Color::Red));
        assert_eq!(text(&sent(&from, &to)), "^[H^[31mx y^[m");
    }

    #[test]
    fn orders_hidden_in_a_cell_do_not_reach_the_terminal() {
        let from = Buffer::with_lines(["a"]);
        let mut to = from.clone();
        to[(0, 0)].set_symbol("\x1b[2J");
        assert_eq!(text(&sent(&from, &to)), "^[H?");
    }
}
