//! The newest records of the log, in memory: whoever logs puts them in, whoever shows them waits
//! for more.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;

use crate::model::{LogLevel, LogRecord, UnixNanos};

/// Records kept: more than a person reads back, little enough to hold in any memory.
pub const RECORDS_KEPT: usize = 2_000;

/// A longer text is cut: the file has all of it.
const LONGEST_TEXT: usize = 4 << 10;

/// The newest records; clones share them.
#[derive(Clone, Debug)]
pub struct RecentLog {
    records: Arc<Mutex<VecDeque<LogRecord>>>,
    /// The number of the newest record.
    newest: watch::Sender<u64>,
}

impl Default for RecentLog {
    fn default() -> Self {
        Self { records: Arc::default(), newest: watch::Sender::new(0) }
    }
}

impl RecentLog {
    /// Adds a record, and lets the oldest one go when there are too many.
    pub fn push(&self, at: UnixNanos, level: LogLevel, target: &str, text: &str) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let number = records.back().map_or(0, |newest| newest.number) + 1;
        if records.len() == RECORDS_KEPT {
            records.pop_front();
        }
        let (target, text) = (target.to_owned(), cut(text));
        records.push_back(LogRecord { number, at, level, target, text });
        drop(records);
        self.newest.send_replace(number);
    }

    /// Returns the records after the one with this number, as far as they are kept.
    #[must_use]
    pub fn after(&self, number: u64) -> Vec<LogRecord> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = records.iter().rev().take_while(|record| record.number > number).count();
        records.iter().skip(records.len() - newer).cloned().collect()
    }

    /// Waits until there is a record after the one with this number.
    pub async fn wait_after(&self, number: u64) {
        let mut newest = self.newest.subscribe();
        // It fails only when the sender is gone, and this holds one.
        drop(newest.wait_for(|newest| *newest > number).await);
    }
}

fn cut(text: &str) -> String {
    if text.len() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(LONGEST_TEXT);
    format!("{} [cut here: the log file has all {} bytes]", &text[..end], text.len())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn log(log: &RecentLog, text: &str) {
        log.push(UnixNanos(1), LogLevel::Info, "larder", text);
    }

    #[test]
    fn only_the_newest_records_are_kept_and_their_numbers_go_on() {
        let recent = RecentLog::default();
        assert_eq!(recent.after(0), []);
        for n in 0..RECORDS_KEPT + 5 {
            log(&recent, &n.to_string());
        }
        let all = recent.after(0);
        assert_eq!(all.len(), RECORDS_KEPT);
        assert_eq!(all[0].number, 6);
        let last = recent.after(RECORDS_KEPT as u64 + 3);
        assert_eq!(last.iter().map(|r| r.number).collect::<Vec<_>>(), [2_004, 2_005]);
        assert_eq!(recent.after(9_999), []);
    }

    #[test]
    fn who_waits_is_woken_by_the_next_record_and_not_before() {
        let recent = RecentLog::default();
        log(&recent, "first");
        assert!(recent.wait_after(0).now_or_never().is_some());
        assert!(recent.wait_after(1).now_or_never().is_none());
        log(&recent, "second");
        assert!(recent.wait_after(1).now_or_never().is_some());
    }

    #[test]
    fn a_huge_record_is_cut_between_characters_and_says_so() {
        let recent = RecentLog::default();
        log(&recent, &"日".repeat(3_000));
        let text = &recent.after(0)[0].text;
        assert!(text.len() < 4_200 && text.ends_with("all 9000 bytes]"), "{text}");
    }
}
