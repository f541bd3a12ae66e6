//! The merges of an encoding: which two words become which third.
//!
//! A word is always made of the same two words, those its own bytes come down to last: so merging by
//! pairs of words gives what merging by bytes gives. See `merge.rs` of the counter for the proof.

use std::collections::HashMap;

use super::vocabulary::Vocabulary;

/// Two words, and what they become.
pub(crate) struct Merges {
    made: HashMap<(u32, u32), u32>,
}

impl Merges {
    /// Finds the last merge of every word.
    ///
    /// # Errors
    ///
    /// Says which word cannot be made by merging, or is made of one of a higher rank: the counter
    /// relies on there being none.
    pub(crate) fn of(words: &Vocabulary) -> Result<Self, String> {
        let mut made = HashMap::new();
        for (word, rank) in words.words().iter().filter(|(word, _)| word.len() > 1) {
            let Some(pair) = last_pair(words, word) else {
                return Err(format!("word {rank} {word:?} cannot be made by merging"));
            };
            if pair.0.max(pair.1) > *rank {
                return Err(format!("word {rank} {word:?} has a lower rank than its parts"));
            }
            made.insert(pair, *rank);
        }
        Ok(Self { made })
    }

    /// Returns whether these are exactly the merges of `other` below some rank.
    pub(crate) fn is_start_of(&self, other: &Self) -> bool {
        let end = self.made.values().copied().max().map_or(0, |last| last + 1);
        let below = other.made.iter().filter(|&(_, &rank)| rank < end);
        below.clone().count() == self.made.len()
            && below.into_iter().all(|(pair, rank)| self.made.get(pair) == Some(rank))
    }

    /// Returns each merge as its key, 36 bits, over its rank, 18 bits.
    pub(crate) fn slots(&self) -> Vec<u64> {
        let mut slots: Vec<u64> = self
            .made
            .iter()
            .map(|(&(left, right), &rank)| {
                (u64::from(left) << 36) | (u64::from(right) << 18) | u64::from(rank)
            })
            .collect();
        slots.sort_unstable();
        slots
    }
}

/// Merges the bytes of a word as tiktoken does until two are left.
fn last_pair(words: &Vocabulary, word: &[u8]) -> Option<(u32, u32)> {
    let mut cuts: Vec<usize> = (0..=word.len()).collect();
    while cuts.len() > 3 {
        let joined = cuts.windows(3).map(|cut| words.rank(&word[cut[0]..cut[2]]));
        let (_, at) = joined.enumerate().filter_map(|(at, rank)| Some((rank?, at + 1))).min()?;
        cuts.remove(at);
    }
    Some((words.rank(&word[..cuts[1]])?, words.rank(&word[cuts[1]..])?))
}
