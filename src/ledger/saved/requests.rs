//! `ledger.req`: every request, and the groups of which more than one record is known.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::Path,
};

use strum::IntoEnumIterator;

use super::{
    codec::{In, Out},
    file,
};
use crate::{
    ledger::{
        Counts, Service,
        book::{Book, Group, Name, Record, TypeList, Types},
        journal::Position,
    },
    model::{Quality, Tool},
};

const MAGIC: [u8; 8] = *b"larder-R";

/// Requests that were saved.
#[derive(Debug)]
pub(in crate::ledger) struct SavedRequests {
    /// They belong to sums with the same number.
    pub(in crate::ledger) generation: u64,
    /// How far the journal was read.
    pub(in crate::ledger) position: Position,
    pub(in crate::ledger) types: Types,
    pub(in crate::ledger) records: Vec<Record>,
    pub(in crate::ledger) groups: HashMap<u64, Group>,
}

/// Writes all requests.
pub(in crate::ledger) fn save_requests(
    path: &Path,
    generation: u64,
    position: &Position,
    book: &Book,
) -> io::Result<()> {
    let mut out = Out(Vec::with_capacity(book.len() * 72));
    out.fixed(generation);
    out.position(position);
    out.length(book.types.iter().len());
    for list in book.types.iter() {
        out.length(list.len());
        for (name, count) in list {
            out.number(u64::from(name.0));
            out.number(u64::from(*count));
        }
    }
    out.length(book.records().len());
    for record in book.records() {
        push_record(&mut out, record);
    }
    out.length(book.groups().len());
    for (group, known) in book.groups() {
        out.fixed(*group);
        out.length(known.records.len());
        for record in &known.records {
            push_record(&mut out, record);
        }
        out.length(known.requests.len());
        for id in &known.requests {
            out.number(u64::from(*id));
        }
    }
    file::write(path, MAGIC, &out.0)
}

/// Reads all requests, when they are whole and belong to these sums.
pub(in crate::ledger) fn load_requests(
    path: &Path,
    generation: u64,
    names: usize,
) -> Option<SavedRequests> {
    let body = file::read(path, MAGIC)?;
    let mut input = In(&body);
    let saved = read_all(&mut input, names)?;
    (saved.generation == generation).then_some(saved)
}

fn read_all(input: &mut In<'_>, names: usize) -> Option<SavedRequests> {
    let generation = input.fixed()?;
    let position = input.position()?;
    let mut types = Types::default();
    for _ in 0..input.length()? {
        let mut list = BTreeMap::new();
        for _ in 0..input.length()? {
            list.insert(Name(input.small()?), input.small()?);
        }
        types.put(list);
    }
    let count = input.length()?;
    let mut records = Vec::with_capacity(count);
    for _ in 0..count {
        records.push(read_record(input, names)?);
    }
    let mut groups = HashMap::new();
    for _ in 0..input.length()? {
        let key = input.fixed()?;
        let mut known = Group::default();
        for _ in 0..input.length()? {
            known.records.push(read_record(input, names)?);
        }
        for _ in 0..input.length()? {
            let id = input.small().filter(|id| (*id as usize) < records.len())?;
            known.requests.push(id);
        }
        groups.insert(key, known);
    }
    Some(SavedRequests { generation, position, types, records, groups })
}

fn push_record(out: &mut Out, record: &Record) {
    out.fixed(record.group);
    out.fixed(record.part);
    out.signed(i128::from(record.at));
    // One more than it is, so that "none" is the shortest.
    out.number(record.recorded.wrapping_add(1));
    out.number(record.cost.wrapping_add(1));
    out.number(record.prompt_cost);
    out.signed(i128::from(record.saved));
    for count in record.tokens {
        out.number(u64::from(count));
    }
    out.number(u64::from(record.searches));
    for name in names_of(record) {
        out.number(u64::from(name.0));
    }
    out.number(u64::from(record.types.0));
    out.0.push(place(record.tool));
    out.0.push(place(record.service) << 4 | place(record.counts));
    let implausible = match record.implausible {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    };
    let bits = u8::from(record.us_only) | u8::from(record.is_copy) << 1 | implausible << 2;
    out.0.push(bits);
    out.0.push(place(record.quality));
}

const fn names_of(record: &Record) -> [Name; 6] {
    [record.model, record.provider, record.served, record.session, record.project, record.price]
}

fn read_record(input: &mut In<'_>, names: usize) -> Option<Record> {
    let (group, part) = (input.fixed()?, input.fixed()?);
    let at = input.signed_64()?;
    let (recorded, cost) = (input.number()?.wrapping_sub(1), input.number()?.wrapping_sub(1));
    let (prompt_cost, saved) = (input.number()?, input.signed_64()?);
    let mut tokens = [0; 6];
    for count in &mut tokens {
        *count = input.small()?;
    }
    let searches = input.small()?;
    let mut name = || input.small().filter(|name| (*name as usize) < names).map(Name);
    let [model, provider, served] = [name()?, name()?, name()?];
    let [session, project, price] = [name()?, name()?, name()?];
    let types = TypeList(input.small()?);
    let tool = Tool::iter().nth(input.byte()?.into())?;
    let both = input.byte()?;
    let service = Service::iter().nth(usize::from(both >> 4))?;
    let counts = Counts::iter().nth(usize::from(both & 15))?;
    let bits = input.byte()?;
    let implausible = match bits >> 2 {
        0 => None,
        1 => Some(false),
        _ => Some(true),
    };
    let quality = Quality::iter().nth(input.byte()?.into())?;
    let (us_only, is_copy) = (bits & 1 != 0, bits & 2 != 0);
    Some(Record {
        group,
        part,
        at,
        recorded,
        cost,
        prompt_cost,
        saved,
        tokens,
        searches,
        model,
        provider,
        served,
        session,
        project,
        price,
        types,
        tool,
        service,
        counts,
        quality,
        us_only,
        is_copy,
        implausible,
    })
}

/// Returns the place of a value among all of its kind.
pub(super) fn place<T: IntoEnumIterator + PartialEq + Copy>(value: T) -> u8 {
    let place = T::iter().position(|one| one == value);
    u8::try_from(place.unwrap_or(0)).unwrap_or(0)
}
