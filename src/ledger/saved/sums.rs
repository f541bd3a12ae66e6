//! `ledger.idx`: the sums, and how far logs and journal were read.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::OsStr,
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

use super::{
    codec::{In, Out},
    file,
};
use crate::{
    ledger::{
        book::{Name, Names},
        budget::Reached,
        files::{Files, LogFile},
        journal::Position,
        logs::{Seen, Window},
        sums::{Cell, Key, Part, Recent, RecentKey, RecentRequest, Sums, Trust},
    },
    model::{Tool, UnixNanos},
};

const MAGIC: [u8; 8] = *b"larder-S";

/// Everything but the requests themselves.
#[derive(Debug, Default)]
pub(in crate::ledger) struct SavedSums {
    /// How far the journal was read.
    pub(in crate::ledger) position: Position,
    /// Lines of the journal that are damaged, and those of a newer larder.
    pub(in crate::ledger) damaged: (u64, u64),
    /// The zone that the days are cut in.
    pub(in crate::ledger) zone: String,
    /// The version of the prices that requests were priced by.
    pub(in crate::ledger) priced_by: String,
    /// How many requests there are.
    pub(in crate::ledger) requests: u64,
    pub(in crate::ledger) names: Names,
    pub(in crate::ledger) sums: Sums,
    pub(in crate::ledger) files: Files,
    pub(in crate::ledger) notices: Vec<Reached>,
}

/// What is too small to be worth a form of its own.
#[derive(Deserialize, Serialize)]
struct Rest {
    zone: String,
    priced_by: String,
    windows: Vec<(Tool, Window)>,
    notices: Vec<Reached>,
    /// Logs that cannot be read, and why; paths as bytes, since they need not be text.
    #[serde(default)]
    problems: Vec<(Vec<u8>, Tool, String)>,
}

/// Writes everything but the requests.
///
/// The names are those of the book, which has them while it is open.
pub(in crate::ledger) fn save_sums(
    path: &Path,
    saved: &SavedSums,
    names: &Names,
) -> io::Result<()> {
    let mut out = Out::default();
    out.position(&saved.position);
    out.number(saved.damaged.0);
    out.number(saved.damaged.1);
    out.number(saved.requests);
    out.length(names.iter().len());
    for text in names.iter() {
        out.text(text);
    }
    push_sums(&mut out, &saved.sums);
    out.length(saved.files.logs.len());
    for (path, log) in &saved.files.logs {
        push_log(&mut out, path, log);
    }
    let windows = saved.files.windows.iter();
    let rest = Rest {
        zone: saved.zone.clone(),
        priced_by: saved.priced_by.clone(),
        windows: windows.map(|((tool, _), window)| (*tool, window.clone())).collect(),
        notices: saved.notices.clone(),
        problems: saved.files.problems.iter().map(problem).collect(),
    };
    out.bytes(&serde_json::to_vec(&rest)?);
    file::write(path, MAGIC, &out.0)
}

/// Reads everything but the requests, when it is whole.
pub(in crate::ledger) fn load_sums(path: &Path) -> Option<SavedSums> {
    let body = file::read(path, MAGIC)?;
    read_all(&mut In(&body))
}

fn read_all(input: &mut In<'_>) -> Option<SavedSums> {
    let mut saved = SavedSums {
        position: input.position()?,
        damaged: (input.number()?, input.number()?),
        requests: input.number()?,
        ..SavedSums::default()
    };
    for _ in 0..input.length()? {
        saved.names.put(input.text()?);
    }
    saved.sums = read_sums(input)?;
    for _ in 0..input.length()? {
        let (path, log) = read_log(input)?;
        saved.files.put(path, log);
    }
    let rest: Rest = serde_json::from_slice(input.bytes()?).ok()?;
    saved.zone = rest.zone;
    saved.priced_by = rest.priced_by;
    saved.notices = rest.notices;
    for (tool, window) in rest.windows {
        saved.files.see_window(tool, window);
    }
    for (path, tool, why) in rest.problems {
        // One that is gone is no problem any more.
        let path = Path::new(OsStr::from_bytes(&path));
        if path.exists() {
            saved.files.fail(tool, path, why);
        }
    }
    Some(saved)
}

fn problem((path, (tool, why)): (&PathBuf, &(Tool, String))) -> (Vec<u8>, Tool, String) {
    (path.as_os_str().as_bytes().to_vec(), *tool, why.clone())
}

fn push_sums(out: &mut Out, sums: &Sums) {
    out.length(sums.cells().len());
    for (key, cell) in sums.cells() {
        out.signed(i128::from(key.day));
        out.0.push(place(key.tool));
        for name in [key.provider, key.model, key.project, key.session] {
            out.number(u64::from(name.0));
        }
        push_part(out, &cell.all);
        for count in cell.qualities {
            out.number(count);
        }
        out.signed(cell.saved);
        out.signed(i128::from(cell.last));
        out.length(cell.types.len());
        for (name, part) in &cell.types {
            out.number(u64::from(name.0));
            push_part(out, part);
        }
    }
    out.length(sums.trust().len());
    for (session, trust) in sums.trust() {
        out.number(u64::from(session.0));
        out.number(u64::from(trust.odd));
        out.number(u64::from(trust.fine));
    }
    out.signed(i128::from(sums.recent.since().0));
    out.length(sums.recent.iter().len());
    for (key, request) in sums.recent.iter() {
        out.signed(i128::from(key.at));
        out.fixed(key.group);
        out.fixed(key.part);
        out.0.push(place(request.tool));
        for name in [request.provider, request.model, request.project, request.session] {
            out.number(u64::from(name.0));
        }
        out.number(request.tokens);
        out.number(request.cost.map_or(0, |cost| cost.saturating_add(1)));
    }
}

fn read_sums(input: &mut In<'_>) -> Option<Sums> {
    let count = input.length()?;
    let mut cells = HashMap::with_capacity(count);
    for _ in 0..count {
        let day = i32::try_from(input.signed()?).ok()?;
        let tool = read_tool(input)?;
        let [provider, model, project, session] = read_names(input)?;
        let mut cell = Cell { all: read_part(input)?, ..Cell::default() };
        for sum in &mut cell.qualities {
            *sum = input.number()?;
        }
        cell.saved = input.signed()?;
        cell.last = input.signed_64()?;
        for _ in 0..input.length()? {
            cell.types.push((Name(input.small()?), read_part(input)?));
        }
        cells.insert(Key { day, tool, provider, model, project, session }, cell);
    }
    let mut trust = HashMap::new();
    for _ in 0..input.length()? {
        let session = Name(input.small()?);
        trust.insert(session, Trust { odd: input.small()?, fine: input.small()? });
    }
    Some(Sums::restore(cells, trust, read_recent(input)?))
}

fn read_recent(input: &mut In<'_>) -> Option<Recent> {
    let since = input.signed_64()?;
    let mut requests = BTreeMap::new();
    for _ in 0..input.length()? {
        let (at, group, part) = (input.signed_64()?, input.fixed()?, input.fixed()?);
        let key = RecentKey { at, group, part };
        let tool = read_tool(input)?;
        let [provider, model, project, session] = read_names(input)?;
        let tokens = input.number()?;
        let cost = input.number()?.checked_sub(1);
        let request = RecentRequest { tool, provider, model, project, session, tokens, cost };
        requests.insert(key, request);
    }
    Some(Recent::restore(requests, since))
}

fn read_tool(input: &mut In<'_>) -> Option<Tool> {
    Tool::iter().nth(input.byte()?.into())
}

fn read_names(input: &mut In<'_>) -> Option<[Name; 4]> {
    let mut name = || input.small().map(Name);
    Some([name()?, name()?, name()?, name()?])
}

fn push_part(out: &mut Out, part: &Part) {
    out.number(part.requests);
    for count in part.tokens {
        out.number(count);
    }
    out.wide(part.cost);
    out.number(part.unpriced);
}

fn read_part(input: &mut In<'_>) -> Option<Part> {
    let mut part = Part { requests: input.number()?, ..Part::default() };
    for count in &mut part.tokens {
        *count = input.number()?;
    }
    part.cost = input.wide()?;
    part.unpriced = input.number()?;
    Some(part)
}

fn push_log(out: &mut Out, path: &Path, log: &LogFile) {
    out.bytes(path.as_os_str().as_bytes());
    out.0.push(place(log.tool));
    let seen = &log.seen;
    for number in [seen.device, seen.inode, seen.size, seen.offset, seen.head] {
        out.number(number);
    }
    out.signed(i128::from(seen.modified.0));
    out.text(&seen.state);
    out.length(log.skipped.len());
    for (reason, lines) in &log.skipped {
        out.text(reason);
        out.number(*lines);
    }
}

fn read_log(input: &mut In<'_>) -> Option<(PathBuf, LogFile)> {
    let path = PathBuf::from(OsStr::from_bytes(input.bytes()?));
    let tool = read_tool(input)?;
    let seen = Seen {
        device: input.number()?,
        inode: input.number()?,
        size: input.number()?,
        offset: input.number()?,
        head: input.number()?,
        modified: UnixNanos(input.signed_64()?),
        state: input.text()?.to_owned(),
    };
    let mut skipped = BTreeMap::new();
    for _ in 0..input.length()? {
        skipped.insert(input.text()?.to_owned(), input.number()?);
    }
    Some((path, LogFile { tool, seen, skipped }))
}

/// Returns the place of a value among all of its kind.
fn place<T: IntoEnumIterator + PartialEq + Copy>(value: T) -> u8 {
    let place = T::iter().position(|one| one == value);
    u8::try_from(place.unwrap_or(0)).unwrap_or(0)
}
