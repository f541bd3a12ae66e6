//! The dialog before entries are evicted: how, how much, what goes, and at what cost.

use strum::IntoEnumIterator;

use crate::model::{EvictRequest, EvictTarget, EvictionPlan, Kind, Policy};

/// Victims listed in the preview.
pub(crate) const LISTED: u32 = 8;

/// Which choice the left and right keys change.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Field {
    /// Which entries go first.
    #[default]
    Policy,
    /// How much goes.
    Share,
    /// Only which kind goes.
    Kind,
}

impl Field {
    const ALL: [Self; 3] = [Self::Policy, Self::Share, Self::Kind];
}

/// What the dialog knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EvictDialog {
    /// The choice that is being made.
    pub(crate) field: Field,
    /// Which entries go first.
    pub(crate) policy: Policy,
    /// Percent of the bytes that go.
    pub(crate) percent: u8,
    /// Only this kind goes, or all.
    pub(crate) kind: Option<Kind>,
    /// What would go; `None` while it is looked up.
    pub(crate) plan: Option<EvictionPlan>,
    /// Why it cannot be looked up.
    pub(crate) problem: Option<String>,
    /// True when the last question stands: one more agreement and it is done.
    pub(crate) confirming: bool,
}

impl Default for EvictDialog {
    fn default() -> Self {
        Self {
            field: Field::default(),
            policy: Policy::default(),
            percent: 20,
            kind: None,
            plan: None,
            problem: None,
            confirming: false,
        }
    }
}

impl EvictDialog {
    /// Goes to the next choice, or the one before, around the end.
    pub(crate) fn step_field(&mut self, forward: bool) {
        let by = if forward { 1 } else { Field::ALL.len() - 1 };
        self.field = Field::ALL[(self.field as usize + by) % Field::ALL.len()];
    }

    /// Changes the choice that is being made, among these kinds; true when the preview must be
    /// looked up again.
    pub(crate) fn change(&mut self, forward: bool, kinds: &[Kind]) -> bool {
        let before = (self.policy, self.percent, self.kind);
        match self.field {
            Field::Policy => self.policy = next(self.policy, forward),
            Field::Share if forward => self.percent = (self.percent + 10).min(100),
            Field::Share => self.percent = self.percent.saturating_sub(10).max(10),
            Field::Kind => self.kind = next_kind(self.kind, forward, kinds),
        }
        let changed = before != (self.policy, self.percent, self.kind);
        if changed {
            (self.plan, self.problem, self.confirming) = (None, None, false);
        }
        changed
    }

    /// Returns the eviction that is chosen.
    pub(crate) const fn request(&self) -> EvictRequest {
        let target = EvictTarget::Percent(self.percent);
        EvictRequest { policy: self.policy, target, kind: self.kind }
    }
}

fn next(policy: Policy, forward: bool) -> Policy {
    let all: Vec<Policy> = Policy::iter().collect();
    let at = all.iter().position(|known| *known == policy).unwrap_or(0);
    let step = if forward { 1 } else { all.len() - 1 };
    all[(at + step) % all.len()]
}

/// Returns the kind after another, or the one before; `None`, which is all of them, comes first.
pub(crate) fn next_kind(kind: Option<Kind>, forward: bool, kinds: &[Kind]) -> Option<Kind> {
    let all: Vec<Option<Kind>> =
        [None].into_iter().chain(kinds.iter().copied().map(Some)).collect();
    let at = all.iter().position(|known| *known == kind).unwrap_or(0);
    let step = if forward { 1 } else { all.len() - 1 };
    all[(at + step) % all.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_stays_between_ten_and_a_hundred_percent() {
        let mut dialog = EvictDialog { field: Field::Share, ..EvictDialog::default() };
        while dialog.change(true, &[]) {}
        assert_eq!(dialog.percent, 100);
        while dialog.change(false, &[]) {}
        assert_eq!(dialog.percent, 10);
    }

    #[test]
    fn every_policy_is_reached_in_both_directions() {
        let mut dialog = EvictDialog::default();
        let start = dialog.policy;
        let mut seen = Vec::new();
        for _ in Policy::iter() {
            seen.push(dialog.policy);
            assert!(dialog.change(true, &[]));
        }
        assert_eq!(dialog.policy, start);
        assert!(Policy::iter().all(|policy| seen.contains(&policy)));
        dialog.change(false, &[]);
        dialog.change(true, &[]);
        assert_eq!(dialog.policy, start);
    }

    #[test]
    fn kinds_go_around_in_both_directions() {
        let kinds = [Kind::Count, Kind::Result];
        let mut dialog = EvictDialog { field: Field::Kind, ..EvictDialog::default() };
        for expected in [Some(Kind::Count), Some(Kind::Result), None] {
            assert!(dialog.change(true, &kinds));
            assert_eq!(dialog.request().kind, expected);
        }
        dialog.change(false, &kinds);
        assert_eq!(dialog.kind, Some(Kind::Result));
        assert!(!EvictDialog { kind: None, ..dialog }.change(true, &[]));
    }

    #[test]
    fn a_change_takes_the_old_preview_and_the_last_question_away() {
        let mut dialog = EvictDialog {
            plan: Some(EvictionPlan::default()),
            confirming: true,
            ..EvictDialog::default()
        };
        dialog.change(true, &[]);
        assert_eq!((dialog.plan, dialog.confirming), (None, false));
    }
}
