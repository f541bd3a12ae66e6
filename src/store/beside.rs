//! Working beside the owner of the store: what was read and kept there is left for it, and it takes
//! that in, each once.

use std::{
    path::Path,
    sync::{Arc, Mutex, atomic::Ordering::Relaxed},
};

use crate::model::{EntryKey, Kind};

use super::{
    core::Core,
    error::Fault,
    hold::hold,
    spool::{self, Line, Taken},
    stats::Saved,
    touches::Touch,
};

/// So many entries are named in a line as read, and so many files are noted at most.
const NAMED: usize = 1 << 14;

/// What is known of working beside each other.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// The numbers as they were when they were last told to somebody.
    told: Mutex<Saved>,
    /// Results whose files came or went by this process while another one owns the store.
    files: Mutex<Vec<EntryKey>>,
    /// What was taken in last: the saved numbers say it too, so that a kill repeats nothing.
    taken: Mutex<String>,
    /// Held from the taking in until what was taken in is safe.
    pub(super) taking: Mutex<()>,
}

impl Beside {
    /// Notes what the saved numbers hold already.
    pub(super) fn know(&self, taken: &str) {
        taken.clone_into(&mut hold(&self.taken));
    }

    /// Returns what was taken in last.
    pub(super) fn taken(&self) -> String {
        hold(&self.taken).clone()
    }
}

impl Core {
    fn numbers(&self) -> Saved {
        Saved { results: self.tally.save(), ..self.counters.save(true) }
    }

    /// From now on counts what is to be left.
    pub(super) fn begin_beside(&self) {
        *hold(&self.beside.told) = self.numbers();
    }

    /// Returns true while another process owns the store.
    pub(super) fn is_beside(&self) -> bool {
        !self.is_owner() && hold(&self.owner).is_some()
    }

    /// Notes that the file of a result came or went.
    pub(super) fn note_file(&self, key: &EntryKey) {
        if !self.is_beside() {
            return;
        }
        let mut files = hold(&self.beside.files);
        // The owner finds the others when it opens its database next.
        if files.len() < NAMED {
            files.push(*key);
        }
    }

    /// Leaves what was read and kept since the last time, for whoever owns the store.
    pub(super) fn leave(&self) {
        let Some(folder) = &self.folder else { return };
        let mut told = hold(&self.beside.told);
        let now = self.numbers();
        let reads = now.since(&told);
        let files = std::mem::take(&mut *hold(&self.beside.files));
        let touched = self.memory.take_touches();
        if reads.is_empty() && files.is_empty() && touched.is_empty() {
            return;
        }
        let name = |(kind, key, touch): &(Kind, EntryKey, Touch)| {
            (*kind, key.to_string(), touch.used_min, touch.uses)
        };
        let line = Line {
            at: self.clock.wall().0,
            pid: std::process::id(),
            reads,
            touched: touched.iter().take(NAMED).map(name).collect(),
            files: files.iter().map(ToString::to_string).collect(),
        };
        match spool::append(folder, &line) {
            Ok(()) => *told = now,
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "cannot leave what was read");
                hold(&self.beside.files).extend(files);
                for touched in touched {
                    self.memory.note(touched);
                }
            }
        }
    }

    /// Takes in what others have left; returns whether something lies aside that the next saved
    /// numbers make superfluous.
    pub(super) fn take_in(self: &Arc<Self>, folder: &Path) -> bool {
        let taken = match spool::take(folder) {
            Ok(Some(taken)) => taken,
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "cannot read what others left");
                return false;
            }
        };
        self.counters.changed.raise();
        // A kill came after the numbers were saved, or they could not be.
        if self.beside.taken() == taken.id {
            return true;
        }
        self.take_files(&taken);
        let storing = hold(&self.storing);
        for line in &taken.lines {
            self.counters.add(&line.reads);
            self.tally.add(&line.reads.results);
        }
        self.beside.know(&taken.id);
        drop(storing);
        for (kind, key, used_min, uses) in taken.lines.iter().flat_map(|line| &line.touched) {
            if let Some(key) = EntryKey::parse(key) {
                let touch = Touch { used_min: (*used_min).min(self.minute()), uses: *uses };
                self.memory.note((*kind, key, touch));
            }
        }
        let Taken { lines, damaged, .. } = taken;
        tracing::info!(lines = lines.len(), damaged, "what others did meanwhile is taken in");
        true
    }

    /// Lists the results that others have kept, and forgets those whose files they have removed.
    /// Before the database is open nothing is to be done: it lists all files then.
    fn take_files(self: &Arc<Self>, taken: &Taken) {
        let (Some(rack), Some(blobs)) = (self.open_tier(), &self.blobs) else { return };
        let keys = taken.lines.iter().flat_map(|line| &line.files);
        for key in keys.filter_map(|key| EntryKey::parse(key)) {
            // What this process has of it may be another one's by now.
            self.memory.remove(&key);
            let changed: Result<bool, Fault> = if blobs.has(Kind::Result, &key) {
                self.has_stored.store(true, Relaxed);
                self.adopt(&rack, blobs, Kind::Result, &key)
            } else {
                self.forget_without_file(&rack, blobs, Kind::Result, &key)
            };
            if let Err(fault) = changed {
                return self.failed("list a file", fault);
            }
        }
        self.sweep_when_full();
    }

    /// Takes in what others have left, if there is any, before somebody looks.
    pub(super) fn look_beside(self: &Arc<Self>) {
        let Ok(folder) = self.own_folder() else { return };
        if spool::is_there(folder)
            && let Err(error) = self.checkpoint_now()
        {
            tracing::warn!(%error, "what others did meanwhile is not safe yet");
        }
    }
}
