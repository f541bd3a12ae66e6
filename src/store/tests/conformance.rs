//! One suite over every way the store can work: sled, the JSON file, memory alone.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    path::Path,
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use proptest::prelude::*;

use crate::model::{
    EntryOrder, EntryQuery, EvictRequest, EvictTarget, Kind, Policy, StoreMode, Tier, Tokens,
};

use super::{super::*, *};

/// Opens a store of each kind.
fn each(folder: &Path) -> Vec<Store> {
    let blocked = folder.join("blocked");
    std::fs::create_dir_all(&blocked).unwrap();
    std::fs::write(blocked.join("gen-0001"), b"in the way").unwrap();
    let stores = vec![open(&folder.join("sled")), open(&blocked), memory_only(&Options::default())];
    assert_eq!(stores[0].wait_open(), StoreMode::Ok);
    assert!(matches!(stores[1].wait_open(), StoreMode::Fallback(_)));
    assert!(matches!(stores[2].wait_open(), StoreMode::MemoryOnly(_)));
    stores
}

pub(super) fn for_each(test: impl Fn(&Store)) {
    let folder = tempfile::tempdir().unwrap();
    each(folder.path()).iter().for_each(test);
}

#[test]
fn what_was_put_is_found_and_what_was_removed_is_not() {
    for_each(|store| {
        assert_eq!(value(store, 1), None);
        put(store, 1, b"one");
        put(store, 2, b"");
        assert_eq!(value(store, 1).as_deref(), Some(&b"one"[..]));
        assert_eq!(value(store, 2).as_deref(), Some(&b""[..]));
        assert!(store.remove(Kind::Count, &key(1)));
        assert!(!store.remove(Kind::Count, &key(1)));
        assert_eq!(value(store, 1), None);
        let removals = store.status().kinds.iter().map(|kind| kind.removals).sum::<u64>();
        assert_eq!(removals, 1, "the second time there was nothing to remove");
    });
}

#[test]
fn a_second_put_replaces_the_first() {
    for_each(|store| {
        put(store, 1, b"one");
        put(store, 1, b"two");
        store.checkpoint().unwrap();
        assert_eq!(value(store, 1).as_deref(), Some(&b"two"[..]));
        assert_eq!(store.entries(&EntryQuery { limit: 9, ..EntryQuery::default() }).total, 1);
    });
}

#[test]
fn hits_and_misses_follow_a_script() {
    for_each(|store| {
        let fresh = store.status();
        assert_eq!((fresh.session_hits, fresh.session_misses), (0, 0));
        assert!(fresh.session_hit_rate().abs() < 1e-9);
        assert_eq!(value(store, 1), None);
        assert_eq!(value(store, 2), None);
        put(store, 1, b"one");
        assert!(value(store, 1).is_some());
        let status = store.status();
        assert_eq!((status.session_hits, status.session_misses), (1, 2));
        assert_eq!((status.kinds[0].hits, status.kinds[0].misses), (1, 2));
        assert_eq!(tier(store, Tier::Memory).hits, 1);
        assert_eq!(tier(store, Tier::Disk).misses, 2);
        assert_eq!(status.saved.ms.0, 3);
        assert!((status.session_hit_rate() - 1.0 / 3.0).abs() < 1e-9);
    });
}

#[test]
fn clear_removes_all_and_forgets_hits_and_misses() {
    for_each(|store| {
        put(store, 1, b"one");
        put(store, 2, b"two");
        assert!(value(store, 1).is_some());
        assert_eq!(store.clear(None).unwrap(), 2);
        let status = store.status();
        assert_eq!((status.session_hits, status.session_misses), (0, 0));
        assert_eq!((status.kinds[0].hits, status.kinds[0].entries), (0, 0));
        assert_eq!(value(store, 1), None);
        put(store, 3, b"three");
        assert_eq!(store.clear(Some(Kind::Count)).unwrap(), 1);
        assert_eq!(value(store, 3), None);
    });
}

#[test]
fn a_changed_copy_does_not_change_the_cache() {
    for_each(|store| {
        put(store, 1, b"one");
        let mut copy = value(store, 1).unwrap();
        copy[0] = b'x';
        assert_eq!(value(store, 1).as_deref(), Some(&b"one"[..]));
    });
}

#[test]
fn sixteen_threads_compute_a_value_once() {
    for_each(|store| {
        let (calls, start) = (AtomicU32::new(0), Barrier::new(16));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    start.wait();
                    let got = store.count_or_compute(count_key(7), || {
                        calls.fetch_add(1, SeqCst);
                        Ok::<_, Infallible>((Tokens(42), Duration::from_millis(1)))
                    });
                    assert_eq!(got.unwrap().0, Tokens(42));
                });
            }
        });
        assert_eq!(calls.load(SeqCst), 1);
        let status = store.status();
        assert_eq!((status.session_hits, status.session_misses), (15, 1));
        assert_eq!(store.core().flights.len(), 0);
    });
}

#[test]
fn a_failed_computation_keeps_nothing_and_the_next_one_tries() {
    for_each(|store| {
        let failed = store.get_or_compute(Kind::Count, &key(1), || Err::<Computed, _>("no"));
        assert_eq!(failed, Err("no"));
        assert_eq!(value(store, 1), None);
        let computed = Computed { value: b"yes".to_vec(), remake: Duration::ZERO };
        let got = store.get_or_compute(Kind::Count, &key(1), || Ok::<_, ()>(computed)).unwrap();
        assert_eq!(got, Got { value: b"yes".to_vec(), tier: None });
    });
}

#[test]
fn an_eviction_does_what_its_preview_said() {
    for_each(|store| {
        (0..20).for_each(|id| put(store, id, &[0; 45]));
        let request = EvictRequest {
            policy: Policy::Oldest,
            target: EvictTarget::Percent(50),
            kind: Some(Kind::Count),
        };
        let preview = store.plan_eviction(&request, 4).unwrap();
        let (done, keys) = store.evict(&request, &AtomicBool::new(false)).unwrap();
        assert_eq!((preview.entries, done.entries, keys.len()), (10, 10, 10));
        assert_eq!(preview.victims[..], done.victims[..4]);
        assert!(keys.iter().all(|key| store.get(Kind::Count, key).is_none()));
        let page = store.entries(&EntryQuery { limit: 3, ..EntryQuery::default() });
        assert_eq!((page.total, page.entries.len()), (10, 3));
    });
}

#[test]
fn an_entry_says_what_it_is_and_where() {
    for_each(|store| {
        put_count(store, 1512);
        assert!(count(store, 1512).is_some());
        let key = count_key(1512).entry_key();
        let details = store.entry(&key).unwrap();
        assert_eq!(details.entry.summary, "1 512 tokens in o200k_base");
        assert_eq!((details.entry.uses, details.entry.created), (1, NOW));
        assert_eq!(details.entry.remake_ms.0, 2);
        assert!(details.tiers.contains(&Tier::Memory));
        assert_eq!(store.entry(&super::key(9)), None);
        let query = EntryQuery { order: EntryOrder::Used, limit: 1, ..EntryQuery::default() };
        assert_eq!(store.entries(&query).entries[0].key, key);
    });
}

#[test]
fn a_value_over_the_limit_is_refused_and_counted() {
    for_each(|store| {
        let before = tier(store, Tier::Disk).errors;
        let huge = vec![0; (64 << 20) + 1];
        put(store, 1, &huge);
        assert_eq!(value(store, 1), None);
        assert_eq!(tier(store, Tier::Disk).errors, before + 1);
    });
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, Vec<u8>),
    Get(u8),
    Remove(u8),
    Checkpoint,
    Shrink,
    Clear,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0_u8..12, prop::collection::vec(any::<u8>(), 0..80)).prop_map(|(k, v)| Step::Put(k, v)),
        6 => (0_u8..12).prop_map(Step::Get),
        2 => (0_u8..12).prop_map(Step::Remove),
        1 => Just(Step::Checkpoint),
        1 => Just(Step::Shrink),
        1 => Just(Step::Clear),
    ];
    prop::collection::vec(step, 0..60)
}

fn act(store: &Store, map: &mut BTreeMap<u8, Vec<u8>>, step: &Step) {
    match step {
        Step::Put(id, bytes) => {
            put(store, u32::from(*id), bytes);
            map.insert(*id, bytes.clone());
        }
        Step::Get(id) => assert_eq!(value(store, u32::from(*id)), map.get(id).cloned()),
        Step::Remove(id) => {
            let had = map.remove(id).is_some();
            assert_eq!(store.remove(Kind::Count, &key(u32::from(*id))), had);
        }
        Step::Checkpoint => store.checkpoint().unwrap(),
        Step::Shrink if store.core().is_owner() => {
            let _ = store.shrink_memory(2);
        }
        Step::Shrink => {}
        Step::Clear => {
            store.clear(None).unwrap();
            map.clear();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn every_store_answers_like_a_map(steps in steps()) {
        for_each(|store| {
            let mut map = BTreeMap::new();
            for step in &steps {
                act(store, &mut map, step);
            }
            store.checkpoint().unwrap();
            for id in 0..12 {
                assert_eq!(value(store, u32::from(id)), map.get(&id).cloned());
            }
            if store.core().is_owner() {
                assert_eq!(store.status().kinds[0].entries, map.len() as u64);
            }
        });
    }
}
