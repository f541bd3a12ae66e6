//! Keys: a hash over everything that a value depends on.

use crate::model::{EntryKey, Kind};

/// Every kind with the number that stored entries and keys carry; a number is never used again.
const NUMBERS: &[(Kind, u8)] = &[
    (Kind::Count, 1),
    (Kind::Tags, 2),
    (Kind::Tree, 3),
    (Kind::Map, 4),
    (Kind::Result, 5),
    (Kind::Fetch, 6),
];

/// Returns the number that stands for `kind` in stored data.
pub(super) const fn number(kind: Kind) -> u8 {
    match kind {
        Kind::Count => 1,
        Kind::Tags => 2,
        Kind::Tree => 3,
        Kind::Map => 4,
        Kind::Result => 5,
        Kind::Fetch => 6,
    }
}

/// Returns the kind that `number` stands for, `None` when this larder does not know it.
pub(super) fn kind_of(number: u8) -> Option<Kind> {
    NUMBERS.iter().find(|(_, known)| *known == number).map(|(kind, _)| *kind)
}

/// Returns the first eight bytes of a key, in the order of keys: they tell a million entries apart,
/// and are as good as any hash of it.
pub(super) fn part(key: &EntryKey) -> u64 {
    key.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Derives the key of an entry from the factors that its value depends on.
///
/// Each factor carries its length, so that no two lists of factors give the same bytes.
#[derive(Debug)]
pub struct KeyBuilder(blake3::Hasher);

impl KeyBuilder {
    /// Starts a key for an entry of `kind`.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[number(kind)]);
        Self(hasher)
    }

    /// Adds a factor; the order matters.
    #[must_use]
    pub fn factor(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Returns the key.
    #[must_use]
    pub fn key(&self) -> EntryKey {
        EntryKey(*self.0.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_kind_has_its_own_number() {
        let numbers: HashSet<u8> = Kind::iter().map(number).collect();
        assert_eq!(numbers.len(), Kind::iter().count());
        for kind in Kind::iter() {
            assert_eq!(kind_of(number(kind)), Some(kind));
        }
        assert_eq!(kind_of(0), None);
    }

    #[test]
    fn moving_a_byte_between_factors_changes_the_key() {
        let key = |a: &[u8], b: &[u8]| KeyBuilder::new(Kind::Count).factor(a).factor(b).key();
        assert_ne!(key(b"ab", b"c"), key(b"a", b"bc"));
        assert_ne!(key(b"abc", b""), key(b"", b"abc"));
        assert_eq!(key(b"ab", b"c"), key(b"ab", b"c"));
    }

    #[test]
    fn an_oversized_factor_is_only_hashed() {
        let long = vec![b'x'; 65 * 1024];
        let key = KeyBuilder::new(Kind::Count).factor(&long).key();
        assert_eq!(key.to_string().len(), 64);
    }
}
