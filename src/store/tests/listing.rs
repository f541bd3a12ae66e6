//! What lists, moves or removes entries sees all of them, also those that only their files know.

use std::{fs, sync::atomic::AtomicBool};

use crate::model::{EntryQuery, EvictRequest, EvictTarget, Kind, Policy, StoreMode};

use super::{
    super::{
        core::{Core, Listing},
        hold::hold,
        *,
    },
    results::{entry, open_in},
    *,
};

static NEVER: AtomicBool = AtomicBool::new(false);

/// Opens a store whose cache was deleted while two results stayed.
fn with_results_alone(folder: &Path) -> Store {
    let store = open_in(folder);
    (1..=2).for_each(|id| _ = store.put_result(&entry(id)).unwrap());
    store.close();
    fs::remove_dir_all(folder.join("cache")).unwrap();
    open_in(folder)
}

fn listed(store: &Store) -> u64 {
    let query = EntryQuery { kind: Some(Kind::Result), limit: 9, ..EntryQuery::default() };
    store.entries(&query).total
}

fn results(store: &Store) -> u64 {
    store.result_stats().iter().map(|stats| stats.entries).sum()
}

#[test]
fn the_first_list_of_a_new_cache_has_the_results_that_were_kept() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(listed(&with_results_alone(folder.path())), 2);
}

#[test]
fn an_export_of_a_new_cache_has_the_results_that_were_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_results_alone(folder.path());
    assert_eq!(store.export(&folder.path().join("backup"), None, &NEVER).unwrap().entries, 2);
}

#[test]
fn a_new_cache_can_be_compacted() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_results_alone(folder.path());
    assert_eq!(store.compact(&NEVER).unwrap().entries, 2);
}

#[test]
fn a_clear_of_a_new_cache_says_how_many_results_went() {
    for kind in [None, Some(Kind::Result)] {
        let folder = tempfile::tempdir().unwrap();
        let store = with_results_alone(folder.path());
        assert_eq!(store.clear(kind).unwrap(), 2);
        assert_eq!((listed(&store), results(&store)), (0, 0));
        drop(store);
        assert_eq!(listed(&open_in(folder.path())), 0);
    }
}

#[test]
fn results_of_a_type_are_forgotten_from_a_new_cache() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_results_alone(folder.path());
    assert_eq!(store.forget_results_of("docs").unwrap(), 2);
    assert!(store.result(&entry(1).factors).is_none());
}

#[test]
fn the_numbers_of_a_new_cache_are_exact_only_when_all_files_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    drop(with_results_alone(folder.path()));
    fs::remove_dir_all(folder.path().join("cache")).unwrap();
    // Nobody writes: who waits for the folder opens nothing.
    let first = open_in(folder.path());
    assert!(!first.status().exact || results(&first) == 2, "{:?}", first.status());
    assert_eq!(listed(&first), 2);
    while !first.status().exact {
        std::thread::yield_now();
    }
    assert_eq!(results(&first), 2);
}

/// Makes a store whose files are being listed, until its writer is called.
fn still_listing(folder: &Path) -> Store {
    let store = open_in(folder);
    store.put_result(&entry(1)).unwrap();
    store.checkpoint().unwrap();
    assert_eq!(listed(&store), 1);
    hold(&store.core().chores).listing = Listing::Running;
    store
}

fn done(core: &Core) {
    hold(&core.chores).listing = Listing::Done;
    core.listed.notify_all();
}

#[test]
fn who_cannot_wait_until_all_files_are_listed_ends_without_having_done_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let store = still_listing(folder.path());
    let now = AtomicBool::new(true);
    let request =
        EvictRequest { policy: Policy::Lru, target: EvictTarget::Percent(100), kind: None };
    assert!(matches!(store.evict(&request, &now), Err(StoreError::Cancelled)));
    assert!(matches!(store.check_entries(&now), Err(StoreError::Cancelled)));
    assert!(matches!(store.compact(&now), Err(StoreError::Cancelled)));
    let backup = folder.path().join("backup");
    assert!(matches!(store.export(&backup, None, &now), Err(StoreError::Cancelled)));
    assert!(!backup.exists());
    done(store.core());
}

#[test]
fn who_waits_until_all_files_are_listed_ends_with_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = still_listing(folder.path());
    let backup = folder.path().join("backup");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| store.export(&backup, None, &NEVER));
        store.close();
        assert!(waiting.join().unwrap().is_err());
    });
    assert!(!backup.exists());
}

#[test]
fn a_store_that_cannot_be_opened_writes_no_empty_export() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    store.put_result(&entry(1)).unwrap();
    let backup = folder.path().join("backup");
    store.export(&backup, None, &NEVER).unwrap();
    let whole = fs::read(&backup).unwrap();
    store.core().close_bottom(StoreMode::MemoryOnly("a test".to_owned()));
    assert!(store.export(&backup, None, &NEVER).is_err());
    assert_eq!(fs::read(&backup).unwrap(), whole);
}

#[test]
fn the_oldest_is_known_from_a_list_on_and_never_one_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let places = places(folder.path());
    let store = Store::open(&places, &Options::default(), Arc::clone(&clock) as Arc<dyn Clock>);
    let oldest = || store.oldest()[Kind::Count as usize].map(UnixNanos::seconds);
    let list = || store.entries(&EntryQuery { limit: 1, ..EntryQuery::default() }).total;
    put(&store, 1, b"first");
    clock.advance(Duration::from_hours(1));
    put(&store, 2, b"second");
    assert_eq!(oldest(), None);
    assert_eq!((list(), oldest()), (2, Some(NOW.seconds())));
    clock.advance(Duration::from_hours(1));
    put(&store, 3, b"third");
    list();
    assert_eq!(oldest(), Some(NOW.seconds()));
    assert!(store.remove(Kind::Count, &key(1)));
    assert_eq!(oldest(), None);
    assert_eq!((list(), oldest()), (2, Some(NOW.seconds() + 3600)));
}
