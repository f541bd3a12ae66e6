//! What a reader of the ledger finds out from the one that writes it, and leaves for that one.

use std::path::Path;

use super::{
    Ledger, LedgerError,
    book::hash_of,
    ledger::Role,
    logs::{Found, Seen, UsageLog},
    saved,
    take::Weigh,
};

impl Ledger {
    /// Learns how far the larder that writes the ledger has read the logs.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn learn_files(&mut self) -> Result<(), LedgerError> {
        let path = self.places.sums();
        let stamp = saved::stamp_of(&path);
        if self.is_writer() || stamp == self.sums_stamp {
            return Ok(());
        }
        let end = self.end()?;
        if let Some(saved) = saved::load_sums(&path).filter(|saved| saved.position.is_within(&end))
        {
            self.known.files.learn(saved.files);
            self.sums_stamp = stamp;
        }
        Ok(())
    }

    /// Leaves what a log holds and the ledger lacks for the larder that writes it, once; returns
    /// true when the ledger lacks nothing of it.
    ///
    /// It is for logs that only the larder of their repository looks for.
    ///
    /// # Errors
    /// Fails when the log or the ledger cannot be read, or nothing can be left.
    pub fn hand_over(
        &mut self,
        source: &dyn UsageLog,
        file: &Path,
        weigh: &Weigh<'_>,
    ) -> Result<bool, LedgerError> {
        let stamp = saved::stamp_of(file);
        if stamp.is_some() && self.whole_logs.get(file).copied() == stamp {
            return Ok(true);
        }
        let mut found = Vec::new();
        let read = source.read(file, &Seen::default(), &mut |one| match one {
            Found::Request(request) => found.push(*request),
            // They are told by the larder that has the repository open.
            Found::Skipped { .. } | Found::Window(_) => {}
        });
        read.map_err(|source| LedgerError::Log { path: file.to_owned(), source })?;
        let (mut lacking, mut left) = (false, Vec::new());
        for request in found {
            let group = hash_of(&request.key.group);
            self.require_group(group)?;
            if !self.book.knows(group) {
                lacking = true;
                if self.handed_over.insert(group) {
                    left.push(request);
                }
            }
        }
        if let (Role::Reader(_), false) = (&self.role, left.is_empty()) {
            self.record(left, weigh)?;
        }
        // A log that changes while it is read is read again: its state was noted before.
        if let (false, Some(stamp)) = (lacking, stamp) {
            self.whole_logs.insert(file.to_owned(), stamp);
        }
        Ok(!lacking)
    }
}
