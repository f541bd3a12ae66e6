//! All sums.

use std::collections::{HashMap, HashSet};

use super::{
    super::{
        book::{Book, Name, Record, Types},
        days::{DayNumber, Zone},
    },
    Cell, Recent,
};
use crate::model::Tool;

/// What the requests of one sum share.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(in crate::ledger) struct Key {
    pub(in crate::ledger) day: DayNumber,
    pub(in crate::ledger) tool: Tool,
    pub(in crate::ledger) provider: Name,
    pub(in crate::ledger) model: Name,
    pub(in crate::ledger) project: Name,
    pub(in crate::ledger) session: Name,
}

impl Key {
    /// Returns the sum that a request belongs to.
    pub(in crate::ledger) fn of(record: &Record, zone: &Zone) -> Self {
        Self {
            day: zone.number_of(record.at),
            tool: record.tool,
            provider: record.served,
            model: record.model,
            project: record.project,
            session: record.session,
        }
    }
}

/// Whether the answers of a session are what its counts say.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::ledger) struct Trust {
    /// Requests whose output cannot be true.
    pub(in crate::ledger) odd: u32,
    /// Requests that were long enough to tell, and are true.
    pub(in crate::ledger) fine: u32,
}

/// Sums of all requests.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Sums {
    cells: HashMap<Key, Cell>,
    trust: HashMap<Name, Trust>,
    pub(in crate::ledger) recent: Recent,
    /// Sums whose last request went or changed its time.
    stale: HashSet<Key>,
}

impl Sums {
    /// Returns all sums.
    pub(in crate::ledger) fn cells(&self) -> impl ExactSizeIterator<Item = (&Key, &Cell)> {
        self.cells.iter()
    }

    /// Returns what is known of how true sessions are.
    pub(in crate::ledger) fn trust(&self) -> impl ExactSizeIterator<Item = (&Name, &Trust)> {
        self.trust.iter()
    }

    /// Puts sums back that were saved.
    pub(in crate::ledger) fn restore(
        cells: HashMap<Key, Cell>,
        trust: HashMap<Name, Trust>,
        recent: Recent,
    ) -> Self {
        Self { cells, trust, recent, stale: HashSet::new() }
    }

    /// Returns true for a session most of whose counts cannot be true.
    pub(in crate::ledger) fn is_placeholder(&self, session: Name) -> bool {
        session.0 != 0 && self.trust.get(&session).is_some_and(|trust| trust.odd > trust.fine)
    }

    /// Puts a request in, as it is now instead of as it was.
    pub(in crate::ledger) fn replace(
        &mut self,
        id: u32,
        old: Option<&Record>,
        new: &Record,
        (types, zone): (&Types, &Zone),
    ) {
        if let Some(old) = old {
            self.take_out(id, old, types, zone);
        }
        let key = Key::of(new, zone);
        self.cells.entry(key).or_default().add(new, types.list(new.types));
        match new.implausible {
            Some(true) => self.trust.entry(new.session).or_default().odd += 1,
            Some(false) => self.trust.entry(new.session).or_default().fine += 1,
            None => {}
        }
        self.recent.put(id, new);
    }

    fn take_out(&mut self, id: u32, old: &Record, types: &Types, zone: &Zone) {
        let key = Key::of(old, zone);
        if let Some(cell) = self.cells.get_mut(&key) {
            cell.subtract(old, types.list(old.types));
            if cell.all.requests == 0 {
                self.cells.remove(&key);
                self.stale.remove(&key);
            } else if cell.last == old.at {
                self.stale.insert(key);
            }
        }
        if let (Some(is_odd), Some(trust)) = (old.implausible, self.trust.get_mut(&old.session)) {
            if is_odd {
                trust.odd -= 1;
            } else {
                trust.fine -= 1;
            }
            if *trust == Trust::default() {
                self.trust.remove(&old.session);
            }
        }
        self.recent.take_out(id, old);
    }

    /// Finds the last requests again of sums that lost theirs.
    pub(in crate::ledger) fn refresh(&mut self, book: &Book, zone: &Zone) {
        if self.stale.is_empty() {
            return;
        }
        let mut last: HashMap<Key, i64> = HashMap::new();
        for record in book.records() {
            let key = Key::of(record, zone);
            if self.stale.contains(&key) {
                let at = last.entry(key).or_insert(record.at);
                *at = (*at).max(record.at);
            }
        }
        self.stale.clear();
        for (key, at) in last {
            if let Some(cell) = self.cells.get_mut(&key) {
                cell.last = at;
            }
        }
    }
}
