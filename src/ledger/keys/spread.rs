//! How the lines of the same requests are spread over a journal that is read in pieces.

use std::{collections::HashMap, io};

use super::{Keys, Place, run};

/// Where a segment is in a journal that is read in pieces.
#[derive(Clone, Copy, Debug)]
pub(in crate::ledger) struct Home {
    /// Which piece it belongs to.
    pub(in crate::ledger) piece: usize,
    /// Its number among all segments.
    pub(in crate::ledger) number: u64,
    /// How far it is read.
    pub(in crate::ledger) until: u64,
}

/// What keys say of a journal.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Spread {
    /// The hashes of groups with lines in several pieces, sorted.
    pub(in crate::ledger) split: Vec<u64>,
    /// All keys.
    pub(in crate::ledger) mark: Mark,
}

/// Tells one set of keys from another, in whatever order they come.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::ledger) struct Mark(u64);

impl Mark {
    /// Adds the key of a line: number of its segment, where it begins, and the hash of its group.
    pub(in crate::ledger) const fn add(&mut self, segment: u64, offset: u64, group: u64) {
        let place = mixed(mixed(segment) ^ offset);
        self.0 = self.0.wrapping_add(mixed(place ^ group));
    }
}

/// The last steps of `splitmix64`: each bit of the result depends on each bit of the number.
const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Keys {
    /// Returns how the lines of groups are spread over segments with these homes.
    ///
    /// # Errors
    /// Fails when a run is damaged.
    pub(in crate::ledger) fn spread(&self, homes: &HashMap<String, Home>) -> io::Result<Spread> {
        let homes: Vec<_> =
            self.segments.names.iter().map(|name| homes.get(name).copied()).collect();
        let mut spread = Spread::default();
        let (mut group, mut places) = (0, Vec::new());
        for entry in self.entries() {
            let (next, place) = entry?;
            if next != group {
                spread.add(group, &mut places, &homes);
                group = next;
            }
            places.push(place);
        }
        spread.add(group, &mut places, &homes);
        Ok(spread)
    }

    /// Returns all keys in the order of their hashes; those in several runs may come several times.
    fn entries(&self) -> impl Iterator<Item = io::Result<(u64, Place)>> {
        let loose: Box<dyn Iterator<Item = _>> = Box::new(self.loose.iter().copied().map(Ok));
        self.runs.iter().fold(loose, |all, run| Box::new(run::merged(all, run.entries())))
    }
}

impl Spread {
    fn add(&mut self, group: u64, places: &mut Vec<Place>, homes: &[Option<Home>]) {
        places.sort_unstable();
        places.dedup();
        let mut pieces = None;
        let mut is_split = false;
        for (segment, offset) in places.drain(..) {
            let home = homes.get(segment as usize).copied().flatten();
            let Some(home) = home.filter(|home| offset < home.until) else { continue };
            self.mark.add(home.number, offset, group);
            is_split |= *pieces.get_or_insert(home.piece) != home.piece;
        }
        if is_split {
            self.split.push(group);
        }
    }
}
