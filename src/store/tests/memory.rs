//! The memory tier: what leaves it first, and what it costs.

use crate::model::{Bytes, Tier};

use super::{super::*, *};

/// Room for exactly two small entries.
fn two(policy: MemoryPolicy) -> Options {
    Options { memory_bytes: Bytes(400), memory_policy: policy, ..Options::default() }
}

#[test]
fn with_room_for_two_the_third_drops_the_least_recently_used() {
    let store = memory_only(&two(MemoryPolicy::Lru));
    put(&store, 1, b"one");
    put(&store, 2, b"two");
    assert!(value(&store, 1).is_some());
    put(&store, 3, b"three");
    assert_eq!(value(&store, 2), None);
    assert!(value(&store, 1).is_some() && value(&store, 3).is_some());
    let stats = tier(&store, Tier::Memory);
    assert_eq!((stats.entries, stats.evictions, stats.fills), (2, 1, 3));
    assert!(stats.bytes <= stats.limit);
}

#[test]
fn lfu_keeps_what_is_read_often() {
    let store = memory_only(&two(MemoryPolicy::Lfu));
    put(&store, 1, b"one");
    (0..3).for_each(|_| assert!(value(&store, 1).is_some()));
    put(&store, 2, b"two");
    assert!(value(&store, 2).is_some());
    put(&store, 3, b"three");
    assert_eq!(value(&store, 2), None);
    assert!(value(&store, 1).is_some());
}

#[test]
fn shrinking_drops_the_oldest_down_to_the_number() {
    let store = memory_only(&Options::default());
    (0..1000).for_each(|id| put(&store, id, b"value"));
    let target = Pressure::High.target(tier(&store, Tier::Memory).entries).unwrap();
    assert_eq!(store.shrink_memory(usize::try_from(target).unwrap()), 750);
    assert_eq!(tier(&store, Tier::Memory).entries, 250);
    assert!(value(&store, 749).is_none() && value(&store, 750).is_some());
}

#[test]
fn a_large_entry_skips_memory_and_is_served_from_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let large = vec![7; 300 << 10];
    put(&store, 1, &large);
    store.checkpoint().unwrap();
    let hit = store.get(crate::model::Kind::Count, &key(1)).unwrap();
    assert_eq!((hit.tier, hit.value), (Tier::Disk, large));
    assert_eq!(tier(&store, Tier::Memory).entries, 0);
}

#[test]
fn a_memory_miss_with_a_disk_hit_fills_memory() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.checkpoint().unwrap();
    let _ = store.shrink_memory(0);
    assert_eq!(count(&store, 1), Some((Tokens(1), Tier::Disk)));
    let before = tier(&store, Tier::Disk).hits;
    assert_eq!(count(&store, 1), Some((Tokens(1), Tier::Memory)));
    assert_eq!(tier(&store, Tier::Disk).hits, before);
}

#[test]
fn a_write_under_way_is_found_although_memory_let_it_go() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { memory_bytes: Bytes(0), ..Options::default() };
    let store = open_with(folder.path(), &options);
    for id in 0..2000 {
        put_count(&store, id);
        assert_eq!(count(&store, id), Some((Tokens(id.into()), Tier::Disk)));
    }
}

#[test]
fn a_hundred_thousand_puts_and_removes_leave_nothing_behind() {
    let store = memory_only(&Options::default());
    for id in 0..100_000 {
        put(&store, id % 7, b"value");
        assert!(value(&store, id % 7).is_some());
        assert!(store.remove(crate::model::Kind::Count, &key(id % 7)));
    }
    assert_eq!((tier(&store, Tier::Memory).entries, tier(&store, Tier::Memory).bytes.0), (0, 0));
    assert!(store.core().memory.traces() < 70_000);
}

#[test]
fn sixteen_threads_read_and_write_together() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let store = &store;
            scope.spawn(move || {
                for id in 0..200 {
                    put_count(store, id);
                    assert_eq!(count(store, id).unwrap().0, Tokens(id.into()));
                    let _ = count(store, (id + thread) % 200);
                }
            });
        }
    });
    store.checkpoint().unwrap();
    assert_eq!(store.status().kinds[0].entries, 200);
}

/// One case: what is done with a small memory, and what is left of it.
struct Case {
    policy: MemoryPolicy,
    entries: u64,
    batch: u64,
    /// What is done, with which key.
    steps: Vec<(String, u32)>,
    left: Vec<u32>,
    evicted: u64,
}

impl Case {
    fn of(policy: MemoryPolicy, (entries, batch): (u64, u64), steps: &str) -> Self {
        let step = |step: &str| {
            let (what, key) = step.split_at(1);
            (what.to_owned(), key.parse().unwrap())
        };
        let steps = steps.split(' ').map(step).collect();
        Self { policy, entries, batch, steps, left: Vec::new(), evicted: 0 }
    }

    fn leaves(self, left: &[u32], evicted: u64) {
        Self { left: left.to_vec(), evicted, ..self }.check("");
    }

    fn check(&self, why: &str) {
        let options = Options {
            memory_policy: self.policy,
            memory_entries: self.entries,
            memory_batch: self.batch,
            ..Options::default()
        };
        let store = memory_only(&options);
        for (step, id) in &self.steps {
            match step.as_str() {
                "p" | "put" => put(&store, *id, b"value"),
                "g" | "get" => drop(value(&store, *id)),
                "r" | "remove" => drop(store.remove(crate::model::Kind::Count, &key(*id))),
                "c" | "clear" => drop(store.clear(None).unwrap()),
                _ => panic!("{step}"),
            }
        }
        let stats = tier(&store, Tier::Memory);
        let left: Vec<_> = (0..26).filter(|id| value(&store, *id).is_some()).collect();
        assert_eq!((left, stats.evictions), (self.left.clone(), self.evicted), "{why}");
    }
}

#[test]
fn a_memory_of_so_many_entries_makes_room_by_batches() {
    let (lru, lfu) = (MemoryPolicy::Lru, MemoryPolicy::Lfu);
    Case::of(lru, (3, 1), "p1 p2 p3 g1 p4").leaves(&[1, 3, 4], 1);
    Case::of(lfu, (3, 1), "p1 p2 p3 g1 g1 g2 p4").leaves(&[1, 2, 4], 1);
    Case::of(lru, (4, 3), "p1 p2 p3 p4 p5").leaves(&[4, 5], 3);
    Case::of(lru, (2, 9), "p1 p2 p3").leaves(&[3], 2);
}

#[test]
fn a_known_key_removed_and_cleared_ones_evict_nobody() {
    let lru = MemoryPolicy::Lru;
    Case::of(lru, (3, 1), "p1 p2 p3 p2").leaves(&[1, 2, 3], 0);
    Case::of(lru, (3, 1), "p1 p2 p3 r1 p4 p5").leaves(&[3, 4, 5], 1);
    Case::of(lru, (2, 1), "p1 p2 c0 p3 p4 p5").leaves(&[4, 5], 1);
}

#[test]
fn the_eviction_vectors_of_the_fixtures_hold() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/fixtures/formats/dbp/eviction-vectors.json");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let id = |name: &serde_json::Value| {
        let first = name.as_str().unwrap().bytes().next();
        first.map_or(0, |first| u32::from(first - b'a'))
    };
    for case in vectors["cases"].as_array().unwrap() {
        let step = |step: &serde_json::Value| {
            (step[0].as_str().unwrap().to_owned(), step.get(1).map_or(0, id))
        };
        let corrected = &case["corrected"];
        let case_of = Case {
            policy: match case["policy"].as_str().unwrap() {
                "lru" => MemoryPolicy::Lru,
                "lfu" => MemoryPolicy::Lfu,
                policy => panic!("{policy}"),
            },
            entries: case["max_items"].as_u64().unwrap(),
            batch: case["batch"].as_u64().unwrap(),
            steps: case["ops"].as_array().unwrap().iter().map(step).collect(),
            left: corrected["left"].as_array().unwrap().iter().map(id).collect(),
            evicted: corrected["evicted"].as_array().unwrap().len() as u64,
        };
        case_of.check(case["why"].as_str().unwrap());
    }
}
