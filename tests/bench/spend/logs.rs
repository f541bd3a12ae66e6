//! How fast `larder spend` reads logs of known totals, and whether it finds these totals.
//!
//! "Cold" is a ledger that holds nothing; the logs lie in the memory of the system, which has read
//! them before. The environment says:
//!
//! - `LARDER_BENCH_LOGS`: where generated logs lie, `target/bench-logs` if unset

use std::{
    env, fs,
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use larder::model::PicoUsd;

use super::{
    generate::{Known, Totals, added, generate},
    reader::{Ran, Reader},
};

/// Runs from nothing; each takes seconds.
const COLD_RUNS: usize = 3;

/// Runs that find little or nothing new.
const WARM_RUNS: usize = 9;

/// What is meant to be reached.
const WARM_MS: u64 = 200;
const MEMORY_MIB: f64 = 150.0;
const LINE_MS: u64 = 20;

/// Logs that were generated, and what they hold.
pub(crate) struct Logs {
    /// The home folder that they lie in.
    pub(crate) home: PathBuf,
    /// What they hold.
    pub(crate) known: Known,
}

impl Logs {
    /// Generates so many megabytes, or finds those of an earlier run; all are read once.
    pub(crate) fn of(megabytes: u64) -> Self {
        let folder = env::var_os("LARDER_BENCH_LOGS").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-logs"),
            PathBuf::from,
        );
        let home = folder.join(format!("{megabytes}-mb"));
        let known = generate(&home, megabytes * 1_000_000);
        let mut bytes = 0;
        read_all(&home, &mut bytes);
        println!(
            "- logs: {} files, {:.0} MB ({:.0} MB on disk), {} lines, {} requests, {} cut lines",
            known.files,
            known.bytes as f64 / 1e6,
            bytes as f64 / 1e6,
            known.lines,
            known.all().requests,
            known.torn + known.broken,
        );
        Self { home, known }
    }
}

/// Has the system read every file below a folder.
fn read_all(folder: &Path, bytes: &mut u64) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            read_all(&entry.path(), bytes);
        } else {
            *bytes += fs::read(entry.path()).unwrap().len() as u64;
        }
    }
}

/// Measures and prints.
pub(crate) fn print(megabytes: u64) {
    println!();
    super::machine::print();
    let logs = Logs::of(megabytes);
    let known = logs.known.all();
    let mut reader = Reader::new(&logs.home);
    let cold = runs(COLD_RUNS, || {
        reader.forget();
        checked(&reader.spend(&["monthly"]), &known)
    });
    let warm = runs(WARM_RUNS, || checked(&reader.spend(&["monthly"]), &known));
    check_models(&reader, &logs.known);
    let grown = Grown::of(&logs);
    let (mut more, mut number) = (known, 0);
    let appended = runs(WARM_RUNS, || {
        more.add(&grown.append(number));
        number += 1;
        checked(&reader.spend(&["monthly"]), &more)
    });
    let line = runs(WARM_RUNS, || reader.statusline(&grown.path));
    drop(grown);
    reader.watch_memory();
    let warm_memory = checked(&reader.spend(&["monthly"]), &more);
    reader.forget();
    let cold_memory = checked(&reader.spend(&["monthly"]), &known);

    println!(
        "\n| `larder spend monthly --json` | median | min | max | most memory | goal | reached |"
    );
    println!("| --- | --: | --: | --: | --: | --- | --- |");
    let memory = Some(cold_memory.peak);
    row("cold: an empty ledger", &cold, memory, Goal::Memory);
    row("warm: nothing is new", &warm, Some(warm_memory.peak), Goal::Within(WARM_MS));
    row("one line was appended", &appended, None, Goal::Within(WARM_MS));
    row("`larder statusline`", &line, None, Goal::Within(LINE_MS));
    println!("\nTotals are exactly those that were generated: {}.", shown(&known));
}

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
enum Goal {
    /// A time, in milliseconds.
    Within(u64),
    /// [`MEMORY_MIB`].
    Memory,
}

fn row(what: &str, times: &[Duration], peak: Option<f64>, goal: Goal) {
    let median = times[times.len() / 2];
    let memory = peak.map_or_else(|| "–".to_owned(), |peak| format!("{peak:.0} MiB"));
    let (goal, reached) = match goal {
        Goal::Within(ms) => (format!("≤ {ms} ms"), median <= Duration::from_millis(ms)),
        Goal::Memory => {
            (format!("≤ {MEMORY_MIB} MiB"), peak.is_some_and(|peak| peak <= MEMORY_MIB))
        }
    };
    let reached = if reached { "yes" } else { "**no**" };
    let (least, most) = (times[0], times[times.len() - 1]);
    println!(
        "| {what} | {median:.1?} | {least:.1?} | {most:.1?} | {memory} | {goal} | {reached} |"
    );
}

/// Returns the times of so many runs, sorted.
fn runs(runs: usize, mut run: impl FnMut() -> Ran) -> Vec<Duration> {
    let mut times: Vec<Duration> = (0..runs).map(|_| run().time).collect();
    times.sort_unstable();
    times
}

/// Makes sure that a run told these totals.
fn checked(ran: &Ran, known: &Totals) -> Ran {
    let told = totals(&ran.json["total"]);
    assert_eq!(told, *known, "the totals are not those that were generated");
    ran.clone()
}

/// Makes sure that each model has its totals.
fn check_models(reader: &Reader, known: &Known) {
    let models = by_model(&reader.spend(&["model"]));
    for (model, totals) in &known.models {
        let told = models.iter().find(|(key, _)| key.ends_with(model.as_str()));
        assert_eq!(told.map(|(_, told)| told), Some(totals), "{model}");
    }
}

/// Returns what was told of each model.
pub(crate) fn by_model(ran: &Ran) -> Vec<(String, Totals)> {
    let rows = ran.json["rows"].as_array().unwrap();
    rows.iter().map(|row| (row["key"].as_str().unwrap().to_owned(), totals(row))).collect()
}

fn totals(row: &serde_json::Value) -> Totals {
    let number = |name: &str| row[name].as_u64().unwrap();
    Totals {
        requests: number("requests"),
        input: number("input"),
        cache_read: number("cache_read"),
        cache_write: number("cache_write"),
        output: number("output"),
        cost: PicoUsd::parse_dollars(row["cost_usd"].as_str().unwrap_or("0")).unwrap(),
    }
}

/// Returns totals in words.
pub(crate) fn shown(totals: &Totals) -> String {
    let Totals { requests, input, cache_read, cache_write, output, cost } = totals;
    format!(
        "{requests} requests, {input} input, {cache_read} read from and {cache_write} written to \
         a cache, {output} output, ${cost}"
    )
}

/// A log that grows, and is as it was when this is dropped.
struct Grown {
    path: PathBuf,
    before: u64,
}

impl Grown {
    /// Takes the log of the last session, which has no torn line.
    fn of(logs: &Logs) -> Self {
        let path = logs.home.join(&logs.known.whole_log);
        let before = path.metadata().unwrap().len();
        Self { path, before }
    }

    /// Appends an answer and returns what it used.
    fn append(&self, number: u64) -> Totals {
        let (line, used) = added(number);
        let mut file = OpenOptions::new().append(true).open(&self.path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
        used
    }
}

impl Drop for Grown {
    fn drop(&mut self) {
        let file = OpenOptions::new().write(true).open(&self.path).unwrap();
        file.set_len(self.before).unwrap();
    }
}
