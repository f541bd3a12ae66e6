//! `larder statusline`: one line for the status line hook of Claude Code.
//!
//! The hook waits for it at every turn, so it looks only at what the ledger has summed up, and at
//! what was added to the one log that the hook names.

use std::{
    io::{self, Read},
    path::PathBuf,
};

use serde_json::Value;

use crate::{
    cli::{Exit, Failure, Program, commands::spend::budget},
    client::{Books, ToldWindow},
    model::{Level, PicoUsd, Shown, SpendSummary, Tokens, UnixNanos},
    ui::format::dollars,
};

/// The hook's words are a few kilobytes.
const INPUT_LIMIT: u64 = 1 << 20;

/// What the hook tells; everything may be missing, null or of another type, which costs only itself.
#[derive(Debug, Default)]
struct Hook {
    log: Option<PathBuf>,
    model: Option<String>,
    session: Option<PicoUsd>,
    /// Percent of the context window.
    context: Option<f64>,
    five_hours: Limit,
    week: Limit,
}

/// A window of a subscription.
#[derive(Debug, Default)]
struct Limit {
    percent: Option<f64>,
    resets: Option<UnixNanos>,
}

impl Hook {
    fn read(input: &[u8]) -> Self {
        let told: Value = serde_json::from_slice(input).unwrap_or_default();
        let text = |at: &str| told.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let number = |at: &str| told.pointer(at).and_then(Value::as_f64);
        // Some versions tell only the parts.
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole * 100.0);
        let computed = || {
            let tokens = number("/context_window/total_input_tokens")?;
            share(tokens, number("/context_window/context_window_size")?)
        };
        let limit = |name: &str| Limit {
            percent: number(&format!("/rate_limits/{name}/used_percentage")),
            resets: number(&format!("/rate_limits/{name}/resets_at")).and_then(from_seconds),
        };
        Self {
            log: text("/transcript_path").map(PathBuf::from),
            model: text("/model/display_name").or_else(|| text("/model/id")),
            session: number("/cost/total_cost_usd").and_then(from_float),
            context: number("/context_window/used_percentage").or_else(computed),
            five_hours: limit("five_hour"),
            week: limit("seven_day"),
        }
    }
}

/// Prints the line.
pub(in crate::cli) fn run(program: &mut Program) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let mut input = Vec::new();
    io::stdin().lock().take(INPUT_LIMIT).read_to_end(&mut input)?;
    // A hook that tells nothing useful still gets what the ledger knows.
    let hook = Hook::read(&input);
    let clock = std::sync::Arc::clone(&program.clock);
    let windows = windows(&hook);
    let log = hook.log.as_deref();
    let summary = Books::glance(&config, (log, &windows), clock)?;
    program.output.line(line(&hook, &summary))?;
    Ok(Exit::Done)
}

/// Returns what the provider says of its windows: their minutes, what is used in percent, and when
/// they end.
fn windows(hook: &Hook) -> Vec<ToldWindow> {
    let told = |minutes, limit: &Limit| {
        Some(ToldWindow { minutes, percent: limit.percent?, resets: limit.resets? })
    };
    [told(300, &hook.five_hours), told(10_080, &hook.week)].into_iter().flatten().collect()
}

fn line(hook: &Hook, summary: &SpendSummary) -> String {
    let mut parts = Vec::new();
    parts.extend(hook.model.as_ref().map(|name| Shown::text(name).to_string()));
    parts.extend(hook.session.map(|cost| format!("{} session", dollars(cost))));
    parts.push(spent(summary.today, summary.today_unpriced, "today"));
    let month = spent(summary.month, summary.month_unpriced, "month");
    parts.push(if summary.api_equivalent { format!("{month} (API-equivalent)") } else { month });
    parts.extend(summary.fullest().map(|state| match state.level {
        Level::Calm => format!("{} {} %", Shown::text(&state.name), state.percent),
        Level::Warning | Level::Alert | Level::Exceeded => budget(state),
    }));
    parts.extend(hook.five_hours.percent.map(|share| format!("5 h {share:.0} %")));
    parts.extend(hook.context.map(|share| format!("context {share:.0} %")));
    parts.join(" · ")
}

/// Says a cost of a time and that it lacks something; where nothing has a price there is no cost.
fn spent(cost: PicoUsd, unpriced: Tokens, of: &str) -> String {
    match (cost.0, unpriced.0) {
        (_, 0) => format!("{} {of}", dollars(cost)),
        (0, _) => format!("unpriced {of}"),
        (_, _) => format!("{} {of} + unpriced", dollars(cost)),
    }
}

/// Returns a moment that came as seconds since 1970; `None` for what is no moment.
#[expect(clippy::cast_possible_truncation, reason = "a checked moment, in whole seconds")]
fn from_seconds(seconds: f64) -> Option<UnixNanos> {
    (0.0..9e9).contains(&seconds).then(|| UnixNanos(seconds as i64 * 1_000_000_000))
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
    use crate::model::{Amount, BudgetState, Thresholds};

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
        let hook = br#"{"model":{"display_name":"Sonnet"},"cost":{"total_cost_usd":0.42},
            "context_window":{"used_percentage":63.2}}"#;
        let hook = Hook::read(hook);
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
        let hook = br#"{"rate_limits":{"five_hour":{"used_percentage":41.6,"resets_at":1777640000},
            "seven_day":{"used_percentage":3}}}"#;
        let hook = Hook::read(hook);
        let resets = UnixNanos(1_777_640_000_000_000_000);
        assert_eq!(windows(&hook), [ToldWindow { minutes: 300, percent: 41.6, resets }]);
        assert!(line(&hook, &summary(Level::Calm, 50)).ends_with("month 50 % · 5 h 42 %"));
    }

    #[test]
    fn what_the_hook_tells_oddly_costs_only_itself() {
        let hook = br#"{"model":{"id":"opus","display_name":null},"cost":null,
            "context_window":{"used_percentage":"63","total_input_tokens":42500,
            "context_window_size":200000},"rate_limits":{"five_hour":{"used_percentage":7.0,
            "resets_at":1777640000.5},"seven_day":null},"transcript_path":9}"#;
        let hook = Hook::read(hook);
        assert_eq!(
            line(&hook, &summary(Level::Calm, 50)),
            "opus · $1.12 today · $24.90 month · month 50 % · 5 h 7 % · context 21 %"
        );
        assert_eq!(windows(&hook).len(), 1);
        for nothing in [&b""[..], b"[]", b"null", b"{\"model\":"] {
            let text = line(&Hook::read(nothing), &summary(Level::Calm, 50));
            assert_eq!(text, "$1.12 today · $24.90 month · month 50 %");
        }
    }

    #[test]
    fn the_hook_of_another_programs_fixture_is_read() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../shared/fixtures/spend/ccusage-statusline-stdin.json");
        let Ok(input) = std::fs::read(path) else { return };
        let hook = Hook::read(&input);
        assert_eq!(
            line(&hook, &summary(Level::Calm, 50)),
            "Sonnet 4 · $0.0563 session · $1.12 today · $24.90 month · month 50 % · context 21 %"
        );
        assert!(
            hook.log.is_some_and(|log| log.ends_with("73cc9f9a-2775-4418-beec-bc36b62a1c6f.jsonl"))
        );
    }

    #[test]
    fn what_has_no_price_is_never_said_to_cost_nothing() {
        let summary = SpendSummary {
            today: PicoUsd(0),
            today_unpriced: Tokens(5),
            month_unpriced: Tokens(5),
            ..summary(Level::Calm, 50)
        };
        let said = line(&Hook::default(), &summary);
        assert_eq!(said, "unpriced today · $24.90 month + unpriced · month 50 %");
    }

    #[test]
    fn odd_amounts_are_no_amounts() {
        for odd in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert_eq!(from_float(odd), None);
            assert_eq!(from_seconds(odd), None);
        }
        assert_eq!(from_float(0.1), PicoUsd::parse_dollars("0.1").ok());
    }
}
