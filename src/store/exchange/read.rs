//! Reading such a file.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::{self, BufReader, Read as _},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use crate::model::{Bytes, EntryKey, ImportReport, ImportRequest, Kind, Millis};

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

/// Why an entry is left out that a newer larder wrote.
const FOREIGN: &str = "of a kind not known here";

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
        request: &ImportRequest,
        cancel: &AtomicBool,
    ) -> Result<ImportReport, StoreError> {
        let began = self.clock.monotonic();
        let path = request.source.as_path();
        let mut source = Source::open(path)?;
        let mut report = ImportReport {
            format: "export of larder".to_owned(),
            source_bytes: Bytes(std::fs::metadata(path).map_or(0, |data| data.len())),
            ..ImportReport::default()
        };
        let mut left_out = BTreeMap::<&str, u64>::new();
        let mut kept = HashSet::new();
        loop {
            self.go_on(cancel)?;
            match source.next() {
                Ok(Next::Entry(key, record)) => {
                    report.found += 1;
                    match self.take_over(&key, &record) {
                        Ok(Taken::Kept(kind)) => _ = kept.insert((kind, key)),
                        Ok(Taken::LeftOut(why)) => *left_out.entry(why).or_default() += 1,
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
        self.checkpoint()?;
        report.imported = kept.len() as u64;
        report.stored_bytes = self.disk_bytes_of(kept.iter().copied());
        report.skipped = left_out.into_iter().map(|(why, many)| (why.to_owned(), many)).collect();
        if request.verify {
            report.verified = Some((report.imported, self.differing(path, kept, cancel)?));
        }
        let took = self.clock.monotonic().saturating_sub(began).as_millis();
        report.took = Millis(u64::try_from(took).unwrap_or(u64::MAX));
        Ok(report)
    }

    fn go_on(&self, cancel: &AtomicBool) -> Result<(), StoreError> {
        let is_over = cancel.load(Relaxed) || self.closing.load(Relaxed);
        if is_over { Err(StoreError::Cancelled) } else { Ok(()) }
    }

    /// Reads the file again, and returns how many of the entries that were `kept` of it are not
    /// what it says now.
    fn differing(
        self: &Arc<Self>,
        path: &Path,
        mut kept: HashSet<(Kind, EntryKey)>,
        cancel: &AtomicBool,
    ) -> Result<u64, StoreError> {
        let mut source = Source::open(path)?;
        while let Ok(Next::Entry(key, record)) = source.next() {
            self.go_on(cancel)?;
            let Decoded::Entry(View { header, value, .. }) = entry::decode(&key, &record) else {
                continue;
            };
            if kept.contains(&(header.kind, key))
                && self.look(header.kind, &key).is_some_and(|hit| hit.value == value)
            {
                kept.remove(&(header.kind, key));
            }
        }
        Ok(kept.len() as u64)
    }

    fn take_over(self: &Arc<Self>, key: &EntryKey, record: &[u8]) -> Result<Taken, String> {
        let view = match entry::decode(key, record) {
            Decoded::Entry(view) => view,
            Decoded::Unknown => return Ok(Taken::LeftOut(FOREIGN)),
            Decoded::Damaged => return Err("its checksum does not fit".to_owned()),
        };
        let View { header, form: Form::Plain, value } = view else {
            return Ok(Taken::LeftOut(FOREIGN));
        };
        if self.look(header.kind, key).is_some() {
            return Ok(Taken::LeftOut("already there"));
        }
        if header.kind == Kind::Result
            && let Some(parts) = results::split(value)
        {
            self.put_result(key, &header, parts).map_err(|error| error.to_string())?;
        } else {
            self.put(key, &header, value);
        }
        Ok(Taken::Kept(header.kind))
    }
}

/// What became of an entry.
enum Taken {
    /// It is kept.
    Kept(Kind),
    /// It is not, for this reason.
    LeftOut(&'static str),
}

fn fail(report: &mut ImportReport, what: String, reason: String) {
    report.failed += 1;
    if report.failures.len() < NAMED {
        report.failures.push((what, reason));
    }
}
