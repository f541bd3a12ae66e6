//! `larder prices`.

use jiff::{Timestamp, tz::Offset};
use serde::Serialize;

use crate::{
    cli::{
        Exit, Failure, Program,
        args::PricesArgs,
        table::{Align, Table, number_of},
    },
    client::{self, Explained, How, PriceSpan, Prices, RateRow, TableView},
    model::{Day, PicoUsd, Shown, UnixNanos},
    ui::format::grouped,
};

/// Prints what a model costs, or what prices there are.
pub(in crate::cli) fn run(program: &mut Program, args: &PricesArgs) -> Result<Exit, Failure> {
    let config = program.config(None, Vec::new())?;
    let prices = client::prices(&config)?;
    let Some(model) = &args.model else {
        let view = prices.table();
        if args.json {
            program.output.json(&view)?;
        } else {
            program.output.text(&overview(&view))?;
        }
        return Ok(Exit::Done);
    };
    let day = args.at.unwrap_or_else(|| utc_day(program.clock.wall()));
    let mut explained = prices.explain(model, day);
    if explained.name.is_none() {
        let near = std::mem::take(&mut explained.near);
        return Err(Failure::NoPrice { model: model.clone(), near });
    }
    if args.json {
        program.output.json(&Report::of(&prices, model, day, &explained))?;
    } else {
        program.output.text(&text(model, day, &explained))?;
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Report<'r> {
    asked: &'r str,
    day: Day,
    version: String,
    #[serde(flatten)]
    found: &'r Explained,
}

impl<'r> Report<'r> {
    fn of(prices: &Prices, asked: &'r str, day: Day, found: &'r Explained) -> Self {
        Self { asked, day, version: prices.version(), found }
    }
}

/// Returns the day of a moment in UTC, which is what requests are priced by.
fn utc_day(at: UnixNanos) -> Day {
    let time = Timestamp::from_nanosecond(i128::from(at.0)).unwrap_or_default();
    Day(Offset::UTC.to_datetime(time).date())
}

/// Returns what is known of the price of a model.
fn text(model: &str, day: Day, explained: &Explained) -> String {
    let mut text = String::new();
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    let name = Shown::text(explained.name.as_deref().unwrap_or_default());
    let asked = Shown::text(model);
    match explained.how {
        None | Some(How::Own | How::Exact) => line(name.to_string()),
        Some(How::Alias) => line(format!("{name}, of which `{asked}` is another name")),
        Some(How::Free) => line(format!("{name}: free, nobody is paid for this model")),
        Some(How::OtherProvider) => {
            line(format!("{name}: what its maker asks, as an estimate for `{asked}`"));
        }
        Some(How::Undated | How::Similar) => {
            line(format!("{name}: the nearest there is, as an estimate for `{asked}`"));
        }
    }
    if let Some(gone) = explained.deprecated {
        let tense = if gone <= day { "was" } else { "will be" };
        line(format!("{tense} taken away on {gone}"));
    }
    if let Some(percent) = &explained.paid_percent {
        line(format!("of these prices you pay {percent} %"));
    }
    if explained.spans.is_empty() {
        return text;
    }
    line(String::new());
    line(spans(&explained.spans).text());
    for note in notes(&explained.spans, day) {
        line(note);
    }
    text
}

/// Returns a table with a row for each service and size of prompt.
fn spans(spans: &[PriceSpan]) -> Table {
    /// What the head of a column says, and its price.
    type Column = (&'static str, fn(&RateRow) -> Option<PicoUsd>);
    const COLUMNS: [Column; 7] = [
        ("input", |rates| rates.input),
        ("output", |rates| rates.output),
        ("reasoning", |rates| rates.reasoning),
        ("cache read", |rates| rates.cache_read),
        ("write 5 min", |rates| rates.cache_write_5m),
        ("write 1 h", |rates| rates.cache_write_1h),
        ("write 12 h", |rates| rates.cache_write_12h),
    ];
    let all = || spans.iter().flat_map(|span| &span.rows);
    let used: Vec<Column> = COLUMNS
        .into_iter()
        .filter(|(_, price)| all().any(|row| price(&row.per_million).is_some()))
        .collect();
    let left = ["", "from", "until", "service", "prompt"].map(|name| (name, Align::Left));
    let right = used.iter().map(|(name, _)| (*name, Align::Right));
    let mut table = Table::new(&left.into_iter().chain(right).collect::<Vec<_>>());
    for span in spans {
        for (number, row) in span.rows.iter().enumerate() {
            let is_first = number == 0;
            let mark = if is_first && span.is_asked { "*" } else { "" };
            let (from, until) = if is_first { bounds(span) } else { Default::default() };
            let prompt = row.over.map_or_else(String::new, |over| {
                let sign = if row.is_inclusive { "≥" } else { ">" };
                format!("{sign} {}", grouped(over.0))
            });
            let cells = [mark.to_owned(), from, until, row.service.to_owned(), prompt];
            let price = |(_, price): &Column| {
                price(&row.per_million).map_or_else(String::new, |usd| usd.to_string())
            };
            table.row(cells.into_iter().chain(used.iter().map(price)));
        }
    }
    table
}

/// Returns the bounds of a time in which prices hold.
fn bounds(span: &PriceSpan) -> (String, String) {
    let from = match (span.from, span.maybe_from) {
        (None, _) => String::new(),
        (Some(from), None) => from.to_string(),
        (Some(from), Some(_)) => format!("by {from}"),
    };
    (from, span.until.map_or_else(String::new, |until| until.to_string()))
}

/// Returns what the table does not say.
fn notes(spans: &[PriceSpan], day: Day) -> Vec<String> {
    let mut notes = vec![format!("dollars per million tokens; * holds on {day}")];
    let asked = spans.iter().find(|span| span.is_asked).or(spans.last());
    let Some(asked) = asked else { return notes };
    if let Some(price) = asked.web_search {
        notes.push(format!("a search of the web costs ${price}"));
    }
    let factor = |thousandths: u32| f64::from(thousandths) / 1000.0;
    if let Some(us) = asked.us_thousandths {
        notes.push(format!("only in the United States: × {}", factor(us)));
    }
    if let Some(fast) = asked.fast_thousandths {
        notes.push(format!("fast: × {}", factor(fast)));
    }
    notes.extend(spans.iter().filter_map(|span| {
        let (maybe, from) = (span.maybe_from?, span.from?);
        Some(format!("the prices from {from} began on an unknown day since {maybe}"))
    }));
    notes.push(format!("source: {}", Shown::text(&asked.source)));
    notes
}

/// Returns what prices there are.
fn overview(view: &TableView) -> String {
    let mut table = Table::new(&[("provider", Align::Left), ("models", Align::Right)]);
    for (provider, models) in &view.providers {
        table.row([provider.clone(), grouped(*models)]);
    }
    let providers = table.text();
    let mut lists = Table::new(&[("list", Align::Left), ("published", Align::Left)]);
    for (day, name) in &view.lists {
        lists.row([name.clone(), day.to_string()]);
    }
    let lists = lists.text();
    let own = number_of(view.own, "is your own", "are your own");
    let models = number_of(view.models, "model", "models");
    format!("{providers}\n{lists}\n{models}, of which {own}\nversion: {}\n", view.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(model: &str, day: &str) -> String {
        let day = day.parse().unwrap();
        text(model, day, &Prices::built_in().explain(model, day))
    }

    #[test]
    fn a_price_is_shown_with_its_days_and_steps() {
        let text = shown("claude-sonnet-4-5-20250929", "2026-11-15");
        for part in [
            "anthropic/claude-sonnet-4-5\n",
            "will be taken away on 2026-11-30",
            "> 200 000",
            "by 2026-11-12",
            "* holds on 2026-11-15",
            "a search of the web costs $0.01",
            "began on an unknown day since 2026-10-04",
        ] {
            assert!(text.contains(part), "no {part:?} in\n{text}");
        }
        let row = text.lines().find(|line| line.starts_with('*')).unwrap();
        assert!(row.contains("by 2026-11-12") && row.contains("3.00"), "{text}");
    }

    #[test]
    fn an_estimate_and_a_gift_say_so() {
        assert!(shown("claude-sonnet-4.5", "2026-11-15").contains("as an estimate for"));
        assert!(shown("ollama/llama3", "2026-11-15").contains("free, nobody is paid"));
    }

    #[test]
    fn the_overview_names_lists_and_providers() {
        let text = overview(&Prices::built_in().table());
        for part in ["anthropic", "litellm 1.75.8", "2025-08-16", "0 are your own", "version: "] {
            assert!(text.contains(part), "no {part:?} in\n{text}");
        }
    }
}
