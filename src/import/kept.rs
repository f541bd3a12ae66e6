//! What an import keeps, in larder's terms.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{Bytes, ContentHash, Encoding, ResultEntry, ResultFactors, Tokens, UnixNanos};

use super::{Tag, TagRole};

/// Something to be kept, in larder's terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// Tokens of a content.
    Count(ContentHash, Encoding, Tokens),
    /// Definitions and references of a content, as another tool found them.
    Tags(ContentHash, Vec<Tag>),
    /// An answer of a language model.
    Result(Box<ResultEntry>),
}

/// By what it is found again.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub enum KeptName {
    /// Tokens of a content in an encoding.
    Count(ContentHash, Encoding),
    /// Tags of a content.
    Tags(ContentHash),
    /// A result.
    Result(ResultFactors),
}

/// What became of something that was to be kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keeping {
    /// It is kept now.
    Stored,
    /// It was there already, and is left as it is.
    AlreadyThere,
}

/// What an import can tell of something beside what it holds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct About {
    /// Bytes of the file that must be read again; none for a result.
    pub bytes: Bytes,
    /// How long counting it took just now; zero when it was not counted.
    pub counting: Duration,
    /// When the other tool last read it, when that is known.
    pub used: Option<UnixNanos>,
    /// How often the other tool read it.
    pub uses: u32,
}

impl Kept {
    /// Returns by what it is found again.
    #[must_use]
    pub fn name(&self) -> KeptName {
        match self {
            Self::Count(content, encoding, _) => KeptName::Count(*content, *encoding),
            Self::Tags(content, _) => KeptName::Tags(*content),
            Self::Result(entry) => KeptName::Result(entry.factors.clone()),
        }
    }

    /// Returns a hash of what it holds.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        match self {
            Self::Count(_, _, tokens) => hasher.update(&tokens.0.to_le_bytes()),
            Self::Tags(_, tags) => tags.iter().fold(&mut hasher, |hasher, tag| {
                let is_definition = u8::from(tag.role == TagRole::Definition);
                hasher
                    .update(&[is_definition])
                    .update(&tag.line.unwrap_or(0).to_le_bytes())
                    .update(&(tag.name.len() as u64).to_le_bytes())
                    .update(tag.name.as_bytes())
            }),
            Self::Result(entry) => hasher.update(&entry.value),
        };
        *hasher.finalize().as_bytes()
    }

    /// Returns what a failure calls it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Count(content, encoding, _) => format!("tokens of {content} in {encoding}"),
            Self::Tags(content, _) => format!("tags of {content}"),
            Self::Result(entry) => format!("{} ({})", entry.file, entry.factors.of),
        }
    }
}
