//! A clock that was set back or ahead: nothing expires for it, nothing is lost, nothing overflows.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use larder::{
    model::{
        Clock, ContentHash, EntryQuery, EvictRequest, EvictTarget, FakeClock, Kind, Millis, Policy,
        ResultEntry, ResultFactors, StoreMode, Tokens, UnixNanos,
    },
    store::{CountKey, FetchKey, Options, Places, Store},
};

use crate::support::Home;

/// 2026-11-20 12:00 UTC.
const NOW: UnixNanos = UnixNanos(1_795_176_000_000_000_000);

const HOUR: i64 = 3_600 * 1_000_000_000;

const YEAR: i64 = 365 * 24 * HOUR;

/// Moments that a clock may jump to.
const JUMPS: [i64; 8] = [
    NOW.0 - HOUR,
    NOW.0 - YEAR,
    NOW.0 + 10 * YEAR,
    NOW.0 - 2 * 24 * HOUR,
    0,
    -YEAR,
    i64::MAX - HOUR,
    i64::MIN + HOUR,
];

const COUNTS: u32 = 50;

fn hash(id: u32) -> ContentHash {
    ContentHash(*blake3::hash(&id.to_le_bytes()).as_bytes())
}

fn open(cache: &Path, data: &Path, now: i64) -> Store {
    let clock = Arc::new(FakeClock::at(UnixNanos(now))) as Arc<dyn Clock>;
    Store::open(&Places::new(cache, data), &Options::default(), clock)
}

fn fetch() -> FetchKey {
    FetchKey::Url("https://example.org/".to_owned())
}

fn result(now: i64) -> ResultEntry {
    ResultEntry {
        factors: ResultFactors {
            of: "review".to_owned(),
            content: hash(1),
            provider: "openai".to_owned(),
            model: "gpt-5".to_owned(),
            prompt: "v1".to_owned(),
            schema: 1,
        },
        repository: "/home/ada".to_owned(),
        file: "a.rs".to_owned(),
        tokens: None,
        cost: None,
        took: Millis(1),
        created: UnixNanos(now),
        value: b"an answer".to_vec(),
    }
}

fn count_key(id: u32) -> CountKey {
    CountKey { hash: hash(id), encoding: larder::model::Encoding::O200kBase, version: 1 }
}

fn fill(store: &Store, now: i64) {
    for id in 0..COUNTS {
        store.put_count(count_key(id), Tokens(u64::from(id)), Duration::from_millis(1));
    }
    store.keep(&fetch(), b"a page", Duration::ZERO);
    store.put_result(&result(now)).unwrap();
}

fn folders(folder: &Path) -> (PathBuf, PathBuf) {
    (folder.join("cache"), folder.join("data"))
}

/// Asserts that all that is asked of a store has an answer, and that it is the right one.
fn answers(store: &Store, case: i64) {
    for id in 0..COUNTS {
        let CountKey { hash, encoding, version } = count_key(id);
        let found = store.count(&hash, encoding, version).map(|(tokens, _)| tokens);
        assert_eq!(found, Some(Tokens(u64::from(id))), "at {case}");
    }
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap().1, 0, "at {case}");
    let listed = store.entries(&EntryQuery { limit: 100, ..EntryQuery::default() });
    assert!(listed.total > u64::from(COUNTS), "at {case}: {}", listed.total);
    for policy in [Policy::Lru, Policy::Oldest, Policy::Cheapest, Policy::Lfu] {
        let request = EvictRequest { policy, target: EvictTarget::Entries(10), kind: None };
        assert!(store.plan_eviction(&request, 5).unwrap().entries > 0, "at {case}");
    }
    drop(store.report());
    drop(store.status());
}

#[test]
fn a_clock_that_was_set_while_nobody_ran_loses_nothing_that_is_dear() {
    for jump in JUMPS {
        let folder = tempfile::tempdir().unwrap();
        let (cache, data) = folders(folder.path());
        fill(&open(&cache, &data, NOW.0), NOW.0);
        let store = open(&cache, &data, jump);
        answers(&store, jump);
        assert!(store.result(&result(0).factors).is_some(), "at {jump}");
        // Before it was made it is not too old.
        assert!(jump > NOW.0 || store.find(&fetch()).is_some(), "at {jump}: a page is gone");
        assert_eq!(store.wait_open(), StoreMode::Ok);
        store.checkpoint().unwrap();
        store.close();
        // And set right again.
        let store = open(&cache, &data, NOW.0 + HOUR / 60);
        answers(&store, jump);
        assert!(store.result(&result(0).factors).is_some(), "back from {jump}");
    }
}

#[test]
fn entries_of_the_future_are_used_cleaned_up_and_replaced() {
    for jump in JUMPS {
        let folder = tempfile::tempdir().unwrap();
        let (cache, data) = folders(folder.path());
        fill(&open(&cache, &data, jump), jump);
        let store = open(&cache, &data, NOW.0);
        answers(&store, jump);
        let target = EvictTarget::Entries(20);
        let request = EvictRequest { policy: Policy::Lru, target, kind: Some(Kind::Count) };
        let (plan, _) = store.evict(&request, &AtomicBool::new(false)).unwrap();
        assert_eq!(plan.entries, 20, "from {jump}");
        fill(&store, NOW.0);
        answers(&store, jump);
        store.compact(&AtomicBool::new(false)).unwrap();
        store.clear(None).unwrap();
        store.close();
        assert!(open(&cache, &data, NOW.0).find(&fetch()).is_none(), "from {jump}");
    }
}

#[test]
fn the_program_uses_a_cache_that_was_made_when_the_clock_was_ahead() {
    // For the program the clock goes back by this much.
    for ahead in [YEAR, 60 * YEAR] {
        let home = Home::new();
        home.tree().many(40);
        let truth = home.true_total();
        let data = home.path().join("data/larder");
        fill(&open(&home.cache(), &data, NOW.0 + ahead), NOW.0 + ahead);
        let counted = home.run(&["count", "--json"]);
        assert_eq!((counted.err.as_str(), &counted.json()["total"]), ("", &truth));
        assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
        for args in [
            &["cache", "list"][..],
            &["cache", "status"],
            &["cache", "report"],
            &["cache", "verify"],
            &["cache", "evict", "--percent", "50", "--policy", "oldest", "--yes"],
            &["cache", "evict", "--percent", "50", "--yes"],
            &["cache", "compact"],
            &["doctor"],
            &["statusline"],
        ] {
            let run = home.run(args);
            assert!(run.code == Some(0) && !run.err.contains("panicked"), "{args:?}: {run:?}");
        }
        let screen = home.once("", "120x36").ended_with(0).out;
        assert!(screen.contains("all counted"), "{screen}");
        assert_eq!(home.count()["total"], truth);
    }
}
