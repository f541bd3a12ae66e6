//! Entries as one file, for another machine or for later.
//!
//! ```text
//! "LARDXPRT" · version 4 · a stream of zstd with
//!     1 · key 32 · length 4 · the entry with its header and checksum      for each entry
//!     0 · number of entries 8 · BLAKE3 of all before                     at the end
//! ```
//!
//! Both directions go entry by entry, so that the size of the file does not matter. An entry that
//! was damaged on the way is left out and counted; a file that was cut off says so.

mod read;
mod write;

use std::{path::Path, sync::atomic::AtomicBool};

use crate::model::{ExportReport, ImportReport, ImportRequest, Kind};

use super::{error::StoreError, store::Store};

/// What every such file begins with.
const MAGIC: &[u8; 8] = b"LARDXPRT";

/// The form that this larder writes and reads.
const VERSION: u32 = 1;

/// An entry follows.
const ENTRY: u8 = 1;

/// Nothing follows but number and checksum.
const END: u8 = 0;

impl Store {
    /// Writes all entries, or all of `kind`, into the file at `path`, which is replaced.
    ///
    /// # Errors
    /// Fails when the file cannot be written, the database fails, or `cancel` is set; there is no
    /// file then, or the one from before.
    pub fn export(
        &self,
        path: &Path,
        kind: Option<Kind>,
        cancel: &AtomicBool,
    ) -> Result<ExportReport, StoreError> {
        self.core().export(path, kind, cancel)
    }

    /// Returns true when the file at `path` is one that [`Store::export`] wrote.
    #[must_use]
    pub fn is_export(path: &Path) -> bool {
        read::is_export(path)
    }

    /// Takes over the entries of a file that [`Store::export`] wrote; what is there already stays.
    /// A backup is for the caller to make.
    ///
    /// # Errors
    /// Fails when the file cannot be read or is of another form, the disk fails, or `cancel` is set.
    pub fn import(
        &self,
        request: &ImportRequest,
        cancel: &AtomicBool,
    ) -> Result<ImportReport, StoreError> {
        self.core().import(request, cancel)
    }
}
