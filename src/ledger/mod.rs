//! The ledger: what language models cost, kept for good.
//!
//! Requests are read from the logs of tools, priced once by the price of their day, and kept in
//! an append-only journal that outlives those logs.
//!
//! Deliberately not here: where the ledger lies, and when logs are read: the engine knows.

mod apply;
mod blocks;
mod book;
pub mod budget;
mod days;
mod error;
mod files;
pub mod forecast;
mod gauges;
mod hand_over;
mod journal;
mod keys;
#[expect(clippy::module_inception, reason = "the ledger itself")]
mod ledger;
mod load;
pub mod logs;
mod options;
mod pack;
mod places;
mod prices;
mod projects;
mod reading;
mod recording;
mod records;
mod report;
mod repricing;
mod request;
mod requests;
mod saved;
mod select;
mod summary;
mod sums;
mod take;
#[cfg(test)]
mod tests;
mod verify;
mod walk;
mod windows;

pub use days::Zone;
pub use error::LedgerError;
pub use ledger::Ledger;
pub use options::Options;
pub use places::Places;

pub use blocks::{Block, BlockRequest, blocks};
pub use budget::{BadBudget, BudgetSpec, Period, Scope, Span};
pub use prices::{
    Charge, Explained, How, Kept, ModelChange, PriceRow, PriceSpan, Prices, PricesError, RateRow,
    Rates, Repricing, TableView,
};
pub use repricing::Preview;
pub use request::{Counts, Request, RequestKey, Service};
pub use take::{Batch, Recorded, Weigh};
pub use verify::{Damage, DamageKind, VerifyReport};
