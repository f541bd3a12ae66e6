//! What the ledger keeps in the cache folder to open at once: all of it can be made again from the
//! journal and the logs.
//!
//! `ledger.idx` holds the sums, and how far logs and journal were read; it is small, written often
//! and enough for every sum. It belongs to a position of the journal; what the journal holds after
//! that is read again.

mod codec;
mod file;
mod sums;
#[cfg(test)]
mod tests;

pub(super) use codec::{In, Out};
pub(super) use file::{Stamp, stamp_of};
pub(super) use sums::{SavedSums, load_sums, save_sums};
