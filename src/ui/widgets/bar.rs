//! Bars by eighths of a cell, and gauges: a bar with the rest of its length drawn.

use crate::ui::glyphs::Glyphs;

/// A bar in two parts, to be styled apart; together they take the asked columns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Gauge {
    /// What is used.
    pub filled: String,
    /// What is left.
    pub rest: String,
}

/// Returns a bar of `share` (of 1) of `columns`, filled with blanks: `███▌   `.
///
/// A share that is not zero shows at least one eighth; one over 1 is a full bar.
#[must_use]
pub fn bar(share: f64, columns: u16, glyphs: &Glyphs) -> String {
    let mut filled = filled(share, columns, glyphs);
    let drawn = filled.chars().count();
    filled.extend(std::iter::repeat_n(' ', usize::from(columns).saturating_sub(drawn)));
    filled
}

/// Returns a bar of `share` (of 1) of `columns`, and the rest of it: `███▌····`.
#[must_use]
pub fn gauge(share: f64, columns: u16, glyphs: &Glyphs) -> Gauge {
    let filled = filled(share, columns, glyphs);
    let rest = usize::from(columns).saturating_sub(filled.chars().count());
    Gauge { filled, rest: glyphs.bar_back.repeat(rest) }
}

fn filled(share: f64, columns: u16, glyphs: &Glyphs) -> String {
    let eighths = eighths(share, columns);
    let mut out = glyphs.bar[8].repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        out.push_str(glyphs.bar[eighths % 8]);
    }
    out
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number from 0 to eight times the columns"
)]
fn eighths(share: f64, columns: u16) -> usize {
    if share.is_nan() || share <= 0.0 || columns == 0 {
        return 0;
    }
    let all = f64::from(columns) * 8.0;
    (share.min(1.0) * all).round().max(1.0) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bars_have_eighths() {
        let glyphs = Glyphs::unicode();
        let cases = [
            (0.0, 4, "    "),
            (1.0, 4, "████"),
            (7.0, 4, "████"),
            (0.5, 3, "█▌ "),
            (0.000_1, 3, "▏  "),
            (f64::NAN, 2, "  "),
            (-1.0, 2, "  "),
            (0.5, 0, ""),
        ];
        for (share, columns, text) in cases {
            assert_eq!(bar(share, columns, &glyphs), text, "{share} of {columns}");
        }
        assert_eq!(bar(0.5, 4, &Glyphs::ascii()), "##  ");
    }

    #[test]
    fn a_gauge_draws_its_rest() {
        let gauge = gauge(0.6, 5, &Glyphs::unicode());
        assert_eq!((gauge.filled.as_str(), gauge.rest.as_str()), ("███", "··"));
    }

    proptest! {
        #[test]
        fn a_bar_is_as_wide_as_asked(share in any::<f64>(), columns in 0_u16..300) {
            let glyphs = Glyphs::unicode();
            prop_assert_eq!(bar(share, columns, &glyphs).chars().count(), usize::from(columns));
            let gauge = gauge(share, columns, &glyphs);
            let width = gauge.filled.chars().count() + gauge.rest.chars().count();
            prop_assert_eq!(width, usize::from(columns));
        }

        #[test]
        fn a_larger_share_is_never_a_shorter_bar(a in 0.0..1.2_f64, b in 0.0..1.2_f64) {
            let (small, large) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(eighths(small, 40) <= eighths(large, 40));
        }
    }
}
