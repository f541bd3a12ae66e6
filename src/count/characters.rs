//! Characters of three bytes, merged in one look before the merging begins.
//!
//! Chinese, Japanese and Korean are written with them. Merges come in the order of their ranks, for
//! each makes a word of a higher rank than its two (the build script makes sure of it). So when the
//! last merge inside a character has a lower rank than every word that reaches from part of it over
//! its border with the neighbour it has, nothing meddles with it: it becomes what its bytes alone
//! become, before anything can happen to the whole of it. Such a character may as well begin so.

use super::{
    merge::{Ids, PLACES},
    tables::Table,
};

/// What merging begins with.
#[derive(Debug)]
pub(super) struct Row {
    /// The ranks of the parts.
    pub(super) ids: Ids,
    /// Where each begins in the piece.
    pub(super) starts: [u8; PLACES],
    /// How many they are.
    pub(super) len: usize,
}

/// What a character of three bytes becomes when it is merged alone, and the rank of its last merge.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Alone {
    /// Its bytes: nothing in it merges.
    Bytes,
    /// One word.
    Whole(u32),
    /// A word of two bytes, then a byte.
    TwoOne(u32),
    /// A byte, then a word of two bytes.
    OneTwo(u32),
}

/// Returns whether a piece looks as if it had such characters: any answer is right.
#[inline]
pub(super) fn worth_it(piece: &[u8]) -> bool {
    matches!(piece, [_, second, _, _, ..] if piece[0] >= 0xE0 || *second >= 0xE0)
}

impl Row {
    /// Returns the parts of 1 to 63 bytes.
    #[inline]
    pub(super) fn of(table: &Table, piece: &[u8]) -> Self {
        let mut row = Self { ids: [0; PLACES], starts: [0; PLACES], len: 0 };
        let mut at = 0;
        while at < piece.len() {
            at += row.take(table, piece, at);
        }
        row
    }

    /// Takes a character or a byte; returns how many bytes it took.
    #[inline]
    fn take(&mut self, table: &Table, piece: &[u8], at: usize) -> usize {
        let Some(&[first @ 0xE0..=0xEF, second, third]) = piece[at..].first_chunk() else {
            self.push(table.byte(piece[at]), at);
            return 1;
        };
        let alone = table.character(first, second, third);
        let border = |left: usize| Some(table.border(piece[left], *piece.get(left + 1)?));
        let sure = |rank: u32| {
            at.checked_sub(1).and_then(border).is_none_or(|least| rank < least)
                && border(at + 2).is_none_or(|least| rank < least)
        };
        match alone {
            Alone::Whole(rank) if sure(rank) => self.push(rank, at),
            Alone::TwoOne(rank) if sure(rank) => {
                self.push(rank, at);
                self.push(table.byte(third), at + 2);
            }
            Alone::OneTwo(rank) if sure(rank) => {
                self.push(table.byte(first), at);
                self.push(rank, at + 1);
            }
            Alone::Bytes | Alone::Whole(_) | Alone::TwoOne(_) | Alone::OneTwo(_) => {
                for (place, byte) in (at..).zip([first, second, third]) {
                    self.push(table.byte(byte), place);
                }
            }
        }
        3
    }

    #[inline]
    fn push(&mut self, rank: u32, start: usize) {
        let at = self.len % PLACES;
        self.ids[at] = rank;
        self.starts[at] = u8::try_from(start).unwrap_or(u8::MAX);
        self.len += 1;
    }
}

#[cfg(test)]
mod tests;
