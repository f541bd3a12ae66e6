//! The table of `larder spend`, and what is to be said below it.

#[cfg(test)]
pub(super) mod tests;

use crate::{
    cli::table::{Align, Table, number_of},
    model::{
        BudgetState, ForecastView, Level, Millis, Quality, RecommendedLimit, Shown, SkippedLines,
        SpendFilter, SpendReport, SpendRow, WindowView,
    },
    ui::{
        format::{dollars, duration, grouped, number, percent, share},
        spend_figures::{self, amount},
        spend_words as words,
    },
};

/// Returns the report as text.
pub(super) fn text(report: &SpendReport, filter: &SpendFilter) -> String {
    if report.total.requests == 0 {
        return nothing(report, filter);
    }
    let mut table = Table::new(&[
        (words::view(report.by), Align::Left),
        ("requests", Align::Right),
        ("input", Align::Right),
        ("cache read", Align::Right),
        ("cache write", Align::Right),
        ("output", Align::Right),
        ("cost", Align::Right),
        ("", Align::Left),
    ]);
    for row in &report.rows {
        let unknown = words::unknown(report.by);
        let key = if row.key.is_empty() { &unknown } else { &row.key };
        table.row(cells(key, row));
    }
    table.row(cells("total", &report.total));
    let below = [
        vec![format!("from {} to {}, days of {}", report.from, report.to, report.zone)],
        matching(filter),
        equivalent(report),
        quality(report),
        savings(report),
        all_budgets(report),
        windows(report),
        forecast(&report.forecast),
    ];
    format!("{}\n{}", table.text(), lines(&below.concat()))
}

/// Says that there are no requests, and what may be why.
fn nothing(report: &SpendReport, filter: &SpendFilter) -> String {
    let mut all = vec![format!("no requests from {} to {}", report.from, report.to)];
    let only = matching(filter);
    if only.is_empty() {
        all[0].push_str(": none of the known tools has logs of these days");
    }
    all.extend(only);
    all.extend(skipped(report));
    all.extend(all_budgets(report));
    all.extend(windows(report));
    lines(&all)
}

/// Says which requests count, when not all do.
fn matching(filter: &SpendFilter) -> Vec<String> {
    let tool = filter.tool.map(|tool| tool.to_string());
    let parts = [
        ("tool", &tool),
        ("provider", &filter.provider),
        ("model", &filter.model),
        ("project", &filter.project),
        ("session", &filter.session),
    ];
    let only = |(name, value): (&str, &Option<String>)| {
        value.as_ref().map(|value| format!("{name} {}", Shown::text(value)))
    };
    let only: Vec<String> = parts.into_iter().filter_map(only).collect();
    if only.is_empty() { Vec::new() } else { vec![format!("only of {}", only.join(", "))] }
}

fn equivalent(report: &SpendReport) -> Vec<String> {
    let words = "costs are API-equivalent: a subscription pays";
    if report.api_equivalent { vec![words.to_owned()] } else { Vec::new() }
}

fn windows(report: &SpendReport) -> Vec<String> {
    let line = |window: &WindowView| {
        format!(
            "window {}: {}, {} tokens, {}; {}",
            Shown::text(&window.name),
            dollars(window.cost),
            number(window.tokens.0),
            spend_figures::rate(window),
            spend_figures::source(window),
        )
    };
    report.windows.iter().map(line).collect()
}

fn lines(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
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
    lines.extend(skipped(report));
    lines
}

fn skipped(report: &SpendReport) -> Vec<String> {
    let line = |skipped: &SkippedLines| {
        let (count, tool) = (number_of(skipped.lines, "line", "lines"), skipped.tool);
        format!("skipped: {count} of {tool} in all logs: {}", skipped.reason)
    };
    report.skipped.iter().map(line).collect()
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
    let time = (report.savings.larder_ms > Millis(0))
        .then(|| format!("{} saved by hits in larder's cache", duration(report.savings.larder_ms)));
    provider.into_iter().chain(larder).chain(time).collect()
}

/// Returns how every budget stands, a line each: what a check is about.
pub(super) fn budgets(report: &SpendReport) -> String {
    if report.budgets.is_empty() {
        return "no budget is set: see spend.limits\n".to_owned();
    }
    lines(&[all_budgets(report), equivalent(report)].concat())
}

fn all_budgets(report: &SpendReport) -> Vec<String> {
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
    let reset = spend_figures::reset(budget).map(|reset| format!("; {reset}")).unwrap_or_default();
    format!(
        "budget {}: {level}, {} of {} ({} %){unpriced}{run_out}{reset}",
        budget.name,
        amount(budget.used),
        amount(budget.limit),
        budget.percent,
    )
}

fn forecast(forecast: &ForecastView) -> Vec<String> {
    match forecast {
        ForecastView::NotEnough { active_days, needed } => vec![format!(
            "end of month: not enough history, {active_days} of {needed} days with spend"
        )],
        ForecastView::Known(known) => {
            let (low, likely, high) = (known.low, known.likely, known.high);
            let [low, likely, high, linear] = [low, likely, high, known.linear].map(dollars);
            let recommended = known.recommended.map(|RecommendedLimit { limit, months, passed }| {
                let months = number_of(u64::from(months), "closed month", "closed months");
                let limit = dollars(limit);
                format!("recommended limit: {limit} a month, which {passed} of {months} would have passed")
            });
            let mut lines = vec![
                format!("end of month: ≈ {likely}, {low} to {high}; at the rate so far {linear}"),
                format!("  reckoned as {}", known.method),
            ];
            lines.extend(recommended);
            lines
        }
    }
}
