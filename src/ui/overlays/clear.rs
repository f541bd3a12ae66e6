//! The question before the cache is cleared.

use strum::IntoEnumIterator;

use crate::model::{Bytes, CacheStatus, Kind};

/// What would be cleared.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct ClearDialog {
    /// Only this kind, or all.
    pub(crate) kind: Option<Kind>,
}

impl ClearDialog {
    /// Chooses the next of "all" and every kind, or the one before.
    pub(crate) fn step(&mut self, by: isize) {
        let choices: Vec<Option<Kind>> = [None].into_iter().chain(Kind::iter().map(Some)).collect();
        let at = choices.iter().position(|choice| *choice == self.kind).unwrap_or(0);
        let next = at.wrapping_add_signed(by).min(choices.len());
        let next =
            if next == choices.len() { (by < 0).then_some(choices.len() - 1) } else { Some(next) };
        self.kind = choices[next.unwrap_or(0)];
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
        let mut dialog = ClearDialog::default();
        dialog.step(-1);
        assert_eq!(dialog.kind, Kind::iter().next_back());
        dialog.step(1);
        assert_eq!(dialog.kind, None);
        dialog.step(1);
        assert_eq!(dialog.kind, Some(Kind::Count));
    }
}
