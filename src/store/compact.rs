//! Compaction: sled never gives space back, so what is alive is copied into a new generation, while
//! everybody goes on reading and writing.
//!
//! Chunks are copied under the lock of writers, and whatever changes meanwhile changes in both.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use strum::IntoEnumIterator;

use crate::model::{Bytes, EntryKey, Kind, StoreMode};

use super::{
    atomic_file::{self, Sync},
    core::{Bottom, Core},
    error::{Fault, StoreError},
    generation::Draft,
    hold::hold,
    opening::open_disk,
    rack::Rack,
    store::Store,
    tier::{Scan, Tier},
};

/// So many entries are copied at once; then writers get their turn.
const CHUNK: usize = 256;

/// A database smaller than this is left alone: sled takes some megabytes for nothing.
const SMALLEST: u64 = 64 << 20;

/// A database of so many times the bytes of its entries wastes space.
const WASTEFUL: u64 = 3;

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Compacted {
    /// Entries that were copied.
    pub entries: u64,
    /// Bytes of the database before.
    pub before: Bytes,
    /// And after.
    pub after: Bytes,
}

impl Store {
    /// Copies all entries into a new database and deletes the old one, which gives back the space
    /// that removed entries have left. Others read and write meanwhile.
    ///
    /// # Errors
    /// Fails when one runs already, when there is too little space, when the disk fails, or when
    /// `cancel` is set; the old database stays then.
    pub fn compact(&self, cancel: &AtomicBool) -> Result<Compacted, StoreError> {
        self.core().compact(cancel)
    }
}

impl Core {
    /// Starts a compaction when the database wastes space, and has grown since the last one.
    pub(super) fn compact_when_wasteful(self: &Arc<Self>) {
        let database = self.database_bytes.load(Relaxed);
        let (_, bytes) = self.counters.on_disk();
        let files: u64 = Kind::iter().map(|kind| self.counters.file_bytes(kind)).sum();
        let alive = bytes.saturating_sub(files);
        let grown = self.compacted_to.load(Relaxed).saturating_mul(3) / 2;
        let wanted = database > SMALLEST.max(alive.saturating_mul(WASTEFUL)).max(grown);
        let is_busy = self.sweeping.load(Relaxed) || self.compacting.load(Relaxed);
        if !wanted || is_busy || self.closing.load(Relaxed) || self.mode() != StoreMode::Ok {
            return;
        }
        let core = Arc::clone(self);
        let thread = std::thread::Builder::new().name("larder-compact".to_owned());
        let started = thread.spawn(move || {
            if let Err(error) = core.compact(&AtomicBool::new(false)) {
                tracing::warn!(%error, "the cache could not be compacted");
                // Not again before it has grown.
                core.compacted_to.store(core.database_bytes.load(Relaxed), Relaxed);
            }
        });
        match started {
            Ok(handle) => *hold(&self.compactor) = Some(handle),
            Err(error) => tracing::error!(%error, "cannot start a compaction"),
        }
    }

    fn compact(self: &Arc<Self>, cancel: &AtomicBool) -> Result<Compacted, StoreError> {
        if self.compacting.swap(true, Relaxed) {
            return Err(StoreError::NotKept("it is being compacted already".to_owned()));
        }
        let result = self.compact_alone(cancel);
        self.compacting.store(false, Relaxed);
        if let Ok(folder) = self.own_folder() {
            self.measure(folder);
        }
        // Nobody of this thread works with the old one any more: it can be deleted.
        self.pending.call();
        result
    }

    fn compact_alone(self: &Arc<Self>, cancel: &AtomicBool) -> Result<Compacted, StoreError> {
        let folder = self.own_folder()?.clone();
        let rack = self.settled(cancel)?.filter(|_| self.mode() == StoreMode::Ok);
        let Some(rack) = rack else { return Err(self.not_kept()) };
        let live = *hold(&self.generation);
        let before = atomic_file::size(&live.folder(&folder));
        self.check_space(&folder)?;
        let mut next = live.next(&folder);
        let result = self.copy_and_switch((&rack, &folder), &mut next, cancel);
        // Its files go when this ends: nobody may write there any more.
        let entries = result.inspect_err(|_| rack.set_twin(None))?;
        let after = atomic_file::size(&next.of.folder(&folder));
        self.database_bytes.store(after, Relaxed);
        self.compacted_to.store(after, Relaxed);
        tracing::info!(entries, before, after, "the cache was compacted");
        Ok(Compacted { entries, before: Bytes(before), after: Bytes(after) })
    }

    /// Makes sure that a copy of all entries finds room.
    fn check_space(&self, folder: &Path) -> Result<(), StoreError> {
        let (_, bytes) = self.counters.on_disk();
        let files: u64 = Kind::iter().map(|kind| self.counters.file_bytes(kind)).sum();
        let needed = bytes.saturating_sub(files).saturating_mul(WASTEFUL);
        match atomic_file::free_space(folder) {
            Ok(free) if free.free < needed => Err(StoreError::NotKept(format!(
                "{} bytes are free, and a copy may need {needed}",
                free.free
            ))),
            // Where it is not known, the copy itself finds out.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    fn copy_and_switch(
        self: &Arc<Self>,
        (rack, folder): (&Arc<Rack>, &Path),
        next: &mut Draft,
        cancel: &AtomicBool,
    ) -> Result<u64, StoreError> {
        let failed = |fault: Fault| StoreError::Tier { path: folder.to_owned(), fault };
        let target: Arc<dyn Tier> = Arc::new(open_disk(folder, next.of)?);
        rack.set_twin(Some(Arc::clone(&target)));
        let mut copied = 0;
        for kind in Kind::iter() {
            let mut after = None;
            loop {
                if cancel.load(Relaxed) || self.closing.load(Relaxed) {
                    return Err(StoreError::Cancelled);
                }
                let chunk = self.copy_chunk(rack, &*target, (kind, after.as_ref()));
                let (entries, last) = chunk.map_err(failed)?;
                copied += entries;
                match last {
                    Some(last) => after = Some(last),
                    None => break,
                }
            }
        }
        // Most of it is safe before anybody has to wait.
        target.checkpoint().map_err(failed)?;
        self.switch((rack, folder), target, next)?;
        Ok(copied)
    }

    /// Copies the next few entries; returns how many, and the last key unless that was all.
    fn copy_chunk(
        &self,
        rack: &Rack,
        target: &dyn Tier,
        (kind, after): (Kind, Option<&EntryKey>),
    ) -> Result<(u64, Option<EntryKey>), Fault> {
        let _nobody_writes = hold(&self.storing);
        let mut chunk = Vec::with_capacity(CHUNK);
        rack.tier().scan(kind, after, &mut |key, record| {
            chunk.push((key, record.to_vec()));
            if chunk.len() < CHUNK { Scan::Next } else { Scan::Stop }
        })?;
        for (key, record) in &chunk {
            target.put(kind, key, record)?;
        }
        let last = chunk.last().filter(|_| chunk.len() == CHUNK).map(|(key, _)| *key);
        Ok((chunk.len() as u64, last))
    }

    /// Puts the copy in the place of what it was made of.
    fn switch(
        &self,
        (rack, folder): (&Arc<Rack>, &Path),
        target: Arc<dyn Tier>,
        next: &mut Draft,
    ) -> Result<(), StoreError> {
        let failed = |fault: Fault| StoreError::Tier { path: folder.to_owned(), fault };
        let mut marked = hold(&self.storing);
        let is_live = matches!(&*hold(&self.bottom), Bottom::Open(open) if Arc::ptr_eq(open, rack));
        if !is_live {
            return Err(StoreError::NotKept("it was replaced meanwhile".to_owned()));
        }
        target.checkpoint().map_err(failed)?;
        let live = *hold(&self.generation);
        next.of.epoch = live.epoch;
        *hold(&self.generation) = next.of;
        // The numbers go first: a kill from here on costs a recount at most.
        self.save_numbers(false, Sync::Durable);
        *marked = true;
        if let Err(error) = next.make_current() {
            *hold(&self.generation) = live;
            return Err(error);
        }
        let new = Arc::new(rack.with(target));
        let old = std::mem::replace(&mut *hold(&self.bottom), Bottom::Open(new));
        let mut chores = hold(&self.chores);
        chores.replaced.push(Arc::downgrade(rack));
        chores.old_generations = true;
        drop(chores);
        self.pending.call();
        drop(old);
        Ok(())
    }
}
