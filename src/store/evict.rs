//! Removing entries as asked for, and the preview of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

use strum::IntoEnumIterator;

use crate::model::{
    Bytes, EntryKey, EvictRequest, EvictionPlan, Kind, Millis, PicoUsd, Tier as TierName,
    UnixNanos, Victim,
};

use super::{
    catalog::{self, Scope, Slot, Table, choose},
    core::Core,
    error::{Fault, StoreError},
    key,
    rack::Rack,
    tier::Scan,
    touches::{Touch, TouchMap},
};

/// So many entries go at once; then others get their turn.
const CHUNK: usize = 512;

/// So many of those that went are named.
const NAMED: usize = 1000;

/// What is known of an entry beside its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Row {
    /// Its key.
    pub(super) key: EntryKey,
    /// What it holds.
    pub(super) kind: Kind,
    /// Bytes of key and record.
    pub(super) bytes: u32,
    /// When it was made.
    pub(super) created: UnixNanos,
    /// What making it again would take, in microseconds.
    pub(super) remake_us: u32,
    /// What making it again would cost, in pico-dollars.
    pub(super) usd: u64,
    /// Its reads.
    pub(super) touch: Touch,
}

impl Row {
    /// Returns the minute it was last read or else made.
    pub(super) fn used_min(&self) -> u32 {
        self.touch.used_min.max(minute(self.created))
    }

    fn victim(&self) -> Victim {
        Victim {
            key: self.key,
            kind: self.kind,
            bytes: Bytes(u64::from(self.bytes)),
            remake_ms: Millis(u64::from(self.remake_us) / 1000),
            remake_usd: PicoUsd(u128::from(self.usd)),
        }
    }
}

/// Returns the minutes since 1970 of a moment.
pub(super) fn minute(at: UnixNanos) -> u32 {
    u32::try_from(at.seconds().max(0) / 60).unwrap_or(u32::MAX)
}

/// What an eviction has removed so far.
#[derive(Default)]
pub(super) struct Gone {
    keys: Vec<EntryKey>,
    named: Vec<Victim>,
    bytes: u64,
    remake_us: u64,
    usd: u128,
    unknown: u64,
    /// Those of them that cost money.
    pub(super) results: Results,
}

/// Results among what went.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Results {
    pub(super) entries: u64,
    pub(super) bytes: u64,
    pub(super) usd: PicoUsd,
}

impl Gone {
    fn add(&mut self, row: &Row) {
        self.keys.push(row.key);
        self.bytes += u64::from(row.bytes);
        self.remake_us += u64::from(row.remake_us);
        self.usd += u128::from(row.usd);
        self.unknown += u64::from(is_unknown(row.kind, row.remake_us, row.usd == 0));
        if row.kind == Kind::Result {
            self.results.entries += 1;
            self.results.bytes += u64::from(row.bytes);
            self.results.usd.0 += u128::from(row.usd);
        }
        if self.named.len() < NAMED {
            self.named.push(row.victim());
        }
    }

    /// Returns how many entries went.
    pub(super) fn entries(&self) -> u64 {
        self.keys.len() as u64
    }
}

impl Core {
    /// Returns what is asked for as the policies see it.
    pub(super) fn scope(&self, request: &EvictRequest) -> Scope {
        let EvictRequest { policy, target, kind } = *request;
        Scope { policy, target, kind, spare: None, now_min: self.minute() }
    }

    /// Lets `look` see the table of all entries on the disk; `None` when there is no disk.
    pub(super) fn catalog<R>(
        self: &Arc<Self>,
        rack: &Rack,
        look: impl FnOnce(&mut Table) -> R,
    ) -> Option<R> {
        self.save_touches();
        self.catalog.with(|table| self.fill_table(rack, table), look)
    }

    /// Lets `look` see the table of all entries, and returns what holds them; `None` without a disk.
    ///
    /// # Errors
    /// Fails when they cannot be read: nobody may take that for a cache without entries.
    pub(super) fn listing<R>(
        self: &Arc<Self>,
        cancel: &AtomicBool,
        mut look: impl FnMut(&mut Table) -> R,
    ) -> Result<Option<(Arc<Rack>, R)>, StoreError> {
        loop {
            let Some(rack) = self.settled(cancel)? else { return Ok(None) };
            if let Some(found) = self.catalog(&rack, &mut look) {
                return Ok(Some((rack, found)));
            }
            if self.closing.load(Relaxed) {
                return Err(StoreError::Cancelled);
            }
            // Another generation may have taken its place meanwhile: that one is looked at.
            if self.open_tier().is_none_or(|now| Arc::ptr_eq(&now, &rack)) {
                let fault = Fault::Refused("what is kept cannot be listed right now".to_owned());
                let path = self.folder.clone().unwrap_or_default();
                return Err(StoreError::Tier { path, fault });
            }
        }
    }

    /// Returns when the oldest entry of `kind` was made, when that is known.
    pub(super) fn oldest(&self, kind: Kind) -> Option<UnixNanos> {
        let seconds = self.catalog.peek(|table| table.oldest(kind)).flatten()?;
        Some(UnixNanos(i64::from(seconds) * 1_000_000_000))
    }

    /// Reads every record once; returns whether all of them were read.
    fn fill_table(&self, rack: &Rack, table: &mut Table) -> bool {
        let began = self.clock.monotonic();
        let touches = self.touches().map_or_else(TouchMap::default, |touches| touches.load());
        for kind in Kind::iter() {
            let result = rack.scan(kind, &mut |key, record| {
                let row = catalog::row_of(kind, &key, record, touches.of(&key));
                table.insert(&row, &catalog::deps_of(record));
                table.versions.extend(catalog::version_of(kind, record));
                if self.closing.load(Relaxed) { Scan::Stop } else { Scan::Next }
            });
            if let Err(fault) = result {
                self.failed("list", fault);
                return false;
            }
        }
        let took = self.clock.monotonic().saturating_sub(began).as_millis();
        tracing::debug!(took, "every entry of the cache is known");
        !self.closing.load(Relaxed)
    }

    /// Returns what an eviction would remove, naming at most `list` victims.
    ///
    /// # Errors
    /// Fails when the entries cannot be listed: an empty plan would say that nothing goes.
    pub(super) fn plan(
        self: &Arc<Self>,
        request: &EvictRequest,
        list: usize,
    ) -> Result<EvictionPlan, StoreError> {
        let scope = self.scope(request);
        let never = AtomicBool::new(false);
        let Some((rack, victims)) = self.listing(&never, |table| choose(table, &scope))? else {
            let rows = self.chosen_in_memory(&scope);
            let mut gone = Gone::default();
            for row in &rows {
                gone.add(row);
            }
            gone.named.truncate(list);
            return Ok(plan(request, gone));
        };
        let named = victims.iter().take(list).filter_map(|slot| row_in(&rack, slot));
        Ok(EvictionPlan {
            policy: request.policy,
            kind: request.kind,
            victims: named.map(|row| row.victim()).collect(),
            entries: victims.len() as u64,
            bytes: Bytes(victims.iter().map(|slot| u64::from(slot.bytes)).sum()),
            remake_ms: Millis(
                victims.iter().map(|slot| u64::from(slot.remake_us)).sum::<u64>() / 1000,
            ),
            remake_usd: PicoUsd(victims.iter().map(|slot| exact_usd(&rack, slot)).sum()),
            unknown: victims
                .iter()
                .filter(|slot| is_unknown(slot.kind, slot.remake_us, slot.usd <= 0.0))
                .count() as u64,
        })
    }

    /// Removes entries; returns what went.
    pub(super) fn evict(
        self: &Arc<Self>,
        request: &EvictRequest,
        cancel: &AtomicBool,
    ) -> Result<(EvictionPlan, Vec<EntryKey>), StoreError> {
        let mut gone =
            self.evict_in(request, &self.scope(request), (cancel, &self.counters.requested))?;
        let entries = gone.entries();
        let keys = std::mem::take(&mut gone.keys);
        Ok((EvictionPlan { entries, ..plan(request, gone) }, keys))
    }

    /// Removes the entries that `scope` chooses, and adds them to a counter.
    pub(super) fn evict_in(
        self: &Arc<Self>,
        request: &EvictRequest,
        scope: &Scope,
        (cancel, counter): (&AtomicBool, &AtomicU64),
    ) -> Result<Gone, StoreError> {
        let is_over = || cancel.load(Relaxed) || self.closing.load(Relaxed);
        let mut gone = Gone::default();
        if let Some((rack, victims)) = self.listing(cancel, |table| choose(table, scope))? {
            for chunk in victims.chunks(CHUNK) {
                if is_over() {
                    break;
                }
                let before = gone.keys.len();
                let dropped = self.drop_chunk(&rack, chunk, &mut gone);
                // Also of a chunk that failed in its midst.
                counter.fetch_add((gone.keys.len() - before) as u64, Relaxed);
                dropped?;
            }
            self.catalog.peek(Table::find_oldest);
        } else {
            for row in self.chosen_in_memory(scope) {
                if is_over() {
                    break;
                }
                self.memory.remove(&row.key);
                self.counters.cell(row.kind, TierName::Memory).evictions.fetch_add(1, Relaxed);
                counter.fetch_add(1, Relaxed);
                gone.add(&row);
            }
        }
        let (entries, bytes) = (gone.entries(), gone.bytes);
        tracing::info!(policy = %request.policy, entries, bytes, "evicted");
        Ok(gone)
    }

    /// Chooses among the entries in memory, where there is no disk.
    fn chosen_in_memory(&self, scope: &Scope) -> Vec<Row> {
        let rows = self.memory.rows();
        let mut table = Table::default();
        for row in &rows {
            table.insert(row, &[]);
        }
        let by_part = |slot: &Slot| {
            rows.iter().find(|row| key::part(&row.key) == slot.part && row.kind == slot.kind)
        };
        // Slots are filled in the order of rows, unless two share the part of their keys.
        let row = |slot: Slot| {
            let row = rows.get(slot.at as usize);
            row.filter(|row| key::part(&row.key) == slot.part).or_else(|| by_part(&slot))
        };
        choose(&table, scope).into_iter().filter_map(row).copied().collect()
    }

    fn drop_chunk(&self, rack: &Rack, chunk: &[Slot], gone: &mut Gone) -> Result<(), StoreError> {
        let result = self.change(|| {
            for slot in chunk {
                for key in rack.tier().keys_with(slot.kind, slot.part)? {
                    self.memory.remove(&key);
                    self.drop_one(rack, (slot.kind, &key), gone)?;
                }
            }
            Ok(())
        });
        result.map_err(|fault| {
            self.failed("evict", fault.clone());
            StoreError::Tier { path: self.folder.clone().unwrap_or_default(), fault }
        })
    }

    fn drop_one(
        &self,
        rack: &Rack,
        (kind, key): (Kind, &EntryKey),
        gone: &mut Gone,
    ) -> Result<(), Fault> {
        let changed = rack.remove(kind, key)?;
        self.note(kind, key, &changed);
        if let Some(record) = &changed.old {
            self.counters.cell(kind, TierName::Disk).evictions.fetch_add(1, Relaxed);
            gone.add(&catalog::row_of(kind, key, record, Touch::default()));
        }
        Ok(())
    }
}

/// Returns what the record of a slot says.
pub(super) fn row_in(rack: &Rack, slot: &Slot) -> Option<Row> {
    let keys = rack.tier().keys_with(slot.kind, slot.part).ok()?;
    let key = keys.first()?;
    let record = rack.record(slot.kind, key).ok()??;
    let touch = Touch { used_min: slot.used_min, uses: u32::from(slot.uses) };
    Some(catalog::row_of(slot.kind, key, &record, touch))
}

/// Returns what making an entry again costs; a slot knows only some digits of it.
fn exact_usd(rack: &Rack, slot: &Slot) -> u128 {
    if slot.usd > 0.0 { row_in(rack, slot).map_or(0, |row| u128::from(row.usd)) } else { 0 }
}

/// Returns true when nobody knows what making an entry again takes: what larder computes it has timed,
/// and who keeps a result says what it took, or nothing.
fn is_unknown(kind: Kind, remake_us: u32, is_free: bool) -> bool {
    kind == Kind::Result && remake_us == 0 && is_free
}

fn plan(request: &EvictRequest, gone: Gone) -> EvictionPlan {
    EvictionPlan {
        policy: request.policy,
        kind: request.kind,
        entries: gone.entries(),
        victims: gone.named,
        bytes: Bytes(gone.bytes),
        remake_ms: Millis(gone.remake_us / 1000),
        remake_usd: PicoUsd(gone.usd),
        unknown: gone.unknown,
    }
}
