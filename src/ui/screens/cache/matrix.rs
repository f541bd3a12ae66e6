//! The rows of the matrix: every kind in every tier that has or had any of it, then each tier.

use crate::model::{Bytes, CacheStatus, CellStats, Kind, KindStats, Tier, TierStats, UnixNanos};

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    /// Which kind; `None` is all of them.
    pub(super) kind: Option<Kind>,
    /// In which tier; `None` is any.
    pub(super) tier: Option<Tier>,
    /// Entries now.
    pub(super) entries: u64,
    /// Their bytes.
    pub(super) bytes: Bytes,
    /// The most bytes there may be; 0 for no limit.
    pub(super) limit: Bytes,
    /// Reads answered.
    pub(super) hits: u64,
    /// Reads passed on or not answered.
    pub(super) misses: u64,
    /// Numbers that only tiers have.
    pub(super) flow: Option<Flow>,
    /// When the oldest entry was made, when that is known.
    pub(super) oldest: Option<UnixNanos>,
}

/// What comes, goes and fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Flow {
    /// Entries filled in.
    pub(super) fills: u64,
    /// Entries removed.
    pub(super) evictions: u64,
    /// Operations that failed.
    pub(super) errors: u64,
}

/// Returns all rows; kinds without any entry or read are left out.
pub(super) fn rows(status: &CacheStatus) -> Vec<Row> {
    let cells = status.cells.iter().map(cell);
    let mut rows: Vec<Row> = if status.cells.is_empty() {
        status.kinds.iter().map(kind).filter(has_any).collect()
    } else {
        cells.filter(has_any).collect()
    };
    rows.sort_by_key(|row| (row.kind, row.tier));
    rows.extend(status.tiers.iter().map(tier));
    rows
}

/// Returns the kinds that are in the matrix.
pub(super) fn kinds(status: &CacheStatus) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = rows(status).iter().filter_map(|row| row.kind).collect();
    kinds.dedup();
    kinds
}

fn has_any(row: &Row) -> bool {
    let flow = row.flow.is_some_and(|flow| flow.fills + flow.evictions + flow.errors > 0);
    flow || row.entries + row.hits + row.misses > 0
}

fn cell(cell: &CellStats) -> Row {
    let flow = Flow { fills: cell.fills, evictions: cell.evictions, errors: cell.errors };
    Row {
        kind: Some(cell.kind),
        tier: Some(cell.tier),
        entries: cell.entries,
        bytes: cell.bytes,
        limit: Bytes(0),
        hits: cell.hits,
        misses: cell.misses,
        flow: Some(flow),
        oldest: cell.oldest,
    }
}

fn kind(stats: &KindStats) -> Row {
    Row {
        kind: Some(stats.kind),
        tier: None,
        entries: stats.entries,
        bytes: stats.bytes,
        limit: Bytes(0),
        hits: stats.hits,
        misses: stats.misses,
        flow: None,
        oldest: None,
    }
}

fn tier(stats: &TierStats) -> Row {
    let flow = Flow { fills: stats.fills, evictions: stats.evictions, errors: stats.errors };
    Row {
        kind: None,
        tier: Some(stats.tier),
        entries: stats.entries,
        bytes: stats.bytes,
        limit: stats.limit,
        hits: stats.hits,
        misses: stats.misses,
        flow: Some(flow),
        oldest: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_without_entries_and_reads_are_left_out() {
        let one = |kind, entries, hits| KindStats {
            kind,
            entries,
            bytes: Bytes(entries * 100),
            hits,
            misses: 0,
            removals: 0,
        };
        let kinds = vec![one(Kind::Result, 3, 0), one(Kind::Map, 0, 0), one(Kind::Count, 0, 7)];
        let status = CacheStatus { kinds, ..CacheStatus::default() };
        assert_eq!(super::kinds(&status), [Kind::Count, Kind::Result]);
    }
}
