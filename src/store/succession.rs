//! A larder that works from memory, because another one owns the cache or its folder cannot be
//! written, takes the cache over when that ends.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use crate::model::StoreMode;

use super::{
    core::{Bottom, Core},
    found::{Found, find},
    hold::hold,
    pending::Next,
    stats,
};

/// How often it is looked whether the folder can be had.
const EVERY: Duration = Duration::from_secs(10);

impl Core {
    /// Waits on a thread of its own until nobody else owns the folder and it can be written.
    pub(super) fn wait_for_folder(self: &Arc<Self>) {
        let core = Arc::clone(self);
        let thread = std::thread::Builder::new().name("larder-store".to_owned());
        let started = thread.spawn(move || {
            loop {
                match core.pending.next(Some(EVERY)) {
                    Next::Stop => return,
                    Next::Tick | Next::Called if core.succeed() => break,
                    Next::Writes(_) | Next::Tick | Next::Called => core.pending.arrived(0),
                }
            }
            core.write_or_give_up();
        });
        match started {
            Ok(handle) => *hold(&self.writer) = Some(handle),
            Err(error) => tracing::error!(%error, "cannot wait for the cache"),
        }
    }

    /// Makes this process the owner, when nobody else is; the caller writes from then on.
    pub(super) fn succeed(&self) -> bool {
        let Some(folder) = &self.folder else { return false };
        let Ok(found) = find(folder, self.clock.wall()) else { return false };
        let Found { lock, generation, fresh, .. } = found;
        let numbers = stats::load(&generation.folder(folder).join("stats"));
        if let Some(saved) = &numbers {
            self.counters.load(saved);
            self.tally.load(&saved.results);
        }
        hold(&self.history).begin(self.counters.flow());
        let exact = fresh && self.has_no_files() || numbers.is_some_and(|saved| saved.clean);
        self.counters.exact.store(exact, Relaxed);
        self.fresh.store(fresh, Relaxed);
        *hold(&self.generation) = generation;
        *hold(&self.lock) = lock;
        let owner = hold(&self.owner).take();
        self.set_mode(StoreMode::Ok);
        *hold(&self.bottom) = Bottom::Opening;
        tracing::info!(folder = %folder.display(), owner, "this larder owns the cache now");
        let why = if owner.is_some() { "its owner has ended" } else { "it can be written" };
        hold(&self.remarks).push(format!("the cache is kept again: {why}"));
        true
    }
}
