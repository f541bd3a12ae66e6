//! Opening: what was saved, and then the journal from there on.

use std::path::Path;

use super::{
    Ledger, LedgerError,
    apply::apply,
    book::{Book, Change},
    budget::Reached,
    journal::{self, Body, Inbox, LineRead, Place, Position, Reader, Taken, Writer},
    ledger::Role,
    pack,
    saved::{self, SavedSums},
    sums::Sums,
    walk::{Through, Walker},
};

impl Ledger {
    /// Reads what was saved, and the journal after it.
    pub(super) fn load(&mut self) -> Result<(), LedgerError> {
        let end = self.end()?;
        let saved = saved::load_sums(&self.places.sums());
        match saved.filter(|saved| saved.position.is_within(&end)) {
            Some(mut saved) => {
                self.book = Book::named(std::mem::take(&mut saved.names));
                self.has_all = saved.requests == 0;
                self.known = saved;
            }
            None => self.begin_anew(),
        }
        let now = self.now();
        let is_cut_alike = self.known.zone == self.zone.name();
        if !is_cut_alike || self.known.sums.recent.is_ahead(now) {
            self.sum_anew()?;
        }
        self.catch_up()
    }

    /// Reads what has come into the journal since.
    pub(super) fn catch_up(&mut self) -> Result<(), LedgerError> {
        let end = self.end()?;
        let missing = self.known.position.missing(&end);
        if missing == 0 {
            return Ok(());
        }
        self.is_dirty = true;
        if self.known.position == Position::default() && missing > self.limits.piece {
            return self.read_anew(&end);
        }
        let names =
            self.reader().ordered().map_err(LedgerError::io("read", &self.places.journal))?;
        for name in names {
            self.read(&name)?;
            self.settle_keys();
        }
        Ok(())
    }

    /// Makes the sums of a journal of any size, of which nothing is known yet.
    fn read_anew(&mut self, end: &Position) -> Result<(), LedgerError> {
        let (anew, position) = self.walk((Through::Journal, end), Anew::begin)?;
        tell_damaged(anew.damaged.0);
        self.known.position = position;
        self.known.damaged = anew.damaged;
        self.known.notices = anew.notices;
        (self.known.sums, self.known.requests) = (anew.sums, anew.requests);
        self.has_all = false;
        Ok(())
    }

    /// Forgets everything that was saved, also how far logs were read.
    fn begin_anew(&mut self) {
        let zone = self.zone.name().to_owned();
        self.known = SavedSums { zone, ..SavedSums::default() };
        self.known.sums.recent.forget(self.clock.wall());
        self.book = Book::default();
        self.has_all = true;
        // They may be of another journal.
        self.forget_keys();
        self.remove_old_requests();
    }

    /// Makes all sums again from the requests.
    pub(super) fn sum_anew(&mut self) -> Result<(), LedgerError> {
        let until = self.known.position.clone();
        let (anew, _) = self.walk((Through::Ledger, &until), Anew::begin)?;
        (self.known.sums, self.known.requests) = (anew.sums, anew.requests);
        self.known.zone = self.zone.name().to_owned();
        self.is_dirty = true;
        Ok(())
    }

    pub(super) fn end(&self) -> Result<Position, LedgerError> {
        self.reader().end().map_err(LedgerError::io("read", &self.places.journal))
    }

    /// Takes into account what a file of the journal holds after what is known.
    fn read(&mut self, name: &str) -> Result<(), LedgerError> {
        let reader: Reader = self.reader();
        let damaged = self.known.damaged.0;
        let mut failed = None;
        let from = self.known.position.0.get(name).copied().unwrap_or(0);
        let read = reader.read_segment(name, from..u64::MAX, &mut |_, place, read| match read {
            LineRead::Entry(_) if failed.is_some() => {}
            LineRead::Entry(entry) => failed = self.apply_new(entry.body).err(),
            LineRead::Newer(_) => self.known.damaged.1 += 1,
            // A line without its end may be on its way.
            LineRead::Bad if place.is_ended => self.known.damaged.0 += 1,
            LineRead::Bad => {}
        });
        tell_damaged(self.known.damaged.0 - damaged);
        failed.map_or(Ok(()), Err)?;
        let end = read.map_err(LedgerError::io("read", &self.places.journal))?;
        self.known.position.0.insert(name.to_owned(), end);
        Ok(())
    }

    /// Takes a line of the journal into account that the sums do not know.
    fn apply_new(&mut self, body: Body<'_>) -> Result<(), LedgerError> {
        if let Some(group) = body.group() {
            self.require_group(group)?;
        }
        match body {
            Body::Notice(line) => self.known.notices.push(line),
            Body::Segment(_) | Body::Window(_) => {}
            Body::Request(_) | Body::Charge(_) => match apply(&body, &mut self.book) {
                Some(applied) => self.sum(&applied.changes),
                None => self.known.damaged.0 += 1,
            },
        }
        Ok(())
    }

    /// Takes changes of requests into the sums.
    pub(super) fn sum(&mut self, changes: &[Change]) {
        for change in changes {
            let new = self.book.record(change.id);
            self.known.requests += u64::from(change.old.is_none());
            let with = (&self.book.types, &self.zone);
            self.known.sums.replace(change.old.as_ref(), new, with);
        }
        self.is_dirty |= !changes.is_empty();
    }

    /// Becomes the writer when the one before has gone.
    fn take_over(&mut self) -> Result<(), LedgerError> {
        let Role::Reader(_) = self.role else { return Ok(()) };
        match Writer::take(&self.places.journal, self.clock.clone()) {
            // What this one left in its spool is taken from there, like that of others.
            Taken::Writer(writer) if writer.trouble().is_none() => {
                self.role = Role::Writer(writer, Inbox::new(&self.places.journal));
                // From now on they may be saved.
                self.keys = None;
                self.catch_up()
            }
            Taken::Writer(_) | Taken::ByAnother => Ok(()),
        }
    }

    /// Takes what is new from others, and becomes the writer when there is none: the writer what lies in spools, a reader what was written.
    ///
    /// # Errors
    /// Fails when journal or spools cannot be read, or what they hold cannot be written; what that
    /// keeps back is taken by a later call.
    pub fn poll(&mut self) -> Result<u64, LedgerError> {
        let before = self.known.requests;
        self.take_over()?;
        match self.role {
            Role::Reader(_) => self.catch_up()?,
            Role::Writer(..) => self.take_spools()?,
        }
        Ok(self.known.requests - before)
    }

    /// Takes what is new in spools. One that cannot be read keeps nothing of the others back.
    fn take_spools(&mut self) -> Result<(), LedgerError> {
        let (mut found, mut windows) = (Vec::new(), Vec::new());
        let folder = self.spool_folder();
        let book = &mut self.book;
        let Role::Writer(_, inbox) = &mut self.role else { return Ok(()) };
        let read = inbox.take(&mut |entry| {
            match entry.body {
                Body::Request(line) => {
                    pack::from_line(&line, book)?;
                    found.push(super::take::owned(&line));
                }
                Body::Window(told) => windows.push(told),
                Body::Segment(_) | Body::Charge(_) | Body::Notice(_) => {}
            }
            Ok(())
        });
        let unreadable = read.map_err(LedgerError::io("read", folder))?;
        for told in windows {
            self.known.files.see_window(told.tool, told.window);
            self.is_dirty = true;
        }
        for (request, files) in found {
            self.take_request(request, &files)?;
        }
        self.commit()?;
        if let Role::Writer(_, inbox) = &mut self.role {
            inbox.settle();
        }
        match unreadable.into_iter().next() {
            Some((path, error)) => Err(LedgerError::io("read", path)(error)),
            None => Ok(()),
        }
    }

    /// Returns how many lines of spools are damaged, and how many a newer larder wrote.
    pub(super) fn lost_in_spools(&self) -> (u64, u64) {
        // What cannot be read is told where spools are taken.
        let spools = journal::lost_in_spools(&self.places.journal, &mut can_be_true);
        let readable = spools.into_iter().flatten().filter_map(|(_, lost)| lost.ok());
        readable.fold((0, 0), |sum, lost| (sum.0 + lost.bad.len() as u64, sum.1 + lost.newer))
    }
}

/// Sums that are made anew.
struct Anew {
    sums: Sums,
    requests: u64,
    damaged: (u64, u64),
    notices: Vec<Reached>,
}

impl Anew {
    fn begin(ledger: &Ledger) -> Self {
        let mut sums = Sums::default();
        sums.recent.forget(ledger.clock.wall());
        Self { sums, requests: 0, damaged: (0, 0), notices: Vec::new() }
    }
}

impl Walker for Anew {
    fn line(&mut self, _: &Path, place: Place, read: &LineRead<'_>, is_true: bool) {
        match read {
            LineRead::Entry(entry) => {
                self.damaged.0 += u64::from(!is_true);
                if let Body::Notice(reached) = &entry.body {
                    self.notices.push(reached.clone());
                }
            }
            LineRead::Newer(_) => self.damaged.1 += 1,
            // A line without its end may be on its way.
            LineRead::Bad => self.damaged.0 += u64::from(place.is_ended),
        }
    }

    fn requests(&mut self, ledger: &Ledger, book: &Book, _repeats: u64) {
        self.requests += book.len() as u64;
        for record in book.records() {
            self.sums.replace(None, record, (&book.types, &ledger.zone));
        }
    }
}

fn tell_damaged(lines: u64) {
    if lines > 0 {
        tracing::warn!(lines, "damaged lines in the ledger; `larder spend verify` tells where");
    }
}

/// Returns false for a line that no larder writes.
pub(super) fn can_be_true(body: &Body<'_>) -> bool {
    match body {
        Body::Request(line) => pack::from_line(line, &mut Book::default()).is_ok(),
        Body::Segment(_) | Body::Charge(_) | Body::Notice(_) | Body::Window(_) => true,
    }
}
