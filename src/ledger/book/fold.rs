//! The book: every request of it once, whatever copies of it are heard of.
//!
//! Records of one group are kept apart by the part of their key and by whether they are copies.
//! Each part that a record which is no copy names is a request; all other records of the group are
//! copies of the one with the same part or else of the one with the largest output. Where no such
//! part is named, the group is one request. A record that is the whole of its parts adds only what
//! they lack of it together. So what the requests are depends only on which records there are.

use std::collections::{HashMap, HashSet};

use hashbrown::HashTable;

use super::{
    Names, Record, Types,
    join::{join, join_place},
    whole::add_rest,
};

/// The number of a request in the book.
pub(in crate::ledger) type Id = u32;

/// All requests.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Book {
    pub(in crate::ledger) names: Names,
    pub(in crate::ledger) types: Types,
    records: Vec<Record>,
    /// The first request of each group.
    index: HashTable<Id>,
    /// Groups of which more than one record is known.
    groups: HashMap<u64, Group>,
}

/// What is known of a group with more than one record.
#[derive(Clone, Debug, Default)]
struct Group {
    /// Each record once for its part and for being a copy, sorted by these.
    records: Vec<Record>,
    /// Its requests.
    requests: Vec<Id>,
}

/// A request that is new or has changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ledger) struct Change {
    /// Which.
    pub(in crate::ledger) id: Id,
    /// How it was.
    pub(in crate::ledger) old: Option<Record>,
}

/// What hearing of a record did.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Heard {
    /// The record as it is known now; `None` when it said nothing new.
    pub(in crate::ledger) record: Option<Record>,
    /// The request that it belongs to.
    pub(in crate::ledger) request: Id,
    /// The requests that have changed.
    pub(in crate::ledger) changes: Vec<Change>,
}

impl Book {
    /// Returns a book without requests that knows these names.
    pub(in crate::ledger) fn named(names: Names) -> Self {
        Self { names, ..Self::default() }
    }

    /// Returns how many requests there are.
    pub(in crate::ledger) fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns a request.
    pub(in crate::ledger) fn record(&self, id: Id) -> &Record {
        &self.records[id as usize]
    }

    /// Changes the charge of a request, and notes how it was when that is not noted yet.
    pub(in crate::ledger) fn recharge(
        &mut self,
        id: Id,
        changes: &mut Vec<Change>,
        charge: impl FnOnce(&mut Record, &mut Names),
    ) {
        let old = *self.record(id);
        let mut new = old;
        charge(&mut new, &mut self.names);
        *self.record_mut(id) = new;
        if new != old && !changes.iter().any(|change| change.id == id) {
            changes.push(Change { id, old: Some(old) });
        }
    }

    /// Returns all requests, in the order they were first heard of.
    pub(in crate::ledger) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Returns true when the requests of a group are here.
    pub(in crate::ledger) fn knows(&self, group: u64) -> bool {
        self.find(group).is_some()
    }

    /// Returns the hashes of all groups.
    pub(in crate::ledger) fn groups(&self) -> HashSet<u64> {
        self.index.iter().map(|id| self.record(*id).group).collect()
    }

    /// Forgets all requests, but no name.
    pub(in crate::ledger) fn forget(&mut self) {
        *self = Self::named(std::mem::take(&mut self.names));
    }

    /// Returns the request with these hashes.
    pub(in crate::ledger) fn request(&self, group: u64, part: u64) -> Option<Id> {
        let first = self.find(group)?;
        let Some(known) = self.groups.get(&group) else { return Some(first) };
        let with_part = known.requests.iter().find(|id| self.record(**id).part == part);
        with_part.or_else(|| known.requests.first()).copied()
    }

    /// Takes a record into account.
    pub(in crate::ledger) fn hear(&mut self, record: Record) -> Heard {
        let group = record.group;
        let Some(first) = self.find(group) else { return self.add_first(record) };
        if let Some(known) = self.groups.remove(&group) {
            return self.hear_in_group(known, record);
        }
        let old = *self.record(first);
        if slot(&old) != slot(&record) {
            let known = Group { records: vec![old.uncharged()], requests: vec![first] };
            return self.hear_in_group(known, record);
        }
        let joined = join(&old, &record, &self.names, &mut self.types);
        if joined == old {
            return Heard { request: first, ..Heard::default() };
        }
        *self.record_mut(first) = joined;
        let changes = vec![Change { id: first, old: Some(old) }];
        Heard { record: Some(joined), request: first, changes }
    }

    fn record_mut(&mut self, id: Id) -> &mut Record {
        &mut self.records[id as usize]
    }

    fn find(&self, group: u64) -> Option<Id> {
        self.index.find(group, |&id| self.records[id as usize].group == group).copied()
    }

    fn add_first(&mut self, record: Record) -> Heard {
        let id = self.push(record);
        let records = &self.records;
        self.index.insert_unique(record.group, id, |&id| records[id as usize].group);
        Heard { record: Some(record), request: id, changes: vec![Change { id, old: None }] }
    }

    fn push(&mut self, record: Record) -> Id {
        let id = Id::try_from(self.records.len()).expect("memory ends before 2^32 requests");
        self.records.push(record);
        id
    }

    fn hear_in_group(&mut self, mut known: Group, record: Record) -> Heard {
        let record = record.uncharged();
        let said = match known.records.binary_search_by_key(&slot(&record), slot) {
            Ok(at) => {
                let old = known.records[at];
                let joined = join(&old, &record, &self.names, &mut self.types);
                known.records[at] = joined;
                (joined != old).then_some(joined)
            }
            Err(at) => {
                known.records.insert(at, record);
                Some(record)
            }
        };
        let mut changes = Vec::new();
        if said.is_some() {
            self.settle(&mut known, &mut changes);
        }
        let request = self.request_of(&known, &record);
        self.groups.insert(record.group, known);
        Heard { record: said, request, changes }
    }

    /// Works out the requests of a group from its records.
    fn settle(&mut self, known: &mut Group, changes: &mut Vec<Change>) {
        let parts = parts_of(known);
        let mut homes: Vec<Option<Id>> = vec![None; parts.len()];
        let mut free = Vec::new();
        for &id in &known.requests {
            match parts.binary_search(&self.record(id).part) {
                Ok(at) => homes[at] = Some(id),
                Err(_) => free.push(id),
            }
        }
        let mut requests = Vec::with_capacity(parts.len());
        for (wanted, home) in self.together(known, &parts).into_iter().zip(homes) {
            let Some(id) = home.or_else(|| free.pop()) else {
                let id = self.push(wanted);
                requests.push(id);
                changes.push(Change { id, old: None });
                continue;
            };
            requests.push(id);
            let old = *self.record(id);
            let mut new = wanted;
            new.take_charge(&old);
            if new != old {
                *self.record_mut(id) = new;
                changes.push(Change { id, old: Some(old) });
            }
        }
        requests.sort_unstable();
        known.requests = requests;
    }

    /// Joins the records of each part's request.
    fn together(&mut self, known: &Group, parts: &[u64]) -> Vec<Record> {
        let chosen = chosen_part(known, parts);
        let mut all: Vec<Option<Record>> = vec![None; parts.len()];
        let is_told_in_parts = parts.binary_search(&0).is_err();
        let (wholes, told): (Vec<&Record>, Vec<&Record>) =
            known.records.iter().partition(|one| is_told_in_parts && one.is_whole());
        for one in told {
            let home = parts.binary_search(&home_of(one, parts, chosen));
            let home = &mut all[home.expect("the home of a record is a part")];
            *home = Some(match home {
                Some(joined) => join(joined, one, &self.names, &mut self.types),
                None => *one,
            });
        }
        let joined = all.into_iter().zip(parts).map(|(one, &part)| {
            let one = one.expect("a part comes from a record");
            Record { part, ..one }
        });
        let mut joined: Vec<Record> = joined.collect();
        if let (Some(whole), Ok(at)) = (wholes.first(), parts.binary_search(&chosen)) {
            joined[at] = join_place(&joined[at], whole, &self.names, &mut self.types);
            add_rest(&mut joined, at, whole);
        }
        joined
    }

    /// Returns the request that a record of a settled group belongs to.
    fn request_of(&self, known: &Group, record: &Record) -> Id {
        let parts = parts_of(known);
        let part = home_of(record, &parts, chosen_part(known, &parts));
        let id = known.requests.iter().find(|id| self.record(**id).part == part);
        *id.expect("every part of a settled group is a request")
    }
}

/// Tells the records of one group apart.
const fn slot(record: &Record) -> (u64, bool) {
    (record.part, record.is_copy)
}

/// Returns the parts that are requests, sorted as the records are: those that records name which
/// are no copies, or the first one when there is none.
fn parts_of(known: &Group) -> Vec<u64> {
    let named = known.records.iter().filter(|one| !one.is_copy && one.part != 0);
    let mut parts: Vec<u64> = named.map(|one| one.part).collect();
    if parts.is_empty() {
        parts.extend(known.records.first().map(|one| one.part));
    }
    parts
}

/// Returns the part that copies without a home belong to.
fn chosen_part(known: &Group, parts: &[u64]) -> u64 {
    let own = |one: &&Record| !one.is_copy && parts.binary_search(&one.part).is_ok();
    let largest = known
        .records
        .iter()
        .filter(own)
        .max_by_key(|one| (one.output(), one.total(), std::cmp::Reverse(one.part)));
    largest.map_or_else(|| parts.first().copied().unwrap_or(0), |one| one.part)
}

/// Returns the part of the request that a record belongs to.
fn home_of(record: &Record, parts: &[u64], chosen: u64) -> u64 {
    if parts.binary_search(&record.part).is_ok() { record.part } else { chosen }
}
