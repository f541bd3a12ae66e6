//! The register of the segments: which ones were begun, and the checksums of those that are
//! closed, so that one that was deleted or changed later is noticed.
//!
//! It says nothing that the segments do not say themselves, and what cannot be written into it
//! fails nothing: the next writer makes up for it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    line,
    segment::{self, SegmentName},
};

/// What is known of the segments in a folder.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Register {
    /// Those that were begun.
    begun: BTreeSet<String>,
    /// Those that were closed.
    sealed: BTreeMap<String, Seal>,
    /// Lines that are damaged: where they begin, and their bytes.
    pub(in crate::ledger) bad: Vec<(u64, u64)>,
    /// Where the last whole line ends.
    end: u64,
}

/// A segment that nothing is added to any more.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(in crate::ledger) struct Seal {
    pub(in crate::ledger) len: u64,
    hash: String,
}

/// A line of the register.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Fact {
    Begun(String),
    Sealed(String, Seal),
}

impl Seal {
    fn of(segment: &Path) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        let len = io::copy(&mut File::open(segment)?, &mut hasher)?;
        Ok(Self { len, hash: hasher.finalize().to_hex().to_string() })
    }
}

/// Returns the file of the register.
pub(in crate::ledger) fn register_of(folder: &Path) -> PathBuf {
    folder.join("SEGMENTS")
}

impl Register {
    /// Reads the register of a folder; one that is missing says nothing.
    pub(in crate::ledger) fn read(folder: &Path) -> io::Result<Self> {
        let mut register = Self::default();
        let bytes = match fs::read(register_of(folder)) {
            Ok(bytes) => bytes,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(register);
            }
            Err(error) => return Err(error),
        };
        for text in bytes.split_inclusive(|byte| *byte == b'\n') {
            let Some(text) = text.strip_suffix(b"\n") else { break };
            let whole = text.len() as u64 + 1;
            match line::read(text).and_then(|json| serde_json::from_slice(json).ok()) {
                Some(Fact::Begun(name)) => {
                    register.begun.insert(name);
                }
                Some(Fact::Sealed(name, seal)) => {
                    register.sealed.insert(name, seal);
                }
                None => register.bad.push((register.end, whole)),
            }
            register.end += whole;
        }
        Ok(register)
    }

    /// Returns the names of all that were begun.
    pub(super) fn names(&self) -> impl Iterator<Item = SegmentName> {
        self.begun.iter().filter_map(|name| SegmentName::parse(name))
    }

    /// Returns true when nothing may be added to a segment any more.
    pub(super) fn is_sealed(&self, name: &str) -> bool {
        self.sealed.contains_key(name)
    }

    /// Returns the segments that were begun and are not there any more.
    pub(in crate::ledger) fn gone(&self, folder: &Path) -> Vec<PathBuf> {
        let all = self.begun.iter().chain(self.sealed.keys());
        let gone: BTreeSet<PathBuf> =
            all.map(|name| folder.join(name)).filter(|path| !path.exists()).collect();
        gone.into_iter().collect()
    }

    /// Returns the closed segments that are not what they were when they were closed.
    pub(in crate::ledger) fn changed(&self, folder: &Path) -> io::Result<Vec<(PathBuf, Seal)>> {
        let mut changed = Vec::new();
        for (name, seal) in &self.sealed {
            let path = folder.join(name);
            if path.exists() && Seal::of(&path)? != *seal {
                changed.push((path, seal.clone()));
            }
        }
        Ok(changed)
    }

    /// Notes the segments there are, and the checksum of the oldest closed one that has none; where
    /// `open` is the one that is written.
    pub(super) fn note(folder: &Path, open: Option<&str>) {
        if let Err(error) = Self::read(folder).and_then(|register| register.add(folder, open)) {
            tracing::warn!(folder = %folder.display(), %error, "cannot register segments");
        }
    }

    fn add(self, folder: &Path, open: Option<&str>) -> io::Result<()> {
        let names: Vec<String> = segment::list(folder)?.iter().map(SegmentName::text).collect();
        let new = names.iter().filter(|name| !self.begun.contains(*name)).cloned();
        let mut facts: Vec<Fact> = new.map(Fact::Begun).collect();
        // One at a time: a journal of before the register has many, and someone waits.
        let is_due = |name: &&String| Some(name.as_str()) != open && !self.is_sealed(name);
        if let Some(name) = names.iter().find(is_due) {
            facts.push(Fact::Sealed(name.clone(), Seal::of(&folder.join(name))?));
        }
        if facts.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for fact in facts {
            line::push(&mut lines, &serde_json::to_vec(&fact)?);
        }
        let mut options = OpenOptions::new();
        let path = register_of(folder);
        let mut file = options.append(true).create(true).mode(0o600).open(path)?;
        // What a crash has torn off is written anew.
        if file.metadata()?.len() > self.end {
            file.set_len(self.end)?;
        }
        file.write_all(&lines)?;
        file.sync_all()
    }
}
