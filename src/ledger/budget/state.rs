//! How a budget stands, and the words for it.

use jiff::tz::TimeZone;

use super::{BudgetSpec, Period, Span, period::local};
use crate::{
    ledger::forecast::Pace,
    model::{Amount, BudgetState, Gauge, Level, PicoUsd, Tokens, UnixNanos},
};

/// What was used of a budget.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Used {
    /// In its period so far, in the unit of its limit.
    pub amount: Amount,
    /// Of that, on this day.
    pub today: Amount,
    /// Tokens without a price, which are in neither.
    pub unpriced: Tokens,
}

impl BudgetSpec {
    /// Returns how it stands; `pace` is how its requests usually go, when there is a history.
    #[must_use]
    pub fn state(
        &self,
        span: Span,
        used: Used,
        (now, zone): (UnixNanos, &TimeZone),
        pace: Option<&Pace>,
    ) -> BudgetState {
        let gauge = Gauge { used: number(used.amount), limit: number(self.limit) };
        let left = gauge.limit.saturating_sub(gauge.used);
        let today = local(now, zone).date();
        // The last moment of the period names its last day.
        let last = local(UnixNanos(span.to.0.saturating_sub(1)), zone).date();
        let run_out = pace
            .filter(|_| left > 0 && span.has(now))
            .and_then(|pace| pace.run_out(left, number(used.today), today, last));
        BudgetState {
            name: self.name.clone(),
            limit: self.limit,
            used: used.amount,
            unpriced: used.unpriced,
            percent: gauge.percent(),
            thresholds: self.thresholds,
            level: gauge.level(self.thresholds),
            from: span.from,
            to: span.to,
            reset_day: self.period.clamped_day(),
            is_rolling: matches!(self.period, Period::Rolling { .. }),
            run_out,
        }
    }
}

fn number(amount: Amount) -> u128 {
    match amount {
        Amount::Usd(usd) => usd.0,
        Amount::Tokens(tokens) => tokens.0.into(),
    }
}

/// Returns how a budget stands in words: `Budget Warning: $7.50 / $10.00 (75.0%)`.
#[must_use]
pub fn message(state: &BudgetState) -> String {
    let level = match state.level {
        Level::Calm => "OK",
        Level::Warning => "Warning",
        Level::Alert => "Alert",
        Level::Exceeded => "Exceeded",
    };
    let amounts = match (state.used, state.limit) {
        (Amount::Usd(used), Amount::Usd(limit)) => {
            let cents = |usd: PicoUsd| half_even(usd.0, PicoUsd::DOLLAR.0, 2);
            format!("${} / ${}", cents(used), cents(limit))
        }
        (used, limit) => format!("{} / {} tokens", grouped(number(used)), grouped(number(limit))),
    };
    let percent = number(state.used).saturating_mul(100);
    match number(state.limit) {
        0 => format!("Budget {level}: {amounts}"),
        limit => format!("Budget {level}: {amounts} ({}%)", half_even(percent, limit, 1)),
    }
}

/// Returns the sign of a level: what a list of budgets begins with.
#[must_use]
pub const fn symbol(level: Level) -> char {
    match level {
        Level::Calm => '✓',
        Level::Warning => '!',
        Level::Alert => '‼',
        Level::Exceeded => '✗',
    }
}

/// Returns what is left of a budget; never less than nothing.
#[must_use]
pub fn remaining(state: &BudgetState) -> Amount {
    match (state.limit, state.used) {
        (Amount::Usd(limit), Amount::Usd(used)) => {
            Amount::Usd(PicoUsd(limit.0.saturating_sub(used.0)))
        }
        (Amount::Tokens(limit), Amount::Tokens(used)) => {
            Amount::Tokens(Tokens(limit.0.saturating_sub(used.0)))
        }
        (limit, _) => limit,
    }
}

/// Returns a fraction with decimals, rounded to the nearest, a tie to the even digit: as the
/// formatting of floating point rounds numbers that it holds exactly.
fn half_even(up: u128, down: u128, decimals: usize) -> String {
    let scale = 10_u128.pow(u32::try_from(decimals).unwrap_or(0));
    let scaled = up.saturating_mul(scale);
    let (whole, rest) = (scaled / down, scaled % down);
    let is_up = match (rest.saturating_mul(2)).cmp(&down) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => whole % 2 == 1,
        std::cmp::Ordering::Greater => true,
    };
    let steps = whole + u128::from(is_up);
    format!("{}.{:0decimals$}", grouped(steps / scale), steps % scale)
}

/// Returns a number with commas between thousands.
fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
