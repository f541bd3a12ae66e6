//! Measures larder's counter against the fastest exact crates, all in one run.
//!
//! `peers FOLDER [words to choose engines or encodings]` counts files that lie in memory already:
//! medians of `PEERS_RUNS` first passes (5 if unset), each in a process of its own, on one thread
//! and on two. `peers --walk ENGINE ENCODING FOLDER` is a whole process instead: it walks, reads and
//! counts with two threads, and is what `peers.sh` runs; the engine `none` only walks and reads.
//!
//! fastokens brings no vocabulary: it gets the file of the tiktoken-rs crate among cargo's sources,
//! or in `PEERS_VOCABULARIES`.

use std::{
    collections::HashSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Barrier,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use larder::{
    count::{Counter, Options, is_binary},
    model::Encoding,
};

/// Counters that give the same counts.
const ENGINES: [&str; 7] =
    ["larder", "toktok-rs", "tiktoken", "fastokens", "splintr", "bpe-openai", "tiktoken-rs"];
const ENCODINGS: [&str; 2] = ["cl100k_base", "o200k_base"];

/// Makes a counter for each thread.
type MakeCounter = Box<dyn Fn() -> Box<dyn FnMut(&str) -> u64 + Send> + Sync>;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--one", engine, encoding, threads, folder] => {
            one(engine, encoding, threads.parse().unwrap(), Path::new(folder));
        }
        ["--walk", engine, encoding, folder] => walk(engine, encoding, Path::new(folder)),
        [folder, chosen @ ..] => table(folder, chosen),
        [] => panic!("which folder"),
    }
}

fn table(folder: &str, chosen: &[&str]) {
    let files = corpus(Path::new(folder));
    let megabytes = files.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    drop(files);
    println!("{megabytes:.2} MB of {folder}");
    let wanted = |name: &str, of: &[&str]| {
        !chosen.iter().any(|word| of.contains(word)) || chosen.contains(&name)
    };
    for encoding in ENCODINGS.into_iter().filter(|name| wanted(name, &ENCODINGS)) {
        println!("{encoding:<12}     tokens   load ms   MB/s on 1 thread    on 2");
        for engine in ENGINES.into_iter().filter(|name| wanted(name, &ENGINES)) {
            let [(load, first, tokens), (_, second, _)] =
                [1, 2].map(|threads| median_of_runs(engine, encoding, threads, folder));
            let (first, second) = (megabytes / first, megabytes / second);
            println!("{engine:<12} {tokens:>10} {load:>9.0} {first:>18.1} {second:>7.1}");
        }
    }
}

/// Returns the medians of milliseconds to load and seconds to count, and the tokens.
fn median_of_runs(engine: &str, encoding: &str, threads: usize, folder: &str) -> (f64, f64, u64) {
    let runs = env::var("PEERS_RUNS").map_or(5, |runs| runs.parse().unwrap());
    let (mut loads, mut passes, mut tokens) = (Vec::new(), Vec::new(), 0);
    for _ in 0..runs {
        let mut command = Command::new(env::current_exe().unwrap());
        let output =
            command.args(["--one", engine, encoding, &threads.to_string(), folder]).output();
        let output = String::from_utf8(output.unwrap().stdout).unwrap();
        let mut words = output.split_whitespace();
        loads.push(words.next().unwrap().parse().unwrap());
        passes.push(words.next().unwrap().parse().unwrap());
        tokens = words.next().unwrap().parse().unwrap();
    }
    (median(loads), median(passes), tokens)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Counts all files once and prints how long it took to load, to count, and how many tokens.
fn one(engine: &str, encoding: &str, threads: usize, folder: &Path) {
    let files = corpus(folder);
    let start = Instant::now();
    let make = maker(engine, encoding);
    let load = start.elapsed().as_secs_f64() * 1e3;
    let (barrier, next) = (Barrier::new(threads), AtomicUsize::new(0));
    let clock = Instant::now();
    let work = || {
        let mut count = make();
        barrier.wait();
        let (start, mut sum) = (seconds(clock), 0);
        while let Some(text) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            sum += count(text);
        }
        (sum, seconds(clock) - start)
    };
    let passes: Vec<(u64, f64)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let longest = passes.iter().map(|pass| pass.1).fold(0.0, f64::max);
    println!("{load} {longest} {}", passes.iter().map(|pass| pass.0).sum::<u64>());
}

/// Returns seconds: of the clock on the wall, or, with `PEERS_CPU` set, those that this thread had a
/// core (Linux): what to compare on a busy machine.
fn seconds(clock: Instant) -> f64 {
    if env::var_os("PEERS_CPU").is_none() {
        return clock.elapsed().as_secs_f64();
    }
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// Walks as larder does, with two threads, and counts what is text.
fn walk(engine: &str, encoding: &str, folder: &Path) {
    let make = maker(engine, encoding);
    let (files, tokens) = (AtomicU64::new(0), AtomicU64::new(0));
    ignore::WalkBuilder::new(folder).threads(2).build_parallel().run(|| {
        let (mut count, mut buffer) = (make(), Vec::new());
        let (files, tokens) = (&files, &tokens);
        Box::new(move |entry| {
            let Ok(entry) = entry else { return ignore::WalkState::Continue };
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                buffer.clear();
                let read = fs::File::open(entry.path())
                    .and_then(|mut file| std::io::Read::read_to_end(&mut file, &mut buffer));
                if read.is_ok() && !is_binary(&buffer) {
                    files.fetch_add(1, Ordering::Relaxed);
                    let sum = count(&String::from_utf8_lossy(&buffer));
                    tokens.fetch_add(sum, Ordering::Relaxed);
                }
            }
            ignore::WalkState::Continue
        })
    });
    println!("{} files, {} tokens", files.into_inner(), tokens.into_inner());
}

fn maker(engine: &str, name: &str) -> MakeCounter {
    let encoding: Encoding = name.parse().unwrap();
    let o200k = encoding == Encoding::O200kBase;
    match engine {
        "none" => Box::new(|| Box::new(|_| 0)),
        "larder" => Box::new(move || {
            let mut worker = Counter::new(&Options::default()).worker();
            Box::new(move |text| worker.count(encoding, text).unwrap().0)
        }),
        "toktok-rs" => {
            shared(toktok::Tokenizer::builtin(name).unwrap(), |it, text| it.count(text.as_bytes()))
        }
        "tiktoken" => shared(tiktoken::get_encoding(name).unwrap(), |it, text| it.count(text)),
        "fastokens" => {
            shared(fastokens(name, o200k), |it, text| it.encode_ordinary(text).unwrap().len())
        }
        "splintr" => {
            shared(splintr::from_pretrained(name).unwrap(), |it, text| it.encode_raw(text).len())
        }
        "bpe-openai" if o200k => shared(bpe_openai::o200k_base(), |it, text| it.count(text)),
        "bpe-openai" => shared(bpe_openai::cl100k_base(), |it, text| it.count(text)),
        "tiktoken-rs" => {
            let it = if o200k {
                tiktoken_rs::o200k_base_singleton()
            } else {
                tiktoken_rs::cl100k_base_singleton()
            };
            shared(it, |it, text| it.count(text, &HashSet::new()).unwrap_or(0))
        }
        other => panic!("no engine {other}"),
    }
}

/// One tokenizer for all threads, which lives as long as the process.
fn shared<T: Sync + 'static>(tokenizer: T, count: fn(&T, &str) -> usize) -> MakeCounter {
    let tokenizer: &'static T = Box::leak(Box::new(tokenizer));
    Box::new(move || Box::new(move |text| count(tokenizer, text) as u64))
}

fn fastokens(name: &str, o200k: bool) -> fastokens::Tokenizer {
    let config = if o200k {
        fastokens::TiktokenConfig::o200k_base()
    } else {
        fastokens::TiktokenConfig::cl100k_base()
    };
    let file = vocabularies().join(format!("{name}.tiktoken"));
    fastokens::Tokenizer::from_tiktoken_file(&file, config).unwrap()
}

/// Finds the folder of the vocabularies among the sources of cargo.
fn vocabularies() -> PathBuf {
    if let Some(folder) = env::var_os("PEERS_VOCABULARIES") {
        return folder.into();
    }
    let home = env::var_os("CARGO_HOME")
        .map_or_else(|| PathBuf::from(env::var_os("HOME").unwrap()).join(".cargo"), PathBuf::from);
    let registries = fs::read_dir(home.join("registry/src")).unwrap().flatten();
    let crates = registries.flat_map(|it| fs::read_dir(it.path()).unwrap().flatten());
    let assets = crates.map(|it| it.path().join("assets"));
    assets
        .filter(|it| it.to_string_lossy().contains("tiktoken-rs-"))
        .find(|it| it.join("o200k_base.tiktoken").exists())
        .expect("the sources of tiktoken-rs: `cargo fetch` gets them")
}

/// Reads all text files of a folder, in the order of their names.
fn corpus(folder: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> = ignore::Walk::new(folder)
        .flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .collect();
    paths.sort();
    let read = |path: &PathBuf| fs::read(path).ok();
    let texts = paths.iter().filter_map(read).filter(|bytes| !is_binary(bytes));
    texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}
