//! Block elements and box drawing as rectangles: glyphs of a font leave seams between cells.

/// A rectangle in eighths of a cell, from its left upper corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) left: u8,
    pub(super) top: u8,
    pub(super) width: u8,
    pub(super) height: u8,
}

/// What a character is drawn as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Filled rectangles.
    Pieces(Vec<Piece>),
    /// The whole cell in a part of its colour, in quarters.
    Shade(u8),
    /// Thin lines from the middle to these sides.
    Lines(Arms),
}

/// The sides that a line of a box goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arms(u8);

impl Arms {
    pub(super) const LEFT: Self = Self(1);
    pub(super) const RIGHT: Self = Self(2);
    pub(super) const UP: Self = Self(4);
    pub(super) const DOWN: Self = Self(8);

    pub(super) const fn has(self, arm: Self) -> bool {
        self.0 & arm.0 != 0
    }
}

/// Returns the shape of a character that is drawn, `None` for one that is written.
pub(super) fn shape(symbol: &str) -> Option<Shape> {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return None };
    lines(c).map(Shape::Lines).or_else(|| block(c))
}

fn lines(c: char) -> Option<Arms> {
    Some(Arms(match c {
        '─' => 3,
        '│' => 12,
        '┌' | '╭' => 10,
        '┐' | '╮' => 9,
        '└' | '╰' => 6,
        '┘' | '╯' => 5,
        '├' => 14,
        '┤' => 13,
        '┬' => 11,
        '┴' => 7,
        '┼' => 15,
        _ => return None,
    }))
}

fn block(c: char) -> Option<Shape> {
    let piece = |left, top, width, height| Piece { left, top, width, height };
    let one = |left, top, width, height| Some(Shape::Pieces(vec![piece(left, top, width, height)]));
    let code = u32::from(c);
    let eighths = |from: u32| u8::try_from(code.abs_diff(from)).unwrap_or(0);
    match code {
        0x2580 => one(0, 0, 8, 4),
        0x2581..=0x2588 => one(0, 8 - eighths(0x2580), 8, eighths(0x2580)),
        0x2589..=0x258f => one(0, 0, eighths(0x2590), 8),
        0x2590 => one(4, 0, 4, 8),
        0x2591..=0x2593 => Some(Shape::Shade(eighths(0x2590))),
        0x2594 => one(0, 0, 8, 1),
        0x2595 => one(7, 0, 1, 8),
        0x2596..=0x259f => {
            const LEFT_UP: u8 = 1;
            const RIGHT_UP: u8 = 2;
            const LEFT_DOWN: u8 = 4;
            const RIGHT_DOWN: u8 = 8;
            const QUADRANTS: [u8; 10] = [
                LEFT_DOWN,
                RIGHT_DOWN,
                LEFT_UP,
                LEFT_UP | LEFT_DOWN | RIGHT_DOWN,
                LEFT_UP | RIGHT_DOWN,
                LEFT_UP | RIGHT_UP | LEFT_DOWN,
                LEFT_UP | RIGHT_UP | RIGHT_DOWN,
                RIGHT_UP,
                RIGHT_UP | LEFT_DOWN,
                RIGHT_UP | LEFT_DOWN | RIGHT_DOWN,
            ];
            let set = QUADRANTS[usize::from(eighths(0x2596))];
            let places = [(LEFT_UP, 0, 0), (RIGHT_UP, 4, 0), (LEFT_DOWN, 0, 4), (RIGHT_DOWN, 4, 4)];
            let drawn = places.iter().filter(|(bit, ..)| set & bit != 0);
            Some(Shape::Pieces(drawn.map(|&(_, left, top)| piece(left, top, 4, 4)).collect()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(c: char) -> u32 {
        match shape(&c.to_string()) {
            Some(Shape::Pieces(all)) => {
                all.iter().map(|p| u32::from(p.width) * u32::from(p.height)).sum()
            }
            Some(Shape::Shade(quarters)) => u32::from(quarters) * 16,
            Some(Shape::Lines(_)) | None => 0,
        }
    }

    #[test]
    fn blocks_cover_what_their_names_say() {
        let cases = [
            ('▀', 32),
            ('▁', 8),
            ('█', 64),
            ('▉', 56),
            ('▌', 32),
            ('▏', 8),
            ('▐', 32),
            ('░', 16),
            ('▓', 48),
            ('▔', 8),
            ('▕', 8),
            ('▖', 16),
            ('▙', 48),
            ('▟', 48),
        ];
        for (c, eighths) in cases {
            assert_eq!(covered(c), eighths, "{c}");
        }
    }

    #[test]
    fn corners_have_the_arms_they_show() {
        let Some(Shape::Lines(arms)) = shape("┌") else { panic!("no lines") };
        assert!(arms.has(Arms::RIGHT) && arms.has(Arms::DOWN));
        assert!(!arms.has(Arms::LEFT) && !arms.has(Arms::UP));
        assert_eq!(shape("a"), None);
        assert_eq!(shape("██"), None);
    }
}
