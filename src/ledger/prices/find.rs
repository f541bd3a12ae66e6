//! Finding the price of a model under the names that tools give it.

use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

use super::{Prices, names, row::Row};
use crate::model::Day;

/// How the price of a model was found, the surest first.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    Eq,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum How {
    /// In the user's own file.
    Own,
    /// Under this very name.
    Exact,
    /// Under another name of the same model.
    Alias,
    /// It runs at home or is given away: nobody is paid.
    Free,
    /// At the provider that made it, because the one that served it has no known price.
    OtherProvider,
    /// Without the day of its release.
    Undated,
    /// Without region, version or variant.
    Similar,
}

impl How {
    /// Returns true when the price may be another one than what was asked for.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        match self {
            Self::Own | Self::Exact | Self::Alias | Self::Free => false,
            Self::OtherProvider | Self::Undated | Self::Similar => true,
        }
    }
}

/// A model that was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'p> {
    /// It has prices.
    Row(&'p Row, How),
    /// It is free.
    Free,
}

impl Prices {
    /// Returns the prices of a model that may hold on a day; `provider` may be empty.
    pub(super) fn find(&self, provider: &str, model: &str, day: Day) -> Option<Found<'_>> {
        let id = names::id(model);
        let provider = names::provider(provider);
        if id.is_empty() {
            return None;
        }
        if let Some(row) = self.user.find(&provider, &id, day) {
            return Some(Found::Row(row, How::Own));
        }
        if names::is_free(&provider, &id) {
            return Some(Found::Free);
        }
        let found = self.listed(&provider, &id).or_else(|| self.guessed(&provider, &id))?;
        Some(Found::Row(found.0, found.1))
    }

    /// Finds a name that the table has.
    fn listed(&self, provider: &str, id: &str) -> Option<(&Row, How)> {
        let at = |provider: &str, id: &str| {
            let name = format!("{provider}/{id}");
            let exact = self.table.exact(&name).map(|row| (row, How::Exact));
            exact.or_else(|| self.table.alias(&name).map(|row| (row, How::Alias)))
        };
        let (prefix, bare) = names::split(id);
        if provider.is_empty() {
            let served = prefix.as_deref().and_then(|prefix| at(prefix, bare));
            return served.or_else(|| self.table.id(id).map(|row| (row, How::Exact)));
        }
        // An id that repeats its provider is that provider's.
        let repeats = prefix.as_deref() == Some(provider);
        at(provider, id).or_else(|| repeats.then(|| at(provider, bare)).flatten())
    }

    /// Finds what is most likely the same model.
    fn guessed(&self, provider: &str, id: &str) -> Option<(&Row, How)> {
        let (prefix, bare) = names::split(id);
        let home = prefix.as_deref().unwrap_or_default();
        let elsewhere = |id: &str| {
            let at_home = (!home.is_empty()).then(|| self.listed(home, id)).flatten();
            at_home.map(|(row, _)| row).or_else(|| self.table.id(id))
        };
        if let Some(row) = elsewhere(bare) {
            return Some((row, How::OtherProvider));
        }
        let undated = names::undated(bare);
        if undated != bare {
            let own = self.listed(provider, undated).map(|(row, _)| row);
            if let Some(row) = own.or_else(|| elsewhere(undated)) {
                return Some((row, How::Undated));
            }
        }
        let provider = if provider.is_empty() { home } else { provider };
        self.table.stem(provider, bare).map(|row| (row, How::Similar))
    }
}
