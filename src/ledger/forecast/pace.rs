//! What days usually cost, each weekday apart.

use jiff::{Span, civil::Date};

use crate::model::Day;

/// Days that are looked back at: four of each weekday.
const LOOK_BACK: usize = 28;

/// Fewer values say nothing of their own.
const ENOUGH_VALUES: usize = 3;

/// There is not enough to go by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotEnough {
    /// Days with spend lately.
    pub active_days: u32,
}

impl NotEnough {
    /// Days with spend that are needed.
    pub const NEEDED: u32 = 5;
}

/// What days cost: a fifth of them less than low, half of them less than likely, four fifths less
/// than high.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Range {
    /// The 20th percentile.
    pub low: u128,
    /// The median.
    pub likely: u128,
    /// The 80th percentile.
    pub high: u128,
}

/// How requests usually go, in one unit: money or tokens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pace {
    /// By weekday, Monday first.
    weekdays: [Range; 7],
}

impl Pace {
    /// Returns the pace of the last 28 days before `today`, of which the first with spend begins
    /// the history. Days that are not there had none; `today` is not over and does not count.
    ///
    /// # Errors
    /// Fails with how many days with spend there are, when these are too few.
    pub fn of(days: impl IntoIterator<Item = (Day, u128)>, today: Day) -> Result<Self, NotEnough> {
        let back = Span::new().days(i64::try_from(LOOK_BACK).unwrap_or(0));
        let first = today.0.checked_sub(back).unwrap_or(today.0);
        let mut values = [0_u128; LOOK_BACK];
        let mut is_older = false;
        for (day, value) in days.into_iter().filter(|(day, value)| *day < today && *value > 0) {
            match usize::try_from(days_since(Day(first), day)) {
                Ok(at) if at < values.len() => values[at] = values[at].saturating_add(value),
                Ok(_) => {}
                Err(_) => is_older = true,
            }
        }
        let active_days = values.iter().map(|value| u32::from(*value > 0)).sum();
        if active_days < NotEnough::NEEDED {
            return Err(NotEnough { active_days });
        }
        let begun = values.iter().position(|value| *value > 0).filter(|_| !is_older).unwrap_or(0);
        let known: Vec<(usize, u128)> =
            (begun..values.len()).map(|at| ((at + monday_offset(first)) % 7, values[at])).collect();
        let weekdays = std::array::from_fn(|weekday| {
            let is_weekend = |weekday: usize| weekday >= 5;
            let own = |(of, _): &&(usize, u128)| *of == weekday;
            let alike = |(of, _): &&(usize, u128)| is_weekend(*of) == is_weekend(weekday);
            let pick = |wanted: &dyn Fn(&&(usize, u128)) -> bool| -> Vec<u128> {
                known.iter().filter(wanted).map(|(_, value)| *value).collect()
            };
            let mut values = pick(&own);
            for wider in [&alike as &dyn Fn(&&(usize, u128)) -> bool, &|_| true] {
                if values.len() < ENOUGH_VALUES {
                    values = pick(wider);
                }
            }
            values.sort_unstable();
            Range {
                low: percentile(&values, 20),
                likely: percentile(&values, 50),
                high: percentile(&values, 80),
            }
        });
        Ok(Self { weekdays })
    }

    /// Returns what a day usually takes.
    #[must_use]
    pub fn on(&self, day: Day) -> Range {
        self.weekdays[monday_offset(day.0)]
    }

    /// Returns what is still to come after `spent` of today, until the day before `end`.
    #[must_use]
    pub fn rest(&self, spent: u128, today: Day, end: Day) -> Range {
        let now = self.on(today);
        let mut rest = Range {
            low: now.low.saturating_sub(spent),
            likely: now.likely.saturating_sub(spent),
            high: now.high.saturating_sub(spent),
        };
        let mut day = today.0;
        while let Ok(next) = day.tomorrow()
            && next < end.0
        {
            let more = self.on(Day(next));
            rest.low = rest.low.saturating_add(more.low);
            rest.likely = rest.likely.saturating_add(more.likely);
            rest.high = rest.high.saturating_add(more.high);
            day = next;
        }
        rest
    }

    /// Returns the day on which `left` is used up, when that is not after the day `last`.
    #[must_use]
    pub fn run_out(&self, left: u128, spent_today: u128, today: Date, last: Date) -> Option<Day> {
        let mut left = left;
        let mut expected = self.on(Day(today)).likely.saturating_sub(spent_today);
        let mut day = today;
        loop {
            if expected >= left {
                return Some(Day(day));
            }
            left -= expected;
            day = day.tomorrow().ok().filter(|next| *next <= last)?;
            expected = self.on(Day(day)).likely;
        }
    }
}

/// Returns how many days lie between two, 0 when the second is not the later one.
pub(super) fn days_between(from: Day, to: Day) -> u128 {
    u128::from(days_since(from, to).max(0).unsigned_abs())
}

fn days_since(from: Day, to: Day) -> i64 {
    from.0.until(to.0).map_or(0, |span| i64::from(span.get_days()))
}

fn monday_offset(day: Date) -> usize {
    usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0)
}

/// Returns a percentile of sorted values, between two of them in proportion; 0 of none.
pub(super) fn percentile(sorted: &[u128], percent: usize) -> u128 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0 };
    let (at, part) = (last * percent / 100, last * percent % 100);
    let below = sorted[at];
    let above = sorted.get(at + 1).copied().unwrap_or(below);
    let part = u128::try_from(part).unwrap_or(0);
    // A hundredth first: the difference may be as large as fits.
    let step = above - below;
    below + step / 100 * part + step % 100 * part / 100
}
