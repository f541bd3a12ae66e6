//! Byte-pair merging of up to 64 bytes, on a stack and by words.
//!
//! tiktoken joins neighbours whose bytes together are a word, lowest rank first, leftmost first. It
//! asks by bytes; here two words are asked for the one word they make. That is the same: when two
//! parts `a`, `b` that make the word `t` stand beside each other, nothing crossed the borders of `t`
//! so far, so what happened between them is what happens to the bytes of `t` alone, and that ends
//! in the one pair which the build script found for `t`.

use super::{
    characters::{self, Row},
    tables::{NONE, Table},
};

/// The most bytes that are merged at once.
pub(super) const MOST: usize = 64;

/// The ranks of the parts, each where it begins.
pub(super) type Ids = [u32; MOST];

/// Returns how many tokens 1 to 64 bytes merge to.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn count(table: &Table, piece: &[u8]) -> u64 {
    let parts = if characters::worth_it(piece) {
        merge_row(table, &mut Row::of(table, piece))
    } else {
        merge_bytes(table, piece, &mut [0; MOST])
    };
    u64::from(parts.count_ones())
}

/// Merges 1 to 64 bytes; returns a bit for each place where a part begins.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn merge(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    if characters::worth_it(piece) {
        merge_characters(table, piece, ids)
    } else {
        merge_bytes(table, piece, ids)
    }
}

/// Merges, beginning with characters.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn merge_characters(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    let mut row = Row::of(table, piece);
    let mut parts = merge_row(table, &mut row);
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
pub(super) fn merge_bytes(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    match piece.len() {
        0..=16 => bytes_in::<16>(table, piece, ids),
        17..=32 => bytes_in::<32>(table, piece, ids),
        _ => bytes_in::<MOST>(table, piece, ids),
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn merge_row(table: &Table, row: &mut Row) -> u64 {
    match row.len {
        0..=16 => row_in::<16>(table, row),
        17..=32 => row_in::<32>(table, row),
        _ => row_in::<MOST>(table, row),
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn bytes_in<const N: usize>(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    let len = piece.len().min(N);
    let mut next = [NONE; N];
    for (at, &byte) in piece[..len].iter().enumerate() {
        ids[at % MOST] = table.byte(byte);
    }
    for (at, two) in piece[..len].windows(2).enumerate() {
        next[at % N] = place(table.two(two[0], two[1]), at);
    }
    merge_in(table, next, ids, len)
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn row_in<const N: usize>(table: &Table, row: &mut Row) -> u64 {
    let len = row.len.min(N);
    let mut next = [NONE; N];
    for (at, two) in row.ids[..len].windows(2).enumerate() {
        next[at % N] = place(table.merge(two[0], two[1]), at);
    }
    merge_in(table, next, &mut row.ids, len)
}

/// Merges parts whose ranks are in `ids`. In `next` a rank stands over its place: the least of all
/// is the next merge, the leftmost of its rank.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn merge_in<const N: usize>(table: &Table, mut next: [u32; N], ids: &mut Ids, len: usize) -> u64 {
    let mut starts = u64::MAX >> (MOST - len.max(1));
    loop {
        let least = next.iter().fold(NONE, |least, &one| least.min(one));
        if least == NONE {
            return starts;
        }
        let (rank, at) = (least >> 6, least as usize % MOST);
        let gone = after(starts, at);
        starts &= !(1 << gone);
        ids[at] = rank;
        let right = after(starts, at);
        let to_right = if right < MOST { place(table.merge(rank, ids[right]), at) } else { NONE };
        let before = starts & ((1 << at) - 1);
        // Without a part before it, the place of the new part itself is written twice.
        let left = before.checked_ilog2().map_or(at, |left| left as usize % MOST);
        let to_left = if left < at { place(table.merge(ids[left], rank), left) } else { to_right };
        write(&mut next, [(gone, NONE), (at, to_right), (left, to_left)]);
    }
}

/// Writes three places by going over all: single writes would be waited for when all are read.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
#[expect(clippy::cast_possible_truncation, reason = "a place is below 64")]
fn write<const N: usize>(next: &mut [u32; N], places: [(usize, u32); 3]) {
    for (lane, one) in (0..).zip(next.iter_mut()) {
        for (at, value) in places {
            *one = if lane == at as u32 { value } else { *one };
        }
    }
}

#[inline]
fn after(starts: u64, at: usize) -> usize {
    at + 1 + (starts >> at >> 1).trailing_zeros() as usize
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a place is below 64")]
fn place(rank: u32, at: usize) -> u32 {
    if rank == NONE { NONE } else { rank << 6 | at as u32 }
}
