//! Segments: the files of the journal, appended to and never edited.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::{Entry, LineRead, Register};
use crate::model::{Clock, UnixNanos};

/// A segment that is larger is continued in a new one.
const MOST_BYTES: u64 = 64 << 20;

/// The name of a segment: the month of its creation in UTC, and a number.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::ledger) struct SegmentName {
    month: String,
    number: u32,
}

impl SegmentName {
    /// Reads a file name such as `2026-11.0001`.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (month, number) = name.split_once('.')?;
        let is_month = month.len() == 7
            && month
                .bytes()
                .enumerate()
                .all(|(at, b)| (at == 4) == (b == b'-') && (at == 4 || b.is_ascii_digit()));
        let is_number = number.len() >= 4 && number.bytes().all(|b| b.is_ascii_digit());
        let number = number.parse().ok().filter(|_| is_month && is_number)?;
        Some(Self { month: month.to_owned(), number })
    }

    /// Returns the name that follows all of `others` in the month of `now`.
    fn next(now: UnixNanos, others: &[Self]) -> Self {
        let month = month_of(now);
        let last = others.iter().filter(|name| name.month == month).map(|name| name.number).max();
        Self { month, number: last.unwrap_or(0) + 1 }
    }

    /// Returns the file name.
    pub(in crate::ledger) fn text(&self) -> String {
        format!("{}.{:04}", self.month, self.number)
    }
}

/// Returns the month in UTC, such as `2026-11`.
fn month_of(now: UnixNanos) -> String {
    let moment = jiff::Timestamp::from_nanosecond(i128::from(now.0)).unwrap_or_default();
    moment.strftime("%Y-%m").to_string()
}

/// A segment that is open for appending.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) name: SegmentName,
    pub(super) path: PathBuf,
    /// Bytes that are whole lines and durable.
    pub(super) len: u64,
    file: File,
}

impl Segment {
    /// Creates the next segment in `folder`.
    pub(super) fn create(folder: &Path, clock: &dyn Clock) -> io::Result<Self> {
        let mut names = list(folder)?;
        // The name of one that is gone is not given again: nobody would miss it.
        names.extend(Register::read(folder)?.names());
        let name = SegmentName::next(clock.wall(), &names);
        let path = folder.join(name.text());
        let mut options = OpenOptions::new();
        let file = options.append(true).create_new(true).mode(0o600).open(&path)?;
        let segment = Self { name, path, len: 0, file };
        sync_folder(folder).inspect_err(|_| segment.remove())?;
        Ok(segment)
    }

    /// Writes the first line. When that fails the file is removed: every try would leave one.
    pub(super) fn begin(mut self, line: &[u8]) -> io::Result<Self> {
        if let Err(failed) = self.write(line) {
            self.remove();
            return Err(failed.error);
        }
        self.len += line.len() as u64;
        Ok(self)
    }

    /// Removes a segment that holds nothing.
    fn remove(&self) {
        for path in [&self.path, &suspect_mark(&self.path)] {
            if let Err(error) = fs::remove_file(path)
                && error.kind() != io::ErrorKind::NotFound
            {
                tracing::warn!(path = %path.display(), %error, "cannot remove an empty segment");
            }
        }
    }

    /// Opens a segment to go on with it; what is torn at its end is set aside first. Also returns
    /// the number of its last line.
    ///
    /// There is none to go on with when the segment must be left alone.
    pub(super) fn reopen(
        folder: &Path,
        name: &SegmentName,
        is_sealed: bool,
    ) -> io::Result<(u64, Option<Self>)> {
        let path = folder.join(name.text());
        let file = OpenOptions::new().read(true).append(true).open(&path)?;
        let tail = tail_of(&file)?;
        if is_sealed || tail.is_newer || suspect_mark(&path).exists() {
            return Ok((tail.number, None));
        }
        if let Err(error) = set_aside_torn(&file, &path, tail) {
            // A new segment is begun instead, and the torn end stays where it is.
            tracing::warn!(path = %path.display(), %error, "cannot set a torn end aside");
            return Ok((tail.number, None));
        }
        let segment = Self { name: name.clone(), path, len: tail.end, file };
        Ok((tail.number, Some(segment)))
    }

    /// Returns true when lines written at `now` belong into another one.
    pub(super) fn is_over(&self, now: UnixNanos) -> bool {
        self.len > MOST_BYTES || self.name.month != month_of(now)
    }

    /// Appends whole lines in one write. When that fails nothing of them is left in the file, or
    /// the segment is marked as suspect and must not be used any more.
    pub(super) fn write(&mut self, lines: &[u8]) -> Result<(), WriteFailed> {
        let Err(error) = (&self.file).write_all(lines) else { return Ok(()) };
        let usable = self.file.set_len(self.len).is_ok();
        if !usable {
            self.mark_suspect();
        }
        Err(WriteFailed { error, usable })
    }

    /// Makes what was written durable; after a failure the segment must not be used any more.
    pub(super) fn sync(&mut self, written: usize) -> io::Result<()> {
        self.file.sync_data().inspect_err(|_| self.mark_suspect())?;
        self.len += written as u64;
        Ok(())
    }

    /// Leaves a mark beside the segment that its end may not be on the disk.
    fn mark_suspect(&self) {
        let mark = suspect_mark(&self.path);
        let mut options = OpenOptions::new();
        if let Err(error) = options.write(true).create(true).truncate(false).mode(0o600).open(&mark)
        {
            tracing::warn!(path = %mark.display(), %error, "cannot mark a segment as suspect");
        }
    }
}

/// A write that failed, and whether the segment is as it was.
#[derive(Debug)]
pub(super) struct WriteFailed {
    pub(super) error: io::Error,
    pub(super) usable: bool,
}

/// Returns the file whose presence says that the end of a segment may not be on the disk.
pub(super) fn suspect_mark(segment: &Path) -> PathBuf {
    segment.with_added_extension("suspect")
}

/// Returns the file that holds what was torn off a segment.
pub(super) fn torn_file(segment: &Path) -> PathBuf {
    segment.with_added_extension("torn")
}

/// Returns the segments in `folder`, in the order of their names.
pub(super) fn list(folder: &Path) -> io::Result<Vec<SegmentName>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if let Some(name) = entry.file_name().to_str().and_then(SegmentName::parse) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Creates a folder for the user alone, where it is missing, and makes that durable with all the
/// folders above that were missing too. One that others can look into is closed to them.
pub(in crate::ledger) fn create_folder(folder: &Path) -> io::Result<()> {
    if let Ok(data) = fs::metadata(folder)
        && data.is_dir()
    {
        if data.permissions().mode() & 0o077 != 0
            && let Err(error) = fs::set_permissions(folder, Permissions::from_mode(0o700))
        {
            tracing::warn!(folder = %folder.display(), %error, "others may read the ledger");
        }
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above
        && !above.is_dir()
    {
        create_folder(above)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        // Another larder was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
        other => other?,
    }
    above.map_or(Ok(()), sync_folder)
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The end of a segment.
#[derive(Clone, Copy, Debug, Default)]
struct Tail {
    /// Where its last intact line ends.
    end: u64,
    /// The number of that line.
    number: u64,
    /// Whether a newer larder wrote it.
    is_newer: bool,
}

/// Moves what follows the last intact line into the file beside.
fn set_aside_torn(file: &File, path: &Path, tail: Tail) -> io::Result<()> {
    let len = file.metadata()?.len();
    if tail.end == len {
        return Ok(());
    }
    let torn = read_range(file, tail.end, len)?;
    let side = torn_file(path);
    let mut options = OpenOptions::new();
    let mut out = options.append(true).create(true).mode(0o600).open(&side)?;
    out.write_all(&torn)?;
    out.sync_all()?;
    if let Some(folder) = path.parent() {
        sync_folder(folder)?;
    }
    file.set_len(tail.end)?;
    file.sync_all()?;
    let bytes = torn.len();
    tracing::warn!(path = %path.display(), bytes, "a torn end of the ledger was set aside");
    Ok(())
}

/// Finds the last intact line, looking back from the end.
fn tail_of(file: &File) -> io::Result<Tail> {
    let len = file.metadata()?.len();
    let mut window = 64 << 10;
    loop {
        let start = len.saturating_sub(window);
        let bytes = read_range(file, start, len)?;
        // The first line of the window may have begun before it.
        let mut at = if start == 0 { 0 } else { after_newline(&bytes) };
        let mut tail = None;
        while let Some(length) = memchr::memchr(b'\n', &bytes[at..]) {
            let end = start + (at + length + 1) as u64;
            match Entry::read(&bytes[at..at + length]) {
                LineRead::Entry(entry) => {
                    tail = Some(Tail { end, number: entry.n, is_newer: false });
                }
                LineRead::Newer(number) => tail = Some(Tail { end, number, is_newer: true }),
                LineRead::Bad => {}
            }
            at += length + 1;
        }
        match tail {
            Some(tail) => return Ok(tail),
            None if start == 0 => return Ok(Tail::default()),
            None => window *= 8,
        }
    }
}

fn read_range(mut file: &File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(to - from).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn after_newline(bytes: &[u8]) -> usize {
    memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_whose_first_line_cannot_be_written_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("2026-11.0001");
        fs::write(&path, "").unwrap();
        // One that is open for reading alone fails as a full disk does.
        let file = File::open(&path).unwrap();
        let name = SegmentName::parse("2026-11.0001").unwrap();
        let segment = Segment { name, path, len: 0, file };
        assert!(segment.begin(b"line\n").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
