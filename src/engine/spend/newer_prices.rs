//! Newer prices for what was priced by older ones.

use super::{Books, BooksError, Repricing};
use crate::ledger::Preview;

impl Books {
    /// Returns what the prices of now would change for what was priced by others.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn preview_prices(&mut self) -> Result<Repricing, BooksError> {
        Ok(self.ledger.reprice(Preview::Only)?)
    }

    /// Prices the requests of the open month by the prices of now; closed months stay.
    ///
    /// # Errors
    /// Fails when the journal cannot be written, or another larder keeps it.
    pub fn take_new_prices(&mut self) -> Result<Repricing, BooksError> {
        Ok(self.ledger.reprice(Preview::Apply)?)
    }
}
