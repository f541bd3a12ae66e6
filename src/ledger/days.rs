//! Days of the user's zone. What is stored is UTC; only sums are cut into days.

use std::cell::Cell;

use jiff::{
    Timestamp,
    civil::Date,
    tz::{self, TimeZone},
};

use super::LedgerError;
use crate::model::{Day, UnixNanos};

/// The number of a day: days since 1970-01-01.
pub(super) type DayNumber = i32;

const EPOCH: Date = Date::constant(1970, 1, 1);

/// The zone in which days are cut.
#[derive(Debug)]
pub struct Zone {
    rules: TimeZone,
    name: String,
    /// The day of the last question: from, to, number.
    last: Cell<(i64, i64, DayNumber)>,
}

impl Zone {
    /// Returns the zone called `name`, or the system's when the name is empty.
    ///
    /// # Errors
    /// Fails when no zone has that name.
    pub fn find(name: &str) -> Result<Self, LedgerError> {
        if name.is_empty() {
            let zone = TimeZone::system();
            let name = zone.iana_name().unwrap_or("local").to_owned();
            return Ok(Self::new(zone, name));
        }
        let zone = tz::db().get(name).map_err(|_| LedgerError::Zone(name.to_owned()))?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Ok(Self::new(zone, name))
    }

    const fn new(rules: TimeZone, name: String) -> Self {
        Self { rules, name, last: Cell::new((0, 0, 0)) }
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the zone itself.
    #[must_use]
    pub const fn time_zone(&self) -> &TimeZone {
        &self.rules
    }

    /// Returns the day of a moment.
    #[must_use]
    pub fn day_of(&self, at: UnixNanos) -> Day {
        Day(self.date_of(at))
    }

    /// Returns when a day begins: the first moment of it that there is.
    #[must_use]
    pub fn start_of(&self, day: Day) -> UnixNanos {
        let start = self.rules.to_ambiguous_zoned(day.0.at(0, 0, 0, 0)).compatible();
        let nanos = start.map_or_else(
            // Beyond what can be a time: the ends of time.
            |_| if day.0 < EPOCH { i128::from(i64::MIN) } else { i128::from(i64::MAX) },
            |start| start.timestamp().as_nanosecond(),
        );
        UnixNanos(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
    }

    /// Returns the number of the day of a moment.
    pub(super) fn number_of(&self, at: i64) -> DayNumber {
        let (from, to, last) = self.last.get();
        if (from..to).contains(&at) {
            return last;
        }
        let date = self.date_of(UnixNanos(at));
        let found = number(Day(date));
        let from = self.start_of(Day(date)).0;
        let to = date.tomorrow().map_or(i64::MAX, |next| self.start_of(Day(next)).0);
        self.last.set((from, to, found));
        found
    }

    fn date_of(&self, at: UnixNanos) -> Date {
        let moment = Timestamp::from_nanosecond(i128::from(at.0)).unwrap_or_default();
        self.rules.to_datetime(moment).date()
    }
}

/// Returns the number of a day.
pub(super) fn number(day: Day) -> DayNumber {
    let hours = day.0.duration_since(EPOCH).as_hours();
    i32::try_from(hours / 24).expect("the calendar has fewer days than that")
}

/// Returns the day with this number.
pub(super) fn day(number: DayNumber) -> Day {
    let days = jiff::SignedDuration::from_hours(i64::from(number) * 24);
    let end = if number < 0 { Date::MIN } else { Date::MAX };
    Day(EPOCH.checked_add(days).unwrap_or(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UnixNanos {
        let moment: Timestamp = text.parse().unwrap();
        UnixNanos(i64::try_from(moment.as_nanosecond()).unwrap())
    }

    #[test]
    fn days_are_numbered_both_ways() {
        for text in ["1970-01-01", "1969-12-31", "2026-11-20", "1901-02-28", "2262-01-01"] {
            let one: Day = text.parse().unwrap();
            assert_eq!(day(number(one)), one);
        }
        assert_eq!(number("1970-01-02".parse().unwrap()), 1);
        assert_eq!(number("1969-12-31".parse().unwrap()), -1);
    }

    #[test]
    fn a_day_is_cut_where_its_zone_says_so_through_daylight_saving() {
        let zone = Zone::find("Europe/Berlin").unwrap();
        // 2026-03-29 has 23 hours there, 2026-10-25 has 25.
        let hours = |day: &str, next: &str| {
            let start = |text: &str| zone.start_of(text.parse().unwrap()).0;
            (start(next) - start(day)) / 3_600_000_000_000
        };
        assert_eq!(hours("2026-03-29", "2026-03-30"), 23);
        assert_eq!(hours("2026-10-25", "2026-10-26"), 25);
        assert_eq!(zone.day_of(at("2026-03-28T23:30:00Z")).to_string(), "2026-03-29");
        assert_eq!(zone.day_of(at("2026-03-29T21:59:59Z")).to_string(), "2026-03-29");
        assert_eq!(zone.day_of(at("2026-03-29T22:00:00Z")).to_string(), "2026-03-30");
        for text in ["2026-03-28T23:30:00Z", "2026-03-29T22:00:00Z", "2026-03-29T21:59:59Z"] {
            assert_eq!(day(zone.number_of(at(text).0)), zone.day_of(at(text)));
        }
    }

    #[test]
    fn a_day_that_begins_after_midnight_begins_then() {
        // Clocks in Chile go from 24:00 to 01:00.
        let zone = Zone::find("America/Santiago").unwrap();
        let start = zone.start_of("2026-09-06".parse().unwrap());
        assert_eq!(start, at("2026-09-06T04:00:00Z"));
        assert_eq!(zone.day_of(start).to_string(), "2026-09-06");
    }

    #[test]
    fn the_ends_of_time_are_days_too() {
        let zone = Zone::find("UTC").unwrap();
        for end in [i64::MIN, i64::MAX, 0] {
            assert_eq!(day(zone.number_of(end)), zone.day_of(UnixNanos(end)));
        }
    }

    #[test]
    fn an_unknown_zone_is_named() {
        let error = Zone::find("Mars/Base").unwrap_err();
        assert_eq!(error.to_string(), "there is no time zone called `Mars/Base`");
    }
}
