//! What is known of every entry beside its value, in memory: enough to choose what goes, to list, and
//! to find what was made of a content.
//!
//! Filled by one scan when it is needed first, and kept up to date from then on. A million entries
//! take some forty megabytes, which a larder that never cleans up and never lists does not pay.

mod deps;
mod oldest;
mod select;
mod table;

use std::sync::Mutex;

pub(super) use self::{
    select::{Scope, choose},
    table::{Slot, Table},
};
use super::{counts::StoredCount, entry, evict::Row, hold::hold, touches::Touch};
use crate::model::{ContentHash, EntryKey, Kind};

/// A change that came while the table was being filled.
#[derive(Debug)]
enum Late {
    Stored(Row, Vec<u64>, Option<u32>),
    Removed(Kind, EntryKey),
    Cleared(Option<Kind>),
}

#[derive(Debug, Default)]
enum State {
    /// Nobody has needed it yet.
    #[default]
    Empty,
    /// A thread fills it; changes wait.
    Filling(u64, Vec<Late>),
    /// It is up to date.
    Ready(Box<Table>),
}

/// The catalog.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    state: Mutex<State>,
    /// Held while it is filled, so that others wait for it instead of filling it too.
    filling: Mutex<u64>,
}

impl Catalog {
    /// Lets `look` see the table; fills it first when nobody has. `fill` gets a table and returns
    /// whether it is whole.
    pub(super) fn with<R>(
        &self,
        fill: impl FnOnce(&mut Table) -> bool,
        look: impl FnOnce(&mut Table) -> R,
    ) -> Option<R> {
        if let State::Ready(table) = &mut *hold(&self.state) {
            return Some(look(table));
        }
        let mut tickets = hold(&self.filling);
        // Somebody else may have filled it meanwhile.
        if let State::Ready(table) = &mut *hold(&self.state) {
            return Some(look(table));
        }
        *tickets += 1;
        *hold(&self.state) = State::Filling(*tickets, Vec::new());
        let mut table = Table::default();
        let is_whole = fill(&mut table);
        let mut state = hold(&self.state);
        let late = match std::mem::take(&mut *state) {
            State::Filling(ticket, late) if ticket == *tickets && is_whole => late,
            // What it was filled from is not there any more.
            State::Empty | State::Filling(..) | State::Ready(_) => return None,
        };
        for change in late {
            match change {
                Late::Stored(row, deps, version) => {
                    table.insert(&row, &deps);
                    table.versions.extend(version);
                }
                Late::Removed(kind, key) => table.remove(kind, &key),
                Late::Cleared(kind) => table.clear(kind),
            }
        }
        *state = State::Ready(Box::new(table));
        let State::Ready(table) = &mut *state else { return None };
        Some(look(table))
    }

    /// Lets `look` see the table when it is filled already.
    pub(super) fn peek<R>(&self, look: impl FnOnce(&mut Table) -> R) -> Option<R> {
        match &mut *hold(&self.state) {
            State::Ready(table) => Some(look(table)),
            State::Empty | State::Filling(..) => None,
        }
    }

    /// Notes that `record` is there now.
    pub(super) fn stored(&self, kind: Kind, key: &EntryKey, record: &[u8]) {
        let mut state = hold(&self.state);
        if matches!(*state, State::Empty) {
            return;
        }
        let row = row_of(kind, key, record, Touch::default());
        let (deps, version) = (deps_of(record), version_of(kind, record));
        match &mut *state {
            State::Empty => {}
            State::Filling(_, late) => late.push(Late::Stored(row, deps, version)),
            State::Ready(table) => {
                table.insert(&row, &deps);
                table.versions.extend(version);
            }
        }
    }

    /// Notes that an entry is gone.
    pub(super) fn removed(&self, kind: Kind, key: &EntryKey) {
        match &mut *hold(&self.state) {
            State::Empty => {}
            State::Filling(_, late) => late.push(Late::Removed(kind, *key)),
            State::Ready(table) => table.remove(kind, key),
        }
    }

    /// Notes reads.
    pub(super) fn touched(&self, key: &EntryKey, kind: Kind, touch: Touch) {
        if let State::Ready(table) = &mut *hold(&self.state) {
            table.touch(kind, key, touch);
        }
    }

    /// Notes that all entries, or all of `kind`, are gone.
    pub(super) fn cleared(&self, kind: Option<Kind>) {
        match &mut *hold(&self.state) {
            State::Empty => {}
            State::Filling(_, late) => late.push(Late::Cleared(kind)),
            State::Ready(table) => table.clear(kind),
        }
    }

    /// Forgets everything: what it was filled from is another one now.
    pub(super) fn forget(&self) {
        *hold(&self.state) = State::Empty;
    }
}

/// Returns what a record says of its entry; one of a form not known here is the cheapest of all.
pub(super) fn row_of(kind: Kind, key: &EntryKey, record: &[u8], touch: Touch) -> Row {
    let header = entry::peek(record).map(|view| view.header);
    Row {
        key: *key,
        kind,
        bytes: u32::try_from(entry::stored_bytes(record)).unwrap_or(u32::MAX),
        created: header.as_ref().map_or_else(Default::default, |header| header.created),
        remake_us: header.as_ref().map_or(0, |header| header.remake_us),
        usd: header.map_or(0, |header| header.usd),
        touch,
    }
}

/// Returns what stands for the contents that a record names.
pub(super) fn deps_of(record: &[u8]) -> Vec<u64> {
    let deps = entry::peek(record).and_then(|view| view.header.deps);
    deps.map_or_else(Vec::new, |deps| deps.iter().map(content_part).collect())
}

/// Returns the version of the counter that made a count.
pub(super) fn version_of(kind: Kind, record: &[u8]) -> Option<u32> {
    let view = entry::peek(record).filter(|_| kind == Kind::Count)?;
    StoredCount::decode(view.value).map(|count| count.of.version)
}

/// Returns what stands for a content.
pub(super) fn content_part(content: &ContentHash) -> u64 {
    content.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
