//! A path index in memory: the file as it was read, and a table that finds records in it.
//!
//! Nothing is unpacked before it is asked for: a million files take what their file takes.

use crate::model::{Fingerprint, RepoPath};

use super::{
    format::{BLOCK, Parts, Reader},
    record::{self, IndexRecord, IndexState, Known},
};

/// No record.
const EMPTY: u32 = u32::MAX;

/// What lookups do beside looking.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Rules {
    /// Whether counts are taken from the file.
    pub(super) counts: Counts,
    /// Whether an equal fingerprint is taken as an unchanged file.
    pub(super) trust: Trust,
}

/// Whether counts are taken from the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Counts {
    /// They are.
    Keep,
    /// They are forgotten: the store was cleared since, or another counter made them.
    Drop,
}

/// Whether an equal fingerprint is taken as an unchanged file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Trust {
    /// Unless it is racy.
    Fingerprints,
    /// Never: strict mode.
    Nothing,
}

/// What is known of the files of a repository; it never changes and is read by many threads.
#[derive(Debug)]
pub struct PathIndex {
    bytes: Vec<u8>,
    start: usize,
    blocks: Vec<u32>,
    /// Numbers of records, by the hash of their path; its length is a power of two.
    table: Vec<u32>,
    len: usize,
    rules: Rules,
}

impl PathIndex {
    /// Returns an index that knows nothing.
    #[must_use]
    pub fn empty() -> Self {
        let rules = Rules { counts: Counts::Keep, trust: Trust::Fingerprints };
        Self { bytes: Vec::new(), start: 0, blocks: Vec::new(), table: vec![EMPTY], len: 0, rules }
    }

    /// Builds the table over checked bytes; `None` when they do not hold what they promise.
    pub(super) fn build(bytes: Vec<u8>, parts: Parts, rules: Rules) -> Option<Self> {
        // A record takes more than sixteen bytes, so a wrong number cannot ask for much memory.
        let len = usize::try_from(parts.records).ok().filter(|len| len * 16 <= bytes.len())?;
        u32::try_from(bytes.len()).ok()?;
        let mut table = vec![EMPTY; (len * 2).next_power_of_two()];
        let mask = table.len() - 1;
        let mut blocks = Vec::with_capacity(len / BLOCK + 1);
        let mut reader = Reader::at(&bytes, parts.start);
        let mut path = Vec::new();
        for at in 0..len {
            if at.is_multiple_of(BLOCK) {
                path.clear();
                blocks.push(u32::try_from(reader.position()).ok()?);
            }
            reader.next(&mut path)?;
            let mut slot = hash(&path) & mask;
            while table[slot] != EMPTY {
                slot = (slot + 1) & mask;
            }
            table[slot] = u32::try_from(at).ok()?;
        }
        Some(Self { bytes, start: parts.start, blocks, table, len, rules })
    }

    /// Returns what is known of a file when it is surely unchanged: known with an equal
    /// fingerprint, not racy, and not in strict mode.
    #[must_use]
    pub fn unchanged(&self, path: &RepoPath, fingerprint: &Fingerprint) -> Option<Known> {
        match self.rules.trust {
            Trust::Nothing => None,
            Trust::Fingerprints => self.hint(path).filter(|known| {
                known.fingerprint == *fingerprint && !fingerprint.is_racy(known.read_at)
            }),
        }
    }

    /// Returns what was known of a file, also when it may have changed since: what to expect.
    #[must_use]
    pub fn hint(&self, path: &RepoPath) -> Option<Known> {
        let mask = self.table.len() - 1;
        let mut slot = hash(path.as_bytes()) & mask;
        // Neighbours are passed on the way, whose paths may be longer.
        let mut found = Vec::with_capacity(path.as_bytes().len() + 64);
        while self.table[slot] != EMPTY {
            let packed = self.packed(self.table[slot] as usize, &mut found)?;
            if found == path.as_bytes() {
                return self.known(packed);
            }
            slot = (slot + 1) & mask;
        }
        None
    }

    /// Returns how many files it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns true when it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the bytes of its file.
    #[must_use]
    pub fn file_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Returns every file, in the order in which they were saved.
    pub fn iter(&self) -> impl Iterator<Item = IndexRecord> + '_ {
        let mut reader = Reader::at(&self.bytes, self.start);
        let mut path = Vec::new();
        (0..self.len).filter_map(move |_| {
            let known = self.known(reader.next(&mut path)?)?;
            let path = RepoPath::new(&path).ok()?;
            let Known { fingerprint, read_at, state } = known;
            Some(IndexRecord { path, fingerprint, read_at, state })
        })
    }

    fn packed(&self, number: usize, path: &mut Vec<u8>) -> Option<&[u8]> {
        let mut reader = Reader::at(&self.bytes, *self.blocks.get(number / BLOCK)? as usize);
        for _ in 0..number % BLOCK {
            reader.next(path)?;
        }
        reader.next(path)
    }

    fn known(&self, packed: &[u8]) -> Option<Known> {
        let mut known = record::unpack(packed)?;
        match (&mut known.state, self.rules.counts) {
            (IndexState::Text { counts, .. }, Counts::Drop) => *counts = [None; 4],
            (IndexState::Text { .. } | IndexState::Binary { .. } | IndexState::TooLarge, _) => {}
        }
        Some(known)
    }
}

/// A quick hash of a path: eight bytes at a time, as only one table depends on it.
#[expect(clippy::cast_possible_truncation, reason = "only some bits are used")]
fn hash(path: &[u8]) -> usize {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = (path.len() as u64).wrapping_mul(SPREAD);
    let (words, rest) = path.as_chunks::<8>();
    for word in words {
        state = mix(state ^ u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(state ^ u64::from_le_bytes(last)) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "both halves are folded together")]
const fn mix(state: u64) -> u64 {
    let product = state as u128 * 0xa076_1d64_78bd_642f_u128;
    (product ^ product >> 64) as u64 ^ state >> 29
}
