//! The card with all figures that the screen has no room for, as facts.

use super::words;
use crate::{
    model::{
        Amount, BudgetState, Forecast, ForecastView, Quality, RecommendedLimit, Savings, Shown,
        SpendRecord, SpendReport, SpendSummary, Thresholds, ToolView, WindowView,
    },
    ui::{
        format,
        screens::card::{Facts, fact},
    },
};

/// Returns all figures: budgets, forecast, savings, windows, quality, what was skipped, tools.
pub(super) fn all(summary: &SpendSummary, report: Option<&SpendReport>) -> Facts {
    let zone = report.map_or("UTC", |report| report.zone.as_str());
    let budgets = report.map_or(&summary.budgets, |report| &report.budgets);
    let forecast = report.map_or(&summary.forecast, |report| &report.forecast);
    let mut facts = Facts::new();
    if summary.api_equivalent {
        let text = "API-equivalent: a subscription pays; this is what the API would have charged";
        fact(&mut facts, "costs are", text);
    }
    for one in budgets {
        budget(&mut facts, one, zone);
    }
    self::forecast(&mut facts, forecast);
    for window in &summary.windows {
        // Two windows of one tool differ only after what a label has room for.
        let window = format!("{}: {}", Shown::text(&window.name), self::window(window, zone));
        fact(&mut facts, "window", window);
    }
    if let Some(report) = report {
        savings(&mut facts, report.savings);
        qualities(&mut facts, report);
        if let Some(share) = report.attributed {
            let text = format!("{} of the input, by the files read", format::percent(share));
            fact(&mut facts, "attributed", text);
        }
        fact(&mut facts, "days", format!("{} to {} in {zone}", report.from, report.to));
    }
    for tool in &summary.tools {
        fact(&mut facts, words::tool(tool.tool), self::tool(tool, zone));
    }
    facts
}

fn budget(facts: &mut Facts, budget: &BudgetState, zone: &str) {
    let name = Shown::text(&budget.name).to_string();
    let (used, limit) = (amount(budget.used), amount(budget.limit));
    let unpriced = match budget.unpriced.0 {
        0 => String::new(),
        _ => format!(", and {} unpriced tokens", format::tokens(budget.unpriced)),
    };
    fact(facts, &name, format!("{used} of {limit}, {} %{unpriced}", budget.percent));
    let (from, to) = (format::moment(budget.from, zone), format::moment(budget.to, zone));
    let Thresholds { warning, alert } = budget.thresholds;
    fact(facts, "", format!("{from} to {to}; warns at {warning} %, alerts at {alert} %"));
    if let Some(reset) = reset(budget) {
        fact(facts, "", reset);
    }
    if let Some(day) = budget.run_out {
        fact(facts, "", format!("will be used up on {day}"));
    }
}

fn forecast(facts: &mut Facts, forecast: &ForecastView) {
    match forecast {
        ForecastView::NotEnough { active_days, needed } => {
            let text =
                format!("not enough history: {active_days} of {needed} days with spend are known");
            fact(facts, "forecast", text);
        }
        ForecastView::Known(forecast) => {
            let Forecast { spent, low, likely, high, linear, method, recommended } = forecast;
            let text = format!(
                "{} by the end of the month; between {} and {}; {} so far",
                format::dollars(*likely),
                format::dollars(*low),
                format::dollars(*high),
                format::dollars(*spent),
            );
            fact(facts, "forecast", text);
            fact(facts, "", Shown::text(method).to_string());
            let linear = format::dollars(*linear);
            fact(facts, "", format!("{linear} if all days are as those of this month so far"));
            if let Some(RecommendedLimit { limit, months, passed }) = recommended {
                let limit = format::dollars(*limit);
                let months = format::many(u64::from(*months), "closed month", "closed months");
                let text = format!("{limit} a month, which {passed} of {months} would have passed");
                fact(facts, "recommended", text);
            }
        }
    }
}

/// Says what a window holds.
fn window(window: &WindowView, zone: &str) -> String {
    let (from, to) = (format::moment(window.from, zone), format::moment(window.to, zone));
    let (cost, tokens) = (format::dollars(window.cost), format::tokens(window.tokens));
    format!("{from} to {to}; {cost}, {tokens} tokens, {}; {}", rate(window), source(window))
}

/// Says how fast a window is used.
pub(crate) fn rate(window: &WindowView) -> String {
    match window.burn {
        Some(burn) => format!(
            "{} an hour, {} tokens a minute",
            format::dollars(burn.usd_per_hour),
            format::tokens(burn.tokens_per_minute)
        ),
        None => "not enough yet for a rate".to_owned(),
    }
}

/// Says how a window is known.
pub(crate) fn source(window: &WindowView) -> String {
    match window.percent {
        Some(percent) => {
            format!("{} used, as the provider says", format::whole_percent(percent / 100.0))
        }
        None => "reckoned from the requests".to_owned(),
    }
}

/// Says on which day a budget begins in months that are too short for its own.
pub(crate) fn reset(budget: &BudgetState) -> Option<String> {
    let day = budget.reset_day?;
    Some(format!("begins on day {day}, in shorter months on their last day"))
}

fn savings(facts: &mut Facts, savings: Savings) {
    let provider = format::signed_dollars(savings.provider);
    fact(facts, "prompt caches", format!("{provider} saved by the providers' caches"));
    let (money, time) = (format::dollars(savings.larder), format::duration(savings.larder_ms));
    fact(facts, "larder", format!("{money} saved by its results, {time} by all its hits"));
}

fn qualities(facts: &mut Facts, report: &SpendReport) {
    for (quality, requests) in report.quality.iter().filter(|(_, requests)| *requests > 0) {
        let requests = format::many(*requests, "request", "requests");
        let quality: Quality = *quality;
        let text = format!("{requests}: {}", words::meaning(quality));
        fact(facts, &quality.to_string(), text);
    }
    for skipped in &report.skipped {
        let lines = format::many(skipped.lines, "line", "lines");
        let reason = Shown::text(&skipped.reason).to_string();
        fact(facts, "skipped", format!("{lines} of {}: {reason}", words::tool(skipped.tool)));
    }
}

fn tool(tool: &ToolView, zone: &str) -> String {
    let files = format::many(tool.files, "log file", "log files");
    let requests = format::many(tool.requests, "request", "requests");
    let last = tool.last.map(|last| format!(", the last {}", format::moment(last, zone)));
    let problem = tool.problem.as_ref().map(|problem| format!("; {}", Shown::text(problem)));
    [files, ", ".to_owned(), requests, last.unwrap_or_default(), problem.unwrap_or_default()]
        .concat()
}

/// Returns money or tokens.
pub(crate) fn amount(amount: Amount) -> String {
    match amount {
        Amount::Usd(usd) => format::dollars(usd),
        Amount::Tokens(tokens) => format!("{} tokens", format::tokens(tokens)),
    }
}

/// Returns all about a request.
pub(super) fn record(record: &SpendRecord, zone: &str) -> Facts {
    let mut facts = Facts::new();
    let mut add = |label: &str, value: String| fact(&mut facts, label, value);
    let known = |text: &str| match text {
        "" => "unknown".to_owned(),
        text => Shown::text(text).to_string(),
    };
    add("when", format!("{} {zone}", format::moment(record.at, zone)));
    add("tool", words::tool(record.tool).to_owned());
    add("provider", known(&record.provider));
    add("model", known(&record.model));
    add("project", known(&record.project));
    add("session", known(&record.session));
    let tokens = record.tokens;
    for (label, count) in [
        ("input", tokens.input),
        ("cache read", tokens.cache_read),
        ("written, 5 m", tokens.cache_write_5m),
        ("written, 1 h", tokens.cache_write_1h),
        ("output", tokens.output),
        ("reasoning", tokens.reasoning),
    ] {
        let of = if label == "reasoning" { " tokens, part of the output" } else { " tokens" };
        add(label, format!("{}{of}", format::grouped(count.0)));
    }
    add("cost", record.cost.map_or_else(|| "unpriced".to_owned(), |cost| format!("${cost}")));
    if let Some(recorded) = record.recorded {
        add("recorded", format!("${recorded}, as the tool wrote it down"));
    }
    add("quality", format!("{}: {}", record.quality, words::meaning(record.quality)));
    if !record.price.is_empty() {
        add("price", Shown::text(&record.price).to_string());
    }
    facts
}
