//! The JSON of `larder spend`.

use serde::Serialize;

use crate::{
    model::{
        Amount, BudgetState, Burn, Day, ForecastView, Level, PicoUsd, Quality, Savings,
        SkippedLines, SpendReport, SpendRow, Thresholds, Tokens, WindowView,
    },
    ui::format::rfc3339,
};

/// The whole document.
#[derive(Debug, Serialize)]
pub(super) struct Report<'r> {
    range: Range<'r>,
    by: String,
    rows: Vec<Row<'r>>,
    total: Total<'r>,
    quality: Vec<QualityRow>,
    skipped: &'r [SkippedLines],
    attributed: Option<f64>,
    savings: Savings,
    budgets: Vec<BudgetRow<'r>>,
    windows: Vec<WindowRow<'r>>,
    api_equivalent: bool,
    forecast: &'r ForecastView,
}

#[derive(Debug, Serialize)]
struct Range<'r> {
    from: Day,
    to: Day,
    zone: &'r str,
}

/// Sums of a group; `input` is what was not cached, `cache_write` all classes of writes.
#[derive(Debug, Serialize)]
struct Row<'r> {
    key: &'r str,
    requests: u64,
    input: Tokens,
    cache_read: Tokens,
    cache_write: Tokens,
    cache_write_5m: Tokens,
    cache_write_1h: Tokens,
    output: Tokens,
    reasoning: Tokens,
    cost_usd: Option<PicoUsd>,
    unpriced_tokens: Tokens,
    quality: Quality,
}

#[derive(Debug, Serialize)]
struct Total<'r> {
    #[serde(flatten)]
    sums: Row<'r>,
    skipped_lines: u64,
}

#[derive(Debug, Serialize)]
struct QualityRow {
    quality: Quality,
    requests: u64,
}

/// How a budget stands.
#[derive(Debug, Serialize)]
struct BudgetRow<'r> {
    name: &'r str,
    limit: Amount,
    used: Amount,
    unpriced: Tokens,
    percent: u64,
    thresholds: Thresholds,
    level: Level,
    from: String,
    to: String,
    reset_day: Option<u8>,
    is_rolling: bool,
    run_out: Option<Day>,
}

/// What a window holds.
#[derive(Debug, Serialize)]
struct WindowRow<'r> {
    name: &'r str,
    from: String,
    to: String,
    percent: Option<f64>,
    cost: PicoUsd,
    tokens: Tokens,
    burn: Option<Burn>,
}

impl<'r> Report<'r> {
    /// Returns the document for a report.
    pub(super) fn of(report: &'r SpendReport) -> Self {
        let quality = report
            .quality
            .iter()
            .map(|(quality, requests)| QualityRow { quality: *quality, requests: *requests });
        Self {
            range: Range { from: report.from, to: report.to, zone: &report.zone },
            by: report.by.to_string(),
            rows: report.rows.iter().map(Row::of).collect(),
            total: Total {
                sums: Row::of(&report.total),
                skipped_lines: report.skipped.iter().map(|skipped| skipped.lines).sum(),
            },
            quality: quality.collect(),
            skipped: &report.skipped,
            attributed: report.attributed,
            savings: report.savings,
            budgets: report.budgets.iter().map(BudgetRow::of).collect(),
            windows: report.windows.iter().map(WindowRow::of).collect(),
            api_equivalent: report.api_equivalent,
            forecast: &report.forecast,
        }
    }
}

impl<'r> Row<'r> {
    fn of(row: &'r SpendRow) -> Self {
        Self {
            key: &row.key,
            requests: row.requests,
            input: row.tokens.input,
            cache_read: row.tokens.cache_read,
            cache_write: row.tokens.cache_write(),
            cache_write_5m: row.tokens.cache_write_5m,
            cache_write_1h: row.tokens.cache_write_1h,
            output: row.tokens.output,
            reasoning: row.tokens.reasoning,
            cost_usd: row.cost,
            unpriced_tokens: row.unpriced,
            quality: row.quality,
        }
    }
}

impl<'r> BudgetRow<'r> {
    fn of(budget: &'r BudgetState) -> Self {
        Self {
            name: &budget.name,
            limit: budget.limit,
            used: budget.used,
            unpriced: budget.unpriced,
            percent: budget.percent,
            thresholds: budget.thresholds,
            level: budget.level,
            from: rfc3339(budget.from),
            to: rfc3339(budget.to),
            reset_day: budget.reset_day,
            is_rolling: budget.is_rolling,
            run_out: budget.run_out,
        }
    }
}

impl<'r> WindowRow<'r> {
    fn of(window: &'r WindowView) -> Self {
        Self {
            name: &window.name,
            from: rfc3339(window.from),
            to: rfc3339(window.to),
            percent: window.percent,
            cost: window.cost,
            tokens: window.tokens,
            burn: window.burn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::commands::spend::table::tests::report;

    #[test]
    fn the_json_has_the_documented_shape_and_unpriced_is_null() {
        let json = serde_json::to_value(Report::of(&report())).unwrap();
        assert_eq!(json["range"]["from"], "2026-05-01");
        assert_eq!(json["range"]["zone"], "Europe/Berlin");
        assert_eq!(json["rows"][0]["cost_usd"], "1.25");
        assert_eq!(json["rows"][0]["cache_write"], 1_500);
        assert_eq!(json["rows"][1]["cost_usd"], serde_json::Value::Null);
        assert_eq!(json["rows"][1]["quality"], "unpriced");
        assert_eq!(json["total"]["unpriced_tokens"], 700);
        assert_eq!(json["total"]["skipped_lines"], 3);
        assert_eq!(json["forecast"]["state"], "not-enough");
        assert_eq!(json["budgets"][0]["percent"], 75);
        assert_eq!(json["budgets"][0]["from"], "1970-01-01T00:00:00Z");
    }
}
