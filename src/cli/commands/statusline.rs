//! `larder statusline`: one line for the status line hook of Claude Code.
//!
//! The hook waits for it at every turn, so it looks only at what the ledger has summed up, and at
//! what was added to the one log that the hook names.

use std::{
    io::{self, Read},
    path::Path,
};

use serde_json::Value;

use crate::{
    cli::{Exit, Failure, Program, commands::spend::budget},
    client::{Books, ToldWindow},
    model::{Level, PicoUsd, Shown, SpendSummary, UnixNanos},
    ui::format::dollars,
};

/// The hook's words are a few kilobytes.
const INPUT_LIMIT: u64 = 1 << 20;

/// What the hook tells. Its fields are looked up one by one, so that an odd one, or one that is null
/// before the first request, takes no other with it.
#[derive(Debug, Default)]
struct Hook(Value);

impl Hook {
    fn of(input: &[u8]) -> Self {
        Self(serde_json::from_slice(input).unwrap_or_default())
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.0.pointer(path)?.as_str()
    }

    fn number(&self, path: &str) -> Option<f64> {
        self.0.pointer(path)?.as_f64()
    }

    /// Returns the name of the model.
    fn model(&self) -> Option<&str> {
        self.text("/model/display_name").or_else(|| self.text("/model/id"))
    }

    /// Returns what the provider says of the windows of a subscription.
    fn windows(&self) -> Vec<ToldWindow> {
        let told = |minutes, name: &str| {
            let percent = self.number(&format!("/rate_limits/{name}/used_percentage"))?;
            let resets = moment(self.number(&format!("/rate_limits/{name}/resets_at"))?)?;
            Some(ToldWindow { minutes, percent, resets })
        };
        [told(300, "five_hour"), told(10_080, "seven_day")].into_iter().flatten().collect()
    }
}

/// Prints the line.
pub(in crate::cli) fn run(program: &mut Program) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let mut input = Vec::new();
    io::stdin().lock().take(INPUT_LIMIT).read_to_end(&mut input)?;
    // A hook that tells nothing useful still gets what the ledger knows.
    let hook = Hook::of(&input);
    let clock = std::sync::Arc::clone(&program.clock);
    let log = hook.text("/transcript_path").map(Path::new);
    let summary = Books::glance(&config, (log, &hook.windows()), clock)?;
    program.output.line(line(&hook, &summary))?;
    Ok(Exit::Done)
}

fn line(hook: &Hook, summary: &SpendSummary) -> String {
    let mut parts = Vec::new();
    parts.extend(hook.model().map(|name| Shown::text(name).to_string()));
    let session = hook.number("/cost/total_cost_usd").and_then(from_float);
    parts.extend(session.map(|cost| format!("{} session", dollars(cost))));
    let unpriced = if summary.month_unpriced.0 > 0 { " + unpriced" } else { "" };
    parts.push(format!("{} today", dollars(summary.today)));
    parts.push(format!("{} month{unpriced}", dollars(summary.month)));
    parts.extend(summary.fullest().map(|state| match state.level {
        Level::Calm => format!("{} {} %", Shown::text(&state.name), state.percent),
        Level::Warning | Level::Alert | Level::Exceeded => budget(state),
    }));
    let window = hook.number("/rate_limits/five_hour/used_percentage");
    parts.extend(window.map(|share| format!("5 h {share:.0} %")));
    let context = hook.number("/context_window/used_percentage");
    parts.extend(context.map(|share| format!("context {share:.0} %")));
    parts.join(" · ")
}

/// Returns dollars that came as a number; `None` for what is no amount.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a checked amount, rounded to a millionth of a dollar"
)]
fn from_float(dollars: f64) -> Option<PicoUsd> {
    let is_amount = dollars.is_finite() && (0.0..1e12).contains(&dollars);
    is_amount.then(|| PicoUsd((dollars * 1e6).round() as u128 * 1_000_000))
}

/// Returns the moment of so many seconds since 1970; `None` for what is no moment.
#[expect(clippy::cast_possible_truncation, reason = "seconds of some thousand years at most")]
fn moment(seconds: f64) -> Option<UnixNanos> {
    let is_moment = (0.0..9e9).contains(&seconds);
    is_moment.then(|| UnixNanos(seconds as i64 * 1_000_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Amount, BudgetState, Thresholds, Tokens};

    fn summary(level: Level, percent: u64) -> SpendSummary {
        let usd = |text: &str| Amount::Usd(PicoUsd::parse_dollars(text).unwrap());
        SpendSummary {
            today: PicoUsd::parse_dollars("1.12").unwrap(),
            month: PicoUsd::parse_dollars("24.90").unwrap(),
            budgets: vec![BudgetState {
                name: "month".to_owned(),
                limit: usd("30"),
                used: usd("24.9"),
                unpriced: Tokens(0),
                percent,
                thresholds: Thresholds::default(),
                level,
                from: UnixNanos(0),
                to: UnixNanos(0),
                reset_day: None,
                is_rolling: false,
                run_out: None,
            }],
            ..SpendSummary::default()
        }
    }

    #[test]
    fn the_line_tells_session_day_month_budget_and_context() {
        let hook = r#"{"model":{"display_name":"Sonnet"},"cost":{"total_cost_usd":0.42},
            "context_window":{"used_percentage":63.2}}"#;
        let hook = Hook::of(hook.as_bytes());
        assert_eq!(
            line(&hook, &summary(Level::Calm, 50)),
            "Sonnet · $0.420 session · $1.12 today · $24.90 month · month 50 % · context 63 %"
        );
        let warned = line(&Hook::default(), &summary(Level::Warning, 83));
        assert_eq!(
            warned,
            "$1.12 today · $24.90 month · budget month: warning, $24.90 of $30.00 (83 %)"
        );
    }

    #[test]
    fn windows_that_the_hook_tells_are_those_of_the_provider() {
        let hook = r#"{"rate_limits":{"five_hour":{"used_percentage":41.6,"resets_at":1777640000},
            "seven_day":{"used_percentage":3}}}"#;
        let hook = Hook::of(hook.as_bytes());
        let resets = UnixNanos(1_777_640_000_000_000_000);
        assert_eq!(hook.windows(), [ToldWindow { minutes: 300, percent: 41.6, resets }]);
        assert!(line(&hook, &summary(Level::Calm, 50)).ends_with("month 50 % · 5 h 42 %"));
    }

    #[test]
    fn an_odd_field_takes_no_other_with_it() {
        let hook = r#"{"model":{"display_name":null,"id":"claude-x"},"cost":"free",
            "context_window":{"used_percentage":5},"rate_limits":{"five_hour":null,
            "seven_day":{"used_percentage":2,"resets_at":1777640000.9}},"transcript_path":7}"#;
        let hook = Hook::of(hook.as_bytes());
        let resets = UnixNanos(1_777_640_000_000_000_000);
        assert_eq!(hook.windows(), [ToldWindow { minutes: 10_080, percent: 2.0, resets }]);
        let said = line(&hook, &summary(Level::Calm, 50));
        assert_eq!(said, "claude-x · $1.12 today · $24.90 month · month 50 % · context 5 %");
        for odd in ["", "[]", "{", r#"{"rate_limits":null}"#] {
            assert!(Hook::of(odd.as_bytes()).windows().is_empty(), "{odd}");
        }
    }

    #[test]
    fn odd_amounts_are_no_amounts() {
        for odd in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert_eq!(from_float(odd), None);
        }
        assert_eq!(from_float(0.1), PicoUsd::parse_dollars("0.1").ok());
    }
}
