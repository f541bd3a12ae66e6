//! Clearing: a new generation takes the place of the old one, which is deleted behind the scenes.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use strum::IntoEnumIterator;

use crate::model::{Kind, StoreMode, Tier as TierName};

use super::{
    core::{Bottom, Core, Listing},
    entry::Size,
    error::StoreError,
    hold::hold,
};

impl Core {
    /// Removes every entry, or every one of `kind`; returns how many went.
    pub(super) fn clear(self: &Arc<Self>, kind: Option<Kind>) -> Result<u64, StoreError> {
        self.pending.drain();
        let before: Vec<_> = Kind::iter().map(|of| (of, self.counters.size_of(of).0)).collect();
        let removed = if self.is_owner() && !matches!(*hold(&self.bottom), Bottom::Closed) {
            self.clear_disk(kind)?
        } else {
            self.memory.size().0
        };
        self.pending.clear(kind);
        self.memory.clear(kind);
        self.counters.forget_reads();
        self.tally.forget_reads();
        if let (true, Some(touches)) = (self.is_owner(), self.touches()) {
            touches.clear();
        }
        self.counters.index_entries.store(0, Relaxed);
        for (of, entries) in before {
            if kind.is_none_or(|kind| kind == of) {
                self.counters.cell(of, TierName::Disk).evictions.fetch_add(entries, Relaxed);
            }
        }
        let what = kind.map_or_else(|| "all".to_owned(), |kind| kind.to_string());
        tracing::info!(kind = what, removed, "the cache is cleared");
        Ok(removed)
    }

    fn clear_disk(self: &Arc<Self>, kind: Option<Kind>) -> Result<u64, StoreError> {
        let folder = self.own_folder()?.clone();
        // Clearing everything needs no database but a new one.
        let is_idle = matches!(*hold(&self.bottom), Bottom::Idle) && self.has_only(kind);
        let open = if is_idle { None } else { self.tier() };
        if open.is_some() {
            self.wait_for_listing();
        }
        let mut marked = hold(&self.storing);
        self.mark_unclean(&mut marked);
        let stats = self.counters.kind_stats();
        let removed = stats.iter().filter(|s| kind.is_none_or(|kind| kind == s.kind));
        let removed = removed.map(|stats| stats.entries).sum();
        let in_sled = matches!(*hold(&self.mode), StoreMode::Ok);
        if self.has_only(kind) && in_sled {
            self.replace_generation(&folder, is_idle)?;
        } else if let Some(tier) = open {
            for of in Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of)) {
                tier.clear(of).map_err(|fault| StoreError::Tier { path: folder.clone(), fault })?;
            }
            let next = hold(&self.generation).with_new_epoch(self.clock.wall());
            next.make_current(&folder)?;
            *hold(&self.generation) = next;
        } else {
            return Err(self.not_kept());
        }
        for of in Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of)) {
            self.clear_files(of)?;
            if of == Kind::Result {
                self.tally.forget_entries();
            }
            self.counters.recounted(of, 0, Size::default());
        }
        self.catalog.cleared(kind);
        hold(&self.chores).listing = Listing::Wanted;
        self.pending.call();
        *marked = true;
        Ok(removed)
    }

    /// Returns true when there are surely no entries but those of `kind`.
    fn has_only(&self, kind: Option<Kind>) -> bool {
        let others = Kind::iter().filter(|of| kind.is_some_and(|kind| kind != *of));
        kind.is_none()
            || self.counters.exact.load(Relaxed)
                && others.map(|of| self.counters.size_of(of).0).sum::<u64>() == 0
    }

    /// Removes the files of values of `kind`.
    fn clear_files(&self, kind: Kind) -> Result<(), StoreError> {
        let Some(blobs) = &self.blobs else { return Ok(()) };
        blobs.clear(kind).map_err(StoreError::io("clear", blobs.home(kind)))
    }

    fn replace_generation(&self, folder: &Path, is_idle: bool) -> Result<(), StoreError> {
        let mut next = hold(&self.generation).next(folder);
        next.of = next.of.with_new_epoch(self.clock.wall());
        let tier = if is_idle { None } else { Some(self.open_sled(folder, next.of)?) };
        next.make_current()?;
        *hold(&self.generation) = next.of;
        self.counters.exact.store(true, Relaxed);
        self.fresh.store(true, Relaxed);
        if let Some(tier) = tier {
            let old = std::mem::replace(&mut *hold(&self.bottom), Bottom::Open(tier));
            if let Bottom::Open(old) = &old {
                hold(&self.chores).replaced.push(Arc::downgrade(old));
            }
            drop(old);
        }
        hold(&self.chores).old_generations = true;
        self.pending.call();
        Ok(())
    }
}
