//! The lines of the effectiveness report.

use crate::{
    model::{CacheReport, ColdSpot, Kind, KindReport, ResultStats, Shown},
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
    lines.extend(flow(report).into_iter().map(Line::Text));
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
fn flow(report: &CacheReport) -> Vec<String> {
    let churn = report.churn;
    let days = format::many(u64::from(churn.days), "day", "days");
    let flow = match churn.days {
        0 => "not known for a whole day yet".to_owned(),
        _ => format!(
            "{} made and {} evicted a day{}, over {days}",
            format::per_day(churn.made),
            format::per_day(churn.evicted),
            if churn.forced < churn.evicted {
                format!(" ({} to keep the limit)", format::per_day(churn.forced))
            } else {
                String::new()
            }
        ),
    };
    [Some(flow), unread(report)].into_iter().flatten().collect()
}

/// Says what is never read; nothing where only counts are kept, which the path index answers for.
fn unread(report: &CacheReport) -> Option<String> {
    let others = report.kinds.iter().filter(|kind| kind.kind != Kind::Count);
    if others.map(|kind| kind.entries).sum::<u64>() == 0 {
        return None;
    }
    let (unread, bytes) = report.unread;
    if unread == 0 {
        return Some("every entry was read again (counts left out)".to_owned());
    }
    let entries = format::many(unread, "entry was", "entries were");
    Some(format!("{entries} never read again (counts left out), {}", format::bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bytes, Millis, PicoUsd, SavedBy};

    fn said(kinds: &[(Kind, u64)], unread: (u64, Bytes)) -> String {
        let kind = |(kind, entries): &(Kind, u64)| KindReport {
            kind: *kind,
            hits: 1,
            misses: 1,
            saved: SavedBy { ms: Millis(0), usd: PicoUsd(0) },
            entries: *entries,
            bytes: Bytes(9),
        };
        let report = CacheReport {
            kinds: kinds.iter().map(kind).collect(),
            unread,
            ..CacheReport::default()
        };
        let text = |line| if let Line::Text(text) = line { Some(text) } else { None };
        lines(&report, 80).into_iter().filter_map(text).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_was_never_read_again_is_a_sentence() {
        let kinds = [(Kind::Count, 9), (Kind::Tags, 5)];
        let three = said(&kinds, (3, Bytes(4_000_000)));
        assert!(
            three.contains("3 entries were never read again (counts left out), 4 MB"),
            "{three}"
        );
        let one = said(&kinds, (1, Bytes(100)));
        assert!(one.contains("1 entry was never read again (counts left out), 100 B"), "{one}");
        let none = said(&kinds, (0, Bytes(0)));
        assert!(none.contains("every entry was read again (counts left out)"), "{none}");
    }

    #[test]
    fn nothing_is_said_of_what_was_read_where_only_counts_are_kept() {
        let kinds = [(Kind::Count, 9), (Kind::Tags, 0)];
        let said = said(&kinds, (0, Bytes(0)));
        assert!(!said.contains("read"), "{said}");
    }
}
