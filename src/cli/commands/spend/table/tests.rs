//! What is printed of sums.

use super::*;
use crate::model::{
    Amount, Burn, Forecast, PicoUsd, Savings, SignedPicoUsd, SpendBy, Thresholds, TokenUse, Tokens,
    Tool, UnixNanos,
};

pub(in crate::cli::commands::spend) fn report() -> SpendReport {
    let priced = SpendRow {
        key: "claude-sonnet-5".to_owned(),
        requests: 2,
        tokens: TokenUse {
            input: Tokens(1_000),
            cache_read: Tokens(42_000),
            cache_write_5m: Tokens(500),
            cache_write_1h: Tokens(1_000),
            output: Tokens(340),
            reasoning: Tokens(120),
        },
        cost: Some(PicoUsd::parse_dollars("1.25").unwrap()),
        ..SpendRow::default()
    };
    let unpriced = SpendRow {
        key: "mystery".to_owned(),
        requests: 1,
        tokens: TokenUse { input: Tokens(600), output: Tokens(100), ..TokenUse::default() },
        unpriced: Tokens(700),
        quality: Quality::Unpriced,
        ..SpendRow::default()
    };
    let mut total =
        SpendRow { key: String::new(), requests: 3, unpriced: Tokens(700), ..priced.clone() };
    total.tokens.add(&unpriced.tokens);
    total.quality = Quality::Unpriced;
    SpendReport {
        from: "2026-05-01".parse().unwrap(),
        to: "2026-05-31".parse().unwrap(),
        zone: "Europe/Berlin".to_owned(),
        by: SpendBy::Model,
        rows: vec![priced, unpriced],
        total,
        quality: vec![(Quality::Exact, 2), (Quality::Unpriced, 1)],
        skipped: vec![SkippedLines {
            tool: Tool::ClaudeCode,
            reason: "no usage".to_owned(),
            lines: 3,
        }],
        attributed: None,
        savings: Savings { provider: SignedPicoUsd(-2_000_000_000_000), ..Savings::default() },
        budgets: vec![BudgetState {
            name: "month".to_owned(),
            limit: Amount::Usd(PicoUsd::parse_dollars("10").unwrap()),
            used: Amount::Usd(PicoUsd::parse_dollars("7.5").unwrap()),
            unpriced: Tokens(0),
            percent: 75,
            thresholds: Thresholds::default(),
            level: Level::Warning,
            from: UnixNanos(0),
            to: UnixNanos(1),
            reset_day: None,
            is_rolling: false,
            run_out: Some("2026-05-28".parse().unwrap()),
        }],
        windows: Vec::new(),
        api_equivalent: false,
        forecast: ForecastView::NotEnough { active_days: 2, needed: 5 },
        days: Vec::new(),
    }
}

#[test]
fn what_has_no_price_is_unpriced_and_never_nothing() {
    let text = text(&report(), &SpendFilter::default());
    assert!(text.contains("mystery"), "{text}");
    assert!(text.contains("unpriced"), "{text}");
    assert!(!text.contains("$0.00"), "{text}");
    assert!(text.contains("+ 700 tokens unpriced"), "{text}");
}

#[test]
fn below_the_table_stand_quality_savings_budgets_and_forecast() {
    let text = text(&report(), &SpendFilter::default());
    for line in [
        "quality: 66.7 % exact, 33.3 % unpriced",
        "skipped: 3 lines of claude-code in all logs: no usage",
        "$2.00 lost to the providers' caches",
        "budget month: warning, $7.50 of $10.00 (75 %), used up on 2026-05-28",
        "end of month: not enough history, 2 of 5 days with spend",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
}

#[test]
fn a_forecast_stands_in_lines_of_its_own() {
    let usd = |text: &str| PicoUsd::parse_dollars(text).unwrap();
    let forecast = Forecast {
        spent: usd("20"),
        low: usd("25"),
        likely: usd("30"),
        high: usd("40"),
        linear: usd("35"),
        method: "the median".to_owned(),
        recommended: Some(RecommendedLimit { limit: usd("50"), months: 3, passed: 1 }),
    };
    let mut report = report();
    report.forecast = ForecastView::Known(forecast);
    let text = text(&report, &SpendFilter::default());
    assert!(
        text.ends_with(
            "end of month: ≈ $30.00, $25.00 to $40.00; at the rate so far $35.00\n  \
             reckoned as the median\n\
             recommended limit: $50.00 a month, which 1 of 3 closed months would have passed\n"
        ),
        "{text}"
    );
}

#[test]
fn a_check_tells_only_how_budgets_stand() {
    let mut report = report();
    assert_eq!(
        budgets(&report),
        "budget month: warning, $7.50 of $10.00 (75 %), used up on 2026-05-28\n"
    );
    report.budgets.clear();
    assert!(budgets(&report).starts_with("no budget is set"));
}

#[test]
fn nothing_spent_is_said_in_words() {
    let mut report = report();
    report.total = SpendRow::default();
    let text = text(&report, &SpendFilter::default());
    assert!(text.starts_with("no requests from 2026-05-01 to 2026-05-31: none of"), "{text}");
}

#[test]
fn without_requests_the_skipped_lines_and_the_filter_are_said_all_the_same() {
    let mut report = report();
    report.total = SpendRow::default();
    let filter = SpendFilter {
        model: Some("gpt-5".to_owned()),
        project: Some("/app\u{7}".to_owned()),
        ..SpendFilter::default()
    };
    let text = text(&report, &filter);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "no requests from 2026-05-01 to 2026-05-31");
    assert!(lines[1].starts_with("only of model gpt-5, project /app"), "{text}");
    assert!(!text.contains('\u{7}'));
    assert_eq!(lines[2], "skipped: 3 lines of claude-code in all logs: no usage");
}

#[test]
fn windows_and_what_a_subscription_pays_are_said() {
    let mut report = report();
    report.api_equivalent = true;
    let window = WindowView {
        name: "codex · 5 h".to_owned(),
        from: UnixNanos(0),
        to: UnixNanos(1),
        percent: Some(12.0),
        cost: PicoUsd::DOLLAR,
        tokens: Tokens(500),
        burn: None,
    };
    let burn = Burn { usd_per_hour: PicoUsd::DOLLAR, tokens_per_minute: Tokens(60) };
    let block = WindowView {
        name: "5 h block".to_owned(),
        percent: None,
        burn: Some(burn),
        ..window.clone()
    };
    report.windows = vec![window, block];
    let text = text(&report, &SpendFilter::default());
    for line in [
        "costs are API-equivalent: a subscription pays",
        "window codex · 5 h: $1.00, 500 tokens, not enough yet for a rate; 12 % used, as the provider says",
        "window 5 h block: $1.00, 500 tokens, $1.00 an hour, 60 tokens a minute; reckoned from the requests",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
}

#[test]
fn a_reset_day_that_not_every_month_has_is_said() {
    let mut report = report();
    report.budgets[0].reset_day = Some(31);
    let text = text(&report, &SpendFilter::default());
    assert!(text.contains("; begins on day 31, in shorter months on their last day\n"), "{text}");
}
