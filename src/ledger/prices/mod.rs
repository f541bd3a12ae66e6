//! Prices: what a request costs by the price of its day.
//!
//! The table is the union of dated price lists (`config/prices`), so that a retired model keeps
//! its price and a closed month keeps its sum. A user's own prices come first. What has no price
//! is unpriced, never free.
//!
//! Deliberately not here: where the user's file lies, what is kept of a request, and any network.

mod charge;
mod currency;
mod decimal;
mod explain;
mod find;
mod names;
mod offer;
mod provider;
mod reprice;
mod row;
mod table;
mod user;

use std::path::Path;

use table::Table;
use user::UserPrices;

pub use charge::Charge;
pub use explain::{Explained, PriceRow, PriceSpan, RateRow, TableView};
pub use find::How;
pub use offer::Rates;
pub use reprice::{Kept, ModelChange, Repricing};
pub use user::PricesError;

/// The prices of all models, on any day.
#[derive(Clone, Debug)]
pub struct Prices {
    table: &'static Table,
    user: UserPrices,
}

impl Prices {
    /// Returns the built-in prices, with nothing of the user's.
    #[must_use]
    pub fn built_in() -> Self {
        Self { table: Table::built_in(), user: UserPrices::default() }
    }

    /// Returns the built-in prices below those of a user's file; `path` is only to be named.
    ///
    /// # Errors
    /// Fails with the file, the line and the sentence of what is wrong with it.
    pub fn with_user(path: &Path, text: &str) -> Result<Self, PricesError> {
        Ok(Self { table: Table::built_in(), user: UserPrices::parse(path, text)? })
    }

    /// Returns the built-in prices below those of a user's file, which may be missing.
    ///
    /// # Errors
    /// Fails when the file cannot be read, or with what is wrong with it.
    pub fn load(path: &Path) -> Result<Self, PricesError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::with_user(path, &text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::built_in()),
            Err(source) => Err(PricesError::Unreadable { path: path.to_owned(), source }),
        }
    }

    /// Returns what names these prices: it differs whenever any price does.
    #[must_use]
    pub fn version(&self) -> String {
        let last = self.table.snapshots().last();
        let last = last.map_or("", |snapshot| snapshot.name);
        match &self.user.hash {
            None => format!("{last} {}", self.table.hash()),
            Some(own) => format!("{last} {} own {own}", self.table.hash()),
        }
    }
}

/// Returns true when two names are of the same provider.
pub(super) fn is_same_provider(one: &str, other: &str) -> bool {
    names::provider(one) == names::provider(other)
}

/// Returns an id in lower case without the day of its release and the size of its window.
pub(super) fn without_date(id: &str) -> String {
    names::undated(&names::id(id)).to_owned()
}

#[cfg(test)]
mod tests;
