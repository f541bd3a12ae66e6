//! What readers find: entries of other tools in their own terms.

use std::path::{Path, PathBuf};

use crate::model::{Bytes, Encoding, PicoUsd, Shown, Tokens, UnixNanos};

use super::{Sha256, error::shown};

/// One thing that a cache of another tool holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Imported {
    /// The tokens of a file.
    Count(ForeignCount),
    /// The definitions and references of a file.
    Tags(ForeignTags),
    /// What a language model answered.
    Result(Box<ForeignResult>),
    /// Something that is not taken over.
    LeftOut(LeftOut),
    /// Something that could not be read.
    Failed(Failure),
}

/// The tokens of a file, as another tool counted them.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignCount {
    /// The file, as the tool named it: absolute or relative.
    pub path: PathBuf,
    /// The hash of the content that was counted.
    pub content: Sha256,
    /// The encoding.
    pub encoding: Encoding,
    /// How many tokens.
    pub tokens: Tokens,
    /// The size of the content.
    pub size: Bytes,
    /// When the file was last changed, in seconds since 1970.
    pub modified: f64,
    /// When the entry was made, in seconds since 1970.
    pub updated: f64,
}

/// The definitions and references of a file, as another tool found them.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignTags {
    /// The file, absolute.
    pub path: PathBuf,
    /// When the file was last changed, in seconds since 1970: the tool knows contents by it.
    pub modified: f64,
    /// The tags in the order of the tool.
    pub tags: Vec<Tag>,
}

/// A definition or reference.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Tag {
    /// What is defined or referred to.
    pub name: String,
    /// Which of both.
    pub role: TagRole,
    /// Its line, from 1; `None` where the tool does not know it.
    pub line: Option<u32>,
}

/// What a tag is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum TagRole {
    /// A definition.
    Definition,
    /// A reference.
    Reference,
}

/// What a language model answered, as another tool kept it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ForeignResult {
    /// The type, such as `refactor`; never empty.
    pub of: String,
    /// The repository; a path as the tool named it.
    pub repository: PathBuf,
    /// The file, relative to the repository.
    pub file: String,
    /// The hash of the content that was sent.
    pub content: Sha256,
    /// The key that the tool gave the entry; empty when it gave none.
    pub key: String,
    /// Who served the model.
    pub provider: String,
    /// The model.
    pub model: String,
    /// The hash of the prompt, the type's usual one when the tool kept none.
    pub prompt: String,
    /// The version of the result's form.
    pub schema: u32,
    /// The result as JSON without blanks.
    pub value: Vec<u8>,
    /// Tokens that it took, when known.
    pub tokens: Option<Tokens>,
    /// What it cost by the tool's own prices, when they name the model.
    pub cost: Option<PicoUsd>,
    /// The size of the content that was sent.
    pub size: Bytes,
    /// When it was made.
    pub created: UnixNanos,
    /// When it was last read, when known.
    pub used: Option<UnixNanos>,
    /// How often it was read.
    pub uses: u64,
}

/// Why something is not taken over.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum LeftOut {
    /// A file or row between the entries that is none.
    NotAnEntry,
    /// A file in a folder of a type that this kind of cache does not have.
    UnknownType,
    /// Counted in an encoding that larder does not count.
    UnknownEncoding,
    /// Made without a hash of the content, so nobody knows what was counted.
    Unverifiable,
    /// The file is not there any more.
    Gone,
    /// The file has another content by now.
    Changed,
    /// The file cannot be read.
    Unreadable,
    /// The file is larger than larder counts.
    TooLarge,
    /// larder does not count such a file: it is not text.
    NotText,
    /// larder counts the same content differently.
    Different,
    /// Another entry of the source has the same key and is as new or newer.
    Twice,
    /// The cache has it already.
    AlreadyThere,
}

impl LeftOut {
    /// Returns true when what is left out is an entry at all.
    #[must_use]
    pub const fn is_entry(self) -> bool {
        !matches!(self, Self::NotAnEntry | Self::UnknownType)
    }

    /// Returns the reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotAnEntry => "not an entry",
            Self::UnknownType => "of an unknown type",
            Self::UnknownEncoding => "in an unknown encoding",
            Self::Unverifiable => "without a content hash",
            Self::Gone => "file gone",
            Self::Changed => "file changed since",
            Self::Unreadable => "file unreadable",
            Self::TooLarge => "file too large",
            Self::NotText => "file not text",
            Self::Different => "counted differently",
            Self::Twice => "same key as another",
            Self::AlreadyThere => "already there",
        }
    }
}

/// Something that could not be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// The file or entry; safe to show.
    pub what: String,
    /// What is wrong with it; safe to show.
    pub why: String,
}

impl Failure {
    /// Returns the failure of the file at `path`.
    pub(super) fn of_file(path: &Path, why: &str) -> Self {
        Self { what: shown(path).to_string(), why: Shown::text(why).to_string() }
    }

    /// Returns the failure of an entry that has a name in its source.
    pub(super) fn of_entry(name: &str, why: &str) -> Self {
        Self { what: Shown::text(name).to_string(), why: Shown::text(why).to_string() }
    }
}
