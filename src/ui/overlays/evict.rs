//! The dialog before entries are evicted: how, how much, what goes, and at what cost.

use strum::IntoEnumIterator;

use crate::model::{EvictRequest, EvictTarget, EvictionPlan, Policy};

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
            plan: None,
            problem: None,
            confirming: false,
        }
    }
}

impl EvictDialog {
    /// Goes to the other choice.
    pub(crate) fn other_field(&mut self) {
        self.field = match self.field {
            Field::Policy => Field::Share,
            Field::Share => Field::Policy,
        };
    }

    /// Changes the choice that is being made; true when the preview must be looked up again.
    pub(crate) fn change(&mut self, forward: bool) -> bool {
        let before = (self.policy, self.percent);
        match self.field {
            Field::Policy => self.policy = next(self.policy, forward),
            Field::Share if forward => self.percent = (self.percent + 10).min(100),
            Field::Share => self.percent = self.percent.saturating_sub(10).max(10),
        }
        let changed = before != (self.policy, self.percent);
        if changed {
            (self.plan, self.problem, self.confirming) = (None, None, false);
        }
        changed
    }

    /// Returns the eviction that is chosen.
    pub(crate) const fn request(&self) -> EvictRequest {
        EvictRequest { policy: self.policy, target: EvictTarget::Percent(self.percent), kind: None }
    }
}

fn next(policy: Policy, forward: bool) -> Policy {
    let all: Vec<Policy> = Policy::iter().collect();
    let at = all.iter().position(|known| *known == policy).unwrap_or(0);
    let step = if forward { 1 } else { all.len() - 1 };
    all[(at + step) % all.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_stays_between_ten_and_a_hundred_percent() {
        let mut dialog = EvictDialog { field: Field::Share, ..EvictDialog::default() };
        while dialog.change(true) {}
        assert_eq!(dialog.percent, 100);
        while dialog.change(false) {}
        assert_eq!(dialog.percent, 10);
    }

    #[test]
    fn every_policy_is_reached_in_both_directions() {
        let mut dialog = EvictDialog::default();
        let start = dialog.policy;
        let mut seen = Vec::new();
        for _ in Policy::iter() {
            seen.push(dialog.policy);
            assert!(dialog.change(true));
        }
        assert_eq!(dialog.policy, start);
        assert!(Policy::iter().all(|policy| seen.contains(&policy)));
        dialog.change(false);
        dialog.change(true);
        assert_eq!(dialog.policy, start);
    }

    #[test]
    fn a_change_takes_the_old_preview_and_the_last_question_away() {
        let mut dialog = EvictDialog {
            plan: Some(EvictionPlan::default()),
            confirming: true,
            ..EvictDialog::default()
        };
        dialog.change(true);
        assert_eq!((dialog.plan, dialog.confirming), (None, false));
    }
}
