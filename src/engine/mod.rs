//! The engine: commands in, events out.
//!
//! It owns the tree, the queue and the store, and does not know who is watching.

mod feed;
mod handle;
pub mod queue;
pub mod rate;
pub mod retry;
pub mod saved;
mod tree;
pub mod warmup;

pub use feed::{Events, Feed, Lagged};
pub use handle::{Envelope, Handle, INBOX};
