//! Names that many requests share, each kept once.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

/// The number of a name; 0 is the empty one.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(in crate::ledger) struct Name(pub(in crate::ledger) u32);

/// Names by their numbers, and numbers by their names.
#[derive(Debug)]
pub(in crate::ledger) struct Names {
    texts: Vec<Box<str>>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Default for Names {
    fn default() -> Self {
        let mut names = Self {
            texts: Vec::new(),
            numbers: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        };
        names.put("");
        names
    }
}

impl Names {
    /// Returns the number of a name, giving it one when it is new.
    pub(in crate::ledger) fn put(&mut self, text: &str) -> Name {
        let hash = self.hasher.hash_one(text);
        if let Some(number) = self.number(text, hash) {
            return Name(number);
        }
        let number = u32::try_from(self.texts.len()).expect("fewer names than requests");
        self.texts.push(text.into());
        let (texts, hasher) = (&self.texts, &self.hasher);
        self.numbers
            .insert_unique(hash, number, |&number| hasher.hash_one(&*texts[number as usize]));
        Name(number)
    }

    /// Returns the name with this number.
    pub(in crate::ledger) fn text(&self, name: Name) -> &str {
        self.texts.get(name.0 as usize).map_or("", |text| text)
    }

    /// Returns all names in the order of their numbers.
    pub(in crate::ledger) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }

    fn number(&self, text: &str, hash: u64) -> Option<u32> {
        self.numbers.find(hash, |&number| &*self.texts[number as usize] == text).copied()
    }
}
