//! Entries that are one JSON file each.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use crate::model::UnixNanos;

use super::{
    super::{
        Failure, ImportError, Imported, LeftOut,
        reading::Reading,
        source::{self, MAX_ENTRY},
    },
    entry,
    layout::{self, Listing},
};

/// Reads every entry at `path`: a file, or any of the folders that hold them.
pub(in crate::import) fn read(path: &Path, reading: &mut Reading<'_>) -> Result<(), ImportError> {
    if path.is_file() {
        reading.expect(1);
        let repository = path.parent().unwrap_or(path);
        let item = read_entry(path, "", repository, reading);
        return reading.give(item);
    }
    let mut lists = Vec::new();
    for home in layout::require(path)? {
        let mut listing = Listing::default();
        layout::list(&home, &mut listing);
        lists.push((home, listing));
    }
    let count = |listing: &Listing| listing.entries.len() + listing.unreadable.len();
    reading.expect(lists.iter().map(|(_, listing)| count(listing) as u64).sum());
    for _ in 0..stray(path) {
        reading.leave_out(LeftOut::NotAnEntry)?;
    }
    for (home, listing) in lists {
        for _ in 0..listing.others {
            reading.leave_out(LeftOut::NotAnEntry)?;
        }
        for _ in 0..listing.unknown {
            reading.leave_out(LeftOut::UnknownType)?;
        }
        for (folder, error) in listing.unreadable {
            reading.fail(Failure::of_file(&folder, &error.to_string()))?;
        }
        for (file, of) in listing.entries {
            let item = read_entry(&file, of, &home.repository, reading);
            reading.give(item)?;
        }
    }
    Ok(())
}

/// Reads one entry of a repository.
fn read_entry(file: &Path, of: &str, repository: &Path, reading: &mut Reading<'_>) -> Imported {
    let read = source::read(file, MAX_ENTRY).map_err(|error| error.to_string());
    let result = read.and_then(|(json, data)| {
        reading.add_bytes(data.len());
        if json.is_empty() {
            return Err("it is empty".to_owned());
        }
        let modified = data.mtime().saturating_mul(1_000_000_000);
        entry::from_json(&json, of, UnixNanos(modified.saturating_add(data.mtime_nsec())))?
            .result(repository)
    });
    match result {
        Ok(result) => Imported::Result(Box::new(result)),
        Err(why) => Imported::Failed(Failure::of_file(file, &why)),
    }
}

/// Returns how many files lie beside the folders of repositories.
fn stray(path: &Path) -> usize {
    let is_stray = |entry: &fs::DirEntry| {
        entry.path().extension().is_some_and(|extension| extension == "json")
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    };
    let children = fs::read_dir(path).into_iter().flatten().flatten();
    if path.join(layout::FOLDER).is_dir() { 0 } else { children.filter(is_stray).count() }
}
