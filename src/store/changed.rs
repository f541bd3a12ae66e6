//! Whether the numbers changed since they were saved, and how the store's thread learns of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use super::pending::Pending;

/// Raised when something has to be saved; the first time, the store's thread is woken.
#[derive(Debug, Default)]
pub(super) struct Changed {
    raised: AtomicBool,
    pending: Arc<Pending>,
}

impl Changed {
    /// Returns one that wakes who waits for `pending`.
    pub(super) fn new(pending: Arc<Pending>) -> Self {
        Self { raised: AtomicBool::new(false), pending }
    }

    /// Notes a change. A read of an entry takes a load more for it.
    pub(super) fn raise(&self) {
        if !self.raised.load(Relaxed) {
            self.raised.store(true, Relaxed);
            self.pending.stir();
        }
    }

    /// Returns true when something has to be saved.
    pub(super) fn is_raised(&self) -> bool {
        self.raised.load(Relaxed)
    }

    /// Returns whether something had to be saved, and begins anew.
    pub(super) fn take(&self) -> bool {
        self.raised.swap(false, Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::pending::Next, *};

    #[test]
    fn the_first_change_wakes_the_writer_and_the_next_ones_do_not() {
        let pending = Arc::<Pending>::default();
        let changed = Changed::new(Arc::clone(&pending));
        changed.raise();
        assert!(changed.is_raised());
        // Without the wake this would never end.
        assert!(matches!(pending.next(None), Next::Tick));
        changed.raise();
        pending.call();
        assert!(matches!(pending.next(None), Next::Called));
        assert!(changed.take() && !changed.take());
    }
}
