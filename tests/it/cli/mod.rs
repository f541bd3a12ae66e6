//! The command line of the real program.

mod cache;
mod imports;
mod once;
mod shapes;
mod streams;
mod warm;
mod wrong;
