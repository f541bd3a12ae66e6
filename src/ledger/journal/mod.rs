//! The journal: append-only files that are the ledger's truth.
//!
//! One larder writes; a line counts as written when `fdatasync` has returned. Others read, and leave
//! what they have to say in a spool, from where the writer takes it. Nothing is ever edited or
//! deleted: a torn end is set aside in a file of its own, a damaged line is skipped and counted. A
//! segment that is full, or whose month is over, is closed and sealed with a checksum.
//!
//! Deliberately not here: what a line means for a sum.

mod entry;
mod line;
mod lock;
mod position;
mod reader;
mod register;
mod segment;
mod spool;
#[cfg(test)]
mod tests;
mod writer;

pub(super) use entry::{Body, ChargeLine, ChargeOf, Entry, LineRead, RequestLine, WindowOf};
pub(super) use position::Position;
pub(super) use reader::{Place, Reader};
pub(super) use register::{Numbers, Register, register_of};
pub(super) use segment::create_folder;
pub(super) use spool::{Inbox, Lost, Spool, lost_in_spools, spool_of};
pub(super) use writer::{Taken, Writer};
