//! One file: a head, what is known of the entry, the value, which is compressed when that helps.
//!
//! ```text
//! "LARDBLOB" · version 1 · kind 1 · codec 1 · 0 · length of what lists show 4 · dependencies 4
//! created 8 · remake 4 · money 8 · value 8 · value as stored 8 · key 32 · BLAKE3 of all else 32
//! dependencies, 32 each · what lists show · the value, plain or as a frame of zstd
//! ```

use std::cell::RefCell;

use zstd::bulk::Decompressor;

use crate::model::{ContentHash, EntryKey, UnixNanos};

use super::super::{
    entry::{Header, VALUE_LIMIT},
    key,
};

/// What every file begins with.
const MAGIC: &[u8; 8] = b"LARDBLOB";

/// The form that this larder writes.
const VERSION: u8 = 1;

/// Bytes before the dependencies.
const HEAD: usize = 8 + 4 + 4 + 4 + 8 + 4 + 8 + 8 + 8 + 32 + 32;

/// Where the key begins.
const KEY_AT: usize = 56;

/// Where the checksum begins.
const SUM_AT: usize = 88;

/// The value as it is.
const PLAIN: u8 = 0;

/// The value as a frame of zstd.
const ZSTD: u8 = 1;

/// The level at which values are compressed.
const LEVEL: i32 = 3;

thread_local! {
    /// What expands frames on this thread: making one takes a third of the time that expanding
    /// fifty kilobytes does.
    static EXPANDER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// An entry with its value taken apart: what lists show, and the rest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::store) struct Blob {
    /// Its key.
    pub(in crate::store) key: EntryKey,
    /// What is known of it.
    pub(in crate::store) header: Header,
    /// What lists show of it; empty for all but results.
    pub(in crate::store) meta: Vec<u8>,
    /// The value.
    pub(in crate::store) body: Vec<u8>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::store) enum Broken {
    /// It is of a form or kind that is not known here.
    Unknown,
    /// Its bytes have changed since it was written, or it is of another entry.
    Damaged,
}

/// Compresses a value; `None` when that does not help.
pub(in crate::store) fn compressed(value: &[u8]) -> Option<Vec<u8>> {
    let packed = zstd::bulk::compress(value, LEVEL).ok()?;
    (packed.len() < value.len() - value.len() / 8).then_some(packed)
}

/// Returns the value of a frame that has `raw` bytes without compression.
pub(in crate::store) fn expanded(packed: &[u8], raw: u64) -> Option<Vec<u8>> {
    let raw = usize::try_from(raw).ok().filter(|raw| *raw <= VALUE_LIMIT * 2)?;
    EXPANDER.with_borrow_mut(|kept| {
        let expander = match kept {
            Some(expander) => expander,
            None => kept.insert(Decompressor::new().ok()?),
        };
        expander.decompress(packed, raw).ok().filter(|value| value.len() == raw)
    })
}

impl Blob {
    /// Returns the bytes of the file.
    pub(in crate::store) fn encode(&self) -> Vec<u8> {
        let packed = compressed(&self.body);
        let (codec, stored) = match &packed {
            Some(packed) => (ZSTD, packed.as_slice()),
            None => (PLAIN, self.body.as_slice()),
        };
        let Header { kind, created, remake_us, usd, deps } = &self.header;
        let deps = deps.as_deref().unwrap_or_default();
        let mut out = Vec::with_capacity(HEAD + deps.len() * 32 + self.meta.len() + stored.len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&[VERSION, key::number(*kind), codec, 0]);
        out.extend_from_slice(&short(self.meta.len()));
        out.extend_from_slice(&short(deps.len()));
        out.extend_from_slice(&created.0.to_le_bytes());
        out.extend_from_slice(&remake_us.to_le_bytes());
        out.extend_from_slice(&usd.to_le_bytes());
        out.extend_from_slice(&(self.body.len() as u64).to_le_bytes());
        out.extend_from_slice(&(stored.len() as u64).to_le_bytes());
        out.extend_from_slice(&self.key.0);
        out.extend_from_slice(&[0; 32]);
        for hash in deps {
            out.extend_from_slice(&hash.0);
        }
        out.extend_from_slice(&self.meta);
        out.extend_from_slice(stored);
        let sum = checksum(&out);
        out[SUM_AT..HEAD].copy_from_slice(&sum);
        out
    }

    /// Reads the bytes of a file and checks them.
    pub(in crate::store) fn decode(bytes: &[u8]) -> Result<Self, Broken> {
        let head: &[u8; HEAD] = bytes.first_chunk().ok_or(Broken::Damaged)?;
        if !head.starts_with(MAGIC) {
            return Err(Broken::Damaged);
        }
        if head[8] != VERSION || head[10] > ZSTD {
            return Err(Broken::Unknown);
        }
        if head[SUM_AT..] != checksum(bytes) {
            return Err(Broken::Damaged);
        }
        let kind = key::kind_of(head[9]).ok_or(Broken::Unknown)?;
        Self::parts(head, kind, bytes).ok_or(Broken::Damaged)
    }

    fn parts(head: &[u8; HEAD], kind: crate::model::Kind, bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| head[at..].first_chunk().map(|w| u32::from_le_bytes(*w));
        let long = |at: usize| head[at..].first_chunk().map(|w| u64::from_le_bytes(*w));
        let (meta_length, number) = (word(12)? as usize, word(16)? as usize);
        let (deps, rest) = bytes[HEAD..].split_at_checked(number.checked_mul(32)?)?;
        let (meta, stored) = rest.split_at_checked(meta_length)?;
        if stored.len() as u64 != long(48)? {
            return None;
        }
        let raw = long(40)?;
        let body = if head[10] == ZSTD { expanded(stored, raw)? } else { stored.to_vec() };
        let deps = (number > 0)
            .then(|| deps.as_chunks().0.iter().map(|hash| ContentHash(*hash)).collect());
        let created = UnixNanos(i64::from_le_bytes(*head[20..].first_chunk()?));
        let header = Header { kind, created, remake_us: word(28)?, usd: long(32)?, deps };
        let key = EntryKey(*head[KEY_AT..].first_chunk()?);
        Some(Self { key, header, meta: meta.to_vec(), body })
    }
}

fn short(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

fn checksum(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..SUM_AT]).update(&bytes[HEAD..]);
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::Kind;

    use super::*;

    fn blob(meta: Vec<u8>, body: Vec<u8>, deps: usize) -> Blob {
        let deps = (deps > 0).then(|| (0..deps).map(|_| ContentHash([5; 32])).collect());
        let header =
            Header { kind: Kind::Result, created: UnixNanos(9), remake_us: 3, usd: 7, deps };
        Blob { key: EntryKey([1; 32]), header, meta, body }
    }

    #[test]
    fn what_repeats_itself_is_compressed_and_a_stock_zstd_reads_it() {
        let body = b"{\"answer\": 42}".repeat(1000);
        let bytes = blob(b"m".to_vec(), body.clone(), 0).encode();
        assert!(bytes.len() < body.len() / 10);
        assert_eq!(zstd::decode_all(&bytes[HEAD + 1..]).unwrap(), body);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(meta: Vec<u8>, body: Vec<u8>, deps in 0_usize..3) {
            let blob = blob(meta, body, deps);
            prop_assert_eq!(Blob::decode(&blob.encode()), Ok(blob));
        }

        #[test]
        fn a_changed_byte_is_found(body: Vec<u8>, at: usize, flip in 1_u8..) {
            let mut bytes = blob(Vec::new(), body, 1).encode();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            prop_assert!(Blob::decode(&bytes).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, cut in 0_usize..200) {
            let _ = Blob::decode(&bytes);
            let whole = blob(bytes.clone(), bytes, 1).encode();
            prop_assert!(Blob::decode(&whole[..cut.min(whole.len() - 1)]).is_err());
        }
    }
}
