//! Tests of budgets.

mod lines;
mod notices;
mod periods;
mod states;

use jiff::tz::TimeZone;

use super::*;
use crate::model::{BudgetState, PicoUsd, Tokens, UnixNanos};

fn spec(line: &str) -> BudgetSpec {
    line.parse().unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str) -> UnixNanos {
    let time: jiff::Timestamp = text.parse().unwrap();
    UnixNanos(time.as_nanosecond().try_into().unwrap())
}

fn usd(text: &str) -> Amount {
    Amount::Usd(PicoUsd::parse_dollars(text).unwrap())
}

/// Returns how a budget stands in May 2026 with this much used.
fn state(line: &str, used: Amount) -> BudgetState {
    let (now, zone) = (at("2026-05-10T12:00:00Z"), TimeZone::UTC);
    let spec = spec(line);
    let span = spec.period.span(now, &zone).unwrap();
    let used = Used { amount: used, today: used, unpriced: Tokens(0) };
    spec.state(span, used, (now, &zone), None)
}
