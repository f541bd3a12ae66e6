//! The table of kinds, which `larder cache status` and `larder cache report` print.

use crate::{
    cli::table::{Align, Table},
    model::{KindReport, KindStats, SavedBy},
    ui::format::{bytes, dollars, duration, grouped, percent, share},
};

/// What is told of a kind.
pub(super) struct Line {
    stats: KindStats,
    /// What hits saved, where that is told.
    saved: Option<SavedBy>,
}

impl From<&KindStats> for Line {
    fn from(stats: &KindStats) -> Self {
        Self { stats: stats.clone(), saved: None }
    }
}

impl From<&KindReport> for Line {
    fn from(report: &KindReport) -> Self {
        let KindReport { kind, hits, misses, saved, entries, bytes } = report.clone();
        Self { stats: KindStats { kind, entries, bytes, hits, misses }, saved: Some(saved) }
    }
}

/// Returns a line for each kind; with what hits saved when all lines tell it.
pub(super) fn table(lines: &[Line]) -> Table {
    let right = |name| (name, Align::Right);
    let mut head = vec![("kind", Align::Left)];
    head.extend(["entries", "size", "hits", "misses", "rate"].map(right));
    if lines.iter().all(|line| line.saved.is_some()) {
        head.extend(["time saved", "money saved"].map(right));
    }
    let mut table = Table::new(&head);
    for Line { stats, saved } in lines {
        let mut cells = vec![
            stats.kind.to_string(),
            grouped(stats.entries),
            bytes(stats.bytes),
            grouped(stats.hits),
            grouped(stats.misses),
            rate(stats),
        ];
        cells.extend(saved.iter().flat_map(|saved| [duration(saved.ms), dollars(saved.usd)]));
        table.row(cells);
    }
    table
}

fn rate(stats: &KindStats) -> String {
    let reads = stats.hits.saturating_add(stats.misses);
    if reads == 0 { "-".to_owned() } else { percent(share(stats.hits, reads)) }
}
