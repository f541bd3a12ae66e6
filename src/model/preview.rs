//! A file to read: lines with what they cost, and what their words are.

use serde::{Deserialize, Serialize};

use super::{Encoding, RepoPath, Tokens};

/// A part of a file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Preview {
    /// Where it is.
    pub path: RepoPath,
    /// The name of its language; empty when it is not known.
    pub language: String,
    /// What there is to read.
    pub body: PreviewBody,
}

/// What there is to read of a file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreviewBody {
    /// Nothing; holds the reason, safe to show.
    Nothing(String),
    /// Text.
    Text(PreviewText),
}

/// The lines that were asked for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PreviewText {
    /// The encoding of the counts.
    pub encoding: Encoding,
    /// Tokens of the whole file.
    pub tokens: Tokens,
    /// False when some running counts are estimates: the text has no place to cut it at.
    pub exact: bool,
    /// Lines in all.
    pub total: u64,
    /// The index of the first line here.
    pub from: u64,
    /// The lines.
    pub lines: Vec<PreviewLine>,
}

/// One line.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PreviewLine {
    /// Its text without the end of the line, as it is in the file: not yet safe to show.
    pub text: String,
    /// True when it is longer than what is here.
    pub cut: bool,
    /// Tokens of the file up to the end of this line.
    pub tokens: Tokens,
    /// What its words are, where they are something.
    pub spans: Vec<SyntaxSpan>,
}

/// Some bytes of a line that are one kind of thing.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SyntaxSpan {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// What they are.
    pub kind: SyntaxKind,
}

/// What words of a program are.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SyntaxKind {
    /// Said to people.
    Comment,
    /// A text in quotes.
    Quoted,
    /// A word of the language.
    Keyword,
    /// A number.
    Number,
}
