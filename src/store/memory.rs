//! The memory tier: bounded by bytes, least recently or least often used first out.

use std::{mem, sync::Mutex};

use hashbrown::HashTable;

use crate::model::{EntryKey, Kind};

use super::{
    counters::KINDS,
    entry::Header,
    evict::Row,
    hold::hold,
    key::part,
    options::{MemoryPolicy, Options},
    recency::{LFU_LEVELS, Recency},
    touches::Touch,
};

/// Entries larger than this skip memory: one of them would evict everything else.
const ENTRY_LIMIT: usize = 256 << 10;

/// What an entry takes beside its value: slot 136, link 12, table 10 and note of a use 8.
pub(super) const OVERHEAD: u64 = 168;

/// Values up to this length lie in the slot itself; a count has 45 bytes.
const INLINE: usize = 46;

/// Reads of entries that left memory are remembered up to this many until the next checkpoint.
/// Without a disk nobody asks for them.
const LEFT_LIMIT: usize = 1 << 16;

#[derive(Debug)]
enum Value {
    Inline { len: u8, bytes: [u8; INLINE] },
    Heap(Box<[u8]>),
}

impl Value {
    #[expect(clippy::cast_possible_truncation, reason = "at most INLINE")]
    fn new(value: &[u8]) -> Self {
        if value.len() > INLINE {
            return Self::Heap(value.into());
        }
        let mut bytes = [0; INLINE];
        bytes[..value.len()].copy_from_slice(value);
        Self::Inline { len: value.len() as u8, bytes }
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Inline { len, bytes } => &bytes[..usize::from(*len)],
            Self::Heap(bytes) => bytes,
        }
    }
}

#[derive(Debug)]
struct Slot {
    key: EntryKey,
    header: Header,
    value: Value,
    all: Touch,
    /// Reads that the disk does not know yet.
    fresh: Touch,
}

/// Reads of one entry that the disk does not know yet.
pub(super) type Touched = (Kind, EntryKey, Touch);

#[derive(Debug)]
struct Inner {
    /// Numbers of slots, by the key in the slot.
    map: HashTable<u32>,
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    recency: Recency,
    bytes: u64,
    /// Entries and bytes by kind.
    kinds: [(u64, u64); KINDS],
    touched: Vec<u32>,
    left: Vec<Touched>,
}

/// The memory tier.
#[derive(Debug)]
pub(super) struct Memory {
    inner: Mutex<Inner>,
    limit: u64,
    /// The most entries.
    entries: u64,
    /// How many go at once when there are that many.
    batch: u64,
}

impl Memory {
    /// Returns an empty tier.
    pub(super) fn new(options: &Options) -> Self {
        let levels = match options.memory_policy {
            MemoryPolicy::Lru => 1,
            MemoryPolicy::Lfu => LFU_LEVELS,
        };
        let inner = Inner {
            map: HashTable::new(),
            slots: Vec::new(),
            free: Vec::new(),
            recency: Recency::new(levels),
            bytes: 0,
            kinds: Default::default(),
            touched: Vec::new(),
            left: Vec::new(),
        };
        Self {
            inner: Mutex::new(inner),
            limit: options.memory_bytes.0,
            entries: options.memory_entries,
            batch: options.memory_batch.max(1),
        }
    }

    /// Lets `read` see the value of `key` without copying it, and notes the use.
    pub(super) fn read<R>(
        &self,
        key: &EntryKey,
        used_min: u32,
        read: impl FnOnce(&[u8], &Header) -> R,
    ) -> Option<R> {
        let inner = &mut *hold(&self.inner);
        let at = inner.find(key)?;
        inner.recency.touch(at);
        let slot = inner.slots[at as usize].as_mut()?;
        let touch = Touch { used_min, uses: 1 };
        let is_first = slot.fresh.uses == 0;
        slot.fresh.add(touch);
        slot.all.add(touch);
        let answer = read(slot.value.as_slice(), &slot.header);
        if is_first {
            inner.note_touched(at);
        }
        Some(answer)
    }

    /// Returns true when `key` is here, without noting a use.
    pub(super) fn has(&self, key: &EntryKey) -> bool {
        hold(&self.inner).find(key).is_some()
    }

    /// Returns the reads of `key` that the disk does not know yet.
    pub(super) fn fresh_touch(&self, key: &EntryKey) -> Option<Touch> {
        let inner = hold(&self.inner);
        inner.slots[inner.find(key)? as usize].as_ref().map(|slot| slot.fresh)
    }

    /// Lets `read` see the value of `key` without noting a use.
    pub(super) fn peek<R>(
        &self,
        key: &EntryKey,
        read: impl FnOnce(&[u8], &Header, Touch) -> R,
    ) -> Option<R> {
        let inner = hold(&self.inner);
        let slot = inner.slots[inner.find(key)? as usize].as_ref()?;
        Some(read(slot.value.as_slice(), &slot.header, slot.all))
    }

    /// Keeps a value, with the reads that the disk does not know yet; returns how many entries
    /// of each kind had to go, or `None` when the value is too large to be kept.
    pub(super) fn put(
        &self,
        key: &EntryKey,
        header: Header,
        value: &[u8],
        fresh: Touch,
    ) -> Option<[u64; KINDS]> {
        let cost = cost(value.len());
        let inner = &mut *hold(&self.inner);
        let uses = inner.drop_slot(key);
        if value.len() > ENTRY_LIMIT || cost > self.limit {
            return None;
        }
        let mut gone = [0; KINDS];
        let is_full = inner.map.len() as u64 >= self.entries;
        let mut must_go = if is_full { self.batch } else { 0 };
        while (must_go > 0 || inner.bytes + cost > self.limit)
            && let Some(kind) = inner.drop_first()
        {
            must_go = must_go.saturating_sub(1);
            gone[kind as usize] += 1;
        }
        let mut all = uses.unwrap_or_default();
        all.add(fresh);
        let slot = Slot { key: *key, header, value: Value::new(value), all, fresh };
        inner.insert(slot, cost);
        Some(gone)
    }

    /// Removes an entry.
    pub(super) fn remove(&self, key: &EntryKey) -> bool {
        hold(&self.inner).drop_slot(key).is_some()
    }

    /// Removes every entry, or every one of `kind`.
    pub(super) fn clear(&self, kind: Option<Kind>) -> u64 {
        let inner = &mut *hold(&self.inner);
        let wanted: Vec<EntryKey> = inner
            .slots
            .iter()
            .flatten()
            .filter(|slot| kind.is_none_or(|kind| kind == slot.header.kind))
            .map(|slot| slot.key)
            .collect();
        for key in &wanted {
            inner.drop_slot(key);
        }
        if inner.map.is_empty() {
            inner.slots = Vec::new();
            inner.free = Vec::new();
            inner.recency.clear();
        }
        // Reads of what went are of no use; those of other kinds are still to be told to the disk.
        inner.left.retain(|(of, ..)| kind.is_some_and(|kind| kind != *of));
        let Inner { touched, slots, .. } = inner;
        touched.retain(|at| slots.get(*at as usize).is_some_and(Option::is_some));
        wanted.len() as u64
    }

    /// Removes the first to go until `entries` are left; returns how many went of each
    /// kind.
    pub(super) fn shrink(&self, entries: usize) -> [u64; KINDS] {
        let inner = &mut *hold(&self.inner);
        let mut gone = [0; KINDS];
        while inner.map.len() > entries
            && let Some(kind) = inner.drop_first()
        {
            gone[kind as usize] += 1;
        }
        let Inner { map, slots, .. } = inner;
        map.shrink_to_fit(|&at| hash_in(slots, at));
        gone
    }

    /// Notes a read of an entry that is too large to be here.
    pub(super) fn note(&self, touched: Touched) {
        let mut inner = hold(&self.inner);
        if inner.left.len() < LEFT_LIMIT {
            inner.left.push(touched);
        }
    }

    /// Returns the reads that the disk does not know yet, once.
    pub(super) fn take_touches(&self) -> Vec<Touched> {
        let inner = &mut *hold(&self.inner);
        let mut out = mem::take(&mut inner.left);
        for at in mem::take(&mut inner.touched) {
            if let Some(Some(slot)) = inner.slots.get_mut(at as usize)
                && slot.fresh.uses > 0
            {
                out.push((slot.header.kind, slot.key, mem::take(&mut slot.fresh)));
            }
        }
        out
    }

    /// Returns how many entries are here and what they take.
    pub(super) fn size(&self) -> (u64, u64) {
        let inner = hold(&self.inner);
        (inner.map.len() as u64, inner.bytes)
    }

    /// Returns how many entries of `kind` are here and what they take.
    pub(super) fn size_of(&self, kind: Kind) -> (u64, u64) {
        hold(&self.inner).kinds[kind as usize]
    }

    /// Returns how many notes it keeps of entries, present and gone.
    #[cfg(test)]
    pub(super) fn traces(&self) -> usize {
        let inner = hold(&self.inner);
        inner.map.len() + inner.slots.len() + inner.touched.len() + inner.left.len()
    }

    /// Returns every entry as a row.
    pub(super) fn rows(&self) -> Vec<Row> {
        let inner = hold(&self.inner);
        inner.slots.iter().flatten().map(Slot::row).collect()
    }
}

impl Slot {
    #[expect(clippy::cast_possible_truncation, reason = "at most ENTRY_LIMIT")]
    fn row(&self) -> Row {
        Row {
            key: self.key,
            kind: self.header.kind,
            bytes: self.value.as_slice().len() as u32 + 32,
            created: self.header.created,
            remake_us: self.header.remake_us,
            usd: self.header.usd,
            touch: self.all,
        }
    }
}

impl Inner {
    fn find(&self, key: &EntryKey) -> Option<u32> {
        self.map.find(part(key), |&at| is_of(&self.slots, at, key)).copied()
    }

    fn insert(&mut self, slot: Slot, cost: u64) {
        let (key, touched) = (slot.key, slot.fresh.uses > 0);
        let kind = &mut self.kinds[slot.header.kind as usize];
        *kind = (kind.0 + 1, kind.1 + cost);
        let at = if let Some(at) = self.free.pop() {
            self.slots[at as usize] = Some(slot);
            at
        } else {
            self.slots.push(Some(slot));
            u32::try_from(self.slots.len() - 1).expect("memory holds fewer than 2^32 entries")
        };
        let slots = &self.slots;
        self.map.insert_unique(part(&key), at, |&at| hash_in(slots, at));
        self.recency.add(at);
        self.bytes += cost;
        if touched {
            self.note_touched(at);
        }
    }

    /// Notes that a slot has reads the disk does not know; slots that were used anew since are
    /// noted twice, so the list is cleaned when it outgrows the slots.
    fn note_touched(&mut self, at: u32) {
        if self.touched.len() > self.slots.len() * 2 + 64 {
            self.touched.sort_unstable();
            self.touched.dedup();
        }
        self.touched.push(at);
    }

    /// Removes the entry that should go first and returns its kind.
    fn drop_first(&mut self) -> Option<Kind> {
        let at = self.recency.first()?;
        let (key, kind) =
            self.slots[at as usize].as_ref().map(|slot| (slot.key, slot.header.kind))?;
        self.drop_slot(&key).map(|_| kind)
    }

    /// Removes an entry and returns its reads.
    fn drop_slot(&mut self, key: &EntryKey) -> Option<Touch> {
        let slots = &self.slots;
        let found = self.map.find_entry(part(key), |&at| is_of(slots, at, key)).ok()?;
        let at = found.remove().0;
        self.recency.remove(at);
        self.free.push(at);
        let slot = self.slots[at as usize].take()?;
        let cost = cost(slot.value.as_slice().len());
        self.bytes -= cost;
        let kind = &mut self.kinds[slot.header.kind as usize];
        *kind = (kind.0 - 1, kind.1 - cost);
        if slot.fresh.uses > 0 && self.left.len() < LEFT_LIMIT {
            self.left.push((slot.header.kind, slot.key, slot.fresh));
        }
        Some(slot.all)
    }
}

/// Returns the hash of the key in a slot.
fn hash_in(slots: &[Option<Slot>], at: u32) -> u64 {
    slots[at as usize].as_ref().map_or(0, |slot| part(&slot.key))
}

fn is_of(slots: &[Option<Slot>], at: u32, key: &EntryKey) -> bool {
    slots[at as usize].as_ref().is_some_and(|slot| slot.key == *key)
}

/// Returns what an entry with a value of `len` bytes takes in memory.
const fn cost(len: usize) -> u64 {
    let heap = if len > INLINE { len as u64 } else { 0 };
    OVERHEAD + heap
}
