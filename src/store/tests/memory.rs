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
