//! Tests of forecasts.

use std::{fs, path::Path};

use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::Value;

use super::*;

const DOLLAR: u128 = PicoUsd::DOLLAR.0;
const MONTH: Period = Period::Month { reset: 1 };

fn at(text: &str) -> UnixNanos {
    let time: jiff::Timestamp = text.parse().unwrap();
    UnixNanos(time.as_nanosecond().try_into().unwrap())
}

/// Returns days with whole dollars, one after the other.
fn days(first: Date, dollars: &[u128]) -> Vec<(Day, PicoUsd)> {
    let mut all = Vec::new();
    let mut day = first;
    for dollars in dollars {
        all.push((Day(day), PicoUsd(dollars * DOLLAR)));
        day = day.tomorrow().unwrap();
    }
    all
}

fn known(days: &[(Day, PicoUsd)], now: &str) -> Forecast {
    match forecast(days, MONTH, at(now), &TimeZone::UTC) {
        ForecastView::Known(known) => known,
        ForecastView::NotEnough { active_days, .. } => panic!("{active_days} days"),
    }
}

fn whole(usd: PicoUsd) -> u128 {
    usd.0 / DOLLAR
}

#[test]
fn fewer_than_five_active_days_are_not_enough() {
    let lack = |dollars: &[u128]| {
        forecast(
            &days(date(2026, 5, 1), dollars),
            MONTH,
            at("2026-05-20T12:00:00Z"),
            &TimeZone::UTC,
        )
    };
    assert_eq!(lack(&[]), ForecastView::NotEnough { active_days: 0, needed: 5 });
    assert_eq!(lack(&[1, 0, 1, 0, 1, 1]), ForecastView::NotEnough { active_days: 4, needed: 5 });
    assert!(matches!(lack(&[1, 0, 1, 0, 1, 1, 1]), ForecastView::Known(_)));
}

#[test]
fn days_that_are_left_cost_what_their_weekday_usually_costs() {
    // Four weeks of ten dollars on workdays and nothing on weekends; then five days of May.
    let week = [10, 10, 10, 10, 10, 0, 0];
    let all = days(date(2026, 4, 6), &week.repeat(4));
    let known = known(&all, "2026-05-04T00:00:00Z");
    // From Monday 4 May to Sunday 31 May there are 20 workdays, and one is behind.
    assert_eq!((whole(known.spent), whole(known.likely)), (10, 210));
    assert_eq!((known.low, known.high), (known.likely, known.likely));
    assert_eq!(known.method, METHOD);
}

#[test]
fn what_today_has_cost_is_not_counted_twice() {
    let mut all = days(date(2026, 5, 1), &[10; 9]);
    let morning = known(&all, "2026-05-10T06:00:00Z");
    all.extend(days(date(2026, 5, 10), &[4]));
    let noon = known(&all, "2026-05-10T12:00:00Z");
    assert_eq!((whole(morning.likely), whole(noon.likely)), (310, 310));
    all.last_mut().unwrap().1 = PicoUsd(25 * DOLLAR);
    assert_eq!(whole(known(&all, "2026-05-10T18:00:00Z").likely), 325);
}

#[test]
fn a_range_goes_from_the_fifth_to_the_four_fifths() {
    let dollars: Vec<u128> = (0..28).map(|day| if day % 2 == 0 { 2 } else { 12 }).collect();
    let known = known(&days(date(2026, 4, 3), &dollars), "2026-05-01T00:00:00Z");
    assert!(known.low < known.likely && known.likely < known.high, "{known:?}");
    assert_eq!(whole(known.spent), 0);
}

#[test]
fn a_record_in_the_future_extends_nothing() {
    let mut all = days(date(2026, 4, 13), &[10; 28]);
    let before = known(&all, "2026-05-11T00:00:00Z");
    all.extend(days(date(2026, 5, 12), &[1000, 1000]));
    all.extend(days(date(2026, 7, 1), &[1000]));
    assert_eq!(known(&all, "2026-05-11T00:00:00Z"), before);
}

#[test]
fn the_run_rate_goes_by_days_of_their_own_length() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let bounds = (Day(date(2026, 3, 1)), Day(date(2026, 4, 1)));
    let spent = PicoUsd(28_500 * DOLLAR);
    // On 29 March the clocks go forward: half of its 23 hours are gone at 12:30.
    let rate = linear(spent, bounds, at("2026-03-29T10:30:00Z"), &zone);
    assert_eq!(rate, PicoUsd(31_000 * DOLLAR));
    let bounds = (Day(date(2026, 10, 1)), Day(date(2026, 11, 1)));
    let spent = PicoUsd(24_500 * DOLLAR);
    let rate = linear(spent, bounds, at("2026-10-25T10:30:00Z"), &zone);
    assert_eq!(rate, PicoUsd(31_000 * DOLLAR));
    assert_eq!(linear(spent, bounds, at("2026-09-30T22:00:00Z"), &zone), spent);
}

#[test]
fn a_short_history_is_not_diluted_by_days_before_it() {
    // Ten days of use, the first ten ever: the eighteen days before are no days of rest.
    let known = known(&days(date(2026, 5, 1), &[10; 10]), "2026-05-11T00:00:00Z");
    assert_eq!(whole(known.likely), 310);
    // With an older record they are.
    let mut all = days(date(2026, 1, 1), &[1]);
    all.extend(days(date(2026, 5, 1), &[10; 10]));
    let rest = match forecast(&all, MONTH, at("2026-05-11T00:00:00Z"), &TimeZone::UTC) {
        ForecastView::Known(known) => known,
        ForecastView::NotEnough { .. } => unreachable!(),
    };
    assert!(whole(rest.likely) < 200, "{rest:?}");
}

#[test]
fn a_limit_is_recommended_from_closed_periods() {
    let dollars = |all: &[u128]| all.iter().map(|usd| PicoUsd(usd * DOLLAR)).collect::<Vec<_>>();
    let advice = recommend(&dollars(&[1000, 10, 30, 20])).unwrap();
    // Of 10, 20 and 30 the 80th percentile is 26.
    assert_eq!((whole(advice.limit), advice.periods, advice.passed), (30, 3, 0));
    let advice = recommend(&dollars(&[100, 120, 400])).unwrap();
    assert_eq!((whole(advice.limit), advice.passed), (290, 1));
    assert_eq!(recommend(&dollars(&[0, 0])), None);
    assert_eq!(recommend(&[]), None);
    assert_eq!(whole(recommend(&dollars(&[7])).unwrap().limit), 7);
}

#[test]
fn only_months_that_are_closed_and_known_are_recommended_from() {
    // From 20 February on: February is not known, March and April are closed, May is open.
    let all = days(date(2026, 2, 20), &[1; 9 + 31 + 30 + 10]);
    let advice = known(&all, "2026-05-11T00:00:00Z").recommended.unwrap();
    assert_eq!((whole(advice.limit), advice.months, advice.passed), (35, 2, 0));
    let all = days(date(2026, 5, 1), &[1; 10]);
    assert_eq!(known(&all, "2026-05-11T00:00:00Z").recommended, None);
}

#[test]
fn projections_of_another_program_come_out_the_same() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/fixtures/spend/budget-forecast-codeburn.cases.json");
    let Ok(text) = fs::read_to_string(path) else { return };
    let cases: Value = serde_json::from_str(&text).unwrap();
    for case in cases["linear_projection"].as_array().unwrap() {
        let spent = PicoUsd::parse_dollars(case["spent"].as_str().unwrap()).unwrap();
        assert_eq!(
            (case["elapsed_days"].as_i64(), case["total_days"].as_i64()),
            (Some(10), Some(30))
        );
        let bounds = (Day(date(2026, 4, 1)), Day(date(2026, 5, 1)));
        let projected = linear(spent, bounds, at("2026-04-11T00:00:00Z"), &TimeZone::UTC);
        assert_eq!(projected.rounded(0), case["projected"].as_str().unwrap());
    }
    for case in cases["median_projection"].as_array().unwrap() {
        // That program takes one median of all days, today's among them, and needs one day only.
        let daily: Vec<u128> = case["daily_usd"]
            .as_array()
            .unwrap()
            .iter()
            .map(|usd| PicoUsd::parse_dollars(usd.as_str().unwrap()).unwrap().0)
            .collect();
        let mut sorted = daily.clone();
        sorted.sort_unstable();
        let today = local(at(case["now"].as_str().unwrap()), &TimeZone::UTC).date();
        let (_, next) = MONTH.days(today).unwrap();
        let left = pace::days_between(Day(today), next) - 1;
        let projected = daily.iter().sum::<u128>() + pace::percentile(&sorted, 50) * left;
        let expected = u128::from(case["projected_rounded"].as_u64().unwrap());
        assert_eq!(projected / DOLLAR, expected, "{case}");
    }
}

proptest! {
    #[test]
    fn a_forecast_is_a_range_that_begins_with_what_is_spent(
        dollars in proptest::collection::vec(0_u128..100, 10..90),
        hour in 0_u8..24,
    ) {
        let now = format!("2026-05-11T{hour:02}:30:00Z");
        let first = date(2026, 5, 12).checked_sub(
            jiff::Span::new().days(i64::try_from(dollars.len()).unwrap())).unwrap();
        let all = days(first, &dollars);
        if let ForecastView::Known(known) = forecast(&all, MONTH, at(&now), &TimeZone::UTC) {
            prop_assert!(known.spent <= known.low && known.low <= known.likely);
            prop_assert!(known.likely <= known.high && known.spent <= known.linear);
        }
    }

    #[test]
    fn a_percentile_lies_among_its_values(
        mut values in proptest::collection::vec(any::<u128>(), 1..30),
        percent in 0_usize..=100,
    ) {
        values.sort_unstable();
        let found = pace::percentile(&values, percent);
        prop_assert!(values[0] <= found && found <= *values.last().unwrap());
        let below = values.iter().filter(|value| **value <= found).count();
        prop_assert!(below * 100 >= values.len().saturating_sub(1) * percent);
    }
}
