//! The tables that the build script wrote: nothing is constructed, pages are read when touched.

use super::characters::Alone;
use crate::model::Encoding;

/// Stands for "these two do not merge".
pub(super) const NONE: u32 = u32::MAX;

/// A rank that no word has: it merges with none.
pub(super) const NOTHING: u32 = 0x3_FFFF;

/// The first rank of `p50k_base` that `r50k_base` lacks; below it they are one vocabulary.
const R50K_END: u32 = 50_256;

/// Borders before a character of three bytes by both bytes, then others by the byte before.
const BORDERS: usize = (1 << 12) + (1 << 6);

/// The merges of one encoding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    bytes: &'static [[u8; 4]; 256],
    twos: &'static [[u8; 4]; 1 << 16],
    characters: &'static [[u8; 4]; 1 << 16],
    borders: &'static [[u8; 4]; BORDERS],
    merges: Perfect,
    words: Option<Perfect>,
    end: u32,
}

/// A hash table without collisions: the one slot where a key could be.
#[derive(Clone, Copy, Debug)]
struct Perfect {
    filter: &'static [[u8; 1]],
    seeds: &'static [[u8; 2]],
    slots: &'static [[u8; 8]],
}

/// Keeps a blob where a cache line begins.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

// Macros because `include_bytes!` takes a literal.
macro_rules! blob {
    ($name:literal, $kind:literal) => {{
        static BLOB: &Aligned<[u8]> =
            &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/", $name, $kind)));
        BLOB.0.as_chunks().0
    }};
}

macro_rules! perfect {
    ($name:literal) => {
        Perfect {
            filter: blob!($name, ".filter.bin"),
            seeds: blob!($name, ".seeds.bin"),
            slots: blob!($name, ".slots.bin"),
        }
    };
}

const fn whole<const N: usize>(blob: &'static [[u8; 4]]) -> &'static [[u8; 4]; N] {
    blob.first_chunk().expect("the build script writes all of it")
}

static CL100K: Table = Table {
    bytes: whole(blob!("cl100k", ".bytes.bin")),
    twos: whole(blob!("cl100k", ".twos.bin")),
    characters: whole(blob!("cl100k", ".characters.bin")),
    borders: whole(blob!("cl100k", ".borders.bin")),
    merges: perfect!("cl100k.merges"),
    words: Some(perfect!("cl100k.words")),
    end: NONE,
};
static O200K: Table = Table {
    bytes: whole(blob!("o200k", ".bytes.bin")),
    twos: whole(blob!("o200k", ".twos.bin")),
    characters: whole(blob!("o200k", ".characters.bin")),
    borders: whole(blob!("o200k", ".borders.bin")),
    merges: perfect!("o200k.merges"),
    words: Some(perfect!("o200k.words")),
    end: NONE,
};
static P50K: Table = Table {
    bytes: whole(blob!("p50k", ".bytes.bin")),
    twos: whole(blob!("p50k", ".twos.bin")),
    characters: whole(blob!("p50k", ".characters.bin")),
    borders: whole(blob!("p50k", ".borders.bin")),
    merges: perfect!("p50k.merges"),
    words: None,
    end: NONE,
};
static R50K: Table = Table { end: R50K_END, ..P50K };

impl Table {
    /// Returns the table of an encoding.
    pub(super) fn of(encoding: Encoding) -> &'static Self {
        match encoding {
            Encoding::Cl100kBase => &CL100K,
            Encoding::O200kBase => &O200K,
            Encoding::P50kBase => &P50K,
            Encoding::R50kBase => &R50K,
        }
    }

    /// Returns the rank of a byte.
    #[inline]
    pub(super) fn byte(&self, byte: u8) -> u32 {
        u32::from_le_bytes(self.bytes[usize::from(byte)])
    }

    /// Returns the rank that two bytes merge to, or [`NONE`].
    #[inline]
    pub(super) fn two(&self, left: u8, right: u8) -> u32 {
        self.below_end(u32::from_le_bytes(self.twos[usize::from(left) << 8 | usize::from(right)]))
    }

    /// Returns what the bytes of a character of three bytes become alone.
    #[inline]
    pub(super) fn character(&self, first: u8, second: u8, third: u8) -> Alone {
        let bits = |byte: u8| usize::from(byte & 0x3F);
        let code = usize::from(first & 0xF) << 12 | bits(second) << 6 | bits(third);
        let entry = u32::from_le_bytes(self.characters[code]);
        let rank = entry & 0x3_FFFF;
        match entry >> 18 {
            1 if rank < self.end => Alone::Whole(rank),
            2 if rank < self.end => Alone::TwoOne(rank),
            3 if rank < self.end => Alone::OneTwo(rank),
            _ => Alone::Bytes,
        }
    }

    /// Returns the least rank of the words that reach from a part of a character of three bytes over
    /// a border that lies between these bytes: the last of the one and the first of the other.
    #[inline]
    pub(super) fn border(&self, left: u8, right: u8) -> u32 {
        let at = if right & 0xF0 == 0xE0 {
            usize::from(left) << 4 | usize::from(right & 0xF)
        } else {
            1 << 12 | usize::from(left & 0x3F)
        };
        u32::from_le_bytes(self.borders[at])
    }

    /// Returns the rank that two words merge to, or [`NONE`].
    #[inline]
    pub(super) fn merge(&self, left: u32, right: u32) -> u32 {
        let key = u64::from(left) << 18 | u64::from(right);
        let slot = self.merges.slot(key);
        let rank = self.below_end(u32::try_from(slot & 0x3_FFFF).unwrap_or(NONE));
        if slot >> 18 == key { rank } else { NONE }
    }

    /// Returns whether up to 8 bytes, as a number, are surely one word; they do not end in NUL.
    #[inline]
    pub(super) fn is_word(&self, bytes: u64) -> bool {
        self.words.is_some_and(|words| words.slot(bytes) == bytes)
    }

    #[inline]
    const fn below_end(&self, rank: u32) -> u32 {
        if rank < self.end { rank } else { NONE }
    }
}

impl Perfect {
    /// Returns the slot where a key is if it is anywhere.
    ///
    /// For most keys that are not there it is the first slot, which is always near: looking at it in
    /// vain costs less than a branch that cannot be foretold, and keeps several questions in flight.
    #[inline]
    fn slot(&self, key: u64) -> u64 {
        let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let seed = u16::from_le_bytes(self.seeds[within(hash, self.seeds.len())]);
        let turned = hash ^ u64::from(seed).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let again = turned.wrapping_mul(0xA076_1D64_78BD_642F);
        let maybe = usize::from(self.may_have(hash)).wrapping_neg();
        u64::from_le_bytes(self.slots[within(again, self.slots.len()) & maybe])
    }

    /// Returns whether a key with this hash may be there: false for most that are not.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the bits are far fewer than 2^32")]
    fn may_have(&self, hash: u64) -> bool {
        let bits = self.filter.len() * 8;
        let bit = (hash >> (64 - bits.ilog2())) as usize;
        self.filter[bit / 8][0] & 1 << (bit % 8) != 0
    }
}

/// Returns a place below `len` from the upper half of a hash.
#[inline]
fn within(hash: u64, len: usize) -> usize {
    ((hash >> 32) as usize * len) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tables_together_are_smaller_than_nine_megabytes() {
        let perfect = |it: &Perfect| it.filter.len() + it.seeds.len() * 2 + it.slots.len() * 8;
        let bytes: usize = [&CL100K, &O200K, &P50K]
            .map(|table| {
                let words = table.words.as_ref().map_or(0, perfect);
                let small = table.bytes.len() + table.borders.len();
                let large = table.twos.len() + table.characters.len();
                (small + large) * 4 + perfect(&table.merges) + words
            })
            .iter()
            .sum();
        assert!(bytes < 9_000_000, "{bytes}");
    }
}
