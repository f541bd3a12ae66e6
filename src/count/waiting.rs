//! Short pieces that are not known yet: they wait until they are many, then they are counted together.
//!
//! Words and merges are found far from the processor, and each step of a merge waits for what the one
//! before it found. So words are asked for all at once, and four pieces take their steps in turns. That
//! is exact: a text's count is the sum of its pieces' counts, in any order.
//!
//! A piece is remembered as waiting when it begins to: a count of 0, which no piece has. Where it comes
//! again it waits for the count of the first one, or is merged alone where that is forgotten already.

use super::{
    cache::{Cache, Key},
    characters,
    masks::Look,
    merge::TOGETHER,
    tables::Table,
};

/// How many wait until all are counted; the end of a text counts them too. More would stay away from
/// the processor until it is their turn.
const MOST: usize = 32;

/// Pieces in the order they came.
#[derive(Debug)]
struct Keys {
    all: [Key; MOST + TOGETHER],
    len: usize,
}

/// The pieces that wait.
#[derive(Debug)]
pub(super) struct Waiting {
    new: Keys,
    again: Keys,
}

impl Keys {
    const fn new() -> Self {
        Self { all: [Key::EMPTY; MOST + TOGETHER], len: 0 }
    }

    #[inline]
    fn push(&mut self, key: Key) {
        self.all[self.len % MOST] = key;
        self.len += 1;
    }
}

impl Waiting {
    /// Returns an empty list.
    pub(super) const fn new() -> Self {
        Self { new: Keys::new(), again: Keys::new() }
    }

    /// Returns the count of a piece, or 0 when it waits now; and then, when they are many enough, the
    /// tokens of all that wait.
    #[inline]
    pub(super) fn push<L: Look>(&mut self, table: &Table, cache: &mut Cache, key: Key) -> u64 {
        match cache.short_before(key) {
            Some(0) => self.again.push(key),
            Some(known) => return known,
            None => {
                cache.begin_short(key);
                self.new.push(key);
            }
        }
        let full = self.new.len == MOST || self.again.len == MOST;
        if full { self.count::<L>(table, cache) } else { 0 }
    }

    /// Returns the tokens of all that wait; then none does.
    pub(super) fn count<L: Look>(&mut self, table: &Table, cache: &mut Cache) -> u64 {
        let mut tokens = self.count_easy::<L>(table, cache) + self.merge::<L>(table, cache);
        for key in &self.again.all[..std::mem::take(&mut self.again.len)] {
            let known = cache.short_before(*key);
            tokens += known.unwrap_or_else(|| merged::<L>(table, *key));
        }
        tokens
    }

    /// Counts those that are one word, and those of characters that are looked up; the others remain.
    fn count_easy<L: Look>(&mut self, table: &Table, cache: &mut Cache) -> u64 {
        let len = std::mem::take(&mut self.new.len);
        let mut words = 0_u64;
        for (at, key) in self.new.all[..len].iter().enumerate() {
            let (word, whole) = key.short_word();
            words |= u64::from(table.is_word(word) & whole) << at;
        }
        let mut tokens = 0;
        for at in 0..len {
            let key = self.new.all[at];
            let (bytes, len) = key.bytes();
            let count = if words >> at & 1 == 1 {
                1
            } else if characters::worth_it(&bytes[..len]) {
                merged::<L>(table, key)
            } else {
                self.new.push(key);
                continue;
            };
            cache.end_short(key, count);
            tokens += count;
        }
        tokens
    }

    /// Counts those that remain, several at once.
    fn merge<L: Look>(&mut self, table: &Table, cache: &mut Cache) -> u64 {
        let len = std::mem::take(&mut self.new.len);
        self.new.all[len..len + TOGETHER].fill(Key::EMPTY);
        let mut tokens = 0;
        for keys in self.new.all[..len.next_multiple_of(TOGETHER)].as_chunks().0 {
            let counts = L::merged_short(table, keys.map(Key::bytes));
            for (key, count) in keys.iter().zip(counts) {
                cache.end_short(*key, count);
                tokens += count;
            }
        }
        tokens
    }
}

fn merged<L: Look>(table: &Table, key: Key) -> u64 {
    let (bytes, len) = key.bytes();
    L::merged(table, &bytes[..len])
}

#[cfg(test)]
mod tests;
