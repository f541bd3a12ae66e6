//! Several processes and one store: what is read and kept beside its owner is not lost.

use std::fs;

use crate::model::{EntryQuery, Kind, KindStats, PicoUsd, StoreMode};

use super::{
    super::*,
    results::{entry, open_in},
    *,
};

fn spools(folder: &Path) -> [bool; 2] {
    ["spool", "spool.taken"].map(|name| folder.join("cache").join(name).exists())
}

fn listed(store: &Store) -> u64 {
    store.entries(&EntryQuery { kind: Some(Kind::Result), limit: 9, ..<_>::default() }).total
}

fn of_results(store: &Store) -> KindStats {
    store.inventory().status.kinds[Kind::Result as usize].clone()
}

/// Returns hits and misses of results, what hits saved, and the uses of the first one.
fn reads(store: &Store) -> (u64, u64, PicoUsd, u32) {
    let KindStats { hits, misses, .. } = of_results(store);
    let uses = store.entry(&entry(1).factors.entry_key()).unwrap().entry.uses;
    (hits, misses, store.result_stats()[0].saved, uses)
}

/// Returns a store with one result, and another one that works beside it, has kept a second result
/// and has got the first one twice.
fn both(folder: &Path) -> (Store, Store) {
    let owner = open_in(folder);
    owner.put_result(&entry(1)).unwrap();
    owner.checkpoint().unwrap();
    let beside = open_in(folder);
    assert!(matches!(beside.mode(), StoreMode::MemoryOnly(_)));
    beside.put_result(&entry(2)).unwrap();
    (0..2).for_each(|_| assert!(beside.result(&entry(1).factors).is_some()));
    assert!(beside.result(&entry(3).factors).is_none());
    (owner, beside)
}

const ALL: (u64, u64, PicoUsd, u32) = (2, 1, PicoUsd(2 * PicoUsd::DOLLAR.0), 2);

#[test]
fn what_is_read_and_kept_beside_the_owner_is_taken_in_at_its_next_look() {
    let folder = tempfile::tempdir().unwrap();
    let (owner, beside) = both(folder.path());
    beside.close();
    assert_eq!(spools(folder.path()), [true, false]);
    assert_eq!((listed(&owner), reads(&owner)), (2, ALL));
    assert_eq!(spools(folder.path()), [false, false]);
    let status = owner.status();
    assert_eq!((status.session_hits, status.saved.usd), (0, ALL.2), "nobody read here");
    // What was removed beside it is forgotten too.
    let beside = open_in(folder.path());
    assert!(beside.remove(Kind::Result, &entry(2).factors.entry_key()));
    beside.close();
    assert_eq!(listed(&owner), 1);
    drop(owner);
    let again = open_in(folder.path());
    assert_eq!((listed(&again), reads(&again)), (1, ALL));
}

#[test]
fn who_opens_the_store_next_takes_in_what_was_left_when_nobody_had_it() {
    let folder = tempfile::tempdir().unwrap();
    let (owner, beside) = both(folder.path());
    drop(owner);
    beside.close();
    // A command that does not even open the database.
    open_in(folder.path()).close();
    assert_eq!(spools(folder.path()), [false, false]);
    let again = open_in(folder.path());
    assert_eq!((listed(&again), reads(&again)), (2, ALL));
}

#[test]
fn what_was_left_is_taken_in_once_whenever_its_owner_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let (owner, beside) = both(folder.path());
    beside.close();
    let left = fs::read(cache.join("spool")).unwrap();
    // Moved aside, and nothing else.
    fs::rename(cache.join("spool"), cache.join("spool.taken")).unwrap();
    assert_eq!(reads(&owner), ALL);
    drop(owner);
    // Numbers saved, and the file not deleted yet.
    fs::write(cache.join("spool.taken"), left).unwrap();
    let again = open_in(folder.path());
    assert_eq!((listed(&again), reads(&again)), (2, ALL));
    assert_eq!(spools(folder.path()), [false, false]);
    drop(again);
    assert_eq!(reads(&open_in(folder.path())), ALL);
}

#[test]
fn who_takes_the_store_over_keeps_what_it_read_before() {
    let folder = tempfile::tempdir().unwrap();
    let (owner, beside) = both(folder.path());
    drop(owner);
    beside.core().pending.call();
    while beside.owner_pid().is_some() || beside.wait_open() != StoreMode::Ok {
        std::thread::yield_now();
    }
    assert_eq!((listed(&beside), reads(&beside)), (2, ALL));
    assert_eq!(beside.status().session_hits, 2);
    drop(beside);
    assert_eq!(reads(&open_in(folder.path())), ALL);
}
