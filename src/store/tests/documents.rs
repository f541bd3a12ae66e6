//! The tests that the documents name, and what they ask for besides, on this store.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use crate::model::{
    EntryOrder, EntryQuery, EvictRequest, EvictTarget, Kind, Policy, ResultEntry, Tier,
};

use super::{
    super::{error::Fault, hold::hold, *},
    conformance::for_each,
    life::logged,
    results::{entry, open_in},
    *,
};

fn tags(id: u8) -> TagsKey {
    TagsKey { content: ContentHash([id; 32]), grammar: "rust".to_owned(), query: 1 }
}

fn entries(store: &Store) -> u64 {
    store.entries(&EntryQuery { limit: 9, ..EntryQuery::default() }).total
}

#[test]
fn cache_hit() {
    for_each(|store| {
        store.keep(&tags(1), b"[\"main\", \"def\", 1]", Duration::from_millis(5));
        assert_eq!(store.find(&tags(1)).unwrap().value, b"[\"main\", \"def\", 1]");
        assert_eq!(store.status().kinds[Kind::Tags as usize].hits, 1);
    });
}

#[test]
fn cache_invalidation() {
    for_each(|store| {
        store.keep(&tags(1), b"x", Duration::ZERO);
        store.keep(&tags(2), b"y", Duration::ZERO);
        store.checkpoint().unwrap();
        assert_eq!(store.forget_content(&ContentHash([1; 32])).unwrap(), 1);
        assert!(store.find(&tags(1)).is_none() && store.find(&tags(2)).is_some());
    });
}

#[test]
fn cache_creation_makes_a_folder_three_levels_deep() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("one/two/three"));
    assert_eq!(store.wait_open(), crate::model::StoreMode::Ok);
    put_count(&store, 1);
    store.close();
    assert!(folder.path().join("one/two/three/CURRENT").is_file());
}

#[test]
fn cache_get_set() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    assert_eq!(store.result(&entry(1).factors), None);
    store.put_result(&entry(1)).unwrap();
    assert_eq!(store.result(&entry(1).factors).unwrap().value, entry(1).value);
}

#[test]
fn cache_stats_after_one_hit_and_two_misses() {
    for_each(|store| {
        put(store, 1, b"one");
        assert!(value(store, 1).is_some());
        assert!(value(store, 2).is_none() && value(store, 3).is_none());
        let counts = &store.status().kinds[Kind::Count as usize];
        assert_eq!((entries(store), counts.hits, counts.misses), (1, 1, 2));
        assert!((store.status().session_hit_rate() - 1.0 / 3.0).abs() < 1e-9);
    });
}

#[test]
fn clear_cache_leaves_nothing_and_begins_to_count_anew() {
    for_each(|store| {
        (0..3).for_each(|id| put(store, id, b"value"));
        assert!(value(store, 1).is_some());
        store.clear(None).unwrap();
        let counts = &store.status().kinds[Kind::Count as usize];
        assert_eq!((entries(store), counts.hits, counts.misses), (0, 0, 0));
    });
}

#[test]
fn eviction_by_each_policy_goes_down_to_the_target_in_bytes() {
    for policy in [Policy::Lru, Policy::Oldest, Policy::Largest, Policy::Dearest] {
        for_each(|store| {
            (0..40).for_each(|id| put(store, id, &[7; 100]));
            store.checkpoint().unwrap();
            let all: u64 = store.status().kinds.iter().map(|kind| kind.bytes.0).sum();
            let target = EvictTarget::Bytes(crate::model::Bytes(all / 3));
            let request = EvictRequest { policy, target, kind: None };
            store.evict(&request, &AtomicBool::new(false)).unwrap();
            let left: u64 = store.status().kinds.iter().map(|kind| kind.bytes.0).sum();
            assert!(left <= all / 3, "{policy}: {left} of {all}");
        });
    }
}

#[test]
fn what_a_batch_misses_is_computed_once_and_the_next_batch_has_no_miss() {
    for_each(|store| {
        let keys: Vec<TagsKey> = (0..5).map(tags).collect();
        store.keep(&keys[3], b"known", Duration::ZERO);
        let mut computed = 0;
        for _ in 0..2 {
            for key in &keys {
                let made = store.find_or_compute(key, || {
                    computed += 1;
                    let value = b"made".to_vec();
                    Ok::<_, Infallible>(Computed { value, remake: Duration::ZERO })
                });
                assert!(made.is_ok());
            }
        }
        assert_eq!(computed, 4);
        let keys: Vec<EntryKey> = keys.iter().map(Keyed::entry_key).collect();
        let before = store.status().kinds[Kind::Tags as usize].misses;
        assert_eq!(store.get_all(Kind::Tags, &keys).len(), 5);
        assert_eq!(store.status().kinds[Kind::Tags as usize].misses, before);
    });
}

#[test]
fn results_are_found_by_key_type_repository_model_creation_and_last_access() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    let of = |id: u8, of: &str, model: &str, repository: &str| {
        let mut made = ResultEntry { repository: repository.to_owned(), ..entry(id) };
        (made.factors.of, made.factors.model) = (of.to_owned(), model.to_owned());
        made.created.0 += i64::from(id) * 3_600_000_000_000;
        made
    };
    let all = [
        of(1, "docs", "grok-4", "/src/shop"),
        of(2, "refactor", "grok-4", "/src/bank"),
        of(3, "docs", "gpt-5", "/src/bank"),
    ];
    let keys: Vec<_> = all.iter().map(|made| store.put_result(made).unwrap()).collect();
    let found = |text: &str, order| {
        let text = Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
        let query = EntryQuery { text, order, limit: 9, ..EntryQuery::default() };
        let page = store.entries(&query);
        page.entries
            .iter()
            .map(|view| keys.iter().position(|key| *key == view.key).unwrap())
            .collect::<Vec<_>>()
    };
    let sorted = |text| {
        let mut found = found(text, EntryOrder::Recent);
        found.sort_unstable();
        found
    };
    assert_eq!(sorted("refactor"), [1]);
    assert_eq!(sorted("/src/bank"), [1, 2]);
    assert_eq!(sorted("grok-4"), [0, 1]);
    assert_eq!(sorted(&keys[2].to_string()[..12]), [2]);
    assert_eq!(found("", EntryOrder::Oldest), [0, 1, 2]);
    assert_eq!(found("", EntryOrder::Recent), [2, 1, 0]);
    assert!(store.result(&all[0].factors).is_some());
    assert_eq!(found("", EntryOrder::Used)[0], 0);
}

#[test]
fn a_reader_does_not_wait_for_a_writer() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.checkpoint().unwrap();
    let _ = store.shrink_memory(0);
    let (done, found) = std::sync::mpsc::channel();
    let writing = hold(&store.core().storing);
    std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || done.send(count(store, 1)));
        let found = found.recv_timeout(Duration::from_secs(20));
        drop(writing);
        assert_eq!(found, Ok(Some((Tokens(1), Tier::Disk))));
    });
}

#[test]
fn the_time_of_the_last_save_is_never_at_first_stays_on_failure_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let store = Store::open(&places(folder.path()), &Options::default(), shared);
    assert_eq!(store.wait_open(), crate::model::StoreMode::Ok);
    assert_eq!(store.status().saved_at, None);
    put_count(&store, 1);
    store.checkpoint().unwrap();
    assert_eq!(store.status().saved_at, Some(NOW));
    store.core().failed("write", Fault::Refused("a test".to_owned()));
    // So little that the store's own thread has nothing to do yet.
    clock.advance(Duration::from_secs(1));
    store.core().counters.changed.raise();
    store.core().checkpoint_now().unwrap();
    assert_eq!(store.status().saved_at, Some(NOW));
    drop(store);
    let store = open(folder.path());
    let _ = store.wait_open();
    assert_eq!(store.status().saved_at, Some(NOW));
}

#[test]
fn a_clean_up_is_logged_with_size_and_limit() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { disk_bytes: crate::model::Bytes(20_000), ..Options::default() };
    let store = open_with(folder.path(), &options);
    // The store's own thread would clean up at once, and log where nobody listens: it must have ended.
    store.core().sweeping.store(true, Relaxed);
    (0..200).for_each(|id| put(&store, id, &[7; 200]));
    store.close();
    store.core().closing.store(false, Relaxed);
    store.core().sweeping.store(false, Relaxed);
    let log = logged(|| store.core().sweep_when_full());
    let is_due = log.contains("the cache is cleaned up") && log.contains("limit=20000");
    assert!(is_due && log.contains("size="), "{log}");
}

#[test]
fn a_list_from_the_oldest_on_reads_no_value() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let store = Store::open(&places(folder.path()), &Options::default(), shared);
    for id in 0..30 {
        clock.advance(Duration::from_secs(1));
        store.keep(&tags(id), &vec![id; 10_000], Duration::ZERO);
    }
    store.checkpoint().unwrap();
    let _ = store.shrink_memory(0);
    let blobs = store.core().blobs.as_ref().unwrap();
    (0..30).for_each(|id| {
        std::fs::remove_file(blobs.path(Kind::Tags, &tags(id).entry_key())).unwrap();
    });
    let query = EntryQuery { order: EntryOrder::Oldest, limit: 50, ..EntryQuery::default() };
    let listed: Vec<_> = store.entries(&query).entries.iter().map(|view| view.key).collect();
    assert_eq!(listed, (0..30).map(|id| tags(id).entry_key()).collect::<Vec<_>>());
    assert_eq!(store.find(&tags(3)), None, "its value was only in that file");
}

#[test]
fn whoever_reads_sees_each_entry_as_it_was_at_one_moment() {
    for_each(|store| {
        let versions: Vec<Vec<u8>> = (1..=6).map(|of| vec![of; usize::from(of) * 300]).collect();
        store.keep(&tags(1), &versions[0], Duration::ZERO);
        (2..40).for_each(|id| store.keep(&tags(id), b"another", Duration::ZERO));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Relaxed) {
                    for value in &versions {
                        store.keep(&tags(1), value, Duration::ZERO);
                    }
                }
            });
            for round in 0..200 {
                let found = store.find(&tags(1)).unwrap().value;
                assert!(versions.contains(&found), "a mixture of {} bytes", found.len());
                if round % 20 == 0 {
                    assert_eq!(entries(store), 39, "it is replaced, never gone and never twice");
                }
            }
            stop.store(true, Relaxed);
        });
    });
}
