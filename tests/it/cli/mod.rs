//! The command line of the real program.

mod cache;
mod once;
mod shapes;
mod streams;
mod warm;
mod wrong;
