//! Upright bars: one value beside the other, each by eighths of a cell.

use crate::ui::glyphs::Glyphs;

/// How values are put on so many columns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Spread {
    /// How many values are added up into one bar.
    pub values: usize,
    /// Columns from one bar to the next.
    pub step: usize,
}

impl Spread {
    /// Returns the spread that shows all of `count` values on `columns`, wide bars preferred.
    #[must_use]
    pub fn of(count: usize, columns: usize) -> Self {
        /// Wider bars tell no more.
        const WIDEST: usize = 6;
        let columns = columns.max(1);
        let values = count.div_ceil(columns).max(1);
        let bars = count.div_ceil(values).max(1);
        Self { values, step: (columns / bars).clamp(1, WIDEST) }
    }
}

/// Returns lines of `rows` cells in height, the topmost first; the largest value is full height.
///
/// A value over zero shows at least one eighth. From two columns on, bars have a blank between.
#[must_use]
pub fn chart(values: &[f64], rows: usize, step: usize, glyphs: &Glyphs) -> Vec<String> {
    let largest = values.iter().copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
    let eighths: Vec<usize> =
        values.iter().map(|value| eighths(*value, largest, rows * 8)).collect();
    let width = if step > 1 { step - 1 } else { 1 };
    let gap = " ".repeat(step - width.min(step));
    let line = |row: usize| {
        let below = (rows - 1 - row) * 8;
        let cell = |all: &usize| match all.saturating_sub(below) {
            0 => " ",
            part => glyphs.spark[part.min(8) - 1],
        };
        eighths.iter().map(|all| cell(all).repeat(width) + &gap).collect()
    };
    (0..rows).map(line).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a number from 0 to eight times the rows"
)]
fn eighths(value: f64, largest: f64, all: usize) -> usize {
    if !value.is_finite() || value <= 0.0 || largest <= 0.0 || all == 0 {
        return 0;
    }
    (value / largest * all as f64).round().max(1.0) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bars_stand_beside_each_other() {
        let lines = chart(&[0.0, 1.0, 4.0, 8.0, 0.01], 2, 2, &Glyphs::unicode());
        assert_eq!(lines, ["      █   ", "  ▂ █ █ ▁ "]);
        assert_eq!(chart(&[f64::NAN, 1.0], 1, 1, &Glyphs::ascii()), [" #"]);
        assert_eq!(chart(&[], 1, 1, &Glyphs::unicode()), [""]);
    }

    #[test]
    fn many_values_are_added_up_and_few_are_wide() {
        assert_eq!(Spread::of(30, 60), Spread { values: 1, step: 2 });
        assert_eq!(Spread::of(7, 60), Spread { values: 1, step: 6 });
        assert_eq!(Spread::of(365, 60), Spread { values: 7, step: 1 });
        assert_eq!(Spread::of(0, 0), Spread { values: 1, step: 1 });
    }

    proptest! {
        #[test]
        fn every_value_has_its_place(count in 0_usize..2000, columns in 1_usize..300) {
            let spread = Spread::of(count, columns);
            prop_assert!(count.div_ceil(spread.values) * spread.step <= columns);
            prop_assert!(spread.step >= 1 && spread.values >= 1);
        }
    }
}
