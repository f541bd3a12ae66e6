//! A larder that works from memory because another one owns the cache takes over when that ends.

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

/// How often it is looked whether the owner has ended.
const EVERY: Duration = Duration::from_secs(10);

impl Core {
    /// Waits on a thread of its own for the owner of the folder to end, when there is one.
    pub(super) fn wait_for_owner(self: &Arc<Self>) {
        if hold(&self.owner).is_none() || self.folder.is_none() {
            return;
        }
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
            Err(error) => tracing::error!(%error, "cannot wait for the owner of the cache"),
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
        let exact = fresh || numbers.is_some_and(|saved| saved.clean);
        self.counters.exact.store(exact, Relaxed);
        self.fresh.store(fresh, Relaxed);
        *hold(&self.generation) = generation;
        *hold(&self.lock) = lock;
        *hold(&self.owner) = None;
        self.set_mode(StoreMode::Ok);
        *hold(&self.bottom) = Bottom::Opening;
        tracing::info!(folder = %folder.display(), "the owner of the cache has ended: this larder owns it now");
        hold(&self.remarks).push("the cache is kept again: its owner has ended".to_owned());
        true
    }
}
