//! The store by typed keys, for every kind alike.

use std::time::Duration;

use crate::model::{ContentHash, EntryKey, Kind, PicoUsd};

use super::{
    entry::{Deps, Header},
    keys::Keyed,
    results::pico,
    store::{Computed, Got, Hit, Store},
};

/// What making a value again would take.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Remake {
    /// Time.
    pub time: Duration,
    /// Money.
    pub usd: Option<PicoUsd>,
}

impl From<Duration> for Remake {
    fn from(time: Duration) -> Self {
        Self { time, usd: None }
    }
}

impl Store {
    /// Returns the value of `key`.
    #[must_use]
    pub fn find<K: Keyed>(&self, key: &K) -> Option<Hit> {
        self.get(K::KIND, &key.entry_key())
    }

    /// Keeps a value and what it was made of.
    pub fn keep<K: Keyed>(&self, key: &K, value: &[u8], remake: impl Into<Remake>) {
        let header = self.header(K::KIND, remake.into(), deps(key.contents()));
        self.core().put(&key.entry_key(), &header, value);
    }

    /// Returns the value of `key`, computing it when no tier knows it; threads that ask for the
    /// same key wait for one that computes.
    ///
    /// # Errors
    /// Returns the error of `compute`; nothing is kept then.
    pub fn find_or_compute<K: Keyed, E>(
        &self,
        key: &K,
        compute: impl FnOnce() -> Result<Computed, E>,
    ) -> Result<Got, E> {
        self.compute_with((K::KIND, &key.entry_key()), || deps(key.contents()), compute)
    }

    /// Returns the values of those `keys` that are there.
    #[must_use]
    pub fn get_all(&self, kind: Kind, keys: &[EntryKey]) -> Vec<(EntryKey, Hit)> {
        keys.iter().filter_map(|key| Some((*key, self.get(kind, key)?))).collect()
    }

    /// Removes the entry of `key`; returns whether there was one.
    #[must_use]
    pub fn forget<K: Keyed>(&self, key: &K) -> bool {
        self.remove(K::KIND, &key.entry_key())
    }

    /// Returns what is known of a value that is made now.
    pub(super) fn header(&self, kind: Kind, remake: Remake, deps: Deps) -> Header {
        Header {
            kind,
            created: self.core().clock.wall(),
            remake_us: u32::try_from(remake.time.as_micros()).unwrap_or(u32::MAX),
            usd: pico(remake.usd),
            deps,
        }
    }
}

fn deps(mut contents: Vec<ContentHash>) -> Deps {
    contents.sort_unstable();
    contents.dedup();
    (!contents.is_empty()).then(|| contents.into())
}
