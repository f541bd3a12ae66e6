//! Sums that are kept up to date as requests come and change, so that no view scans requests.
//!
//! Everything can be taken out again exactly as it was put in: a request that changes is taken out
//! as it was and put in as it is.

mod cell;
mod recent;
mod share;
mod table;

pub(super) use cell::{Cell, Part, position};
pub(super) use recent::{Recent, RecentKey, RecentRequest};
pub(super) use table::{Key, Sums, Trust};
