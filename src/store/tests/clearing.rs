//! Clearing one kind takes what belongs to it, and nothing else.

use std::path::Path;

use crate::model::{Kind, KindStats};

use super::{
    super::*,
    index::{ROOT, record, saved, tokens},
    *,
};

fn tags(id: u8) -> TagsKey {
    TagsKey { content: ContentHash([id; 32]), grammar: "rust".to_owned(), query: 1 }
}

fn of(store: &Store, kind: Kind) -> KindStats {
    store.status().kinds.into_iter().find(|stats| stats.kind == kind).unwrap()
}

fn evictions(store: &Store) -> u64 {
    store.status().tiers.iter().map(|tier| tier.evictions).sum()
}

#[test]
fn a_clear_of_one_kind_forgets_nothing_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.keep(&tags(1), b"tags", Duration::ZERO);
    store.put_result(&super::results::entry(1)).unwrap();
    saved(&store, &[record(b"a", 5)]);
    assert!(count(&store, 1).is_some() && count(&store, 2).is_none());
    assert!(store.result(&super::results::entry(1).factors).is_some());
    assert!(store.find(&tags(1)).is_some() && store.find(&tags(2)).is_none());
    store.checkpoint().unwrap();
    assert!(count(&store, 1).is_some());
    for (kind, gone) in [(Kind::Map, 0), (Kind::Tags, 1)] {
        assert_eq!(store.clear(Some(kind)).unwrap(), gone);
        let counts = of(&store, Kind::Count);
        assert_eq!((counts.entries, counts.hits, counts.misses), (1, 2, 1), "{kind}");
        assert_eq!(store.entry(&count_key(1).entry_key()).unwrap().entry.uses, 2, "{kind}");
        assert_eq!((store.result_stats()[0].hits, of(&store, Kind::Result).hits), (1, 1));
        assert_eq!(tokens(&store.load_index(Path::new(ROOT), 1), b"a"), Some(Tokens(5)), "{kind}");
    }
    let cleared = of(&store, Kind::Tags);
    assert_eq!((cleared.entries, cleared.hits, cleared.misses), (0, 0, 0));
    assert_eq!(store.clear(Some(Kind::Count)).unwrap(), 1);
    assert_eq!(tokens(&store.load_index(Path::new(ROOT), 1), b"a"), None);
    assert_eq!((of(&store, Kind::Count).hits, of(&store, Kind::Result).hits), (0, 1));
}

#[test]
fn path_indexes_keep_their_counts_when_all_there_is_of_another_kind_is_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    saved(&store, &[record(b"a", 5)]);
    store.keep(&tags(1), b"tags", Duration::ZERO);
    store.checkpoint().unwrap();
    assert_eq!(store.clear(Some(Kind::Tags)).unwrap(), 1);
    assert_eq!(tokens(&store.load_index(Path::new(ROOT), 1), b"a"), Some(Tokens(5)));
}

#[test]
fn what_is_cleared_was_not_evicted() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for kind in [Some(Kind::Count), None] {
        put_count(&store, 1);
        store.keep(&tags(1), b"tags", Duration::ZERO);
        store.checkpoint().unwrap();
        assert!(store.clear(kind).unwrap() > 0);
        assert_eq!(evictions(&store), 0, "{kind:?}");
    }
}
