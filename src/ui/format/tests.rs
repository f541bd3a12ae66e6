use proptest::prelude::*;

use super::*;

#[test]
fn numbers_have_three_digits_from_a_hundred_thousand() {
    let cases = [
        (0, "0"),
        (999, "999"),
        (1_512, "1 512"),
        (99_999, "99 999"),
        (100_000, "100 k"),
        (902_499, "902 k"),
        (999_499, "999 k"),
        (999_500, "1.00 M"),
        (9_814_000, "9.81 M"),
        (9_995_000, "10.0 M"),
        (28_840_000, "28.8 M"),
        (112_000_000, "112 M"),
        (999_500_000, "1.00 G"),
        (u64::MAX, "18.4 E"),
    ];
    for (value, text) in cases {
        assert_eq!(number(value), text, "{value}");
    }
    assert_eq!(grouped(171_204), "171 204");
    assert_eq!(grouped(1_000_000), "1 000 000");
}

#[test]
fn an_estimate_says_so() {
    let glyphs = Glyphs::unicode();
    assert_eq!(count(TokenCount::estimate(Tokens(5)), &glyphs), "≈5");
    assert_eq!(count(TokenCount::exact(Tokens(5)), &glyphs), "5");
}

#[test]
fn bytes_and_rates() {
    let cases = [
        (0, "0 B"),
        (512, "512 B"),
        (1_500, "1.5 kB"),
        (41_000_000, "41 MB"),
        (41_700_000, "42 MB"),
        (1_000_000_000, "1 GB"),
    ];
    for (value, text) in cases {
        assert_eq!(bytes(Bytes(value)), text);
    }
    assert_eq!(rate(Bytes(112_000_000)), "112 MB/s");
}

#[test]
fn shares_that_are_no_numbers_are_nothing() {
    assert_eq!(percent(0.982), "98.2 %");
    assert_eq!((percent(0.9996).as_str(), percent(1.0).as_str()), ("99.9 %", "100.0 %"));
    assert_eq!(whole_percent(0.334), "33 %");
    assert_eq!(percent(1.0 / 3.0), "33.3 %");
    assert_eq!(percent(0.0), "0.0 %");
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(percent(odd), "0.0 %");
    }
}

#[test]
fn spans_and_ages() {
    let spans = [
        (0, "0 ms", "now"),
        (47, "47 ms", "now"),
        (300, "0.3 s", "now"),
        (1_200, "1.2 s", "1 s"),
        (4_000, "4 s", "4 s"),
        (59_900, "59 s", "59 s"),
        (842_000, "14 m 02 s", "14 m"),
        (7_500_000, "2 h 05 m", "2 h"),
        (273_600_000, "3 d 04 h", "3 d"),
    ];
    for (millis, span, ago) in spans {
        assert_eq!(duration(Millis(millis)), span);
        assert_eq!(age(Millis(millis)), ago);
    }
}

#[test]
fn money_keeps_the_digits_that_matter() {
    let cases = [
        ("0", "$0.00"),
        ("24.9", "$24.90"),
        ("1234.567", "$1 234.57"),
        ("0.2140", "$0.214"),
        ("0.0021", "$0.0021"),
        ("0.000125", "$0.000125"),
        ("0.0000001", "<$0.000001"),
    ];
    for (amount, text) in cases {
        assert_eq!(dollars(PicoUsd::parse_dollars(amount).unwrap()), text);
    }
}

#[test]
fn text_is_cut_by_columns_and_paths_keep_their_end() {
    let glyphs = Glyphs::unicode();
    let cases = [
        ("short", 5, Keep::Start, "short"),
        ("longer", 5, Keep::Start, "long…"),
        ("django/db/models/query.py", 12, Keep::End, "…ls/query.py"),
        ("日本語", 5, Keep::Start, "日本…"),
        ("日本語", 4, Keep::Start, "日…"),
        ("日本語", 4, Keep::End, "…語"),
        ("abc", 1, Keep::Start, "…"),
        ("abc", 0, Keep::End, ""),
        ("", 0, Keep::Start, ""),
    ];
    for (text, columns, keep, expected) in cases {
        assert_eq!(fit(text, columns, keep, &glyphs), expected, "{text} in {columns}");
    }
    assert_eq!(pad("日本語", 4, Keep::Start, &glyphs), "日… ");
    assert_eq!(right("12", 4), "  12");
}

proptest! {
    #[test]
    fn fitted_text_never_passes_its_columns(
        text in "\\PC{0,40}",
        columns in 0_usize..50,
        ends in any::<bool>(),
    ) {
        let keep = if ends { Keep::End } else { Keep::Start };
        let glyphs = Glyphs::unicode();
        let fitted = fit(&text, columns, keep, &glyphs);
        prop_assert!(width(&fitted) <= columns);
        prop_assert_eq!(width(&pad(&text, columns, keep, &glyphs)), columns);
        if width(&text) <= columns {
            prop_assert_eq!(fitted, text);
        }
    }

    #[test]
    fn short_numbers_take_seven_columns_at_most(value: u64) {
        prop_assert!(width(&number(value)) <= 7);
    }

    #[test]
    fn a_larger_number_never_looks_smaller(value in 0_u64..u64::MAX / 2) {
        let size = |text: &str| -> f64 {
            let digits: String =
                text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            let unit = text.chars().last().and_then(|c| "kMGTPE".find(c)).map_or(0, |at| at + 1);
            digits.parse::<f64>().unwrap() * 1_000_f64.powi(i32::try_from(unit).unwrap())
        };
        prop_assert!(size(&number(value)) <= size(&number(value + value / 100 + 1)));
    }
}

#[test]
fn what_making_victims_again_takes_is_told_with_what_nobody_knows() {
    let plan = |ms, usd: &str, unknown| EvictionPlan {
        entries: 3,
        remake_ms: Millis(ms),
        remake_usd: PicoUsd::parse_dollars(usd).unwrap(),
        unknown,
        ..EvictionPlan::default()
    };
    for (plan, expected) in [
        (plan(0, "0", 0), "<1 ms"),
        (plan(2_500, "0", 0), "2.5 s"),
        (plan(0, "1.5", 0), "$1.50"),
        (plan(2_500, "1.5", 1), "2.5 s and $1.50 + 1 unknown"),
        (plan(0, "0", 3), "unknown"),
    ] {
        assert_eq!(remake_of(&plan), expected);
    }
}
