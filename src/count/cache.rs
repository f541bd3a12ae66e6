//! The pieces a worker has counted, within a fixed bound.
//!
//! Two places per hash for short pieces, the one asked for last before the other; one for others. A
//! newer piece takes the place of the older. Larger is slower, as it no longer fits beside a core.

/// Pairs of pieces of up to 15 bytes: 1 MiB. In source code half of the pieces that were not found
/// had only been forgotten with one place and 512 KiB; with two and 1 MiB it is a fifth.
const SHORT: usize = 1 << 15;

/// Pieces of 16 to 62 bytes: 128 KiB.
const MIDDLE: usize = 1 << 11;

/// The longest piece that is a number: the sixteenth byte holds its length and its count.
pub(super) const SHORT_MOST: usize = 15;

/// The longest piece that is remembered.
pub(super) const MIDDLE_MOST: usize = 62;

/// A short piece as a number: its bytes, then its length over four bits for its count.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Key {
    low: u64,
    high: u64,
}

/// A piece of 16 to 62 bytes and its count.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Middle {
    bytes: [u8; MIDDLE_MOST],
    len: u8,
    count: u8,
}

/// Two short pieces and their counts, the one asked for last first; never in two cache lines.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Pair([[u64; 2]; 2]);

/// Counts by piece.
#[derive(Debug)]
pub(super) struct Cache {
    short: Box<[Pair; SHORT]>,
    middle: Box<[Middle; MIDDLE]>,
}

impl Key {
    /// The key of no piece.
    pub(super) const EMPTY: Self = Self { low: 0, high: 0 };

    /// Returns the key of the first `len` bytes, at most 15.
    #[inline]
    pub(super) fn of(bytes: &[u8; 16], len: usize) -> Self {
        let [low, high] = words(u128::from_le_bytes(*bytes));
        let [low_mask, high_mask] = MASKS[len % 16];
        Self { low: low & low_mask, high: high & high_mask | (len as u64) << 60 }
    }

    /// Returns its bytes and how many they are.
    pub(super) fn bytes(self) -> ([u8; 16], usize) {
        let all = u128::from(self.high) << 64 | u128::from(self.low);
        (all.to_le_bytes(), (self.high >> 60) as usize)
    }

    /// Returns the first 8 bytes as a number, and whether they are all and do not end in NUL.
    #[inline]
    pub(super) fn short_word(self) -> (u64, bool) {
        let len = (self.high >> 60) as usize;
        (self.low, len <= 8 && self.low >> (len.wrapping_sub(1) * 8 % 64) != 0)
    }

    /// Returns the count in what is remembered, when it is of this piece.
    #[inline]
    fn count_in(self, [low, high]: [u64; 2]) -> Option<u64> {
        let other = (low ^ self.low) | (high ^ self.high) & !(0xF << 56);
        (other == 0).then_some(high >> 56 & 0xF)
    }

    /// Returns where it is remembered.
    #[inline]
    pub(super) fn place(self) -> usize {
        let mixed = (self.low ^ self.high.rotate_left(25)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        top(mixed, SHORT)
    }
}

/// Returns the lower and the higher half.
#[expect(clippy::cast_possible_truncation, reason = "cutting in two is what it is for")]
const fn words(all: u128) -> [u64; 2] {
    [all as u64, (all >> 64) as u64]
}

/// Which bytes of a key are of the piece.
static MASKS: [[u64; 2]; 16] = {
    let mut masks = [[0; 2]; 16];
    let mut len = 0;
    while len < 16 {
        let all: u128 = (1 << (len * 8)) - 1;
        masks[len] = words(all);
        len += 1;
    }
    masks
};

impl Cache {
    /// Returns an empty cache.
    pub(super) fn new() -> Self {
        let middle = Middle { bytes: [0; MIDDLE_MOST], len: 0, count: 0 };
        Self { short: boxed(Pair([[0; 2]; 2])), middle: boxed(middle) }
    }

    /// Returns the count of the short piece that was asked for last at its place: between 1 and 15,
    /// 0 when it is waited for, more when that is another piece.
    #[inline]
    pub(super) fn short(&self, key: Key) -> u64 {
        let [first, _] = self.short[key.place()].0;
        key.count_in(first).unwrap_or(u64::MAX)
    }

    /// Returns the count of a short piece, however long ago it was asked for: 0 when it is waited for.
    #[inline]
    pub(super) fn short_before(&mut self, key: Key) -> Option<u64> {
        let Pair([first, second]) = &mut self.short[key.place()];
        if let Some(waiting) = key.count_in(*first) {
            return Some(waiting);
        }
        let known = key.count_in(*second)?;
        std::mem::swap(first, second);
        Some(known)
    }

    /// Remembers that a short piece is waited for.
    #[inline]
    pub(super) fn begin_short(&mut self, key: Key) {
        let Pair([first, second]) = &mut self.short[key.place()];
        *second = *first;
        *first = [key.low, key.high];
    }

    /// Remembers the count of a short piece that was waited for, unless it is forgotten already.
    #[inline]
    pub(super) fn end_short(&mut self, key: Key, count: u64) {
        for slot in &mut self.short[key.place()].0 {
            if key.count_in(*slot).is_some() {
                slot[1] = key.high | (count & 0xF) << 56;
            }
        }
    }

    /// Returns the count of a piece of 16 to 62 bytes, or remembers what `count` says.
    #[inline]
    pub(super) fn middle(&mut self, piece: &[u8], count: impl FnOnce() -> u64) -> u64 {
        let slot = &mut self.middle[place(piece)];
        if slot.bytes.get(..usize::from(slot.len)) == Some(piece) {
            return u64::from(slot.count);
        }
        let counted = count();
        slot.bytes[..piece.len()].copy_from_slice(piece);
        let byte = |it: u64| u8::try_from(it).unwrap_or(u8::MAX);
        (slot.len, slot.count) = (byte(piece.len() as u64), byte(counted));
        counted
    }
}

fn place(piece: &[u8]) -> usize {
    let mut hash = piece.len() as u64;
    let words = piece.as_chunks::<8>().0.iter().chain(piece.last_chunk::<8>());
    for word in words {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^= hash >> 32;
    }
    top(hash.wrapping_mul(0x9E37_79B9_7F4A_7C15), MIDDLE)
}

/// Returns the upper bits of a hash, as a place among a power of two.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the places are far fewer than 2^32")]
const fn top(hash: u64, places: usize) -> usize {
    (hash >> (64 - places.ilog2())) as usize
}

fn boxed<T: Clone, const N: usize>(one: T) -> Box<[T; N]> {
    let all: Result<Box<[T; N]>, _> = vec![one; N].into_boxed_slice().try_into();
    all.unwrap_or_else(|_| unreachable!("a vector of N has N"))
}
