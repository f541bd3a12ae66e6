//! The keys of all kinds: what each value depends on. Changing any one factor is a miss.
//!
//! Sets are put in order before they are hashed: the same files named in another order are the
//! same key.

use crate::model::{ContentHash, EntryKey, Kind, RepoPath, ResultFactors, Tokens};

use super::{counts::CountKey, key::KeyBuilder};

/// Names an entry by what its value depends on.
pub trait Keyed {
    /// What the entry holds.
    const KIND: Kind;

    /// Returns the key of the entry.
    fn entry_key(&self) -> EntryKey;

    /// Returns the contents that the value was made of; forgetting one of them forgets the entry.
    fn contents(&self) -> Vec<ContentHash> {
        Vec::new()
    }
}

/// Everything that the tags of a content depend on.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct TagsKey {
    /// The content.
    pub content: ContentHash,
    /// The grammar that reads it, with its version.
    pub grammar: String,
    /// The version of the query that finds tags.
    pub query: u32,
}

/// Everything that chosen lines of a content, rendered, depend on.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct TreeKey {
    /// The content.
    pub content: ContentHash,
    /// The lines of interest, in any order.
    pub lines: Vec<u32>,
    /// The version of the renderer.
    pub renderer: u32,
}

/// Everything that a map of a repository depends on.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MapKey {
    /// A hash over all tags that were ranked.
    pub tags: [u8; 32],
    /// Files of the conversation, in any order.
    pub chat: Vec<RepoPath>,
    /// The other files, in any order.
    pub others: Vec<RepoPath>,
    /// Tokens that the map may have.
    pub budget: Tokens,
    /// Files that were spoken of, in any order.
    pub mentioned_files: Vec<RepoPath>,
    /// Names that were spoken of, in any order.
    pub mentioned_names: Vec<String>,
    /// A hash over all options of map and ranking.
    pub options: u64,
    /// The contents that took part; they are no factor, since `tags` stands for them.
    pub contents: Vec<ContentHash>,
}

/// What was fetched.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum FetchKey {
    /// One address.
    Url(String),
    /// All that a pattern matches.
    Pattern(String),
}

impl Keyed for CountKey {
    const KIND: Kind = Kind::Count;

    fn entry_key(&self) -> EntryKey {
        Self::entry_key(self)
    }
}

impl Keyed for TagsKey {
    const KIND: Kind = Kind::Tags;

    fn entry_key(&self) -> EntryKey {
        KeyBuilder::new(Self::KIND)
            .factor(&self.content.0)
            .factor(self.grammar.as_bytes())
            .factor(&self.query.to_le_bytes())
            .key()
    }

    fn contents(&self) -> Vec<ContentHash> {
        vec![self.content]
    }
}

impl Keyed for TreeKey {
    const KIND: Kind = Kind::Tree;

    fn entry_key(&self) -> EntryKey {
        let lines: Vec<[u8; 4]> = self.lines.iter().map(|line| line.to_be_bytes()).collect();
        KeyBuilder::new(Self::KIND)
            .factor(&self.content.0)
            .factor(&set(lines.iter().map(<[u8; 4]>::as_slice)))
            .factor(&self.renderer.to_le_bytes())
            .key()
    }

    fn contents(&self) -> Vec<ContentHash> {
        vec![self.content]
    }
}

impl Keyed for MapKey {
    const KIND: Kind = Kind::Map;

    fn entry_key(&self) -> EntryKey {
        let paths = |paths: &[RepoPath]| set(paths.iter().map(RepoPath::as_bytes));
        KeyBuilder::new(Self::KIND)
            .factor(&self.tags)
            .factor(&paths(&self.chat))
            .factor(&paths(&self.others))
            .factor(&self.budget.0.to_le_bytes())
            .factor(&paths(&self.mentioned_files))
            .factor(&set(self.mentioned_names.iter().map(String::as_bytes)))
            .factor(&self.options.to_le_bytes())
            .key()
    }

    fn contents(&self) -> Vec<ContentHash> {
        self.contents.clone()
    }
}

impl Keyed for ResultFactors {
    const KIND: Kind = Kind::Result;

    fn entry_key(&self) -> EntryKey {
        KeyBuilder::new(Self::KIND)
            .factor(self.of.as_bytes())
            .factor(&self.content.0)
            .factor(self.provider.as_bytes())
            .factor(self.model.as_bytes())
            .factor(self.prompt.as_bytes())
            .factor(&self.schema.to_le_bytes())
            .key()
    }

    fn contents(&self) -> Vec<ContentHash> {
        vec![self.content]
    }
}

impl Keyed for FetchKey {
    const KIND: Kind = Kind::Fetch;

    fn entry_key(&self) -> EntryKey {
        let (what, text) = match self {
            Self::Url(url) => ("url", url),
            Self::Pattern(pattern) => ("pattern", pattern),
        };
        KeyBuilder::new(Self::KIND).factor(what.as_bytes()).factor(text.as_bytes()).key()
    }
}

/// Returns the members of a set as one factor, whatever order they come in.
fn set<'a>(members: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut members: Vec<&[u8]> = members.collect();
    members.sort_unstable();
    members.dedup();
    let mut bytes = Vec::new();
    for member in members {
        bytes.extend_from_slice(&(member.len() as u64).to_le_bytes());
        bytes.extend_from_slice(member);
    }
    bytes
}

#[cfg(test)]
mod tests;
