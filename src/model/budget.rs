//! Models and the budget that their windows and prices set.

use serde::{Deserialize, Serialize};

use super::{Encoding, PicoUsd, TokenCount, Tokens};

/// How a model's tokens are known.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tokenizer {
    /// It has a public tokenizer: counts are exact.
    Public,
    /// It has none: a count of the encoding is multiplied by this, and shown with `≈`.
    Estimated {
        /// Tokens of the model per token of the encoding.
        ratio: f64,
    },
}

/// A model whose window and price the context is held against.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ModelInfo {
    /// The name its provider gives it.
    pub name: String,
    /// Who serves it.
    pub provider: String,
    /// Tokens it takes as input.
    pub window: Tokens,
    /// The encoding of its counts.
    pub encoding: Encoding,
    /// Whether these are exact.
    pub tokenizer: Tokenizer,
    /// Price of one input token; `None` is "unpriced", never free.
    pub input_price: Option<PicoUsd>,
    /// Price of one input token read from the provider's prompt cache.
    pub cached_input_price: Option<PicoUsd>,
    /// Where the numbers come from, with the date.
    pub source: String,
}

impl ModelInfo {
    /// Returns what `tokens` of the encoding are to this model.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate of a count far below 2^52"
    )]
    pub fn measure(&self, tokens: Tokens) -> TokenCount {
        match self.tokenizer {
            Tokenizer::Public => TokenCount::exact(tokens),
            Tokenizer::Estimated { ratio } => {
                TokenCount::estimate(Tokens((tokens.0 as f64 * ratio).round() as u64))
            }
        }
    }

    /// Returns what sending `tokens` of this model once costs, or `None` when it is unpriced.
    #[must_use]
    pub fn cost(&self, tokens: Tokens) -> Option<PicoUsd> {
        self.input_price.map(|price| price.times(tokens.0))
    }
}

/// Where warnings and alerts begin, in percent of the limit, inclusive.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Thresholds {
    /// Percent at which a gauge warns.
    pub warning: u8,
    /// Percent at which a gauge alerts.
    pub alert: u8,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { warning: 75, alert: 90 }
    }
}

/// How full a gauge is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Below the warning.
    #[default]
    Calm,
    /// At or over the warning.
    Warning,
    /// At or over the alert.
    Alert,
    /// At or over the limit.
    Exceeded,
}

/// A use against a limit, in any one unit.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Gauge {
    /// What is used.
    pub used: u128,
    /// What may be used; 0 means nothing may.
    pub limit: u128,
}

impl Gauge {
    /// Returns the use in percent of the limit, rounded down; `u64::MAX` when the limit is 0.
    #[must_use]
    pub fn percent(&self) -> u64 {
        match self.used.saturating_mul(100).checked_div(self.limit) {
            Some(percent) => u64::try_from(percent).unwrap_or(u64::MAX),
            None if self.used == 0 => 0,
            None => u64::MAX,
        }
    }

    /// Returns how full it is; each threshold belongs to the level that it begins.
    #[must_use]
    pub fn level(&self, thresholds: Thresholds) -> Level {
        match self.percent() {
            percent if percent >= 100 => Level::Exceeded,
            percent if percent >= u64::from(thresholds.alert) => Level::Alert,
            percent if percent >= u64::from(thresholds.warning) => Level::Warning,
            _ => Level::Calm,
        }
    }
}

/// The files marked to be sent together.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Context {
    /// Files that are marked by name alone.
    pub names: u64,
    /// Files marked that are counted.
    pub files: u64,
    /// Files marked that are still pending.
    pub pending: u64,
    /// Files marked that have no count, such as binary ones: they are not sent.
    pub skipped: u64,
    /// The sum of the counted files, in the engine's encoding: without what stands around them.
    pub tokens: Tokens,
    /// Moves on whenever the text that is sent may have changed.
    #[serde(default)]
    pub version: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_inclusive() {
        let level = |used| Gauge { used, limit: 1000 }.level(Thresholds::default());
        assert_eq!(level(749), Level::Calm);
        assert_eq!(level(750), Level::Warning);
        assert_eq!(level(899), Level::Warning);
        assert_eq!(level(900), Level::Alert);
        assert_eq!(level(999), Level::Alert);
        assert_eq!(level(1000), Level::Exceeded);
    }

    #[test]
    fn a_limit_of_nothing_is_exceeded_by_anything() {
        assert_eq!(Gauge { used: 0, limit: 0 }.percent(), 0);
        assert_eq!(Gauge { used: 1, limit: 0 }.level(Thresholds::default()), Level::Exceeded);
    }
}
