//! Removing entries: as asked for, and by itself when the disk tier grows over its high mark.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use strum::IntoEnumIterator;

use crate::model::{
    Bytes, EntryKey, EvictRequest, EvictTarget, EvictionPlan, Kind, Tier as TierName,
};

use super::{
    core::Core,
    entry::{self, Decoded},
    error::{Fault, StoreError},
    evict::{self, Row},
    hold::hold,
    rack::Rack,
    tier::Scan,
    touches::TouchMap,
};

/// So many entries go at once; then others get their turn.
const CHUNK: usize = 512;

impl Core {
    /// Returns what is known of every entry of `kind`, or of all.
    pub(super) fn rows(self: &Arc<Self>, kind: Option<Kind>) -> Vec<Row> {
        self.pending.drain();
        let Some(tier) = self.tier_for_read() else {
            let mut rows = self.memory.rows();
            rows.retain(|row| kind.is_none_or(|kind| kind == row.kind));
            return rows;
        };
        self.save_touches();
        let touches = self.touches().map_or_else(TouchMap::default, |touches| touches.load());
        let mut rows = Vec::new();
        for of in Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of)) {
            if let Err(fault) = scan(&tier, of, &touches, &mut rows) {
                self.failed("list", fault);
            }
        }
        rows
    }

    /// Returns what an eviction would remove, naming at most `list` victims.
    pub(super) fn plan(self: &Arc<Self>, request: &EvictRequest, list: usize) -> EvictionPlan {
        let victims = evict::choose(self.rows(request.kind), request, self.clock.wall());
        evict::plan(&victims, request, list)
    }

    /// Removes entries; returns what went.
    pub(super) fn evict(
        self: &Arc<Self>,
        request: &EvictRequest,
        cancel: &AtomicBool,
    ) -> Result<(EvictionPlan, Vec<EntryKey>), StoreError> {
        let mut victims = evict::choose(self.rows(request.kind), request, self.clock.wall());
        let tier = self.tier_for_read();
        let mut gone = 0;
        for chunk in victims.chunks(CHUNK) {
            if cancel.load(Relaxed) || self.closing.load(Relaxed) {
                break;
            }
            self.drop_chunk(tier.as_deref(), chunk)?;
            gone += chunk.len();
        }
        victims.truncate(gone);
        let plan = evict::plan(&victims, request, gone);
        tracing::info!(
            policy = %request.policy, entries = plan.entries, bytes = plan.bytes.0, "evicted"
        );
        Ok((plan, victims.iter().map(|row| row.key).collect()))
    }

    fn drop_chunk(&self, tier: Option<&Rack>, chunk: &[Row]) -> Result<(), StoreError> {
        for row in chunk {
            self.memory.remove(&row.key);
        }
        let Some(tier) = tier else {
            let counter = &self.counters.tier(TierName::Memory).evictions;
            counter.fetch_add(chunk.len() as u64, Relaxed);
            return Ok(());
        };
        let result = self.change(|| {
            for row in chunk {
                let changed = tier.remove(row.kind, &row.key)?;
                self.note(row.kind, &changed);
                if changed.old.is_some() {
                    self.counters.tier(TierName::Disk).evictions.fetch_add(1, Relaxed);
                }
            }
            Ok(())
        });
        result.map_err(|fault| {
            self.failed("evict", fault.clone());
            StoreError::Tier { path: self.folder.clone().unwrap_or_default(), fault }
        })
    }

    /// Starts a clean-up when the disk tier is over its high mark and none runs.
    ///
    /// One that could not reach its target is not repeated until the store has grown again.
    pub(super) fn sweep_when_full(self: &Arc<Self>) {
        let (_, bytes) = self.counters.on_disk();
        let (high, low) = (self.options.high_bytes(), self.options.low_bytes());
        let start = high.max(self.swept_to.load(Relaxed).saturating_add((high - low) / 2));
        if bytes <= start || self.closing.load(Relaxed) || self.sweeping.swap(true, Relaxed) {
            return;
        }
        tracing::info!(size = bytes, limit = self.options.disk_bytes.0, "the cache is cleaned up");
        let core = Arc::clone(self);
        let thread = std::thread::Builder::new().name("larder-sweep".to_owned());
        match thread.spawn(move || core.sweep(low)) {
            Ok(handle) => *hold(&self.sweeper) = Some(handle),
            Err(error) => {
                tracing::error!(%error, "cannot start a clean-up");
                self.sweeping.store(false, Relaxed);
            }
        }
    }

    fn sweep(self: &Arc<Self>, low: u64) {
        let target = EvictTarget::Bytes(Bytes(low));
        let request = EvictRequest { policy: self.options.policy, target, kind: None };
        if let Err(error) = self.evict(&request, &AtomicBool::new(false)) {
            tracing::error!(%error, "the clean-up failed");
        }
        self.swept_to.store(self.counters.on_disk().1, Relaxed);
        self.sweeping.store(false, Relaxed);
    }

    /// Reads every entry and removes the damaged ones; returns how many were read and removed.
    pub(super) fn check_entries(
        self: &Arc<Self>,
        cancel: &AtomicBool,
    ) -> Result<(u64, u64), StoreError> {
        self.pending.drain();
        let Some(tier) = self.tier_for_read() else { return Ok((0, 0)) };
        let failed = |fault: Fault| {
            self.failed("verify", fault.clone());
            StoreError::Tier { path: self.folder.clone().unwrap_or_default(), fault }
        };
        let (mut read, mut damaged) = (0, Vec::new());
        for kind in Kind::iter() {
            let result = tier.scan(kind, &mut |key, record| {
                read += 1;
                if entry::decode(&key, record) == Decoded::Damaged {
                    damaged.push((kind, key));
                }
                if cancel.load(Relaxed) { Scan::Stop } else { Scan::Next }
            });
            result.map_err(failed)?;
        }
        for (kind, key) in &damaged {
            self.memory.remove(key);
            self.drop_damaged(*kind, key);
        }
        if cancel.load(Relaxed) {
            return Err(StoreError::Cancelled);
        }
        Ok((read, damaged.len() as u64))
    }
}

fn scan(tier: &Rack, kind: Kind, touches: &TouchMap, rows: &mut Vec<Row>) -> Result<(), Fault> {
    tier.scan(kind, &mut |key, record| {
        // Entries of a form not known here are evicted as the cheapest: nobody reads them.
        let header = entry::peek(record).map(|view| view.header);
        rows.push(Row {
            key,
            kind,
            bytes: u32::try_from(entry::stored_bytes(record)).unwrap_or(u32::MAX),
            created: header.as_ref().map_or_else(Default::default, |header| header.created),
            remake_us: header.as_ref().map_or(0, |header| header.remake_us),
            usd: header.map_or(0, |header| header.usd),
            touch: touches.of(&key),
        });
        Scan::Next
    })
}
