//! What is found in the folder of a store, and who may write there.

use std::{io, path::Path};

use crate::model::{StoreMode, UnixNanos};

use super::{atomic_file, error::StoreError, generation::Generation, lock::Lock};

/// What the folder turned out to be.
pub(super) struct Found {
    pub(super) lock: Option<Lock>,
    pub(super) generation: Generation,
    pub(super) fresh: bool,
    pub(super) mode: StoreMode,
    pub(super) owner: Option<u32>,
    /// Whether it may be had later: its owner ends, or the disk has room again.
    pub(super) may_come: bool,
}

impl Found {
    /// Looks into `folder` and takes it into possession, when nobody else has.
    pub(super) fn take(folder: &Path, now: UnixNanos) -> Self {
        find(folder, now).unwrap_or_else(|error| refused(folder, &error, now))
    }
}

/// Takes a folder into possession.
pub(super) fn find(folder: &Path, now: UnixNanos) -> Result<Found, StoreError> {
    atomic_file::create_folder(folder).map_err(StoreError::io("create", folder))?;
    let lock = Lock::take(folder, now)?;
    atomic_file::close_to_others(folder);
    let live = Generation::read(folder, now)?;
    let generation = live.unwrap_or_else(|| Generation::first(now));
    if Generation::recorded(folder) != Some(generation) {
        generation.make_current(folder)?;
    }
    let fresh = !generation.folder(folder).exists();
    Ok(Found {
        lock: Some(lock),
        generation,
        fresh,
        mode: StoreMode::Ok,
        owner: None,
        may_come: false,
    })
}

/// Returns how a store works whose folder cannot be owned.
fn refused(folder: &Path, error: &StoreError, now: UnixNanos) -> Found {
    let generation = Generation::read(folder, now).ok().flatten();
    let reason = error.to_string();
    let may_come = matches!(error, StoreError::Locked { .. } | StoreError::Io { .. });
    let can_be_read = matches!(error, StoreError::Io { source, .. } if is_read_only(source));
    let mode = if can_be_read && generation.is_some() {
        StoreMode::ReadOnly(reason)
    } else {
        StoreMode::MemoryOnly(reason)
    };
    let generation = generation.unwrap_or_else(|| Generation::first(now));
    Found { lock: None, generation, fresh: false, mode, owner: error.owner(), may_come }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied)
}
