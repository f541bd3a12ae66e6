//! The engine: commands in, events out.
//!
//! It owns the tree, the queue and the store, and does not know who is watching.

mod absorb;
mod accept;
mod answer;
mod context_text;
mod details;
mod dispatch;
mod feed;
mod handle;
mod jobs;
mod keep;
mod money;
mod offers;
mod pool;
mod preview;
mod prices;
mod publish;
pub mod queue;
pub mod rate;
mod report;
pub mod retry;
mod run;
pub mod saved;
mod scans;
mod side;
pub mod spend;
mod start;
mod survey;
mod syntax;
mod tree;
pub mod warmup;

#[cfg(test)]
mod tests;

pub use crate::import::{Sha256, rust_assistant::default_prompt};
pub use feed::{Events, Feed, Lagged};
pub use handle::{Envelope, Handle, INBOX};
pub use prices::{
    Explained, How, PriceRow, PriceSpan, Prices, PricesError, RateRow, TableView, prices,
};
pub use start::{Keep, StartError, queue_file, start};
