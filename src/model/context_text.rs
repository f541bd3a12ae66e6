//! The context as the text that is sent.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::{Encoding, Millis, RepoPath, Tokens};

/// How the context is written.
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
    IntoStaticStr,
    PartialEq,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ContextFormat {
    /// Headings and fences.
    #[default]
    Markdown,
    /// Elements.
    Xml,
    /// One object.
    Json,
}

/// How much of a file is sent.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkLevel {
    /// All of it.
    #[default]
    Whole,
    /// Its name.
    Name,
}

/// Whether the text itself is wanted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextWanted {
    /// Only what it costs.
    Count,
    /// The text, too.
    Text,
}

/// The context as a text.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ContextText {
    /// How it is written.
    pub format: ContextFormat,
    /// The text; empty when only its count was wanted.
    pub text: String,
    /// Its bytes.
    pub bytes: u64,
    /// Its tokens: of the whole text, with paths and fences.
    pub tokens: Tokens,
    /// The encoding of the count.
    pub encoding: Encoding,
    /// Files in it as a whole.
    pub files: u64,
    /// Files in it by name alone.
    pub names: u64,
    /// Marked files that are no text or cannot be read, with the reason, safe to show.
    pub left_out: Vec<(RepoPath, String)>,
    /// The version of the context that it was made of.
    #[serde(default)]
    pub version: u64,
    /// How long it took to make and count.
    #[serde(default)]
    pub took: Millis,
}
