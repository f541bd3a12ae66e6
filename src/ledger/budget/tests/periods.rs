//! Periods of the calendar.

use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;

use super::*;
use crate::model::Day;

fn hours(period: Period, now: &str, zone_name: &str) -> i64 {
    let span = period.span(at(now), &zone(zone_name)).unwrap();
    assert!(span.has(at(now)));
    (span.to.0 - span.from.0) / 3_600_000_000_000
}

#[test]
fn a_day_has_as_many_hours_as_it_has() {
    let berlin = "Europe/Berlin";
    assert_eq!(hours(Period::Day, "2026-03-29T10:00:00Z", berlin), 23);
    assert_eq!(hours(Period::Day, "2026-10-25T10:00:00Z", berlin), 25);
    assert_eq!(hours(Period::Day, "2026-05-01T10:00:00Z", berlin), 24);
    // Lord Howe Island moves its clocks by half an hour, and Cairo has a day without a midnight.
    assert_eq!(hours(Period::Day, "2026-10-03T20:00:00Z", "Australia/Lord_Howe"), 23);
    assert_eq!(hours(Period::Day, "2026-04-24T10:00:00Z", "Africa/Cairo"), 23);
}

#[test]
fn a_week_and_a_month_through_daylight_saving_are_an_hour_shorter() {
    let monday = Period::Week { first: Weekday::Monday };
    assert_eq!(hours(monday, "2026-03-29T10:00:00Z", "Europe/Berlin"), 7 * 24 - 1);
    assert_eq!(hours(Period::Month { reset: 1 }, "2026-03-05T10:00:00Z", "Europe/Berlin"), 743);
}

#[test]
fn the_zone_decides_what_day_it_is() {
    let night = at("2026-05-01T02:00:00Z");
    let day = |name: &str| Period::Day.span(night, &zone(name)).unwrap().from;
    assert_eq!(day("UTC"), at("2026-05-01T00:00:00Z"));
    assert_eq!(day("America/New_York"), at("2026-04-30T04:00:00Z"));
    assert_eq!(day("Asia/Tokyo"), at("2026-04-30T15:00:00Z"));
}

fn month(today: Date, reset: u8) -> (Date, Date) {
    let (first, next) = Period::Month { reset }.days(today).unwrap();
    (first.0, next.0)
}

#[test]
fn a_month_begins_on_its_reset_day() {
    let today = date(2026, 4, 17);
    assert_eq!(month(today, 1), (date(2026, 4, 1), date(2026, 5, 1)));
    assert_eq!(month(date(2026, 4, 3), 15), (date(2026, 3, 15), date(2026, 4, 15)));
    assert_eq!(month(today, 17), (today, date(2026, 5, 17)));
}

#[test]
fn a_reset_day_that_a_month_lacks_is_its_last_day() {
    assert_eq!(month(date(2026, 2, 27), 31), (date(2026, 1, 31), date(2026, 2, 28)));
    assert_eq!(month(date(2026, 2, 28), 31), (date(2026, 2, 28), date(2026, 3, 31)));
    assert_eq!(month(date(2024, 2, 29), 30), (date(2024, 2, 29), date(2024, 3, 30)));
    assert_eq!(month(date(2026, 4, 30), 31), (date(2026, 4, 30), date(2026, 5, 31)));
}

#[test]
fn sessions_and_blocks_have_no_bounds_in_the_calendar() {
    assert_eq!(Period::Session.span(at("2026-05-01T00:00:00Z"), &TimeZone::UTC), None);
    assert_eq!(Period::Block.days(date(2026, 5, 1)), None);
}

proptest! {
    #[test]
    fn periods_follow_each_other_without_gap_and_overlap(
        days in 0_i64..20_000,
        reset in 1_u8..=31,
        weekday in 0_i8..7,
    ) {
        let today = date(1990, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let first = Weekday::from_monday_zero_offset(weekday).unwrap();
        for period in [Period::Day, Period::Week { first }, Period::Month { reset }] {
            let (from, next) = period.days(today).unwrap();
            prop_assert!(from.0 <= today && today < next.0);
            prop_assert_eq!(period.days(next.0).unwrap().0, next);
            let last = Day(next.0.yesterday().unwrap());
            prop_assert_eq!(period.days(last.0).unwrap().0, from);
        }
    }

    #[test]
    fn every_moment_lies_in_its_period_in_every_zone(
        seconds in 0_i64..4_000_000_000,
        zone_name in proptest::sample::select(vec![
            "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe",
            "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu",
        ]),
    ) {
        let (now, zone) = (UnixNanos(seconds * 1_000_000_000), zone(zone_name));
        for period in [Period::Day, Period::Month { reset: 30 }] {
            let span = period.span(now, &zone).unwrap();
            prop_assert!(span.has(now), "{:?} {:?}", span, now);
            let next = period.span(span.to, &zone).unwrap();
            prop_assert_eq!(next.from, span.to);
        }
    }
}

#[test]
fn a_rolling_budget_is_of_the_last_days_and_this_one() {
    let days = |line: &str| {
        let (first, next) = spec(line).period.days("2026-03-02".parse().unwrap()).unwrap();
        (first.to_string(), next.to_string())
    };
    assert_eq!(days("rolling $5 days=7"), ("2026-02-24".into(), "2026-03-03".into()));
    assert_eq!(days("rolling $5"), ("2026-02-01".into(), "2026-03-03".into()));
    for (line, rule) in [
        ("rolling $5 days=0", "give 1 to 366 days"),
        ("rolling $5 days=400", "give 1 to 366 days"),
        ("month $5 days=7", "only a rolling budget"),
        ("rolling $5 reset=3", "only a week and a month"),
    ] {
        let error = line.parse::<BudgetSpec>().unwrap_err().to_string();
        assert!(error.contains(rule), "{line}: {error}");
    }
}
