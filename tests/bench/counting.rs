//! How fast the counter counts files that lie in memory already, against other exact counters.
//!
//! `LARDER_BENCH_CORPUS=folder cargo bench --bench counting [words to choose engines or encodings]`
//!
//! Every number is the median of runs, each in a process of its own: the first pass sees cold
//! caches as the first count of a repository does; the warm one is the pass after it.
//! `LARDER_BENCH_RUNS` says how many runs, 5 if unset. On a busy machine `LARDER_BENCH_CPU=1` takes
//! the time that a thread had a core (Linux) instead of the time that passed.

#![expect(clippy::print_stdout, reason = "a bench talks to people")]
#![expect(clippy::unwrap_used, reason = "a bench may stop where it fails, like a test")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers for people, far from the limits of their types"
)]

use std::{
    collections::HashSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use larder::{
    count::{Counter, EngineChoice, Options, is_binary},
    model::{Clock, Encoding, SystemClock},
};

/// Counters that give the same counts.
const ENGINES: [&str; 4] = ["larder", "toktok-rs", "tiktoken", "tiktoken-rs"];

/// What one run measured.
#[derive(Clone, Copy, Debug)]
struct Run {
    construct_ms: f64,
    first: f64,
    warm: f64,
    tokens: u64,
}

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [one, engine, encoding, threads] = args.as_slice()
        && one == "--one"
    {
        let run = measure(engine, encoding.parse().unwrap(), threads.parse().unwrap());
        println!("{} {} {} {}", run.construct_ms, run.first, run.warm, run.tokens);
        return;
    }
    if let [one] = args.as_slice()
        && one == "--hostile"
    {
        hostile();
        return;
    }
    let chosen = |name: &str, of: &[&str]| {
        let named: Vec<_> = args.iter().filter(|arg| of.contains(&arg.as_str())).collect();
        named.is_empty() || named.iter().any(|arg| *arg == name)
    };
    print_machine();
    let encodings = Encoding::ALL.map(Encoding::name);
    for encoding in encodings.iter().filter(|name| chosen(name, &encodings)) {
        println!(
            "\n{encoding:<12} tokens      load ms   MB/s: 1 thread first, warm   all first, warm"
        );
        for engine in ENGINES.iter().filter(|name| chosen(name, &ENGINES)) {
            print_row(engine, encoding);
        }
    }
}

fn print_machine() {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("");
    let files = corpus();
    println!(
        "{} x{}; {} files, {:.2} MB of {}",
        model.trim_start_matches([' ', '\t', ':']),
        cores(),
        files.len(),
        bytes(&files) / 1e6,
        folder().display(),
    );
}

fn print_row(engine: &str, encoding: &str) {
    let runs = env::var("LARDER_BENCH_RUNS").map_or(5, |runs| runs.parse().unwrap());
    let megabytes = bytes(&corpus()) / 1e6;
    let mut cells = Vec::new();
    let mut known = None;
    for threads in [1, cores()] {
        let runs: Vec<Run> = (0..runs).filter_map(|_| spawn(engine, encoding, threads)).collect();
        let Some(run) = runs.first() else {
            println!("{engine:<12} has no {encoding}");
            return;
        };
        known = Some((run.tokens, median(runs.iter().map(|run| run.construct_ms))));
        cells.push(megabytes / median(runs.iter().map(|run| run.first)));
        cells.push(megabytes / median(runs.iter().map(|run| run.warm)));
    }
    let (tokens, load) = known.unwrap();
    let [first, warm, all_first, all_warm] = cells[..] else { unreachable!("two by two") };
    println!(
        "{engine:<12} {tokens:<11} {load:>7.1} {first:>22.0} {warm:>6.0} {all_first:>11.0} {all_warm:>6.0}"
    );
}

fn spawn(engine: &str, encoding: &str, threads: usize) -> Option<Run> {
    let out = Command::new(env::current_exe().unwrap())
        .args(["--one", engine, encoding, &threads.to_string()])
        .output()
        .unwrap();
    let out = String::from_utf8(out.stdout).unwrap();
    let cells: Vec<f64> = out.split_whitespace().map(|cell| cell.parse().unwrap()).collect();
    let [construct_ms, first, warm, tokens] = cells[..] else { return None };
    Some(Run { construct_ms, first, warm, tokens: tokens as u64 })
}

fn median(all: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = all.collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn folder() -> PathBuf {
    env::var_os("LARDER_BENCH_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), PathBuf::from)
}

/// Returns the text files of the corpus, in the order of their paths, as far as 100 MB.
fn corpus() -> Vec<String> {
    let (mut folders, mut paths) = (vec![folder()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                paths.push(entry.path());
            }
        }
    }
    paths.sort();
    let mut room = 100_000_000;
    let text = |path: &PathBuf| {
        let bytes = fs::read(path).ok().filter(|bytes| !bytes.is_empty() && !is_binary(bytes))?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    paths
        .iter()
        .filter_map(text)
        .take_while(|text| {
            room -= text.len() as i64;
            room >= 0
        })
        .collect()
}

fn bytes(files: &[String]) -> f64 {
    files.iter().map(String::len).sum::<usize>() as f64
}

/// Makes a counter for each thread.
type MakeCounter<'a> = Box<dyn Fn() -> Box<dyn FnMut(&str) -> u64 + 'a> + Sync + 'a>;

fn measure(engine: &str, encoding: Encoding, threads: usize) -> Run {
    let files = corpus();
    let clock = SystemClock::start();
    let make = maker(engine, encoding);
    let construct_ms = clock.monotonic().as_secs_f64() * 1e3;
    let barrier = Barrier::new(threads);
    let nexts = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let work = || {
        let mut count = make();
        nexts.each_ref().map(|next| {
            barrier.wait();
            let (start, mut sum) = (now(&clock), 0);
            while let Some(text) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                sum += count(text);
            }
            (sum, now(&clock) - start)
        })
    };
    let passes: Vec<[(u64, f64); 2]> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let longest = |pass: usize| passes.iter().map(|it| it[pass].1).fold(0.0, f64::max);
    let tokens = passes.iter().map(|it| it[0].0).sum();
    Run { construct_ms, first: longest(0), warm: longest(1), tokens }
}

/// Returns seconds: of the clock on the wall, or those this thread had a core.
fn now(clock: &SystemClock) -> f64 {
    if env::var_os("LARDER_BENCH_CPU").is_none() {
        return clock.monotonic().as_secs_f64();
    }
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn maker<'a>(engine: &str, encoding: Encoding) -> MakeCounter<'a> {
    let name = encoding.name();
    match engine {
        "larder" => Box::new(move || {
            let mut worker = Counter::new(&Options { engine: EngineChoice::Own }).worker();
            Box::new(move |text| worker.count(encoding, text).unwrap().0)
        }),
        "toktok-rs" => {
            let shared = toktok::Tokenizer::builtin(name).unwrap();
            let shared: &'static toktok::Tokenizer = Box::leak(Box::new(shared));
            Box::new(move || Box::new(move |text| shared.count(text.as_bytes()) as u64))
        }
        "tiktoken" => {
            let shared = tiktoken::get_encoding(name).unwrap();
            Box::new(move || Box::new(move |text| shared.count(text) as u64))
        }
        _ => {
            let shared = match encoding {
                Encoding::Cl100kBase => tiktoken_rs::cl100k_base_singleton(),
                Encoding::O200kBase => tiktoken_rs::o200k_base_singleton(),
                Encoding::P50kBase => tiktoken_rs::p50k_base_singleton(),
                Encoding::R50kBase => tiktoken_rs::r50k_base_singleton(),
            };
            let none = HashSet::new();
            Box::new(move || {
                let none = none.clone();
                Box::new(move |text| shared.count(text, &none).unwrap_or(0) as u64)
            })
        }
    }
}

/// Prints how long a megabyte of each hostile input takes.
fn hostile() {
    let clock = SystemClock::start();
    let mut state = 7_u64;
    let mut random = |alphabet: &[char]| -> String {
        let draw = |_| {
            state =
                state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            alphabet[(state >> 33) as usize % alphabet.len()]
        };
        (0..1_000_000).map(draw).collect()
    };
    let base64: Vec<char> =
        ('a'..='z').chain('A'..='Z').chain('0'..='9').chain("+/".chars()).collect();
    let cjk: Vec<char> = ('\u{4E00}'..'\u{9FA0}').collect();
    let inputs = [
        ("a", "a".repeat(1_000_000)),
        ("spaces", " ".repeat(1_000_000)),
        ("tabs, then x", "\t".repeat(1_000_000) + "x"),
        ("newlines", "\n".repeat(1_000_000)),
        ("-", "-".repeat(1_000_000)),
        ("=", "=".repeat(1_000_000)),
        ("random letters", random(&base64[..26])),
        ("8 MB of them", random(&base64[..26]).repeat(8)),
        ("ACGT", random(&['A', 'C', 'G', 'T'])),
        ("base64", random(&base64)),
        ("CJK", random(&cjk)),
        ("minified", "function(a,b){return a.b(c)?d[e]:f};".repeat(28_000)),
        ("accents", "e\u{301}a\u{300} ".repeat(170_000)),
        ("Hindi", "नमस्ते दुनिया, यह एक परीक्षण है। ".repeat(11_000)),
    ];
    println!("MB/s            {}", Encoding::ALL.map(Encoding::name).join(" "));
    for (name, text) in inputs {
        print!("{name:<15}");
        for encoding in Encoding::ALL {
            let mut worker = Counter::new(&Options::default()).worker();
            let start = now(&clock);
            worker.count(encoding, &text).unwrap();
            let seconds = now(&clock) - start;
            print!(" {:>10.1}", text.len() as f64 / 1e6 / seconds);
        }
        println!();
    }
}
