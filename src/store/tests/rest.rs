//! An idle store sleeps, and wakes for what has to be saved.

use super::{
    super::{hold::hold, rest::Rest},
    *,
};

/// What a writer of `store` would wait for, once all that was asked for is done.
fn rest_of(store: &Store) -> Rest {
    store.checkpoint().unwrap();
    store.core().rest()
}

#[test]
fn a_store_with_nothing_to_save_rests_until_something_changes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    assert_eq!(store.core().rest(), Rest::No, "a write is under way");
    store.core().do_chores();
    assert_eq!(rest_of(&store), Rest::Long);
    assert!(count(&store, 1).is_some());
    assert_eq!(store.core().rest(), Rest::No, "a hit is to be saved");
    assert_eq!(rest_of(&store), Rest::Long);
    *hold(&store.core().nearly_full) = Some("full".to_owned());
    assert_eq!(store.core().rest(), Rest::No, "the disk is watched");
}

#[test]
fn a_store_says_that_it_opens_until_it_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let kept_waiting = hold(&store.core().generation);
    store.core().start_opening();
    assert_eq!(store.mode(), crate::model::StoreMode::Opening);
    drop(kept_waiting);
    assert_eq!(store.wait_open(), crate::model::StoreMode::Ok);
    assert_eq!(store.mode(), crate::model::StoreMode::Ok);
}

#[test]
fn a_store_with_entries_that_get_too_old_rests_no_longer_than_they_last() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.put(Kind::Fetch, &key(1), b"page", Duration::ZERO);
    store.core().do_chores();
    assert!(matches!(rest_of(&store), Rest::For(time) if time <= Duration::from_mins(10)));
}

#[test]
fn what_is_new_is_made_safe_at_the_interval_and_not_before() {
    for milliseconds in [10_000, 300_000, 3_600_000] {
        let folder = tempfile::tempdir().unwrap();
        let clock = clock();
        let options = Options { checkpoint_ms: milliseconds, ..Options::default() };
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let store = Store::open(&places(folder.path()), &options, shared);
        assert_eq!(store.wait_open(), crate::model::StoreMode::Ok);
        put_count(&store, 1);
        store.core().pending.drain();
        let (every, mut last) = (Duration::from_millis(milliseconds), Duration::ZERO);
        clock.advance(Duration::from_millis(milliseconds - 1));
        store.core().tick_when_due(every, &mut last);
        assert_eq!(store.status().saved_at, None);
        clock.advance(Duration::from_millis(1));
        // The store's own thread looks at the clock when it wakes.
        store.core().pending.call();
        while store.status().saved_at != Some(clock.wall()) {
            std::thread::yield_now();
        }
    }
}
