//! The suite over every kind and every way the store can work.

use std::{
    convert::Infallible,
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
};

use strum::IntoEnumIterator;

use crate::model::{EntryQuery, EvictRequest, EvictTarget, Kind, Policy, RepoPath};

use super::{super::*, conformance::for_each, *};

/// Sizes around each border: empty, in the slot, compressed, in a file, past memory.
const SIZES: [usize; 7] = [0, 45, 511, 513, 8 << 10, (8 << 10) + 1, 300 << 10];

fn bytes(kind: Kind, size: usize) -> Vec<u8> {
    let seed = [kind as u8, 7];
    seed.iter().copied().cycle().take(size).collect()
}

fn key_of(kind: Kind, size: usize) -> EntryKey {
    KeyBuilder::new(kind).factor(&size.to_le_bytes()).key()
}

fn each_value(mut visit: impl FnMut(Kind, EntryKey, Vec<u8>)) {
    for kind in Kind::iter() {
        for size in SIZES {
            visit(kind, key_of(kind, size), bytes(kind, size));
        }
    }
}

fn fill(store: &Store) {
    each_value(|kind, key, value| store.put(kind, &key, &value, Duration::from_millis(2)));
}

fn wait_for_disk(store: &Store) {
    store.checkpoint().unwrap();
    if store.core().is_owner() {
        let _ = store.shrink_memory(0);
    }
}

/// Without a disk a value too large for memory is kept nowhere.
fn is_kept(store: &Store, value: &[u8]) -> bool {
    store.core().is_owner() || value.len() <= 256 << 10
}

#[test]
fn every_value_of_every_kind_comes_back_from_every_tier() {
    for_each(|store| {
        fill(store);
        for _ in 0..2 {
            each_value(|kind, key, value| {
                let found = store.get(kind, &key).map(|hit| hit.value);
                assert_eq!(found, is_kept(store, &value).then_some(value), "{kind}");
            });
            wait_for_disk(store);
        }
    });
}

#[test]
fn a_kind_is_cleared_and_the_others_stay() {
    for_each(|store| {
        for gone in Kind::iter() {
            fill(store);
            wait_for_disk(store);
            store.clear(Some(gone)).unwrap();
            each_value(|kind, key, value| {
                let is_there = store.get(kind, &key).is_some();
                assert_eq!(is_there, kind != gone && is_kept(store, &value), "{gone} {kind}");
            });
        }
        store.clear(None).unwrap();
        each_value(|kind, key, _| assert!(store.get(kind, &key).is_none()));
        assert!(store.status().kinds.iter().all(|kind| kind.entries == 0 && kind.bytes.0 == 0));
    });
}

#[test]
fn numbers_of_every_kind_add_up_to_those_of_the_tiers() {
    for_each(|store| {
        fill(store);
        each_value(|kind, key, _| drop(store.get(kind, &key)));
        store.checkpoint().unwrap();
        let status = store.status();
        for tier in &status.tiers {
            let of = status.cells.iter().filter(|cell| cell.tier == tier.tier);
            let sum = of.fold((0, 0, 0, 0, 0), |sum, cell| {
                let (fills, evictions) = (sum.2 + cell.fills, sum.3 + cell.evictions);
                (sum.0 + cell.hits, sum.1 + cell.misses, fills, evictions, sum.4 + cell.entries)
            });
            let (hits, misses) = (tier.hits, tier.misses);
            assert_eq!(sum, (hits, misses, tier.fills, tier.evictions, tier.entries));
        }
        if store.core().is_owner() {
            assert!(status.kinds.iter().all(|kind| kind.entries == SIZES.len() as u64));
        }
    });
}

#[test]
fn an_eviction_of_a_kind_leaves_the_others_alone() {
    for_each(|store| {
        fill(store);
        store.checkpoint().unwrap();
        for kind in Kind::iter() {
            let target = EvictTarget::Entries(2);
            let request = EvictRequest { policy: Policy::Largest, target, kind: Some(kind) };
            let preview = store.plan_eviction(&request, 9).unwrap();
            let (done, keys) = store.evict(&request, &AtomicBool::new(false)).unwrap();
            assert_eq!((preview.victims, done.entries), (done.victims, 2));
            assert!(keys.iter().all(|key| store.get(kind, key).is_none()));
            let query = EntryQuery { kind: Some(kind), limit: 99, ..EntryQuery::default() };
            let kept = SIZES.iter().filter(|size| is_kept(store, &vec![0; **size])).count() - 2;
            assert_eq!(store.entries(&query).total, kept as u64);
        }
    });
}

#[test]
fn a_batch_returns_only_what_is_there() {
    for_each(|store| {
        let keys: Vec<EntryKey> = (0..3).map(|id| key_of(Kind::Tags, id)).collect();
        store.put(Kind::Tags, &keys[0], b"a", Duration::ZERO);
        store.put(Kind::Tags, &keys[2], b"", Duration::ZERO);
        let found = store.get_all(Kind::Tags, &keys);
        let found: Vec<_> = found.into_iter().map(|(key, hit)| (key, hit.value)).collect();
        assert_eq!(found, [(keys[0], b"a".to_vec()), (keys[2], Vec::new())]);
        let misses = store.status().kinds[1].misses;
        let _ = store.get_all(Kind::Tags, &[keys[0], keys[2]]);
        assert_eq!((misses, store.status().kinds[1].misses), (1, 1));
    });
}

#[test]
fn an_empty_list_of_tags_is_a_hit_and_computed_once() {
    for_each(|store| {
        let key = TagsKey { content: ContentHash([1; 32]), grammar: "rust".to_owned(), query: 1 };
        let (calls, start) = (AtomicU32::new(0), Barrier::new(16));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    start.wait();
                    let got = store.find_or_compute(&key, || {
                        calls.fetch_add(1, SeqCst);
                        Ok::<_, Infallible>(Computed { value: Vec::new(), remake: Duration::ZERO })
                    });
                    assert_eq!(got.unwrap().value, b"");
                });
            }
        });
        assert_eq!(calls.load(SeqCst), 1);
        assert_eq!(store.find(&key).unwrap().value, b"");
        assert_eq!(store.forget_content(&key.content).unwrap(), 1);
        assert!(store.find(&key).is_none() && !store.forget(&key));
    });
}

fn is_computed_once<K: Keyed>(store: &Store, key: &K) {
    let mut calls = 0;
    for is_first in [true, false] {
        let got = store.find_or_compute(key, || {
            calls += 1;
            Ok::<_, Infallible>(Computed { value: b"made".to_vec(), remake: Duration::ZERO })
        });
        let Got { value, tier } = got.unwrap();
        assert_eq!((value.as_slice(), tier.is_none()), (&b"made"[..], is_first), "{}", K::KIND);
        wait_for_disk(store);
    }
    assert_eq!(calls, 1, "{}", K::KIND);
}

#[test]
fn what_is_asked_for_again_is_not_made_again_whatever_its_kind() {
    for_each(|store| {
        let content = ContentHash([1; 32]);
        is_computed_once(store, &TagsKey { content, grammar: "rust".to_owned(), query: 1 });
        is_computed_once(store, &TreeKey { content, lines: vec![3, 1], renderer: 1 });
        is_computed_once(store, &MapKey { contents: vec![content], ..MapKey::default() });
        is_computed_once(store, &FetchKey::Url("https://a".to_owned()));
        let again = TreeKey { content, lines: vec![1, 3], renderer: 1 };
        assert!(store.find(&again).is_some(), "the order of lines is no factor");
        assert!(store.find(&TreeKey { lines: vec![1, 4], ..again }).is_none());
        let mut requests = 0;
        for budget in [1, 2, 1] {
            let key = MapKey { budget: Tokens(budget), ..MapKey::default() };
            let made = store.find_or_compute(&key, || {
                requests += 1;
                Ok::<_, Infallible>(Computed { value: Vec::new(), remake: Duration::ZERO })
            });
            assert!(made.is_ok());
        }
        assert_eq!(requests, 2, "each budget has a map of its own");
    });
}

#[test]
fn a_computation_may_ask_the_store_for_anything_even_for_itself() {
    for_each(|store| {
        let nested = |id: usize, compute: &dyn Fn()| {
            let got = store.get_or_compute(Kind::Map, &key_of(Kind::Map, id), || {
                compute();
                Ok::<_, Infallible>(Computed { value: vec![1], remake: Duration::ZERO })
            });
            assert_eq!(got.unwrap().value, [1]);
        };
        nested(1, &|| {
            nested(2, &|| put(store, 7, b"value"));
            nested(1, &|| assert!(store.remove(Kind::Count, &key(7))));
            assert_eq!(store.status().kinds[Kind::Map as usize].misses, 3);
            let request = EvictRequest {
                policy: Policy::Lru,
                target: EvictTarget::Entries(1),
                kind: Some(Kind::Map),
            };
            assert_eq!(store.evict(&request, &AtomicBool::new(false)).unwrap().0.entries, 1);
        });
        assert!(store.get(Kind::Map, &key_of(Kind::Map, 1)).is_some());
        assert_eq!(store.core().flights.len(), 0);
    });
}

#[test]
fn where_nothing_is_nothing_is_chosen() {
    for_each(|store| {
        assert_eq!(store.shrink_memory(0), 0);
        for policy in Policy::iter() {
            let target = EvictTarget::Percent(100);
            let request = EvictRequest { policy, target, kind: None };
            assert!(store.plan_eviction(&request, 9).unwrap().victims.is_empty());
            assert!(store.evict(&request, &AtomicBool::new(false)).unwrap().1.is_empty());
        }
        assert!(store.status().tiers.iter().all(|tier| tier.evictions == 0));
    });
}

#[test]
fn entries_are_found_by_text_and_shown_page_by_page() {
    for_each(|store| {
        (0..30).for_each(|id| put_count(store, 1000 + id));
        let map = MapKey { others: vec![RepoPath::new(b"x").unwrap()], ..MapKey::default() };
        store.keep(&map, b"a map", Duration::ZERO);
        let query = |text: &str| EntryQuery {
            text: Some(text.to_owned()),
            limit: 9,
            ..EntryQuery::default()
        };
        assert_eq!(store.entries(&query("1 01")).total, 10);
        assert_eq!(store.entries(&query("O200K")).total, 30);
        let hex = map.entry_key().to_string();
        assert_eq!(store.entries(&query(&hex[..20])).entries[0].summary, "5 bytes");
        let page = |from| {
            let query = EntryQuery { from, limit: 20, ..EntryQuery::default() };
            store.entries(&query)
        };
        let (first, second, third) = (page(0), page(20), page(40));
        assert_eq!((first.total, first.entries.len()), (31, 20));
        assert_eq!((second.entries.len(), third.entries.len()), (11, 0));
        let mut keys: Vec<EntryKey> =
            first.entries.iter().chain(&second.entries).map(|view| view.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 31);
    });
}
