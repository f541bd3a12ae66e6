//! Looking at entries: lists and single ones.

use std::{cmp::Reverse, iter, sync::Arc};

use strum::IntoEnumIterator;

use crate::model::{
    Bytes, EntryDetails, EntryKey, EntryOrder, EntryPage, EntryQuery, EntryView, Kind, Millis,
    PicoUsd, Tier as TierName, UnixNanos,
};

use super::{
    blob,
    catalog::{self, Slot},
    core::Core,
    entry::{self, Form, Header},
    evict::{Row, row_in},
    rack::Rack,
    summary,
    tier::Scan,
    touches::Touch,
};

impl Core {
    /// Returns entries in the order asked for.
    pub(super) fn entries(self: &Arc<Self>, query: &EntryQuery) -> EntryPage {
        match (self.settled_for_a_look(), &query.text) {
            (Some(rack), None) => self.listed(&rack, query),
            (Some(rack), Some(text)) => {
                let text = text.to_lowercase();
                page(self.matching(&rack, query.kind, &text), query)
            }
            (None, text) => {
                let text = text.as_ref().map(|text| text.to_lowercase());
                let mut rows = self.memory.rows();
                rows.retain(|row| query.kind.is_none_or(|kind| kind == row.kind));
                let views = rows.iter().map(|row| self.view(row, &self.summary_in_memory(row)));
                let fits = |view: &EntryView| {
                    text.as_ref().is_none_or(|text| holds(&view.key, &view.summary, text))
                };
                page(views.filter(fits).collect(), query)
            }
        }
    }

    /// Returns the entries of a page, reading only their records.
    fn listed(self: &Arc<Self>, rack: &Rack, query: &EntryQuery) -> EntryPage {
        let found = self.catalog(rack, |table| {
            table.find_oldest();
            let of_kind = |slot: &Slot| query.kind.is_none_or(|kind| kind == slot.kind);
            let mut slots: Vec<(u64, u64, u32)> = table
                .slots()
                .filter(of_kind)
                .map(|slot| {
                    let (first, second) = place(&slot, query.order);
                    (first, second, slot.at)
                })
                .collect();
            let total = slots.len() as u64;
            let from = usize::try_from(query.from).unwrap_or(usize::MAX);
            let to = from.saturating_add(query.limit as usize).min(slots.len());
            // Only what is shown is put in order.
            if to < slots.len() {
                slots.select_nth_unstable(to);
                slots.truncate(to);
            }
            slots.sort_unstable();
            let shown = slots.iter().skip(from).filter_map(|(_, _, at)| table.slot(*at));
            (total, shown.collect::<Vec<_>>())
        });
        let (total, slots) = found.unwrap_or_default();
        let entries = slots.iter().filter_map(|slot| self.view_of(rack, slot)).collect();
        EntryPage { total, entries }
    }

    /// Returns all entries of which key or summary hold `text`, reading every record.
    fn matching(self: &Arc<Self>, rack: &Rack, kind: Option<Kind>, text: &str) -> Vec<EntryView> {
        let mut found = Vec::new();
        for of in Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of)) {
            let result = rack.scan(of, &mut |key, record| {
                let summary = summary_of(record);
                if holds(&key, &summary, text) || summary::names(record, text) {
                    found.push((catalog::row_of(of, &key, record, Touch::default()), summary));
                }
                Scan::Next
            });
            if let Err(fault) = result {
                self.failed("list", fault);
            }
        }
        let touches = self.catalog(rack, |table| {
            table.find_oldest();
            let touch = |(row, _): &(Row, String)| table.touch_of(row.kind, &row.key);
            found.iter().map(|found| touch(found).unwrap_or_default()).collect::<Vec<_>>()
        });
        let touches = touches.unwrap_or_default().into_iter().chain(iter::repeat(Touch::default()));
        let rows = found.into_iter().zip(touches);
        rows.map(|((row, summary), touch)| self.view(&Row { touch, ..row }, &summary)).collect()
    }

    fn view_of(self: &Arc<Self>, rack: &Rack, slot: &Slot) -> Option<EntryView> {
        let row = row_in(rack, slot)?;
        let record = rack.record(row.kind, &row.key).ok()??;
        Some(self.view(&row, &summary_of(&record)))
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
        let (row, summary) = if let Some(found) = on_disk {
            found
        } else {
            let row = self.memory.rows().into_iter().find(|row| row.key == *key)?;
            (row, self.summary_in_memory(&row))
        };
        Some(EntryDetails { entry: self.view(&row, &summary), paths: Vec::new(), tiers })
    }

    fn row_on_disk(self: &Arc<Self>, key: &EntryKey) -> Option<(Row, String)> {
        let Some(rack) = self.settled_for_a_look() else {
            let record = self.record_of_file(key)?;
            let row = catalog::row_of(Kind::Result, key, &record, Touch::default());
            return Some((row, summary_of(&record)));
        };
        Kind::iter().find_map(|kind| {
            let record = rack.record(kind, key).ok().flatten()?;
            entry::peek(&record)?;
            let mut touch = self.touches().map_or_else(Touch::default, |all| all.of(key));
            touch.add(self.memory.fresh_touch(key).unwrap_or_default());
            Some((catalog::row_of(kind, key, &record, touch), summary_of(&record)))
        })
    }

    /// Returns the record of a result from its file, where there is no database to ask.
    fn record_of_file(&self, key: &EntryKey) -> Option<Vec<u8>> {
        let found = self.blobs.as_ref()?.read(Kind::Result, key);
        let Ok(blob::Found::Blob(blob, file)) = found else { return None };
        let form = Form::Blob(blob.body.len() as u64, file);
        Some(entry::encode_as(key, &blob.header, form, &blob.meta))
    }

    fn view(&self, row: &Row, summary: &str) -> EntryView {
        EntryView {
            key: row.key,
            kind: row.kind,
            bytes: Bytes(u64::from(row.bytes)),
            created: row.created,
            used: UnixNanos(i64::from(row.used_min()).saturating_mul(60_000_000_000)),
            uses: row.touch.uses,
            remake_ms: Millis(u64::from(row.remake_us) / 1000),
            remake_usd: (row.usd > 0).then_some(PicoUsd(u128::from(row.usd))),
            expires: self.expires(row.kind, row.created),
            summary: summary.to_owned(),
        }
    }

    fn summary_in_memory(&self, row: &Row) -> String {
        let summary = |value: &[u8], _: &Header, _| summary::of_value(row.kind, value);
        self.memory.peek(&row.key, summary).unwrap_or_default()
    }
}

fn summary_of(record: &[u8]) -> String {
    entry::peek(record)
        .map_or_else(|| "of another version".to_owned(), |view| summary::of_record(&view))
}

/// Returns true when key or summary hold `text`, which is in small letters.
fn holds(key: &EntryKey, summary: &str, text: &str) -> bool {
    summary.to_lowercase().contains(text) || key.to_string().contains(text)
}

/// Puts entries in order and returns those asked for.
fn page(mut entries: Vec<EntryView>, query: &EntryQuery) -> EntryPage {
    let total = entries.len() as u64;
    entries.sort_by_key(|view| {
        let newest = (Reverse(view.used), Reverse(view.created));
        let (first, second) = match query.order {
            EntryOrder::Recent => (0, newest),
            EntryOrder::Oldest => (view.created.0, (Reverse(UnixNanos(0)), Reverse(UnixNanos(0)))),
            EntryOrder::Largest => (-i64::try_from(view.bytes.0).unwrap_or(i64::MAX), newest),
            EntryOrder::Used => (-i64::from(view.uses), newest),
        };
        (first, second, view.key)
    });
    let from = usize::try_from(query.from).unwrap_or(usize::MAX);
    let entries = entries.into_iter().skip(from).take(query.limit as usize).collect();
    EntryPage { total, entries }
}

/// Returns numbers that are smaller the earlier an entry is listed.
fn place(slot: &Slot, order: EntryOrder) -> (u64, u64) {
    let newest = u64::from(u32::MAX - slot.used_min) << 32 | u64::from(u32::MAX - slot.created);
    match order {
        EntryOrder::Recent => (newest, slot.part),
        EntryOrder::Oldest => (u64::from(slot.created), slot.part),
        EntryOrder::Largest => (u64::from(u32::MAX - slot.bytes), newest),
        EntryOrder::Used => (u64::from(u16::MAX - slot.uses), newest),
    }
}
