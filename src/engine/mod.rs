//! The engine: commands in, events out.
//!
//! It owns the tree, the queue and the store, and does not know who is watching.

mod feed;
mod handle;
mod tree;

pub use feed::{Events, Feed, Lagged};
pub use handle::{Envelope, Handle, INBOX};
