//! Reading a source: what it needs from outside, and which reader does it.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::model::Bytes;

use super::{
    Failure, Format, ImportError, Imported, aider, item::LeftOut, rust_assistant, token_json,
    token_sqlite,
};

/// Where a reader tells how far it is and what it found, and whether it is to stop.
pub struct Reading<'a> {
    progress: &'a mut dyn FnMut(u64, u64),
    sink: &'a mut dyn FnMut(Imported),
    cancel: &'a AtomicBool,
    total: u64,
    summary: Summary,
}

/// What a source held.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Summary {
    /// Entries, those that are left out included.
    pub found: u64,
    /// Entries that could not be read.
    pub failed: u64,
    /// Files or rows between the entries.
    pub ignored: u64,
    /// Bytes of the files that belong to the source.
    pub bytes: Bytes,
}

impl<'a> Reading<'a> {
    /// Starts to read: `progress` is told how many entries are done of how many, and ends with as
    /// many as there are; `sink` is given each.
    pub fn new(
        progress: &'a mut dyn FnMut(u64, u64),
        sink: &'a mut dyn FnMut(Imported),
        cancel: &'a AtomicBool,
    ) -> Self {
        Self { progress, sink, cancel, total: 0, summary: Summary::default() }
    }

    /// Says how many entries there are.
    pub(super) fn expect(&mut self, entries: u64) {
        self.total = entries;
        (self.progress)(0, entries);
    }

    /// Counts bytes of a file that belongs to the source.
    pub(super) fn add_bytes(&mut self, bytes: u64) {
        self.summary.bytes += Bytes(bytes);
    }

    /// Hands on what was found.
    pub(super) fn give(&mut self, item: Imported) -> Result<(), ImportError> {
        let is_step = match &item {
            Imported::Count(_) | Imported::Tags(_) | Imported::Result(_) => {
                self.summary.found += 1;
                true
            }
            Imported::LeftOut(reason) if reason.is_entry() => {
                self.summary.found += 1;
                true
            }
            Imported::LeftOut(_) => {
                self.summary.ignored += 1;
                false
            }
            Imported::Failed(_) => {
                self.summary.failed += 1;
                true
            }
        };
        (self.sink)(item);
        if is_step {
            let done = self.summary.found + self.summary.failed;
            self.total = self.total.max(done);
            (self.progress)(done, self.total);
        }
        self.check()
    }

    /// Hands on that something is left out.
    pub(super) fn leave_out(&mut self, reason: LeftOut) -> Result<(), ImportError> {
        self.give(Imported::LeftOut(reason))
    }

    /// Hands on a failure.
    pub(super) fn fail(&mut self, failure: Failure) -> Result<(), ImportError> {
        self.give(Imported::Failed(failure))
    }

    /// Fails when the import was cancelled.
    pub(super) fn check(&self) -> Result<(), ImportError> {
        if self.cancel.load(Ordering::Relaxed) { Err(ImportError::Cancelled) } else { Ok(()) }
    }

    /// Makes progress end at its total.
    fn finish(&mut self) {
        let done = self.summary.found + self.summary.failed;
        if done != self.total {
            self.total = done;
            (self.progress)(done, done);
        }
    }
}

/// Reads the source of `format` at `path` from its beginning to its end.
///
/// # Errors
/// Fails when the source as a whole cannot be read; single entries that cannot are found as failed.
pub fn read(format: Format, path: &Path, mut reading: Reading<'_>) -> Result<Summary, ImportError> {
    let to = &mut reading;
    match format {
        Format::TokenJson => token_json::read(path, to),
        Format::TokenSqlite => token_sqlite::read(path, to),
        Format::AiderTags => aider::read(path, to),
        Format::RustAssistantJson => rust_assistant::read_json(path, to),
        Format::RustAssistantSqlite => rust_assistant::read_sqlite(path, to),
        Format::Larder => Err(ImportError::Unknown { path: path.to_owned() }),
    }?;
    reading.finish();
    Ok(reading.summary)
}
