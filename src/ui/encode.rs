//! Changed cells as the fewest bytes that a terminal understands.
//!
//! Deliberately not here: which cells changed, and when they are sent.

mod pen;
mod runs;

use self::{
    pen::{PLAIN, Pen},
    runs::{Changed, Run, is_blank, is_odd},
};

/// Steps back that are told one by one: more are told by their number.
const STEPS_BACK: u16 = 3;

/// Appends `cells` of a screen of so many columns to `out`; expects the plain pen and leaves it
/// behind.
pub(super) fn encode<'a>(
    out: &mut Vec<u8>,
    columns: u16,
    cells: impl Iterator<Item = Changed<'a>>,
) {
    let cells: Vec<Changed<'a>> = cells.collect();
    let mut writer = Writer { out, columns, pen: PLAIN, place: None };
    for run in runs::of(&cells) {
        writer.run(&run);
    }
    writer.take(PLAIN);
}

/// What the terminal was told so far.
struct Writer<'o> {
    out: &'o mut Vec<u8>,
    columns: u16,
    pen: Pen,
    /// Where the cursor is, when that is sure.
    place: Option<(u16, u16)>,
}

impl Writer<'_> {
    fn run(&mut self, run: &Run<'_, '_>) {
        let (x, y, _) = run.cells[0];
        self.travel((x, y));
        self.take(if run.is_blank { self.pen.for_blank(run.pen) } else { run.pen });
        let mut rest = run.cells;
        for part in run.cells.chunk_by(|a, b| is_blank(a.2) == is_blank(b.2)) {
            rest = &rest[part.len()..];
            let is_erased = is_blank(part[0].2) && self.erase(part, rest.is_empty());
            if is_erased {
                continue;
            }
            for cell in part {
                self.write(*cell);
            }
        }
    }

    fn write(&mut self, (x, y, cell): Changed<'_>) {
        let symbol = cell.symbol();
        if symbol.is_empty() || symbol.chars().any(char::is_control) {
            // Nothing in a name may reach the terminal as an order.
            self.out.push(b'?');
        } else {
            self.out.extend_from_slice(symbol.as_bytes());
        }
        // Terminals differ in how wide they draw the odd character: after it, its place is told.
        self.place = (!is_odd(cell)).then_some((x + 1, y));
    }

    /// Erases these blanks where that is shorter than to write them; returns whether it was.
    ///
    /// Erasing leaves the cursor where it is: after the last cells of a run it may as well be there.
    fn erase(&mut self, blanks: &[Changed<'_>], is_last: bool) -> bool {
        let (x, y, _) = blanks[0];
        let Ok(count) = u16::try_from(blanks.len()) else { return false };
        let to_the_end = is_last && x + count == self.columns;
        let order = match (to_the_end, is_last) {
            (true, _) => "\x1b[K".to_owned(),
            (false, true) => format!("\x1b[{count}X"),
            (false, false) => format!("\x1b[{count}X\x1b[{count}C"),
        };
        if !self.pen.erases() || order.len() >= blanks.len() {
            return false;
        }
        self.out.extend_from_slice(order.as_bytes());
        self.place = Some(if is_last { (x, y) } else { (x + count, y) });
        true
    }

    /// Moves the cursor the shortest way.
    fn travel(&mut self, to: (u16, u16)) {
        let (x, y) = to;
        let told = match to {
            (0, 0) => "\x1b[H".to_owned(),
            (0, _) => format!("\x1b[{}H", u32::from(y) + 1),
            (_, _) => format!("\x1b[{};{}H", u32::from(y) + 1, u32::from(x) + 1),
        };
        // Behind the last column terminals differ in where the cursor is.
        let steps =
            self.place.filter(|from| from.0 < self.columns).and_then(|from| steps(from, to));
        let order = steps.filter(|steps| steps.len() < told.len()).unwrap_or(told);
        self.out.extend_from_slice(order.as_bytes());
        self.place = Some(to);
    }

    fn take(&mut self, pen: Pen) {
        self.pen.change(pen, self.out);
        self.pen = pen;
    }
}

/// Returns the way from one place to another on its row or below; `None` where there is no short one.
fn steps(from: (u16, u16), to: (u16, u16)) -> Option<String> {
    let down = match to.1.checked_sub(from.1)? {
        0 => String::new(),
        1 => "\x1b[B".to_owned(),
        rows => format!("\x1b[{rows}B"),
    };
    let across = match to.0.checked_sub(from.0) {
        Some(0) => String::new(),
        Some(1) => "\x1b[C".to_owned(),
        Some(ahead) => format!("\x1b[{ahead}C"),
        None if from.0 - to.0 <= STEPS_BACK => "\x08".repeat(usize::from(from.0 - to.0)),
        None => format!("\x1b[{}D", from.0 - to.0),
    };
    Some(down + &across)
}

#[cfg(test)]
mod tests;
