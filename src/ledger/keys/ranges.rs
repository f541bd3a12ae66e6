//! Which stretches of the journal something is from.

use std::collections::BTreeMap;

use super::super::journal::Position;

/// Stretches of each segment, in order, none touching the next.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Ranges(pub(super) BTreeMap<String, Vec<(u64, u64)>>);

impl Ranges {
    /// Adds a stretch of a segment.
    pub(super) fn add(&mut self, segment: &str, from: u64, to: u64) {
        let all = self.0.entry(segment.to_owned()).or_default();
        all.push((from, to));
        all.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(all.len());
        for &(from, to) in &*all {
            match joined.last_mut() {
                Some((_, end)) if from <= *end => *end = to.max(*end),
                Some(_) | None => joined.push((from, to)),
            }
        }
        *all = joined;
    }

    /// Adds what lies between two positions.
    pub(super) fn between(&mut self, from: &Position, to: &Position) {
        for (segment, end) in &to.0 {
            let begin = from.0.get(segment).copied().unwrap_or(0);
            if begin < *end {
                self.add(segment, begin, *end);
            }
        }
    }

    /// Adds all stretches of another.
    pub(super) fn join(&mut self, other: &Self) {
        for (segment, ranges) in &other.0 {
            for (from, to) in ranges {
                self.add(segment, *from, *to);
            }
        }
    }

    /// Returns true when all of another is here.
    pub(super) fn hold(&self, other: &Self) -> bool {
        let mut both = self.clone();
        both.join(other);
        both == *self
    }

    /// Returns true when a journal of this length has all of it.
    pub(super) fn is_within(&self, end: &Position) -> bool {
        self.0.iter().all(|(segment, ranges)| {
            let len = end.0.get(segment).copied();
            ranges.last().is_none_or(|(_, to)| len.is_some_and(|len| *to <= len))
        })
    }

    /// Returns how far each segment is here from its start.
    pub(super) fn whole_from_start(&self) -> Position {
        let ends = self.0.iter().filter_map(|(segment, ranges)| {
            let (_, to) = ranges.first().filter(|(from, _)| *from == 0)?;
            Some((segment.clone(), *to))
        });
        Position(ends.collect())
    }
}
