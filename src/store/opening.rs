//! Opening the lowest tier: sled, a new generation when that is damaged, JSON when it cannot be.

use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use strum::IntoEnumIterator;

use crate::model::{Kind, StoreMode};

use super::{
    atomic_file,
    blob::Blobs,
    core::{Bottom, Core},
    disk::Disk,
    entry::{self, Size},
    error::{Fault, StoreError},
    fallback::Json,
    generation::{self, Generation},
    hold::hold,
    rack::Rack,
    tier::Tier,
};

/// The file of the fallback, under the name that other tools gave it.
const FALLBACK: &str = "token_cache.json";

/// Whether the lowest tier has been open before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Attempt {
    /// It has not.
    First,
    /// It has, and failed.
    Again,
}

impl Core {
    /// Opens the lowest tier, or what comes nearest to it; never fails.
    pub(super) fn open_bottom(&self, attempt: Attempt) {
        let Some(folder) = self.folder.as_deref() else { return };
        if self.opening_now.swap(true, Relaxed) {
            return;
        }
        self.open_in(folder, attempt);
        self.gave_up.store(false, Relaxed);
        self.opening_now.store(false, Relaxed);
    }

    fn open_in(&self, folder: &Path, attempt: Attempt) {
        let generation = *hold(&self.generation);
        match self.open_or_replace(folder, generation) {
            Ok(tier) => {
                tracing::info!(folder = %folder.display(), backend = "sled", "the cache is open");
                self.check_mark(&tier);
                self.adopt_fallback(folder, &tier);
                self.install(tier, StoreMode::Ok);
            }
            Err(error) => {
                self.count_error();
                tracing::error!(folder = %folder.display(), %error, "cannot open the cache");
                match (error.fault(), attempt) {
                    (Fault::Full, _) => {
                        self.close_bottom(StoreMode::MemoryOnly("the disk is full".to_owned()));
                    }
                    (Fault::Damaged(reason) | Fault::Refused(reason), Attempt::First) => {
                        self.open_fallback(folder, &reason);
                    }
                    // sled lets go of its files a little late: the next attempt may succeed.
                    (Fault::Damaged(reason) | Fault::Refused(reason), Attempt::Again) => {
                        self.close_bottom(StoreMode::MemoryOnly(reason));
                    }
                }
            }
        }
    }

    fn open_or_replace(&self, folder: &Path, live: Generation) -> Result<Arc<Rack>, StoreError> {
        match self.open_sled(folder, live) {
            Err(StoreError::Tier { fault: Fault::Damaged(reason), .. }) => {
                self.replace_damaged(folder, live, &reason)
            }
            other => other,
        }
    }

    /// Moves a damaged generation aside and starts an empty one.
    pub(super) fn replace_damaged(
        &self,
        folder: &Path,
        live: Generation,
        reason: &str,
    ) -> Result<Arc<Rack>, StoreError> {
        self.count_error();
        tracing::error!(
            folder = %folder.display(), reason,
            "the cache is damaged: it is moved to quarantine and made anew"
        );
        hold(&self.remarks).push(format!(
            "the cache was damaged ({reason}): it lies in {} and counting begins anew",
            folder.join("quarantine").display()
        ));
        let mut next = live.next(folder);
        generation::quarantine(folder, live, self.clock.wall())?;
        let tier = self.open_sled(folder, next.of)?;
        next.make_current()?;
        *hold(&self.generation) = next.of;
        self.forget_entries();
        *hold(&self.storing) = false;
        Ok(tier)
    }

    /// Opens the database of a generation.
    pub(super) fn open_sled(
        &self,
        folder: &Path,
        live: Generation,
    ) -> Result<Arc<Rack>, StoreError> {
        let disk = open_disk(folder, live)?;
        Ok(Arc::new(self.rack(folder, Box::new(disk))))
    }

    /// Puts a lowest tier and the files that belong to it together.
    fn rack(&self, folder: &Path, tier: Box<dyn Tier>) -> Rack {
        let blobs = self
            .blobs
            .as_ref()
            .map_or_else(|| Arc::new(Blobs::new(folder, &folder.join("results"))), Arc::clone);
        Rack::new(tier.into(), blobs)
    }

    /// Does what [`Core::failed`] has asked for: quarantines what is live.
    pub(super) fn recover_from(&self, reason: &str) {
        let Some(folder) = self.folder.as_deref() else { return };
        let live = *hold(&self.generation);
        match self.replace_damaged(folder, live, reason) {
            Ok(tier) => self.install(tier, StoreMode::Ok),
            Err(error) => {
                tracing::error!(%error, "cannot make the cache anew");
                self.open_fallback(folder, &error.to_string());
            }
        }
    }

    fn open_fallback(&self, folder: &Path, reason: &str) {
        let path = folder.join(FALLBACK);
        match Json::open(&path, self.clock.wall()) {
            Ok(json) => {
                tracing::info!(path = %path.display(), backend = "json", "counts are kept in a file");
                self.fresh.store(false, Relaxed);
                let rack = Arc::new(self.rack(folder, Box::new(json)));
                self.count_anew(&rack);
                self.install(rack, StoreMode::Fallback(reason.to_owned()));
            }
            Err(error) => {
                tracing::error!(%error, "cannot keep counts in a file either");
                self.close_bottom(StoreMode::MemoryOnly(reason.to_owned()));
            }
        }
    }

    /// Takes over the counts that were kept in the file while sled could not be opened.
    fn adopt_fallback(&self, folder: &Path, rack: &Rack) {
        let path = folder.join(FALLBACK);
        if !path.exists() {
            return;
        }
        let json = match Json::open(&path, self.clock.wall()) {
            Ok(json) => json,
            Err(error) => {
                tracing::warn!(%error, "cannot take over the counts of the file");
                return;
            }
        };
        let result = json.hand_over(|kind, key, record| {
            if rack.record(kind, key)?.is_some() {
                return Ok(());
            }
            self.fresh.store(false, Relaxed);
            self.change(|| {
                let changed = rack.put(kind, key, record)?;
                self.note(kind, key, &changed);
                Ok(())
            })
        });
        match result {
            Ok(entries) => tracing::info!(path = %path.display(), entries, "counts are taken over"),
            Err(fault) => tracing::warn!(%fault, "cannot take over the counts of the file"),
        }
    }

    /// Tries again to open the lowest tier after a failure, less and less often.
    pub(super) fn try_again(self: &Arc<Self>) {
        if !self.is_owner() || !matches!(*hold(&self.bottom), Bottom::Closed) {
            return;
        }
        let mut retry = hold(&self.retry);
        if retry.ticks > 0 {
            retry.ticks -= 1;
            return;
        }
        retry.ticks = retry.then;
        retry.then = (retry.then * 2 + 1).min(MOST_TICKS);
        drop(retry);
        // Without its thread nothing would be written, and nobody would list the files.
        if hold(&self.writer).is_none() {
            self.start_writer();
        } else {
            self.open_bottom(Attempt::Again);
        }
    }

    /// Begins to count at nothing, because the database is a new one; files may be listed again.
    pub(super) fn forget_entries(&self) {
        self.counters.forget_entries();
        self.tally.forget_entries();
        self.counters.exact.store(self.has_no_files(), Relaxed);
    }

    /// Counts entries and bytes anew when an unclean stop left the numbers uncertain.
    pub(super) fn recount(&self) {
        if let Some(tier) = self.open_tier() {
            self.count_anew(&tier);
            self.tell_loss();
            self.drop_without_file(&tier);
        }
    }

    /// Counts the entries of a tier, and their bytes.
    pub(super) fn count_anew(&self, tier: &Rack) {
        let storing = hold(&self.storing);
        self.tally.forget_entries();
        for kind in Kind::iter() {
            let (mut entries, mut size) = (0, Size::default());
            let result = tier.scan(kind, &mut |_, record| {
                if kind == Kind::Result {
                    self.tally.stored(record);
                }
                entries += 1;
                let Size { bytes, file } = entry::size(record);
                size = Size { bytes: size.bytes + bytes, file: size.file + file };
                super::tier::Scan::Next
            });
            match result {
                Ok(()) => self.counters.recounted(kind, entries, size),
                Err(fault) => {
                    drop(storing);
                    self.failed("recount", fault);
                    return;
                }
            }
        }
        self.counters.exact.store(true, Relaxed);
        self.counters.changed.raise();
    }
}

/// Ticks between two attempts at most: five minutes at the usual five seconds.
const MOST_TICKS: u32 = 60;

/// Opens the database of a generation and looks at each of its trees, where damage shows.
pub(super) fn open_disk(folder: &Path, live: Generation) -> Result<Disk, StoreError> {
    let home = live.folder(folder);
    for path in [&home, &home.join("sled")] {
        atomic_file::create_folder(path).map_err(StoreError::io("create", path.clone()))?;
    }
    fs::metadata(&home).map_err(StoreError::io("look at", home.clone()))?;
    let failed = |fault| StoreError::Tier { path: folder.to_owned(), fault };
    let disk = Disk::open(&home.join("sled")).map_err(failed)?;
    for kind in Kind::iter() {
        disk.scan(kind, None, &mut |_, _| super::tier::Scan::Stop).map_err(failed)?;
    }
    Ok(disk)
}
