//! The engine: commands in, events out.

pub mod feed;
pub mod queue;
pub mod rate;
pub mod retry;
pub mod saved;
pub mod warmup;
