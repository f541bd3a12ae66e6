//! Making what is new safe on the disk, and the end of the store.

use std::{
    path::Path,
    sync::{Arc, Mutex, atomic::Ordering::Relaxed},
    thread::JoinHandle,
};

use strum::IntoEnumIterator;

use crate::model::{Kind, StoreMode};

use super::{
    atomic_file::{self, Sync},
    core::{Bottom, Core},
    error::StoreError,
    generation::{self, Generation},
    hold::hold,
    lock::Lock,
    opening::Attempt,
    spool,
    touches::Touches,
};

impl Core {
    /// Waits until all writes have arrived, then makes them safe.
    pub(super) fn checkpoint(self: &Arc<Self>) -> Result<(), StoreError> {
        self.pending.drain();
        if self.open_tier().is_none() && matches!(*hold(&self.bottom), Bottom::Closed) {
            self.try_again();
            self.pending.drain();
        }
        self.checkpoint_now()
    }

    /// Makes safe what has arrived so far.
    pub(super) fn checkpoint_now(self: &Arc<Self>) -> Result<(), StoreError> {
        let Ok(folder) = self.own_folder() else { return Ok(()) };
        self.look_after_folder(folder)?;
        let _alone = hold(&self.beside.taking);
        let is_taken = self.take_in(folder);
        let mut marked = hold(&self.storing);
        self.save_touches();
        self.save_history();
        if let Some(tier) = self.open_tier()
            && *marked
        {
            let safe = self.mark(&tier).and_then(|()| tier.tier().checkpoint());
            if let Err(fault) = safe {
                drop((marked, tier));
                self.failed("checkpoint", fault.clone());
                return Err(StoreError::Tier { path: folder.clone(), fault });
            }
            self.measure(folder);
        }
        if self.counters.changed.take() || *marked {
            if self.open_tier().is_some() {
                self.counters.saved_at.store(self.clock.wall().0, Relaxed);
            }
            let is_saved = self.save_numbers(true, Sync::Durable);
            *marked = false;
            if is_taken
                && is_saved
                && let Err(error) = spool::finish(folder)
            {
                tracing::warn!(folder = %folder.display(), %error, "cannot delete what was taken in");
            }
        }
        Ok(())
    }

    /// Measures what the folder takes; files of values are known without looking at each.
    pub(super) fn measure(&self, folder: &Path) {
        let database = atomic_file::size(&hold(&self.generation).folder(folder));
        self.database_bytes.store(database, Relaxed);
        let others = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let others = others.map(|entry| entry.path());
        // Generations that are not live are on their way out, or in.
        let others = others.filter(|path| !generation::is_one(path) && !path.ends_with("blobs"));
        let values = Kind::iter().filter(|kind| *kind != Kind::Result);
        let values: u64 = values.map(|kind| self.counters.file_bytes(kind)).sum();
        let others: u64 = others.map(|path| atomic_file::size(&path)).sum();
        self.counters.disk_use.store(database + others + values, Relaxed);
    }

    /// Saves when entries were read; a failure only makes them look older.
    pub(super) fn save_touches(&self) {
        let Ok(folder) = self.own_folder() else { return };
        let touched = self.memory.take_touches();
        for (kind, key, touch) in &touched {
            self.catalog.touched(key, *kind, *touch);
        }
        if let Err(error) = Touches::new(folder, self.minute()).append(&touched) {
            tracing::warn!(folder = %folder.display(), %error, "cannot save when entries were used");
        }
    }

    /// Returns when entries were read, as far as the disk knows.
    pub(super) fn touches(&self) -> Option<Touches> {
        self.folder.as_deref().map(|folder| Touches::new(folder, self.minute()))
    }

    /// Starts anew when somebody has deleted the folder while it was in use.
    fn look_after_folder(self: &Arc<Self>, folder: &Path) -> Result<(), StoreError> {
        // Held until all is in place: who looks at the same time finds it so.
        let mut lock = hold(&self.lock);
        if lock.as_ref().is_none_or(Lock::is_in_place) {
            return Ok(());
        }
        tracing::warn!(folder = %folder.display(), "the cache folder was deleted: it is made anew");
        let now = self.clock.wall();
        let made = atomic_file::create_folder(folder).map_err(StoreError::io("create", folder));
        *lock = match made.and_then(|()| Lock::take(folder, now)) {
            Ok(lock) => Some(lock),
            Err(error) => {
                *lock = None;
                drop(lock);
                self.lose_folder(&error);
                return Err(error);
            }
        };
        let next = {
            let mut live = hold(&self.generation);
            *live = Generation { number: live.number + 1, ..*live }.with_new_epoch(now);
            *live
        };
        next.make_current(folder)?;
        drop(lock);
        self.forget_entries();
        self.fresh.store(true, Relaxed);
        if self.open_tier().is_some() {
            self.pending.halt();
            drop(self.exchange(Bottom::Opening, StoreMode::Ok));
            self.open_bottom(Attempt::Again);
        } else if !self.counters.exact.load(Relaxed) {
            self.start_opening();
        }
        Ok(())
    }

    /// Goes on from memory, because the folder is another one's now or cannot be had, and waits for
    /// it.
    fn lose_folder(self: &Arc<Self>, error: &StoreError) {
        *hold(&self.owner) = error.owner();
        self.close_bottom(StoreMode::MemoryOnly(error.to_string()));
        self.forget_entries();
        self.begin_beside();
        hold(&self.history).begin(self.counters.flow());
        if self.closing.load(Relaxed) {
            return;
        }
        if hold(&self.writer).is_none() {
            self.start_writer();
        }
        self.pending.call();
    }

    /// Ends the store: everything under way is made safe, and the lock is given back.
    pub(super) fn close(self: &Arc<Self>) {
        if self.ending.swap(true, Relaxed) {
            return;
        }
        self.pending.stop();
        // Without a thread of its own sled waits for ever, and so would we for the writer.
        let is_stuck = self.gave_up.load(Relaxed);
        let end = |thread: &Mutex<Option<JoinHandle<()>>>| {
            if let Some(handle) = hold(thread).take().filter(|_| !is_stuck) {
                wait_for(handle);
            }
        };
        end(&self.writer);
        if !is_stuck {
            self.look_beside();
            self.keep_limit();
        }
        self.closing.store(true, Relaxed);
        end(&self.sweeper);
        end(&self.compactor);
        if let Err(error) = self.checkpoint_now() {
            tracing::error!(%error, "cannot make the cache safe at the end");
        }
        if self.is_beside() {
            self.leave();
        }
        let old = std::mem::replace(&mut *hold(&self.bottom), Bottom::Closed);
        self.opened.notify_all();
        drop(old);
        *hold(&self.lock) = None;
    }
}

/// Waits for the end of a thread of the store, unless it is this one.
pub(super) fn wait_for(thread: JoinHandle<()>) {
    if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
        tracing::error!("a thread of the store panicked");
    }
}
