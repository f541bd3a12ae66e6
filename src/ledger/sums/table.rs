//! All sums.

use std::collections::{HashMap, HashSet};

use super::{
    super::{
        book::{Book, Name, Record, Types},
        days::{self, DayNumber, Zone},
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
        old: Option<&Record>,
        new: &Record,
        (types, zone): (&Types, &Zone),
    ) {
        let key = Key::of(new, zone);
        if let Some(old) = old {
            self.take_out(old, types, zone);
        }
        let cell = self.cells.entry(key).or_default();
        cell.add(new, types.list(new.types));
        if new.at == cell.last {
            // No other is later: nothing must be found.
            self.stale.remove(&key);
        }
        match new.implausible {
            Some(true) => self.trust.entry(new.session).or_default().odd += 1,
            Some(false) => self.trust.entry(new.session).or_default().fine += 1,
            None => {}
        }
        self.recent.put(new);
    }

    fn take_out(&mut self, old: &Record, types: &Types, zone: &Zone) {
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
        self.recent.take_out(old);
    }

    /// Finds the last requests again of sums that lost theirs, where recent requests tell; returns
    /// the sessions of the others.
    pub(in crate::ledger) fn refresh_recent(&mut self, zone: &Zone) -> HashSet<Name> {
        if self.stale.is_empty() {
            return HashSet::new();
        }
        let since = self.recent.since();
        let is_recent = |key: &Key| zone.start_of(days::day(key.day)) >= since;
        let (recent, old): (HashSet<Key>, _) = self.stale.drain().partition(is_recent);
        self.stale = recent;
        let requests =
            self.recent.iter().map(|(key, one)| (one.key(zone.number_of(key.at)), key.at));
        self.settle(last_of(&self.stale, requests));
        self.stale = old;
        self.stale.iter().map(|key| key.session).collect()
    }

    /// Finds the last requests again of all sums that lost theirs; the book has all requests of
    /// their sessions.
    pub(in crate::ledger) fn refresh(&mut self, book: &Book, zone: &Zone) {
        let requests = book.records().iter().map(|one| (Key::of(one, zone), one.at));
        self.settle(last_of(&self.stale, requests));
    }

    fn settle(&mut self, last: HashMap<Key, i64>) {
        self.stale.clear();
        for (key, at) in last {
            if let Some(cell) = self.cells.get_mut(&key) {
                cell.last = at;
            }
        }
    }
}

/// Returns when the last request of each of these sums was.
fn last_of(stale: &HashSet<Key>, requests: impl Iterator<Item = (Key, i64)>) -> HashMap<Key, i64> {
    let mut last = HashMap::new();
    for (key, at) in requests.filter(|(key, _)| stale.contains(key)) {
        let known = last.entry(key).or_insert(at);
        *known = at.max(*known);
    }
    last
}
