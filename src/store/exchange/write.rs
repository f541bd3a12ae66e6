//! Writing such a file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use strum::IntoEnumIterator;

use crate::model::{Bytes, EntryKey, ExportReport, Kind};

use super::{
    super::{
        core::Core,
        entry,
        error::StoreError,
        rack::{Rack, Read},
        tier::Scan,
    },
    END, ENTRY, MAGIC, VERSION,
};

/// So many keys are looked up at once.
const CHUNK: usize = 256;

/// The level at which the stream is compressed.
const LEVEL: i32 = 3;

/// A file that is being written.
struct Sink {
    stream: zstd::Encoder<'static, BufWriter<File>>,
    sum: blake3::Hasher,
    entries: u64,
}

impl Sink {
    fn create(path: &Path) -> io::Result<Self> {
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        let mut file = BufWriter::new(file);
        file.write_all(MAGIC)?;
        file.write_all(&VERSION.to_le_bytes())?;
        let stream = zstd::Encoder::new(file, LEVEL)?;
        Ok(Self { stream, sum: blake3::Hasher::new(), entries: 0 })
    }

    fn add(&mut self, key: &EntryKey, record: &[u8]) -> io::Result<()> {
        let length = u32::try_from(record.len()).map_err(io::Error::other)?;
        for part in [&[ENTRY][..], &key.0, &length.to_le_bytes(), record] {
            self.sum.update(part);
            self.stream.write_all(part)?;
        }
        self.entries += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<u64> {
        for part in [&[END][..], &self.entries.to_le_bytes()] {
            self.sum.update(part);
            self.stream.write_all(part)?;
        }
        self.stream.write_all(self.sum.finalize().as_bytes())?;
        let file = self.stream.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }
}

impl Core {
    /// Writes all entries, or all of `kind`, into a file.
    pub(super) fn export(
        self: &Arc<Self>,
        path: &Path,
        kind: Option<Kind>,
        cancel: &AtomicBool,
    ) -> Result<ExportReport, StoreError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let unfinished = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let result = self.export_to(&unfinished, kind, cancel).and_then(|report| {
            fs::rename(&unfinished, path).map_err(StoreError::io("write", path))?;
            Ok(report)
        });
        if result.is_err()
            && let Err(error) = fs::remove_file(&unfinished)
        {
            tracing::debug!(path = %unfinished.display(), %error, "nothing to delete");
        }
        result
    }

    fn export_to(
        self: &Arc<Self>,
        path: &Path,
        kind: Option<Kind>,
        cancel: &AtomicBool,
    ) -> Result<ExportReport, StoreError> {
        // An empty file in the place of a backup is worse than none.
        let Some(rack) = self.settled(cancel)? else { return Err(self.not_kept()) };
        let mut sink = Sink::create(path).map_err(StoreError::io("write", path))?;
        for of in Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of)) {
            self.export_kind((&rack, of), (&mut sink, path), cancel)?;
        }
        let entries = sink.entries;
        let bytes = sink.finish().map_err(StoreError::io("write", path))?;
        tracing::info!(entries, bytes, "exported");
        Ok(ExportReport { entries, bytes: Bytes(bytes) })
    }

    fn export_kind(
        self: &Arc<Self>,
        (rack, kind): (&Rack, Kind),
        (sink, path): (&mut Sink, &Path),
        cancel: &AtomicBool,
    ) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            if cancel.load(Relaxed) || self.closing.load(Relaxed) {
                return Err(StoreError::Cancelled);
            }
            let mut keys = Vec::with_capacity(CHUNK);
            let result = rack.tier().scan(kind, after.as_ref(), &mut |key, _| {
                keys.push(key);
                if keys.len() < CHUNK { Scan::Next } else { Scan::Stop }
            });
            result.map_err(|fault| self.fault("export", fault))?;
            for key in &keys {
                match rack.get(kind, key).map_err(|fault| self.fault("export", fault))? {
                    Read::Entry(header, value) => {
                        let record = entry::encode(key, &header, &value);
                        sink.add(key, &record).map_err(StoreError::io("write", path))?;
                    }
                    Read::Damaged => self.drop_damaged(kind, key),
                    Read::Missing | Read::Unknown => {}
                }
            }
            match keys.last() {
                Some(last) if keys.len() == CHUNK => after = Some(*last),
                Some(_) | None => return Ok(()),
            }
        }
    }
}
