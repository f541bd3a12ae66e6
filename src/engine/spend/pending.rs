//! What the thread of the ledger is to do beside answering: read what changed, or end.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::ledger::logs::Stop;

/// More folders than this are not worth telling apart: a look at all logs is as fast.
const MOST_FOLDERS: usize = 64;

/// What is to be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Extent {
    /// What lies directly in these folders.
    Folders(BTreeSet<PathBuf>),
    /// All logs.
    All,
}

/// What was not done yet; clones share it. Nothing is lost however full queues are.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending {
    waiting: Arc<Mutex<Waiting>>,
    stop: Stop,
}

#[derive(Debug, Default)]
struct Waiting {
    changed: Option<Extent>,
    closing: bool,
}

impl Pending {
    /// Adds what changed; returns true when nothing waited before.
    pub(super) fn add(&self, more: Extent) -> bool {
        let changed = &mut self.lock().changed;
        let was_empty = changed.is_none();
        *changed = Some(match (changed.take(), more) {
            (None, more) => more,
            (Some(Extent::Folders(mut all)), Extent::Folders(more)) => {
                all.extend(more);
                if all.len() > MOST_FOLDERS { Extent::All } else { Extent::Folders(all) }
            }
            (Some(Extent::All), _) | (_, Extent::All) => Extent::All,
        });
        was_empty
    }

    /// Returns what changed since the last time.
    pub(super) fn take(&self) -> Option<Extent> {
        self.lock().changed.take()
    }

    /// Asks for the end, also in the middle of a log.
    pub(super) fn close(&self) {
        self.lock().closing = true;
        self.stop.ask();
    }

    /// Returns what tells readers of logs that the end was asked for.
    pub(super) fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Returns true once the end was asked for.
    pub(super) fn is_closing(&self) -> bool {
        self.lock().closing
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(names: &[u32]) -> Extent {
        Extent::Folders(names.iter().map(|name| PathBuf::from(name.to_string())).collect())
    }

    #[test]
    fn changes_add_up_until_they_are_taken() {
        let pending = Pending::default();
        assert_eq!(pending.take(), None);
        assert!(pending.add(folders(&[1])));
        assert!(!pending.clone().add(folders(&[2, 1])), "one is told of already");
        assert_eq!(pending.take(), Some(folders(&[1, 2])));
        assert_eq!(pending.take(), None);
        for more in [folders(&[1]), Extent::All, folders(&[3])] {
            pending.add(more);
        }
        assert_eq!(pending.take(), Some(Extent::All));
        for name in 0..=64 {
            pending.add(folders(&[name]));
        }
        assert_eq!(pending.take(), Some(Extent::All));
    }
}
