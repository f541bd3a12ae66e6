//! How fast a ledger opens that has many requests, and how much memory it takes.
//!
//! `cargo bench --bench spend -- journal 10` measures ten million requests: the number is in
//! millions here. The ledger lies in a temporary folder.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Instant,
};

use larder::{
    ledger::{
        Counts, Ledger, Options, Places, Prices, Request, RequestKey, Service,
        logs::{Found, Listing, Seen, UsageLog},
    },
    model::{Clock, SystemClock, TokenUse, Tokens, Tool, UnixNanos},
};

use super::reader::{Ran, Reader};

/// The name of this part.
pub(crate) const NAME: &str = "journal";

/// Millions of requests, when no number is given.
const USUAL: u64 = 1;

/// A number larger than this is one of megabytes of logs, which is of another part.
const MOST: u64 = 100;

/// Requests are spread over so many days, sessions and models: three years of heavy use.
const DAYS: u64 = 1000;
const REQUESTS_PER_SESSION: u64 = 400;
const MODELS: [(&str, &str); 3] = [
    ("anthropic", "claude-sonnet-4-5-20250929"),
    ("anthropic", "claude-haiku-4-5"),
    ("openai", "gpt-5.4"),
];

const DAY_NS: i64 = 86_400_000_000_000;

/// A log that holds this many requests and lies nowhere.
#[derive(Debug)]
struct Many {
    requests: u64,
    last: UnixNanos,
}

impl Many {
    fn request(&self, number: u64) -> Request {
        let (provider, model) = MODELS[usize::try_from(number % 3).unwrap_or(0)];
        let session = number / REQUESTS_PER_SESSION;
        let back = DAYS - number * DAYS / self.requests.max(1);
        let at = self.last.0 - i64::try_from(back).unwrap_or(0) * DAY_NS;
        Request {
            tool: Tool::ClaudeCode,
            key: RequestKey {
                group: format!("claude-code:msg_{number:024}"),
                part: Some(format!("req_{number:024}")),
            },
            is_copy: false,
            session: format!("00000000-0000-4000-8000-{session:012}"),
            project: format!("/home/dev/app-{}", session % 20),
            at: UnixNanos(at + i64::try_from(number % 80_000).unwrap_or(0) * 1_000_000_000),
            provider: provider.to_owned(),
            model: model.to_owned(),
            tokens: TokenUse {
                input: Tokens(number % 4000),
                cache_read: Tokens(42_000),
                cache_write_5m: Tokens(1500),
                output: Tokens(1 + number % 700),
                ..TokenUse::default()
            },
            web_searches: 0,
            service: Service::Standard,
            us_only: false,
            recorded: None,
            counts: Counts::Exact,
            implausible: None,
            files: Vec::new(),
        }
    }
}

impl UsageLog for Many {
    fn tool(&self) -> Tool {
        Tool::ClaudeCode
    }

    fn roots(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    fn list(&self) -> Listing {
        Listing::default()
    }

    fn is_new_log(&self, _: &Path) -> bool {
        false
    }

    fn read(&self, _: &Path, _: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen> {
        for number in 0..self.requests {
            found(Found::Request(Box::new(self.request(number))));
        }
        Ok(Seen { inode: 1, size: 1, offset: 1, ..Seen::default() })
    }
}

/// Names the folder that a process of the bench fills: the memory it takes must not be that of the
/// programs that are measured, which begin as its copies.
const FOLDER: &str = "LARDER_BENCH_JOURNAL";

/// Measures and prints.
pub(crate) fn print(number: u64) {
    let millions = if number > MOST { USUAL } else { number };
    let requests = millions * 1_000_000;
    if let Some(folder) = env::var_os(FOLDER) {
        return fill(Path::new(&folder), requests);
    }
    let home = tempfile::TempDir::new().unwrap();
    let mut reader = Reader::new(home.path());
    println!();
    super::machine::print();
    let began = Instant::now();
    let mut filling = Command::new(env::current_exe().unwrap());
    filling.args([NAME, &millions.to_string()]).env(FOLDER, reader.folder());
    assert!(filling.status().unwrap().success());
    println!("- journal: {requests} requests, written in {:.1?}", began.elapsed());
    // Days are cut in the zone of the program, which is perhaps another one than here.
    checked(reader.spend(&["monthly"]), requests);
    reader.watch_memory();
    println!("\n| ledger of {millions} million requests | time | most memory |");
    println!("| --- | --: | --: |");
    let there = checked(reader.spend(&["monthly"]), requests);
    row("`larder spend monthly`: the sums are there", &there);
    row("`larder spend record`: the first new request", &reader.record());
    row("the next one", &reader.record());
    row("`larder spend verify`: every line", &reader.verify());
    reader.forget_saved();
    let anew = checked(reader.spend(&["monthly"]), requests + 2);
    row("`larder spend monthly`: sums made anew from the journal", &anew);
}

fn fill(folder: &Path, requests: u64) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let below = |name: &str| folder.join(name).join("larder");
    let places = Places::in_folders(&below("state"), &below("cache"));
    let last = UnixNanos(clock.wall().0 - DAY_NS);
    let mut ledger = Ledger::open(&places, Options::default(), Prices::built_in(), clock).unwrap();
    let many = Many { requests, last };
    ledger.import(&many, Path::new("/many"), &|_, _| None).unwrap();
    ledger.close().unwrap();
}

fn checked(ran: Ran, requests: u64) -> Ran {
    assert_eq!(ran.json["total"]["requests"].as_u64(), Some(requests), "requests are missing");
    ran
}

fn row(what: &str, ran: &Ran) {
    println!("| {what} | {:.1?} | {:.0} MiB |", ran.time, ran.peak);
}
