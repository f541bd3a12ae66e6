//! A changed content takes with it what was made of it, and nothing else.

use crate::model::{Kind, RepoPath};

use super::{
    super::*,
    conformance::for_each,
    results::{entry, open_in},
    *,
};

fn content(id: u8) -> ContentHash {
    ContentHash([id; 32])
}

fn tags(id: u8) -> TagsKey {
    TagsKey { content: content(id), grammar: "rust".to_owned(), query: 1 }
}

fn tree(id: u8) -> TreeKey {
    TreeKey { content: content(id), lines: vec![1, 2], renderer: 1 }
}

fn map(ids: &[u8]) -> MapKey {
    let contents = ids.iter().map(|id| content(*id)).collect();
    let mut tags = [0; 32];
    tags[..ids.len()].copy_from_slice(ids);
    let chat = vec![RepoPath::new(b"a.rs").unwrap()];
    MapKey { tags, chat, contents, ..MapKey::default() }
}

fn count_of(id: u8, version: u32) -> CountKey {
    CountKey { hash: content(id), encoding: Encoding::O200kBase, version }
}

fn fill(store: &Store) {
    for id in 1..=3 {
        store.keep(&tags(id), b"tags", Duration::from_millis(1));
        store.keep(&tree(id), b"tree", Duration::from_millis(1));
        store.put_count(count_of(id, 1), Tokens(1), Duration::ZERO);
        store.put_count(count_of(id, 7), Tokens(1), Duration::ZERO);
    }
    store.keep(&map(&[1, 2]), &vec![7; 20_000], Duration::from_millis(1));
    store.keep(&map(&[2, 3]), b"", Duration::from_millis(1));
    store.keep(&FetchKey::Url("https://a".to_owned()), b"body", Duration::ZERO);
}

#[test]
fn a_count_of_another_version_of_the_counter_is_not_found() {
    for_each(|store| {
        store.put_count(count_of(1, 1), Tokens(2), Duration::ZERO);
        assert!(store.count(&content(1), Encoding::O200kBase, 2).is_none());
        assert!(store.find(&count_of(1, 2)).is_none());
        let (tokens, _) = store.count(&content(1), Encoding::O200kBase, 1).unwrap();
        assert_eq!(tokens, Tokens(2));
    });
}

#[test]
fn a_modified_file_invalidates_its_tags_trees_maps_and_counts_and_nothing_else() {
    for_each(|store| {
        fill(store);
        assert_eq!(store.forget_content(&content(1)).unwrap(), 5);
        assert!(store.find(&tags(1)).is_none() && store.find(&tree(1)).is_none());
        assert!(store.find(&map(&[1, 2])).is_none());
        assert!(store.find(&count_of(1, 1)).is_none() && store.find(&count_of(1, 7)).is_none());
        for id in 2..=3 {
            assert!(store.find(&tags(id)).is_some() && store.find(&tree(id)).is_some());
            assert!(store.find(&count_of(id, 1)).is_some());
        }
        assert_eq!(store.find(&map(&[2, 3])).unwrap().value, b"");
        assert!(store.find(&FetchKey::Url("https://a".to_owned())).is_some());
        assert_eq!(store.forget_content(&content(1)).unwrap(), 0);
    });
}

#[test]
fn what_was_made_of_a_content_is_known_after_a_restart_and_while_it_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    fill(&open(folder.path()));
    let store = open(folder.path());
    assert_eq!(store.forget_content(&content(9)).unwrap(), 0);
    assert!(store.forget(&tags(1)));
    store.keep(&map(&[1, 3]), b"new", Duration::ZERO);
    assert_eq!(store.forget_contents(&[content(1), content(3)]).unwrap(), 3 + 1 + 2 + 1 + 3);
    assert!(store.find(&tags(2)).is_some());
    assert_eq!(store.status().kinds[3].entries, 0);
}

#[test]
fn results_are_forgotten_by_content_by_file_and_by_repository() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    (1..=4).for_each(|id| _ = store.put_result(&entry(id)).unwrap());
    assert_eq!(store.forget_content(&content(1)).unwrap(), 1);
    assert_eq!(store.forget_file("/src/shop", "src/2.rs").unwrap(), 1);
    assert_eq!(store.forget_file("/src/other", "src/3.rs").unwrap(), 0);
    assert!(store.result(&entry(3).factors).is_some());
    assert_eq!(store.forget_repository(Path::new("/src/shop")).unwrap(), 2);
    assert!((1..=4).all(|id| store.result(&entry(id).factors).is_none()));
    assert_eq!(store.status().kinds[4].entries, 0);
}

#[test]
fn forgetting_a_repository_leaves_what_another_one_shares() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store);
    let record = |id: u8| {
        let (hash, counts) = (content(id), [None; 4]);
        let state = IndexState::Text { hash, counts, remake_us: None };
        let path = RepoPath::new(&[b'a' + id]).unwrap();
        IndexRecord { path, fingerprint: crate::model::Fingerprint::default(), read_at: NOW, state }
    };
    store.save_index(Path::new("/one"), 1, [1, 2].map(record).into_iter()).unwrap();
    store.save_index(Path::new("/two"), 1, [2, 3].map(record).into_iter()).unwrap();
    assert_eq!(store.forget_repository(Path::new("/one")).unwrap(), 5);
    assert!(store.find(&tags(1)).is_none() && store.find(&tags(2)).is_some());
    assert!(store.load_index(Path::new("/one"), 1).is_empty());
    assert_eq!(store.load_index(Path::new("/two"), 1).len(), 2);
}

#[test]
fn a_removed_value_takes_its_file_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store);
    store.checkpoint().unwrap();
    let files = || {
        let blobs = store.core().blobs.as_ref().unwrap();
        blobs.files(Kind::Map).filter_map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert_eq!(files(), [map(&[1, 2]).entry_key()]);
    // A small value in place of a large one needs no file.
    store.keep(&map(&[1, 2]), b"small", Duration::ZERO);
    store.checkpoint().unwrap();
    assert_eq!(files(), []);
    store.keep(&map(&[1, 2]), &[9; 9000], Duration::ZERO);
    store.checkpoint().unwrap();
    assert_eq!((files().len(), store.forget_content(&content(2)).unwrap()), (1, 6));
    assert_eq!(files(), []);
}
