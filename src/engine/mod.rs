//! The engine: commands in, events out.
//!
//! It owns the tree, the queue and the store, and does not know who is watching.

mod absorb;
mod accept;
mod answer;
mod details;
mod dispatch;
mod feed;
mod handle;
mod jobs;
mod keep;
mod pool;
mod preview;
mod publish;
pub mod queue;
pub mod rate;
mod report;
pub mod retry;
mod run;
pub mod saved;
mod scans;
mod side;
mod start;
mod survey;
mod syntax;
mod tree;
pub mod warmup;

#[cfg(test)]
mod tests;

pub use feed::{Events, Feed, Lagged};
pub use handle::{Envelope, Handle, INBOX};
pub use start::{Keep, StartError, queue_file, start};
