//! The command line: parse, call, print, exit code.
//!
//! Deliberately not here: anything that counts, keeps or draws.

pub mod args;
mod commands;
mod confirm;
mod connect;
mod failure;
mod limits;
mod logging;
mod output;
mod program;
mod run;
mod table;

pub use failure::{Exit, Failure};
pub use output::{Output, Stream};
pub use program::Program;
pub use run::main;
