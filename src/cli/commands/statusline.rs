//! `larder statusline`: one line for the status line hook of Claude Code.
//!
//! The hook waits for it at every turn, so it looks only at what the ledger has summed up, and at
//! what was added to the one log that the hook names.

use std::io::{self, Read};

use serde::Deserialize;

use crate::{
    cli::{Exit, Failure, Program, commands::spend::budget},
    client::{Books, ToldWindow},
    model::{Level, PicoUsd, Shown, SpendSummary, UnixNanos},
    ui::format::dollars,
};

/// The hook's words are a few kilobytes.
const INPUT_LIMIT: u64 = 1 << 20;

/// What the hook tells; everything may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Hook {
    transcript_path: Option<std::path::PathBuf>,
    model: Model,
    cost: Cost,
    context_window: Window,
    rate_limits: Limits,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Model {
    display_name: Option<String>,
    id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cost {
    total_cost_usd: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Window {
    used_percentage: Option<f64>,
}

/// The windows of a subscription.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Limits {
    five_hour: Limit,
    seven_day: Limit,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Limit {
    used_percentage: Option<f64>,
    resets_at: Option<i64>,
}

/// Prints the line.
pub(in crate::cli) fn run(program: &mut Program) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let mut input = Vec::new();
    io::stdin().lock().take(INPUT_LIMIT).read_to_end(&mut input)?;
    // A hook that tells nothing useful still gets what the ledger knows.
    let hook: Hook = serde_json::from_slice(&input).unwrap_or_default();
    let clock = std::sync::Arc::clone(&program.clock);
    let windows = windows(&hook.rate_limits);
    let log = hook.transcript_path.as_deref();
    let summary = Books::glance(&config, (log, &windows), clock)?;
    program.output.line(line(&hook, &summary))?;
    Ok(Exit::Done)
}

/// Returns what the provider says of its windows: their minutes, what is used in percent, and when
/// they end.
fn windows(limits: &Limits) -> Vec<ToldWindow> {
    let told = |minutes, limit: &Limit| {
        let percent = limit.used_percentage.filter(|percent| percent.is_finite())?;
        let resets = UnixNanos(limit.resets_at?.checked_mul(1_000_000_000)?);
        Some(ToldWindow { minutes, percent, resets })
    };
    [told(300, &limits.five_hour), told(10_080, &limits.seven_day)].into_iter().flatten().collect()
}

fn line(hook: &Hook, summary: &SpendSummary) -> String {
    let mut parts = Vec::new();
    let name = hook.model.display_name.as_ref().or(hook.model.id.as_ref());
    parts.extend(name.map(|name| Shown::text(name).to_string()));
    let session = hook.cost.total_cost_usd.and_then(from_float);
    parts.extend(session.map(|cost| format!("{} session", dollars(cost))));
    let unpriced = if summary.month_unpriced.0 > 0 { " + unpriced" } else { "" };
    parts.push(format!("{} today", dollars(summary.today)));
    parts.push(format!("{} month{unpriced}", dollars(summary.month)));
    // The fullest one is the one that matters.
    let fullest = summary.budgets.iter().max_by_key(|state| (state.level, state.percent));
    parts.extend(fullest.map(|state| match state.level {
        Level::Calm => format!("{} {} %", Shown::text(&state.name), state.percent),
        Level::Warning | Level::Alert | Level::Exceeded => budget(state),
    }));
    let window = hook.rate_limits.five_hour.used_percentage.filter(|share| share.is_finite());
    parts.extend(window.map(|share| format!("5 h {share:.0} %")));
    let context = hook.context_window.used_percentage.filter(|share| share.is_finite());
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
        let hook: Hook = serde_json::from_str(hook).unwrap();
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
        let hook: Hook = serde_json::from_str(hook).unwrap();
        let resets = UnixNanos(1_777_640_000_000_000_000);
        assert_eq!(
            windows(&hook.rate_limits),
            [ToldWindow { minutes: 300, percent: 41.6, resets }]
        );
        assert!(line(&hook, &summary(Level::Calm, 50)).ends_with("month 50 % · 5 h 42 %"));
    }

    #[test]
    fn odd_amounts_are_no_amounts() {
        for odd in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert_eq!(from_float(odd), None);
        }
        assert_eq!(from_float(0.1), PicoUsd::parse_dollars("0.1").ok());
    }
}
