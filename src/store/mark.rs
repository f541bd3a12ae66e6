//! Whether the database still has what was written last: sled forgets the end of a damaged log without
//! a word.
//!
//! Each time it is made safe a number is written into it, and into the saved numbers. A database that
//! is opened with an older one, or none, has lost what came after.

use std::sync::atomic::Ordering::Relaxed;

use super::{core::Core, error::Fault, hold::hold, rack::Rack, summary::spaced};

/// The number that was written last, and in which generation; 0 for none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    generation: u64,
    number: u64,
}

impl Core {
    /// Takes over the number that the saved numbers of the live generation hold.
    pub(super) fn know_mark(&self, number: u64) {
        *hold(&self.mark) = Mark { generation: hold(&self.generation).number, number };
    }

    /// Returns the number that the database of the live generation has; 0 when it has none.
    pub(super) fn marked(&self) -> u64 {
        let live = hold(&self.generation).number;
        let Mark { generation, number } = *hold(&self.mark);
        if generation == live { number } else { 0 }
    }

    /// Writes the next number into a database that is to be made safe.
    pub(super) fn mark(&self, rack: &Rack) -> Result<(), Fault> {
        let next = self.marked() + 1;
        let is_marked = rack.tier().mark(next)?;
        self.know_mark(if is_marked { next } else { 0 });
        Ok(())
    }

    /// Looks whether a database that is being opened has all that the saved numbers speak of; if not, it
    /// is counted anew, which tells what is lost.
    pub(super) fn check_mark(&self, rack: &Rack) {
        let wanted = self.marked();
        if wanted == 0 || !self.counters.exact.load(Relaxed) {
            return;
        }
        match rack.tier().marked() {
            Ok(Some(found)) if found == wanted => {}
            Ok(found) => {
                self.counters.exact.store(false, Relaxed);
                let is_older = found.is_none_or(|found| found < wanted);
                hold(&self.chores).before_loss = is_older.then(|| self.counters.on_disk().0);
            }
            // Whoever reads next is told.
            Err(fault) => tracing::warn!(%fault, "cannot look whether the database is whole"),
        }
    }

    /// Says what is lost, once the entries are counted anew.
    pub(super) fn tell_loss(&self) {
        let Some(before) = hold(&self.chores).before_loss.take() else { return };
        let lost = before.saturating_sub(self.counters.on_disk().0);
        if lost == 0 {
            return;
        }
        self.count_error();
        let text = format!(
            "the database of the cache was damaged: {} of {} entries are lost, and are made again \
             when they are needed",
            spaced(lost),
            spaced(before)
        );
        tracing::error!("{text}");
        hold(&self.remarks).push(text);
    }
}
