//! Looking at entries: lists and single ones.

use std::{cmp::Reverse, sync::Arc};

use crate::model::{
    Bytes, EntryDetails, EntryKey, EntryOrder, EntryPage, EntryQuery, EntryView, Kind, Millis,
    PicoUsd, Tier as TierName, UnixNanos,
};

use super::{
    core::Core,
    entry::{self, Decoded},
    evict::Row,
    summary,
    touches::Touch,
};

impl Core {
    /// Returns the first entries in the order asked for.
    pub(super) fn entries(self: &Arc<Self>, query: &EntryQuery) -> EntryPage {
        let mut rows = self.rows(query.kind);
        let total = rows.len() as u64;
        sort(&mut rows, query.order);
        rows.truncate(query.limit as usize);
        let entries = rows.iter().map(|row| self.view(row)).collect();
        EntryPage { total, entries }
    }

    /// Returns one entry in full; the paths are left to those who know them.
    pub(super) fn entry(self: &Arc<Self>, key: &EntryKey) -> Option<EntryDetails> {
        self.pending.drain();
        let in_memory = self.memory.has(key);
        let on_disk = self.row_on_disk(key);
        let mut tiers = Vec::new();
        if in_memory {
            tiers.push(TierName::Memory);
        }
        if on_disk.is_some() {
            tiers.push(TierName::Disk);
        }
        let row = on_disk.or_else(|| self.memory.rows().into_iter().find(|row| row.key == *key))?;
        Some(EntryDetails { entry: self.view(&row), paths: Vec::new(), tiers })
    }

    fn row_on_disk(self: &Arc<Self>, key: &EntryKey) -> Option<Row> {
        use strum::IntoEnumIterator;
        let tier = self.tier_for_read()?;
        Kind::iter().find_map(|kind| {
            let record = tier.record(kind, key).ok().flatten()?;
            let header = entry::peek(&record)?.header;
            let mut touch = self.touches().map_or_else(Touch::default, |all| all.of(key));
            touch.add(self.memory.fresh_touch(key).unwrap_or_default());
            Some(Row {
                key: *key,
                kind,
                bytes: u32::try_from(entry::stored_bytes(&record)).unwrap_or(u32::MAX),
                created: header.created,
                remake_us: header.remake_us,
                usd: header.usd,
                touch,
            })
        })
    }

    fn view(self: &Arc<Self>, row: &Row) -> EntryView {
        EntryView {
            key: row.key,
            kind: row.kind,
            bytes: Bytes(u64::from(row.bytes)),
            created: row.created,
            used: UnixNanos(i64::from(row.used_min()) * 60_000_000_000),
            uses: row.touch.uses,
            remake_ms: Millis(u64::from(row.remake_us) / 1000),
            remake_usd: (row.usd > 0).then_some(PicoUsd(u128::from(row.usd))),
            expires: None,
            summary: self.summary(row),
        }
    }

    fn summary(self: &Arc<Self>, row: &Row) -> String {
        let in_memory =
            self.memory.peek(&row.key, |value, _, _| summary::of_value(row.kind, value));
        if let Some(summary) = in_memory {
            return summary;
        }
        let record = self.tier_for_read().and_then(|tier| tier.record(row.kind, &row.key).ok()?);
        record.map_or_else(String::new, |record| match entry::decode(&row.key, &record) {
            Decoded::Entry(view) => summary::of_record(&view),
            Decoded::Unknown => "of another version".to_owned(),
            Decoded::Damaged => "damaged".to_owned(),
        })
    }
}

fn sort(rows: &mut [Row], order: EntryOrder) {
    match order {
        EntryOrder::Recent => rows
            .sort_unstable_by_key(|row| (Reverse(row.used_min()), Reverse(row.created), row.key)),
        EntryOrder::Oldest => rows.sort_unstable_by_key(|row| (row.created, row.key)),
        EntryOrder::Largest => rows.sort_unstable_by_key(|row| (Reverse(row.bytes), row.key)),
        EntryOrder::Used => {
            rows.sort_unstable_by_key(|row| {
                (Reverse(row.touch.uses), Reverse(row.used_min()), row.key)
            });
        }
    }
}
