//! The fallback tier: counts in one JSON file while sled cannot be opened.
//!
//! The file is one object with two spaces of indent, from a path to what is known of it; an entry
//! whose file is not known stands under its key. Rows of other programs are kept as they are.

use std::{
    collections::BTreeMap,
    fs, io,
    ops::Bound,
    path::{Path, PathBuf},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Bytes, EntryKey, Fingerprint, Kind, UnixNanos};

use super::{
    atomic_file::{self, Sync},
    counts::StoredCount,
    entry::{self, Decoded},
    error::{Fault, StoreError},
    hold::hold,
    tier::{Place, Scan, Tier},
};

/// One line of the file: the seven fields that other tools know, then those that larder needs.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Line {
    file_path: String,
    content_hash: String,
    token_count: u64,
    last_updated: f64,
    encoding_model: String,
    file_size: u64,
    mtime: f64,
    key: String,
    kind: Kind,
    record: String,
    mtime_ns: i64,
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum AnyLine {
    Ours(Box<Line>),
    Foreign(Value),
}

#[derive(Clone, Debug)]
struct Row {
    kind: Kind,
    record: Vec<u8>,
    place: Option<(String, Fingerprint)>,
}

#[derive(Debug, Default)]
struct Rows {
    known: BTreeMap<EntryKey, Row>,
    foreign: BTreeMap<String, Value>,
    changed: bool,
}

/// The fallback tier.
#[derive(Debug)]
pub(super) struct Json {
    path: PathBuf,
    rows: Mutex<Rows>,
}

impl Json {
    /// Opens the file, creating it empty when missing; a damaged one is moved aside.
    pub(super) fn open(path: &Path, now: UnixNanos) -> Result<Self, StoreError> {
        let failed = |action| StoreError::io(action, path);
        let rows = match fs::read(path) {
            Ok(bytes) => match serde_json::from_slice::<BTreeMap<String, AnyLine>>(&bytes) {
                Ok(lines) => Rows::read(lines),
                Err(error) => {
                    let aside = path.with_extension(format!("json.damaged-{}", now.seconds()));
                    tracing::error!(
                        path = %path.display(), aside = %aside.display(), %error,
                        "the file of counts is damaged: it is moved aside"
                    );
                    fs::rename(path, &aside).map_err(failed("move"))?;
                    Rows { changed: true, ..Rows::default() }
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Rows { changed: true, ..Rows::default() }
            }
            Err(error) => return Err(failed("read")(error)),
        };
        let json = Self { path: path.to_owned(), rows: Mutex::new(rows) };
        json.write().map_err(failed("write"))?;
        Ok(json)
    }

    /// Gives every entry to `take` and forgets them; without rows of others the file goes too.
    pub(super) fn hand_over(
        self,
        take: impl Fn(Kind, &EntryKey, &[u8]) -> Result<(), Fault>,
    ) -> Result<usize, Fault> {
        let mut rows = hold(&self.rows);
        for (key, row) in &rows.known {
            take(row.kind, key, &row.record)?;
        }
        let count = std::mem::take(&mut rows.known).len();
        let is_empty = rows.foreign.is_empty();
        rows.changed = count > 0;
        drop(rows);
        let written = if is_empty { fs::remove_file(&self.path) } else { self.write() };
        written.map_err(|error| Fault::from(&error)).map(|()| count)
    }

    fn write(&self) -> io::Result<()> {
        let mut rows = hold(&self.rows);
        if !rows.changed {
            return Ok(());
        }
        let bytes = serde_json::to_vec_pretty(&rows.lines()).map_err(io::Error::other)?;
        atomic_file::write(&self.path, &bytes, Sync::Durable)?;
        rows.changed = false;
        Ok(())
    }
}

impl Rows {
    fn read(lines: BTreeMap<String, AnyLine>) -> Self {
        let mut rows = Self::default();
        for (name, line) in lines {
            match line {
                AnyLine::Foreign(value) => {
                    rows.foreign.insert(name, value);
                }
                AnyLine::Ours(line) => {
                    if let Some((key, row)) = line.row() {
                        rows.known.insert(key, row);
                    } else {
                        tracing::warn!(name, "a line of the file of counts is damaged");
                    }
                }
            }
        }
        rows
    }

    fn lines(&self) -> BTreeMap<String, AnyLine> {
        let mut lines: BTreeMap<String, AnyLine> = self
            .foreign
            .iter()
            .map(|(name, value)| (name.clone(), AnyLine::Foreign(value.clone())))
            .collect();
        for (key, row) in &self.known {
            let line = Line::new(key, row);
            // Two encodings of one file cannot share its path as their name.
            let is_taken = line.file_path.is_empty() || lines.contains_key(&line.file_path);
            let name = if is_taken { key.to_string() } else { line.file_path.clone() };
            lines.insert(name, AnyLine::Ours(Box::new(line)));
        }
        lines
    }
}

impl Line {
    fn new(key: &EntryKey, row: &Row) -> Self {
        let created =
            entry::peek(&row.record).map_or_else(Default::default, |view| view.header.created);
        let count = match (row.kind, entry::decode(key, &row.record)) {
            (Kind::Count, Decoded::Entry(view)) => StoredCount::decode(view.value),
            (Kind::Count, Decoded::Unknown | Decoded::Damaged)
            | (Kind::Tags | Kind::Tree | Kind::Map | Kind::Result | Kind::Fetch, _) => None,
        };
        let (path, fingerprint) = row.place.clone().unwrap_or_default();
        Self {
            file_path: path,
            content_hash: count.map_or_else(String::new, |count| count.of.hash.to_string()),
            token_count: count.map_or(0, |count| count.tokens.0),
            last_updated: seconds(created),
            encoding_model: count.map_or_else(String::new, |count| count.of.encoding.to_string()),
            file_size: fingerprint.size.0,
            mtime: seconds(fingerprint.modified),
            key: key.to_string(),
            kind: row.kind,
            record: hex(&row.record),
            mtime_ns: fingerprint.modified.0,
        }
    }

    fn row(self) -> Option<(EntryKey, Row)> {
        let key = EntryKey::parse(&self.key)?;
        let record = bytes(&self.record)?;
        let fingerprint = Fingerprint {
            size: Bytes(self.file_size),
            modified: UnixNanos(self.mtime_ns),
            ..Fingerprint::default()
        };
        let place = (!self.file_path.is_empty()).then_some((self.file_path, fingerprint));
        Some((key, Row { kind: self.kind, record, place }))
    }
}

impl Tier for Json {
    fn get(&self, kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        let rows = hold(&self.rows);
        Ok(rows.known.get(key).filter(|row| row.kind == kind).map(|row| row.record.clone()))
    }

    fn put(&self, kind: Kind, key: &EntryKey, record: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let mut rows = hold(&self.rows);
        rows.changed = true;
        let old = rows.known.remove(key);
        let place = old.as_ref().and_then(|old| old.place.clone());
        rows.known.insert(*key, Row { kind, record: record.to_vec(), place });
        Ok(old.map(|old| old.record))
    }

    fn remove(&self, _kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        let mut rows = hold(&self.rows);
        rows.changed = true;
        Ok(rows.known.remove(key).map(|old| old.record))
    }

    fn keys_with(&self, kind: Kind, part: u64) -> Result<Vec<EntryKey>, Fault> {
        let mut first = [0; 32];
        first[..8].copy_from_slice(&part.to_be_bytes());
        let rows = hold(&self.rows);
        let from = rows.known.range(EntryKey(first)..);
        let same = from.take_while(|(key, _)| key.0[..8] == first[..8]);
        Ok(same.filter(|(_, row)| row.kind == kind).map(|(key, _)| *key).collect())
    }

    fn scan(
        &self,
        kind: Kind,
        after: Option<&EntryKey>,
        visit: &mut dyn FnMut(EntryKey, &[u8]) -> Scan,
    ) -> Result<(), Fault> {
        let from = after.map_or(Bound::Unbounded, |key| Bound::Excluded(*key));
        let rows = hold(&self.rows);
        let known = rows.known.range((from, Bound::Unbounded));
        for (key, row) in known.filter(|(_, row)| row.kind == kind) {
            if visit(*key, &row.record) == Scan::Stop {
                break;
            }
        }
        Ok(())
    }

    fn clear(&self, kind: Kind) -> Result<(), Fault> {
        let mut rows = hold(&self.rows);
        rows.changed = true;
        rows.known.retain(|_, row| row.kind != kind);
        Ok(())
    }

    fn checkpoint(&self) -> Result<(), Fault> {
        self.write().map_err(|error| Fault::from(&error))
    }

    fn names_files(&self) -> bool {
        true
    }

    fn place(&self, key: &EntryKey, place: &Place<'_>) {
        let mut rows = hold(&self.rows);
        let Some(row) = rows.known.get_mut(key) else { return };
        row.place = Some((place.path.to_owned(), place.fingerprint));
        rows.changed = true;
    }
}

#[expect(clippy::cast_precision_loss, reason = "the layout has seconds as a float")]
fn seconds(at: UnixNanos) -> f64 {
    at.0 as f64 / 1e9
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.is_ascii() || !hex.len().is_multiple_of(2) {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}
