//! What the eviction policies keep: hit rates, and what is made again, on patterns of reads.
//!
//! The store itself chooses what goes: one in memory, a clock that moves a minute with every read,
//! a limit of a fifth of all bytes, and a clean-up from 95 to 85 percent of it, as on the disk.
//! `LARDER_BENCH_HISTORY` names the repository whose commits are replayed, this one if unset.

use std::{
    collections::{HashMap, HashSet},
    env,
    path::PathBuf,
    process::Command,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use larder::{
    model::{Bytes, EntryKey, EvictRequest, EvictTarget, FakeClock, Kind, Policy, UnixNanos},
    store::{Options, Store},
};
use strum::IntoEnumIterator;

/// Keys of the patterns that are made up.
const KEYS: u64 = 5_000;

/// Reads of each of them.
const READS: usize = 60_000;

/// Commits that are replayed.
const COMMITS: usize = 200;

/// The limit is this part of all bytes that a pattern asks for.
const PART: u64 = 5;

/// Percent of the limit at which a clean-up starts and ends.
const MARKS: (u64, u64) = (95, 85);

/// Between two reads.
const STEP: Duration = Duration::from_mins(1);

/// A day in 2025.
const START: UnixNanos = UnixNanos(1_760_000_000_000_000_000);

/// Something that is read, and made when it is not there.
#[derive(Clone, Copy)]
struct Item {
    kind: Kind,
    key: u64,
    bytes: usize,
    remake: Duration,
}

/// A name and the reads in their order.
struct Pattern {
    name: String,
    reads: Vec<Item>,
}

/// What a policy made of a pattern.
struct Outcome {
    hits: usize,
    remade: Duration,
}

/// Prints both tables.
pub(crate) fn print() {
    let patterns = patterns();
    let policies: Vec<Policy> = Policy::iter().collect();
    let names: Vec<String> = policies.iter().map(|policy| format!("`{policy}`")).collect();
    println!("\n| hit rate | reads | {} |", names.join(" | "));
    println!("| --- | --: |{}", " --: |".repeat(names.len()));
    let mut costs = Vec::new();
    for pattern in &patterns {
        let outcomes: Vec<Outcome> =
            policies.iter().map(|policy| outcome(pattern, *policy)).collect();
        let reads = pattern.reads.len();
        let rate = |outcome: &Outcome| format!("{:.1} %", share(outcome.hits, reads));
        let rates: Vec<String> = outcomes.iter().map(rate).collect();
        println!("| {} | {reads} | {} |", pattern.name, rates.join(" | "));
        costs.push((pattern, outcomes));
    }
    println!(
        "\n| time to make again | if nothing is kept | {} | saved by `cheapest` against `lru` |",
        names.join(" | ")
    );
    println!("| --- | --: |{} --: |", " --: |".repeat(names.len()));
    for (pattern, outcomes) in &costs {
        let all: Duration = pattern.reads.iter().map(|item| item.remake).sum();
        let shown: Vec<String> = outcomes.iter().map(|outcome| time(outcome.remade)).collect();
        let of = |wanted| policies.iter().position(|policy| *policy == wanted).unwrap();
        let [lru, cheapest] =
            [Policy::Lru, Policy::Cheapest].map(|policy| outcomes[of(policy)].remade.as_secs_f64());
        let saved = if lru > 0.0 { (1.0 - cheapest / lru) * 100.0 } else { 0.0 };
        println!("| {} | {} | {} | {saved:.1} % |", pattern.name, time(all), shown.join(" | "));
    }
}

/// Reads a pattern through a store of one policy.
fn outcome(pattern: &Pattern, policy: Policy) -> Outcome {
    let clock = Arc::new(FakeClock::at(START));
    let options = Options { memory_bytes: Bytes(u64::MAX / 2), ..Options::default() };
    let store = Store::in_memory(&options, Arc::<FakeClock>::clone(&clock), "a bench");
    let overhead = overhead(&store);
    let size = |item: &Item| item.bytes as u64 + overhead;
    let mut seen = HashSet::new();
    let distinct = pattern.reads.iter().filter(|item| seen.insert((item.kind, item.key)));
    let limit = distinct.map(size).sum::<u64>() / PART;
    let (high, low) = (limit * MARKS.0 / 100, limit * MARKS.1 / 100);
    let (cancel, value) = (AtomicBool::new(false), vec![0; 1 << 20]);
    let (mut used, mut outcome) = (0, Outcome { hits: 0, remade: Duration::ZERO });
    for item in &pattern.reads {
        clock.advance(STEP);
        let key = key_of(item);
        if store.get(item.kind, &key).is_some() {
            outcome.hits += 1;
            continue;
        }
        outcome.remade += item.remake;
        store.put(item.kind, &key, &value[..item.bytes], item.remake);
        used += size(item);
        if used > high {
            let request =
                EvictRequest { policy, target: EvictTarget::Bytes(Bytes(low)), kind: None };
            used -= store.evict(&request, &cancel).unwrap().0.bytes.0;
        }
    }
    outcome
}

/// Returns what the store counts for an entry beside its value, and leaves it empty.
fn overhead(store: &Store) -> u64 {
    let everything =
        EvictRequest { policy: Policy::Lru, target: EvictTarget::Percent(100), kind: None };
    store.put(Kind::Count, &EntryKey([0; 32]), &[], Duration::ZERO);
    store.evict(&everything, &AtomicBool::new(false)).unwrap().0.bytes.0
}

fn key_of(item: &Item) -> EntryKey {
    let mut key = [item.kind as u8; 32];
    key[..8].copy_from_slice(&mixed(item.key).to_le_bytes());
    EntryKey(key)
}

/// Returns a number that looks like none of its neighbours.
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn patterns() -> Vec<Pattern> {
    let mut patterns = vec![
        Pattern { name: "uniform".to_owned(), reads: uniform() },
        Pattern { name: "Zipf, exponent 1".to_owned(), reads: zipf(READS) },
        Pattern { name: "Zipf with a scan of all keys now and then".to_owned(), reads: scans() },
    ];
    patterns.extend(history());
    patterns
}

/// Returns the entry that a made-up key stands for: mostly counts, some tags, few results.
fn made_up(key: u64) -> Item {
    let dice = mixed(key ^ 0xd1ce) % 100;
    let vary = 1 + mixed(key ^ 0x5eed) % 16;
    let (kind, bytes, remake) = match dice {
        0..80 => (Kind::Count, 9, Duration::from_micros(100 * vary)),
        80..96 => (Kind::Tags, 250 * vary, Duration::from_millis(vary)),
        _ => (Kind::Result, 500 * vary, Duration::from_secs(vary)),
    };
    Item { kind, key, bytes: usize::try_from(bytes).unwrap(), remake }
}

fn uniform() -> Vec<Item> {
    (0..READS as u64).map(|at| made_up(mixed(at) % KEYS)).collect()
}

/// The key of rank n is asked for in proportion to 1 / n.
fn zipf(reads: usize) -> Vec<Item> {
    let mut sums = Vec::new();
    let mut sum = 0.0;
    for rank in 1..=KEYS {
        sum += 1.0 / rank as f64;
        sums.push(sum);
    }
    let pick = |at: u64| {
        let point = (mixed(at ^ 0x21bf) >> 11) as f64 / (1_u64 << 53) as f64 * sum;
        sums.partition_point(|sum| *sum <= point) as u64
    };
    (0..reads as u64).map(|at| made_up(pick(at).min(KEYS - 1))).collect()
}

fn scans() -> Vec<Item> {
    let scan = KEYS as usize;
    let mut reads = Vec::new();
    for part in zipf(READS / 2).chunks(scan) {
        reads.extend_from_slice(part);
        reads.extend((0..KEYS).map(made_up));
    }
    reads
}

/// One file of a commit.
type Tree = HashMap<String, (String, u64)>;

/// Returns what replaying the last commits of a repository asks for: each commit's whole tree, as a
/// fresh clone of it would; and the files of the folders that it changes, as somebody who looks at
/// them would.
fn history() -> Vec<Pattern> {
    let root = env::var_os("LARDER_BENCH_HISTORY")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let git = |args: &[&str]| {
        let output = Command::new("git").arg("-C").arg(&root).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let count = COMMITS.to_string();
    let commits = git(&["rev-list", "--reverse", "--topo-order", "-n", &count, "HEAD"]);
    let (mut whole, mut folders) = (Vec::new(), Vec::new());
    let mut before = Tree::new();
    for commit in commits.lines() {
        let tree = tree(&git(&["ls-tree", "-r", "-l", "-z", "--full-tree", commit]));
        let mut paths: Vec<&String> = tree.keys().collect();
        paths.sort();
        let changed: HashSet<&str> = paths
            .iter()
            .filter(|path| before.get(**path) != tree.get(**path))
            .map(|path| folder(path))
            .collect();
        for path in paths {
            let items = of_blob(&tree[path]);
            whole.extend(items);
            if !before.is_empty() && changed.contains(folder(path)) {
                folders.extend(items);
            }
        }
        before = tree;
    }
    let commits = commits.lines().count();
    vec![
        Pattern { name: format!("{commits} commits, every file of each"), reads: whole },
        Pattern { name: format!("{commits} commits, the folders each changes"), reads: folders },
    ]
}

/// Returns the files that `git ls-tree -l -z` lists.
fn tree(listed: &str) -> Tree {
    let line = |line: &str| {
        let (about, path) = line.split_once('\t')?;
        let mut about = about.split_whitespace().skip(2);
        let (blob, bytes) = (about.next()?.to_owned(), about.next()?.parse().ok()?);
        Some((path.to_owned(), (blob, bytes)))
    };
    listed.split('\0').filter_map(line).collect()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns what larder keeps of a content: its count, made at 100 MB/s, and its tags, a tenth of its
/// size and made at 5 MB/s.
fn of_blob((blob, bytes): &(String, u64)) -> [Item; 2] {
    let key = u64::from_str_radix(&blob[..16], 16).unwrap();
    let count = Duration::from_micros(50 + bytes / 100);
    let tags = Duration::from_micros(100 + bytes / 5);
    let tags_bytes = usize::try_from(*bytes / 10).unwrap().min(1 << 20);
    [
        Item { kind: Kind::Count, key, bytes: 9, remake: count },
        Item { kind: Kind::Tags, key, bytes: tags_bytes, remake: tags },
    ]
}

fn share(part: usize, all: usize) -> f64 {
    part as f64 / all.max(1) as f64 * 100.0
}

fn time(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 7200.0 => format!("{:.1} h", seconds / 3600.0),
        seconds if seconds >= 100.0 => format!("{:.1} min", seconds / 60.0),
        seconds => format!("{seconds:.1} s"),
    }
}
