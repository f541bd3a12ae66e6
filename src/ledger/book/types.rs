//! Tokens of files by the ending of their names, as lists that requests share.

use std::collections::{BTreeMap, HashMap};

use super::Name;

/// The number of a list; 0 is the empty one.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(in crate::ledger) struct TypeList(pub(in crate::ledger) u32);

type Pairs = Box<[(Name, u32)]>;

/// All lists, each once.
#[derive(Debug)]
pub(in crate::ledger) struct Types {
    lists: Vec<Pairs>,
    numbers: HashMap<Pairs, u32>,
}

impl Default for Types {
    fn default() -> Self {
        let mut types = Self { lists: Vec::new(), numbers: HashMap::new() };
        types.put(BTreeMap::new());
        types
    }
}

impl Types {
    /// Returns the number of a list.
    pub(in crate::ledger) fn put(&mut self, tokens: BTreeMap<Name, u32>) -> TypeList {
        let pairs: Pairs = tokens.into_iter().collect();
        if let Some(number) = self.numbers.get(&pairs) {
            return TypeList(*number);
        }
        let number = u32::try_from(self.lists.len()).expect("fewer lists than requests");
        self.lists.push(pairs.clone());
        self.numbers.insert(pairs, number);
        TypeList(number)
    }

    /// Returns the list with this number.
    pub(in crate::ledger) fn list(&self, list: TypeList) -> &[(Name, u32)] {
        self.lists.get(list.0 as usize).map_or(&[], |pairs| pairs)
    }

    /// Returns the list that has the larger number of each ending.
    pub(in crate::ledger) fn join(&mut self, a: TypeList, b: TypeList) -> TypeList {
        if a == b || b.0 == 0 {
            return a;
        }
        if a.0 == 0 {
            return b;
        }
        let mut tokens: BTreeMap<Name, u32> = self.list(a).iter().copied().collect();
        for &(ending, count) in self.list(b) {
            let larger = tokens.entry(ending).or_default();
            *larger = (*larger).max(count);
        }
        self.put(tokens)
    }
}
