//! The chain: reads go down and fill up, writes go to memory at once and down a little later.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use crate::model::{EntryKey, Kind, StoreMode, Tier as TierName};

use super::{
    atomic_file::Sync,
    blob::{Blob, Blobs},
    browse::summary_of,
    core::{Bottom, Core},
    entry::{self, Form, Header},
    error::{Fault, StoreError},
    hold::hold,
    pending::Write,
    rack::{self, Changed, Rack, Read},
    results,
    store::Hit,
    touches::Touch,
};

/// What hits saved: microseconds and pico-dollars.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Spared {
    pub(super) us: u64,
    pub(super) pico: u64,
}

impl Core {
    /// Reads a value through all tiers; `decode` returns `None` for a value it does not know, which
    /// then is a miss, as is one that cannot be read. Counts the hit and what each tier passed on,
    /// but not the final miss.
    pub(super) fn read<R>(
        self: &Arc<Self>,
        kind: Kind,
        key: &EntryKey,
        decode: impl Fn(&[u8]) -> Option<R>,
    ) -> Option<(R, TierName)> {
        // The failure was told and counted where it came up.
        self.try_read(kind, key, decode).unwrap_or_default()
    }

    /// The same for those who have to know that a value may be there although it cannot be read.
    pub(super) fn try_read<R>(
        self: &Arc<Self>,
        kind: Kind,
        key: &EntryKey,
        decode: impl Fn(&[u8]) -> Option<R>,
    ) -> Result<Option<(R, TierName)>, Fault> {
        let ages = self.options.ttl.of(kind).is_some();
        let found = self.memory.read(key, self.minute(), |value, header| {
            if ages && self.is_expired(kind, header.created) {
                return None;
            }
            decode(value).map(|found| (found, spared(header)))
        });
        if let Some((value, spared)) = found.flatten() {
            self.hit(kind, key, TierName::Memory, spared);
            return Ok(Some((value, TierName::Memory)));
        }
        self.counters.passed(kind, TierName::Memory, 1);
        let found = self.read_below(kind, key, &decode);
        let Ok(Some((value, spared))) = found else {
            self.counters.passed(kind, TierName::Disk, 1);
            tracing::trace!(%kind, %key, "miss");
            return found.map(|_| None);
        };
        self.hit(kind, key, TierName::Disk, spared);
        Ok(Some((value, TierName::Disk)))
    }

    fn hit(&self, kind: Kind, key: &EntryKey, tier: TierName, spared: Spared) {
        tracing::debug!(%kind, %key, %tier, "hit");
        self.counters.hit(kind, tier, 1, spared);
    }

    /// Looks only where a value computed a moment ago must be, without counting.
    pub(super) fn recheck<R>(
        &self,
        kind: Kind,
        key: &EntryKey,
        decode: impl Fn(&[u8]) -> Option<R>,
    ) -> Option<R> {
        let fresh = |header: &Header| !self.is_expired(kind, header.created);
        let in_memory =
            self.memory.peek(key, |value, header, _| fresh(header).then(|| decode(value)));
        if let Some(found) = in_memory.flatten().flatten() {
            return Some(found);
        }
        let record = self.pending.find(key)?;
        let blobs = self.blobs.as_ref()?;
        match rack::read_record(blobs, kind, key, record.to_vec()) {
            Ok(Read::Entry(header, value)) if fresh(&header) => decode(&value),
            Ok(Read::Entry(..) | Read::Missing | Read::Unknown | Read::Damaged) | Err(_) => None,
        }
    }

    /// Returns a value without counting, noting or filling anything.
    pub(super) fn look(self: &Arc<Self>, kind: Kind, key: &EntryKey) -> Option<Hit> {
        let copy = |value: &[u8]| Some(value.to_vec());
        if let Some(value) = self.recheck(kind, key, copy) {
            return Some(Hit { value, tier: TierName::Memory });
        }
        match self.fetch(kind, key) {
            Ok(Read::Entry(header, value)) if !self.is_expired(kind, header.created) => {
                Some(Hit { value, tier: TierName::Disk })
            }
            Ok(Read::Entry(..) | Read::Missing | Read::Unknown | Read::Damaged) | Err(_) => None,
        }
    }

    /// Notes a read that was answered by somebody else's computation.
    pub(super) fn shared(&self, kind: Kind) {
        self.counters.hit(kind, TierName::Memory, 1, Spared::default());
    }

    fn read_below<R>(
        self: &Arc<Self>,
        kind: Kind,
        key: &EntryKey,
        decode: &impl Fn(&[u8]) -> Option<R>,
    ) -> Result<Option<(R, Spared)>, Fault> {
        let (header, value) = match self.fetch(kind, key) {
            Ok(Read::Entry(header, value)) => (header, value),
            Ok(Read::Missing | Read::Unknown) => return Ok(None),
            Ok(Read::Damaged) => {
                self.drop_damaged(kind, key);
                return Ok(None);
            }
            Err(fault) => {
                self.failed("read", fault.clone());
                return Err(fault);
            }
        };
        if self.is_expired(kind, header.created) {
            self.drop_expired(kind, key);
            return Ok(None);
        }
        let Some(found) = decode(&value) else { return Ok(None) };
        let spared = spared(&header);
        let touch = Touch { used_min: self.minute(), uses: 1 };
        if !self.fill(key, header, &value, touch) {
            self.memory.note((kind, *key, touch));
        }
        Ok(Some((found, spared)))
    }

    /// Reads what lies below memory.
    fn fetch(self: &Arc<Self>, kind: Kind, key: &EntryKey) -> Result<Read, Fault> {
        let Some(blobs) = &self.blobs else { return Ok(Read::Missing) };
        if let Some(record) = self.pending.find(key) {
            return rack::read_record(blobs, kind, key, record.to_vec());
        }
        // The file of a result is found without the database.
        if kind == Kind::Result {
            return rack::read_blob(blobs, kind, key);
        }
        let Some(rack) = self.tier_for_read() else { return Ok(Read::Missing) };
        rack.get(kind, key)
    }

    /// Keeps a value in memory; returns false when it is too large for that.
    fn fill(&self, key: &EntryKey, header: Header, value: &[u8], touch: Touch) -> bool {
        let kind = header.kind;
        let Some(gone) = self.memory.put(key, header, value, touch) else { return false };
        self.counters.cell(kind, TierName::Memory).fills.fetch_add(1, Relaxed);
        self.counters.evicted(TierName::Memory, &gone);
        true
    }

    /// Removes an entry whose checksum does not fit; it was a miss, never a wrong value.
    pub(super) fn drop_damaged(self: &Arc<Self>, kind: Kind, key: &EntryKey) {
        self.count_error_of(kind);
        let removed = if let (Kind::Result, Some(blobs)) = (kind, &self.blobs) {
            self.drop_damaged_result(blobs, key)
        } else {
            tracing::error!(%kind, %key, "an entry was damaged; it is removed and will be made again");
            self.tier_for_read().map(|rack| self.remove_from(&rack, kind, key))
        };
        if let Some(Err(fault)) = removed {
            self.failed("remove", fault);
        }
    }

    /// A result is in its file, and cost money: a sound one is only listed anew, any other is set
    /// aside, where whoever wants to may look into it.
    fn drop_damaged_result(
        self: &Arc<Self>,
        blobs: &Blobs,
        key: &EntryKey,
    ) -> Option<Result<bool, Fault>> {
        let kind = Kind::Result;
        if matches!(rack::read_blob(blobs, kind, key), Ok(Read::Entry(..))) {
            tracing::error!(%key, "the record of a result was damaged; its file is listed anew");
            return self.tier_for_read().map(|rack| self.adopt(&rack, blobs, kind, key));
        }
        tracing::error!(%kind, %key, "a result was damaged; it is set aside");
        let rack = self.tier_for_read();
        if blobs.has(kind, key) {
            let record = rack.as_ref().and_then(|rack| rack.record(kind, key).ok().flatten());
            let what = record.map_or_else(|| "a result".to_owned(), |record| summary_of(&record));
            self.note_file(key);
            match blobs.set_aside(kind, key) {
                Ok(path) => hold(&self.remarks).push(format!(
                    "a damaged result was set aside: {what}, now in {}",
                    path.display()
                )),
                Err(error) => {
                    tracing::error!(%key, %error, "cannot set a damaged result aside");
                    hold(&self.remarks)
                        .push(format!("a result is damaged: {what}, with the key {key}"));
                }
            }
        }
        rack.map(|rack| self.forget_without_file(&rack, blobs, kind, key))
    }

    /// Keeps a value.
    pub(super) fn put(self: &Arc<Self>, key: &EntryKey, header: &Header, value: &[u8]) {
        let kind = header.kind;
        if value.len() > entry::VALUE_LIMIT {
            self.count_error_of(kind);
            tracing::error!(%kind, %key, bytes = value.len(), "a value is too large to be kept");
            return;
        }
        self.fill(key, header.clone(), value, Touch::default());
        if !self.keeps() {
            return;
        }
        self.start_opening();
        let record = entry::encode(key, header, value).into();
        self.pending.put(Write { kind, key: *key, record });
    }

    /// Keeps a result, which is safe on the disk when this returns.
    pub(super) fn put_result(
        self: &Arc<Self>,
        key: &EntryKey,
        header: &Header,
        (meta, value): (&[u8], &[u8]),
    ) -> Result<(), StoreError> {
        let kind = Kind::Result;
        if meta.len() + value.len() > entry::VALUE_LIMIT {
            self.count_error_of(kind);
            return Err(StoreError::TooLarge { bytes: value.len(), limit: entry::VALUE_LIMIT });
        }
        self.fill(key, header.clone(), &results::join(meta, value), Touch::default());
        let Some(blobs) = &self.blobs else {
            return Err(self.not_kept());
        };
        let blob =
            Blob { key: *key, header: header.clone(), meta: meta.to_vec(), body: value.to_vec() };
        let file = match blobs.write(&blob, Sync::Durable) {
            Ok(file) => file,
            Err(error) => {
                self.count_error_of(kind);
                return Err(StoreError::io("write", blobs.path(kind, key))(error));
            }
        };
        if self.keeps() {
            self.start_opening();
            let form = Form::Blob(value.len() as u64, file);
            let record = entry::encode_as(key, header, form, meta).into();
            self.pending.put(Write { kind, key: *key, record });
        } else {
            self.note_file(key);
        }
        Ok(())
    }

    /// Returns true when writes reach the disk, now or when it opens.
    fn keeps(&self) -> bool {
        match &*hold(&self.bottom) {
            Bottom::Idle | Bottom::Opening | Bottom::Open(_) => hold(&self.nearly_full).is_none(),
            Bottom::Closed => false,
        }
    }

    /// Removes an entry everywhere, as somebody has asked for.
    pub(super) fn remove(self: &Arc<Self>, kind: Kind, key: &EntryKey) -> bool {
        let is_gone = self.remove_everywhere(kind, key);
        if is_gone {
            self.counters.removed_by_hand(kind);
        }
        is_gone
    }

    /// Removes an entry everywhere; returns whether there was one.
    pub(super) fn remove_everywhere(self: &Arc<Self>, kind: Kind, key: &EntryKey) -> bool {
        let in_memory = self.memory.remove(key);
        let under_way = self.pending.remove(key);
        let in_file = kind == Kind::Result && self.remove_result_file(key);
        let above = in_memory || under_way || in_file;
        let below = self.tier_for_read().is_some_and(|rack| {
            self.remove_from(&rack, kind, key).unwrap_or_else(|fault| {
                self.failed("remove", fault);
                false
            })
        });
        above || below
    }

    fn remove_result_file(&self, key: &EntryKey) -> bool {
        let Some(blobs) = &self.blobs else { return false };
        self.note_file(key);
        blobs.remove(Kind::Result, key).unwrap_or_else(|error| {
            self.count_error_of(Kind::Result);
            tracing::error!(%key, %error, "cannot remove a result");
            false
        })
    }

    /// Removes an entry of the lowest tier; returns whether there was one.
    pub(super) fn remove_from(
        &self,
        rack: &Rack,
        kind: Kind,
        key: &EntryKey,
    ) -> Result<bool, Fault> {
        self.change(|| {
            let changed = rack.remove(kind, key)?;
            self.note(kind, key, &changed);
            Ok(changed.old.is_some())
        })
    }

    /// Takes a change of the lowest tier into the numbers.
    pub(super) fn note(&self, kind: Kind, key: &EntryKey, changed: &Changed) {
        match &changed.new {
            Some(record) => {
                self.catalog.stored(kind, key, record);
                self.note_age(kind, record);
            }
            None => self.catalog.removed(kind, key),
        }
        if kind == Kind::Result {
            changed.old.iter().for_each(|old| self.tally.removed(old));
            changed.new.iter().for_each(|new| self.tally.stored(new));
        }
        let old = changed.old.as_deref().map(entry::size);
        match (&changed.new, old) {
            (Some(new), old) => self.counters.stored(kind, entry::size(new), old),
            (None, Some(old)) => self.counters.removed(kind, old),
            (None, None) => {}
        }
    }

    /// Takes note of a failure of the lowest tier and does what must be done about it.
    pub(super) fn failed(&self, what: &'static str, fault: Fault) {
        self.count_error();
        tracing::error!(what, %fault, "the store failed");
        match fault {
            Fault::Damaged(reason) => {
                let mut bottom = hold(&self.bottom);
                if !matches!(*bottom, Bottom::Open(_)) {
                    return;
                }
                let old = std::mem::replace(&mut *bottom, Bottom::Opening);
                drop(bottom);
                hold(&self.chores).damage = Some(reason);
                self.pending.call();
                drop(old);
            }
            Fault::Full => {
                self.close_bottom(StoreMode::MemoryOnly("the disk is full".to_owned()));
            }
            Fault::Refused(reason) => self.close_bottom(StoreMode::MemoryOnly(reason)),
        }
    }
}

fn spared(header: &Header) -> Spared {
    Spared { us: u64::from(header.remake_us), pico: header.usd }
}
