//! What new prices would change, and what they may change: only the open period.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Prices;
use crate::{
    ledger::Request,
    model::{PicoUsd, Quality, SignedPicoUsd, UnixNanos},
};

/// A request as it was priced when it was kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'r> {
    /// The request.
    pub request: &'r Request,
    /// What it was said to cost.
    pub cost: Option<PicoUsd>,
    /// How well that was known.
    pub quality: Quality,
}

/// What new prices change.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Repricing {
    /// Requests of the open period that cost something else now.
    pub changed: u64,
    /// How much more all of them cost; negative when less.
    pub difference: SignedPicoUsd,
    /// Requests of the open period that had no price and have one now.
    pub newly_priced: u64,
    /// Requests of closed periods that would cost something else: they keep what they cost.
    pub closed: u64,
    /// The changes by model, the names in order.
    pub models: BTreeMap<String, ModelChange>,
}

/// What new prices change for one model.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct ModelChange {
    /// How many requests cost something else.
    pub requests: u64,
    /// What they cost before.
    pub before: PicoUsd,
    /// What they cost now.
    pub now: PicoUsd,
}

impl Prices {
    /// Returns what these prices would change for requests that were priced by others, where
    /// `open` is the first moment of the open period.
    #[must_use]
    pub fn compare<'r>(
        &self,
        kept: impl IntoIterator<Item = Kept<'r>>,
        open: UnixNanos,
    ) -> Repricing {
        let mut changes = Repricing::default();
        for old in kept {
            let now = self.charge(old.request);
            if now.cost == old.cost {
                continue;
            }
            if old.request.at < open {
                changes.closed += 1;
                continue;
            }
            changes.changed += 1;
            changes.newly_priced += u64::from(old.cost.is_none());
            let (before, after) = (old.cost.unwrap_or_default(), now.cost.unwrap_or_default());
            let model = changes.models.entry(old.request.model.clone()).or_default();
            model.requests += 1;
            model.before.0 = model.before.0.saturating_add(before.0);
            model.now.0 = model.now.0.saturating_add(after.0);
            let signed = |money: PicoUsd| i128::try_from(money.0).unwrap_or(i128::MAX);
            let difference = signed(after).saturating_sub(signed(before));
            changes.difference.0 = changes.difference.0.saturating_add(difference);
        }
        changes
    }
}
