//! How far the journal was read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The bytes of each segment that were read, by its name.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(in crate::ledger) struct Position(pub(in crate::ledger) BTreeMap<String, u64>);

impl Position {
    /// Returns true when nothing that was read here can be missing in a journal of `now`.
    pub(in crate::ledger) fn is_within(&self, now: &Self) -> bool {
        self.0.iter().all(|(name, len)| now.0.get(name).is_some_and(|there| there >= len))
    }

    /// Returns the bytes of `now` that lie after this.
    pub(in crate::ledger) fn missing(&self, now: &Self) -> u64 {
        let behind = |(name, len): (&String, &u64)| {
            len.saturating_sub(self.0.get(name).copied().unwrap_or(0))
        };
        now.0.iter().map(behind).sum()
    }
}
