//! Tests of all readers together, and what tests of the ledger may use.

mod fixtures;
mod fold;
mod laws;
mod odd;
mod shared;
pub(in crate::ledger) mod world;

use std::path::Path;

pub(in crate::ledger) use self::fold::fold;
use super::{Found, Seen, SourceOptions, UsageLog, Window, sources};
use crate::{ledger::Request, model::Tool};

/// All that logs hold.
#[derive(Clone, Debug, Default)]
pub(in crate::ledger) struct All {
    pub(in crate::ledger) requests: Vec<Request>,
    pub(in crate::ledger) skipped: Vec<(&'static str, u64)>,
    pub(in crate::ledger) windows: Vec<Window>,
}

impl All {
    pub(in crate::ledger) fn take(&mut self, found: Found) {
        match found {
            Found::Request(request) => self.requests.push(*request),
            Found::Skipped { reason, lines } => {
                match self.skipped.iter_mut().find(|(known, _)| *known == reason) {
                    Some((_, sum)) => *sum += lines,
                    None => self.skipped.push((reason, lines)),
                }
                self.skipped.sort_unstable();
            }
            Found::Window(window) => self.windows.push(window),
        }
    }

    /// Returns how many lines were skipped for this reason.
    pub(in crate::ledger) fn skips(&self, reason: &str) -> u64 {
        self.skipped.iter().find(|(known, _)| *known == reason).map_or(0, |(_, lines)| *lines)
    }
}

/// Reads a file from its start.
pub(in crate::ledger) fn read(log: &dyn UsageLog, file: &Path) -> (All, Seen) {
    let mut all = All::default();
    let seen = log.read(file, &Seen::default(), &mut |found| all.take(found)).unwrap();
    (all, seen)
}

/// Reads all files of one tool, which lie below this home folder where they lie by default.
pub(in crate::ledger) fn read_home(home: &Path, tool: Tool) -> All {
    let environment = [("HOME".into(), home.as_os_str().to_owned())];
    read_with(&environment, tool)
}

/// Reads all files of one tool in this environment.
pub(in crate::ledger) fn read_with(
    environment: &[(std::ffi::OsString, std::ffi::OsString)],
    tool: Tool,
) -> All {
    let mut all = All::default();
    for log in sources(environment, &SourceOptions::default()) {
        if log.tool() == tool {
            for file in log.list().files {
                log.read(&file, &Seen::default(), &mut |found| all.take(found)).unwrap();
            }
        }
    }
    all
}
