//! Which requests are in memory: those that something was heard of, read from the journal by their
//! keys, or all of them where a view needs them.

use std::collections::HashSet;

use super::{
    Ledger, LedgerError,
    apply::apply,
    book::Name,
    journal::{Body, Entry, LineRead, Position},
    keys::{Access, Keys},
    ledger::Role,
};

/// When keys are saved and requests leave memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Keys are saved when the journal after them is longer.
    pub(super) tail: u64,
    /// So many keys become a run.
    pub(super) loose: usize,
    /// More requests than this leave memory when nothing needs them.
    pub(super) in_memory: usize,
    /// A longer journal is not read into memory as a whole where all requests are looked at.
    pub(super) piece: u64,
}

impl Default for Limits {
    fn default() -> Self {
        // Eight megabytes of journal hold about 16,000 requests and are read in fifty milliseconds;
        // a million requests take about 150 megabytes of memory.
        Self { tail: 8 << 20, loose: 1 << 14, in_memory: 1_000_000, piece: 64 << 20 }
    }
}

impl Ledger {
    /// Reads all that is known of a group of requests into memory.
    pub(super) fn require_group(&mut self, group: u64) -> Result<(), LedgerError> {
        if self.has_all || self.book.knows(group) {
            return Ok(());
        }
        // What is saved may be damaged; what is made anew then is not.
        for _ in 0..2 {
            self.open_keys()?;
            let Some(lines) = self.intact_lines_of(group)? else {
                self.forget_keys();
                continue;
            };
            for line in lines {
                // What a newer larder wrote, or none, is not read here either.
                if let LineRead::Entry(entry) = Entry::read(&line) {
                    apply(&entry.body, &mut self.book);
                }
            }
            return Ok(());
        }
        self.require_requests()
    }

    /// Reads the lines of a group that the sums know; `None` when the keys are not of this journal.
    fn intact_lines_of(&self, group: u64) -> Result<Option<Vec<Vec<u8>>>, LedgerError> {
        let Some(places) = self.lines_of(group) else { return Ok(None) };
        let mut lines = Vec::new();
        let mut is_intact = true;
        let read = self.reader().read_lines(&places, &mut |line| {
            is_intact &= Entry::key_of(line) == Some(group);
            lines.push(line.to_vec());
        });
        read.map_err(LedgerError::io("read", &self.places.journal))?;
        if !is_intact {
            tracing::warn!("saved keys do not belong to the journal of the ledger; read anew");
        }
        Ok(is_intact.then_some(lines))
    }

    /// Returns the places of the lines of a group that the sums know; `None` when that cannot be told.
    fn lines_of(&self, group: u64) -> Option<Vec<(&str, u64)>> {
        let known = &self.known.position.0;
        let is_known =
            |(name, offset): &(&str, u64)| known.get(*name).is_some_and(|end| offset < end);
        match self.keys.as_ref()?.lines_of(group) {
            Ok(lines) => Some(lines.into_iter().filter(is_known).collect()),
            Err(error) => {
                tracing::warn!(%error, "cannot use saved keys of the ledger; read anew");
                None
            }
        }
    }

    /// Opens the keys, when that was not done yet, and adds those of what the sums know since.
    fn open_keys(&mut self) -> Result<(), LedgerError> {
        if self.keys.is_some() {
            return Ok(());
        }
        let mut keys = self.saved_keys(&self.end()?);
        let read = keys.extend(&self.reader(), &self.known.position);
        read.map_err(LedgerError::io("read", &self.places.journal))?;
        self.keys = Some(keys);
        Ok(())
    }

    /// Throws the keys away: they are not, or may not be, of this journal.
    pub(super) fn forget_keys(&mut self) {
        // No run is of an empty journal.
        self.saved_keys(&Position::default());
        self.keys = None;
    }

    pub(super) fn saved_keys(&self, end: &Position) -> Keys {
        let access = if self.is_writer() { Access::Write } else { Access::Read };
        Keys::open(&self.places.keys(), (access, self.limits.loose), end)
    }

    /// Saves the keys of what came since, when there is much of it, and lets go of requests that
    /// are then found by them. Everything that was heard of is durable.
    pub(super) fn settle_keys(&mut self) {
        let length: u64 = self.known.position.0.values().sum();
        if !self.is_writer() || length.saturating_sub(self.keys_until) <= self.limits.tail {
            return;
        }
        let extended = self.open_keys().and_then(|()| {
            let Some(keys) = &mut self.keys else { return Ok(()) };
            let reader = super::journal::Reader::new(&self.places.journal);
            let extended = keys.extend(&reader, &self.known.position);
            keys.settle();
            extended.map_err(LedgerError::io("read", &self.places.journal))
        });
        self.keys_until = length;
        match extended {
            Ok(()) if self.book.len() > self.limits.in_memory => {
                self.book.forget();
                self.has_all = false;
            }
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "cannot read the keys of the ledger"),
        }
    }

    /// Reads all requests into memory, when that was not done yet.
    pub(super) fn require_requests(&mut self) -> Result<(), LedgerError> {
        if self.has_all {
            return Ok(());
        }
        // What is here already may say more than the journal, while that cannot be written.
        let here = self.book.groups();
        let until = self.known.position.clone();
        let read = self.reader().read(&mut Position::default(), Some(&until), &mut |_, _, read| {
            if let LineRead::Entry(entry) = read
                && entry.body.group().is_none_or(|group| !here.contains(&group))
            {
                apply(&entry.body, &mut self.book);
            }
        });
        read.map_err(LedgerError::io("read", &self.places.journal))?;
        self.has_all = true;
        self.check_sums(self.book.len() as u64)
    }

    /// Makes the sums anew when they are not those of so many requests.
    pub(super) fn check_sums(&mut self, requests: u64) -> Result<(), LedgerError> {
        if requests == self.known.requests {
            return Ok(());
        }
        tracing::warn!("the sums of the ledger do not belong to its journal; summed anew");
        self.sum_anew()
    }

    /// Brings up to date when sums had their last request.
    pub(super) fn refresh(&mut self) {
        let sessions = self.known.sums.refresh_recent(&self.zone);
        if sessions.is_empty() {
            return;
        }
        if let Err(error) = self.require_sessions(&sessions) {
            tracing::warn!(%error, "cannot tell when some sums had their last request");
            return;
        }
        self.known.sums.refresh(&self.book, &self.zone);
    }

    /// Reads all requests of some sessions into memory.
    fn require_sessions(&mut self, sessions: &HashSet<Name>) -> Result<(), LedgerError> {
        if self.has_all {
            return Ok(());
        }
        let names: HashSet<&str> =
            sessions.iter().map(|session| self.book.names.text(*session)).collect();
        let mut groups = HashSet::new();
        let until = self.known.position.clone();
        let read = self.reader().read(&mut Position::default(), Some(&until), &mut |_, _, read| {
            if let LineRead::Entry(entry) = read
                && let Body::Request(line) = &entry.body
                && names.contains(&*line.session)
            {
                groups.extend(entry.body.group());
            }
        });
        read.map_err(LedgerError::io("read", &self.places.journal))?;
        groups.into_iter().try_for_each(|group| self.require_group(group))
    }

    /// Removes what an earlier larder kept its requests in.
    pub(super) fn remove_old_requests(&self) {
        let Role::Writer(..) = &self.role else { return };
        // Mostly there is none.
        drop(std::fs::remove_file(self.places.old_requests()));
    }
}
