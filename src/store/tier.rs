//! What every lowest tier can do: sled and the JSON file.

use crate::model::{EntryKey, Fingerprint, Kind};

use super::error::Fault;

/// Whether a scan goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scan {
    /// To the next entry.
    Next,
    /// No further.
    Stop,
}

/// A file that has a content, for tiers that name files beside contents.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    /// The absolute path as text.
    pub(super) path: &'a str,
    /// What `lstat` says of it.
    pub(super) fingerprint: Fingerprint,
}

/// A lowest tier; it stores records whole and knows nothing of their form.
pub(super) trait Tier: Send + Sync {
    /// Returns the record of `key`.
    fn get(&self, kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault>;

    /// Stores a record and returns the one it replaces.
    fn put(&self, kind: Kind, key: &EntryKey, record: &[u8]) -> Result<Option<Vec<u8>>, Fault>;

    /// Removes a record and returns it when there was one.
    fn remove(&self, kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault>;

    /// Returns the keys of `kind` that begin with these eight bytes, the first one first.
    fn keys_with(&self, kind: Kind, part: u64) -> Result<Vec<EntryKey>, Fault>;

    /// Visits every record of `kind` after a key, in the order of keys.
    fn scan(
        &self,
        kind: Kind,
        after: Option<&EntryKey>,
        visit: &mut dyn FnMut(EntryKey, &[u8]) -> Scan,
    ) -> Result<(), Fault>;

    /// Removes every record of `kind`.
    fn clear(&self, kind: Kind) -> Result<(), Fault>;

    /// Makes everything stored so far safe on the disk.
    fn checkpoint(&self) -> Result<(), Fault>;

    /// Notes a number that is lost with the end of what was written; returns whether it can.
    fn mark(&self, _number: u64) -> Result<bool, Fault> {
        Ok(false)
    }

    /// Returns the number that was noted last, as far as it is known.
    fn marked(&self) -> Result<Option<u64>, Fault> {
        Ok(None)
    }

    /// Returns true when it wants to know which files have which content.
    fn names_files(&self) -> bool {
        false
    }

    /// Learns that the file at `place` has the content that `key` is about.
    fn place(&self, _key: &EntryKey, _place: &Place<'_>) {}
}
