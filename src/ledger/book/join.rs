//! Joining two records of one request.
//!
//! The join is commutative, associative and idempotent: each of its four parts takes the greater by
//! a total order, so neither the order nor the number of copies matters.

use std::cmp::{Ordering, Reverse};

use super::{NO_MONEY, Names, Record, Types};

/// Returns what `a` and `b` together say of a request; key and charge are those of `a`.
pub(super) fn join(a: &Record, b: &Record, names: &Names, types: &mut Types) -> Record {
    let mut joined = join_place(a, b, names, types);
    if by_counts(a, b, names).is_lt() {
        joined.tokens = b.tokens;
        joined.searches = b.searches;
        joined.model = b.model;
        joined.provider = b.provider;
        joined.service = b.service;
        joined.counts = b.counts;
        joined.us_only = b.us_only;
        joined.implausible = b.implausible;
        joined.tool = b.tool;
    }
    joined.recorded = match (a.recorded, b.recorded) {
        (NO_MONEY, other) | (other, NO_MONEY) => other,
        (a, b) => a.max(b),
    };
    joined
}

/// Returns `a` with what both together say of where and when it was, and of its files.
pub(super) fn join_place(a: &Record, b: &Record, names: &Names, types: &mut Types) -> Record {
    let mut joined = *a;
    if by_place(a, b, names).is_lt() {
        joined.at = b.at;
        joined.session = b.session;
        joined.project = b.project;
        joined.is_copy = b.is_copy;
    }
    joined.types = types.join(a.types, b.types);
    joined
}

/// The largest output wins, then the largest total, then what is better known; the rest only
/// makes the order total.
fn by_counts(a: &Record, b: &Record, names: &Names) -> Ordering {
    let known = |one: &Record| {
        (
            (one.output(), one.total()),
            (Reverse(one.counts), one.provider.0 != 0, one.model.0 != 0, one.searches),
            (one.service, one.us_only, one.tokens),
            (one.implausible, one.tool),
        )
    };
    known(a)
        .cmp(&known(b))
        .then_with(|| names.text(a.model).cmp(names.text(b.model)))
        .then_with(|| names.text(a.provider).cmp(names.text(b.provider)))
}

/// What is no copy wins, then the earliest, then what names a project.
fn by_place(a: &Record, b: &Record, names: &Names) -> Ordering {
    let known = |one: &Record| {
        (Reverse(one.is_copy), Reverse(one.at), one.project.0 != 0, one.session.0 != 0)
    };
    known(a)
        .cmp(&known(b))
        .then_with(|| names.text(b.session).cmp(names.text(a.session)))
        .then_with(|| names.text(b.project).cmp(names.text(a.project)))
}
