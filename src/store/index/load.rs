//! Loading and saving path indexes through the store.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::atomic::Ordering::Relaxed,
};

use crate::{
    model::{ContentHash, Encoding},
    store::{
        CountKey, Store, StoreError,
        atomic_file::{self, Sync},
        core::Core,
        hold::hold,
        tier::Place,
    },
};

use super::{
    format::{self, Stamp},
    record::{IndexRecord, IndexState},
    table::{Counts, PathIndex, Rules, Trust},
};

impl Store {
    /// Returns what is known of the repository at `root`; counts made by another `version` of the
    /// counter, or before the last clear, are left out.
    #[must_use]
    pub fn load_index(&self, root: &Path, version: u32) -> PathIndex {
        let core = self.core();
        let Some(path) = index_path(core, root) else { return PathIndex::empty() };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return PathIndex::empty(),
            Err(error) => {
                tracing::error!(path = %path.display(), %error, "cannot read the path index");
                return PathIndex::empty();
            }
        };
        match open(core, root, bytes, version) {
            Ok(index) => {
                core.counters.index_entries.store(index.len() as u64, Relaxed);
                core.counters.index_bytes.store(index.file_bytes() as u64, Relaxed);
                index
            }
            Err(reason) => {
                tracing::warn!(path = %path.display(), reason, "the path index is left aside");
                PathIndex::empty()
            }
        }
    }

    /// Returns how many files all path indexes know, and their bytes.
    pub(in crate::store) fn index_totals(&self) -> (u64, u64) {
        let Some(folder) = index_path(self.core(), Path::new("/")) else { return (0, 0) };
        let folder = folder.parent().unwrap_or(Path::new("."));
        // A folder that is not there yet holds none.
        let found = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let totals = found.filter_map(|entry| format::records_in(&entry.path()));
        totals.fold((0, 0), |sum, (records, bytes)| (sum.0 + records, sum.1 + bytes))
    }

    /// Forgets what is known of the repository at `root`; returns the contents that only it had.
    pub(in crate::store) fn forget_index(
        &self,
        root: &Path,
    ) -> Result<HashSet<ContentHash>, StoreError> {
        let core = self.core();
        core.own_folder()?;
        let _one_at_a_time = hold(&core.index_writing);
        let Some(path) = index_path(core, root) else { return Ok(HashSet::new()) };
        let mut contents = contents_in(&path);
        let folder = path.parent().unwrap_or(Path::new("."));
        for other in fs::read_dir(folder).into_iter().flatten().flatten() {
            if other.path() != path && !contents.is_empty() {
                let shared = contents_in(&other.path());
                contents.retain(|content| !shared.contains(content));
            }
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::io("delete", path)(error))
            }
            Ok(()) | Err(_) => Ok(contents),
        }
    }

    /// Replaces what is known of the repository at `root`; its counts are of `version`, and no path
    /// comes twice.
    ///
    /// # Errors
    /// Fails when the folder cannot be written, such as when another process owns it.
    pub fn save_index(
        &self,
        root: &Path,
        version: u32,
        records: impl Iterator<Item = IndexRecord> + Clone,
    ) -> Result<(), StoreError> {
        let core = self.core();
        core.own_folder()?;
        // Two at once would tell the numbers of the one and keep the file of the other.
        let _one_at_a_time = hold(&core.index_writing);
        let Some(path) = index_path(core, root) else { return Ok(()) };
        place_files(core, root, version, records.clone());
        let stamp = Stamp { epoch: hold(&core.generation).epoch, version };
        let folder = path.parent().unwrap_or(Path::new("."));
        atomic_file::create_folder(folder).map_err(StoreError::io("create", folder))?;
        let write = |file: &mut File| format::write(file, root, stamp, records);
        let written = atomic_file::fill(&path, Sync::Durable, write)
            .map_err(StoreError::io("write", &path))?;
        core.counters.index_entries.store(written.records, Relaxed);
        core.counters.index_bytes.store(written.bytes, Relaxed);
        Ok(())
    }
}

fn open(core: &Core, root: &Path, bytes: Vec<u8>, version: u32) -> Result<PathIndex, &'static str> {
    let parts = format::check(root, &bytes)?;
    let wanted = Stamp { epoch: hold(&core.generation).epoch, version };
    let rules = Rules {
        counts: if parts.stamp == wanted { Counts::Keep } else { Counts::Drop },
        trust: if core.options.strict { Trust::Nothing } else { Trust::Fingerprints },
    };
    PathIndex::build(bytes, parts, rules).ok_or("its records are damaged")
}

/// Returns the contents that an index file knows; none when it cannot be read.
fn contents_in(path: &Path) -> HashSet<ContentHash> {
    let Ok(bytes) = fs::read(path) else { return HashSet::new() };
    let Ok(parts) = format::check_any(&bytes) else { return HashSet::new() };
    let rules = Rules { counts: Counts::Drop, trust: Trust::Nothing };
    let index = PathIndex::build(bytes, parts, rules).unwrap_or_else(PathIndex::empty);
    index.iter().filter_map(|record| record.state.hash()).collect()
}

/// Tells a tier that names files, such as the JSON file, where the counted contents lie.
fn place_files(core: &Core, root: &Path, version: u32, records: impl Iterator<Item = IndexRecord>) {
    let Some(tier) = core.open_tier().filter(|rack| rack.tier().names_files()) else { return };
    core.pending.drain();
    for record in records {
        let IndexState::Text { hash, counts, .. } = record.state else { continue };
        let path = root.join(record.path.as_path());
        let place = Place { path: &path.to_string_lossy(), fingerprint: record.fingerprint };
        for encoding in Encoding::ALL {
            if counts[usize::from(encoding.number())].is_some() {
                tier.tier().place(&CountKey { hash, encoding, version }.entry_key(), &place);
            }
        }
    }
}

/// Returns the index file of a repository: named after its path, which may hold anything.
fn index_path(core: &Core, root: &Path) -> Option<PathBuf> {
    let name = blake3::hash(root.as_os_str().as_bytes()).to_hex();
    let folder = core.folder.as_ref()?;
    Some(folder.join("repos").join(format!("{}.idx", &name.as_str()[..16])))
}
