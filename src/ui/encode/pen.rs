//! How text looks, and the codes that change it.

use std::io::Write as _;

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

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
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// How a terminal writes that was told nothing.
pub(super) const PLAIN: Pen =
    Pen { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

impl Pen {
    /// Returns the pen of a cell.
    pub(super) const fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Returns what can be seen of the pen on a blank; `None` when that is all of it.
    pub(super) fn on_blank(self) -> Option<Self> {
        (!self.modifier.intersects(SEEN_ON_BLANKS)).then_some(Self { bg: self.bg, ..PLAIN })
    }

    /// Returns the pen that shows `blank` and differs least from this one.
    pub(super) fn for_blank(self, blank: Self) -> Self {
        Self { bg: blank.bg, modifier: self.modifier.difference(SEEN_ON_BLANKS), ..self }
    }

    /// Returns true when a cell that is erased looks as a blank that is written.
    ///
    /// Not with a colour behind it: some terminals erase to their own background.
    pub(super) fn erases(self) -> bool {
        self.bg == Color::Reset && !self.modifier.intersects(SEEN_ON_BLANKS)
    }

    /// Appends what makes this pen `to`: the codes that differ, or all anew where that is shorter.
    pub(super) fn change(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        if to == PLAIN {
            out.extend_from_slice(b"\x1b[m");
            return;
        }
        let (mut few, mut anew) = (Vec::new(), Vec::new());
        Codes { out: &mut few, any: false }.change(self, to);
        let mut codes = Codes { out: &mut anew, any: false };
        codes.push(0);
        codes.change(PLAIN, to);
        out.extend(if anew.len() < few.len() { anew } else { few });
    }
}

struct Codes<'a> {
    out: &'a mut Vec<u8>,
    any: bool,
}

impl Codes<'_> {
    fn change(&mut self, from: Pen, to: Pen) {
        self.attributes(from.modifier, to.modifier);
        if from.fg != to.fg {
            self.colour(to.fg, 30);
        }
        if from.bg != to.bg {
            self.colour(to.bg, 40);
        }
        if self.any {
            self.out.push(b'm');
        }
    }

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
