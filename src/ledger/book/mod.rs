//! Requests, each once, packed into about a hundred bytes.
//!
//! Copies of a request are joined by rules that do not depend on their order or number, so a log
//! may be read twice, from two places, or backwards, with the same result.
//!
//! Deliberately not here: prices, and where the requests come from.

mod fold;
mod join;
mod names;
mod record;
#[cfg(test)]
mod tests;
mod types;
mod whole;

pub(super) use fold::{Book, Change};
pub(super) use names::{Name, Names};
pub(super) use record::{NO_MONEY, Record, hash_of};
pub(super) use types::{TypeList, Types};
