//! Clearing: a new generation takes the place of the old one, which is deleted behind the scenes.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use strum::IntoEnumIterator;

use crate::model::{Kind, StoreMode};

use super::{
    core::{Bottom, Core, Listing},
    entry::Size,
    error::StoreError,
    hold::hold,
};

impl Core {
    /// Removes every entry, or every one of `kind`; returns how many went. What belongs to other
    /// kinds stays as it is, their reads too.
    pub(super) fn clear(self: &Arc<Self>, kind: Option<Kind>) -> Result<u64, StoreError> {
        self.pending.drain();
        let is_all = self.has_only(kind);
        let removed = if self.is_owner() && !matches!(*hold(&self.bottom), Bottom::Closed) {
            self.clear_disk(kind)?
        } else {
            kind.map_or_else(|| self.memory.size(), |kind| self.memory.size_of(kind)).0
        };
        self.pending.clear(kind);
        self.memory.clear(kind);
        self.counters.forget_reads(kind);
        if kind.is_none_or(|kind| kind == Kind::Result) {
            self.tally.forget_reads();
        }
        // The file does not tell kinds apart; reads of what is gone are in nobody's way.
        if let (true, true, Some(touches)) = (is_all, self.is_owner(), self.touches()) {
            touches.clear();
        }
        if clears_counts(kind) {
            self.counters.index_entries.store(0, Relaxed);
        }
        let what = kind.map_or_else(|| "all".to_owned(), |kind| kind.to_string());
        tracing::info!(kind = what, removed, "the cache is cleared");
        Ok(removed)
    }

    fn clear_disk(self: &Arc<Self>, kind: Option<Kind>) -> Result<u64, StoreError> {
        let folder = self.own_folder()?.clone();
        // Clearing everything needs no database but a new one, which knows of what cost money all
        // the same: how much of it goes must be told.
        let is_idle = matches!(*hold(&self.bottom), Bottom::Idle)
            && self.has_only(kind)
            && self.has_no_files_of(kind);
        let open = if is_idle { None } else { self.settled(&AtomicBool::new(false))? };
        let mut marked = hold(&self.storing);
        self.mark_unclean(&mut marked);
        let in_sled = matches!(*hold(&self.mode), StoreMode::Ok);
        if self.has_only(kind) && in_sled {
            self.replace_generation((&folder, kind), is_idle)?;
        } else if let Some(tier) = open {
            for of in Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of)) {
                tier.clear(of).map_err(|fault| StoreError::Tier { path: folder.clone(), fault })?;
            }
            if clears_counts(kind) {
                let next = hold(&self.generation).with_new_epoch(self.clock.wall());
                next.make_current(&folder)?;
                *hold(&self.generation) = next;
            }
        } else {
            return Err(self.not_kept());
        }
        let mut removed = 0;
        for of in Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of)) {
            self.clear_files(of)?;
            if of == Kind::Result {
                self.tally.forget_entries();
            }
            let (entries, _) = self.counters.size_of(of);
            removed += entries;
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

    /// Returns true when there is no file of any value, or of any of `kind`.
    fn has_no_files_of(&self, kind: Option<Kind>) -> bool {
        let of_kind = |kind| self.blobs.as_ref().is_none_or(|blobs| blobs.is_empty(kind));
        kind.map_or_else(|| self.has_no_files(), of_kind)
    }

    /// Removes the files of values of `kind`.
    fn clear_files(&self, kind: Kind) -> Result<(), StoreError> {
        let Some(blobs) = &self.blobs else { return Ok(()) };
        blobs.clear(kind).map_err(StoreError::io("clear", blobs.home(kind)))
    }

    fn replace_generation(
        &self,
        (folder, kind): (&Path, Option<Kind>),
        is_idle: bool,
    ) -> Result<(), StoreError> {
        let mut next = hold(&self.generation).next(folder);
        if clears_counts(kind) {
            next.of = next.of.with_new_epoch(self.clock.wall());
        }
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

/// Returns true when a clear of this kind, or of all, takes counts: path indexes hold counts too, and
/// are forgotten with them.
fn clears_counts(kind: Option<Kind>) -> bool {
    kind.is_none_or(|kind| kind == Kind::Count)
}
