//! Requests that both the analytics log and a chat history tell of.
//!
//! A chat history dates only its sessions, and rounds its counts: a request in it is one of the
//! analytics log when the same session has one of the same model with counts that read the same.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use super::analytics::{Event, Meaning};
use crate::{
    ledger::logs::lines::{Lines, Next},
    model::UnixNanos,
};

/// The sessions of analytics logs.
#[derive(Debug, Default)]
pub(super) struct Sessions(Vec<Session>);

#[derive(Debug)]
struct Session {
    launched: UnixNanos,
    requests: Vec<Sent>,
}

/// A request as far as it is compared.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Sent {
    pub(super) model: String,
    pub(super) prompt: u64,
    pub(super) answer: u64,
}

/// A chat history is begun with whole seconds, and before or after the analytics log.
const EARLIER_NS: i64 = 2_000_000_000;

/// Between both a user may be asked something.
const LATER_NS: i64 = 60_000_000_000;

impl Sessions {
    /// Reads analytics logs; what cannot be read tells of nothing.
    pub(super) fn read(logs: &[PathBuf]) -> Self {
        let mut sessions = Self::default();
        for log in logs {
            if sessions.read_log(log).is_err() {
                tracing::debug!("an analytics log cannot be compared with chat histories");
            }
        }
        sessions.0.sort_by_key(|session| session.launched);
        sessions
    }

    fn read_log(&mut self, log: &Path) -> io::Result<()> {
        let mut lines = Lines::new(File::open(log)?, 0);
        let mut is_in_session = false;
        loop {
            let line = match lines.next()? {
                Next::Line(line) => line,
                Next::TooLong => continue,
                Next::Tail(_) => return Ok(()),
            };
            match Event::read(line.bytes) {
                Ok(Some(Meaning::Launched(event))) => {
                    is_in_session = event.at.is_some();
                    let begun = event.at.map(|launched| Session { launched, requests: Vec::new() });
                    self.0.extend(begun);
                }
                Ok(Some(Meaning::Sent(event))) if is_in_session => {
                    if let Some(session) = self.0.last_mut() {
                        session.requests.push(Sent {
                            model: event.model(),
                            prompt: event.sent,
                            answer: event.received,
                        });
                    }
                }
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// Says whether the session that began then has this request.
    pub(super) fn hold(&self, began: UnixNanos, request: &Sent) -> bool {
        let near = self.0.iter().filter(|session| {
            let later = session.launched.0.saturating_sub(began.0);
            (-EARLIER_NS..=LATER_NS).contains(&later)
        });
        let nearest = near.min_by_key(|session| session.launched.0.abs_diff(began.0));
        nearest.is_some_and(|session| session.requests.iter().any(|sent| sent.reads_as(request)))
    }
}

impl Sent {
    /// Says whether it reads like `printed` when its counts are rounded.
    fn reads_as(&self, printed: &Self) -> bool {
        let model = self.model == printed.model || self.model.ends_with("/REDACTED");
        model && reads_as(self.prompt, printed.prompt) && reads_as(self.answer, printed.answer)
    }
}

/// Counts are printed as they are, in hundreds from 1,000 and in thousands from 10,000.
const fn reads_as(count: u64, printed: u64) -> bool {
    let unit = match count {
        0..950 => 1,
        950..9950 => 100,
        _ => 1000,
    };
    count == printed || (printed.is_multiple_of(unit) && count.abs_diff(printed) <= unit / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_they_are_printed() {
        let cases = [
            (850, 850, true),
            (851, 850, false),
            (4_149, 4_100, true),
            (4_151, 4_100, false),
            (5_244, 5_244, true),
            (23_400, 23_000, true),
            (23_600, 23_000, false),
            (9_960, 10_000, true),
        ];
        for (count, printed, is_same) in cases {
            assert_eq!(reads_as(count, printed), is_same, "{count} as {printed}");
        }
    }
}
