//! The lines of the effectiveness report.

use crate::{
    model::{CacheReport, ColdSpot, KindReport, ResultStats, Shown},
    ui::{format, screens::card},
};

/// One line.
#[derive(Clone, Debug)]
pub(super) enum Line<'a> {
    /// Nothing.
    Blank,
    /// What the lines below are about.
    Title(&'static str),
    /// The heading of the table of kinds.
    Kinds,
    /// A kind.
    Kind(&'a KindReport),
    /// The heading of the table of results.
    Results,
    /// Results of one type and model.
    Result(&'a ResultStats),
    /// A place where the cache does not help.
    Cold(&'a ColdSpot),
    /// A sentence.
    Text(String),
    /// The first line of an advice, and the ones after it.
    Advice(String, bool),
}

/// Returns all lines for so many columns.
pub(super) fn lines(report: &CacheReport, columns: usize) -> Vec<Line<'_>> {
    let mut lines = vec![Line::Title("Reads by kind, for life")];
    if report.kinds.is_empty() {
        lines.push(Line::Text("nothing was read yet".to_owned()));
    } else {
        lines.push(Line::Kinds);
        lines.extend(report.kinds.iter().map(Line::Kind));
    }
    if !report.results.is_empty() {
        lines.extend([Line::Blank, Line::Title("Results by type and model"), Line::Results]);
        lines.extend(report.results.iter().map(Line::Result));
    }
    if !report.cold.is_empty() {
        lines.extend([Line::Blank, Line::Title("Where reads miss, in this session")]);
        lines.extend(report.cold.iter().map(Line::Cold));
    }
    lines.extend([Line::Blank, Line::Title("Coming and going")]);
    lines.extend(flow(report).map(Line::Text));
    lines.extend([Line::Blank, Line::Title("What would help")]);
    if report.advice.is_empty() {
        lines.push(Line::Text("nothing: the cache is as it should be".to_owned()));
    }
    for advice in &report.advice {
        let text = Shown::text(advice).to_string();
        let parts = card::wrapped(&text, columns.saturating_sub(4).max(1));
        lines.extend(parts.into_iter().enumerate().map(|(at, part)| Line::Advice(part, at == 0)));
    }
    lines
}

/// Says how much comes and goes, and what is never read.
fn flow(report: &CacheReport) -> [String; 2] {
    let churn = report.churn;
    let days = format::many(u64::from(churn.days), "day", "days");
    let flow = match churn.days {
        0 => "not known for a whole day yet".to_owned(),
        _ => format!(
            "{} made and {} evicted a day, over {days}",
            format::per_day(churn.made),
            format::per_day(churn.evicted)
        ),
    };
    let (unread, bytes) = report.unread;
    let unread = if unread == 0 {
        "every entry beside counts was read since it was made".to_owned()
    } else {
        let entries = format::many(unread, "entry", "entries");
        format!("{entries} beside counts never read since, {}", format::bytes(bytes))
    };
    [flow, unread]
}
