//! The command line of the real program.

mod cache;
mod imports;
mod kept;
mod once;
mod shapes;
mod spend;
mod streams;
mod warm;
mod wrong;
