//! One record of the log, in full.

use crate::{
    model::{LogRecord, Shown},
    ui::{cursor::Cursor, format},
};

/// What the card knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RecordCard {
    /// The record.
    pub(crate) record: LogRecord,
    /// The first line seen.
    pub(crate) cursor: Cursor,
}

impl RecordCard {
    /// Returns the card of a record.
    pub(crate) fn of(record: LogRecord) -> Self {
        Self { record, cursor: Cursor::default() }
    }

    /// Returns its text, divided into lines of at most so many columns.
    pub(crate) fn text(&self, columns: usize) -> Vec<String> {
        let room = columns.saturating_sub(2).max(1);
        let lines = self.record.text.lines().flat_map(|line| {
            let shown = Shown::text(line);
            format::wrapped(shown.as_str(), room)
        });
        lines.collect()
    }

    /// Returns how many lines the card has.
    pub(crate) fn lines(&self, columns: usize) -> u64 {
        self.text(columns).len() as u64 + HEAD
    }
}

/// The lines above the text: when, level, from where, and a blank one.
const HEAD: u64 = 4;
