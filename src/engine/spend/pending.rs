//! What changed among the logs since they were read, as the watches tell it.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

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

/// What changed and was not read yet; clones share it. Nothing is lost however full queues are.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending(Arc<Mutex<Option<Extent>>>);

impl Pending {
    /// Adds what changed.
    pub(super) fn add(&self, more: Extent) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = Some(match (waiting.take(), more) {
            (None, more) => more,
            (Some(Extent::Folders(mut all)), Extent::Folders(more)) => {
                all.extend(more);
                if all.len() > MOST_FOLDERS { Extent::All } else { Extent::Folders(all) }
            }
            (Some(Extent::All), _) | (_, Extent::All) => Extent::All,
        });
    }

    /// Returns what changed since the last time.
    pub(super) fn take(&self) -> Option<Extent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
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
        pending.add(folders(&[1]));
        pending.clone().add(folders(&[2, 1]));
        assert_eq!(pending.take(), Some(folders(&[1, 2])));
        assert_eq!(pending.take(), None);
        pending.add(folders(&[1]));
        pending.add(Extent::All);
        pending.add(folders(&[3]));
        assert_eq!(pending.take(), Some(Extent::All));
        (0..=64).for_each(|name| pending.add(folders(&[name])));
        assert_eq!(pending.take(), Some(Extent::All));
    }
}
