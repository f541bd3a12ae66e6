//! The disk tier under its limit, by itself and as asked for.

use std::sync::atomic::AtomicBool;

use crate::model::{
    Bytes, Clock, EvictRequest, EvictTarget, Kind, Policy, ResultEntry, StoreMode, Tier,
};

use super::{super::*, *};

/// Bytes of one entry of these tests on the disk.
const ENTRY: u64 = 100 + 32 + 32;

fn small() -> Options {
    Options {
        disk_bytes: Bytes(ENTRY * 100),
        high_mark: 90,
        low_mark: 50,
        policy: Policy::Lru,
        ..Options::default()
    }
}

fn fill(store: &Store, ids: std::ops::Range<u32>) {
    ids.for_each(|id| put(store, id, &[7; 100]));
    store.checkpoint().unwrap();
    wait_for_sweep(store);
}

fn wait_for_sweep(store: &Store) {
    store.core().sweep_when_full();
    while store.core().sweeping.load(std::sync::atomic::Ordering::SeqCst) {
        std::thread::yield_now();
    }
}

fn disk_bytes(store: &Store) -> u64 {
    tier(store, Tier::Disk).bytes.0
}

#[test]
fn the_store_stays_under_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let options = small();
    let store = open_with(folder.path(), &options);
    for round in 0..8 {
        fill(&store, round * 25..(round + 1) * 25);
    }
    store.close();
    let store = open_with(folder.path(), &options);
    let _ = store.wait_open();
    assert!(disk_bytes(&store) <= options.disk_bytes.0);
    assert!(tier(&store, Tier::Disk).evictions > 0);
}

#[test]
fn processes_that_keep_one_result_each_stay_below_the_limit_and_say_what_went() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { disk_bytes: Bytes(40_000), policy: Policy::Oldest, ..small() };
    let mut remarks = Vec::new();
    for id in 0..12_u8 {
        let store = open_with(folder.path(), &options);
        let mut value = vec![0; 6_000];
        blake3::Hasher::new().update(&[id]).finalize_xof().fill(&mut value);
        store.put_result(&ResultEntry { value, ..super::results::entry(id) }).unwrap();
        store.close();
        remarks.extend(store.remarks());
        let files = super::super::atomic_file::size(&folder.path().join("results"));
        assert!(files <= options.disk_bytes.0, "{files} bytes after {id}");
    }
    let lost = &remarks[0];
    assert!(lost.contains("thrown away") && lost.contains("store.disk-bytes"), "{remarks:?}");
    assert!(lost.contains('$'), "{remarks:?}");
}

#[test]
fn a_clean_up_goes_to_the_low_mark_once_and_does_not_run_away() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { disk_bytes: Bytes(ENTRY * 300), ..small() };
    let store = open_with(folder.path(), &options);
    fill(&store, 0..275);
    let after = tier(&store, Tier::Disk);
    assert!((140..=150).contains(&after.entries), "{} entries are left", after.entries);
    fill(&store, 300..400);
    let later = tier(&store, Tier::Disk);
    assert_eq!((later.evictions, later.entries), (after.evictions, after.entries + 100));
}

#[test]
fn the_file_of_the_fallback_is_cleaned_up_too_and_keeps_a_single_entry() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("gen-0001"), b"in the way").unwrap();
    let options = Options { policy: Policy::Oldest, ..small() };
    let clock = clock();
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let store = Store::open(&places(folder.path()), &options, shared);
    assert!(matches!(store.wait_open(), StoreMode::Fallback(_)));
    fill(&store, 0..1);
    assert_eq!(tier(&store, Tier::Disk).entries, 1);
    // Up to a little below the mark, then over it; some may come after the clean-up.
    fill(&store, 1..80);
    clock.advance(Duration::from_hours(1));
    fill(&store, 80..100);
    let disk = tier(&store, Tier::Disk);
    assert!((45..65).contains(&disk.entries), "{} entries are left", disk.entries);
    assert!((80..100).all(|id| value(&store, id).is_some()), "the newest stay");
}

#[test]
fn a_clean_up_does_not_wait_for_writes_that_come_later() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_with(folder.path(), &small());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut id = 0;
            while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                put(&store, id, &[7; 100]);
                id += 1;
            }
        });
        while tier(&store, Tier::Disk).evictions == 0 {
            std::thread::yield_now();
        }
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
    });
}

#[test]
fn the_one_remaining_entry_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_with(folder.path(), &small());
    fill(&store, 0..1);
    let target = EvictTarget::Percent(0);
    let request = EvictRequest { policy: Policy::Oldest, target, kind: None };
    assert!(store.evict(&request, &AtomicBool::new(false)).unwrap().1.is_empty());
    assert!(value(&store, 0).is_some());
}

#[test]
fn oldest_removes_what_was_made_first() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let store = Store::open(
        &places(folder.path()),
        &Options::default(),
        Arc::clone(&clock) as Arc<dyn Clock>,
    );
    for id in 0..10 {
        put(&store, id, b"value");
        clock.advance(Duration::from_secs(61));
    }
    let target = EvictTarget::Percent(50);
    let request = EvictRequest { policy: Policy::Oldest, target, kind: Some(Kind::Count) };
    store.evict(&request, &AtomicBool::new(false)).unwrap();
    let left: Vec<bool> = (0..10).map(|id| value(&store, id).is_some()).collect();
    assert_eq!(left, [[false; 5], [true; 5]].concat());
}

#[test]
fn reads_decide_what_lru_removes_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let open = || {
        Store::open(
            &places(folder.path()),
            &Options::default(),
            Arc::clone(&clock) as Arc<dyn Clock>,
        )
    };
    let store = open();
    (0..3).for_each(|id| put(&store, id, b"value"));
    clock.advance(Duration::from_hours(1));
    assert!(value(&store, 0).is_some() && value(&store, 2).is_some());
    drop(store);
    let store = open();
    let request = EvictRequest { policy: Policy::Lru, target: EvictTarget::Entries(1), kind: None };
    let (_, keys) = store.evict(&request, &AtomicBool::new(false)).unwrap();
    assert_eq!(keys, [key(1)]);
}

#[test]
fn a_cancelled_eviction_says_what_went() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    (0..10).for_each(|id| put(&store, id, b"value"));
    let target = EvictTarget::Percent(100);
    let request = EvictRequest { policy: Policy::Lru, target, kind: None };
    assert_eq!(store.plan_eviction(&request, 0).unwrap().entries, 10);
    let (plan, keys) = store.evict(&request, &AtomicBool::new(true)).unwrap();
    assert_eq!((plan.entries, keys.len()), (0, 0));
    assert_eq!(store.status().kinds[0].entries, 10);
    assert_eq!(store.mode(), StoreMode::Ok);
}

#[test]
fn a_day_counts_what_was_evicted_on_request_apart_from_what_the_limit_forced_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_with(folder.path(), &Options { disk_bytes: Bytes(ENTRY * 300), ..small() });
    fill(&store, 0..100);
    let target = EvictTarget::Entries(84);
    let request = EvictRequest { policy: Policy::Lru, target, kind: None };
    store.evict(&request, &AtomicBool::new(false)).unwrap();
    let churn = store.report().churn;
    assert_eq!((churn.evicted, churn.forced), (84.0, 0.0));
    assert_eq!(tier(&store, Tier::Disk).evictions, 84);
    fill(&store, 100..400);
    let churn = store.report().churn;
    assert!(churn.forced > 0.0 && (churn.evicted - churn.forced - 84.0).abs() < 1e-9, "{churn:?}");
}

#[test]
fn a_plan_says_of_how_many_nobody_knows_what_they_take() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for id in 0..3 {
        let took = crate::model::Millis(0);
        let cost = (id == 0).then_some(crate::model::PicoUsd::DOLLAR);
        store.put_result(&ResultEntry { cost, took, ..super::results::entry(id) }).unwrap();
    }
    put(&store, 1, b"computed");
    let request =
        EvictRequest { policy: Policy::Oldest, target: EvictTarget::Percent(100), kind: None };
    let plan = store.plan_eviction(&request, 9).unwrap();
    assert_eq!((plan.entries, plan.unknown), (4, 2));
    assert_eq!(plan.remake_usd, crate::model::PicoUsd::DOLLAR);
    let (done, _) = store.evict(&request, &AtomicBool::new(false)).unwrap();
    assert_eq!((done.entries, done.unknown), (4, 2));
}
