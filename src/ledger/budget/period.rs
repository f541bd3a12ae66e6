//! Periods of budgets: in the user's zone, through daylight saving, never in multiples of 86,400 s.

use jiff::{
    Zoned,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::model::{Day, UnixNanos};

/// A time in which a budget may be spent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Period {
    /// A day.
    Day,
    /// Seven days.
    Week {
        /// The day on which it begins.
        first: Weekday,
    },
    /// From the reset day of a month to that of the next.
    Month {
        /// From 1 to 31; in shorter months the last day.
        reset: u8,
    },
    /// The last days, this one included: it has no end, and what is old falls out of it.
    Rolling {
        /// How many days.
        days: u16,
    },
    /// One session of a tool.
    Session,
    /// Five hours from the first request on.
    Block,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Span {
    /// Its first moment.
    pub from: UnixNanos,
    /// The first moment after it.
    pub to: UnixNanos,
}

impl Span {
    /// Returns true when a moment lies in it.
    #[must_use]
    pub fn has(&self, at: UnixNanos) -> bool {
        self.from <= at && at < self.to
    }
}

impl Period {
    /// Returns the period of the calendar that `now` lies in; `None` for a session and a block,
    /// whose bounds only their requests tell.
    #[must_use]
    pub fn span(self, now: UnixNanos, zone: &TimeZone) -> Option<Span> {
        let (first, next) = self.days(local(now, zone).date())?;
        Some(Span { from: start(first, zone), to: start(next, zone) })
    }

    /// Returns the first day of the period that a day lies in, and the first day after it.
    #[must_use]
    pub fn days(self, today: Date) -> Option<(Day, Day)> {
        let (first, next) = match self {
            Self::Day => (today, today.tomorrow().ok()?),
            Self::Week { first } => {
                let gone = today.weekday().since(first);
                let first = today.checked_sub(jiff::Span::new().days(gone)).ok()?;
                (first, first.checked_add(jiff::Span::new().days(7)).ok()?)
            }
            Self::Month { reset } => month(today, reset)?,
            Self::Rolling { days } => {
                let before = jiff::Span::new().days(i64::from(days.max(1)) - 1);
                (today.checked_sub(before).ok()?, today.tomorrow().ok()?)
            }
            Self::Session | Self::Block => return None,
        };
        Some((Day(first), Day(next)))
    }

    /// Returns the reset day when not every month has it, so that the last day stands in.
    #[must_use]
    pub const fn clamped_day(self) -> Option<u8> {
        match self {
            Self::Month { reset } if reset > 28 => Some(reset),
            Self::Month { .. }
            | Self::Day
            | Self::Week { .. }
            | Self::Rolling { .. }
            | Self::Session
            | Self::Block => None,
        }
    }
}

/// Returns the month of a reset day.
fn month(today: Date, reset: u8) -> Option<(Date, Date)> {
    let begins = |of: Date| {
        let day = i8::try_from(reset).unwrap_or(31).clamp(1, of.days_in_month());
        Date::new(of.year(), of.month(), day).ok()
    };
    let this = begins(today)?;
    let first_of_month = today.first_of_month();
    if today < this {
        let before = first_of_month.yesterday().ok()?;
        Some((begins(before)?, this))
    } else {
        let after = today.last_of_month().tomorrow().ok()?;
        Some((this, begins(after)?))
    }
}

/// Returns a moment in the user's zone.
pub(in crate::ledger) fn local(at: UnixNanos, zone: &TimeZone) -> Zoned {
    let at = jiff::Timestamp::from_nanosecond(i128::from(at.0)).unwrap_or_default();
    at.to_zoned(zone.clone())
}

/// Returns the first moment of a day, which is not always midnight.
pub(in crate::ledger) fn start(day: Day, zone: &TimeZone) -> UnixNanos {
    let first = day.0.to_zoned(zone.clone()).and_then(|midnight| midnight.start_of_day());
    let nanos = first.map_or(i128::from(i64::MAX), |first| first.timestamp().as_nanosecond());
    UnixNanos(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
}
