//! larder: the tokens of a codebase, live, from a warm cache.

pub mod model;
pub mod walk;
pub mod watch;
