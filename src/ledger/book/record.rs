//! One request, packed.

use super::{Name, TypeList};
use crate::{
    ledger::{Counts, Service},
    model::{Quality, TokenUse, Tokens, Tool},
};

/// Stands for an amount of money that there is not.
pub(in crate::ledger) const NO_MONEY: u64 = u64::MAX;

/// One request: what is known of it, and its charge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ledger) struct Record {
    /// The hash of the group of its key.
    pub(in crate::ledger) group: u64,
    /// The hash of the part of its key; 0 when it has none.
    pub(in crate::ledger) part: u64,
    /// When, in nanoseconds since 1970.
    pub(in crate::ledger) at: i64,
    /// What the tool said it cost, in pico-dollars, or [`NO_MONEY`].
    pub(in crate::ledger) recorded: u64,
    /// What it costs in pico-dollars, or [`NO_MONEY`].
    pub(in crate::ledger) cost: u64,
    /// What its prompt alone costs, in pico-dollars; only where files are in it.
    pub(in crate::ledger) prompt_cost: u64,
    /// What the provider's cache saved, in pico-dollars.
    pub(in crate::ledger) saved: i64,
    /// Input, cache read, cache write of 5 minutes, of 1 hour, output, reasoning.
    pub(in crate::ledger) tokens: [u32; 6],
    pub(in crate::ledger) searches: u32,
    pub(in crate::ledger) model: Name,
    /// As the log has it.
    pub(in crate::ledger) provider: Name,
    /// The provider, also where only the price tells.
    pub(in crate::ledger) served: Name,
    pub(in crate::ledger) session: Name,
    pub(in crate::ledger) project: Name,
    /// How it was priced, in words.
    pub(in crate::ledger) price: Name,
    pub(in crate::ledger) types: TypeList,
    pub(in crate::ledger) tool: Tool,
    pub(in crate::ledger) service: Service,
    pub(in crate::ledger) counts: Counts,
    pub(in crate::ledger) quality: Quality,
    pub(in crate::ledger) us_only: bool,
    pub(in crate::ledger) is_copy: bool,
    pub(in crate::ledger) implausible: Option<bool>,
}

impl Record {
    /// Returns its tokens.
    pub(in crate::ledger) fn usage(&self) -> TokenUse {
        let [input, read, short, long, output, reasoning] =
            self.tokens.map(|count| Tokens(u64::from(count)));
        TokenUse {
            input,
            cache_read: read,
            cache_write_5m: short,
            cache_write_1h: long,
            output,
            reasoning,
        }
    }

    /// Returns all its tokens, in and out.
    pub(in crate::ledger) fn total(&self) -> u64 {
        self.tokens[..5].iter().map(|count| u64::from(*count)).sum()
    }

    /// Returns its output.
    pub(in crate::ledger) const fn output(&self) -> u32 {
        self.tokens[4]
    }

    /// Returns true when its counts are those of all parts of its group: opencode tells an answer
    /// as one first, and its steps each by itself in its database.
    pub(in crate::ledger) fn is_whole(&self) -> bool {
        self.tool == Tool::Opencode && self.part == 0 && !self.is_copy
    }

    /// Returns true when all that a price goes by is the same in another.
    pub(in crate::ledger) fn is_priced_as(&self, other: &Self) -> bool {
        let by = |one: &Self| {
            (
                (one.tokens, one.searches, one.at, one.recorded),
                (one.model, one.provider, one.service, one.us_only, one.counts),
            )
        };
        by(self) == by(other)
    }

    /// Returns it without its charge.
    pub(in crate::ledger) const fn uncharged(mut self) -> Self {
        self.cost = NO_MONEY;
        self.prompt_cost = 0;
        self.saved = 0;
        self.quality = Quality::Unpriced;
        self.price = Name(0);
        self.served = Name(0);
        self
    }

    /// Takes the charge of another.
    pub(in crate::ledger) const fn take_charge(&mut self, from: &Self) {
        self.cost = from.cost;
        self.prompt_cost = from.prompt_cost;
        self.saved = from.saved;
        self.quality = from.quality;
        self.price = from.price;
        self.served = from.served;
    }
}

/// Returns the hash that a part of a key is known by; it is written into the journal and must
/// never change.
pub(in crate::ledger) fn hash_of(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let number = hash.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    // Zero stands for "no part".
    number.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_requests_take_little_memory() {
        assert!(size_of::<Record>() <= 120, "{} bytes", size_of::<Record>());
    }

    #[test]
    fn the_hash_of_a_key_never_changes() {
        assert_eq!(hash_of(""), 0xa6a1_f9f5_b949_13af);
    }
}
