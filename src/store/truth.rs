//! Forgetting: all that was made of a content, of a file, of a repository, and nothing else.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use crate::model::{ContentHash, Encoding, EntryKey, Kind};

use super::{
    catalog::{Slot, content_part},
    core::Core,
    counts::{CountKey, StoredCount},
    entry::{self, View},
    error::{Fault, StoreError},
    rack::Rack,
    results::Meta,
    store::Store,
    tier::Scan,
};

/// Fewer files than this are deleted sooner than another thread begins.
const FEW: usize = 64;

impl Store {
    /// Forgets all that was made of a content: its counts, tags and rendered lines, the maps it took
    /// part in and the results that name it, and nothing else. Returns how many entries went.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn forget_content(&self, content: &ContentHash) -> Result<u64, StoreError> {
        self.forget_contents(std::slice::from_ref(content))
    }

    /// Forgets all that was made of any of these contents, as [`Store::forget_content`] does.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn forget_contents(&self, contents: &[ContentHash]) -> Result<u64, StoreError> {
        self.core().forget_contents(contents, None)
    }

    /// Forgets what was computed of any of these contents: counts, tags, rendered lines and the maps
    /// they took part in. Results, which cost money, stay. Returns how many entries went.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn forget_computed(&self, contents: &[ContentHash]) -> Result<u64, StoreError> {
        self.core().forget_contents(contents, Some(Kind::Result))
    }

    /// Forgets the results that name a file of a repository. Returns how many went.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn forget_file(&self, repository: &str, file: &str) -> Result<u64, StoreError> {
        let core = self.core();
        core.forget_results(|meta| meta.repository == repository && meta.file == file)
            .map_err(|fault| core.fault("forget", fault))
    }

    /// Forgets the results of a type, such as `docs`. Returns how many went.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn forget_results_of(&self, of: &str) -> Result<u64, StoreError> {
        let core = self.core();
        core.forget_results(|meta| meta.class().0 == of)
            .map_err(|fault| core.fault("forget", fault))
    }

    /// Forgets a repository: what is known of its files, all that was made of contents that no
    /// other repository has, and the results that name it. Returns how many entries went.
    ///
    /// # Errors
    /// Fails when the database does, or the folder cannot be written.
    pub fn forget_repository(&self, root: &Path) -> Result<u64, StoreError> {
        let contents: Vec<ContentHash> = self.forget_index(root)?.into_iter().collect();
        let gone = self.forget_contents(&contents)?;
        let core = self.core();
        let repository = root.to_string_lossy();
        let results = core.forget_results(|meta| meta.repository == repository);
        Ok(gone + results.map_err(|fault| core.fault("forget", fault))?)
    }
}

impl Core {
    /// Notes a failure, and returns it as an error.
    pub(super) fn fault(&self, what: &'static str, fault: Fault) -> StoreError {
        self.failed(what, fault.clone());
        StoreError::Tier { path: self.folder.clone().unwrap_or_default(), fault }
    }

    /// As [`Core::settled`]: what is forgotten must be all of it.
    fn settled_to_forget(self: &Arc<Self>) -> Result<Option<Arc<Rack>>, Fault> {
        self.settled(&AtomicBool::new(false)).map_err(|error| error.fault())
    }

    fn forget_contents(
        self: &Arc<Self>,
        contents: &[ContentHash],
        spare: Option<Kind>,
    ) -> Result<u64, StoreError> {
        let found = self.listing(&AtomicBool::new(false), |table| {
            let made_of = |content: &ContentHash| (*content, table.made_of(content_part(content)));
            (contents.iter().map(made_of).collect::<Vec<_>>(), table.versions.clone())
        })?;
        let Some((rack, (found, versions))) = found else {
            return Ok(self.forget_in_memory(contents, spare));
        };
        let mut gone = 0;
        for (content, slots) in found {
            gone += self.forget_counts(&content, &versions);
            for slot in slots.into_iter().filter(|slot| Some(slot.kind) != spare) {
                gone += self
                    .forget_slot(&rack, &slot, &content)
                    .map_err(|fault| self.fault("forget", fault))?;
            }
        }
        Ok(gone)
    }

    fn forget_slot(
        self: &Arc<Self>,
        rack: &Rack,
        slot: &Slot,
        content: &ContentHash,
    ) -> Result<u64, Fault> {
        let mut gone = 0;
        for key in rack.tier().keys_with(slot.kind, slot.part)? {
            let made_of_it = rack.record(slot.kind, &key)?.is_some_and(|record| {
                entry::peek(&record).is_some_and(|view| names(&view, content))
            });
            if made_of_it && self.remove(slot.kind, &key) {
                self.note_forgotten(slot.kind, &key);
                gone += 1;
            }
        }
        Ok(gone)
    }

    fn forget_counts(self: &Arc<Self>, content: &ContentHash, versions: &BTreeSet<u32>) -> u64 {
        let mut gone = 0;
        for &version in versions {
            for encoding in Encoding::ALL {
                let key = CountKey { hash: *content, encoding, version }.entry_key();
                if self.remove(Kind::Count, &key) {
                    self.note_forgotten(Kind::Count, &key);
                    gone += 1;
                }
            }
        }
        gone
    }

    /// Forgets where there is no disk.
    fn forget_in_memory(&self, contents: &[ContentHash], spare: Option<Kind>) -> u64 {
        let made_of_one = |key: &EntryKey| {
            let is_it = |value: &[u8], header: &entry::Header, _| {
                let count = (header.kind == Kind::Count).then(|| StoredCount::decode(value));
                contents.iter().any(|content| {
                    header.deps.as_ref().is_some_and(|deps| deps.contains(content))
                        || count.flatten().is_some_and(|count| count.of.hash == *content)
                })
            };
            self.memory.peek(key, is_it).unwrap_or(false)
        };
        let rows = self.memory.rows();
        let wanted = rows.iter().filter(|row| Some(row.kind) != spare && made_of_one(&row.key));
        let gone = wanted.filter(|row| self.memory.remove(&row.key));
        gone.inspect(|row| self.counters.removed_by_hand(row.kind)).count() as u64
    }

    fn forget_results(self: &Arc<Self>, is_it: impl Fn(&Meta) -> bool) -> Result<u64, Fault> {
        let Some(rack) = self.settled_to_forget()? else { return Ok(0) };
        let keys = results_where(&rack, is_it)?;
        if keys.len() >= FEW {
            self.remove_result_files(&keys);
        }
        let gone = keys.iter().filter(|key| self.remove(Kind::Result, key));
        Ok(gone.inspect(|key| self.note_forgotten(Kind::Result, key)).count() as u64)
    }

    /// Removes files of results, two at once: the system takes longer for that than everything else
    /// does, and waits for the disk meanwhile. Whoever removes an entry tells of a file that stays.
    fn remove_result_files(&self, keys: &[EntryKey]) {
        let Some(blobs) = &self.blobs else { return };
        let remove = |keys: &[EntryKey]| {
            for key in keys {
                drop(blobs.remove(Kind::Result, key));
            }
        };
        let (here, there) = keys.split_at(keys.len() / 2);
        thread::scope(|scope| {
            let other = thread::Builder::new().name("larder-forget".to_owned());
            if let Err(error) = other.spawn_scoped(scope, || remove(there)) {
                tracing::debug!(%error, "no thread is left to delete files with");
            }
            remove(here);
        });
    }

    fn note_forgotten(&self, kind: Kind, key: &EntryKey) {
        tracing::debug!(%kind, %key, "forgotten");
        self.counters.changed.raise();
    }
}

/// Returns true when a record names `content` as one that it was made of.
fn names(view: &View<'_>, content: &ContentHash) -> bool {
    view.header.deps.as_ref().is_some_and(|deps| deps.contains(content))
}

/// Returns the keys of all results for which `is_it` holds.
fn results_where(rack: &Rack, is_it: impl Fn(&Meta) -> bool) -> Result<Vec<EntryKey>, Fault> {
    let mut keys = Vec::new();
    rack.scan(Kind::Result, &mut |key, record| {
        let meta = entry::peek(record).and_then(|view| Meta::read(view.value));
        if meta.is_some_and(|meta| is_it(&meta)) {
            keys.push(key);
        }
        Scan::Next
    })?;
    Ok(keys)
}
