//! Where in the journal the lines of a request are, so that a ledger of any size finds one request
//! without reading the others.
//!
//! The journal itself keeps the requests. Beside it, in the cache folder, lie runs: files with the
//! hashes of all keys in a stretch of the journal, sorted, each with the place of its line. What
//! the journal holds after them is read when the first request is looked for, and becomes a run
//! when it is long enough. Runs never change; several are merged into one. All of it can be made
//! again, so whatever is wrong with a run, it is thrown away.
//!
//! Deliberately not here: what the lines say.

mod ranges;
mod run;
mod spread;
#[cfg(test)]
mod tests;
mod writing;

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
};

use ranges::Ranges;
use run::Run;
pub(super) use spread::{Home, Mark, Spread};

use super::journal::{Position, Reader};

/// A run is merged with the next smaller one unless it is so many times larger: then each key is
/// written again few times, and few runs are looked into.
const STEP: u64 = 4;

/// Whether runs may be written and removed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Access {
    /// By the larder that writes the journal.
    Write,
    /// Others only read them.
    Read,
}

/// Whether all runs are open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Opened {
    All,
    /// Another larder merged some meanwhile.
    WhileMerged,
}

/// The place of a line: the number of its segment, and where in it.
type Place = (u32, u64);

/// The places of the lines of all requests, by the hashes of their keys.
#[derive(Debug)]
pub(super) struct Keys {
    folder: PathBuf,
    access: Access,
    /// So many loose keys become a run.
    most_loose: usize,
    /// The largest first.
    runs: Vec<Run>,
    /// Segments by the numbers that places have for them.
    segments: Segments,
    /// Keys that are in no run, and the stretch of the journal that they are from.
    loose: BTreeSet<(u64, Place)>,
    loose_ranges: Ranges,
}

/// Numbers for the names of segments.
#[derive(Debug, Default)]
struct Segments {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Segments {
    fn put(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).expect("fewer segments than lines");
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }
}

impl Keys {
    /// Opens the runs in a folder, as far as they are of a journal of this length.
    pub(super) fn open(
        folder: &Path,
        (access, most_loose): (Access, usize),
        end: &Position,
    ) -> Self {
        let mut keys = Self {
            folder: folder.to_owned(),
            access,
            most_loose,
            runs: Vec::new(),
            segments: Segments::default(),
            loose: BTreeSet::new(),
            loose_ranges: Ranges::default(),
        };
        while keys.open_runs(end) == Opened::WhileMerged {}
        keys.runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
        keys.drop_what_is_merged();
        keys
    }

    fn open_runs(&mut self, end: &Position) -> Opened {
        self.runs.clear();
        for path in run_files(&self.folder) {
            match Run::open(&path, &mut self.segments) {
                Ok(run) if run.ranges.is_within(end) => self.runs.push(run),
                // Others may have merged it in the meantime; then there is a larger one.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Opened::WhileMerged;
                }
                Ok(_) | Err(_) => self.remove(&path),
            }
        }
        Opened::All
    }

    /// A larder that was killed between a merge and its end leaves what was merged beside it.
    fn drop_what_is_merged(&mut self) {
        let mut at = 0;
        while at < self.runs.len() {
            let one = &self.runs[at].ranges;
            if self.runs[..at].iter().any(|larger| larger.ranges.hold(one)) {
                let run = self.runs.remove(at);
                self.remove(&run.path);
            } else {
                at += 1;
            }
        }
    }

    /// Returns how far the journal is known, from its start and without a gap.
    pub(super) fn covered(&self) -> Position {
        let mut all = Ranges::default();
        for ranges in self.runs.iter().map(|run| &run.ranges).chain([&self.loose_ranges]) {
            all.join(ranges);
        }
        all.whole_from_start()
    }

    /// Reads the keys of what the journal holds before `until` and is not known yet.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub(super) fn extend(&mut self, reader: &Reader, until: &Position) -> io::Result<()> {
        let mut position = self.covered();
        while let Some(next) = self.extend_once(reader, &mut position, until)? {
            position = next;
            self.settle();
        }
        Ok(())
    }

    /// Reads until there are enough keys for a run; then tells where to go on.
    fn extend_once(
        &mut self,
        reader: &Reader,
        position: &mut Position,
        until: &Position,
    ) -> io::Result<Option<Position>> {
        let before = position.clone();
        let mut found = 0;
        let is_all = reader.read_keys(position, until, &mut |segment, offset, group| {
            let segment = self.segments.put(segment);
            self.loose.insert((group, (segment, offset)));
            found += 1;
            self.access == Access::Read || found < self.most_loose
        })?;
        self.loose_ranges.between(&before, position);
        Ok((!is_all).then(|| position.clone()))
    }

    /// Makes a run of the loose keys when there are enough of them.
    pub(super) fn settle(&mut self) {
        if self.loose.len() < self.most_loose || self.access == Access::Read {
            return;
        }
        if let Err(error) = self.try_settle() {
            // They stay where they are, and the next larder reads them from the journal.
            tracing::warn!(folder = %self.folder.display(), %error, "cannot save keys");
        }
    }

    fn try_settle(&mut self) -> io::Result<()> {
        let loose = std::mem::take(&mut self.loose);
        let ranges = std::mem::take(&mut self.loose_ranges);
        let mut entries = loose.iter().copied().map(Ok);
        match self.write(loose.len(), &ranges, &mut entries) {
            Ok(run) => self.runs.push(run),
            Err(error) => {
                (self.loose, self.loose_ranges) = (loose, ranges);
                return Err(error);
            }
        }
        while let [.., larger, smaller] = &self.runs[..]
            && larger.len() < smaller.len() * STEP
        {
            self.merge_last()?;
        }
        Ok(())
    }

    /// Merges the two smallest runs.
    fn merge_last(&mut self) -> io::Result<()> {
        let [.., larger, smaller] = &self.runs[..] else { return Ok(()) };
        let mut ranges = larger.ranges.clone();
        ranges.join(&smaller.ranges);
        let len = usize::try_from(larger.len() + smaller.len()).map_err(io::Error::other)?;
        let mut entries = run::merged(larger.entries(), smaller.entries());
        let merged = self.write(len, &ranges, &mut entries)?;
        drop(entries);
        for _ in 0..2 {
            if let Some(run) = self.runs.pop() {
                self.remove(&run.path);
            }
        }
        self.runs.push(merged);
        Ok(())
    }

    fn write(
        &self,
        len: usize,
        ranges: &Ranges,
        entries: &mut dyn Iterator<Item = io::Result<(u64, Place)>>,
    ) -> io::Result<Run> {
        let last = run_files(&self.folder).iter().filter_map(|path| number_of(path)).max();
        let path = self.folder.join(format!("{}.run", last.unwrap_or(0) + 1));
        writing::write(&path, (len, ranges, &self.segments), entries)?;
        let mut segments = Segments::default();
        let mut run = Run::open(&path, &mut segments)?;
        // The numbers of this larder, in which all of its segments have one.
        run.renumber(|number| self.segments.numbers.get(segments.name(number)).copied())?;
        Ok(run)
    }

    /// Returns the segments and offsets of the lines that may be of a group.
    ///
    /// # Errors
    /// Fails when a run is damaged.
    pub(super) fn lines_of(&self, group: u64) -> io::Result<Vec<(&str, u64)>> {
        let mut places = BTreeSet::new();
        for run in &self.runs {
            run.find(group, &mut places)?;
        }
        let ends = (group, (0, 0))..=(group, (u32::MAX, u64::MAX));
        places.extend(self.loose.range(ends).map(|(_, place)| *place));
        Ok(places.iter().map(|(number, offset)| (self.segments.name(*number), *offset)).collect())
    }

    fn remove(&self, path: &Path) {
        if self.access == Access::Read {
            return;
        }
        if let Err(error) = fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %error, "cannot remove saved keys");
        }
    }
}

/// Returns the files of a folder that are runs or were to become one.
fn run_files(folder: &Path) -> Vec<PathBuf> {
    // A folder that cannot be read is as good as an empty one.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn number_of(path: &Path) -> Option<u64> {
    path.file_stem()?.to_str()?.parse().ok()
}
