//! The ledger: what language models cost, kept for good.
//!
//! Requests are read from the logs of tools, priced once by the price of their day, and kept in
//! an append-only journal that outlives those logs.
//!
//! Deliberately not here: where the ledger lies, and when logs are read: the engine knows.

pub mod logs;
mod request;

pub use request::{Counts, Request, RequestKey, Service};
