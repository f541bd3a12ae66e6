//! Finding values again that lie in files of their own, when the database does not know them: it was
//! lost, or another process has written them meanwhile.

use std::{fs, os::unix::fs::MetadataExt, sync::atomic::Ordering::Relaxed};

use strum::IntoEnumIterator;

use crate::model::{EntryKey, Kind};

use super::{
    atomic_file,
    blob::{Blob, Blobs, Found},
    core::{Core, Listing},
    entry::{self, Form, View},
    error::Fault,
    hold::hold,
    rack::Rack,
    tier::Scan,
};

impl Core {
    /// Lists the files when that is wanted, and tells those who wait for it.
    pub(super) fn list_files(&self) {
        let mut chores = hold(&self.chores);
        if chores.listing == Listing::Done {
            return;
        }
        chores.listing = Listing::Running;
        drop(chores);
        if let Some(rack) = self.open_tier() {
            self.adopt_files(&rack);
            if !self.counters.exact.load(Relaxed) {
                self.recount();
            }
        }
        let mut chores = hold(&self.chores);
        // It may be wanted once more by now.
        if chores.listing == Listing::Running {
            chores.listing = Listing::Done;
        }
        drop(chores);
        self.listed.notify_all();
    }

    /// Removes every record whose file is gone: the database writes a little later than the file
    /// system, so after a kill it may not know of a removal.
    pub(super) fn drop_without_file(&self, rack: &Rack) {
        let Some(blobs) = &self.blobs else { return };
        let mut gone = 0_u64;
        for kind in Kind::iter() {
            let mut lost = Vec::new();
            let scanned = rack.scan(kind, &mut |key, record| {
                let in_file =
                    matches!(entry::peek(record), Some(View { form: Form::Blob(..), .. }));
                if in_file && !blobs.has(kind, &key) {
                    lost.push(key);
                }
                Scan::Next
            });
            let dropped = scanned.and_then(|()| {
                lost.iter().try_for_each(|key| {
                    gone += u64::from(self.forget_without_file(rack, blobs, kind, key)?);
                    Ok(())
                })
            });
            if let Err(fault) = dropped {
                return self.failed("look for files", fault);
            }
        }
        if gone > 0 {
            tracing::info!(gone, "entries whose files were removed before a kill are forgotten");
        }
    }

    /// Removes the record of an entry whose file is gone; returns false when it has one by now:
    /// anybody may have paid for it again, and files come before records.
    pub(super) fn forget_without_file(
        &self,
        rack: &Rack,
        blobs: &Blobs,
        kind: Kind,
        key: &EntryKey,
    ) -> Result<bool, Fault> {
        self.change(|| {
            if blobs.has(kind, key) {
                return Ok(false);
            }
            let changed = rack.forget(kind, key)?;
            self.note(kind, key, &changed);
            Ok(changed.old.is_some())
        })
    }

    /// Lists every file that the database does not know, and removes what cut-off clears and writes
    /// have left.
    fn adopt_files(&self, rack: &Rack) {
        let (Some(folder), Some(blobs)) = (&self.folder, &self.blobs) else { return };
        blobs.finish_clears();
        // The lock was written when this process came.
        let since = fs::metadata(folder.join("LOCK")).map_or(i64::MIN, |lock| lock.mtime());
        let live = hold(&self.generation).folder(folder);
        for place in [folder, &folder.join("repos"), &live] {
            atomic_file::remove_leftovers(place, since);
        }
        let mut found = 0_u64;
        for kind in Kind::iter() {
            let mut unknown = Vec::new();
            for (key, file) in blobs.files(kind) {
                match key {
                    Some(key) if matches!(rack.record(kind, &key), Ok(None)) => unknown.push(key),
                    Some(_) => {}
                    None => atomic_file::remove_leftover(&file, since),
                }
            }
            for key in unknown {
                match self.adopt(rack, blobs, kind, &key) {
                    Ok(listed) => found += u64::from(listed),
                    Err(fault) => return self.failed("list a file", fault),
                }
            }
        }
        if found > 0 {
            tracing::info!(found, "values in files of their own were found again");
        }
    }

    /// Lists a file; returns false when it cannot be used, or is gone by now.
    pub(super) fn adopt(
        &self,
        rack: &Rack,
        blobs: &Blobs,
        kind: Kind,
        key: &EntryKey,
    ) -> Result<bool, Fault> {
        let (blob, file) = match blobs.read(kind, key) {
            Ok(Found::Blob(blob, file)) => (blob, file),
            Ok(Found::Missing | Found::Broken(_)) => return Ok(false),
            Err(error) => {
                self.count_error();
                tracing::warn!(%kind, %key, %error, "cannot read a file of the cache");
                return Ok(false);
            }
        };
        let Blob { header, meta, body, .. } = *blob;
        let form = Form::Blob(body.len() as u64, file);
        let record = entry::encode_as(key, &header, form, &meta);
        self.change(|| {
            // A clear may have come between.
            if !blobs.has(kind, key) {
                return Ok(false);
            }
            let changed = rack.put(kind, key, &record)?;
            self.note(kind, key, &changed);
            Ok(true)
        })
    }
}
