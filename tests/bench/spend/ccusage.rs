//! What `ccusage` takes for the same logs, and what it finds in them.
//!
//! `ccusage.sh` installs it for this and says in `LARDER_BENCH_CCUSAGE` where: `native` holds the
//! newest version, which is a native program, `script` the last one in JavaScript, which has a program
//! of its own for Codex. Both use the prices that they come with, and no network.
//!
//! Why its totals differ, each checked to the last token on the generated logs:
//!
//! - Version 18 keeps the first line of an answer, whose output has only begun, and tells answers
//!   apart by message and request: the copies of side chains count again. Of Codex it counts every
//!   report of running counts, also those told twice and those that a fork replays, which come before
//!   a model is named and fall to `gpt-5`; and it prices no single model of Codex.
//! - Version 20 leaves out Codex logs of which only the compressed file is left.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use super::{
    generate::Totals,
    logs::{Logs, by_model},
    reader::{Memory, Ran, Reader, run},
};

/// What this part is called.
pub(crate) const NAME: &str = "ccusage";

/// Each round runs all programs once.
const ROUNDS: usize = 3;

/// Programs that are compared, each with what is run for it.
const PEERS: [(&str, &[&str]); 2] =
    [("native", &["native/ccusage"]), ("script", &["script/ccusage", "script/ccusage-codex"])];

/// A program and what its rounds took.
struct Peer {
    name: String,
    commands: Vec<PathBuf>,
    times: Vec<Duration>,
    peak: f64,
    models: BTreeMap<String, Told>,
}

/// What a program tells of a model.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    /// Input, read from a cache, written to one, output.
    tokens: [u64; 4],
    /// Dollars, where it tells them for each model.
    cost: Option<f64>,
}

/// Measures and prints.
pub(crate) fn print(megabytes: u64) {
    println!();
    super::machine::print();
    let logs = Logs::of(megabytes);
    let mut reader = Reader::new(&logs.home);
    let installed = env::var_os("LARDER_BENCH_CCUSAGE").expect("ccusage.sh says where it is");
    let mut peers: Vec<Peer> = PEERS.iter().map(|peer| Peer::of(&installed, peer)).collect();
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        reader.forget();
        cold.push(reader.spend(&["monthly"]).time);
        warm.push(reader.spend(&["monthly"]).time);
        for peer in &mut peers {
            peer.round(&logs.home);
        }
    }
    let ours = by_model(&reader.spend(&["model"]));
    reader.watch_memory();
    let warm_peak = reader.spend(&["monthly"]).peak;
    reader.forget();
    let cold_peak = reader.spend(&["monthly"]).peak;
    let cold_time = median(&mut cold);
    println!("\n| a report by month | median | most memory | larder is faster: cold | warm |");
    println!("| --- | --: | --: | --: | --: |");
    let warm_time = median(&mut warm);
    println!("| larder, cold | {cold_time:.2?} | {cold_peak:.0} MiB | – | – |");
    println!("| larder, warm | {warm_time:.2?} | {warm_peak:.0} MiB | – | – |");
    for peer in &mut peers {
        let time = median(&mut peer.times);
        let times = |ours: Duration| time.as_secs_f64() / ours.as_secs_f64();
        println!(
            "| {} | {time:.2?} | {:.0} MiB | {:.1} × | {:.0} × |",
            peer.name,
            peer.peak,
            times(cold_time),
            times(warm_time)
        );
    }
    print_models(&ours, &logs.known.models, &peers);
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

impl Peer {
    fn of(installed: &std::ffi::OsStr, (folder, programs): &(&str, &[&str])) -> Self {
        let at = |program: &&str| {
            let (folder, name) = program.split_once('/').expect("a folder and a program");
            Path::new(installed).join(folder).join("node_modules/.bin").join(name)
        };
        let commands: Vec<PathBuf> = programs.iter().map(at).collect();
        let version = Command::new(&commands[0]).arg("--version").output().unwrap().stdout;
        let version = String::from_utf8_lossy(&version);
        let version = version.trim().trim_start_matches("ccusage ").to_owned();
        let name = format!("ccusage {version} ({folder})");
        Self { name, commands, times: Vec::new(), peak: 0.0, models: BTreeMap::new() }
    }

    /// Runs all its commands; memory is looked at in the last round's stead, in a run of its own.
    fn round(&mut self, home: &Path) {
        let first = self.times.is_empty();
        let mut time = Duration::ZERO;
        for at in 0..self.commands.len() {
            let told = self.command(at, home, Memory::Ignored);
            time += told.time;
            if first {
                add_models(&told.json, &mut self.models);
                self.peak = self.peak.max(self.command(at, home, Memory::Watched).peak);
            }
        }
        self.times.push(time);
    }

    fn command(&self, at: usize, home: &Path, memory: Memory) -> Ran {
        let mut command = Command::new(&self.commands[at]);
        command.args(["monthly", "--json", "--offline"]).env_clear();
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home).env("TZ", "UTC").env("LANG", "C.UTF-8").stdin(Stdio::null());
        run(&mut command, memory)
    }
}

/// Adds what each month tells of models, in the form of the one or the other program.
fn add_models(json: &Value, models: &mut BTreeMap<String, Told>) {
    let number = |of: &Value, name: &str| of[name].as_u64().unwrap_or(0);
    for month in json["monthly"].as_array().into_iter().flatten() {
        for one in month["modelBreakdowns"].as_array().into_iter().flatten() {
            let names = ["inputTokens", "cacheReadTokens", "cacheCreationTokens", "outputTokens"];
            let tokens = names.map(|name| number(one, name));
            let model = one["modelName"].as_str().unwrap_or_default();
            add(models, model, Told { tokens, cost: one["cost"].as_f64() });
        }
        for (model, one) in month["models"].as_object().into_iter().flatten() {
            let cached = number(one, "cachedInputTokens");
            let input = number(one, "inputTokens").saturating_sub(cached);
            let tokens = [input, cached, 0, number(one, "outputTokens")];
            add(models, model, Told { tokens, cost: None });
        }
    }
}

fn add(models: &mut BTreeMap<String, Told>, model: &str, told: Told) {
    let sum = models.entry(model.to_owned()).or_default();
    sum.tokens.iter_mut().zip(told.tokens).for_each(|(sum, one)| *sum += one);
    sum.cost = told.cost.map(|cost| cost + sum.cost.unwrap_or(0.0));
}

/// Prints what each program tells of each model.
fn print_models(ours: &[(String, Totals)], known: &BTreeMap<String, Totals>, peers: &[Peer]) {
    println!("\n| model | told by | input | cache read | cache write | output | dollars |");
    println!("| --- | --- | --: | --: | --: | --: | --: |");
    for (model, known) in known {
        let generated = told(known);
        print_row((model, "generated"), &generated, None);
        let larder = ours.iter().find(|(key, _)| key.ends_with(model.as_str()));
        print_row(
            ("", "larder"),
            &larder.map(|(_, told_us)| told(told_us)).unwrap_or_default(),
            Some(&generated),
        );
        for peer in peers {
            let found = peer.models.get(model).copied().unwrap_or_default();
            print_row(("", &peer.name), &found, Some(&generated));
        }
    }
    for peer in peers {
        let others = peer.models.keys().filter(|model| !known.contains_key(*model));
        let others: Vec<&str> = others.map(String::as_str).collect();
        if !others.is_empty() {
            println!("\n{} also tells of {}.", peer.name, others.join(", "));
        }
    }
}

fn told(totals: &Totals) -> Told {
    let Totals { input, cache_read, cache_write, output, cost, .. } = *totals;
    let dollars = cost.0 as f64 / 1e12;
    Told { tokens: [input, cache_read, cache_write, output], cost: Some(dollars) }
}

/// Prints numbers, or how they differ from others.
fn print_row((model, by): (&str, &str), told: &Told, from: Option<&Told>) {
    let tokens = told.tokens.iter().enumerate().map(|(at, tokens)| match from {
        None => tokens.to_string(),
        Some(from) if from.tokens[at] == *tokens => "same".to_owned(),
        Some(from) => percent(*tokens as f64, from.tokens[at] as f64),
    });
    let tokens: Vec<String> = tokens.collect();
    let cost = match (told.cost, from.and_then(|from| from.cost)) {
        (None, _) => "–".to_owned(),
        (Some(cost), Some(from)) if (cost - from).abs() < 0.005 => "same".to_owned(),
        (Some(cost), Some(from)) => format!("{cost:.2} ({})", percent(cost, from)),
        (Some(cost), None) => format!("{cost:.2}"),
    };
    println!("| {model} | {by} | {} | {cost} |", tokens.join(" | "));
}

fn percent(one: f64, other: f64) -> String {
    if other == 0.0 { format!("{one}") } else { format!("{:+.3} %", (one / other - 1.0) * 100.0) }
}
