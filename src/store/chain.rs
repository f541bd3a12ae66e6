//! The chain: reads go down and fill up, writes go to memory at once and down a little later.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use crate::model::{EntryKey, Kind, StoreMode, Tier as TierName};

use super::{
    core::{Bottom, Core},
    entry::{self, Decoded, Header},
    error::Fault,
    hold::hold,
    memory::Meta,
    pending::Write,
    tier::Tier,
    touches::Touch,
};

impl Core {
    /// Reads a value through all tiers; `decode` returns `None` for a value it does not know, which
    /// then is a miss. Counts the hit and what each tier passed on, but not the final miss.
    pub(super) fn read<R>(
        self: &Arc<Self>,
        kind: Kind,
        key: &EntryKey,
        decode: impl Fn(&[u8]) -> Option<R>,
    ) -> Option<(R, TierName)> {
        let found = self.memory.read(key, self.minute(), |value, meta| {
            decode(value).map(|found| (found, meta.remake_us))
        });
        if let Some((value, remake_us)) = found.flatten() {
            self.hit(kind, key, TierName::Memory, remake_us);
            return Some((value, TierName::Memory));
        }
        self.counters.passed(TierName::Memory, 1);
        let Some((value, remake_us)) = self.read_below(kind, key, &decode) else {
            self.counters.passed(TierName::Disk, 1);
            return None;
        };
        self.hit(kind, key, TierName::Disk, remake_us);
        Some((value, TierName::Disk))
    }

    fn hit(&self, kind: Kind, key: &EntryKey, tier: TierName, remake_us: u32) {
        tracing::debug!(%kind, %key, %tier, "hit");
        self.counters.hit(kind, tier, 1, u64::from(remake_us));
    }

    /// Looks only where a value computed a moment ago must be, without counting.
    pub(super) fn recheck<R>(
        &self,
        key: &EntryKey,
        decode: impl Fn(&[u8]) -> Option<R>,
    ) -> Option<R> {
        if let Some(found) = self.memory.peek(key, |value, _, _| decode(value)).flatten() {
            return Some(found);
        }
        let record = self.pending.find(key)?;
        match entry::decode(key, &record) {
            Decoded::Entry(_, value) => decode(value),
            Decoded::Unknown | Decoded::Damaged => None,
        }
    }

    /// Notes a read that was answered by somebody else's computation.
    pub(super) fn shared(&self, kind: Kind) {
        self.counters.hit(kind, TierName::Memory, 1, 0);
    }

    fn read_below<R>(
        self: &Arc<Self>,
        kind: Kind,
        key: &EntryKey,
        decode: &impl Fn(&[u8]) -> Option<R>,
    ) -> Option<(R, u32)> {
        if let Some(record) = self.pending.find(key) {
            return self.take(kind, key, &record, decode);
        }
        let tier = self.tier_for_read()?;
        let record = match tier.get(kind, key) {
            Ok(record) => record?,
            Err(fault) => {
                self.failed("read", fault);
                return None;
            }
        };
        match entry::decode(key, &record) {
            Decoded::Entry(header, _) if header.kind == kind => {
                self.take(kind, key, &record, decode)
            }
            Decoded::Entry(..) | Decoded::Unknown => None,
            Decoded::Damaged => {
                self.drop_damaged(&*tier, kind, key);
                None
            }
        }
    }

    /// Decodes a record found below memory and fills memory with it.
    fn take<R>(
        &self,
        kind: Kind,
        key: &EntryKey,
        record: &[u8],
        decode: &impl Fn(&[u8]) -> Option<R>,
    ) -> Option<(R, u32)> {
        let header = entry::peek(record)?;
        let value = &record[entry::HEADER..];
        let found = decode(value)?;
        let touch = Touch { used_min: self.minute(), uses: 1 };
        if !self.fill(kind, key, value, (header, touch)) {
            self.memory.note((kind, *key, touch));
        }
        Some((found, header.remake_us))
    }

    /// Keeps a value in memory; returns false when it is too large for that.
    fn fill(
        &self,
        kind: Kind,
        key: &EntryKey,
        value: &[u8],
        (header, touch): (Header, Touch),
    ) -> bool {
        let meta = Meta { created: header.created, remake_us: header.remake_us };
        let Some(evicted) = self.memory.put((kind, key), value, meta, touch) else { return false };
        let counters = self.counters.tier(TierName::Memory);
        counters.fills.fetch_add(1, Relaxed);
        counters.evictions.fetch_add(evicted, Relaxed);
        true
    }

    /// Removes an entry whose checksum does not fit; it was a miss, never a wrong value.
    pub(super) fn drop_damaged(&self, tier: &dyn Tier, kind: Kind, key: &EntryKey) {
        self.count_error();
        tracing::error!(%kind, %key, "an entry was damaged; it is removed and will be made again");
        let removed = self.change(|| tier.remove(kind, key));
        match removed {
            Ok(Some(length)) => self.counters.removed(kind, length),
            Ok(None) => {}
            Err(fault) => self.failed("remove", fault),
        }
    }

    /// Keeps a value.
    pub(super) fn put(
        self: &Arc<Self>,
        kind: Kind,
        key: &EntryKey,
        value: &[u8],
        remake: Duration,
    ) {
        if value.len() > entry::VALUE_LIMIT {
            self.count_error();
            tracing::error!(%kind, %key, bytes = value.len(), "a value is too large to be kept");
            return;
        }
        let remake_us = u32::try_from(remake.as_micros()).unwrap_or(u32::MAX);
        let header = Header { kind, created: self.clock.wall(), remake_us };
        self.fill(kind, key, value, (header, Touch::default()));
        if !self.keeps() {
            return;
        }
        self.start_opening();
        let record = entry::encode(key, &header, value).into();
        self.pending.put(Write { kind, key: *key, record });
    }

    /// Returns true when writes reach the disk, now or when it opens.
    fn keeps(&self) -> bool {
        match &*hold(&self.bottom) {
            Bottom::Idle | Bottom::Opening | Bottom::Open(_) => true,
            Bottom::Closed => false,
        }
    }

    /// Removes an entry everywhere.
    pub(super) fn remove(self: &Arc<Self>, kind: Kind, key: &EntryKey) -> bool {
        let in_memory = self.memory.remove(key);
        let under_way = self.pending.remove(key);
        let Some(tier) = self.tier_for_read() else { return in_memory || under_way };
        match self.change(|| tier.remove(kind, key)) {
            Ok(Some(length)) => {
                self.counters.removed(kind, length);
                true
            }
            Ok(None) => in_memory || under_way,
            Err(fault) => {
                self.failed("remove", fault);
                in_memory || under_way
            }
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
