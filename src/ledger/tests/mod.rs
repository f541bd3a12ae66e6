//! The ledger from outside: logs in, sums out, whatever happens in between.

mod charges;
mod coming;
mod damage;
mod laws;
mod life;
mod pieces;
mod spools;
mod twice;
mod views;

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;

use super::{
    Counts, Ledger, LedgerError, Options, Places, Prices, Recorded, Request, RequestKey, Service,
    logs::{Found, Listing, Seen, UsageLog},
    requests::Limits,
};
use crate::model::{
    Clock, FakeClock, PicoUsd, SpendBy, SpendQuery, SpendReport, TokenUse, Tokens, Tool, UnixNanos,
};

/// 2026-11-20 12:00 UTC.
pub(super) const NOW: UnixNanos = UnixNanos(1_795_176_000_000_000_000);

pub(super) const HOUR: i64 = 3_600_000_000_000;

/// A home for a ledger, with a clock that stands still.
pub(super) struct Home {
    pub(super) folder: TempDir,
    pub(super) clock: Arc<FakeClock>,
    pub(super) zone: &'static str,
    pub(super) limits: Limits,
}

impl Home {
    pub(super) fn new() -> Self {
        let clock = Arc::new(FakeClock::at(NOW));
        Self { folder: tempfile::tempdir().unwrap(), clock, zone: "UTC", limits: Limits::default() }
    }

    pub(super) fn places(&self) -> Places {
        Places::in_folders(&self.folder.path().join("state"), &self.folder.path().join("cache"))
    }

    pub(super) fn try_open(&self) -> Result<Ledger, LedgerError> {
        let options = Options { zone: self.zone.to_owned(), ..Options::default() };
        let clock: Arc<dyn Clock> = self.clock.clone();
        Ledger::open_within(self.limits, &self.places(), options, (Prices::built_in(), clock))
    }

    pub(super) fn open(&self) -> Ledger {
        self.try_open().unwrap()
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.places().journal
    }

    /// Returns the segments of the journal.
    pub(super) fn segments(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.journal()).unwrap();
        let is_segment =
            |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("20");
        let mut paths: Vec<_> =
            entries.map(|entry| entry.unwrap().path()).filter(is_segment).collect();
        paths.sort();
        paths
    }
}

/// Returns a request of Claude Sonnet with this id and output, an hour ago.
pub(super) fn request(id: &str, output: u64) -> Request {
    Request {
        tool: Tool::ClaudeCode,
        key: RequestKey { group: format!("claude:{id}"), part: None },
        is_copy: false,
        session: "s1".to_owned(),
        project: "/app".to_owned(),
        at: UnixNanos(NOW.0 - HOUR),
        provider: "anthropic".to_owned(),
        model: "claude-sonnet-4-5".to_owned(),
        tokens: TokenUse { input: Tokens(100), output: Tokens(output), ..TokenUse::default() },
        web_searches: 0,
        service: Service::Standard,
        us_only: false,
        recorded: None,
        counts: Counts::Exact,
        implausible: None,
        files: Vec::new(),
    }
}

pub(super) fn record(ledger: &mut Ledger, request: &Request) -> Recorded {
    ledger.record(vec![request.clone()], &|_, _| None).unwrap()[0]
}

pub(super) fn report(ledger: &mut Ledger, by: SpendBy) -> SpendReport {
    ledger.query(&SpendQuery { by, ..SpendQuery::default() })
}

/// Returns requests, output and cost of all.
pub(super) fn totals(ledger: &mut Ledger) -> (u64, u64, Option<PicoUsd>) {
    let total = report(ledger, SpendBy::Daily).total;
    (total.requests, total.tokens.output.0, total.cost)
}

/// A log in memory: each read gives what is in it from the offset on, counted in findings.
#[derive(Debug, Default)]
pub(super) struct FakeLog {
    pub(super) found: RefCell<Vec<Found>>,
}

impl FakeLog {
    pub(super) fn of(requests: &[Request]) -> Self {
        let found = requests.iter().map(|one| Found::Request(Box::new(one.clone()))).collect();
        Self { found: RefCell::new(found) }
    }
}

impl UsageLog for FakeLog {
    fn tool(&self) -> Tool {
        Tool::ClaudeCode
    }

    fn roots(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    fn list(&self) -> Listing {
        Listing { files: vec![PathBuf::from("/log")], ..Listing::default() }
    }

    fn is_new_log(&self, file: &Path) -> bool {
        file == Path::new("/log")
    }

    fn read(&self, _: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> std::io::Result<Seen> {
        let all = self.found.borrow();
        let from = usize::try_from(seen.offset).unwrap();
        all.iter().skip(from).cloned().for_each(found);
        let end = all.len() as u64;
        Ok(Seen { inode: 1, size: end, offset: end, ..Seen::default() })
    }
}
