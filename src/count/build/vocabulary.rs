//! The words of an encoding, by rank.

use std::collections::HashMap;

use tiktoken_rs::CoreBPE;

/// Ranks that no encoding reaches: the search for words ends here.
const END: u32 = 1 << 18;

/// Every word of an encoding with its rank.
pub(crate) struct Vocabulary {
    ranks: HashMap<Vec<u8>, u32>,
    words: Vec<(Vec<u8>, u32)>,
}

impl Vocabulary {
    /// Reads the words out of an engine, special ones left out.
    pub(crate) fn read(engine: &CoreBPE) -> Self {
        let special = engine.special_tokens();
        let words: Vec<_> = (0..END)
            .filter_map(|rank| Some((engine.decode_bytes(&[rank]).ok()?, rank)))
            .filter(|(word, _)| !std::str::from_utf8(word).is_ok_and(|it| special.contains(it)))
            .collect();
        Self { ranks: words.iter().cloned().collect(), words }
    }

    /// Returns the words, lowest rank first.
    pub(crate) fn words(&self) -> &[(Vec<u8>, u32)] {
        &self.words
    }

    /// Returns the rank of a word.
    pub(crate) fn rank(&self, word: &[u8]) -> Option<u32> {
        self.ranks.get(word).copied()
    }

    /// Returns the ranks of the 256 words of one byte.
    pub(crate) fn byte_ids(&self) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        for byte in 0..=u8::MAX {
            let rank = self.rank(&[byte]).ok_or_else(|| format!("no word for byte {byte}"))?;
            out.extend(rank.to_le_bytes());
        }
        Ok(out)
    }

    /// Returns the ranks of all words of two bytes, `u32::MAX` where there is none.
    pub(crate) fn of_two_bytes(&self) -> Vec<u8> {
        let ranks = (0..=u16::MAX).map(|two| self.rank(&two.to_be_bytes()).unwrap_or(u32::MAX));
        ranks.flat_map(u32::to_le_bytes).collect()
    }

    /// Returns the words of 2 to 8 bytes as numbers; one that ends in NUL would look shorter.
    pub(crate) fn short(&self) -> Vec<u64> {
        let number = |(word, _): &(Vec<u8>, u32)| {
            let mut bytes = [0; 8];
            bytes.get_mut(..word.len())?.copy_from_slice(word);
            (word.len() > 1 && word.last() != Some(&0)).then_some(u64::from_le_bytes(bytes))
        };
        self.words.iter().filter_map(number).collect()
    }
}
