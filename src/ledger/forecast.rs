//! Where a period will end: from what days like those that are left have usually cost.
//!
//! Nothing here knows the time or asks for it; days are the calendar's, of 23, 24 or 25 hours. A
//! record from the future counts for nothing until its day has come.

mod pace;
mod recommend;

use jiff::tz::TimeZone;

pub use pace::{NotEnough, Pace};
pub use recommend::{Recommendation, recommend};

use crate::{
    ledger::budget::{Period, local, start},
    model::{Day, Forecast, ForecastView, PicoUsd, RecommendedLimit, UnixNanos},
};

/// How a forecast is made, in words.
const METHOD: &str = "spent so far, and for each day left the median of its weekday in the last \
                      28 days; low and high are the 20th and 80th percentile";

/// Returns where the period that `now` lies in will end. `days` are the sums of days that have
/// any, in order; days without spend need not be there.
///
/// A session and a block have no end that could be foreseen: there is never enough for them.
#[must_use]
pub fn forecast(
    days: &[(Day, PicoUsd)],
    period: Period,
    now: UnixNanos,
    zone: &TimeZone,
) -> ForecastView {
    let today = Day(local(now, zone).date());
    let pace = Pace::of(days.iter().map(|(day, usd)| (*day, usd.0)), today);
    let (pace, (first, next)) = match (pace, period.days(today.0)) {
        (Ok(pace), Some(bounds)) => (pace, bounds),
        (Ok(_), None) => return ForecastView::NotEnough { active_days: 0, needed: 0 },
        (Err(lack), _) => {
            return ForecastView::NotEnough {
                active_days: lack.active_days,
                needed: NotEnough::NEEDED,
            };
        }
    };
    let sum = |from, to| sum(days, |day| (from..=to).contains(&day));
    let spent = sum(first, today);
    let rest = pace.rest(sum(today, today).0, today, next);
    let plus = |more: u128| PicoUsd(spent.0.saturating_add(more));
    ForecastView::Known(Forecast {
        spent,
        low: plus(rest.low),
        likely: plus(rest.likely),
        high: plus(rest.high),
        linear: linear(spent, (first, next), now, zone),
        method: METHOD.to_owned(),
        recommended: recommend(&closed(days, period, first)).map(
            |Recommendation { limit, periods, passed }| RecommendedLimit {
                limit,
                months: periods,
                passed,
            },
        ),
    })
}

/// Returns where a period ends when it goes on as it went so far, by days and the part of this one
/// that is gone.
#[must_use]
pub fn linear(
    spent: PicoUsd,
    (first, next): (Day, Day),
    now: UnixNanos,
    zone: &TimeZone,
) -> PicoUsd {
    let today = Day(local(now, zone).date());
    let tomorrow = today.0.tomorrow().map_or(today, Day);
    let nanos = |from: UnixNanos, to: UnixNanos| {
        u128::from(to.0.saturating_sub(from.0).max(0).unsigned_abs())
    };
    let length = nanos(start(today, zone), start(tomorrow, zone)).max(1);
    let part = nanos(start(today, zone), now).min(length);
    let gone = pace::days_between(first, today) * length + part;
    let all = pace::days_between(first, next) * length;
    if gone == 0 {
        return spent;
    }
    // Whole and rest apart, so that no product grows beyond what fits.
    let (whole, rest) = (spent.0 / gone, spent.0 % gone);
    PicoUsd(whole.saturating_mul(all).saturating_add(rest.saturating_mul(all) / gone))
}

/// Returns the sums of the last closed periods of which everything is known, the oldest first.
fn closed(days: &[(Day, PicoUsd)], period: Period, open: Day) -> Vec<PicoUsd> {
    /// A period whose first spend comes later may have begun without being recorded.
    const LATEST_START: u128 = 7;
    let Some((oldest, _)) = days.iter().find(|(_, usd)| usd.0 > 0) else { return Vec::new() };
    let mut sums = Vec::with_capacity(Recommendation::PERIODS);
    let mut end = open;
    while sums.len() < Recommendation::PERIODS {
        let Ok(last) = end.0.yesterday() else { break };
        let Some((first, _)) = period.days(last) else { break };
        if pace::days_between(first, *oldest) > LATEST_START && first < *oldest {
            break;
        }
        sums.push(sum(days, |day| (first..end).contains(&day)));
        end = first;
    }
    sums.reverse();
    sums
}

fn sum(days: &[(Day, PicoUsd)], is_counted: impl Fn(Day) -> bool) -> PicoUsd {
    let counted = days.iter().filter(|(day, _)| is_counted(*day));
    PicoUsd(counted.fold(0, |sum, (_, usd)| usd.0.saturating_add(sum)))
}

#[cfg(test)]
mod tests;
