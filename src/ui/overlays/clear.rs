//! The question before the cache is cleared.

use super::evict::next_kind;
use crate::model::{Bytes, CacheStatus, Kind, PaidFor};

/// What would be cleared.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct ClearDialog {
    /// Only this kind, or all.
    pub(crate) kind: Option<Kind>,
    /// What the results cost that would have to be asked for again, once that is known.
    pub(crate) paid: Option<PaidFor>,
}

impl ClearDialog {
    /// Chooses the next of "all" and these kinds, or the one before.
    pub(crate) fn step(&mut self, forward: bool, kinds: &[Kind]) {
        self.kind = next_kind(self.kind, forward, kinds);
    }

    /// Returns the entries that would be lost, and their bytes.
    pub(crate) fn loss(self, cache: &CacheStatus) -> (u64, Bytes) {
        let kinds =
            || cache.kinds.iter().filter(|stats| self.kind.is_none_or(|kind| kind == stats.kind));
        (kinds().map(|stats| stats.entries).sum(), kinds().map(|stats| stats.bytes).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_goes_around_in_both_directions() {
        let kinds = [Kind::Count, Kind::Result];
        let mut dialog = ClearDialog::default();
        dialog.step(false, &kinds);
        assert_eq!(dialog.kind, Some(Kind::Result));
        dialog.step(true, &kinds);
        assert_eq!(dialog.kind, None);
        dialog.step(true, &kinds);
        assert_eq!(dialog.kind, Some(Kind::Count));
    }
}
