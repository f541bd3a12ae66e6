//! A request that is told as a whole, and also in parts.

use super::{NO_MONEY, Record};
use crate::ledger::Counts;

/// Adds what `parts` together lack of `whole` to the one at `chosen`: the larger of both counts,
/// whichever was heard of first, and also while parts are still to come.
pub(super) fn add_rest(parts: &mut [Record], chosen: usize, whole: &Record) {
    let told: u64 = parts.iter().map(Record::total).sum();
    if whole.total() > told {
        let lacking = |class: usize| {
            let sum = parts.iter().fold(0_u32, |sum, one| sum.saturating_add(one.tokens[class]));
            whole.tokens[class].saturating_sub(sum)
        };
        let rest: [u32; 6] = std::array::from_fn(lacking);
        let part = &mut parts[chosen];
        for (count, rest) in part.tokens.iter_mut().zip(rest) {
            *count = count.saturating_add(rest);
        }
        // Reasoning is inside the output.
        part.tokens[5] = part.tokens[5].min(part.tokens[4]);
        // The rest is of other requests: no prompt of one is known that would choose a tier.
        part.counts = part.counts.max(Counts::Summed);
    }
    let known = parts.iter().map(|one| one.recorded).filter(|cost| *cost != NO_MONEY);
    let recorded = known.fold(0_u64, u64::saturating_add);
    if whole.recorded != NO_MONEY && whole.recorded > recorded {
        let part = &mut parts[chosen];
        let own = if part.recorded == NO_MONEY { 0 } else { part.recorded };
        part.recorded = own.saturating_add(whole.recorded - recorded).min(NO_MONEY - 1);
    }
}
