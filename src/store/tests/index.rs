//! The path index: what it knows, what it forgets, what it does not believe.

use std::{cell::Cell, fs, path::Path};

use proptest::prelude::*;

use crate::model::{Bytes, Encoding, Fingerprint, RepoPath, StoreMode};

use super::{super::*, *};

pub(super) const ROOT: &str = "/home/ada/repo";

fn fingerprint(size: u64) -> Fingerprint {
    let old = UnixNanos(NOW.0 - 60_000_000_000);
    Fingerprint { size: Bytes(size), modified: old, changed: old, inode: 7 }
}

pub(super) fn record(path: &[u8], tokens: u64) -> IndexRecord {
    let counts = [None, Some(Tokens(tokens)), None, None];
    let hash = ContentHash(*blake3::hash(path).as_bytes());
    IndexRecord {
        path: RepoPath::new(path).unwrap(),
        fingerprint: fingerprint(tokens),
        read_at: NOW,
        state: IndexState::Text { hash, counts, remake_us: Some(9) },
    }
}

pub(super) fn saved(store: &Store, records: &[IndexRecord]) -> PathIndex {
    store.save_index(Path::new(ROOT), 1, records.iter().cloned()).unwrap();
    store.load_index(Path::new(ROOT), 1)
}

pub(super) fn tokens(index: &PathIndex, path: &[u8]) -> Option<Tokens> {
    let known = index.hint(&RepoPath::new(path).unwrap())?;
    known.state.count(Encoding::O200kBase)
}

#[test]
fn an_unchanged_file_is_known_and_a_changed_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let index = saved(&open(folder.path()), &[record(b"src/a.rs", 5), record(b"src/b.rs", 6)]);
    let path = RepoPath::new(b"src/a.rs").unwrap();
    assert!(index.unchanged(&path, &fingerprint(5)).is_some());
    let same = fingerprint(5);
    let others = [
        Fingerprint { size: Bytes(6), ..same },
        Fingerprint { modified: UnixNanos(1), ..same },
        Fingerprint { modified: UnixNanos(same.modified.0 + 1), ..same },
        Fingerprint { changed: UnixNanos(1), ..same },
        Fingerprint { inode: 8, ..same },
    ];
    assert!(others.iter().all(|other| index.unchanged(&path, other).is_none()));
    assert!(index.unchanged(&RepoPath::new(b"src/c.rs").unwrap(), &same).is_none());
    assert_eq!(tokens(&index, b"src/b.rs"), Some(Tokens(6)));
}

#[test]
fn a_file_changed_within_two_seconds_of_its_reading_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let mut racy = record(b"a", 5);
    racy.fingerprint.modified = UnixNanos(NOW.0 - 1_000_000_000);
    let index = saved(&open(folder.path()), &[racy.clone()]);
    assert!(index.unchanged(&racy.path, &racy.fingerprint).is_none());
    assert!(index.hint(&racy.path).is_some());
}

#[test]
fn strict_mode_believes_no_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { strict: true, ..Options::default() };
    let index = saved(&open_with(folder.path(), &options), &[record(b"a", 5)]);
    assert!(index.unchanged(&RepoPath::new(b"a").unwrap(), &fingerprint(5)).is_none());
    assert_eq!(tokens(&index, b"a"), Some(Tokens(5)));
}

#[test]
fn clear_and_another_counter_forget_counts_but_not_hashes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert_eq!(tokens(&saved(&store, &[record(b"a", 5)]), b"a"), Some(Tokens(5)));
    let other = store.load_index(Path::new(ROOT), 2);
    assert_eq!((other.len(), tokens(&other, b"a")), (1, None));
    store.clear(None).unwrap();
    let cleared = store.load_index(Path::new(ROOT), 1);
    assert_eq!(tokens(&cleared, b"a"), None);
    let known = cleared.hint(&RepoPath::new(b"a").unwrap()).unwrap();
    assert!(known.state.hash().is_some());
}

#[test]
fn a_second_process_reads_the_index_too() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    saved(&first, &[record(b"a", 5)]);
    let second = open(folder.path());
    assert!(matches!(second.mode(), StoreMode::MemoryOnly(_)));
    assert_eq!(tokens(&second.load_index(Path::new(ROOT), 1), b"a"), Some(Tokens(5)));
}

#[test]
fn indexes_of_two_repositories_are_apart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    saved(&store, &[record(b"a", 5)]);
    assert!(store.load_index(Path::new("/home/ada/other"), 1).is_empty());
    let status = store.status();
    assert_eq!(status.tiers[0].entries, 1);
    assert!(status.tiers[0].bytes.0 > 100);
}

#[test]
fn a_damaged_index_is_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let records: Vec<_> = (0..40).map(|id| record(format!("src/{id}").as_bytes(), id)).collect();
    assert_eq!(saved(&store, &records).len(), 40);
    let file = fs::read_dir(folder.path().join("repos")).unwrap().next().unwrap().unwrap().path();
    let whole = fs::read(&file).unwrap();
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&file, &bytes).unwrap();
        assert!(store.load_index(Path::new(ROOT), 1).is_empty());
        fs::write(&file, &whole[..at]).unwrap();
        assert!(store.load_index(Path::new(ROOT), 1).is_empty());
    }
}

#[test]
fn an_index_of_an_earlier_larder_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert_eq!(saved(&store, &[record(b"a", 5), record(b"b", 6)]).len(), 2);
    let file = fs::read_dir(folder.path().join("repos")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&file).unwrap();
    bytes[..8].copy_from_slice(b"LRDRIDX1");
    // There the sum was taken in the order of the file.
    let sum = blake3::hash(&bytes[40..]);
    bytes[8..40].copy_from_slice(sum.as_bytes());
    fs::write(&file, &bytes).unwrap();
    let index = store.load_index(Path::new(ROOT), 1);
    assert_eq!((tokens(&index, b"a"), tokens(&index, b"b")), (Some(Tokens(5)), Some(Tokens(6))));
    assert_eq!(store.index_totals(), (2, bytes.len() as u64));
}

#[test]
fn files_are_looked_at_once_to_be_saved() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let looked_at = Cell::new(0);
    let records = (0..40).map(|id| {
        looked_at.set(looked_at.get() + 1);
        record(format!("src/{id}").as_bytes(), id)
    });
    store.save_index(Path::new(ROOT), 1, records).unwrap();
    assert_eq!(looked_at.get(), 40);
    assert_eq!(store.load_index(Path::new(ROOT), 1).len(), 40);
    assert_eq!(store.status().tiers[0].entries, 40);
}

#[test]
fn the_fallback_names_the_files_of_its_counts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gen-0001"), b"in the way").unwrap();
    let store = open(folder.path());
    let _ = store.wait_open();
    let IndexRecord { state, .. } = record(b"src/a.rs", 5);
    let of = CountKey { hash: state.hash().unwrap(), encoding: Encoding::O200kBase, version: 1 };
    store.put_count(of, Tokens(5), Duration::ZERO);
    saved(&store, &[record(b"src/a.rs", 5)]);
    store.close();
    let text = fs::read_to_string(folder.path().join("token_cache.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let line = &json["/home/ada/repo/src/a.rs"];
    assert_eq!(line["file_path"], "/home/ada/repo/src/a.rs");
    assert_eq!(line["content_hash"], of.hash.to_string());
    assert_eq!((&line["token_count"], &line["file_size"]), (&5.into(), &5.into()));
    assert_eq!(line["encoding_model"], "o200k_base");
    assert_eq!(line["last_updated"], 1_760_000_000.0);
    assert_eq!(line["mtime"], 1_759_999_940.0);
}

fn states() -> impl Strategy<Value = IndexState> {
    let hash = || any::<[u8; 32]>().prop_map(ContentHash);
    let counts = prop::array::uniform4(prop::option::of(any::<u64>().prop_map(Tokens)));
    prop_oneof![
        (hash(), counts, prop::option::of(any::<u32>()))
            .prop_map(|(hash, counts, remake_us)| IndexState::Text { hash, counts, remake_us }),
        prop::option::of(hash()).prop_map(|hash| IndexState::Binary { hash }),
        Just(IndexState::TooLarge),
    ]
}

fn records() -> impl Strategy<Value = Vec<IndexRecord>> {
    let path = prop::collection::vec(prop_oneof![Just(b'/'), Just(b'a'), 1_u8..], 1..40);
    let one = (path, any::<(u64, i64, i64, u64, i64)>(), states());
    prop::collection::vec(one, 0..70).prop_map(|all| {
        let all =
            all.into_iter().filter_map(|(path, (size, modified, changed, inode, read), state)| {
                let fingerprint = Fingerprint {
                    size: Bytes(size),
                    modified: UnixNanos(modified),
                    changed: UnixNanos(changed),
                    inode,
                };
                let path = RepoPath::new(&path).ok()?;
                Some((
                    path.clone(),
                    IndexRecord { path, fingerprint, read_at: UnixNanos(read), state },
                ))
            });
        all.collect::<std::collections::BTreeMap<_, _>>().into_values().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_was_saved_is_loaded_whatever_the_names(records in records()) {
        let folder = tempfile::tempdir().unwrap();
        let index = saved(&open(folder.path()), &records);
        prop_assert_eq!(index.len(), records.len());
        for record in &records {
            let known = index.hint(&record.path).unwrap();
            let IndexRecord { fingerprint, read_at, state, .. } = *record;
            prop_assert_eq!(known, Known { fingerprint, read_at, state });
        }
        prop_assert_eq!(index.iter().collect::<Vec<_>>(), records);
        prop_assert!(index.hint(&RepoPath::new(b"surely not there").unwrap()).is_none());
    }
}
