//! Lookups in each tier of the store, and what is done to all of it.

use std::{
    env, fs,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use larder::{
    model::{
        Bytes, Clock, ContentHash, Encoding, EntryQuery, EvictRequest, EvictTarget, Fingerprint,
        Kind, Policy, RepoPath, SystemClock, Tier, Tokens, UnixNanos,
    },
    store::{
        CountKey, FetchKey, IndexRecord, IndexState, Keyed, MapKey, Options, PathIndex, Places,
        Store, TagsKey, TreeKey,
    },
};
use tempfile::TempDir;

use super::{
    table::{At, Row, Unit},
    timer::{pass, timed, times},
};

/// Entries, unless `LARDER_BENCH_ENTRIES` says otherwise.
const ENTRIES: usize = 100_000;

/// Lookups in each tier.
const LOOKUPS: usize = 50_000;

/// Values of each other kind.
const VALUES: usize = 2_000;

const ENCODING: Encoding = Encoding::O200kBase;

/// Of the counter; any does.
pub(crate) const VERSION: u32 = 1;

/// A day in 2025.
const BEFORE: UnixNanos = UnixNanos(1_760_000_000_000_000_000);

/// Measures all rows.
pub(crate) fn rows() -> Vec<Row> {
    let entries = env::var("LARDER_BENCH_ENTRIES").map_or(ENTRIES, |text| text.parse().unwrap());
    let folder = TempDir::new().unwrap();
    let mut rows = filled(folder.path(), entries);
    rows.extend(indexed(folder.path(), entries));
    rows.extend(read(folder.path(), entries));
    rows.extend(reopened(folder.path(), entries));
    rows.extend(tended(folder.path(), entries));
    let folder = TempDir::new().unwrap();
    rows.extend(kinds(folder.path()));
    rows
}

fn filled(folder: &Path, entries: usize) -> Vec<Row> {
    let store = open(folder);
    let put = each(entries, |id| {
        store.put_count(key(id), Tokens(id as u64), Duration::from_millis(2));
    });
    let (safe, result) = timed(|| store.checkpoint());
    result.unwrap();
    store.close();
    vec![
        Row::times(format!("put, {entries} entries"), &put),
        Row::times("… and all of them safe on the disk after that", &[safe]),
    ]
}

fn indexed(folder: &Path, entries: usize) -> Vec<Row> {
    let store = open(folder);
    let root = Path::new("/repository");
    let (save, result) = timed(|| store.save_index(root, VERSION, (0..entries).map(record)));
    result.unwrap();
    let (load, index) = timed(|| store.load_index(root, VERSION));
    assert_eq!(index.len(), entries);
    let asked: Vec<IndexRecord> = (0..LOOKUPS).map(|at| record(spread(at, entries))).collect();
    let hit = each(LOOKUPS, |at| assert!(is_known(&index, &asked[at])));
    vec![
        Row::times(format!("path index of {entries} files, saved"), &[save]),
        Row::times("… loaded", &[load]),
        Row::times("hit in the path index", &hit).at_most(At::Median, 1e-6),
    ]
}

fn read(folder: &Path, entries: usize) -> Vec<Row> {
    let store = open(folder);
    let (opened, _mode) = timed(|| store.wait_open());
    // Every entry is read from the disk once, and from memory after that.
    let lookups = LOOKUPS.min(entries);
    let disk = looked_up(&store, Tier::Disk, lookups, entries);
    let memory = looked_up(&store, Tier::Memory, lookups, entries);
    let missed = each(lookups, |at| {
        let CountKey { hash, .. } = key(entries + at);
        assert!(store.count(&hash, ENCODING, VERSION).is_none());
    });
    vec![
        Row::times("store opened", &[opened]),
        Row::times("hit on the disk", &disk).at_most(At::Median, 20e-6),
        Row::times("hit in memory", &memory).at_most(At::Median, 1e-6),
        Row::times("miss in every tier", &missed),
    ]
}

fn looked_up(store: &Store, expected: Tier, lookups: usize, entries: usize) -> Vec<Duration> {
    let hashes: Vec<ContentHash> = (0..lookups).map(|at| key(spread(at, entries)).hash).collect();
    each(lookups, |at| {
        let (_, tier) = store.count(&hashes[at], ENCODING, VERSION).unwrap();
        assert_eq!(tier, expected);
    })
}

fn tended(folder: &Path, entries: usize) -> Vec<Row> {
    let store = open(folder);
    let _mode = store.wait_open();
    let status = times(1_000, || store.status());
    let target = EvictTarget::Percent(10);
    let request = EvictRequest { policy: Policy::Cheapest, target, kind: None };
    let (first, _plan) = timed(|| store.plan_eviction(&request, 100).unwrap());
    let plan = times(5, || store.plan_eviction(&request, 100).unwrap());
    let query = EntryQuery { limit: 50, ..EntryQuery::default() };
    let list = times(5, || store.entries(&query));
    let (evict, gone) = timed(|| store.evict(&request, &AtomicBool::new(false)));
    let gone = gone.unwrap().0.entries;
    store.checkpoint().unwrap();
    let (compact, done) = timed(|| store.compact(&AtomicBool::new(false)));
    let done = done.unwrap();
    store.keep(&tags(0), b"[]", Duration::ZERO);
    store.checkpoint().unwrap();
    let (clear, cleared) = timed(|| store.clear(Some(Kind::Count)));
    assert_eq!(gone + cleared.unwrap(), entries as u64 + 2);
    let mib = |bytes: Bytes| vec![bytes.0 as f64 / f64::from(1 << 20)];
    vec![
        Row::times("statistics", &status).at_most(At::Max, 1e-3),
        Row::times("table of all entries read, and a plan of 10 %", &[first]),
        Row::times("plan of an eviction of 10 %", &plan),
        Row::times("first 50 of all entries listed", &list),
        Row::times("eviction of 10 %", &[evict]).at_most(At::Max, 2.0),
        Row::times("compaction of the rest", &[compact]),
        Row::new("… the database before", Unit::Mebibytes, mib(done.before)),
        Row::new("… and after", Unit::Mebibytes, mib(done.after)),
        Row::times("clear of one kind, another one stays", &[clear]).at_most(At::Max, 1.0),
    ]
}

/// Every kind with values of its usual size, by typed keys.
fn kinds(folder: &Path) -> Vec<Row> {
    let tag_list = text(1_500);
    let rendered = text(2_500);
    let map = text(20_000);
    let mut rows = each_kind(folder, "tags, 1.5 kB", tags, &tag_list);
    rows.extend(each_kind(folder, "tree, 2.5 kB", tree, &rendered));
    rows.extend(each_kind(folder, "map, 20 kB", map_key, &map));
    rows.extend(each_kind(folder, "fetch, empty", fetch, b""));
    rows
}

fn each_kind<K: Keyed>(folder: &Path, name: &str, key: fn(usize) -> K, value: &[u8]) -> Vec<Row> {
    let store = open(folder);
    let _mode = store.wait_open();
    let put = each(VALUES, |id| store.keep(&key(id), value, Duration::from_millis(5)));
    store.checkpoint().unwrap();
    let find = |tier| each(VALUES, |id| assert_eq!(store.find(&key(id)).unwrap().tier, tier));
    let _gone = store.shrink_memory(0);
    let disk = find(Tier::Disk);
    let memory = find(Tier::Memory);
    vec![
        Row::times(format!("put: {name}"), &put),
        Row::times(format!("hit on the disk: {name}"), &disk).at_most(At::Median, 1e-3),
        Row::times(format!("hit in memory: {name}"), &memory),
    ]
}

/// Opens after a clean and an unclean stop.
fn reopened(folder: &Path, entries: usize) -> Vec<Row> {
    let killed = TempDir::new().unwrap();
    let store = open(folder);
    store.put_count(key(entries + 1), Tokens(1), Duration::ZERO);
    store.checkpoint().unwrap();
    let disk = store.status();
    store.put_count(key(entries + 2), Tokens(1), Duration::ZERO);
    copy(folder, killed.path());
    drop(store);
    let clean = timed(|| open(folder).wait_open()).0;
    let store = open(killed.path());
    let unclean = timed(|| store.wait_open()).0;
    let (recount, ()) = timed(|| {
        while !store.status().exact {
            pass(Duration::from_millis(1));
        }
    });
    let raw: u64 = disk.kinds.iter().map(|kind| kind.bytes.0).sum();
    let share = disk.disk_use.0 as f64 / raw as f64;
    vec![
        Row::times("open after a clean stop", &[clean]),
        Row::times("open after a kill", &[unclean]),
        Row::times("… until its numbers are exact again", &[recount]),
        Row::new("bytes of the folder for a byte of entries", Unit::Ratio, vec![share]),
    ]
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn tags(id: usize) -> TagsKey {
    TagsKey { content: ContentHash(hash(id)), grammar: "rust".to_owned(), query: 1 }
}

fn tree(id: usize) -> TreeKey {
    TreeKey { content: ContentHash(hash(id)), lines: vec![1, 5, 9], renderer: 1 }
}

fn map_key(id: usize) -> MapKey {
    MapKey { tags: hash(id), budget: Tokens(1024), ..MapKey::default() }
}

fn fetch(id: usize) -> FetchKey {
    FetchKey::Url(format!("https://example.org/{id}"))
}

/// Returns text like the answers of tools: names and numbers between the same words.
fn text(bytes: usize) -> Vec<u8> {
    json(7, bytes)
}

fn json(seed: usize, bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes + 200);
    let mut at = seed;
    while out.len() < bytes {
        at += 1;
        let word = hash(at * 7919)[9];
        let line = format!(
            "{{\"file\": \"src/module_{}/part_{word}.rs\", \"line\": {}, \"severity\": \"warning\", \"message\": \"value {} is never used here, remove it or give it a name\"}},\n",
            word % 17,
            at % 4000,
            hash(at)[10],
        );
        out.extend_from_slice(line.as_bytes());
    }
    out.truncate(bytes);
    out
}

pub(crate) fn open(folder: &Path) -> Store {
    Store::open(
        &Places::new(folder, &folder.join("data")),
        &Options::default(),
        Arc::new(SystemClock::start()),
    )
}

/// Returns how long each of so many calls took; the clock itself takes some 30 ns of each.
fn each(calls: usize, mut call: impl FnMut(usize)) -> Vec<Duration> {
    let clock = SystemClock::start();
    let mut all = Vec::with_capacity(calls);
    for at in 0..calls {
        let before = clock.monotonic();
        call(at);
        all.push(clock.monotonic().saturating_sub(before));
    }
    all
}

/// Returns entries far from each other; none twice while fewer are asked for than there are.
fn spread(at: usize, entries: usize) -> usize {
    // A prime that divides no number of entries that anybody asks for.
    at.wrapping_mul(1_000_003) % entries
}

pub(crate) fn key(id: usize) -> CountKey {
    let hash = ContentHash(hash(id));
    CountKey { hash, encoding: ENCODING, version: VERSION }
}

/// Returns 32 bytes that only `id` has: the same every time, and like a hash.
pub(crate) fn hash(id: usize) -> [u8; 32] {
    let mut state = id as u64;
    let mut bytes = [0; 32];
    for word in bytes.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word.copy_from_slice(&(mixed ^ mixed >> 31).to_le_bytes());
    }
    bytes[..8].copy_from_slice(&(id as u64).to_le_bytes());
    bytes
}

pub(crate) fn record(id: usize) -> IndexRecord {
    let path = format!("part_{:02}/module_{:05}/file_{id:07}.rs", id / 50 % 40, id / 50);
    let (modified, changed) = (BEFORE, BEFORE);
    let fingerprint = Fingerprint { size: Bytes(5_000), modified, changed, inode: id as u64 };
    let mut counts = [None; 4];
    counts[usize::from(ENCODING.number())] = Some(Tokens(id as u64));
    let state = IndexState::Text { hash: ContentHash(hash(id)), counts, remake_us: Some(500) };
    let read_at = UnixNanos(BEFORE.0 + 60_000_000_000);
    IndexRecord { path: RepoPath::new(path.as_bytes()).unwrap(), fingerprint, read_at, state }
}

fn is_known(index: &PathIndex, record: &IndexRecord) -> bool {
    index.unchanged(&record.path, &record.fingerprint).is_some()
}
