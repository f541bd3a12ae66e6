//! Five hundred faults over every file of the store: never a wrong count, never a wrong value,
//! never a panic, and what was set aside is told.
//!
//! Each case is a copy of one whole store with one of its files hurt, opened by the library. The
//! cases are the same in every run.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use larder::{
    model::{
        Bytes, Clock, ContentHash, Encoding, EntryQuery, FakeClock, Fingerprint, Kind, Millis,
        PicoUsd, RepoPath, ResultEntry, ResultFactors, StoreMode, Tokens, UnixNanos,
    },
    store::{
        CountKey, FetchKey, IndexRecord, IndexState, Options, Places, Store, TagsKey, TreeKey,
    },
};

use super::hurt::{Harm, hurt};

/// A day in 2026.
const NOW: UnixNanos = UnixNanos(1_795_176_000_000_000_000);

const ROOT: &str = "/home/ada/orchard";

const COUNTS: u32 = 60;

/// Results, and values of each other kind: some are large enough for a file of their own.
const VALUES: u32 = 8;

fn hash(id: u32) -> ContentHash {
    ContentHash(*blake3::hash(&id.to_le_bytes()).as_bytes())
}

fn count_key(id: u32) -> CountKey {
    CountKey { hash: hash(id), encoding: Encoding::O200kBase, version: 1 }
}

fn value(id: u32) -> Vec<u8> {
    let mut value = vec![0; [5, 600, 12_000][id as usize % 3]];
    blake3::Hasher::new().update(&id.to_be_bytes()).finalize_xof().fill(&mut value);
    value
}

fn result(id: u32) -> ResultEntry {
    ResultEntry {
        factors: ResultFactors {
            of: "review".to_owned(),
            content: hash(id),
            provider: "openai".to_owned(),
            model: "gpt-5".to_owned(),
            prompt: "v1".to_owned(),
            schema: 1,
        },
        repository: ROOT.to_owned(),
        file: format!("src/{id}.rs"),
        tokens: Some(Tokens(u64::from(id))),
        cost: Some(PicoUsd::DOLLAR),
        took: Millis(5),
        created: NOW,
        value: value(id),
    }
}

fn tags_key(id: u32) -> TagsKey {
    TagsKey { content: hash(id), grammar: "rust-1".to_owned(), query: 1 }
}

fn tree_key(id: u32) -> TreeKey {
    TreeKey { content: hash(id), lines: vec![id], renderer: 1 }
}

fn fetch_key(id: u32) -> FetchKey {
    FetchKey::Url(format!("https://example.org/{id}"))
}

fn record(id: u32) -> IndexRecord {
    let path = RepoPath::new(format!("src/{id}.rs").as_bytes()).unwrap();
    let old = UnixNanos(NOW.0 - 60_000_000_000);
    let size = Bytes(u64::from(id));
    let counts = [None, Some(Tokens(u64::from(id))), None, None];
    IndexRecord {
        path,
        fingerprint: Fingerprint { size, modified: old, changed: old, inode: 7 },
        read_at: NOW,
        state: IndexState::Text { hash: hash(id), counts, remake_us: Some(9) },
    }
}

fn open(home: &Path) -> Store {
    let places = Places::new(&home.join("cache"), &home.join("data"));
    Store::open(&places, &Options::default(), Arc::new(FakeClock::at(NOW)) as Arc<dyn Clock>)
}

/// Fills a store with something of every kind, twice opened and once compacted.
fn fill(home: &Path) {
    let store = open(home);
    fill_again(&store);
    store.save_index(Path::new(ROOT), 1, (0..COUNTS).map(record)).unwrap();
    drop(store.wait_open());
    store.compact(&AtomicBool::new(false)).unwrap();
    store.close();
    let store = open(home);
    fill_again(&store);
    assert_eq!(read(&store, "whole").counts, COUNTS, "reads are noted");
    store.close();
}

/// Keeps everything but the index.
fn fill_again(store: &Store) {
    for id in 0..COUNTS {
        store.put_count(count_key(id), Tokens(u64::from(id)), Duration::from_millis(2));
    }
    for id in 0..VALUES {
        store.put_result(&result(id)).unwrap();
        store.keep(&tags_key(id), &value(id), Duration::ZERO);
        store.keep(&tree_key(id), &value(id), Duration::ZERO);
        store.keep(&fetch_key(id), &value(id), Duration::ZERO);
    }
}

fn files(home: &Path) -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { collect(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    collect(home, &mut found);
    found.sort();
    found.into_iter().map(|path| path.strip_prefix(home).unwrap().to_owned()).collect()
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(from.join(file), target).unwrap();
    }
}

/// What was found of a hurt store.
#[derive(Debug, Default)]
struct Found {
    counts: u32,
    values: u32,
    indexed: usize,
}

/// Reads everything: what is found must be what was kept.
fn read(store: &Store, case: &str) -> Found {
    let mut found = Found::default();
    for id in 0..COUNTS {
        if let Some((tokens, _)) = store.count(&hash(id), Encoding::O200kBase, 1) {
            assert_eq!(tokens, Tokens(u64::from(id)), "{case}: a wrong count");
            found.counts += 1;
        }
    }
    for id in 0..VALUES {
        if let Some(entry) = store.result(&result(id).factors) {
            assert!(entry == result(id), "{case}: a wrong result");
            found.values += 1;
        }
        let others =
            [store.find(&tags_key(id)), store.find(&tree_key(id)), store.find(&fetch_key(id))];
        for hit in others.into_iter().flatten() {
            assert!(hit.value == value(id), "{case}: a wrong value");
            found.values += 1;
        }
    }
    let index = store.load_index(Path::new(ROOT), 1);
    let known: BTreeMap<_, _> = (0..COUNTS).map(|id| (record(id).path, record(id))).collect();
    for found in index.iter() {
        let known = &known[&found.path];
        assert_eq!(found.fingerprint, known.fingerprint, "{case}: a wrong index");
        let counts = |state: &IndexState| state.count(Encoding::O200kBase);
        let count = counts(&found.state);
        assert!(count.is_none() || count == counts(&known.state), "{case}: a wrong index");
    }
    found.indexed = index.len();
    found
}

/// Asserts that a store works: it keeps, finds, and knows how many entries it has.
fn works(store: &Store, case: &str) {
    assert_eq!(store.wait_open(), StoreMode::Ok, "{case}");
    let (entries, _) = store.check_entries(&AtomicBool::new(false)).unwrap();
    let (again, damaged) = store.check_entries(&AtomicBool::new(false)).unwrap();
    assert_eq!(damaged, 0, "{case}: {entries} entries, and what is damaged stays");
    let status = store.status();
    let counted: u64 = status.kinds.iter().map(|kind| kind.entries).sum();
    assert!(status.exact && counted == again, "{case}: {counted} are not {again}");
    let listed = store.entries(&EntryQuery { limit: 1, ..EntryQuery::default() }).total;
    assert_eq!(listed, again, "{case}: the list");
    drop(store.report());
}

/// Asserts that nothing was set aside without a word or a number.
fn tells(store: &Store, home: &Path, case: &str) {
    let remarks = store.take_remarks();
    let errors: u64 = store.status().cells.iter().map(|cell| cell.errors).sum::<u64>()
        + store.status().tiers.iter().map(|tier| tier.errors).sum::<u64>();
    if home.join("cache/quarantine").exists() {
        assert!(remarks.iter().any(|text| text.contains("quarantine")), "{case}: {remarks:?}");
    }
    if home.join("data/results/damaged").exists() {
        assert!(errors > 0, "{case}: a result was set aside without a word");
    }
}

/// Hurts a file of a copy and uses it; returns what was still found.
fn survive(whole: &Path, home: &Path, file: &Path, harm: Harm) -> Found {
    let case = format!("{harm:?} of {}", file.display());
    copy(whole, home);
    hurt(&home.join(file), harm);
    let store = open(home);
    let found = read(&store, &case);
    works(&store, &case);
    tells(&store, home, &case);
    fill_again(&store);
    store.close();
    let again = read(&open(home), &case);
    assert_eq!((again.counts, again.values), (COUNTS, 4 * VALUES), "{case}: it keeps nothing");
    fs::remove_dir_all(home).unwrap();
    found
}

/// Runs every `parts`-th case from `part` on.
fn run(part: u64, parts: u64) {
    let folder = tempfile::tempdir().unwrap();
    let (whole, home) = (folder.path().join("whole"), folder.path().join("hurt"));
    fill(&whole);
    let files = files(&whole);
    assert!(files.len() > 20, "{files:?}");
    let mut all = 0;
    for case in (part..CASES).step_by(usize::try_from(parts).unwrap()) {
        // The database is hurt in a third of the cases: it has the most to go wrong.
        let is_database =
            |file: &&PathBuf| file.components().any(|part| part.as_os_str() == "sled");
        let database: Vec<&PathBuf> = files.iter().filter(is_database).collect();
        let at = usize::try_from(case / 3).unwrap();
        let file =
            if case % 3 == 0 { database[at % database.len()] } else { &files[at % files.len()] };
        let found = survive(&whole, &home, file, Harm::of(case));
        let is_whole = found.counts == COUNTS && found.values == 4 * VALUES;
        all += u64::from(is_whole && found.indexed == COUNTS as usize);
    }
    assert!(all < CASES / parts, "no fault was noticed: this tests nothing");
}

/// Cases in all.
const CASES: u64 = 520;

#[test]
fn no_fault_gives_a_wrong_value_first_part() {
    run(0, 4);
}

#[test]
fn no_fault_gives_a_wrong_value_second_part() {
    run(1, 4);
}

#[test]
fn no_fault_gives_a_wrong_value_third_part() {
    run(2, 4);
}

#[test]
fn no_fault_gives_a_wrong_value_fourth_part() {
    run(3, 4);
}

#[test]
fn every_kind_is_in_the_store_that_is_hurt() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let store = open(folder.path());
    let found = read(&store, "whole");
    assert_eq!((found.counts, found.values, found.indexed), (COUNTS, 4 * VALUES, 60));
    works(&store, "whole");
    let without: Vec<Kind> = store
        .status()
        .kinds
        .iter()
        .filter(|kind| kind.entries == 0)
        .map(|kind| kind.kind)
        .collect();
    assert_eq!(without, [Kind::Map], "maps are kept like trees");
}
