//! What became of all tasks that ever were.

/// How many tasks ever were in which end state; with the waiting and running ones they add up.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Totals {
    /// Tasks made; merged work makes none.
    pub submitted: u64,
    /// Work that was merged into a task that waited already.
    pub merged: u64,
    /// Tasks done.
    pub completed: u64,
    /// Tasks that failed for good and were not tried again.
    pub failed: u64,
    /// Of these, the ones that no longer matter: equal work ended after them, or their file is gone.
    pub overtaken: u64,
    /// Tasks taken back.
    pub cancelled: u64,
}

impl Totals {
    /// Returns how many failed tasks still matter.
    #[must_use]
    pub const fn still_failed(&self) -> u64 {
        self.failed.saturating_sub(self.overtaken)
    }
}
