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
fn a_store_with_entries_that_get_too_old_rests_no_longer_than_they_last() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.put(Kind::Fetch, &key(1), b"page", Duration::ZERO);
    store.core().do_chores();
    assert!(matches!(rest_of(&store), Rest::For(time) if time <= Duration::from_mins(10)));
}
