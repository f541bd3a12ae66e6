//! When and how often entries were read: a file that checkpoints append to.
//!
//! Sixteen bytes for each entry that was read since the last checkpoint: a part of its key, the
//! minute, the number of reads. Writing a million of them takes no more than a moment, where a
//! record in the database for each takes half a minute. What is lost or damaged here only makes
//! an entry look a little older than it is.

use std::{
    collections::HashMap,
    fs::{self, OpenOptions},
    hash::BuildHasherDefault,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::model::EntryKey;

use super::{
    atomic_file::{self, Sync},
    key,
    key_map::KeyHasher,
    memory::Touched,
};

/// Bytes of one record.
const RECORD: usize = 16;

/// The file is merged when it grows over this: two million records.
const MERGE_BYTES: u64 = 32 << 20;

/// Records that a merge keeps at most, the last used ones.
const KEPT: usize = 1 << 20;

/// When and how often an entry was read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Touch {
    /// Minutes since 1970 of the last read.
    pub(super) used_min: u32,
    /// Reads.
    pub(super) uses: u32,
}

impl Touch {
    /// Adds later reads.
    pub(super) fn add(&mut self, later: Self) {
        self.used_min = self.used_min.max(later.used_min);
        self.uses = self.uses.saturating_add(later.uses);
    }
}

/// What is known of the reads of all entries.
#[derive(Debug, Default)]
pub(super) struct TouchMap(HashMap<u64, Touch, BuildHasherDefault<KeyHasher>>);

impl TouchMap {
    /// Returns what is known of `key`.
    pub(super) fn of(&self, key: &EntryKey) -> Touch {
        self.0.get(&key::part(key)).copied().unwrap_or_default()
    }
}

/// The file.
#[derive(Debug)]
pub(super) struct Touches {
    path: PathBuf,
    /// No entry was read after this minute, whatever the file says: it was damaged then, or a clock
    /// was wrong.
    now_min: u32,
}

impl Touches {
    /// Names the file in the cache folder.
    pub(super) fn new(folder: &Path, now_min: u32) -> Self {
        Self { path: folder.join("touches"), now_min }
    }

    /// Adds reads.
    pub(super) fn append(&self, touched: &[Touched]) -> io::Result<()> {
        if touched.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(touched.len() * RECORD);
        for (_, key, touch) in touched {
            push(&mut bytes, key::part(key), *touch);
        }
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path)?;
        let length = file.metadata()?.len();
        // A write cut short by a kill is cut off, so that later records are found again.
        file.set_len(length - length % RECORD as u64)?;
        file.write_all(&bytes)?;
        if length > MERGE_BYTES { self.merge() } else { Ok(()) }
    }

    /// Reads the file.
    pub(super) fn load(&self) -> TouchMap {
        let mut map = TouchMap::default();
        self.each(|part, touch| map.0.entry(part).or_default().add(touch));
        map
    }

    /// Reads what is known of one entry.
    pub(super) fn of(&self, key: &EntryKey) -> Touch {
        let wanted = key::part(key);
        let mut all = Touch::default();
        self.each(|part, touch| {
            if part == wanted {
                all.add(touch);
            }
        });
        all
    }

    /// Forgets all reads.
    pub(super) fn clear(&self) {
        if let Err(error) = fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.path.display(), %error, "cannot forget reads");
        }
    }

    fn each(&self, mut visit: impl FnMut(u64, Touch)) {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => {
                tracing::warn!(path = %self.path.display(), %error, "cannot read when entries were used");
                return;
            }
        };
        for record in bytes.as_chunks::<RECORD>().0 {
            let word = |at: usize| record[at..].first_chunk().map_or(0, |w| u32::from_le_bytes(*w));
            let part = record.first_chunk().map_or(0, |part| u64::from_be_bytes(*part));
            visit(part, Touch { used_min: word(8).min(self.now_min), uses: word(12) });
        }
    }

    /// Replaces the file by one with a single record for each entry, the last used ones.
    fn merge(&self) -> io::Result<()> {
        let mut all: Vec<(u64, Touch)> = self.load().0.into_iter().collect();
        all.sort_unstable_by_key(|(part, touch)| (std::cmp::Reverse(touch.used_min), *part));
        let mut bytes = Vec::with_capacity(all.len().min(KEPT) * RECORD);
        for (part, touch) in all.into_iter().take(KEPT) {
            push(&mut bytes, part, touch);
        }
        atomic_file::write(&self.path, &bytes, Sync::Later)
    }
}

fn push(bytes: &mut Vec<u8>, part: u64, touch: Touch) {
    bytes.extend_from_slice(&part.to_be_bytes());
    bytes.extend_from_slice(&touch.used_min.to_le_bytes());
    bytes.extend_from_slice(&touch.uses.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use crate::model::Kind;

    use super::*;

    fn touched(id: u8, used_min: u32, uses: u32) -> Touched {
        (Kind::Count, EntryKey([id; 32]), Touch { used_min, uses })
    }

    #[test]
    fn reads_add_up_and_a_torn_record_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let touches = Touches::new(folder.path(), 100);
        touches.append(&[touched(1, 10, 2), touched(2, 5, 1)]).unwrap();
        let path = folder.path().join("touches");
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend_from_slice(b"torn");
        fs::write(&path, bytes).unwrap();
        touches.append(&[touched(1, 7, 3)]).unwrap();
        let expected = Touch { used_min: 10, uses: 5 };
        assert_eq!(touches.of(&EntryKey([1; 32])), expected);
        assert_eq!(touches.load().of(&EntryKey([1; 32])), expected);
        touches.merge().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 32);
        assert_eq!(touches.load().of(&EntryKey([1; 32])), expected);
        touches.append(&[touched(2, u32::MAX, 1)]).unwrap();
        assert_eq!(touches.of(&EntryKey([2; 32])).used_min, 100, "nobody reads in the future");
        touches.clear();
        assert_eq!(touches.of(&EntryKey([1; 32])), Touch::default());
    }
}
