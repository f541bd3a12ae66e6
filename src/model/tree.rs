//! The repository tree as a dashboard asks for it: only the rows it shows.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

use super::{
    Bytes, ContentHash, Encoding, FileStatus, Fingerprint, NodeId, RepoPath, SkipTotals, Tokens,
    UnixNanos,
};

/// By what the children of a folder are ordered.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Display,
    EnumString,
    Eq,
    IntoStaticStr,
    PartialEq,
    Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Sort {
    /// By name, folders first.
    Name,
    /// By tokens, the most first.
    #[default]
    Tokens,
    /// By number of files, the most first.
    Count,
    /// By time of change, the newest first.
    Modified,
}

/// The direction of a sort.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// As the sort says.
    #[default]
    Natural,
    /// The other way round.
    Reverse,
}

/// Which entries a filter keeps: a glob when it holds `*`, `?` or `[`, else a part of the path.
///
/// Letters match both cases unless the filter holds a capital.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Filter(pub String);

/// Asks for the visible rows of the tree.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct RowsQuery {
    /// Folders shown open; the root always is, and is no row itself.
    pub open: Vec<NodeId>,
    /// The order of each folder's children.
    pub sort: Sort,
    /// Its direction.
    pub order: Order,
    /// When set, matching files and folders of the whole tree come as one flat list.
    pub filter: Option<Filter>,
    /// The first row wanted, unless `follow` decides.
    pub from: u64,
    /// How many rows are wanted.
    pub len: u32,
    /// An entry that should be among the rows: the page is moved just enough to hold it.
    pub follow: Option<NodeId>,
}

/// The rows that were asked for.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct RowsPage {
    /// The index of the first row.
    pub from: u64,
    /// The rows.
    pub rows: Vec<Row>,
    /// Rows in all with these folders open, or matches of the filter.
    pub total: u64,
    /// The index of `follow` in the whole list, when it is in it.
    pub follow_at: Option<u64>,
    /// Set when the filter is no valid glob: what is wrong with it.
    pub bad_filter: Option<String>,
    /// What all matches of the filter hold together.
    pub matched: Matched,
}

/// What the matches of a filter hold together, each file once.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Matched {
    /// Files that match, or lie in a folder that does.
    pub files: u64,
    /// Their tokens, as far as they are counted.
    pub tokens: Tokens,
    /// Files among them that are still pending.
    pub pending: u64,
}

/// One file or folder.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Row {
    /// Names it.
    pub id: NodeId,
    /// Its path; the name is the last part.
    pub path: RepoPath,
    /// Folders above it below the root; 0 in a filtered list.
    pub depth: u16,
    /// File or folder.
    pub kind: RowKind,
    /// Tokens counted in it so far, in the engine's encoding.
    pub tokens: Tokens,
    /// Bytes of its files.
    pub bytes: Bytes,
    /// Files in it: 1 for a file.
    pub files: u64,
    /// Files in it that are still pending.
    pub pending: u64,
    /// Files in it that were skipped.
    pub skipped: u64,
    /// Last change: of the newest file for a folder.
    pub modified: UnixNanos,
    /// Tokens of its largest sibling, itself included: what its bar is drawn against.
    pub largest_sibling: Tokens,
    /// Tokens of the folder that holds it: what its percentage is of.
    pub parent_tokens: Tokens,
    /// Whether it is in the context.
    pub mark: Mark,
    /// What of it is not in the context.
    #[serde(default)]
    pub unmarked: Unmarked,
}

/// What of an entry is not in the context: what marking it would add.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Unmarked {
    /// Counted files.
    pub files: u64,
    /// Files that are still pending.
    pub pending: u64,
    /// Tokens of the counted ones.
    pub tokens: Tokens,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// A folder, shown open or closed.
    Folder {
        /// True when its children are among the rows.
        open: bool,
    },
    /// A file.
    File {
        /// How far it is.
        status: FileStatus,
    },
}

/// How much of an entry is in the context.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// Some files of the folder.
    Some,
    /// All of it.
    All,
    /// The name of the file.
    Name,
}

/// Totals of the whole tree.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct TreeSummary {
    /// The folder that was opened, absolute, safe to show.
    pub root: String,
    /// Its name, safe to show.
    pub name: String,
    /// The git branch, or the short commit when detached, or `None` outside git.
    pub branch: Option<String>,
    /// The encoding of every count.
    pub encoding: Encoding,
    /// Tokens counted.
    pub tokens: Tokens,
    /// Bytes of all files.
    pub bytes: Bytes,
    /// Files found, skipped ones included.
    pub files: u64,
    /// Folders found.
    pub folders: u64,
    /// Files counted.
    pub counted: u64,
    /// Files pending.
    pub pending: u64,
    /// Files not counted, by reason.
    pub skipped: SkipTotals,
    /// True while the walk has not ended.
    pub walking: bool,
    /// True when the walk was cancelled or failed: there may be more than is listed.
    pub partial: bool,
    /// Counted files whose count came from the cache.
    pub from_cache: u64,
}

/// All that is known of one entry.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Details {
    /// The entry as a row.
    pub row: Row,
    /// What the system says of it, for a file.
    pub fingerprint: Option<Fingerprint>,
    /// The hash of its content, when read.
    pub hash: Option<ContentHash>,
    /// Counts known by encoding.
    pub counts: Vec<(Encoding, Tokens)>,
    /// Why it is skipped or pending, safe to show.
    pub note: Option<String>,
    /// The name of its language; empty when it is not known.
    pub language: String,
    /// Lines of its text, when it was read for this.
    pub lines: Option<u64>,
    /// The size beyond which no file is read for this, when it is larger.
    pub unread_over: Option<Bytes>,
    /// Where its count is.
    pub cached: CountPlace,
}

/// Where the count of a file is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountPlace {
    /// Nowhere: it is not counted, or no file.
    #[default]
    Nowhere,
    /// Here alone: the cache was cleared, or is not used.
    Here,
    /// In the cache, where it was put.
    Kept,
    /// In the cache, where it was found.
    Found,
}

/// Files that were not counted.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SkippedPage {
    /// How many there are.
    pub total: u64,
    /// The ones asked for, by path.
    pub files: Vec<SkippedFile>,
}

/// One file that was not counted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SkippedFile {
    /// Where it is.
    pub path: RepoPath,
    /// Why.
    pub status: FileStatus,
    /// The error when it could not be read, safe to show.
    pub message: Option<String>,
}
