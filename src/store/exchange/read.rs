//! Reading such a file.

use std::{
    fs::File,
    io::{self, BufReader, Read as _},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use crate::model::{Bytes, EntryKey, ImportReport, Kind, Millis};

use super::{
    super::{
        core::Core,
        entry::{self, Decoded, Form, View},
        error::StoreError,
        results,
    },
    END, ENTRY, MAGIC, VERSION,
};

/// So many failures are named.
const NAMED: usize = 5;

/// The longest entry: a value at its limit with all that may stand before it.
const LONGEST: u32 = 128 << 20;

/// What is read next.
enum Next {
    Entry(EntryKey, Vec<u8>),
    /// The number of entries that there should have been.
    End(u64),
}

/// A file that is being read.
struct Source {
    stream: zstd::Decoder<'static, BufReader<BufReader<File>>>,
    sum: blake3::Hasher,
}

impl Source {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::io("read", path)(error);
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let mut head = [0; 12];
        let other = |reason: &str| StoreError::NotAnExport {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        file.read_exact(&mut head).map_err(|_| other("it is too short"))?;
        if !head.starts_with(MAGIC) {
            return Err(other("it begins otherwise"));
        }
        if head[8..] != VERSION.to_le_bytes() {
            return Err(other("it is of another version"));
        }
        let stream = zstd::Decoder::new(file).map_err(failed)?;
        Ok(Self { stream, sum: blake3::Hasher::new() })
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        self.sum.update(&bytes);
        Ok(bytes)
    }

    fn next(&mut self) -> io::Result<Next> {
        match self.take::<1>()? {
            [ENTRY] => {
                let key = EntryKey(self.take()?);
                let length = u32::from_le_bytes(self.take()?);
                if length > LONGEST {
                    return Err(io::Error::other("an entry is too long"));
                }
                let mut record = Vec::new();
                (&mut self.stream).take(u64::from(length)).read_to_end(&mut record)?;
                if record.len() < length as usize {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.sum.update(&record);
                Ok(Next::Entry(key, record))
            }
            [END] => {
                let entries = u64::from_le_bytes(self.take()?);
                let expected = *self.sum.finalize().as_bytes();
                if self.take::<32>()? != expected {
                    return Err(io::Error::other("the checksum of the file does not fit"));
                }
                Ok(Next::End(entries))
            }
            [_] => Err(io::Error::other("it is damaged")),
        }
    }
}

/// Returns true when a file begins like an export.
pub(super) fn is_export(path: &Path) -> bool {
    let mut head = [0; 8];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == *MAGIC
}

impl Core {
    /// Takes over the entries of a file.
    pub(super) fn import(
        self: &Arc<Self>,
        path: &Path,
        cancel: &AtomicBool,
    ) -> Result<ImportReport, StoreError> {
        let began = self.clock.monotonic();
        let mut source = Source::open(path)?;
        let source_bytes = std::fs::metadata(path).map_or(0, |data| data.len());
        let mut report = ImportReport {
            format: "export of larder".to_owned(),
            source_bytes: Bytes(source_bytes),
            ..ImportReport::default()
        };
        let (mut known, mut foreign) = (0, 0);
        loop {
            if cancel.load(Relaxed) || self.closing.load(Relaxed) {
                return Err(StoreError::Cancelled);
            }
            match source.next() {
                Ok(Next::Entry(key, record)) => {
                    report.found += 1;
                    match self.take_over(&key, &record) {
                        Ok(Taken::Kept(bytes)) => {
                            report.imported += 1;
                            report.stored_bytes.0 += bytes;
                        }
                        Ok(Taken::Known) => known += 1,
                        Ok(Taken::Foreign) => foreign += 1,
                        Err(reason) => fail(&mut report, key.to_string(), reason),
                    }
                }
                Ok(Next::End(entries)) if entries == report.found => break,
                Ok(Next::End(_)) => {
                    report.found += 1;
                    fail(&mut report, "the file".to_owned(), "entries are missing".to_owned());
                    break;
                }
                Err(error) => {
                    report.found += 1;
                    fail(&mut report, "the file".to_owned(), format!("it breaks off: {error}"));
                    break;
                }
            }
        }
        let skipped = [("already there", known), ("of a kind not known here", foreign)];
        report.skipped = skipped
            .into_iter()
            .filter(|(_, number)| *number > 0)
            .map(|(reason, number)| (reason.to_owned(), number))
            .collect();
        let took = self.clock.monotonic().saturating_sub(began).as_millis();
        report.took = Millis(u64::try_from(took).unwrap_or(u64::MAX));
        Ok(report)
    }

    fn take_over(self: &Arc<Self>, key: &EntryKey, record: &[u8]) -> Result<Taken, String> {
        let view = match entry::decode(key, record) {
            Decoded::Entry(view) => view,
            Decoded::Unknown => return Ok(Taken::Foreign),
            Decoded::Damaged => return Err("its checksum does not fit".to_owned()),
        };
        let View { header, form: Form::Plain, value } = view else { return Ok(Taken::Foreign) };
        if self.look(header.kind, key).is_some() {
            return Ok(Taken::Known);
        }
        if header.kind == Kind::Result
            && let Some(parts) = results::split(value)
        {
            self.put_result(key, &header, parts).map_err(|error| error.to_string())?;
        } else {
            self.put(key, &header, value);
        }
        Ok(Taken::Kept(value.len() as u64))
    }
}

/// What became of an entry.
enum Taken {
    /// It is kept; holds the bytes of its value.
    Kept(u64),
    /// It was there.
    Known,
    /// It is of a form that is not known here.
    Foreign,
}

fn fail(report: &mut ImportReport, what: String, reason: String) {
    report.failed += 1;
    if report.failures.len() < NAMED {
        report.failures.push((what, reason));
    }
}
