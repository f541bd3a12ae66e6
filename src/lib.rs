//! larder: the tokens of a codebase, live, from a warm cache.

pub mod count;
pub mod model;
