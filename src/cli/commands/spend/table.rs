//! The table of `larder spend`, and what is to be said below it.

use crate::{
    cli::table::{Align, Table, number_of},
    model::{
        Amount, BudgetState, ForecastView, Level, Millis, Quality, SpendBy, SpendReport, SpendRow,
    },
    ui::format::{dollars, duration, grouped, number, percent},
};

/// Returns the report as text.
pub(super) fn text(report: &SpendReport) -> String {
    if report.total.requests == 0 {
        return format!(
            "no requests from {} to {}: none of the known tools has logs of these days\n{}",
            report.from,
            report.to,
            lines(&budgets(report))
        );
    }
    let mut table = Table::new(&[
        (name(report.by), Align::Left),
        ("requests", Align::Right),
        ("input", Align::Right),
        ("cache read", Align::Right),
        ("cache write", Align::Right),
        ("output", Align::Right),
        ("cost", Align::Right),
        ("", Align::Left),
    ]);
    for row in &report.rows {
        let key = if row.key.is_empty() { unknown(report.by) } else { &row.key };
        table.row(cells(key, row));
    }
    table.row(cells("total", &report.total));
    let below = [
        vec![format!("from {} to {}, days of {}", report.from, report.to, report.zone)],
        quality(report),
        savings(report),
        budgets(report),
        vec![forecast(&report.forecast)],
    ];
    format!("{}\n{}", table.text(), lines(&below.concat()))
}

fn lines(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

const fn name(by: SpendBy) -> &'static str {
    match by {
        SpendBy::Daily => "day",
        SpendBy::Monthly => "month",
        SpendBy::Model => "model",
        SpendBy::Provider => "provider",
        SpendBy::Project => "project",
        SpendBy::Session => "session",
        SpendBy::FileType => "file type",
        SpendBy::Tool => "tool",
    }
}

const fn unknown(by: SpendBy) -> &'static str {
    match by {
        SpendBy::Project => "unknown project",
        SpendBy::Session => "unknown session",
        SpendBy::Provider => "unknown provider",
        SpendBy::Model => "unknown model",
        SpendBy::Daily | SpendBy::Monthly | SpendBy::FileType | SpendBy::Tool => "unknown",
    }
}

fn cells(key: &str, row: &SpendRow) -> [String; 8] {
    [
        key.to_owned(),
        grouped(row.requests),
        number(row.tokens.input.0),
        number(row.tokens.cache_read.0),
        number(row.tokens.cache_write().0),
        number(row.tokens.output.0),
        row.cost.map_or_else(|| "unpriced".to_owned(), dollars),
        remark(row),
    ]
}

/// Returns what keeps the cost of a row from being exact.
fn remark(row: &SpendRow) -> String {
    if row.unpriced.0 > 0 && row.cost.is_some() {
        return format!("+ {} tokens unpriced", number(row.unpriced.0));
    }
    match row.quality {
        Quality::Exact | Quality::Unpriced => String::new(),
        Quality::Recorded | Quality::Estimated | Quality::Placeholder => row.quality.to_string(),
    }
}

fn quality(report: &SpendReport) -> Vec<String> {
    let all: u64 = report.quality.iter().map(|(_, requests)| requests).sum();
    let shares = report.quality.iter().filter(|(_, requests)| *requests > 0);
    let shares: Vec<String> = shares
        .map(|(quality, requests)| format!("{} {quality}", percent(share(*requests, all))))
        .collect();
    let mut lines = vec![format!("quality: {}", shares.join(", "))];
    if let Some(attributed) = report.attributed {
        lines.push(format!("{} of the input belongs to files", percent(attributed)));
    }
    for skipped in &report.skipped {
        let (count, tool) = (number_of(skipped.lines, "line", "lines"), skipped.tool);
        lines.push(format!("skipped: {count} of {tool}: {}", skipped.reason));
    }
    lines
}

fn savings(report: &SpendReport) -> Vec<String> {
    let (amount, negative) = report.savings.provider.parts();
    let provider = match (amount.0, negative) {
        (0, _) => None,
        (_, false) => Some(format!("{} saved by the providers' caches", dollars(amount))),
        (_, true) => Some(format!("{} lost to the providers' caches", dollars(amount))),
    };
    let larder = (report.savings.larder.0 > 0)
        .then(|| format!("{} saved by results in larder's cache", dollars(report.savings.larder)));
    let time = (report.savings.larder_ms > Millis(0)).then(|| {
        format!("{} of counting saved by larder's cache", duration(report.savings.larder_ms))
    });
    provider.into_iter().chain(larder).chain(time).collect()
}

fn budgets(report: &SpendReport) -> Vec<String> {
    report.budgets.iter().map(budget).collect()
}

/// Returns a budget in words: `budget month: warning, $7.50 of $10.00 (75 %)`.
pub(in crate::cli::commands) fn budget(budget: &BudgetState) -> String {
    let level = match budget.level {
        Level::Calm => "ok",
        Level::Warning => "warning",
        Level::Alert => "alert",
        Level::Exceeded => "exceeded",
    };
    let run_out = budget.run_out.map(|day| format!(", used up on {day}")).unwrap_or_default();
    let unpriced = match budget.unpriced.0 {
        0 => String::new(),
        tokens => format!(", {} tokens unpriced", number(tokens)),
    };
    format!(
        "budget {}: {level}, {} of {} ({} %){unpriced}{run_out}",
        budget.name,
        amount(budget.used),
        amount(budget.limit),
        budget.percent,
    )
}

fn amount(amount: Amount) -> String {
    match amount {
        Amount::Usd(usd) => dollars(usd),
        Amount::Tokens(tokens) => format!("{} tokens", number(tokens.0)),
    }
}

fn forecast(forecast: &ForecastView) -> String {
    match forecast {
        ForecastView::NotEnough { active_days, needed } => {
            format!("end of month: not enough history, {active_days} of {needed} days with spend")
        }
        ForecastView::Known(known) => {
            let recommended = known.recommended.map(|(limit, months)| {
                format!("; {} a month would have held in most of {months}", dollars(limit))
            });
            format!(
                "end of month: ≈ {}, {} to {} ({}); at the rate so far {}{}",
                dollars(known.likely),
                dollars(known.low),
                dollars(known.high),
                known.method,
                dollars(known.linear),
                recommended.unwrap_or_default(),
            )
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{
        PicoUsd, Savings, SignedPicoUsd, SkippedLines, Thresholds, TokenUse, Tokens, Tool,
        UnixNanos,
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
                run_out: Some("2026-05-28".parse().unwrap()),
            }],
            forecast: ForecastView::NotEnough { active_days: 2, needed: 5 },
            days: Vec::new(),
        }
    }

    #[test]
    fn what_has_no_price_is_unpriced_and_never_nothing() {
        let text = text(&report());
        assert!(text.contains("mystery"), "{text}");
        assert!(text.contains("unpriced"), "{text}");
        assert!(!text.contains("$0.00"), "{text}");
        assert!(text.contains("+ 700 tokens unpriced"), "{text}");
    }

    #[test]
    fn below_the_table_stand_quality_savings_budgets_and_forecast() {
        let text = text(&report());
        for line in [
            "quality: 66.7 % exact, 33.3 % unpriced",
            "skipped: 3 lines of claude-code: no usage",
            "$2.00 lost to the providers' caches",
            "budget month: warning, $7.50 of $10.00 (75 %), used up on 2026-05-28",
            "end of month: not enough history, 2 of 5 days with spend",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}\n{text}");
        }
    }

    #[test]
    fn nothing_spent_is_said_in_words() {
        let mut report = report();
        report.total = SpendRow::default();
        assert!(text(&report).starts_with("no requests from 2026-05-01"), "{}", text(&report));
    }
}
