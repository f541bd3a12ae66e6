//! Finding values again that lie in files of their own, when the database does not know them: it was
//! lost, or another process has written them meanwhile.

use std::sync::Arc;

use strum::IntoEnumIterator;

use crate::model::{EntryKey, Kind};

use super::{
    blob::{Blob, Blobs, Found},
    core::Core,
    entry::{self, Form},
    error::Fault,
    rack::Rack,
};

impl Core {
    /// Lists every file that the database does not know, and forgets what a cut-off clear left.
    pub(super) fn adopt_files(&self, rack: &Rack) {
        let Some(blobs) = self.blobs.as_ref().map(Arc::clone) else { return };
        blobs.finish_clears();
        let mut found = 0_u64;
        for kind in Kind::iter() {
            let mut unknown = Vec::new();
            blobs.each_key(kind, |key| {
                if matches!(rack.record(kind, &key), Ok(None)) {
                    unknown.push(key);
                }
            });
            for key in unknown {
                match self.adopt(rack, &blobs, kind, &key) {
                    Ok(listed) => found += u64::from(listed),
                    Err(fault) => return self.failed("list a file", fault),
                }
            }
        }
        if found > 0 {
            tracing::info!(found, "values in files of their own were found again");
        }
    }

    fn adopt(&self, rack: &Rack, blobs: &Blobs, kind: Kind, key: &EntryKey) -> Result<bool, Fault> {
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
