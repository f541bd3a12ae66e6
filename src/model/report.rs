//! The report of a count apart from the tree: what `larder count` prints.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Bytes, Encoding, FileStatus, RepoPath, Tokens};

/// Asks for a count of files and folders.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CountRequest {
    /// What to count, absolute or relative to the current folder; never empty.
    pub paths: Vec<PathBuf>,
    /// The encoding.
    pub encoding: Encoding,
    /// Whether to read and fill the cache.
    pub cache: UseCache,
}

/// Whether a count may use the cache.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UseCache {
    /// Read it and fill it.
    Yes,
    /// Leave it alone.
    No,
}

/// What was counted.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct CountReport {
    /// The folder that all paths are relative to, absolute.
    pub root: PathBuf,
    /// The encoding.
    pub encoding: Encoding,
    /// Every file, by path in byte order.
    pub files: Vec<CountedFile>,
    /// Every folder that holds one, by path in byte order; the root first.
    pub folders: Vec<CountedFolder>,
    /// Files whose count was already known.
    pub hits: u64,
    /// Files that had to be tokenised.
    pub computed: u64,
    /// What went wrong beside single files, such as invalid lines in ignore files; safe to show.
    pub warnings: Vec<String>,
}

/// One file of a report.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CountedFile {
    /// Where it is.
    pub path: RepoPath,
    /// How it was counted or why not.
    pub status: FileStatus,
    /// Its size.
    pub bytes: Bytes,
    /// The error when it could not be read, safe to show.
    pub message: Option<String>,
}

/// One folder of a report.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct CountedFolder {
    /// Where it is; the root's path is empty.
    pub path: RepoPath,
    /// Files below it, skipped ones included.
    pub files: u64,
    /// Files below it that were not counted.
    pub skipped: u64,
    /// Tokens of the files below it.
    pub tokens: Tokens,
    /// Bytes of the files below it.
    pub bytes: Bytes,
}
