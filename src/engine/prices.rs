//! The prices, for those who ask what a model costs.

pub use crate::ledger::{
    Explained, How, PriceRow, PriceSpan, Prices, PricesError, RateRow, TableView,
};

use crate::config::Config;

/// Returns the built-in prices below the user's own.
///
/// # Errors
/// Fails when the user's file cannot be read, or with what is wrong with it.
pub fn prices(config: &Config) -> Result<Prices, PricesError> {
    Prices::load(&config.paths.prices_file())
}
