//! Results of 50 kB in the store, against a JSON file each as other tools keep them.
//!
//! The results are valid JSON: findings of a review, each with some lines of larder's own source, so
//! they hold as much news as an answer about code does. Both sides end with the text of the result,
//! both read from the memory of the system, and only larder's are synced when they are written.

use std::{
    env, fs, iter,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use larder::{
    model::{
        ContentHash, EntryOrder, EntryQuery, Kind, Millis, PicoUsd, ResultEntry, ResultFactors,
        SystemClock, Tokens, UnixNanos,
    },
    store::{Options, Places, Store},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    storing::hash,
    table::Unit,
    timer::{timed, times},
};

/// How many results there are, unless `LARDER_BENCH_RESULTS` names one number.
const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// Bytes of a result, at least.
const BYTES: usize = 50_000;

/// Lines of source in a finding.
const LINES: usize = 6;

/// Lines of the source that one result is about: some files.
const ABOUT: usize = 1_500;

/// Two types, of which one is cleared alone.
const TYPES: [&str; 2] = ["docs", "refactor"];

/// A day in 2025.
const BEFORE: UnixNanos = UnixNanos(1_760_000_000_000_000_000);

/// Rows of the table: a name, the aim, and one cell for each size.
struct Line(&'static str, &'static str, fn(&Measured, &Measured) -> String);

const TABLE: [Line; 8] = [
    Line("get, from the disk", "≤ 1 ms, ≥ 10 ×", |ours, files| against(ours.get, files.get)),
    Line("get, from memory", "", |ours, files| against(ours.again, files.get)),
    Line("statistics", "≤ 50 ms", |ours, files| against(ours.statistics, files.statistics)),
    Line("list by type, model, folder, age, use or key", "≤ 50 ms", |ours, _| time(ours.list)),
    Line("clear of a type, half of all", "≤ 10 ms", |ours, files| {
        against(ours.clear_type, files.clear_type)
    }),
    Line("clear of the rest", "≤ 10 ms", |ours, files| against(ours.clear, files.clear)),
    Line("put", "", |ours, files| against(ours.put, files.put)),
    Line("on the disk", "≤ 25 %", |ours, files| {
        let percent = ours.disk as f64 / files.disk as f64 * 100.0;
        format!("{} / {} ({percent:.1} %)", megabytes(ours.disk), megabytes(files.disk))
    }),
];

/// What one side takes; medians where it was measured more than once.
#[derive(Default)]
struct Measured {
    put: Duration,
    get: Duration,
    again: Duration,
    statistics: Duration,
    list: Duration,
    clear_type: Duration,
    clear: Duration,
    disk: u64,
}

/// Prints the table.
pub(crate) fn print() {
    let sizes = env::var("LARDER_BENCH_RESULTS")
        .map_or_else(|_| SIZES.to_vec(), |text| vec![text.parse().unwrap()]);
    let source = Source::read();
    let measured: Vec<_> = sizes.iter().map(|&many| both(&source, many)).collect();
    let heads: Vec<String> = sizes.iter().map(|many| format!("{many} results")).collect();
    println!("\n| larder / a JSON file each | aim | {} |", heads.join(" | "));
    println!("| --- | --- |{}", " --: |".repeat(heads.len()));
    for Line(name, aim, cell) in TABLE {
        let cells: Vec<String> = measured.iter().map(|(ours, files)| cell(ours, files)).collect();
        println!("| {name} | {aim} | {} |", cells.join(" | "));
    }
}

fn both(source: &Source, many: usize) -> (Measured, Measured) {
    let folder = TempDir::new().unwrap();
    let ours = in_store(source, many, folder.path());
    let folder = TempDir::new().unwrap();
    (ours, as_files(source, many, folder.path()))
}

fn in_store(source: &Source, many: usize, folder: &Path) -> Measured {
    let places = Places::new(&folder.join("cache"), &folder.join("data"));
    let store = Store::open(&places, &Options::default(), Arc::new(SystemClock::start()));
    let _mode = store.wait_open();
    let put = each(many, |id| {
        let entry = source.answer(id);
        timed(|| store.put_result(&entry).unwrap()).0
    });
    store.checkpoint().unwrap();
    let disk = blocks(folder);
    let _gone = store.shrink_memory(0);
    let get_of = |id| {
        let factors = factors(id);
        let (took, found) = timed(|| store.result(&factors));
        assert!(found.is_some());
        took
    };
    let get = each(many, get_of);
    let again = each(many, |_| get_of(many - 1));
    let statistics = median(times(100, || (store.status(), store.result_stats())));
    let list = list(&store, many);
    let (clear_type, gone) = timed(|| store.forget_results_of(TYPES[0]).unwrap());
    let (clear, rest) = timed(|| store.clear(Some(Kind::Result)).unwrap());
    assert_eq!((gone, gone + rest), (many.div_ceil(2) as u64, many as u64));
    Measured { put, get, again, statistics, list, clear_type, clear, disk }
}

/// Returns the slowest of six ways to find results: medians, after the first.
fn list(store: &Store, many: usize) -> Duration {
    let query = |text: &str, order| EntryQuery {
        kind: Some(Kind::Result),
        text: Some(text.to_owned()).filter(|text| !text.is_empty()),
        order,
        limit: 50,
        ..EntryQuery::default()
    };
    let first = store.entries(&query("", EntryOrder::Oldest));
    assert_eq!(first.total, many as u64);
    let key = first.entries[0].key.to_string();
    let ways = [
        query(TYPES[1], EntryOrder::Recent),
        query("large", EntryOrder::Recent),
        query("/repository", EntryOrder::Recent),
        query("", EntryOrder::Oldest),
        query("", EntryOrder::Recent),
        query(&key[..12], EntryOrder::Recent),
    ];
    let slowest = ways.iter().map(|query| median(times(5, || store.entries(query)))).max();
    slowest.unwrap()
}

/// The same results as other tools keep them: a JSON file each, which a read parses.
fn as_files(source: &Source, many: usize, folder: &Path) -> Measured {
    let path = |id: usize| folder.join(TYPES[id % 2]).join(format!("{id}.json"));
    for of in TYPES {
        fs::create_dir(folder.join(of)).unwrap();
    }
    let put = each(many, |id| {
        let ResultEntry { factors, file, tokens, value, .. } = source.answer(id);
        let (tokens, value) = (tokens.unwrap().0, String::from_utf8(value).unwrap());
        let make =
            || json!({"file": file, "model": factors.model, "tokens": tokens, "result": value});
        timed(|| fs::write(path(id), make().to_string()).unwrap()).0
    });
    let disk = blocks(folder);
    let read =
        |id: usize| -> Value { serde_json::from_slice(&fs::read(path(id)).unwrap()).unwrap() };
    let get = each(many, |id| {
        let (took, found) = timed(|| read(id));
        assert!(found["result"].is_string());
        took
    });
    let sum = || (0..many).map(|id| read(id)["tokens"].as_u64().unwrap()).sum::<u64>();
    let (statistics, sum) = timed(sum);
    assert_eq!(sum, 12_000 * many as u64);
    let remove = |of: usize| {
        timed(|| (of..many).step_by(2).for_each(|id| fs::remove_file(path(id)).unwrap())).0
    };
    let (clear_type, clear) = (remove(0), remove(1));
    Measured { put, get, statistics, clear_type, clear, disk, ..Measured::default() }
}

/// Lines that findings are made of.
struct Source(Vec<String>);

impl Source {
    fn read() -> Self {
        let mut files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store"));
        files.sort();
        let texts = files.iter().map(|path| fs::read_to_string(path).unwrap());
        Self(texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect())
    }

    fn answer(&self, id: usize) -> ResultEntry {
        ResultEntry {
            factors: factors(id),
            repository: "/repository".to_owned(),
            file: format!("src/{id}.rs"),
            tokens: Some(Tokens(12_000)),
            cost: Some(PicoUsd(36_000_000_000)),
            took: Millis(9_000),
            created: UnixNanos(BEFORE.0 + i64::try_from(id).unwrap()),
            value: self.findings(id).into_bytes(),
        }
    }

    fn findings(&self, id: usize) -> String {
        let mut out = String::with_capacity(BYTES + 1_000);
        for number in 0.. {
            out.push_str(if number == 0 { "[" } else { ",\n" });
            out.push_str(&self.finding(id, hash(id * 10_007 + number)).to_string());
            if out.len() >= BYTES {
                break;
            }
        }
        out.push(']');
        out
    }

    fn finding(&self, id: usize, dice: [u8; 32]) -> Value {
        let at = |from: usize| usize::from(u16::from_le_bytes([dice[from], dice[from + 1]]));
        let first = (id * 311 + at(8) % ABOUT) % (self.0.len() - LINES);
        let severity = ["hint", "warning", "error"][usize::from(dice[14] % 3)];
        json!({
            "file": format!("src/module_{}/part_{}.rs", dice[10] % 17, dice[11]),
            "line": at(12) % 4_000,
            "severity": severity,
            "message": format!("value {} is never used here, remove it or give it a name", dice[15]),
            "suggestion": self.0[first..first + LINES].join("\n"),
        })
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn factors(id: usize) -> ResultFactors {
    ResultFactors {
        of: TYPES[id % 2].to_owned(),
        content: ContentHash(hash(id)),
        provider: "anybody".to_owned(),
        model: "large".to_owned(),
        prompt: "p1".to_owned(),
        schema: 1,
    }
}

/// Returns the bytes that a folder takes on the disk, as `du` says.
fn blocks(folder: &Path) -> u64 {
    let of = |path: &Path| path.symlink_metadata().unwrap().blocks() * 512;
    iter::once(folder.to_owned()).chain(files(folder)).map(|path| of(&path)).sum()
}

fn each(calls: usize, call: impl FnMut(usize) -> Duration) -> Duration {
    median((0..calls).map(call).collect())
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

fn against(ours: Duration, files: Duration) -> String {
    let ratio = files.as_secs_f64() / ours.as_secs_f64();
    let digits = usize::from(ratio < 10.0);
    format!("{} / {} ({ratio:.digits$} ×)", time(ours), time(files))
}

fn time(time: Duration) -> String {
    Unit::Time.show(time.as_secs_f64())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
