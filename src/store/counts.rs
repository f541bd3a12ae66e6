//! Counts as entries: the only file of the store that knows what a value means.

use std::time::Duration;

use crate::model::{ContentHash, Encoding, EntryKey, Kind, Tier, Tokens};

use super::{flight::Turn, key::KeyBuilder, store::Store};

/// Bytes of a count: tokens 8, encoding 1, counter version 4, content hash 32.
const LENGTH: usize = 45;

/// Everything that a count depends on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct CountKey {
    /// The content.
    pub hash: ContentHash,
    /// The encoding.
    pub encoding: Encoding,
    /// The version of the counter: a change of what is counted changes it.
    pub version: u32,
}

impl CountKey {
    /// Returns the key of the entry.
    #[must_use]
    pub fn entry_key(&self) -> EntryKey {
        KeyBuilder::new(Kind::Count)
            .factor(&self.hash.0)
            .factor(self.encoding.name().as_bytes())
            .factor(&self.version.to_le_bytes())
            .key()
    }
}

/// A stored count with what it is the count of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct StoredCount {
    pub(super) of: CountKey,
    pub(super) tokens: Tokens,
}

impl StoredCount {
    pub(super) fn encode(&self) -> [u8; LENGTH] {
        let mut value = [0; LENGTH];
        value[..8].copy_from_slice(&self.tokens.0.to_le_bytes());
        value[8] = self.of.encoding.number();
        value[9..13].copy_from_slice(&self.of.version.to_le_bytes());
        value[13..].copy_from_slice(&self.of.hash.0);
        value
    }

    pub(super) fn decode(value: &[u8]) -> Option<Self> {
        let value: &[u8; LENGTH] = value.try_into().ok()?;
        let encoding = Encoding::ALL.into_iter().find(|encoding| encoding.number() == value[8])?;
        let of = CountKey {
            hash: ContentHash(*value[13..].first_chunk()?),
            encoding,
            version: u32::from_le_bytes(*value[9..].first_chunk()?),
        };
        Some(Self { of, tokens: Tokens(u64::from_le_bytes(*value.first_chunk()?)) })
    }
}

impl Store {
    /// Returns the tokens of a content and which tier knew them; a hit in memory allocates nothing.
    #[must_use]
    pub fn count(
        &self,
        hash: &ContentHash,
        encoding: Encoding,
        version: u32,
    ) -> Option<(Tokens, Tier)> {
        self.count_of(&CountKey { hash: *hash, encoding, version })
    }

    /// Returns the tokens of a content without counting a read: for those who check what is kept.
    #[must_use]
    pub fn peek_count(&self, of: &CountKey) -> Option<Tokens> {
        self.peek(of).and_then(|value| tokens_of(of)(&value))
    }

    /// Keeps the tokens of a content, which took `remake` to count.
    pub fn put_count(&self, of: CountKey, tokens: Tokens, remake: Duration) {
        let value = StoredCount { of, tokens }.encode();
        self.put(Kind::Count, &of.entry_key(), &value, remake);
    }

    /// Returns the tokens of a content, counting them when no tier knows them; threads that ask
    /// for the same content wait for one that counts. The tier is `None` for the one that counted.
    ///
    /// # Errors
    /// Returns the error of `compute`; nothing is kept then.
    pub fn count_or_compute<E>(
        &self,
        of: CountKey,
        compute: impl FnOnce() -> Result<(Tokens, Duration), E>,
    ) -> Result<(Tokens, Option<Tier>), E> {
        let key = of.entry_key();
        if let Some((tokens, tier)) = self.core().read(Kind::Count, &key, tokens_of(&of)) {
            return Ok((tokens, Some(tier)));
        }
        self.lead_count((of, key), compute)
    }

    fn count_of(&self, of: &CountKey) -> Option<(Tokens, Tier)> {
        let key = of.entry_key();
        let found = self.core().read(Kind::Count, &key, tokens_of(of));
        if found.is_none() {
            self.core().missed(Kind::Count);
        }
        found
    }

    fn lead_count<E>(
        &self,
        (of, key): (CountKey, EntryKey),
        compute: impl FnOnce() -> Result<(Tokens, Duration), E>,
    ) -> Result<(Tokens, Option<Tier>), E> {
        loop {
            let lead = match self.core().flights.join(&key) {
                Turn::Lead(lead) => lead,
                Turn::Lost => continue,
                Turn::Landed(value) => {
                    let Some(tokens) = tokens_of(&of)(&value) else { continue };
                    self.core().shared(Kind::Count);
                    return Ok((tokens, Some(Tier::Memory)));
                }
            };
            if let Some(tokens) = self.core().recheck(Kind::Count, &key, tokens_of(&of)) {
                self.core().shared(Kind::Count);
                return Ok((tokens, Some(Tier::Memory)));
            }
            self.core().missed(Kind::Count);
            let (tokens, remake) = compute()?;
            let value = StoredCount { of, tokens }.encode();
            self.put(Kind::Count, &key, &value, remake);
            lead.land(&value);
            return Ok((tokens, None));
        }
    }
}

/// Returns a reader of values that takes only a count of `of`.
fn tokens_of(of: &CountKey) -> impl Fn(&[u8]) -> Option<Tokens> {
    move |value| {
        StoredCount::decode(value).filter(|count| count.of == *of).map(|count| count.tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_read_as_it_was_written() {
        for encoding in Encoding::ALL {
            let of = CountKey { hash: ContentHash([7; 32]), encoding, version: 3 };
            let count = StoredCount { of, tokens: Tokens(1_234_567) };
            assert_eq!(StoredCount::decode(&count.encode()), Some(count));
        }
        assert_eq!(StoredCount::decode(b"short"), None);
    }

    #[test]
    fn every_factor_changes_the_key() {
        let of = CountKey { hash: ContentHash([7; 32]), encoding: Encoding::O200kBase, version: 1 };
        let others = [
            CountKey { hash: ContentHash([8; 32]), ..of },
            CountKey { encoding: Encoding::Cl100kBase, ..of },
            CountKey { version: 2, ..of },
        ];
        assert!(others.iter().all(|other| other.entry_key() != of.entry_key()));
    }
}
