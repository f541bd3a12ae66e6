//! The table of kinds, which `larder cache status` and `larder cache report` print.

use crate::{
    cli::table::{Align, Table},
    model::{KindReport, KindStats, SavedBy},
    ui::format::{bytes, dollars, duration, grouped, percent, share},
};

/// What is told of a kind.
pub(super) struct Line {
    stats: KindStats,
    /// What hits saved, where that is told, in place of what was removed.
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
        let stats = KindStats { kind, entries, bytes, hits, misses, removals: 0 };
        Self { stats, saved: Some(saved) }
    }
}

/// Returns a line for each kind: with what hits saved when all lines tell it, else with removals.
pub(super) fn table(lines: &[Line]) -> Table {
    let right = |name| (name, Align::Right);
    let mut head = vec![("kind", Align::Left)];
    head.extend(["entries", "size", "hits", "misses", "rate"].map(right));
    if lines.iter().all(|line| line.saved.is_some()) {
        head.extend(["time saved", "money saved"].map(right));
    } else {
        head.push(right("removals"));
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
        match saved {
            Some(saved) => cells.extend([duration(saved.ms), dollars(saved.usd)]),
            None => cells.push(grouped(stats.removals)),
        }
        table.row(cells);
    }
    table
}

fn rate(stats: &KindStats) -> String {
    let reads = stats.hits.saturating_add(stats.misses);
    if reads == 0 { "-".to_owned() } else { percent(share(stats.hits, reads)) }
}
