//! The store's own thread: opens the lowest tier, writes what is under way, makes it safe.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use crate::model::{StoreMode, Tier, catch_panic};

use super::{
    atomic_file::Sync,
    core::Core,
    error::Fault,
    generation,
    hold::hold,
    opening::Attempt,
    patience::Patience,
    pending::{Next, Write},
    stats::{self, Saved},
};

/// What the thread does next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    /// Wait until the folder is this process's own.
    Wait,
    /// Write there.
    Write,
    /// End.
    End,
}

impl Core {
    /// The thread's whole life: nobody must wait for writes after a fault of its own.
    pub(super) fn write_or_give_up(self: Arc<Self>) {
        let core = Arc::clone(&self);
        if catch_panic(|| core.wait_and_write()).is_err() {
            self.count_error();
            let reason = "the store's thread has failed".to_owned();
            tracing::error!(reason, "the cache is not written any more");
            self.pending.stop();
            self.close_bottom(StoreMode::MemoryOnly(reason));
        }
    }

    /// Writes while the folder is this process's own, and waits for it while it is not.
    fn wait_and_write(self: &Arc<Self>) {
        while self.is_owner() || self.wait_for_folder() == Turn::Write {
            if self.write_until_stopped() == Turn::End {
                return;
            }
        }
    }

    /// Writes until the store ends or the folder is another one's.
    fn write_until_stopped(self: &Arc<Self>) -> Turn {
        self.remove_unfinished_generations();
        self.open_bottom(Attempt::First);
        self.list_files();
        self.remove_old_generations();
        let every = Duration::from_millis(self.options.checkpoint_ms.max(1));
        let mut last = self.clock.monotonic();
        loop {
            match self.next_work(every, &mut last) {
                Next::Writes(writes) => self.store(&writes),
                Next::Called => self.do_chores(),
                Next::Tick => {}
                Next::Stop => {
                    // Who held the last of them may have let go since.
                    self.remove_old_generations();
                    return Turn::End;
                }
            }
            if !self.is_owner() {
                return Turn::Wait;
            }
            self.sweep_when_full();
            self.tick_when_due(every, &mut last);
        }
    }

    /// Does what is due `every` so long after the `last` time.
    pub(super) fn tick_when_due(self: &Arc<Self>, every: Duration, last: &mut Duration) {
        let now = self.clock.monotonic();
        if now.saturating_sub(*last) >= every {
            *last = now;
            self.tick();
        }
    }

    /// What is due every few seconds.
    fn tick(self: &Arc<Self>) {
        self.watch_space();
        if self.open_tier().is_none() {
            self.try_again();
        } else if let Err(error) = self.checkpoint_now() {
            tracing::error!(%error, "cannot make the cache safe");
        } else {
            self.sweep_expired();
            self.remove_old_generations();
            self.compact_when_wasteful();
        }
    }

    /// What was asked for beside writing.
    pub(super) fn do_chores(&self) {
        let damage = hold(&self.chores).damage.take();
        if let Some(reason) = damage {
            self.recover_from(&reason);
        }
        self.remove_old_generations();
        self.list_files();
    }

    fn remove_old_generations(&self) {
        let mut chores = hold(&self.chores);
        chores.replaced.retain(|rack| rack.strong_count() > 0);
        // sled must not find its files gone while somebody still works with them.
        let wanted = chores.old_generations && chores.replaced.is_empty();
        if wanted {
            chores.old_generations = false;
        }
        drop(chores);
        if let (true, Some(folder)) = (wanted, &self.folder) {
            let live = *hold(&self.generation);
            // A newer one is being made.
            generation::remove(folder, |number| number < live.number);
        }
    }

    /// A kill in the middle of a compaction leaves the copy; nobody makes another one yet.
    fn remove_unfinished_generations(&self) {
        if let Some(folder) = &self.folder {
            let live = *hold(&self.generation);
            generation::remove(folder, |number| number > live.number);
        }
    }

    fn store(&self, writes: &[Write]) {
        let Some(tier) = self.open_tier() else {
            self.pending.arrived(0);
            return;
        };
        let mut stored = 0;
        // Once for all of them: each write of sled would ask the system for it otherwise.
        let threads = Patience::begin();
        let result = self.change(|| {
            for write in writes {
                let changed = tier.put(write.kind, &write.key, &write.record)?;
                self.note(write.kind, &write.key, &changed);
                self.counters.cell(write.kind, Tier::Disk).fills.fetch_add(1, Relaxed);
                stored += 1;
            }
            Ok(())
        });
        drop(threads);
        self.fresh.store(false, Relaxed);
        if let Err(fault) = result {
            drop(tier);
            self.failed("write", fault);
        }
        self.pending.arrived(stored);
    }

    /// Runs a change of the entries on the disk, after marking the saved numbers unclean.
    pub(super) fn change<T>(&self, change: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        let mut marked = hold(&self.storing);
        self.mark_unclean(&mut marked);
        self.counters.changed.raise();
        change()
    }

    /// Marks the saved numbers unclean, unless they are: a kill in the change to come costs a
    /// recount.
    pub(super) fn mark_unclean(&self, marked: &mut bool) {
        if !*marked {
            self.save_numbers(false, Sync::Later);
            *marked = true;
        }
    }

    /// Writes the numbers; a failure only costs a recount at the next start.
    pub(super) fn save_numbers(&self, clean: bool, sync: Sync) {
        let Some(folder) = &self.folder else { return };
        let home = hold(&self.generation).folder(folder);
        let clean = clean && self.counters.exact.load(Relaxed);
        let saved = Saved { results: self.tally.save(), ..self.counters.save(clean) };
        let result = super::atomic_file::create_folder(&home)
            .and_then(|()| stats::save(&home.join("stats"), &saved, sync));
        if let Err(error) = result {
            tracing::warn!(folder = %folder.display(), %error, "cannot save the cache's numbers");
        }
    }
}
