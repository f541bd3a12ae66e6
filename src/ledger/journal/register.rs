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
    /// What somebody agreed to go on without.
    accepted: BTreeSet<String>,
    accepted_lines: Vec<Numbers>,
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

/// The first and the last of numbers of lines.
pub(in crate::ledger) type Numbers = (u64, u64);

/// A line of the register.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Fact {
    Begun(String),
    Sealed(String, Seal),
    /// Somebody agreed that these segments are gone, and with them the lines of these numbers.
    Accepted(Vec<String>, Vec<Numbers>),
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
                Some(Fact::Accepted(names, lines)) => {
                    register.accepted.extend(names);
                    register.accepted_lines.extend(lines);
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

    /// Returns the segments that were begun and are not there any more, without those that
    /// somebody agreed to go on without.
    pub(in crate::ledger) fn gone(&self, folder: &Path) -> Vec<PathBuf> {
        let (_, gone) = self.all_gone(folder);
        gone.into_iter().map(|name| folder.join(name)).collect()
    }

    /// Returns how many segments are gone that somebody agreed to go on without.
    pub(in crate::ledger) fn accepted(&self, folder: &Path) -> u64 {
        self.all_gone(folder).0.len() as u64
    }

    /// Returns the numbers of lines that somebody agreed to go on without.
    pub(in crate::ledger) fn accepted_lines(&self) -> &[Numbers] {
        &self.accepted_lines
    }

    /// Returns the names of the segments that are gone: those that were accepted, and the others.
    fn all_gone(&self, folder: &Path) -> (BTreeSet<&str>, BTreeSet<&str>) {
        let all = self.begun.iter().chain(self.sealed.keys());
        let gone = all.filter(|name| !folder.join(name).exists());
        gone.map(String::as_str).partition(|name| self.accepted.contains(*name))
    }

    /// Writes down that somebody agrees to go on without the segments that are gone, and without
    /// the lines of these numbers.
    ///
    /// # Errors
    /// Fails when the register cannot be read or written.
    pub(in crate::ledger) fn accept(folder: &Path, lines: Vec<Numbers>) -> io::Result<()> {
        let register = Self::read(folder)?;
        let gone: Vec<String> =
            register.all_gone(folder).1.into_iter().map(str::to_owned).collect();
        if gone.is_empty() {
            return Ok(());
        }
        register.append(folder, &[Fact::Accepted(gone, lines)])
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

    fn add(&self, folder: &Path, open: Option<&str>) -> io::Result<()> {
        let names: Vec<String> = segment::list(folder)?.iter().map(SegmentName::text).collect();
        let new = names.iter().filter(|name| !self.begun.contains(*name)).cloned();
        let mut facts: Vec<Fact> = new.map(Fact::Begun).collect();
        // One at a time: a journal of before the register has many, and someone waits.
        let is_due = |name: &&String| Some(name.as_str()) != open && !self.is_sealed(name);
        if let Some(name) = names.iter().find(is_due) {
            facts.push(Fact::Sealed(name.clone(), Seal::of(&folder.join(name))?));
        }
        if facts.is_empty() { Ok(()) } else { self.append(folder, &facts) }
    }

    fn append(&self, folder: &Path, facts: &[Fact]) -> io::Result<()> {
        let mut lines = Vec::new();
        for fact in facts {
            let json = serde_json::to_vec(fact)?;
            line::push(&mut lines, |out| out.extend_from_slice(&json));
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
