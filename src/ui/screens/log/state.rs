//! What the screen knows.

use std::collections::VecDeque;

use strum::IntoEnumIterator as _;

use crate::{
    client::RECORDS_KEPT,
    model::{LogLevel, LogRecord},
    ui::{
        cursor::{Cursor, Step},
        panes::tree::filter::FilterLine,
    },
};

/// The state of the Log screen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Log {
    /// The newest records, the newest last.
    pub(crate) records: VecDeque<LogRecord>,
    /// Records that mattered less are not shown.
    pub(crate) level: LogLevel,
    /// Only records that hold this are shown.
    pub(crate) filter: FilterLine,
    /// True while the newest record is chosen, whichever that is.
    pub(crate) follow: bool,
    /// The chosen line of those that are shown.
    pub(crate) cursor: Cursor,
    /// Which of the records are shown, as they were when they were placed last.
    shown: Vec<usize>,
    /// The number of the chosen record: the cursor stays on it.
    on: u64,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            records: VecDeque::new(),
            level: LogLevel::Info,
            filter: FilterLine::default(),
            follow: true,
            cursor: Cursor::default(),
            shown: Vec::new(),
            on: 0,
        }
    }
}

impl Log {
    /// Takes records; the oldest ones go. They are not shown before they are placed.
    pub(crate) fn take(&mut self, records: Vec<LogRecord>) {
        self.records.extend(records);
        let too_many = self.records.len().saturating_sub(RECORDS_KEPT);
        self.records.drain(..too_many);
    }

    /// Returns how many records are shown.
    pub(crate) fn total(&self) -> u64 {
        self.shown.len() as u64
    }

    /// Returns what is shown from this line on, the newest last.
    pub(crate) fn shown_from(&self, line: u64) -> impl Iterator<Item = &LogRecord> {
        let from = usize::try_from(line).unwrap_or(usize::MAX);
        self.shown.iter().skip(from).filter_map(|at| self.records.get(*at))
    }

    /// Returns the chosen record.
    pub(crate) fn chosen(&self) -> Option<&LogRecord> {
        self.shown_from(self.cursor.at).next()
    }

    /// Finds what is shown.
    fn find(&mut self) {
        let wanted = self.filter.text.to_lowercase();
        let is_wanted = |record: &LogRecord| {
            record.level <= self.level
                && (wanted.is_empty()
                    || record.text.to_lowercase().contains(&wanted)
                    || record.target.contains(&wanted))
        };
        let records = self.records.iter().enumerate();
        self.shown = records.filter(|(_, one)| is_wanted(one)).map(|(at, _)| at).collect();
    }

    /// Moves the cursor; at the newest record it follows the newest.
    pub(crate) fn step(&mut self, step: Step, height: u16) {
        let total = self.total();
        self.cursor.step(step, total, height);
        self.on = self.chosen().map_or(0, |record| record.number);
        self.follow = self.cursor.at + 1 >= total;
    }

    /// Finds what is shown, and puts the cursor on its record, on the one after it when it is gone,
    /// or on the newest one.
    pub(crate) fn place(&mut self, height: u16) {
        self.find();
        let total = self.total();
        let after = self.shown_from(0).position(|record| record.number >= self.on);
        let at = match after {
            Some(at) if !self.follow => at as u64,
            Some(_) | None => total.saturating_sub(1),
        };
        if self.follow {
            self.cursor.at = at;
            self.cursor.fit(total, height);
        } else {
            self.cursor.carry(at, total, height);
        }
        self.on = self.chosen().map_or(self.on, |record| record.number);
    }

    /// Shows one level more, from errors only to everything, and then errors only again.
    pub(crate) fn next_level(&mut self) {
        let mut levels = LogLevel::iter().skip_while(|level| *level != self.level).skip(1);
        self.level = levels.next().unwrap_or(LogLevel::Error);
    }
}
