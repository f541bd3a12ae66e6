//! Spark lines: a row of small columns.

use crate::ui::glyphs::Glyphs;

/// Returns one sign per value, the highest for the largest; what is no number is the lowest.
#[must_use]
pub fn spark(values: &[f64], glyphs: &Glyphs) -> String {
    let top = values.iter().copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
    values.iter().map(|&value| glyphs.spark[level(value, top)]).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number from 0 to 7")]
fn level(value: f64, top: f64) -> usize {
    if !value.is_finite() || value <= 0.0 || top <= 0.0 {
        return 0;
    }
    ((value / top * 7.0).round() as usize).min(7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_value_is_the_highest_sign() {
        let glyphs = Glyphs::unicode();
        assert_eq!(spark(&[0.0, 0.5, 1.0], &glyphs), "▁▅█");
        assert_eq!(spark(&[0.0, 0.0], &glyphs), "▁▁");
        assert_eq!(spark(&[f64::NAN, 3.0, -1.0], &glyphs), "▁█▁");
        assert_eq!(spark(&[], &glyphs), "");
    }

    proptest! {
        #[test]
        fn one_sign_per_value(values in prop::collection::vec(any::<f64>(), 0..40)) {
            prop_assert_eq!(
                spark(&values, &Glyphs::unicode()).chars().count(),
                values.len()
            );
        }
    }
}
