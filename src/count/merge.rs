//! Byte-pair merging of up to 64 bytes, on a stack and by words.
//!
//! tiktoken joins neighbours whose bytes together are a word, lowest rank first, leftmost first. It
//! asks by bytes; here two words are asked for the one word they make. That is the same: when two
//! parts `a`, `b` that make the word `t` stand beside each other, nothing crossed the borders of `t`
//! so far, so what happened between them is what happens to the bytes of `t` alone, and that ends
//! in the one pair which the build script found for `t`.

use super::tables::{NONE, Table};

/// The most bytes that are merged at once.
pub(super) const MOST: usize = 64;

/// The ranks of the parts, each where it begins.
pub(super) type Ids = [u32; MOST];

/// Returns how many tokens 1 to 64 bytes merge to.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn count(table: &Table, piece: &[u8]) -> u64 {
    u64::from(merge(table, piece, &mut [0; MOST]).count_ones())
}

/// Merges 1 to 64 bytes; returns a bit for each place where a part begins.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
pub(super) fn merge(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    match piece.len() {
        0..=16 => merge_in::<16>(table, piece, ids),
        17..=32 => merge_in::<32>(table, piece, ids),
        _ => merge_in::<MOST>(table, piece, ids),
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew for the processor's vectors")]
fn merge_in<const N: usize>(table: &Table, piece: &[u8], ids: &mut Ids) -> u64 {
    let len = piece.len().min(N);
    // A rank over its place: the least of all is the next merge, the leftmost of its rank.
    let mut next = [NONE; N];
    for (at, &byte) in piece[..len].iter().enumerate() {
        ids[at % MOST] = table.byte(byte);
    }
    for (at, two) in piece[..len].windows(2).enumerate() {
        next[at % N] = place(table.two(two[0], two[1]), at);
    }
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
