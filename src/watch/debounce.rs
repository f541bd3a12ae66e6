//! When gathered changes are reported: a pure state machine, the time comes in.

use std::{collections::BTreeSet, time::Duration};

use crate::model::RepoPath;

use super::Change;

/// More folders than this at once are compared faster by one walk over all.
const MOST_FOLDERS: usize = 4_096;

/// Changes that are not reported yet.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Pending {
    /// Folders in which something happened.
    pub(super) folders: BTreeSet<RepoPath>,
    /// Why everything has to be compared.
    pub(super) all: Option<String>,
    /// True when `HEAD` was written.
    pub(super) head: bool,
}

impl Pending {
    /// Returns true when nothing is pending.
    pub(super) fn is_empty(&self) -> bool {
        self.folders.is_empty() && self.all.is_none() && !self.head
    }

    /// Takes in what `other` holds; a comparison of everything covers each folder.
    pub(super) fn merge(&mut self, other: Self) {
        self.head |= other.head;
        self.all = self.all.take().or(other.all);
        self.folders.extend(other.folders);
        if self.folders.len() > MOST_FOLDERS {
            let reason = || format!("more than {MOST_FOLDERS} folders changed");
            self.all.get_or_insert_with(reason);
        }
        if self.all.is_some() {
            self.folders.clear();
        }
    }

    /// Returns what is to be reported, `HEAD` first: what follows may belong to another branch.
    pub(super) fn into_changes(self) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.head {
            changes.push(Change::Head);
        }
        if let Some(reason) = self.all {
            changes.push(Change::All { reason });
        } else if !self.folders.is_empty() {
            changes.push(Change::Folders(self.folders));
        }
        changes
    }
}

/// Gathers changes until none came for a while, or the first of them has waited long enough.
#[derive(Debug)]
pub(super) struct Debounce {
    quiet: Duration,
    longest: Duration,
    /// When the first and the last pending change came.
    times: Option<(Duration, Duration)>,
    pending: Pending,
}

impl Debounce {
    /// Returns a debounce that holds nothing.
    pub(super) fn new(quiet: Duration, longest: Duration) -> Self {
        let longest = longest.max(quiet);
        Self { quiet, longest, times: None, pending: Pending::default() }
    }

    /// Takes in what came at `now`.
    pub(super) fn push(&mut self, now: Duration, more: Pending) {
        if more.is_empty() {
            return;
        }
        let first = self.times.map_or(now, |(first, _)| first);
        self.times = Some((first, now));
        self.pending.merge(more);
    }

    /// Returns when [`Debounce::take`] gives something, or `None` while nothing is pending.
    pub(super) fn due(&self) -> Option<Duration> {
        self.times.map(|(first, last)| (last + self.quiet).min(first + self.longest))
    }

    /// Returns what is to be reported at `now`.
    pub(super) fn take(&mut self, now: Duration) -> Option<Pending> {
        self.due().filter(|due| *due <= now)?;
        self.times = None;
        Some(std::mem::take(&mut self.pending))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn folder(name: &str) -> Pending {
        let folders = BTreeSet::from([RepoPath::new(name.as_bytes()).unwrap()]);
        Pending { folders, ..Pending::default() }
    }

    fn debounce() -> Debounce {
        Debounce::new(ms(250), ms(2_000))
    }

    #[test]
    fn nothing_is_due_while_nothing_is_pending() {
        let mut idle = debounce();
        assert_eq!(idle.due(), None);
        assert_eq!(idle.take(ms(9_999)), None);
        idle.push(ms(1), Pending::default());
        assert_eq!(idle.due(), None);
    }

    #[test]
    fn changes_are_reported_together_after_quiet() {
        let mut held = debounce();
        held.push(ms(0), folder("a"));
        held.push(ms(200), folder("b"));
        assert_eq!(held.take(ms(449)), None);
        assert_eq!(held.due(), Some(ms(450)));
        assert_eq!(held.take(ms(450)).unwrap().folders.len(), 2);
        assert_eq!(held.due(), None);
    }

    #[test]
    fn changes_that_never_end_are_reported_at_the_longest_wait() {
        let mut held = debounce();
        (0..=20).for_each(|step| held.push(ms(step * 100), folder("a")));
        assert_eq!(held.due(), Some(ms(2_000)));
        assert!(held.take(ms(2_000)).is_some());
    }

    #[test]
    fn comparing_everything_covers_each_folder() {
        let mut held = debounce();
        held.push(ms(0), folder("a"));
        held.push(ms(1), Pending { all: Some("overflow".into()), ..Pending::default() });
        held.push(ms(2), Pending { head: true, ..folder("b") });
        let changes = held.take(ms(300)).unwrap().into_changes();
        assert_eq!(changes, [Change::Head, Change::All { reason: "overflow".into() }]);
    }

    #[test]
    fn a_branch_switch_of_many_folders_becomes_one_walk() {
        let mut held = debounce();
        (0..=MOST_FOLDERS).for_each(|index| held.push(ms(0), folder(&index.to_string())));
        let changes = held.take(ms(250)).unwrap().into_changes();
        assert!(matches!(&changes[..], [Change::All { .. }]));
    }

    #[test]
    fn a_longest_wait_below_the_quiet_is_the_quiet() {
        let mut held = Debounce::new(ms(250), ms(0));
        held.push(ms(0), folder("a"));
        assert_eq!(held.due(), Some(ms(250)));
    }

    proptest! {
        #[test]
        fn no_change_is_lost_or_late(gaps in prop::collection::vec((0_u64..600, 0_u8..5), 1..60)) {
            let mut held = debounce();
            let mut now = 0;
            let mut waiting = Vec::new();
            for (gap, name) in gaps {
                now += gap;
                if let Some(due) = held.due().filter(|due| *due <= ms(now)) {
                    let taken = held.take(due).unwrap();
                    for (at, path) in waiting.drain(..) {
                        prop_assert!(taken.folders.contains(&path));
                        prop_assert!(due <= at + ms(2_000));
                    }
                }
                let path = RepoPath::new(&[b'a' + name]).unwrap();
                held.push(ms(now), folder(&path.to_text()));
                waiting.push((ms(now), path));
            }
            prop_assert!(held.take(ms(now + 250)).is_some());
        }
    }
}
