//! Which part of a request's prompt is which type of file.
//!
//! The files that tools read or wrote since the request before are in its prompt, each with the
//! tokens that larder counted in it. A type has the share of the prompt that its files have,
//! spread over the classes of input and their cost; all types together have at most the whole
//! prompt. What is left of the prompt, and all output, is conversation. Shares are rounded down,
//! so that conversation takes what rounding leaves and every sum is exact.

use super::{
    super::book::{NO_MONEY, Name, Record},
    cell::Part,
};

/// Calls `visit` with each type and its part of the request.
pub(super) fn parts(record: &Record, types: &[(Name, u32)], mut visit: impl FnMut(Name, Part)) {
    let input = &record.tokens[..4];
    let prompt: u128 = input.iter().map(|count| u128::from(*count)).sum();
    let weights: u128 = types.iter().map(|(_, count)| u128::from(*count)).sum();
    // Files can be larger than what was read of them.
    let whole = prompt.max(weights);
    if whole == 0 {
        return;
    }
    for &(name, weight) in types {
        let share = |amount: u64| part_of(amount, u128::from(weight), whole);
        let mut part = Part { requests: 1, ..Part::default() };
        for (class, count) in part.tokens.iter_mut().zip(input) {
            *class = share(u64::from(*count));
        }
        if record.cost == NO_MONEY {
            part.unpriced = part.tokens.iter().sum();
        } else {
            part.cost = u128::from(share(record.prompt_cost.min(record.cost)));
        }
        visit(name, part);
    }
}

fn part_of(amount: u64, weight: u128, whole: u128) -> u64 {
    let part = u128::from(amount) * weight / whole;
    u64::try_from(part).expect("a part is no larger than the whole")
}
