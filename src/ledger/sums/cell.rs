//! The sum of the requests that share day, provider, model, project, session and tool.

use strum::IntoEnumIterator;

use super::{
    super::book::{NO_MONEY, Name, Record},
    share,
};
use crate::model::{Quality, TokenUse, Tokens};

/// A sum.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::ledger) struct Cell {
    /// All of it.
    pub(in crate::ledger) all: Part,
    /// Requests of each quality, in the order of [`Quality`].
    pub(in crate::ledger) qualities: [u64; 5],
    /// What the provider's cache saved.
    pub(in crate::ledger) saved: i128,
    /// The last request.
    pub(in crate::ledger) last: i64,
    /// What is files of each type, sorted by name.
    pub(in crate::ledger) types: Vec<(Name, Part)>,
}

/// Tokens and cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::ledger) struct Part {
    /// How many requests.
    pub(in crate::ledger) requests: u64,
    /// Input, cache read, cache write of 5 minutes, of 1 hour, output, reasoning.
    pub(in crate::ledger) tokens: [u64; 6],
    /// Pico-dollars.
    pub(in crate::ledger) cost: u128,
    /// Tokens without a price.
    pub(in crate::ledger) unpriced: u64,
}

impl Part {
    /// Returns its tokens.
    pub(in crate::ledger) fn usage(&self) -> TokenUse {
        let [input, read, short, long, output, reasoning] = self.tokens.map(Tokens);
        TokenUse {
            input,
            cache_read: read,
            cache_write_5m: short,
            cache_write_1h: long,
            output,
            reasoning,
        }
    }

    /// Adds another.
    pub(in crate::ledger) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        for (sum, count) in self.tokens.iter_mut().zip(other.tokens) {
            *sum += count;
        }
        self.cost += other.cost;
        self.unpriced += other.unpriced;
    }

    /// Takes out what was added before; never below nothing, because a line of the journal that was
    /// damaged since may not be what was added.
    pub(in crate::ledger) fn subtract(&mut self, other: &Self) {
        self.requests = self.requests.saturating_sub(other.requests);
        for (sum, count) in self.tokens.iter_mut().zip(other.tokens) {
            *sum = sum.saturating_sub(count);
        }
        self.cost = self.cost.saturating_sub(other.cost);
        self.unpriced = self.unpriced.saturating_sub(other.unpriced);
    }

    fn of(record: &Record) -> Self {
        let is_priced = record.cost != NO_MONEY;
        Self {
            requests: 1,
            tokens: record.tokens.map(u64::from),
            cost: if is_priced { u128::from(record.cost) } else { 0 },
            unpriced: if is_priced { 0 } else { record.total() },
        }
    }
}

impl Cell {
    /// Returns what is no file.
    pub(in crate::ledger) fn conversation(&self) -> Part {
        let mut rest = self.all;
        for (_, part) in &self.types {
            rest.subtract(part);
            // Every request has output, which is conversation.
            rest.requests = self.all.requests;
        }
        rest
    }

    /// Adds a request.
    pub(super) fn add(&mut self, record: &Record, types: &[(Name, u32)]) {
        self.last = if self.all.requests == 0 { record.at } else { self.last.max(record.at) };
        self.all.add(&Part::of(record));
        self.qualities[position(record.quality)] += 1;
        self.saved += i128::from(record.saved);
        share::parts(record, types, |name, part| {
            match self.types.binary_search_by_key(&name, |(name, _)| *name) {
                Ok(at) => self.types[at].1.add(&part),
                Err(at) => self.types.insert(at, (name, part)),
            }
        });
    }

    /// Takes a request out that was added before; the time of the last one stays as it is.
    pub(super) fn subtract(&mut self, record: &Record, types: &[(Name, u32)]) {
        self.all.subtract(&Part::of(record));
        let requests = &mut self.qualities[position(record.quality)];
        *requests = requests.saturating_sub(1);
        self.saved -= i128::from(record.saved);
        share::parts(record, types, |name, part| {
            if let Ok(at) = self.types.binary_search_by_key(&name, |(name, _)| *name) {
                self.types[at].1.subtract(&part);
                if self.types[at].1.requests == 0 {
                    self.types.remove(at);
                }
            }
        });
    }
}

/// Returns the place of a quality in the order of all.
pub(in crate::ledger) fn position(quality: Quality) -> usize {
    Quality::iter().position(|one| one == quality).expect("it is one of all")
}
