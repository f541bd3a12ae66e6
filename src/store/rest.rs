//! When the store's thread may sleep until it is needed: an idle larder computes nothing.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use strum::IntoEnumIterator;

use crate::model::Kind;

use super::{
    age::EVERY,
    core::{Bottom, Core},
    hold::hold,
    pending::Next,
};

/// How long nothing is due.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rest {
    /// Something has to be saved, tried or watched at the next tick.
    No,
    /// Entries may get too old.
    For(Duration),
    /// Until something is asked for or changes.
    Long,
}

impl Core {
    /// Waits for what is next; a tick is due `every` so long after the `last` one, and after a rest.
    pub(super) fn next_work(self: &Arc<Self>, every: Duration, last: &mut Duration) -> Next {
        let limit = match self.rest() {
            Rest::No => {
                let passed = self.clock.monotonic().saturating_sub(*last);
                return self.pending.next(Some(every.saturating_sub(passed)));
            }
            Rest::For(time) => Some(time),
            Rest::Long => None,
        };
        let next = self.pending.next(limit);
        // Others may have filled the disk meanwhile.
        self.watch_space();
        // Removing waits for writes that were taken, and this thread stores them.
        if !matches!(next, Next::Writes(_)) {
            self.sweep_expired();
        }
        *last = self.clock.monotonic();
        next
    }

    /// Returns how long nothing is due. What is noted after this has looked wakes the thread.
    pub(super) fn rest(&self) -> Rest {
        let is_unsaved = self.counters.changed.is_raised() || *hold(&self.storing);
        let is_retried = self.is_owner() && matches!(*hold(&self.bottom), Bottom::Closed);
        let is_busy = self.sweeping.load(Relaxed) || self.compacting.load(Relaxed);
        let is_full = hold(&self.nearly_full).is_some();
        let is_littered = hold(&self.chores).old_generations;
        if is_unsaved || is_retried || is_busy || is_full || is_littered {
            return Rest::No;
        }
        let ages = |kind: &Kind| {
            self.options.ttl.of(*kind).is_some() && self.counters.size_of(*kind).0 > 0
        };
        if Kind::iter().any(|kind| ages(&kind)) { Rest::For(EVERY) } else { Rest::Long }
    }
}
