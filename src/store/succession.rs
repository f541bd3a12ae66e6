//! A larder that works from memory, because another one owns the cache or its folder cannot be
//! written, takes the cache over when that ends.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use crate::model::StoreMode;

use super::{
    core::{Bottom, Core},
    found::{Found, find},
    hold::hold,
    pending::Next,
    stats,
    writer::Turn,
};

/// How often it is looked whether the folder can be had.
const EVERY: Duration = Duration::from_secs(10);

impl Core {
    /// Waits until nobody else owns the folder and it can be written, or until the store ends.
    pub(super) fn wait_for_folder(&self) -> Turn {
        loop {
            match self.pending.next(Some(EVERY)) {
                Next::Stop => return Turn::End,
                Next::Tick | Next::Called if self.succeed() => return Turn::Write,
                Next::Writes(_) | Next::Tick | Next::Called => {
                    if self.is_beside() {
                        self.leave();
                    }
                    self.pending.arrived(0);
                }
            }
        }
    }

    /// Makes this process the owner, when nobody else is; the caller writes from then on.
    pub(super) fn succeed(&self) -> bool {
        let Some(folder) = &self.folder else { return false };
        let Ok(found) = find(folder, self.clock.wall()) else { return false };
        let Found { lock, generation, fresh, .. } = found;
        // The numbers are the owner's from here on: what is to be added to them is taken in.
        self.leave();
        let numbers = stats::load(&generation.folder(folder).join("stats"));
        if let Some(saved) = &numbers {
            self.counters.load(saved);
            self.tally.load(&saved.results);
            self.beside.know(&saved.taken);
        }
        hold(&self.history).begin(self.counters.flow());
        let exact =
            fresh && self.has_no_files() || numbers.as_ref().is_some_and(|saved| saved.clean);
        self.counters.exact.store(exact, Relaxed);
        self.fresh.store(fresh, Relaxed);
        *hold(&self.generation) = generation;
        self.know_mark(numbers.map_or(0, |saved| saved.mark));
        *hold(&self.lock) = lock;
        let owner = hold(&self.owner).take();
        drop(self.exchange(Bottom::Opening, StoreMode::Ok));
        tracing::info!(folder = %folder.display(), owner, "this larder owns the cache now");
        let why = if owner.is_some() { "its owner has ended" } else { "it can be written" };
        hold(&self.remarks).push(format!("the cache is kept again: {why}"));
        true
    }
}
