//! Hurting a file in one of many ways, the same in every run.

use std::{fs, path::Path};

/// How a file is hurt, and by which number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Harm {
    Flip(u64),
    Overwrite(u64),
    Zero(u64),
    Cut(u64),
    Append(u64),
    Insert(u64),
    Empty,
    Gone,
}

impl Harm {
    /// Returns the harm of a case; neighbours have different ones.
    pub(super) fn of(case: u64) -> Self {
        let seed = u64::from_le_bytes(
            *blake3::hash(&case.to_le_bytes()).as_bytes().first_chunk().unwrap(),
        );
        match seed % 16 {
            0..=4 => Self::Flip(seed),
            5..=7 => Self::Overwrite(seed),
            8 | 9 => Self::Zero(seed),
            10 | 11 => Self::Cut(seed),
            12 => Self::Append(seed),
            13 => Self::Insert(seed),
            14 => Self::Empty,
            _ => Self::Gone,
        }
    }
}

/// Hurts a file.
pub(super) fn hurt(path: &Path, harm: Harm) {
    let mut bytes = fs::read(path).unwrap();
    // Most of a database is empty: what is hurt lies before the last byte that is not.
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let at = |seed: u64| usize::try_from(seed >> 16).unwrap() % used.max(1);
    let noise = |seed: u64| {
        let mut noise = vec![0; usize::try_from(seed >> 8).unwrap() % 600 + 1];
        blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut noise);
        noise
    };
    match harm {
        Harm::Flip(_) if bytes.is_empty() => bytes.push(1),
        Harm::Flip(seed) => bytes[at(seed)] ^= 1 << (seed >> 8 & 7),
        Harm::Overwrite(seed) => {
            let (at, noise) = (at(seed), noise(seed));
            bytes.resize(bytes.len().max(at + noise.len()), 0);
            bytes[at..at + noise.len()].copy_from_slice(&noise);
        }
        Harm::Zero(seed) => {
            let end = (at(seed) + noise(seed).len() * 8).min(bytes.len());
            bytes[at(seed).min(end)..end].fill(0);
        }
        Harm::Cut(seed) => bytes.truncate(at(seed)),
        Harm::Append(seed) => bytes.extend(noise(seed)),
        Harm::Insert(seed) => {
            drop(bytes.splice(at(seed)..at(seed), noise(seed)).collect::<Vec<_>>());
        }
        Harm::Empty => bytes.clear(),
        Harm::Gone => {
            fs::remove_file(path).unwrap();
            return;
        }
    }
    fs::write(path, bytes).unwrap();
}
