//! Tests of the store as a whole.

mod age;
mod beside;
mod clearing;
mod compact;
mod conformance;
mod damage;
mod documents;
mod eviction;
mod exchange;
mod faulty;
mod history;
mod index;
mod kinds;
mod life;
mod listing;
mod memory;
mod owner;
mod races;
mod rest;
mod results;
mod truth;

use std::{path::Path, sync::Arc, time::Duration};

use crate::model::{
    Clock, ContentHash, Encoding, EntryKey, FakeClock, Kind, Tier, TierStats, Tokens, UnixNanos,
};

use super::{CountKey, Options, Places, Store};

/// A day in 2025.
const NOW: UnixNanos = UnixNanos(1_760_000_000_000_000_000);

fn clock() -> Arc<FakeClock> {
    Arc::new(FakeClock::at(NOW))
}

fn open(folder: &Path) -> Store {
    open_with(folder, &Options::default())
}

/// Everything in one folder, so that copying it copies the store.
fn places(folder: &Path) -> Places {
    Places { cache: folder.to_owned(), results: folder.join("results") }
}

fn open_with(folder: &Path, options: &Options) -> Store {
    Store::open(&places(folder), options, clock() as Arc<dyn Clock>)
}

fn memory_only(options: &Options) -> Store {
    Store::in_memory(options, clock(), "a test")
}

fn key(id: u32) -> EntryKey {
    EntryKey(*blake3::hash(&id.to_le_bytes()).as_bytes())
}

fn count_key(id: u32) -> CountKey {
    let hash = ContentHash(*blake3::hash(&id.to_le_bytes()).as_bytes());
    CountKey { hash, encoding: Encoding::O200kBase, version: 1 }
}

fn put(store: &Store, id: u32, value: &[u8]) {
    store.put(Kind::Count, &key(id), value, Duration::from_millis(3));
}

fn value(store: &Store, id: u32) -> Option<Vec<u8>> {
    store.get(Kind::Count, &key(id)).map(|hit| hit.value)
}

fn put_count(store: &Store, id: u32) {
    store.put_count(count_key(id), Tokens(u64::from(id)), Duration::from_millis(2));
}

fn count(store: &Store, id: u32) -> Option<(Tokens, Tier)> {
    let CountKey { hash, encoding, version } = count_key(id);
    store.count(&hash, encoding, version)
}

fn tier(store: &Store, tier: Tier) -> TierStats {
    store.status().tiers.into_iter().find(|stats| stats.tier == tier).unwrap()
}

/// Copies a folder as a killed process would leave it; what is deleted meanwhile is left out.
fn copy_folder(from: &Path, to: &Path) {
    let gone = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    let entries = match std::fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if gone(&error) => return,
        Err(error) => panic!("{from:?}: {error}"),
    };
    std::fs::create_dir_all(to).unwrap();
    for entry in entries.flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else if let Err(error) = std::fs::copy(entry.path(), target) {
            assert!(gone(&error), "{:?}: {error}", entry.path());
        }
    }
}
