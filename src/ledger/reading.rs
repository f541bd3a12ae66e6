//! Logs that are read into the ledger, one after the other.

use std::{io, path::Path};

use super::{Batch, Ledger, LedgerError, ledger::Save, logs::UsageLog, take::Weigh};
use crate::model::{Shown, Tool};

impl Ledger {
    /// Reads what is new in a log, and makes it durable.
    ///
    /// # Errors
    /// Fails as [`Ledger::read_log`] does, or when the journal cannot be written; what was found is
    /// then kept in memory.
    pub fn import(
        &mut self,
        source: &dyn UsageLog,
        file: &Path,
        weigh: &Weigh<'_>,
    ) -> Result<(), LedgerError> {
        self.read_log(source, file, weigh)?;
        self.commit()?;
        self.save(Save::Soon);
        Ok(())
    }

    /// Reads what is new in a log; [`Ledger::commit`] makes it durable, for many logs at once.
    /// Killed anywhere, reading it again gives the same: how far the log was read is saved after
    /// everything found in it is durable.
    ///
    /// # Errors
    /// Fails when another larder writes the ledger, or the log cannot be read.
    pub fn read_log(
        &mut self,
        source: &dyn UsageLog,
        file: &Path,
        weigh: &Weigh<'_>,
    ) -> Result<(), LedgerError> {
        let mut batch = Batch::default();
        let mut failed = None;
        let seen = source.read(file, &self.seen(file), &mut |found| {
            if failed.is_none() {
                failed = self.absorb(source.tool(), found, weigh, &mut batch).err();
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        match seen {
            Ok(seen) => self.finish(source.tool(), file, seen, batch),
            Err(error) => self.fail(source.tool(), file, error),
        }
    }

    /// Remembers that a log cannot be read; one that is gone meanwhile is no problem.
    ///
    /// # Errors
    /// Fails with why it cannot be read, or when the journal cannot be written.
    pub fn fail(&mut self, tool: Tool, file: &Path, error: io::Error) -> Result<(), LedgerError> {
        if error.kind() == io::ErrorKind::NotFound {
            self.is_dirty |= self.known.files.problems.remove(file).is_some();
            return self.commit();
        }
        let why = Shown::text(&error.to_string()).to_string();
        self.is_dirty |= self.known.files.fail(tool, file, why);
        self.commit()?;
        Err(LedgerError::Log { path: file.to_owned(), source: error })
    }
}
