//! The ledger: what language models cost, kept for good.
//!
//! Requests are read from the logs of tools, priced once by the price of their day, and kept in
//! an append-only journal that outlives those logs.
//!
//! Deliberately not here: where the ledger lies, and when logs are read: the engine knows.

mod blocks;
pub mod budget;
pub mod forecast;
pub mod logs;
mod prices;
mod request;

pub use blocks::{Block, BlockRequest, blocks};
pub use budget::{BadBudget, BudgetSpec, Period, Scope, Span};
pub use prices::{
    Charge, Explained, How, Kept, ModelChange, PriceRow, PriceSpan, Prices, PricesError, RateRow,
    Rates, Repricing, TableView,
};
pub use request::{Counts, Request, RequestKey, Service};
