//! Compaction gives space back while everybody goes on, and loses nothing.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
};

use crate::model::{EvictRequest, EvictTarget, Kind, Policy, StoreMode, Tier};

use super::{
    super::{
        atomic_file::{self, Space},
        entry::Size,
        generation::Generation,
        *,
    },
    *,
};

static NEVER: AtomicBool = AtomicBool::new(false);

fn fill(store: &Store, ids: std::ops::Range<u32>) {
    ids.for_each(|id| put(store, id, &[7; 400]));
    store.checkpoint().unwrap();
}

#[test]
fn a_compaction_keeps_every_entry_and_deletes_the_old_generation() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store, 0..2000);
    (0..1500).for_each(|id| assert!(store.remove(Kind::Count, &key(id))));
    store.keep(&FetchKey::Url("https://a".to_owned()), &vec![1; 20_000], Duration::ZERO);
    store.checkpoint().unwrap();
    let done = store.compact(&NEVER).unwrap();
    assert_eq!(done.entries, 501);
    assert!(done.after.0 <= done.before.0, "{done:?}");
    while folder.path().join("gen-0001").exists() {
        std::thread::yield_now();
    }
    assert_eq!(store.mode(), StoreMode::Ok);
    put(&store, 1, b"new");
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.status().kinds[0].entries, 501);
    assert_eq!(value(&store, 1).as_deref(), Some(&b"new"[..]));
    assert!((1500..2000).all(|id| value(&store, id).is_some()));
    let fetched = store.find(&FetchKey::Url("https://a".to_owned())).unwrap();
    assert_eq!((fetched.value, fetched.tier), (vec![1; 20_000], Tier::Disk));
}

#[test]
fn what_changes_during_a_compaction_is_as_it_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store, 0..3000);
    let stop = AtomicBool::new(false);
    let changed = std::thread::scope(|scope| {
        let changes = scope.spawn(|| {
            let mut id = 0;
            while !stop.load(SeqCst) && id < 1500 {
                assert!(store.remove(Kind::Count, &key(id)));
                put(&store, id + 1500, b"changed");
                put(&store, id + 3000, b"added");
                assert!(value(&store, id + 1500).is_some());
                id += 1;
            }
            id
        });
        store.compact(&NEVER).unwrap();
        stop.store(true, SeqCst);
        changes.join().unwrap()
    });
    drop(store);
    let store = open(folder.path());
    for id in 0..changed {
        assert_eq!(value(&store, id), None);
        assert_eq!(value(&store, id + 1500).as_deref(), Some(&b"changed"[..]));
        assert_eq!(value(&store, id + 3000).as_deref(), Some(&b"added"[..]));
    }
    assert!((changed..1500).all(|id| value(&store, id).is_some()));
    assert_eq!(store.status().kinds[0].entries, 3000);
}

#[test]
fn a_cancelled_compaction_leaves_all_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store, 0..10);
    assert!(matches!(store.compact(&AtomicBool::new(true)), Err(StoreError::Cancelled)));
    assert!(!folder.path().join("gen-0002").exists());
    put(&store, 11, b"more");
    drop(store);
    let store = open(folder.path());
    assert!((0..10).all(|id| value(&store, id).is_some()) && value(&store, 11).is_some());
}

#[test]
fn a_kill_after_the_copy_costs_a_recount_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let live = folder.path().join("live");
    let store = open(&live);
    fill(&store, 0..100);
    store.compact(&NEVER).unwrap();
    let killed = folder.path().join("killed");
    copy_folder(&live, &killed);
    let store = open(&killed);
    assert_eq!(store.wait_open(), StoreMode::Ok);
    store.core().recount();
    assert_eq!(store.status().kinds[0].entries, 100);
    assert!((0..100).all(|id| value(&store, id).is_some()));
}

#[test]
fn two_who_make_a_generation_at_once_get_different_ones() {
    let folder = tempfile::tempdir().unwrap();
    let live = Generation { number: 3, epoch: 1 };
    let numbers = std::thread::scope(|scope| {
        let ask = || live.next(folder.path());
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        let drafts: Vec<_> = asking.into_iter().map(|one| one.join().unwrap()).collect();
        let mut numbers: Vec<_> = drafts.iter().map(|draft| draft.of.number).collect();
        numbers.sort_unstable();
        numbers
    });
    assert_eq!(numbers, [4, 5, 6, 7, 8, 9, 10, 11]);
}

#[test]
fn a_clear_during_a_compaction_wins() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store, 0..2000);
    std::thread::scope(|scope| {
        scope.spawn(|| drop(store.compact(&NEVER)));
        store.clear(None).unwrap();
    });
    store.checkpoint().unwrap();
    assert!((0..2000).all(|id| value(&store, id).is_none()));
    put(&store, 1, b"after");
    drop(store);
    let store = open(folder.path());
    assert_eq!((store.status().kinds[0].entries, value(&store, 1).is_some()), (1, true));
}

#[test]
fn an_eviction_and_a_compaction_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store, 0..3000);
    let request =
        EvictRequest { policy: Policy::Oldest, target: EvictTarget::Entries(1500), kind: None };
    std::thread::scope(|scope| {
        scope.spawn(|| store.compact(&NEVER).unwrap());
        assert_eq!(store.evict(&request, &NEVER).unwrap().0.entries, 1500);
    });
    drop(store);
    let store = open(folder.path());
    let found = (0..3000).filter(|id| value(&store, *id).is_some()).count();
    assert_eq!((found, store.status().kinds[0].entries), (1500, 1500));
}

#[test]
fn a_nearly_full_disk_is_read_but_not_written_until_there_is_space() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store, 0..1);
    let total = 1 << 40;
    store.core().note_space(Space { free: 5 << 20, total });
    let reason = "only 5.24 MB of the disk are free".to_owned();
    assert_eq!(store.mode(), StoreMode::ReadOnly(reason));
    put(&store, 1, b"in memory");
    assert!(value(&store, 0).is_some() && value(&store, 1).is_some());
    store.core().note_space(Space { free: 1 << 40, total });
    assert_eq!(store.mode(), StoreMode::Ok);
    put(&store, 2, b"on the disk");
    drop(store);
    let store = open(folder.path());
    assert!(value(&store, 1).is_none() && value(&store, 2).is_some());
    assert!(fs::exists(folder.path().join("gen-0001")).unwrap());
}

#[test]
fn a_compaction_without_room_leaves_no_folder_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store, 0..1);
    let huge = Size { bytes: u64::MAX / 8, file: 0 };
    store.core().counters.recounted(Kind::Count, 1, huge);
    assert!(matches!(store.compact(&NEVER), Err(StoreError::NotKept(_))));
    assert!(!folder.path().join("gen-0002").exists());
}

#[test]
fn a_clear_that_fails_leaves_no_folder_behind_and_all_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store, 0..3);
    let current = folder.path().join("CURRENT");
    fs::remove_file(&current).unwrap();
    fs::create_dir_all(current.join("in the way")).unwrap();
    assert!(store.clear(None).is_err());
    assert!(!folder.path().join("gen-0002").exists());
    fs::remove_dir_all(&current).unwrap();
    drop(store);
    // The newest generation is taken when nothing says which one is live.
    let store = open(folder.path());
    assert!((0..3).all(|id| value(&store, id).is_some()));
}

#[test]
fn what_the_folder_takes_is_told_before_and_after_a_compaction() {
    let folder = tempfile::tempdir().unwrap();
    fill(&open(folder.path()), 0..2000);
    let store = open(folder.path());
    let before = store.inventory().status.disk_use;
    assert_eq!(before.0, atomic_file::size(folder.path()));
    (0..1900).for_each(|id| assert!(store.remove(Kind::Count, &key(id))));
    store.compact(&NEVER).unwrap();
    let after = store.status().disk_use;
    while folder.path().join("gen-0001").exists() {
        std::thread::yield_now();
    }
    assert_eq!(after.0, atomic_file::size(folder.path()));
}
