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

impl Row {
    /// Returns true when it has entries of which nobody knows how old they are.
    pub(super) fn has_unknown_age(&self) -> bool {
        let has_ages = matches!(self.tier, None | Some(Tier::Disk));
        has_ages && self.entries > 0 && self.oldest.is_none()
    }
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
        status.kinds.iter().map(|stats| kind(status, stats)).filter(has_any).collect()
    } else {
        cells.filter(has_any).collect()
    };
    rows.sort_by_key(|row| (row.kind, row.tier));
    rows.extend(status.tiers.iter().map(|stats| tier(status, stats)));
    rows
}

/// Returns the rows that fit into so many, and how many kinds have none. Where not every kind in
/// every tier fits, each kind has one row; the tiers are never cut.
pub(super) fn fitting(status: &CacheStatus, room: usize) -> (Vec<Row>, usize) {
    let all = rows(status);
    if all.len() <= room {
        return (all, 0);
    }
    let of_kinds = status.kinds.iter().map(|stats| kind(status, stats));
    let mut kinds: Vec<Row> = of_kinds.filter(has_any).collect();
    kinds.sort_by_key(|row| row.kind);
    let (there, left) = (kinds.len(), room.saturating_sub(status.tiers.len()));
    // What is left out is said in a row.
    kinds.truncate(if there > left { left.saturating_sub(1) } else { left });
    let hidden = there - kinds.len();
    kinds.extend(status.tiers.iter().map(|stats| tier(status, stats)));
    (kinds, hidden)
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

/// Returns when the oldest entry on the disk was made, of a kind or of all; `None` unless it is known
/// of every kind.
fn oldest(status: &CacheStatus, kind: Option<Kind>) -> Option<UnixNanos> {
    let is_meant = |cell: &&CellStats| {
        cell.tier == Tier::Disk && cell.entries > 0 && kind.is_none_or(|kind| kind == cell.kind)
    };
    let moments = status.cells.iter().filter(is_meant).map(|cell| cell.oldest);
    moments.collect::<Option<Vec<_>>>()?.into_iter().min()
}

fn kind(status: &CacheStatus, stats: &KindStats) -> Row {
    Row {
        kind: Some(stats.kind),
        tier: None,
        entries: stats.entries,
        bytes: stats.bytes,
        limit: Bytes(0),
        hits: stats.hits,
        misses: stats.misses,
        flow: None,
        oldest: oldest(status, Some(stats.kind)),
    }
}

fn tier(status: &CacheStatus, stats: &TierStats) -> Row {
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
        oldest: (stats.tier == Tier::Disk).then(|| oldest(status, None)).flatten(),
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

    #[test]
    fn where_rows_are_short_each_kind_has_one_and_what_is_left_out_is_counted() {
        let of = |kind, tier| CellStats {
            kind,
            tier,
            entries: 2,
            bytes: Bytes(200),
            hits: 1,
            misses: 0,
            fills: 2,
            evictions: 0,
            errors: 0,
            oldest: None,
        };
        let all = [Kind::Count, Kind::Tags, Kind::Result];
        let status = CacheStatus {
            kinds: all
                .map(|kind| KindStats {
                    kind,
                    entries: 2,
                    bytes: Bytes(200),
                    hits: 2,
                    misses: 0,
                    removals: 0,
                })
                .to_vec(),
            cells: all.iter().flat_map(|&k| [Tier::Memory, Tier::Disk].map(|t| of(k, t))).collect(),
            ..CacheStatus::default()
        };
        let seen = |room| {
            let (rows, hidden) = fitting(&status, room);
            (rows.iter().map(|row| (row.kind.unwrap(), row.tier)).collect::<Vec<_>>(), hidden)
        };
        assert_eq!(seen(6).0.len(), 6);
        assert_eq!(seen(5), (all.map(|kind| (kind, None)).to_vec(), 0));
        assert_eq!(seen(2), (vec![(Kind::Count, None)], 2));
        assert_eq!(seen(0), (vec![], 3));
    }
}
