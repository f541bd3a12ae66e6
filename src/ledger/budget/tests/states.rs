//! How budgets stand, and the words for it.

use std::{fs, path::Path};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::model::{Clock as _, FakeClock, Level, Thresholds};

#[test]
fn a_warning_at_three_quarters_says_so_in_these_words() {
    let state = state("month $10", usd("7.50"));
    assert_eq!(message(&state), "Budget Warning: $7.50 / $10.00 (75.0%)");
    assert_eq!((state.level, state.percent), (Level::Warning, 75));
}

#[test]
fn thresholds_are_inclusive_and_a_full_budget_is_exceeded() {
    for (used, level) in [
        ("0", Level::Calm),
        ("7.49", Level::Calm),
        ("7.50", Level::Warning),
        ("8.99", Level::Warning),
        ("9", Level::Alert),
        ("9.99", Level::Alert),
        ("10", Level::Exceeded),
        ("12", Level::Exceeded),
    ] {
        assert_eq!(state("month $10", usd(used)).level, level, "{used}");
    }
    assert_eq!(symbol(Level::Exceeded), '✗');
}

#[test]
fn a_budget_of_tokens_counts_tokens() {
    let used = Amount::Tokens(Tokens(9_000_000));
    let state = state("week 10M tokens", used);
    assert_eq!(message(&state), "Budget Alert: 9,000,000 / 10,000,000 tokens (90.0%)");
    assert_eq!(remaining(&state), Amount::Tokens(Tokens(1_000_000)));
}

#[test]
fn what_remains_is_never_less_than_nothing() {
    assert_eq!(remaining(&state("month $3", usd("9"))), usd("0"));
    assert_eq!(remaining(&state("month $3", usd("0.125"))), usd("2.875"));
}

/// Row D031: the month changes under a clock, and what was spent in the old one counts no more.
#[test]
fn a_new_month_begins_with_nothing_spent() {
    let clock = FakeClock::at(at("2026-05-31T23:59:59Z"));
    let spent = [(at("2026-05-30T10:00:00Z"), 9_u128), (at("2026-06-01T00:00:00Z"), 1)];
    let standing = || {
        let (now, zone, spec) = (clock.wall(), TimeZone::UTC, spec("month $10"));
        let span = spec.period.span(now, &zone).unwrap();
        let own = spent.iter().filter(|(at, _)| span.has(*at) && *at <= now);
        let dollars = own.map(|(_, dollars)| dollars).sum::<u128>();
        let amount = Amount::Usd(PicoUsd(dollars * PicoUsd::DOLLAR.0));
        let used = Used { amount, today: amount, unpriced: Tokens(0) };
        message(&spec.state(span, used, (now, &zone), None))
    };
    assert_eq!(standing(), "Budget Alert: $9.00 / $10.00 (90.0%)");
    clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(standing(), "Budget OK: $1.00 / $10.00 (10.0%)");
}

#[test]
fn the_day_on_which_a_budget_runs_out_is_foreseen() {
    let day = |of: i8| crate::model::Day(jiff::civil::date(2026, 5, of));
    let dollar = PicoUsd::DOLLAR.0;
    let pace = crate::ledger::forecast::Pace::of((1..=9).map(|of| (day(of), dollar)), day(10));
    let pace = pace.unwrap();
    let (now, zone) = (at("2026-05-10T12:00:00Z"), TimeZone::UTC);
    let run_out = |line: &str| {
        let spec = spec(line);
        let span = spec.period.span(now, &zone).unwrap();
        let used = Used { amount: usd("9"), today: usd("0"), unpriced: Tokens(0) };
        spec.state(span, used, (now, &zone), Some(&pace)).run_out
    };
    assert_eq!(run_out("month $10"), Some(day(10)));
    assert_eq!(run_out("month $12.50"), Some(day(13)));
    assert_eq!(run_out("month $31"), Some(day(31)));
    assert_eq!(run_out("month $32"), None);
    assert_eq!(run_out("month $9"), None, "it has run out already");
    assert_eq!(run_out("day $10"), Some(day(10)));
}

fn shared(name: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures").join(name);
    let text = fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

/// Returns a number of dollars as it is written.
fn money(value: &Value) -> Amount {
    usd(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

#[test]
fn messages_of_a_budget_come_out_as_another_program_writes_them() {
    let Some(vectors) = shared("formats/rustassistant/budget-vectors.json") else { return };
    for case in vectors["status"].as_array().unwrap() {
        let Amount::Usd(limit) = money(&case["budget"]) else { unreachable!() };
        let state = state(&format!("month ${limit}"), money(&case["spent"]));
        assert_eq!(message(&state), case["message"].as_str().unwrap());
        let level = message(&state).to_lowercase();
        let said = case["status"].as_str().unwrap();
        assert!(level.starts_with(&format!("budget {said}")), "{level}");
    }
}

#[test]
fn budgets_of_another_program_stand_as_they_do_there() {
    let Some(cases) = shared("spend/budget-forecast-codeburn.cases.json") else { return };
    for case in cases["budget_state"].as_array().unwrap() {
        let percent = |name: &str| u8::try_from(case[name].as_u64().unwrap()).unwrap();
        let thresholds = Thresholds { warning: percent("warn_pct"), alert: percent("alert_pct") };
        let mut spec = spec(&format!("month ${}", case["budget"].as_str().unwrap()));
        spec.thresholds = thresholds;
        let level = super::state("month $100", money(&case["spent"])).percent;
        let state = crate::model::Gauge { used: level.into(), limit: 100 }.level(thresholds);
        let said = match case["state"].as_str().unwrap() {
            "under" => Level::Calm,
            "warn" => Level::Warning,
            _ => Level::Exceeded,
        };
        assert_eq!(state, said, "{case}");
    }
    for case in cases["budget_invalid"].as_array().unwrap() {
        let is_bad_limit = case["budget"] == "0";
        let line = format!("month ${}", case["budget"].as_str().unwrap());
        assert_eq!(line.parse::<BudgetSpec>().is_err(), is_bad_limit, "{case}");
    }
    for case in cases["period_from_reset_day"].as_array().unwrap() {
        let reset = u8::try_from(case["reset_day"].as_u64().unwrap()).unwrap();
        // The other program turns 99 into 28; larder refuses it, and takes 28 as 28.
        let reset = if reset > 31 { 28 } else { reset };
        let today = at(case["now"].as_str().unwrap());
        let today = super::super::local(today, &TimeZone::UTC).date();
        let (first, next) = Period::Month { reset }.days(today).unwrap();
        assert_eq!(first.to_string(), case["start"].as_str().unwrap());
        if let Some(end) = case["end"].as_str() {
            assert_eq!(next.to_string(), end);
        }
    }
}

proptest! {
    #[test]
    fn a_level_changes_exactly_at_its_percent(
        limit in 1_u64..1_000_000, used in 0_u64..2_000_000, warning in 1_u8..=100, more in 0_u8..=99,
    ) {
        let alert = warning.saturating_add(more).min(100);
        let line = format!("day {limit} tokens warning={warning} alert={alert}");
        let state = state(&line, Amount::Tokens(Tokens(used)));
        let reaches = |percent: u8| {
            u128::from(used) * 100 >= u128::from(limit) * u128::from(percent)
        };
        prop_assert_eq!(state.level >= Level::Warning, reaches(warning));
        prop_assert_eq!(state.level >= Level::Alert, reaches(alert));
        prop_assert_eq!(state.level == Level::Exceeded, reaches(100));
    }
}
