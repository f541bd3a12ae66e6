//! The lowest tier with what belongs to it: the records, and the files of values that are large or
//! cost money.
//!
//! Records come in with their value as it is; here it is decided how that is stored: in the record,
//! compressed when that helps, or in a file of its own.

use std::sync::{Arc, Mutex};

use crate::model::{EntryKey, Kind};

use super::{
    atomic_file::Sync,
    blob::{self, Blob, Blobs, Broken},
    entry::{self, Decoded, Form, Header, View},
    error::Fault,
    hold::hold,
    tier::{Scan, Tier},
};

/// Values over this lie in a file of their own: sled writes whole leaves of sixteen entries anew.
pub(super) const INLINE_LIMIT: usize = 8 << 10;

/// Values from this on are compressed: less gains nothing.
const COMPRESS_FROM: usize = 512;

/// An entry as it was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Read {
    /// An entry and its value.
    Entry(Header, Vec<u8>),
    /// None.
    Missing,
    /// One of a form or kind that is not known here; a newer larder knows it.
    Unknown,
    /// One that has changed since it was written; it is of no use any more.
    Damaged,
}

/// What a change did.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// The record that is there now.
    pub(super) new: Option<Vec<u8>>,
    /// The record that was there before.
    pub(super) old: Option<Vec<u8>>,
}

/// The lowest tier and its files.
pub(super) struct Rack {
    tier: Arc<dyn Tier>,
    blobs: Arc<Blobs>,
    /// A tier that is being filled from this one; what changes here changes there too, also after
    /// it has taken this one's place, as long as somebody still works here.
    twin: Mutex<Option<Arc<dyn Tier>>>,
}

impl Rack {
    /// Puts a tier and files together.
    pub(super) fn new(tier: Arc<dyn Tier>, blobs: Arc<Blobs>) -> Self {
        Self { tier, blobs, twin: Mutex::default() }
    }

    /// Returns the same files with another tier.
    pub(super) fn with(&self, tier: Arc<dyn Tier>) -> Self {
        Self::new(tier, Arc::clone(&self.blobs))
    }

    /// From now on, or no longer, changes another tier too.
    pub(super) fn set_twin(&self, twin: Option<Arc<dyn Tier>>) {
        *hold(&self.twin) = twin;
    }

    /// Returns the records.
    pub(super) fn tier(&self) -> &dyn Tier {
        &*self.tier
    }

    /// Reads an entry.
    pub(super) fn get(&self, kind: Kind, key: &EntryKey) -> Result<Read, Fault> {
        // A file of a result counts for itself, whether the database knows it or not.
        if kind == Kind::Result {
            return read_blob(&self.blobs, kind, key);
        }
        let Some(record) = self.tier.get(kind, key)? else { return Ok(Read::Missing) };
        read_record(&self.blobs, kind, key, record)
    }

    /// Returns the record of an entry as it is stored.
    pub(super) fn record(&self, kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        self.tier.get(kind, key)
    }

    /// Stores a record.
    pub(super) fn put(&self, kind: Kind, key: &EntryKey, record: &[u8]) -> Result<Changed, Fault> {
        let compact = self.compact(key, record).map_err(|error| Fault::from(&error))?;
        let new = compact.unwrap_or_else(|| record.to_vec());
        let old = self.tier.put(kind, key, &new)?;
        if let Some(twin) = &*hold(&self.twin) {
            twin.put(kind, key, &new)?;
        }
        let has_file =
            |record: &[u8]| matches!(entry::peek(record), Some(View { form: Form::Blob(..), .. }));
        if old.as_deref().is_some_and(has_file) && !has_file(&new) {
            self.blobs.remove(kind, key).map_err(|error| Fault::from(&error))?;
        }
        Ok(Changed { new: Some(new), old })
    }

    /// Removes an entry, with its file.
    pub(super) fn remove(&self, kind: Kind, key: &EntryKey) -> Result<Changed, Fault> {
        let changed = self.forget(kind, key)?;
        let form = changed.old.as_deref().and_then(entry::peek).map(|view| view.form);
        if kind == Kind::Result || matches!(form, Some(Form::Blob(..))) {
            self.blobs.remove(kind, key).map_err(|error| Fault::from(&error))?;
        }
        Ok(changed)
    }

    /// Removes the record of an entry alone.
    pub(super) fn forget(&self, kind: Kind, key: &EntryKey) -> Result<Changed, Fault> {
        let old = self.tier.remove(kind, key)?;
        if let Some(twin) = &*hold(&self.twin) {
            twin.remove(kind, key)?;
        }
        Ok(Changed { new: None, old })
    }

    /// Visits every record of `kind`, in the order of keys.
    pub(super) fn scan(
        &self,
        kind: Kind,
        visit: &mut dyn FnMut(EntryKey, &[u8]) -> Scan,
    ) -> Result<(), Fault> {
        self.tier.scan(kind, None, visit)
    }

    /// Removes every entry of `kind`, with their files.
    pub(super) fn clear(&self, kind: Kind) -> Result<(), Fault> {
        self.tier.clear(kind)?;
        if let Some(twin) = &*hold(&self.twin) {
            twin.clear(kind)?;
        }
        self.blobs.clear(kind).map_err(|error| Fault::from(&error))
    }

    /// Returns the form in which a record is stored when that is not the one it has.
    fn compact(&self, key: &EntryKey, record: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
        let Some(View { header, form: Form::Plain, value }) = entry::peek(record) else {
            return Ok(None);
        };
        if value.len() > INLINE_LIMIT || header.kind == Kind::Result {
            let sync = if header.kind == Kind::Result { Sync::Durable } else { Sync::Later };
            let blob =
                Blob { key: *key, header: header.clone(), meta: Vec::new(), body: value.to_vec() };
            let file = self.blobs.write(&blob, sync)?;
            let form = Form::Blob(value.len() as u64, file);
            return Ok(Some(entry::encode_as(key, &header, form, &[])));
        }
        if value.len() < COMPRESS_FROM {
            return Ok(None);
        }
        let Some(packed) = blob::compressed(value) else { return Ok(None) };
        let form = Form::Zstd(u32::try_from(value.len()).unwrap_or(u32::MAX));
        Ok(Some(entry::encode_as(key, &header, form, &packed)))
    }
}

/// Reads the entry of a record, from its file when it lies there.
pub(super) fn read_record(
    blobs: &Blobs,
    kind: Kind,
    key: &EntryKey,
    mut record: Vec<u8>,
) -> Result<Read, Fault> {
    let View { header, form, value } = match entry::decode(key, &record) {
        Decoded::Entry(view) if view.header.kind == kind => view,
        Decoded::Entry(_) => return Ok(Read::Missing),
        Decoded::Unknown => return Ok(Read::Unknown),
        Decoded::Damaged => return Ok(Read::Damaged),
    };
    match form {
        Form::Plain => {
            let at = record.len() - value.len();
            drop(record.drain(..at));
            Ok(Read::Entry(header, record))
        }
        Form::Zstd(raw) => Ok(match blob::expanded(value, u64::from(raw)) {
            Some(value) => Read::Entry(header, value),
            None => Read::Damaged,
        }),
        Form::Blob(..) => match read_blob(blobs, kind, key)? {
            // The record says that there is one.
            Read::Missing => Ok(Read::Damaged),
            found @ (Read::Entry(..) | Read::Unknown | Read::Damaged) => Ok(found),
        },
    }
}

/// Reads an entry from its file.
pub(super) fn read_blob(blobs: &Blobs, kind: Kind, key: &EntryKey) -> Result<Read, Fault> {
    Ok(match blobs.read(kind, key).map_err(|error| Fault::from(&error))? {
        blob::Found::Blob(blob, _) => {
            let Blob { header, meta, body, .. } = *blob;
            Read::Entry(header, joined(kind, &meta, body))
        }
        blob::Found::Missing => Read::Missing,
        blob::Found::Broken(Broken::Unknown) => Read::Unknown,
        blob::Found::Broken(Broken::Damaged) => Read::Damaged,
    })
}

/// Returns the value whose parts these are.
fn joined(kind: Kind, meta: &[u8], body: Vec<u8>) -> Vec<u8> {
    if kind == Kind::Result && !meta.is_empty() { super::results::join(meta, &body) } else { body }
}
