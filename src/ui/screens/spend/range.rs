//! Which days count.

use jiff::ToSpan as _;

use crate::model::Day;

/// A range of days that ends today.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Range {
    /// Seven days.
    Week,
    /// Thirty days.
    #[default]
    Thirty,
    /// The month so far.
    Month,
    /// All there is.
    All,
}

impl Range {
    const ALL: [Self; 4] = [Self::Week, Self::Thirty, Self::Month, Self::All];

    /// Returns the next range, or the one before, around the end.
    pub(crate) fn step(self, forward: bool) -> Self {
        let by = if forward { 1 } else { Self::ALL.len() - 1 };
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }

    /// Returns its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Week => "7 days",
            Self::Thirty => "30 days",
            Self::Month => "this month",
            Self::All => "all days",
        }
    }

    /// Returns its first day; `None` when all days count.
    pub(crate) fn since(self, today: Day) -> Option<Day> {
        let back = |days: i64| today.0.checked_sub(days.days()).ok().map(Day);
        match self {
            Self::Week => back(6),
            Self::Thirty => back(29),
            Self::Month => Some(Day(today.0.first_of_month())),
            Self::All => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_today_and_hold_as_many_days_as_they_say() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let today = day("2026-03-02");
        assert_eq!(Range::Week.since(today), Some(day("2026-02-24")));
        assert_eq!(Range::Thirty.since(today), Some(day("2026-02-01")));
        assert_eq!(Range::Month.since(today), Some(day("2026-03-01")));
        assert_eq!(Range::All.since(today), None);
    }

    #[test]
    fn every_range_is_reached_in_both_directions() {
        for range in Range::ALL {
            assert_eq!(range.step(true).step(false), range);
        }
        assert_eq!(Range::All.step(true), Range::Week);
    }
}
