//! The encodings that larder counts exactly.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A public byte-pair encoding.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// `cl100k_base`, of GPT-4 and GPT-3.5.
    Cl100kBase,
    /// `o200k_base`, of GPT-4o and later: the default.
    #[default]
    O200kBase,
    /// `p50k_base`, of Codex and text-davinci-003.
    P50kBase,
    /// `r50k_base`, of GPT-3.
    R50kBase,
}

/// A name that is no encoding larder knows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownEncoding(pub String);

impl fmt::Display for UnknownEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Encoding::ALL.map(Encoding::name).join(", ");
        write!(f, "unknown encoding `{}`: known are {known}", super::Shown::text(&self.0))
    }
}

impl std::error::Error for UnknownEncoding {}

impl Encoding {
    /// Every encoding, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Cl100kBase, Self::O200kBase, Self::P50kBase, Self::R50kBase];

    /// Returns the name that tiktoken uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cl100kBase => "cl100k_base",
            Self::O200kBase => "o200k_base",
            Self::P50kBase => "p50k_base",
            Self::R50kBase => "r50k_base",
        }
    }

    /// Returns a number from 0 to 3 that never changes: it is part of stored records.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Cl100kBase => 0,
            Self::O200kBase => 1,
            Self::P50kBase => 2,
            Self::R50kBase => 3,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|encoding| encoding.name() == name)
            .ok_or_else(|| UnknownEncoding(name.to_owned()))
    }
}
