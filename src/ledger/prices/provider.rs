//! Who serves a request.

use super::{Prices, charge::utc_day, find::Found, names};
use crate::ledger::Request;

impl Prices {
    /// Returns our name of the provider of a request: the one its log names, or the one whose
    /// price it has; empty when neither tells.
    #[must_use]
    pub fn provider_of(&self, request: &Request) -> String {
        if !request.provider.is_empty() {
            return names::provider(&request.provider);
        }
        match self.find("", &request.model, utc_day(request.at)) {
            Some(Found::Row(row, _)) => {
                row.name.split_once('/').map_or_else(String::new, |(head, _)| head.to_owned())
            }
            Some(Found::Free) | None => {
                let id = names::id(&request.model);
                names::split(&id).0.unwrap_or_default()
            }
        }
    }
}
