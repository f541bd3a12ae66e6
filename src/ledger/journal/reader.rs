//! Reading the journal: line by line, whatever is damaged.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

use super::{Entry, LineRead, Position, segment};

/// A line longer than this is no line of ours; it is skipped without being kept in memory.
const LONGEST_LINE: usize = 1 << 20;

/// What is read at once where one line is wanted; most are shorter.
const SHORT_BUFFER: usize = 2 << 10;

/// Where a line is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::ledger) struct Place {
    /// Where in its file the line begins.
    pub(in crate::ledger) offset: u64,
    /// Its bytes, the newline included.
    pub(in crate::ledger) bytes: u64,
    /// Whether a newline ends it.
    pub(in crate::ledger) is_ended: bool,
}

/// Reads the segments in a folder.
#[derive(Clone, Debug)]
pub(in crate::ledger) struct Reader {
    folder: PathBuf,
}

impl Reader {
    /// Names the folder, which may be missing.
    pub(in crate::ledger) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Returns how long the journal is now.
    pub(in crate::ledger) fn end(&self) -> io::Result<Position> {
        let mut position = Position::default();
        for name in self.segments()? {
            let len = std::fs::metadata(self.folder.join(&name))?.len();
            position.0.insert(name, len);
        }
        Ok(position)
    }

    /// Reads all lines after `position`, and before `until` where that is given, in the order they
    /// were written, and moves it behind the last line that has ended.
    pub(in crate::ledger) fn read(
        &self,
        position: &mut Position,
        until: Option<&Position>,
        visit: &mut dyn FnMut(&Path, Place, LineRead<'_>),
    ) -> io::Result<()> {
        for name in self.ordered()? {
            let from = position.0.get(&name).copied().unwrap_or(0);
            let to = until.map_or(u64::MAX, |until| until.0.get(&name).copied().unwrap_or(0));
            let end = self.read_segment(&name, from..to, visit)?;
            position.0.insert(name, end);
        }
        Ok(())
    }

    /// Returns the names of the segments in the order they were written.
    pub(in crate::ledger) fn ordered(&self) -> io::Result<Vec<String>> {
        self.in_order(self.segments()?)
    }

    /// Reads the lines of a segment that begin in a range; returns where the last one that has
    /// ended ends.
    pub(in crate::ledger) fn read_segment(
        &self,
        name: &str,
        range: Range<u64>,
        visit: &mut dyn FnMut(&Path, Place, LineRead<'_>),
    ) -> io::Result<u64> {
        let path = self.folder.join(name);
        read_range(&path, range, &mut |place, read| visit(&path, place, read))
    }

    /// Reads the hashes of the keys of all intact lines between two positions, with segment and
    /// offset, until `visit` has enough. Moves `position` behind the last line that was read, and
    /// returns true when that was the last one there is.
    pub(in crate::ledger) fn read_keys(
        &self,
        position: &mut Position,
        until: &Position,
        visit: &mut dyn FnMut(&str, u64, u64) -> bool,
    ) -> io::Result<bool> {
        for (name, to) in &until.0 {
            let mut end = position.0.get(name).copied().unwrap_or(0);
            if end >= *to {
                continue;
            }
            let mut lines = Lines::open(&self.folder.join(name), end)?;
            let mut wants_more = true;
            while wants_more
                && let Some((place, line)) = lines.next()?
                && place.is_ended
                && place.offset < *to
            {
                end = place.offset + place.bytes;
                if let Some(group) = Entry::key_of(line) {
                    wants_more = visit(name, place.offset, group);
                }
            }
            position.0.insert(name.clone(), end);
            if !wants_more {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads the lines at these places, in the order they were written.
    pub(in crate::ledger) fn read_lines(
        &self,
        places: &[(&str, u64)],
        visit: &mut dyn FnMut(&[u8]),
    ) -> io::Result<()> {
        let mut names: Vec<String> = places.iter().map(|(name, _)| (*name).to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        for name in self.in_order(names)? {
            let path = self.folder.join(&name);
            for (_, offset) in places.iter().filter(|(segment, _)| *segment == name) {
                let line = Lines::with_buffer(&path, *offset, SHORT_BUFFER)?
                    .next()?
                    .map_or_else(Vec::new, |(_, line)| line.to_vec());
                visit(&line);
            }
        }
        Ok(())
    }

    /// Sorts segments in the order they were written.
    fn in_order(&self, names: Vec<String>) -> io::Result<Vec<String>> {
        if names.len() < 2 {
            return Ok(names);
        }
        let mut segments = Vec::new();
        for name in names {
            segments.push((first_number(&self.folder.join(&name))?, name));
        }
        // The clock may have gone back to an earlier month in between.
        segments.sort();
        Ok(segments.into_iter().map(|(_, name)| name).collect())
    }

    /// Returns the names of the segments.
    fn segments(&self) -> io::Result<Vec<String>> {
        match segment::list(&self.folder) {
            Ok(names) => Ok(names.iter().map(segment::SegmentName::text).collect()),
            // What is no folder holds no journal: the writer says that it cannot be used.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }
}

/// Returns the number of the first intact line; the last of all when there is none.
pub(super) fn first_number(path: &Path) -> io::Result<u64> {
    let mut lines = Lines::with_buffer(path, 0, SHORT_BUFFER)?;
    while let Some((_, line)) = lines.next()? {
        if let LineRead::Entry(entry) = Entry::read(line) {
            return Ok(entry.n);
        }
    }
    Ok(u64::MAX)
}

/// Reads the lines of a file and returns where the last one that has ended ends.
pub(super) fn read_lines(
    path: &Path,
    from: u64,
    visit: &mut dyn FnMut(Place, LineRead<'_>),
) -> io::Result<u64> {
    read_range(path, from..u64::MAX, visit)
}

/// Reads the lines of a file that begin in a range.
fn read_range(
    path: &Path,
    range: Range<u64>,
    visit: &mut dyn FnMut(Place, LineRead<'_>),
) -> io::Result<u64> {
    let mut lines = Lines::open(path, range.start)?;
    let mut end = range.start;
    while let Some((place, line)) = lines.next()? {
        if place.offset >= range.end {
            break;
        }
        if place.is_ended {
            end = place.offset + place.bytes;
        }
        let read = if place.is_ended { Entry::read(line) } else { LineRead::Bad };
        visit(place, read);
    }
    Ok(end)
}

/// The lines of a file, one at a time.
struct Lines {
    file: BufReader<File>,
    offset: u64,
    line: Vec<u8>,
}

impl Lines {
    fn open(path: &Path, from: u64) -> io::Result<Self> {
        Self::with_buffer(path, from, 256 << 10)
    }

    fn with_buffer(path: &Path, from: u64, bytes: usize) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(bytes, File::open(path)?);
        file.seek(SeekFrom::Start(from))?;
        Ok(Self { file, offset: from, line: Vec::new() })
    }

    /// Returns the next line without its newline.
    fn next(&mut self) -> io::Result<Option<(Place, &[u8])>> {
        self.line.clear();
        let (mut bytes, mut is_ended) = (0_u64, false);
        while !is_ended {
            let buffer = match self.file.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if buffer.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', buffer);
            let text = &buffer[..end.unwrap_or(buffer.len())];
            let room = LONGEST_LINE.saturating_sub(self.line.len());
            self.line.extend_from_slice(&text[..text.len().min(room)]);
            is_ended = end.is_some();
            let used = text.len() + usize::from(is_ended);
            bytes += used as u64;
            self.file.consume(used);
        }
        if bytes == 0 {
            return Ok(None);
        }
        let offset = self.offset;
        self.offset += bytes;
        Ok(Some((Place { offset, bytes, is_ended }, &self.line)))
    }
}
