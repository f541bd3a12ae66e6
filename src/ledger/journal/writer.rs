//! The one writer of the journal: groups of lines, durable before they count.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::{
    Body, Entry, LineRead,
    entry::Opening,
    lock,
    reader::first_number,
    register::Register,
    segment::{self, Segment},
};
use crate::{ledger::LedgerError, model::Clock};

/// After a failure nothing is tried before this long; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest time between two tries.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The writer, or that there is one already.
#[derive(Debug)]
pub(in crate::ledger) enum Taken {
    /// Nobody else writes.
    Writer(Box<Writer>),
    /// Another larder does.
    ByAnother,
}

/// What tells records of requests apart: the hashes of their keys, and whether they are copies.
pub(in crate::ledger) type Slot = (u64, u64, bool);

/// The writer of the journal.
#[derive(Debug)]
pub(in crate::ledger) struct Writer {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    segment: Option<Segment>,
    /// The number of the next line.
    next: u64,
    /// Lines that are not durable yet.
    pending: Vec<u8>,
    /// The record that the last of them tells of, and where that line begins.
    last: Option<(Slot, usize)>,
    trouble: Option<Trouble>,
    /// Held as long as the writer lives; missing until the folder can be used.
    lock: Option<File>,
}

/// Why the last commit failed, and when to try again.
#[derive(Debug)]
struct Trouble {
    reason: String,
    wait: Duration,
    again_at: Duration,
}

impl Writer {
    /// Takes the lock of `folder`, creating it where it is missing, and sets a torn end aside.
    ///
    /// Where the folder cannot be used there is a writer all the same, which keeps what it is
    /// given in memory and tries again.
    pub(in crate::ledger) fn take(folder: &Path, clock: Arc<dyn Clock>) -> Taken {
        let mut writer = Self {
            folder: folder.to_owned(),
            clock,
            segment: None,
            next: 1,
            pending: Vec::new(),
            last: None,
            trouble: None,
            lock: None,
        };
        match writer.begin() {
            Ok(Begun::Yes) => {}
            Ok(Begun::ByAnother) => return Taken::ByAnother,
            Err(error) => writer.wait_after(&error),
        }
        Taken::Writer(Box::new(writer))
    }

    /// Takes the lock and finds out where to go on.
    fn begin(&mut self) -> io::Result<Begun> {
        segment::create_folder(&self.folder)?;
        let Some(lock) = lock::take(&self.folder)? else { return Ok(Begun::ByAnother) };
        self.continue_last()?;
        self.lock = Some(lock);
        self.number_again();
        Ok(Begun::Yes)
    }

    /// Gives the lines that wait the numbers that follow those of the journal.
    fn number_again(&mut self) {
        let lines = std::mem::take(&mut self.pending);
        for line in lines.split(|byte| *byte == b'\n') {
            if let LineRead::Entry(entry) = Entry::read(line) {
                self.push(entry.body);
            }
        }
    }

    /// Goes on with the segment that was written last.
    fn continue_last(&mut self) -> io::Result<()> {
        let mut all = Vec::new();
        for name in segment::list(&self.folder)? {
            all.push((first_number(&self.folder.join(name.text()))?, name));
        }
        // One without an intact line says nothing of its place, and is left alone.
        all.retain(|(first, _)| *first != u64::MAX);
        let Some((_, name)) = all.into_iter().max() else { return Ok(()) };
        let is_sealed = Register::read(&self.folder).is_ok_and(|one| one.is_sealed(&name.text()));
        let (last, segment) = Segment::reopen(&self.folder, &name, is_sealed)?;
        self.next = last + 1;
        self.segment = segment;
        self.register();
        Ok(())
    }

    fn register(&self) {
        let open = self.segment.as_ref().map(|segment| segment.name.text());
        // Nothing is closed as long as nobody knows what is open.
        if open.is_some() {
            Register::note(&self.folder, open.as_deref());
        }
    }

    /// Adds a line to the group that the next commit writes.
    pub(in crate::ledger) fn push(&mut self, body: Body<'_>) {
        let entry = Entry::new(self.next, self.clock.wall().0 / 1_000_000, body);
        entry.push(&mut self.pending);
        self.next += 1;
        self.last = None;
    }

    /// Adds a line with all that is known of a record. It replaces the line before it where that is
    /// about the same record: answers are logged many times while they grow.
    pub(in crate::ledger) fn push_record(&mut self, slot: Slot, body: Body<'_>) {
        if let Some((_, at)) = self.last.filter(|(last, _)| *last == slot) {
            self.pending.truncate(at);
            self.next -= 1;
        }
        let at = self.pending.len();
        self.push(body);
        self.last = Some((slot, at));
    }

    /// Returns how many bytes wait to be written.
    pub(in crate::ledger) const fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Returns why nothing can be written, when that is so.
    pub(in crate::ledger) fn trouble(&self) -> Option<&str> {
        self.trouble.as_ref().map(|trouble| trouble.reason.as_str())
    }

    /// Writes the group and makes it durable. What cannot be written stays, and is tried again by
    /// a later call, not too soon.
    pub(in crate::ledger) fn commit(&mut self) -> Result<(), LedgerError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.last = None;
        let now = self.clock.monotonic();
        if let Some(trouble) = &self.trouble
            && now < trouble.again_at
        {
            let source = io::Error::other(trouble.reason.clone());
            return Err(LedgerError::io("write", &self.folder)(source));
        }
        match self.write() {
            Ok(()) => {
                self.pending.clear();
                self.pending.shrink_to(1 << 20);
                if self.trouble.take().is_some() {
                    tracing::info!(folder = %self.folder.display(), "the ledger is written again");
                }
                Ok(())
            }
            Err(error) => {
                self.wait_after(&error);
                Err(LedgerError::io("write", &self.folder)(error))
            }
        }
    }

    fn wait_after(&mut self, error: &io::Error) {
        let before = self.trouble.take().map(|trouble| trouble.wait * 2);
        let wait = before.unwrap_or(FIRST_WAIT).min(LONGEST_WAIT);
        let reason = error.to_string();
        tracing::error!(folder = %self.folder.display(), reason, "cannot write the ledger");
        self.trouble = Some(Trouble { reason, wait, again_at: self.clock.monotonic() + wait });
    }

    /// Returns the segment that is written, and how long it is.
    pub(in crate::ledger) fn place(&self) -> Option<(String, u64)> {
        self.segment.as_ref().map(|segment| (segment.name.text(), segment.len))
    }

    /// Forgets how long to wait, so that the next commit tries at once.
    pub(in crate::ledger) fn try_at_once(&mut self) {
        if let Some(trouble) = &mut self.trouble {
            trouble.again_at = Duration::ZERO;
        }
    }

    fn write(&mut self) -> io::Result<()> {
        if self.lock.is_none()
            && let Begun::ByAnother = self.begin()?
        {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "another larder writes it now"));
        }
        // A descriptor that once failed to sync is not asked again: the system may have dropped
        // what it could not write. So the whole group goes into a new segment, once.
        match self.write_once() {
            Ok(()) => Ok(()),
            Err(Failed::Write(error)) => Err(error),
            Err(Failed::Sync(_)) => self.write_once().map_err(|failed| match failed {
                Failed::Write(error) | Failed::Sync(error) => error,
            }),
        }
    }

    fn write_once(&mut self) -> Result<(), Failed> {
        let (mut segment, is_new) = match self.segment.take() {
            Some(segment) if !segment.is_over(self.clock.wall()) => (segment, false),
            Some(_) | None => (self.begin_segment()?, true),
        };
        match segment.write(&self.pending) {
            Ok(()) => {}
            Err(failed) => {
                if failed.usable {
                    self.segment = Some(segment);
                }
                return Err(Failed::Write(failed.error));
            }
        }
        segment.sync(self.pending.len()).map_err(Failed::Sync)?;
        self.segment = Some(segment);
        if is_new {
            self.register();
        }
        Ok(())
    }

    /// Creates a segment with its first line.
    fn begin_segment(&mut self) -> Result<Segment, Failed> {
        let segment = Segment::create(&self.folder, &*self.clock).map_err(Failed::Write)?;
        let opening = Opening { larder: env!("CARGO_PKG_VERSION").to_owned() };
        let mut line = Vec::new();
        let written_ms = self.clock.wall().0 / 1_000_000;
        // Its number is the one of the first line that follows it: both begin the segment.
        Entry::new(self.first_pending(), written_ms, Body::Segment(opening)).push(&mut line);
        segment.begin(&line).map_err(Failed::Write)
    }

    /// Returns the number of the first line that waits.
    fn first_pending(&self) -> u64 {
        let lines = memchr::memchr_iter(b'\n', &self.pending).count() as u64;
        self.next - lines
    }
}

/// Whether the lock could be taken.
enum Begun {
    Yes,
    ByAnother,
}

/// What failed in a commit.
enum Failed {
    /// Nothing of the group is in a file.
    Write(io::Error),
    /// The group may or may not be on the disk.
    Sync(io::Error),
}
