//! The path index: what was known of every file of a repository, found again by one `lstat`.
//!
//! One flat file per repository, read whole and replaced whole. A damaged or foreign file is an
//! empty index, never an error: the files are read again then.

mod format;
mod load;
mod record;
mod table;

pub use self::{
    record::{IndexRecord, IndexState, Known},
    table::PathIndex,
};
