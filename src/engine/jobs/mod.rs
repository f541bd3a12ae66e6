//! The kinds of work: each a plain function that a thread runs.

pub(super) mod count;
mod huge;
pub(super) mod scan;
pub(super) mod side;
pub(super) mod takeover;
