//! What the engine in memory answers about spend.

use jiff::ToSpan as _;

use crate::model::{
    Amount, BudgetState, Burn, Day, Forecast, ForecastView, Level, Millis, PicoUsd, Quality,
    RecommendedLimit, Savings, SignedPicoUsd, SkippedLines, SpendBy, SpendFilter, SpendQuery,
    SpendRecord, SpendRecords, SpendRecordsQuery, SpendReport, SpendRow, SpendState, SpendSummary,
    Thresholds, TokenUse, Tokens, Tool, ToolView, UnixNanos, WindowView,
};

/// The last day there is.
const TODAY: &str = "2026-05-20";
/// Noon of that day.
const NOON: i64 = 1_779_278_400;
/// Requests there are.
const REQUESTS: u64 = 240;

pub(super) fn usd(text: &str) -> PicoUsd {
    PicoUsd::parse_dollars(text).unwrap()
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(super) fn seconds(seconds: i64) -> UnixNanos {
    UnixNanos(seconds * 1_000_000_000)
}

pub(super) fn budget(name: &str, used: Amount, limit: Amount, percent: u64) -> BudgetState {
    BudgetState {
        name: name.into(),
        limit,
        used,
        unpriced: Tokens(0),
        percent,
        thresholds: Thresholds::default(),
        level: match percent {
            0..75 => Level::Calm,
            75..90 => Level::Warning,
            90..100 => Level::Alert,
            _ => Level::Exceeded,
        },
        from: seconds(NOON - 19 * 86_400 - 43_200),
        to: seconds(NOON + 12 * 86_400 - 43_200),
        reset_day: None,
        is_rolling: false,
        run_out: None,
    }
}

/// Spend at a glance, as after some weeks.
pub(super) fn summary() -> SpendSummary {
    let month = BudgetState {
        reset_day: None,
        is_rolling: false,
        run_out: Some(day("2026-05-27")),
        ..budget("month", Amount::Usd(usd("24.90")), Amount::Usd(usd("30")), 83)
    };
    let tokens = BudgetState {
        unpriced: Tokens(12_400),
        ..budget(
            "day codex",
            Amount::Tokens(Tokens(1_912_000)),
            Amount::Tokens(Tokens(5_000_000)),
            38,
        )
    };
    let tool = |tool, files, requests| ToolView {
        tool,
        files,
        requests,
        last: (requests > 0).then(|| seconds(NOON - 240)),
        problem: None,
    };
    SpendSummary {
        state: SpendState::Ready,
        today: usd("1.12"),
        today_unpriced: Tokens(0),
        month: usd("24.90"),
        month_unpriced: Tokens(12_400),
        month_requests: 812,
        month_quality: Quality::Unpriced,
        budgets: vec![month, tokens],
        forecast: forecast(),
        savings: savings(),
        tools: vec![tool(Tool::ClaudeCode, 41, 2_204), tool(Tool::Codex, 12, 196)],
        windows: vec![WindowView {
            name: "5 h block".into(),
            from: seconds(NOON - 3 * 3_600),
            to: seconds(NOON + 2 * 3_600),
            percent: None,
            cost: usd("0.84"),
            tokens: Tokens(512_000),
            burn: Some(Burn { usd_per_hour: usd("0.31"), tokens_per_minute: Tokens(2_900) }),
        }],
        api_equivalent: false,
    }
}

fn forecast() -> ForecastView {
    ForecastView::Known(Forecast {
        spent: usd("24.90"),
        low: usd("28.10"),
        likely: usd("31.20"),
        high: usd("36.05"),
        linear: usd("38.59"),
        method: "median by weekday over the last 28 days; 20th and 80th percentile".into(),
        recommended: Some(RecommendedLimit { limit: usd("40"), months: 3, passed: 1 }),
    })
}

fn savings() -> Savings {
    Savings {
        provider: SignedPicoUsd(112_300_000_000_000),
        larder: usd("3.12"),
        larder_ms: Millis(842_000),
    }
}

fn tokens(n: u64) -> TokenUse {
    TokenUse {
        input: Tokens(1_512 * n),
        cache_read: Tokens(42_000 * n),
        cache_write_5m: Tokens(1_500 * n),
        cache_write_1h: Tokens(1_000 * (n % 2)),
        output: Tokens(340 * n),
        reasoning: Tokens(120 * n),
    }
}

fn row(key: &str, n: u64, quality: Quality) -> SpendRow {
    let cost = PicoUsd(u128::from(n) * 10_400_000_000);
    let is_unpriced = quality == Quality::Unpriced;
    SpendRow {
        key: key.into(),
        requests: n,
        tokens: tokens(n),
        cost: (!is_unpriced).then_some(cost),
        unpriced: if is_unpriced { tokens(n).total() } else { Tokens(0) },
        quality,
        last: seconds(NOON - i64::try_from(n).unwrap() * 60),
    }
}

fn days(filter: &SpendFilter) -> Vec<Day> {
    let last = day(TODAY);
    let first = filter.since.unwrap_or(day("2026-03-01"));
    let mut all = vec![first];
    while let Some(next) = all.last().filter(|at| **at < last) {
        all.push(Day(next.0.checked_add(1.days()).unwrap()));
    }
    all
}

/// Requests of a day: fewer on weekends, none now and then.
fn requests_on(day: Day) -> u64 {
    let n = u64::try_from(day.0.day_of_year()).unwrap();
    if n.is_multiple_of(9) {
        return 0;
    }
    let weight = if day.0.weekday().to_monday_one_offset() > 5 { 3 } else { 17 };
    weight * (n % 7) + n % 5
}

fn rows(query: &SpendQuery) -> Vec<SpendRow> {
    let named = |names: &[(&str, u64, Quality)]| -> Vec<SpendRow> {
        names.iter().map(|(key, n, quality)| row(key, *n, *quality)).collect()
    };
    match query.by {
        SpendBy::Daily => days(&query.filter)
            .into_iter()
            .filter(|day| requests_on(*day) > 0)
            .map(|day| row(&day.to_string(), requests_on(day), Quality::Exact))
            .collect(),
        SpendBy::Monthly => named(&[
            ("2026-03", 2_104, Quality::Exact),
            ("2026-04", 1_911, Quality::Recorded),
            ("2026-05", 812, Quality::Unpriced),
        ]),
        SpendBy::Model => named(&[
            ("claude-sonnet-5", 612, Quality::Exact),
            ("gpt-5.4", 144, Quality::Estimated),
            ("gemini-2.5-pro", 41, Quality::Recorded),
            ("secret-model\u{1b}[31m-preview", 15, Quality::Unpriced),
        ]),
        SpendBy::Provider => named(&[
            ("anthropic", 612, Quality::Exact),
            ("openai", 144, Quality::Estimated),
            ("google", 41, Quality::Recorded),
        ]),
        SpendBy::Project => named(&[
            ("/home/ada/work/django", 501, Quality::Exact),
            ("/home/ada/work/a-very-long-name-of-a-project/with/folders", 299, Quality::Exact),
            ("", 12, Quality::Placeholder),
        ]),
        SpendBy::Session => named(&[
            ("5b0f0c1e-0000-4000-8000-000000000001", 501, Quality::Exact),
            ("0196-example", 144, Quality::Estimated),
        ]),
        SpendBy::FileType => named(&[
            ("rs", 301, Quality::Exact),
            ("py", 122, Quality::Exact),
            ("", 389, Quality::Exact),
        ]),
        SpendBy::Tool => {
            named(&[("claude-code", 612, Quality::Exact), ("codex", 144, Quality::Estimated)])
        }
    }
}

/// Returns sums; a filter keeps the rows whose key holds its text.
pub(super) fn report(query: &SpendQuery) -> SpendReport {
    let mut rows = rows(query);
    if let Some(text) = &query.filter.text {
        rows.retain(|row| row.key.to_lowercase().contains(&text.to_lowercase()));
    }
    let mut total = SpendRow::default();
    for row in &rows {
        total.requests += row.requests;
        total.tokens.add(&row.tokens);
        total.unpriced += row.unpriced;
        total.quality = total.quality.max(row.quality);
        if let Some(cost) = row.cost {
            total.cost = Some(PicoUsd(total.cost.unwrap_or_default().0 + cost.0));
        }
    }
    let days = days(&query.filter);
    let cost = |day: &Day| PicoUsd(u128::from(requests_on(*day)) * 10_400_000_000);
    SpendReport {
        from: days[0],
        to: day(TODAY),
        zone: "UTC".into(),
        by: query.by,
        rows,
        total,
        quality: vec![
            (Quality::Exact, 741),
            (Quality::Recorded, 41),
            (Quality::Estimated, 144),
            (Quality::Placeholder, 12),
            (Quality::Unpriced, 15),
        ],
        skipped: vec![
            SkippedLines { tool: Tool::ClaudeCode, reason: "all usage is zero".into(), lines: 9 },
            SkippedLines { tool: Tool::Codex, reason: "longer than 64 MiB\u{7}".into(), lines: 3 },
        ],
        attributed: (query.by == SpendBy::FileType).then_some(0.722),
        savings: savings(),
        budgets: summary().budgets,
        windows: summary().windows,
        api_equivalent: false,
        forecast: forecast(),
        days: days.iter().map(|day| (*day, cost(day))).collect(),
    }
}

/// Returns single requests.
pub(super) fn records(query: &SpendRecordsQuery) -> SpendRecords {
    let total = if query.filter.text.is_some() { 3 } else { REQUESTS };
    let end = total.min(query.from + u64::from(query.len));
    SpendRecords { total, from: query.from, records: (query.from..end).map(record).collect() }
}

fn record(n: u64) -> SpendRecord {
    let is_unpriced = n % 40 == 39;
    SpendRecord {
        at: seconds(NOON - i64::try_from(n).unwrap() * 411),
        tool: if n.is_multiple_of(5) { Tool::Codex } else { Tool::ClaudeCode },
        provider: "anthropic".into(),
        model: if is_unpriced { "secret-model\u{1b}[2J".into() } else { "claude-sonnet-5".into() },
        project: if n % 7 == 6 { String::new() } else { "/home/ada/work/django".into() },
        session: "5b0f0c1e-0000-4000-8000-000000000001".into(),
        tokens: tokens(n % 9 + 1),
        cost: (!is_unpriced).then(|| usd("0.0213")),
        recorded: n.is_multiple_of(10).then(|| usd("0.0209")),
        quality: if is_unpriced { Quality::Unpriced } else { Quality::Exact },
        price: "anthropic/claude-sonnet-5 since 2026-01-12, base tier, cache writes of 1 h".into(),
    }
}
