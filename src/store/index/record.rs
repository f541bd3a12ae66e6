//! What the path index knows of one file, and its packed form.

use crate::model::{Bytes, ContentHash, Encoding, Fingerprint, RepoPath, Tokens, UnixNanos};

/// What is known of the content of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IndexState {
    /// Text.
    Text {
        /// The hash of the content.
        hash: ContentHash,
        /// Tokens by the number of the encoding, where counted.
        counts: [Option<Tokens>; 4],
        /// What counting it again would take, in microseconds.
        remake_us: Option<u32>,
    },
    /// Not text.
    Binary {
        /// The hash of the content, when it was read whole.
        hash: Option<ContentHash>,
    },
    /// Over the size limit at that time.
    TooLarge,
}

impl IndexState {
    /// Returns the tokens in `encoding`, when known.
    #[must_use]
    pub fn count(&self, encoding: Encoding) -> Option<Tokens> {
        match self {
            Self::Text { counts, .. } => counts[usize::from(encoding.number())],
            Self::Binary { .. } | Self::TooLarge => None,
        }
    }

    /// Returns the hash of the content, when known.
    #[must_use]
    pub fn hash(&self) -> Option<ContentHash> {
        match self {
            Self::Text { hash, .. } => Some(*hash),
            Self::Binary { hash } => *hash,
            Self::TooLarge => None,
        }
    }
}

/// One file of a path index.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IndexRecord {
    /// Where it is.
    pub path: RepoPath,
    /// What `lstat` said.
    pub fingerprint: Fingerprint,
    /// When it was read: before the first byte.
    pub read_at: UnixNanos,
    /// What it held.
    pub state: IndexState,
}

/// What the index knows of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Known {
    /// What `lstat` said when it was read.
    pub fingerprint: Fingerprint,
    /// When it was read.
    pub read_at: UnixNanos,
    /// What it held.
    pub state: IndexState,
}

/// The first byte of a packed record: the state, and for text which counts follow.
const TEXT: u8 = 0b0100_0000;
const BINARY: u8 = 0b0010_0000;
const TOO_LARGE: u8 = 0b0001_0000;
const HAS_REMAKE: u8 = 0b1000_0000;
const HAS_HASH: u8 = 0b0000_0001;

/// Appends the packed form.
pub(super) fn pack(out: &mut Vec<u8>, known: &Known) {
    let flags = match known.state {
        IndexState::Text { counts, remake_us, .. } => {
            let bits =
                counts.iter().rev().fold(0, |bits, count| bits << 1 | u8::from(count.is_some()));
            TEXT | bits | if remake_us.is_some() { HAS_REMAKE } else { 0 }
        }
        IndexState::Binary { hash } => BINARY | if hash.is_some() { HAS_HASH } else { 0 },
        IndexState::TooLarge => TOO_LARGE,
    };
    out.push(flags);
    let Fingerprint { size, modified, changed, inode } = known.fingerprint;
    put_number(out, size.0);
    out.extend_from_slice(&modified.0.to_le_bytes());
    // Both lie close to the first time, as a rule.
    put_number(out, zigzag(changed.0.wrapping_sub(modified.0)));
    put_number(out, zigzag(known.read_at.0.wrapping_sub(changed.0)));
    put_number(out, inode);
    if let Some(hash) = known.state.hash() {
        out.extend_from_slice(&hash.0);
    }
    if let IndexState::Text { counts, remake_us, .. } = known.state {
        for count in counts.into_iter().flatten() {
            put_number(out, count.0);
        }
        if let Some(remake_us) = remake_us {
            put_number(out, u64::from(remake_us));
        }
    }
}

/// Reads the packed form; `None` when the bytes are no such.
pub(super) fn unpack(mut bytes: &[u8]) -> Option<Known> {
    let input = &mut bytes;
    let flags = take::<1>(input)?[0];
    let size = Bytes(number(input)?);
    let modified = i64::from_le_bytes(take(input)?);
    let changed = unzigzag(number(input)?).wrapping_add(modified);
    let read_at = unzigzag(number(input)?).wrapping_add(changed);
    let inode = number(input)?;
    let state = if flags & TEXT != 0 {
        let hash = ContentHash(take(input)?);
        let mut counts = [None; 4];
        for (bit, count) in counts.iter_mut().enumerate() {
            if flags & (1 << bit) != 0 {
                *count = Some(Tokens(number(input)?));
            }
        }
        let remake_us = match flags & HAS_REMAKE {
            0 => None,
            _ => Some(u32::try_from(number(input)?).ok()?),
        };
        IndexState::Text { hash, counts, remake_us }
    } else if flags & BINARY != 0 {
        let has_hash = flags & HAS_HASH != 0;
        IndexState::Binary { hash: if has_hash { Some(ContentHash(take(input)?)) } else { None } }
    } else {
        IndexState::TooLarge
    };
    let fingerprint =
        Fingerprint { size, modified: UnixNanos(modified), changed: UnixNanos(changed), inode };
    Some(Known { fingerprint, read_at: UnixNanos(read_at), state })
}

/// Appends a number, seven bits a byte.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Takes a number off the front.
pub(super) fn number(input: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = take(input)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn take<const N: usize>(input: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = input.split_first_chunk()?;
    *input = rest;
    Some(*first)
}

const fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

const fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}
