//! What a request to a language model used, and how well that is known.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::Tokens;

/// Who wrote a request down.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumIter,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Tool {
    /// Claude Code.
    ClaudeCode,
    /// Codex CLI.
    Codex,
    /// Gemini CLI.
    Gemini,
    /// opencode.
    Opencode,
    /// aider.
    Aider,
    /// A script, by `larder spend record`.
    Script,
    /// A result that was put into larder's cache.
    Larder,
}

/// How well the cost of a request is known, the best first; a sum is as good as its worst part.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Display,
    EnumIter,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Quality {
    /// Counted by the provider and priced by its price of the day.
    #[default]
    Exact,
    /// The cost was written down by the tool; it was not computed.
    Recorded,
    /// A part of it was guessed: the model, the price or the split of the tokens.
    Estimated,
    /// The log holds placeholders instead of counts: the true cost is higher.
    Placeholder,
    /// The price is unknown: tokens are counted, dollars are not.
    Unpriced,
}

/// Tokens of one or more requests, each class apart.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(default)]
pub struct TokenUse {
    /// Input that was not cached.
    pub input: Tokens,
    /// Input that was read from the provider's cache.
    pub cache_read: Tokens,
    /// Input that was written into a cache of five minutes, or of a lifetime that is not said.
    pub cache_write_5m: Tokens,
    /// Input that was written into a cache of one hour.
    pub cache_write_1h: Tokens,
    /// Billable output, reasoning included.
    pub output: Tokens,
    /// The part of the output that is reasoning; only to be shown.
    pub reasoning: Tokens,
}

impl TokenUse {
    /// Returns the size of the prompt: what the choice of a price tier goes by.
    #[must_use]
    pub const fn prompt(&self) -> Tokens {
        Tokens(
            self.input
                .0
                .saturating_add(self.cache_read.0)
                .saturating_add(self.cache_write_5m.0)
                .saturating_add(self.cache_write_1h.0),
        )
    }

    /// Returns all tokens that were written into a cache.
    #[must_use]
    pub const fn cache_write(&self) -> Tokens {
        Tokens(self.cache_write_5m.0.saturating_add(self.cache_write_1h.0))
    }

    /// Returns all tokens, in and out.
    #[must_use]
    pub const fn total(&self) -> Tokens {
        Tokens(self.prompt().0.saturating_add(self.output.0))
    }

    /// Adds the tokens of another request.
    pub fn add(&mut self, other: &Self) {
        self.input += other.input;
        self.cache_read += other.cache_read;
        self.cache_write_5m += other.cache_write_5m;
        self.cache_write_1h += other.cache_write_1h;
        self.output += other.output;
        self.reasoning += other.reasoning;
    }
}
