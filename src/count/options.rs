//! What a user may choose about counting.

use serde::{Deserialize, Serialize};

/// The settings of the token counter.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// Who counts.
    pub engine: EngineChoice,
}

/// An engine that counts tokens: both give the same counts.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngineChoice {
    /// Larder's own: fast, linear, never fails.
    #[default]
    Own,
    /// The tiktoken-rs crate: slow, fails on long runs of blanks.
    Reference,
}
