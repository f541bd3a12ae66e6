//! Byte-pair counting of pieces of any length, in time that grows with the length only.
//!
//! A row of words is what merging gives exactly when each two neighbours, merged alone, stay these
//! two. So a long piece is merged in windows: where a window begins at a part of the one before and
//! begins with the same part, or with one that stays apart from the part before it, all parts so
//! far are final. Where none does, the window grows; where that makes another first part of it, one
//! that does not stay apart from the part before, all begins again with windows as wide as this one.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    masks::Look,
    merge::{Ids, MOST, PLACES},
    tables::{NONE, Table},
};

/// How often another place is tried before the window grows.
const TRIES: usize = 3;

/// How many windows of a width are used before a narrower one is tried again.
const PATIENCE: usize = 32;

/// A word and where it begins in its window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Part {
    start: usize,
    rank: u32,
}

/// Where a window begins, and the last final part before it: the same where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    before: usize,
    from: usize,
}

/// What was taken for final is not: the piece is begun again with windows of this width.
#[derive(Clone, Copy, Debug)]
struct TooNarrow(usize);

/// Room to merge long pieces in, kept from piece to piece.
#[derive(Debug, Default)]
pub(super) struct Long {
    parts: Vec<Part>,
    ahead: Vec<Part>,
    pair: Vec<Part>,
    nodes: Vec<Node>,
    heap: BinaryHeap<Reverse<u64>>,
}

/// A part on its way through a merge.
#[derive(Clone, Copy, Debug)]
struct Node {
    rank: u32,
    joined: u32,
    before: usize,
    after: usize,
}

impl Long {
    /// Returns how many tokens a piece has.
    pub(super) fn count<L: Look>(&mut self, table: &Table, piece: &[u8]) -> u64 {
        let mut least = MOST;
        loop {
            match self.count_in::<L>(table, piece, least) {
                Ok(count) => return count,
                Err(TooNarrow(wider)) => least = wider,
            }
        }
    }

    /// Counts in windows of a width at least, wider where that is needed.
    fn count_in<L: Look>(
        &mut self,
        table: &Table,
        piece: &[u8],
        least: usize,
    ) -> Result<u64, TooNarrow> {
        let (mut place, mut width, mut count, mut patience) =
            (Place::default(), least, 0, PATIENCE);
        let mut parts = std::mem::take(&mut self.parts);
        self.merge::<L>(table, window(piece, 0, width), &mut parts);
        let mut enough = true;
        while enough && place.from + width < piece.len() {
            if let Some(sure) = self.advance::<L>(table, &piece[place.from..], width, &parts) {
                place.before = place.from + parts[sure - 1].start;
                place.from += parts[sure].start;
                count += sure as u64;
                std::mem::swap(&mut parts, &mut self.ahead);
                patience -= 1;
                if patience == 0 {
                    patience = PATIENCE;
                    let narrower = least.max(width / 4);
                    if self.merge_again::<L>(table, piece, place, narrower) {
                        width = narrower;
                        std::mem::swap(&mut parts, &mut self.ahead);
                    }
                }
            } else {
                patience = PATIENCE;
                width *= 4;
                enough = self.merge_again::<L>(table, piece, place, width);
                std::mem::swap(&mut parts, &mut self.ahead);
            }
        }
        count += parts.len() as u64;
        self.parts = parts;
        if enough { Ok(count) } else { Err(TooNarrow(width)) }
    }

    /// Merges a window of another width into `ahead`; returns whether what is final stays so.
    ///
    /// The window may begin with another part than it did, and that one may not stay apart from the
    /// last final part.
    fn merge_again<L: Look>(
        &mut self,
        table: &Table,
        piece: &[u8],
        place: Place,
        width: usize,
    ) -> bool {
        let Place { before, from } = place;
        let mut ahead = std::mem::take(&mut self.ahead);
        let again = window(piece, from, width);
        self.merge::<L>(table, again, &mut ahead);
        let end = from + ahead.get(1).map_or(again.len(), |it| it.start);
        self.ahead = ahead;
        before == from || self.stay_two::<L>(table, &piece[before..end], from - before)
    }

    /// Finds how many of the parts are final; leaves the window that begins there in `ahead`.
    fn advance<L: Look>(
        &mut self,
        table: &Table,
        piece: &[u8],
        width: usize,
        parts: &[Part],
    ) -> Option<usize> {
        let room = width - width / 4;
        let last = parts.iter().rposition(|part| part.start <= room)?;
        let mut ahead = std::mem::take(&mut self.ahead);
        let mut found = None;
        for at in (last.saturating_sub(TRIES).max(1)..=last).rev() {
            let start = parts[at].start;
            let (here, there) = (window(piece, 0, width), window(piece, start, width));
            if here == there {
                // Repeated text: the same bytes merge to the same parts.
                ahead.clear();
                ahead.extend_from_slice(parts);
            } else {
                self.merge::<L>(table, there, &mut ahead);
            }
            if ahead[0].rank == parts[at].rank || {
                let end =
                    ahead.get(1).map_or(piece.len().min(start + width), |it| start + it.start);
                self.stay_two::<L>(
                    table,
                    &piece[parts[at - 1].start..end],
                    start - parts[at - 1].start,
                )
            } {
                found = Some(at);
                break;
            }
        }
        self.ahead = ahead;
        found
    }

    /// Returns whether bytes merge to exactly two parts, the second at an offset.
    fn stay_two<L: Look>(&mut self, table: &Table, bytes: &[u8], second: usize) -> bool {
        let mut pair = std::mem::take(&mut self.pair);
        self.merge::<L>(table, bytes, &mut pair);
        let stay = pair.len() == 2 && pair[1].start == second;
        self.pair = pair;
        stay
    }

    fn merge<L: Look>(&mut self, table: &Table, bytes: &[u8], out: &mut Vec<Part>) {
        out.clear();
        if bytes.len() > MOST {
            self.merge_wide(table, bytes, out);
            return;
        }
        let mut ids: Ids = [0; PLACES];
        let mut starts = L::merge(table, bytes, &mut ids);
        while starts != 0 {
            let start = starts.trailing_zeros() as usize;
            out.push(Part { start, rank: ids[start] });
            starts &= starts - 1;
        }
    }

    fn merge_wide(&mut self, table: &Table, bytes: &[u8], out: &mut Vec<Part>) {
        self.nodes.clear();
        self.heap.clear();
        for (at, &byte) in bytes.iter().enumerate() {
            let joined = bytes.get(at + 1).map_or(NONE, |&next| table.two(byte, next));
            let before = at.wrapping_sub(1);
            self.nodes.push(Node { rank: table.byte(byte), joined, before, after: at + 1 });
            self.push(at);
        }
        while let Some(Reverse(least)) = self.heap.pop() {
            let (rank, at) = ((least >> 40) as u32, (least & 0xFF_FFFF_FFFF) as usize);
            if self.nodes[at].joined == rank {
                self.join(table, at);
            }
        }
        let mut start = 0;
        while let Some(node) = self.nodes.get(start) {
            out.push(Part { start, rank: node.rank });
            start = node.after;
        }
    }

    /// Joins a part with the one after it.
    fn join(&mut self, table: &Table, at: usize) {
        let Node { joined: rank, before, after: gone, .. } = self.nodes[at];
        self.nodes[gone].joined = NONE;
        let after = self.nodes[gone].after;
        let joined = self.nodes.get(after).map_or(NONE, |next| table.merge(rank, next.rank));
        self.nodes[at] = Node { rank, joined, before, after };
        self.push(at);
        if let Some(next) = self.nodes.get_mut(after) {
            next.before = at;
        }
        if let Some(left) = self.nodes.get_mut(before) {
            left.joined = table.merge(left.rank, rank);
            self.push(before);
        }
    }

    fn push(&mut self, at: usize) {
        let joined = self.nodes[at].joined;
        if joined != NONE {
            self.heap.push(Reverse(u64::from(joined) << 40 | at as u64));
        }
    }
}

fn window(piece: &[u8], from: usize, width: usize) -> &[u8] {
    &piece[from..piece.len().min(from + width)]
}
