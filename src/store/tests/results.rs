//! Results: kept before they count as kept, found without the database, never wrong.

use std::{fs, sync::atomic::AtomicBool};

use crate::model::{
    EntryQuery, Kind, Millis, PicoUsd, ResultEntry, ResultFactors, StoreMode, Tier,
};

use super::{super::*, *};

pub(super) fn entry(id: u8) -> ResultEntry {
    let factors = ResultFactors {
        of: "docs".to_owned(),
        content: ContentHash([id; 32]),
        provider: "xai".to_owned(),
        model: "grok-4".to_owned(),
        prompt: "prompt-1".to_owned(),
        schema: 1,
    };
    ResultEntry {
        factors,
        repository: "/src/shop".to_owned(),
        file: format!("src/{id}.rs"),
        tokens: Some(Tokens(1200)),
        cost: Some(PicoUsd::DOLLAR),
        took: Millis(4_000),
        created: NOW,
        value: format!("{{\"answer\": {id}}}").repeat(200).into_bytes(),
    }
}

fn places_in(folder: &Path) -> Places {
    Places { cache: folder.join("cache"), results: folder.join("data/results") }
}

pub(super) fn open_in(folder: &Path) -> Store {
    Store::open(&places_in(folder), &Options::default(), clock() as Arc<dyn Clock>)
}

fn listed(store: &Store) -> u64 {
    let query = EntryQuery { kind: Some(Kind::Result), limit: 9, ..EntryQuery::default() };
    store.entries(&query).total
}

fn wait_until_listed(store: &Store, number: u64) {
    let _ = store.wait_open();
    while listed(store) != number {
        std::thread::yield_now();
    }
}

#[test]
fn a_result_comes_back_with_all_that_is_known_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    let empty = ResultEntry { value: Vec::new(), cost: None, tokens: None, ..entry(2) };
    let key = store.put_result(&entry(1)).unwrap();
    store.put_result(&empty).unwrap();
    drop(store);
    let store = open_in(folder.path());
    assert_eq!(store.result(&entry(1).factors), Some(entry(1)));
    assert_eq!(store.result(&empty.factors), Some(empty));
    assert_eq!(store.result_of_key(&key), Some(entry(1)));
    assert_eq!(store.result(&entry(3).factors), None);
    assert_eq!(store.status().kinds[4].hits, 2);
}

#[test]
fn a_result_survives_the_loss_of_the_whole_cache() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    (0..5).for_each(|id| _ = store.put_result(&entry(id)).unwrap());
    store.close();
    fs::remove_dir_all(folder.path().join("cache")).unwrap();
    let store = open_in(folder.path());
    assert_eq!(store.result(&entry(1).factors), Some(entry(1)));
    wait_until_listed(&store, 5);
    assert_eq!(store.status().kinds[4].entries, 5);
}

#[test]
fn results_are_listed_again_after_a_quarantine() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    store.put_result(&entry(1)).unwrap();
    store.checkpoint().unwrap();
    store.core().failed("read", Fault::Damaged("a test".to_owned()));
    assert_eq!(store.wait_open(), StoreMode::Ok);
    wait_until_listed(&store, 1);
    assert_eq!(store.result(&entry(1).factors), Some(entry(1)));
}

#[test]
fn a_process_that_does_not_own_the_cache_keeps_results_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let first = open_in(folder.path());
    let second = open_in(folder.path());
    assert!(matches!(second.mode(), StoreMode::MemoryOnly(_)));
    let key = second.put_result(&entry(1)).unwrap();
    assert_eq!(first.result(&entry(1).factors), Some(entry(1)));
    let third = open_in(folder.path());
    let seen = third.entry(&key).unwrap();
    assert_eq!((seen.entry.kind, seen.tiers), (Kind::Result, vec![Tier::Disk]));
    assert!(third.entry(&EntryKey([9; 32])).is_none());
    drop((first, second, third));
    wait_until_listed(&open_in(folder.path()), 1);
}

#[test]
fn a_result_that_cannot_be_written_is_an_error_and_still_found() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), b"in the way").unwrap();
    let store = open_in(folder.path());
    assert!(store.put_result(&entry(1)).is_err());
    assert_eq!(store.result(&entry(1).factors), Some(entry(1)));
    assert!(tier(&store, Tier::Disk).errors > 0);
}

#[test]
fn a_damaged_or_swapped_file_of_a_result_is_a_miss_and_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    let keys: Vec<_> = (0..3).map(|id| store.put_result(&entry(id)).unwrap()).collect();
    store.checkpoint().unwrap();
    let _ = store.shrink_memory(0);
    let path = |at: usize| {
        let name = keys[at].to_string();
        places_in(folder.path()).results.join(&name[..2]).join(&name[2..])
    };
    let mut bytes = fs::read(path(0)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path(0), bytes).unwrap();
    fs::copy(path(2), path(1)).unwrap();
    assert_eq!(store.result(&entry(0).factors), None);
    assert_eq!(store.result(&entry(1).factors), None);
    assert_eq!(store.result(&entry(2).factors), Some(entry(2)));
    let aside = places_in(folder.path()).results.join("damaged");
    assert_eq!(fs::read_dir(aside).unwrap().count(), 2);
    assert_eq!(listed(&store), 1);
}

#[test]
fn a_check_reads_the_files_of_values_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    (1..=2).for_each(|id| _ = store.put_result(&entry(id)).unwrap());
    let large = FetchKey::Url("https://a".to_owned());
    store.keep(&large, &vec![7; 9000], Duration::ZERO);
    let never = std::sync::atomic::AtomicBool::new(false);
    assert_eq!(store.check_entries(&never).unwrap(), (3, 0));
    let blobs = store.core().blobs.as_ref().unwrap();
    fs::remove_file(blobs.path(Kind::Fetch, &large.entry_key())).unwrap();
    fs::write(blobs.path(Kind::Result, &entry(1).factors.entry_key()), b"short").unwrap();
    assert_eq!(store.check_entries(&never).unwrap(), (3, 2));
    assert_eq!(store.check_entries(&never).unwrap(), (1, 0));
    assert!(store.find(&large).is_none() && store.result(&entry(1).factors).is_none());
    assert_eq!(store.result(&entry(2).factors), Some(entry(2)));
}

#[test]
fn statistics_by_type_and_model_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    (0..3).for_each(|id| _ = store.put_result(&entry(id)).unwrap());
    let free = ResultEntry { cost: None, ..entry(9) };
    store.put_result(&free).unwrap();
    assert!(store.result(&entry(1).factors).is_some());
    store.checkpoint().unwrap();
    assert!(store.remove(Kind::Result, &entry(2).factors.entry_key()));
    let before = store.result_stats();
    drop(store);
    let after = open_in(folder.path()).result_stats();
    assert_eq!(before, after);
    let [stats] = &after[..] else { panic!("{after:?}") };
    assert_eq!((stats.entries, stats.unpriced, stats.hits), (3, 1, 1));
    assert_eq!((stats.cost, stats.saved), (PicoUsd::DOLLAR.times(2), PicoUsd::DOLLAR));
    assert!(stats.bytes.0 < stats.raw.0, "{stats:?}");
}

#[test]
fn clearing_results_in_a_store_that_nobody_has_read_leaves_only_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    store.put_result(&entry(1)).unwrap();
    put_count(&store, 1);
    drop(store);
    assert_eq!(open_in(folder.path()).clear(Some(Kind::Result)).unwrap(), 1);
    let store = open_in(folder.path());
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap(), (1, 0));
    assert!(count(&store, 1).is_some());
}

#[test]
fn entries_whose_files_went_before_a_kill_are_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (live, killed) = (folder.path().join("live"), folder.path().join("killed"));
    let store = open_in(&live);
    store.put_result(&entry(1)).unwrap();
    put_count(&store, 1);
    store.checkpoint().unwrap();
    // The database has not heard of the removal, and its numbers are marked unclean.
    put_count(&store, 2);
    store.core().pending.drain();
    copy_folder(&live, &killed);
    fs::remove_dir_all(places_in(&killed).results).unwrap();
    let store = open_in(&killed);
    let (_, damaged) = store.check_entries(&AtomicBool::new(false)).unwrap();
    let status = store.status();
    let results = status.kinds.iter().find(|kind| kind.kind == Kind::Result).unwrap();
    assert_eq!((damaged, results.entries, status.exact), (0, 0, true));
}

#[test]
fn what_killed_writes_left_is_removed_and_what_is_being_written_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    let key = store.put_result(&entry(1)).unwrap().to_string();
    drop(store);
    let part = places_in(folder.path()).results.join(&key[..2]);
    let (old, new) = (part.join(".old.1.0.tmp"), part.join(".new.1.0.tmp"));
    let came = fs::metadata(places_in(folder.path()).cache.join("LOCK")).unwrap();
    for (path, age) in [(&old, 3_700), (&new, 60)] {
        let made = came.modified().unwrap() - Duration::from_secs(age);
        fs::File::create(path).unwrap().set_modified(made).unwrap();
    }
    let store = open_in(folder.path());
    let _ = store.wait_open();
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap(), (1, 0));
    assert!(!old.exists() && new.exists());
}

#[test]
fn clearing_results_removes_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    store.put_result(&entry(1)).unwrap();
    put_count(&store, 1);
    store.checkpoint().unwrap();
    assert_eq!(store.clear(Some(Kind::Result)).unwrap(), 1);
    assert_eq!(store.result(&entry(1).factors), None);
    assert!(count(&store, 1).is_some());
    assert!(!places_in(folder.path()).results.exists());
    assert!(store.result_stats().iter().all(|stats| stats.entries == 0));
}

#[test]
fn many_results_of_a_type_are_forgotten_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    let mut keys = Vec::new();
    for id in 0..150 {
        let mut entry = entry(id);
        entry.factors.of = if id % 3 == 0 { "review" } else { "docs" }.to_owned();
        keys.push((id % 3 == 0, store.put_result(&entry).unwrap()));
    }
    assert_eq!(store.forget_results_of("docs").unwrap(), 100);
    assert_eq!(store.forget_results_of("docs").unwrap(), 0);
    assert_eq!(listed(&store), 50);
    for (stays, key) in keys {
        assert_eq!(store.result_of_key(&key).is_some(), stays);
    }
    let stats = store.result_stats();
    let of = |name: &str| stats.iter().find(|one| one.of == name).map(|one| one.entries);
    assert_eq!((of("docs"), of("review")), (Some(0), Some(50)));
}
