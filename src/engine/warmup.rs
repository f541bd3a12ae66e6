//! The order in which pending files are warmed: what a person is likely to want next comes first.
//!
//! Deliberately not here: the queue, which keeps this order within a priority.

use crate::model::{NodeId, UnixNanos};

/// A pending file and what is known of a person's interest in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// The file.
    pub node: NodeId,
    /// True when the folder that holds it is shown open.
    pub in_open_folder: bool,
    /// True when it is in the context.
    pub marked: bool,
    /// When its content changed last.
    pub modified: UnixNanos,
    /// When its count was last asked for; 0 for never.
    pub used: UnixNanos,
}

/// How long ago something was, as coarse as a habit: equal ones keep the order they were given in.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Recency {
    Hour,
    Day,
    Week,
    Rest,
}

impl Recency {
    /// Returns the recency of `then`; a moment in the future is a clock gone wrong, and recent.
    fn of(then: UnixNanos, now: UnixNanos) -> Self {
        const HOUR_MS: u64 = 60 * 60 * 1000;
        match now.since(then).0 {
            0..HOUR_MS => Self::Hour,
            ms if ms < 24 * HOUR_MS => Self::Day,
            ms if ms < 7 * 24 * HOUR_MS => Self::Week,
            _ => Self::Rest,
        }
    }
}

/// Whether a person has it before the eyes.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Interest {
    Shown,
    Elsewhere,
}

/// Sorts `candidates`: open folders and marks first, then recently changed or used (a change
/// before a use of the same age), then the rest; ties stay in the order given.
pub fn order(candidates: &mut [Candidate], now: UnixNanos) {
    candidates.sort_by_key(|candidate| rank(candidate, now));
}

fn rank(candidate: &Candidate, now: UnixNanos) -> (Interest, Recency, Recency) {
    let interest = if candidate.in_open_folder || candidate.marked {
        Interest::Shown
    } else {
        Interest::Elsewhere
    };
    let changed = Recency::of(candidate.modified, now);
    (interest, changed.min(Recency::of(candidate.used, now)), changed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: UnixNanos = UnixNanos(1_800_000_000_000_000_000);
    const HOUR: i64 = 3_600_000_000_000;

    fn old(node: u32) -> Candidate {
        Candidate {
            node: NodeId(node),
            in_open_folder: false,
            marked: false,
            modified: UnixNanos(0),
            used: UnixNanos(0),
        }
    }

    fn ago(hours: i64) -> UnixNanos {
        UnixNanos(NOW.0 - hours * HOUR)
    }

    #[test]
    fn open_and_marked_come_first_then_the_recent_then_the_rest() {
        let mut candidates = [
            old(0),
            Candidate { modified: ago(100), ..old(1) },
            Candidate { used: ago(5), ..old(2) },
            Candidate { modified: ago(20), ..old(3) },
            Candidate { modified: ago(0), ..old(4) },
            Candidate { marked: true, ..old(5) },
            Candidate { in_open_folder: true, modified: ago(2), ..old(6) },
            old(7),
            Candidate { in_open_folder: true, ..old(8) },
            Candidate { used: ago(0), ..old(9) },
        ];
        order(&mut candidates, NOW);
        let nodes: Vec<u32> = candidates.iter().map(|candidate| candidate.node.0).collect();
        assert_eq!(nodes, [6, 5, 8, 4, 9, 3, 2, 1, 0, 7]);
    }

    #[test]
    fn a_file_from_the_future_is_recent() {
        let mut candidates = [old(0), Candidate { modified: ago(-9), ..old(1) }];
        order(&mut candidates, NOW);
        assert_eq!(candidates[0].node, NodeId(1));
    }

    proptest! {
        #[test]
        fn ordering_loses_nothing_and_keeps_ties(
            given in prop::collection::vec((any::<bool>(), any::<bool>(), any::<i64>(), any::<i64>()), 0..60),
        ) {
            let mut candidates: Vec<Candidate> = (0..).zip(given).map(|(node, (open, marked, m, u))| {
                Candidate {
                    in_open_folder: open,
                    marked,
                    modified: UnixNanos(m),
                    used: UnixNanos(u),
                    ..old(node)
                }
            }).collect();
            let count = candidates.len();
            order(&mut candidates, NOW);
            for pair in candidates.windows(2) {
                let (first, second) = (rank(&pair[0], NOW), rank(&pair[1], NOW));
                prop_assert!(first < second || first == second && pair[0].node < pair[1].node);
            }
            prop_assert_eq!(candidates.len(), count);
        }
    }
}
