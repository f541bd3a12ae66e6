//! A process that records requests until it is killed, and what it leaves behind.
//!
//! It is this test program itself, started again with a variable that says so.

use std::{
    collections::BTreeSet,
    env,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use larder::{
    ledger::{
        Counts, Ledger, Options, Places, Prices, Request, RequestKey, Service, logs::Found,
        logs::Listing, logs::Seen, logs::UsageLog,
    },
    model::{
        Clock, FakeClock, SpendBy, SpendQuery, SystemClock, TokenUse, Tokens, Tool, UnixNanos,
    },
};

/// Names the folder that the child keeps its ledger in.
const FOLDER: &str = "LARDER_TEST_LEDGER";

/// Says what the child does: `record N` or `import N`, where N is the first id or the number, or
/// `list 0`.
const TASK: &str = "LARDER_TEST_LEDGER_TASK";

/// 2026-11-20 12:00 UTC.
const NOW: UnixNanos = UnixNanos(1_795_176_000_000_000_000);

/// Makes this program do the task of the child alone.
const ARGS: [&str; 3] = ["--exact", "ledger_child::a_child_does_its_task", "--test-threads=1"];

/// Returns the child and its arguments, for a script that sets the variables.
pub(crate) fn child_words() -> (PathBuf, [&'static str; 3]) {
    (env::current_exe().unwrap(), ARGS)
}

/// Returns the command that starts the child; a wrapper such as strace may come before it.
pub(crate) fn child(wrapper: &[&str], folder: &Path, task: &str) -> Command {
    let own = env::current_exe().unwrap();
    let mut command = match wrapper.split_first() {
        None => Command::new(&own),
        Some((program, args)) => {
            let mut command = Command::new(program);
            command.args(args).arg(&own);
            command
        }
    };
    command.args(ARGS);
    command.env(FOLDER, folder).env(TASK, task);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Opens the ledger in a folder, by a clock that stands still.
pub(crate) fn open(folder: &Path) -> Ledger {
    open_with(folder, Arc::new(FakeClock::at(NOW)))
}

fn open_with(folder: &Path, clock: Arc<dyn Clock>) -> Ledger {
    let places = Places::in_folders(&folder.join("state"), &folder.join("cache"));
    let options = Options { zone: "UTC".to_owned(), ..Options::default() };
    Ledger::open(&places, options, Prices::built_in(), clock).unwrap()
}

/// Returns the request with this id; its output is its id.
pub(crate) fn request(id: u64) -> Request {
    Request {
        tool: Tool::Script,
        key: RequestKey { group: format!("script:{id}"), part: None },
        is_copy: false,
        session: format!("s{}", id % 7),
        project: "/app".to_owned(),
        at: UnixNanos(NOW.0 - i64::try_from(id % 90).unwrap() * 86_400_000_000_000),
        provider: "anthropic".to_owned(),
        model: "claude-sonnet-4-5".to_owned(),
        tokens: TokenUse { input: Tokens(10), output: Tokens(id), ..TokenUse::default() },
        web_searches: 0,
        service: Service::Standard,
        us_only: false,
        recorded: None,
        counts: Counts::Exact,
        implausible: None,
        files: Vec::new(),
    }
}

/// Returns how many requests a ledger has, and the sum of their outputs.
pub(crate) fn totals(ledger: &mut Ledger) -> (u64, u64) {
    let total = ledger.query(&SpendQuery { by: SpendBy::Daily, ..SpendQuery::default() }).total;
    (total.requests, total.tokens.output.0)
}

/// Returns the ids that a child said were recorded, from what it wrote.
pub(crate) fn acknowledged(output: &str) -> BTreeSet<u64> {
    let ids = output.lines().filter_map(|line| line.strip_prefix("ack ")?.parse().ok());
    ids.collect()
}

/// Returns the ids whose requests are in a ledger, by their outputs.
pub(crate) fn recorded(ledger: &mut Ledger) -> BTreeSet<u64> {
    let query = larder::model::SpendRecordsQuery { len: u32::MAX, ..Default::default() };
    let page = ledger.records(&query).unwrap();
    page.records.iter().map(|record| record.tokens.output.0).collect()
}

/// A log with many requests, each twice.
#[derive(Debug)]
pub(crate) struct Log(pub(crate) u64);

impl UsageLog for Log {
    fn tool(&self) -> Tool {
        Tool::Script
    }

    fn roots(&self) -> Vec<std::path::PathBuf> {
        Vec::new()
    }

    fn list(&self) -> Listing {
        Listing { files: vec!["/log".into()], ..Listing::default() }
    }

    fn is_new_log(&self, file: &Path) -> bool {
        file == Path::new("/log")
    }

    fn read(&self, _: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> std::io::Result<Seen> {
        for id in seen.offset..self.0 {
            found(Found::Request(Box::new(request(id))));
            found(Found::Request(Box::new(request(id / 2))));
            found(Found::Skipped { reason: "odd", lines: 1 });
        }
        Ok(Seen { inode: 1, size: self.0, offset: self.0, ..Seen::default() })
    }
}

/// Nothing to test by itself: it does what the variables say, when they are set.
#[test]
fn a_child_does_its_task() {
    let (Some(folder), Ok(task)) = (env::var_os(FOLDER), env::var(TASK)) else { return };
    let (what, number) = task.split_once(' ').unwrap();
    let number: u64 = number.parse().unwrap();
    let mut ledger = open_with(Path::new(&folder), Arc::new(SystemClock::start()));
    let mut out = std::io::stdout();
    match what {
        "import" => {
            let imported = ledger.import(&Log(number), Path::new("/log"), &|_, _| None);
            ledger.checkpoint();
            writeln!(out, "imported {}", imported.is_ok()).unwrap();
        }
        "list" => {
            // The harness has begun a line.
            writeln!(out).unwrap();
            for id in recorded(&mut ledger) {
                writeln!(out, "id {id}").unwrap();
            }
            let (requests, sum) = totals(&mut ledger);
            writeln!(out, "sum {requests} {sum}").unwrap();
        }
        // With an end, so that a child whose killer is gone does not go on for ever.
        "record" | "record-few" => {
            let last = number + if what == "record" { 100_000 } else { 12 };
            for id in number..last {
                if ledger.record(vec![request(id)], &|_, _| None).is_ok() {
                    writeln!(out, "ack {id}").unwrap();
                }
            }
            if ledger.close().is_ok() {
                writeln!(out, "closed").unwrap();
            }
        }
        other => panic!("{other} is no task"),
    }
}
