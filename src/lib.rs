//! larder: the tokens of a codebase, live, from a warm cache.

pub mod cli;
pub mod client;
pub mod config;
pub mod count;
pub mod engine;
pub mod model;
pub mod store;
pub mod ui;
pub mod walk;
pub mod watch;
