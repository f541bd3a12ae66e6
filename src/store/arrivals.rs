//! What those who bring entries from elsewhere ask and tell beside keeping them.

use std::sync::Arc;

use crate::model::{Bytes, EntryKey, Kind, UnixNanos};

use super::{core::Core, entry, evict::minute, store::Store, touches::Touch};

impl Store {
    /// Returns what these entries take on the disk, keys and headers included; one that is not
    /// there takes nothing.
    #[must_use]
    pub fn disk_bytes_of(&self, entries: impl Iterator<Item = (Kind, EntryKey)>) -> Bytes {
        self.core().disk_bytes_of(entries)
    }

    /// Notes how often and when an entry was last read where it comes from, so that policies know
    /// of it. It counts as no hit: it saved nothing here.
    pub fn note_uses(&self, kind: Kind, key: EntryKey, last: UnixNanos, uses: u32) {
        let touch = Touch { used_min: minute(last), uses };
        self.core().memory.note((kind, key, touch));
    }
}

impl Core {
    pub(super) fn disk_bytes_of(
        self: &Arc<Self>,
        entries: impl Iterator<Item = (Kind, EntryKey)>,
    ) -> Bytes {
        let of = |(kind, key): (Kind, EntryKey)| {
            if let Some(record) = self.pending.find(&key) {
                return Some(entry::stored_bytes(&record));
            }
            let record = self.tier_for_read()?.record(kind, &key).ok()??;
            Some(entry::stored_bytes(&record))
        };
        Bytes(entries.filter_map(of).sum())
    }
}
