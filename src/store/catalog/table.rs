//! The table: one array per column, some thirty bytes for an entry, and a map from keys to rows.

use std::collections::BTreeSet;

use hashbrown::HashTable;
use strum::IntoEnumIterator;

use crate::model::{EntryKey, Kind};

use super::{
    super::{counters::KINDS, evict::Row, key, touches::Touch},
    deps::Deps,
    oldest::Oldest,
};

/// Stands for no kind: the slot is free.
const FREE: u8 = u8::MAX;

/// What the table knows of one entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::store) struct Slot {
    /// Where it is in the table.
    pub(in crate::store) at: u32,
    /// The first eight bytes of its key: they tell a million entries apart.
    pub(in crate::store) part: u64,
    /// What it holds.
    pub(in crate::store) kind: Kind,
    /// Its bytes.
    pub(in crate::store) bytes: u32,
    /// When it was made, in seconds since 1970.
    pub(in crate::store) created: u32,
    /// When it was last read or else made, in minutes since 1970.
    pub(in crate::store) used_min: u32,
    /// How often it was read.
    pub(in crate::store) uses: u16,
    /// What making it again would take.
    pub(in crate::store) remake_us: u32,
    /// What making it again would cost, in dollars.
    pub(in crate::store) usd: f32,
}

/// All entries.
#[derive(Debug, Default)]
pub(in crate::store) struct Table {
    parts: Vec<u64>,
    kinds: Vec<u8>,
    bytes: Vec<u32>,
    created: Vec<u32>,
    used: Vec<u32>,
    uses: Vec<u16>,
    remake: Vec<u32>,
    usd: Vec<f32>,
    free: Vec<u32>,
    map: HashTable<u32>,
    deps: Deps,
    oldest: [Oldest; KINDS],
    /// The versions of the counters that made the counts.
    pub(in crate::store) versions: BTreeSet<u32>,
}

impl Table {
    /// Adds an entry, or replaces what is known of it; its reads are kept then.
    pub(in crate::store) fn insert(&mut self, row: &Row, deps: &[u64]) {
        let part = key::part(&row.key);
        let created = u32::try_from(row.created.seconds().max(0)).unwrap_or(u32::MAX);
        let found = self.find(row.kind, part);
        let before = found.map(|at| self.created[at as usize]);
        if before != Some(created) {
            let oldest = &mut self.oldest[row.kind as usize];
            oldest.came(created);
            if let Some(before) = before {
                oldest.went(before);
            }
        }
        let at = found.unwrap_or_else(|| self.add(row.kind, part));
        let slot = at as usize;
        self.bytes[slot] = row.bytes;
        self.created[slot] = created;
        self.used[slot] = self.used[slot].max(row.used_min());
        let uses = u32::from(self.uses[slot]).saturating_add(row.touch.uses);
        self.uses[slot] = u16::try_from(uses).unwrap_or(u16::MAX);
        self.remake[slot] = row.remake_us;
        self.usd[slot] = dollars(row.usd);
        if !deps.is_empty() {
            self.deps.add(at, deps);
            let kinds = &self.kinds;
            self.deps.tidy(|slot| kinds[slot as usize] != FREE);
        }
    }

    /// Removes an entry.
    pub(in crate::store) fn remove(&mut self, kind: Kind, key: &EntryKey) {
        if let Some(at) = self.find(kind, key::part(key)) {
            self.remove_slot(at);
        }
    }

    /// Notes reads of an entry.
    pub(in crate::store) fn touch(&mut self, kind: Kind, key: &EntryKey, touch: Touch) {
        let Some(at) = self.find(kind, key::part(key)) else { return };
        let slot = at as usize;
        self.used[slot] = self.used[slot].max(touch.used_min);
        let uses = u32::from(self.uses[slot]).saturating_add(touch.uses);
        self.uses[slot] = u16::try_from(uses).unwrap_or(u16::MAX);
    }

    /// Removes all entries, or all of `kind`.
    pub(in crate::store) fn clear(&mut self, kind: Option<Kind>) {
        let Some(kind) = kind else {
            *self = Self::default();
            return;
        };
        for at in 0..self.kinds.len() {
            if self.kinds[at] == kind as u8 {
                self.remove_slot(u32::try_from(at).expect("slots are counted in 32 bits"));
            }
        }
        self.oldest[kind as usize] = Oldest::None;
        if self.map.is_empty() {
            self.deps.clear();
        }
    }

    /// Returns how many entries there are.
    #[cfg(test)]
    pub(in crate::store) fn len(&self) -> usize {
        self.map.len()
    }

    /// Returns every entry.
    pub(in crate::store) fn slots(&self) -> impl Iterator<Item = Slot> {
        let kinds: [Option<Kind>; KINDS] = std::array::from_fn(|at| Kind::iter().nth(at));
        (0..self.kinds.len()).filter_map(move |at| {
            let kind = kinds.get(usize::from(self.kinds[at])).copied().flatten()?;
            Some(self.slot_of(at, kind))
        })
    }

    /// Returns one entry.
    pub(in crate::store) fn slot(&self, at: u32) -> Option<Slot> {
        let kind = Kind::iter().nth(usize::from(*self.kinds.get(at as usize)?))?;
        Some(self.slot_of(at as usize, kind))
    }

    /// Returns the reads of an entry.
    pub(in crate::store) fn touch_of(&self, kind: Kind, key: &EntryKey) -> Option<Touch> {
        let at = self.find(kind, key::part(key))? as usize;
        Some(Touch { used_min: self.used[at], uses: u32::from(self.uses[at]) })
    }

    /// Returns the entries that may have been made of a content.
    pub(in crate::store) fn made_of(&self, content: u64) -> Vec<Slot> {
        self.deps.of(content).into_iter().filter_map(|at| self.slot(at)).collect()
    }

    /// Returns when the oldest entry of `kind` was made, when that is known.
    pub(in crate::store) fn oldest(&self, kind: Kind) -> Option<u32> {
        self.oldest[kind as usize].moment()
    }

    /// Returns how many entries but counts were never read, and their bytes.
    pub(in crate::store) fn unread(&self) -> (u64, u64) {
        let is_unread = |slot: &Slot| slot.uses == 0 && slot.kind != Kind::Count;
        let unread = self.slots().filter(is_unread);
        unread.fold((0, 0), |sum, slot| (sum.0 + 1, sum.1 + u64::from(slot.bytes)))
    }

    /// Looks anew which entries are the oldest, where the one that was known is gone.
    pub(in crate::store) fn find_oldest(&mut self) {
        if !self.oldest.contains(&Oldest::Lost) {
            return;
        }
        let mut oldest = [Oldest::None; KINDS];
        for (kind, created) in self.kinds.iter().zip(&self.created) {
            if let Some(oldest) = oldest.get_mut(usize::from(*kind)) {
                oldest.came(*created);
            }
        }
        self.oldest = oldest;
    }

    #[expect(clippy::cast_possible_truncation, reason = "slots are counted in 32 bits")]
    fn slot_of(&self, at: usize, kind: Kind) -> Slot {
        Slot {
            at: at as u32,
            part: self.parts[at],
            kind,
            bytes: self.bytes[at],
            created: self.created[at],
            used_min: self.used[at],
            uses: self.uses[at],
            remake_us: self.remake[at],
            usd: self.usd[at],
        }
    }

    fn find(&self, kind: Kind, part: u64) -> Option<u32> {
        let is_it =
            |at: &u32| self.parts[*at as usize] == part && self.kinds[*at as usize] == kind as u8;
        self.map.find(part, is_it).copied()
    }

    fn add(&mut self, kind: Kind, part: u64) -> u32 {
        let at = self.free.pop().unwrap_or_else(|| {
            self.parts.push(0);
            self.kinds.push(FREE);
            self.bytes.push(0);
            self.created.push(0);
            self.used.push(0);
            self.uses.push(0);
            self.remake.push(0);
            self.usd.push(0.0);
            u32::try_from(self.parts.len() - 1).expect("fewer than 2^32 entries fit on a disk")
        });
        let slot = at as usize;
        (self.parts[slot], self.kinds[slot]) = (part, kind as u8);
        (self.used[slot], self.uses[slot]) = (0, 0);
        let parts = &self.parts;
        self.map.insert_unique(part, at, |at| parts[*at as usize]);
        at
    }

    fn remove_slot(&mut self, at: u32) {
        let part = self.parts[at as usize];
        if let Ok(found) = self.map.find_entry(part, |found| *found == at) {
            found.remove();
            let slot = at as usize;
            if let Some(oldest) = self.oldest.get_mut(usize::from(self.kinds[slot])) {
                oldest.went(self.created[slot]);
            }
            self.kinds[slot] = FREE;
            self.free.push(at);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "seven digits are enough to choose by")]
fn dollars(pico: u64) -> f32 {
    pico as f32 / 1e12
}
