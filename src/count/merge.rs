//! Byte-pair merging of up to 63 bytes, on a stack and by words.
//!
//! tiktoken joins neighbours whose bytes together are a word, lowest rank first, leftmost first. It
//! asks by bytes; here two words are asked for the one word they make. That is the same: when two
//! parts `a`, `b` that make the word `t` stand beside each other, nothing crossed the borders of `t`
//! so far, so what happened between them is what happens to the bytes of `t` alone, and that ends
//! in the one pair which the build script found for `t`.
//!
//! Pieces do not meddle with each other, so several of them may take their steps in turns. Each step of
//! each is the one above: nothing is left out and nothing done earlier than in its piece's own order.

use super::{
    cache::SHORT_MOST,
    characters::{self, Row},
    masks::{Look, below},
    tables::{NONE, NOTHING, Table},
};

/// The most bytes that are merged at once.
pub(super) const MOST: usize = 63;

/// Places of parts: one for each byte, and [`END`].
pub(super) const PLACES: usize = MOST + 1;

/// How many short pieces are merged at once.
pub(super) const TOGETHER: usize = 4;

/// Short pieces and their lengths.
pub(super) type Short = [([u8; 16], usize); TOGETHER];

/// The place of what is no part: it stands before the first and after the last.
const END: usize = MOST;

/// The ranks of the parts, each where it begins.
pub(super) type Ids = [u32; PLACES];

/// Returns how many tokens 1 to 63 bytes merge to.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn count<L: Look>(table: &Table, piece: &[u8]) -> u64 {
    let parts = if characters::worth_it(piece) {
        merge_row::<L>(table, &mut Row::of(table, piece))
    } else {
        merge_bytes::<L>(table, piece, &mut [0; PLACES])
    };
    u64::from(parts.count_ones())
}

/// Merges 1 to 63 bytes; returns a bit for each place where a part begins.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn merge<L: Look>(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    if characters::worth_it(piece) {
        merge_characters::<L>(table, piece, ids)
    } else {
        merge_bytes::<L>(table, piece, ids)
    }
}

/// Merges, beginning with characters.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn merge_characters<L: Look>(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    let mut row = Row::of(table, piece);
    let mut parts = merge_row::<L>(table, &mut row);
    let mut starts = 0;
    while parts != 0 {
        let at = parts.trailing_zeros() as usize;
        parts &= parts - 1;
        let start = usize::from(row.starts[at]);
        ids[start] = row.ids[at];
        starts |= 1 << start;
    }
    starts
}

/// Merges, beginning with bytes.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn merge_bytes<L: Look>(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    match piece.len() {
        0..=8 => bytes_in::<L, 8>(table, piece, ids),
        9..=16 => bytes_in::<L, 16>(table, piece, ids),
        17..=32 => bytes_in::<L, 32>(table, piece, ids),
        _ => bytes_in::<L, PLACES>(table, piece, ids),
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn merge_row<L: Look>(table: &Table, row: &mut Row) -> u64 {
    match row.len {
        0..=8 => row_in::<L, 8>(table, row),
        9..=16 => row_in::<L, 16>(table, row),
        17..=32 => row_in::<L, 32>(table, row),
        _ => row_in::<L, PLACES>(table, row),
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn bytes_in<L: Look, const N: usize>(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    let len = piece.len().min(N);
    let mut next = [NONE; N];
    for (at, &byte) in piece[..len].iter().enumerate() {
        ids[at % PLACES] = table.byte(byte);
    }
    for (at, two) in piece[..len].windows(2).enumerate() {
        next[at % N] = place(table.two(two[0], two[1]), at);
    }
    Merging::of(next, ids, len).end::<L>(table, ids)
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn row_in<L: Look, const N: usize>(table: &Table, row: &mut Row) -> u64 {
    let len = row.len.min(N);
    let mut next = [NONE; N];
    for (at, two) in row.ids[..len].windows(2).enumerate() {
        next[at % N] = place(table.merge(two[0], two[1]), at);
    }
    Merging::of(next, &mut row.ids, len).end::<L>(table, &mut row.ids)
}

/// Returns how many tokens each piece of up to 15 bytes merges to.
///
/// Every step of a merge waits for what the one before it found in the table: several wait together.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn count_short<L: Look>(table: &Table, pieces: Short) -> [u64; TOGETHER] {
    let mut all = [const { Merging::EMPTY }; TOGETHER];
    let mut ids = [[NOTHING; PLACES]; TOGETHER];
    for ((one, ids), (bytes, len)) in all.iter_mut().zip(&mut ids).zip(&pieces) {
        one.begin(table, ids, bytes, *len);
    }
    let mut more = true;
    while more {
        more = false;
        for (one, ids) in all.iter_mut().zip(&mut ids) {
            more |= one.step::<L>(table, ids);
        }
    }
    let mut counts = [0; TOGETHER];
    for (count, one) in counts.iter_mut().zip(&all) {
        *count = u64::from(one.parts().count_ones());
    }
    counts
}

/// Parts on their way through a merge. In `next` a rank stands over its place: the least of all is
/// the next merge, the leftmost of its rank.
///
/// Where a part has no neighbour, [`NOTHING`] at [`END`] is one: asking for a merge with it costs
/// less than a branch that cannot be foretold.
struct Merging<const N: usize> {
    next: [u32; N],
    starts: u64,
}

impl Merging<16> {
    /// No parts.
    const EMPTY: Self = Self { next: [NONE; 16], starts: 1 << END };

    /// Begins with the bytes of a piece of up to 15 bytes.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
    fn begin(&mut self, table: &Table, ids: &mut Ids, bytes: &[u8; 16], len: usize) {
        for at in 0..SHORT_MOST {
            ids[at] = table.byte(bytes[at]);
            let two = place(table.two(bytes[at], bytes[at + 1]), at);
            self.next[at] = if at + 1 < len { two } else { NONE };
        }
        self.starts = below(len) | 1 << END;
    }
}

impl<const N: usize> Merging<N> {
    #[inline]
    fn of(next: [u32; N], ids: &mut Ids, len: usize) -> Self {
        ids[END] = NOTHING;
        Self { next, starts: below(len) | 1 << END }
    }

    /// Merges two parts; returns whether there were any to merge.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
    fn step<L: Look>(&mut self, table: &Table, ids: &mut Ids) -> bool {
        let least = L::least(&self.next);
        if least >= place(NONE, 0) {
            return false;
        }
        let (rank, at) = (least >> 6, least as usize % PLACES);
        let gone = after(self.starts, at);
        self.starts &= !(1 << gone);
        ids[at] = rank;
        let (left, right) = (before(self.starts, at), after(self.starts, at));
        let to_right = place(table.merge(rank, ids[right]), at);
        let to_left = place(table.merge(ids[left], rank), left);
        L::write(&mut self.next, [(gone, NONE), (at, to_right), (left, to_left)]);
        true
    }

    /// Merges all that can be merged; returns a bit for each place where a part begins.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
    fn end<L: Look>(mut self, table: &Table, ids: &mut Ids) -> u64 {
        while self.step::<L>(table, ids) {}
        self.parts()
    }

    /// Returns a bit for each place where a part begins.
    #[inline]
    const fn parts(&self) -> u64 {
        self.starts & below(END)
    }
}

/// Returns the place of the next part after a place.
#[inline]
fn after(starts: u64, at: usize) -> usize {
    (at + 1 + (starts >> at >> 1).trailing_zeros() as usize) % PLACES
}

/// Returns the place of the last part before a place.
#[inline]
fn before(starts: u64, at: usize) -> usize {
    END.wrapping_sub((starts & below(at)).leading_zeros() as usize) % PLACES
}

/// Returns a rank over its place: what has no rank is greater than all that have one.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a place is below 64")]
const fn place(rank: u32, at: usize) -> u32 {
    rank << 6 | at as u32
}
