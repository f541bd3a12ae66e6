//! Follows a log that grows: reads what is new, and knows a file that took another's place.
//!
//! A last line without a newline is looked at when it is whole, and read again later: the keys of
//! requests make that harmless.
//!
//! Deliberately not here: what lines mean.

use std::{
    fs::{File, Metadata},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Found, Seen, Stop,
    lines::{Line, Lines, Next},
    reason::Reason,
    sink::Sink,
};
use crate::model::UnixNanos;

/// How much of a file tells it from others: the first line of every log holds an id in it.
pub(in crate::ledger) const HEAD: usize = 4096;

/// After so many bytes a reader looks whether it should stop: some milliseconds of work, and more
/// than [`HEAD`].
const BLOCK: u64 = 256 << 10;

/// Whether a last line without a newline may be looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Tail {
    /// What the reader takes proves to be whole.
    Look,
    /// Only a newline tells that it is whole: an empty line stands for the end instead.
    Wait,
}

/// A log file that was opened, and how far it was read before.
#[derive(Debug)]
pub(super) struct Opened {
    /// It.
    pub(super) file: File,
    /// How far it was read, as it is now: an offset of zero and no state when it must be read anew.
    pub(super) seen: Seen,
}

/// Opens a file, or returns none when nothing is new in it.
///
/// # Errors
/// Fails when it cannot be opened or read.
pub(super) fn open(path: &Path, seen: &Seen) -> io::Result<Option<Opened>> {
    // Before it is opened: a stat is all that an unchanged file costs.
    if is_unchanged(&path.metadata()?, seen) {
        return Ok(None);
    }
    let file = File::open(path)?;
    let now = file.metadata()?;
    let is_same = now.ino() == seen.inode
        && now.len() >= seen.size
        && seen.size > 0
        && head(&file, seen.size)? == seen.head;
    let (offset, state) =
        if is_same { (seen.offset, seen.state.clone()) } else { (0, String::new()) };
    let seen = Seen {
        device: now.dev(),
        inode: now.ino(),
        size: now.len(),
        modified: modified(&now),
        offset,
        head: head(&file, now.len())?,
        state,
    };
    Ok(Some(Opened { file, seen }))
}

/// Says whether a file is as it was when it was read.
pub(super) fn is_unchanged(now: &Metadata, seen: &Seen) -> bool {
    now.ino() == seen.inode && now.len() == seen.size && modified(now) == seen.modified
}

/// Returns how many bytes of a log were not read before; none when it cannot be looked at.
#[must_use]
pub fn unread(path: &Path, seen: &Seen) -> u64 {
    let changed = path.metadata().ok().filter(|now| !is_unchanged(now, seen));
    changed.map_or(0, |now| now.len().saturating_sub(seen.offset))
}

/// Returns when a file was changed.
pub(super) fn modified(file: &Metadata) -> UnixNanos {
    UnixNanos(file.mtime().saturating_mul(1_000_000_000).saturating_add(file.mtime_nsec()))
}

/// Returns a hash of the first bytes of a file of this size.
fn head(file: &File, size: u64) -> io::Result<u64> {
    let mut bytes = [0; HEAD];
    let wanted = usize::try_from(size).map_or(HEAD, |size| size.min(HEAD));
    let mut len = 0;
    while len < wanted {
        match file.read_at(&mut bytes[len..wanted], len as u64) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let hash = blake3::hash(&bytes[..len]);
    let first = hash.as_bytes().first_chunk().expect("a hash has 32 bytes");
    Ok(u64::from_le_bytes(*first))
}

/// Reads the new lines of a file: `each` gets every one, with the state that it leaves behind.
///
/// # Errors
/// Fails when the file cannot be read.
pub(super) fn follow<S>(
    path: &Path,
    seen: &Seen,
    (tail, stop, found): (Tail, &Stop, &mut dyn FnMut(Found)),
    each: impl FnMut(&mut S, Line<'_>, &mut Sink<'_>),
) -> io::Result<Seen>
where
    S: Clone + Default + DeserializeOwned + Serialize,
{
    let Some(opened) = open(path, seen)? else { return Ok(seen.clone()) };
    let Opened { mut file, mut seen } = opened;
    let state =
        if seen.state.is_empty() { Ok(S::default()) } else { serde_json::from_str(&seen.state) };
    // A state of another version of larder: the keys make reading again harmless.
    let state = state.unwrap_or_else(|_| {
        seen.offset = 0;
        S::default()
    });
    file.seek(SeekFrom::Start(seen.offset))?;
    // What is written meanwhile is new the next time: the size must fit what was read.
    let rest = Read::take(&file, seen.size.saturating_sub(seen.offset));
    let mut lines = Lines::new(rest, seen.offset);
    let mut sink = Sink::of_log(found, seen.modified);
    let state = read_all(&mut lines, state, (tail, stop), &mut sink, each)?;
    sink.finish();
    seen.offset = lines.offset();
    if stop.is_asked() {
        // What follows is new the next time, as if it had been written after this.
        seen.size = seen.offset;
        seen.head = head(&file, seen.size)?;
    }
    seen.state = serde_json::to_string(&state).map_err(io::Error::other)?;
    Ok(seen)
}

/// Reads all lines, or blocks of them until somebody wants it to stop, and returns the state behind
/// the last whole one.
pub(super) fn read_all<S: Clone>(
    lines: &mut Lines<impl Read>,
    mut state: S,
    (tail, stop): (Tail, &Stop),
    sink: &mut Sink<'_>,
    mut each: impl FnMut(&mut S, Line<'_>, &mut Sink<'_>),
) -> io::Result<S> {
    let mut look_at = lines.offset() + BLOCK;
    loop {
        if lines.offset() >= look_at {
            if stop.is_asked() {
                return Ok(state);
            }
            look_at = lines.offset() + BLOCK;
        }
        match lines.next()? {
            Next::Line(line) => each(&mut state, line, sink),
            Next::TooLong => sink.skip(Reason::TooLong),
            Next::Tail(line) => {
                let bytes = if tail == Tail::Look { line.bytes } else { &[] };
                if tail == Tail::Wait || !bytes.is_empty() {
                    sink.will_be_read_again();
                    each(&mut state.clone(), Line { bytes, ..line }, sink);
                }
                return Ok(state);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: u64 = 200_000;

    /// Follows a log of numbers, each of which is skipped, until after one of them.
    fn numbers(path: &Path, seen: &Seen, last: u64) -> (Seen, Vec<u64>, u64) {
        let (mut all, mut skipped) = (Vec::new(), 0);
        let stop = Stop::default();
        let mut found = |found| {
            if let Found::Skipped { lines, .. } = found {
                skipped += lines;
            }
        };
        let each = |state: &mut u64, line: Line<'_>, sink: &mut Sink<'_>| {
            let number = std::str::from_utf8(line.bytes).unwrap().parse().unwrap();
            assert_eq!(*state, number, "the state is that behind the line before");
            *state += 1;
            all.push(number);
            sink.skip(Reason::Broken);
            if number == last {
                stop.ask();
            }
        };
        let seen = follow(path, seen, (Tail::Look, &stop, &mut found), each).unwrap();
        (seen, all, skipped)
    }

    #[test]
    fn a_log_that_was_left_in_the_middle_is_read_on_from_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let lines: Vec<String> = (0..LINES).map(|number| number.to_string()).collect();
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        let (mut seen, mut all, mut skipped) = (Seen::default(), Vec::new(), 0);
        for last in [1000, 100_000, LINES] {
            let read = numbers(&path, &seen, last);
            assert!(last == LINES || read.1.len() < 90_000, "it ends soon after {last}");
            seen = read.0;
            all.extend(read.1);
            skipped += read.2;
        }
        assert!(all.iter().copied().eq(0..LINES), "each line is read once");
        assert_eq!(skipped, LINES);
        assert_eq!(numbers(&path, &seen, LINES), (seen, Vec::new(), 0), "nothing is new");
    }
}
