//! What a walk finds, and how it ends.

use std::{io, path::PathBuf};

use rustix::io::Errno;

use crate::model::{Fingerprint, RepoPath, Shown};

/// One entry below the start of a walk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Found {
    /// A folder; it is listed next, unless the depth ends here.
    Folder(RepoPath),
    /// A regular file.
    File {
        /// Where it is.
        path: RepoPath,
        /// What `lstat` says of it.
        fingerprint: Fingerprint,
        /// True when it is larger than the setting allows.
        too_large: bool,
    },
    /// A FIFO, socket or device; never opened.
    Special(RepoPath),
    /// A symbolic link; not followed.
    Link(RepoPath),
    /// A file without `lstat`, or a folder that cannot be listed (also reported as a folder).
    Unreadable {
        /// Where it is.
        path: RepoPath,
        /// Why, safe to show.
        message: String,
    },
}

impl Found {
    /// Returns where it is.
    #[must_use]
    pub const fn path(&self) -> &RepoPath {
        match self {
            Self::Folder(path)
            | Self::Special(path)
            | Self::Link(path)
            | Self::File { path, .. }
            | Self::Unreadable { path, .. } => path,
        }
    }
}

/// How a walk ended.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Walked {
    /// What is wrong beside single entries, such as invalid lines of ignore files; safe to show.
    pub warnings: Vec<String>,
    /// True when it was told to stop: not everything was reported.
    pub cancelled: bool,
}

/// Why a walk could not begin.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// The root is no folder that can be opened.
    #[error("cannot open {}: {source}", Shown::text(&path.to_string_lossy()))]
    Root {
        /// The root as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The start is no folder that can be opened.
    #[error("cannot open {path:?}: {source}")]
    Start {
        /// The start as given.
        path: RepoPath,
        /// What the system said.
        source: io::Error,
    },
    /// A line of the setting `walk.exclude` is no valid glob.
    #[error("`{}` is no valid glob: {}", Shown::text(glob), Shown::text(message))]
    BadGlob {
        /// The line.
        glob: String,
        /// What is wrong with it.
        message: String,
    },
}

impl WalkError {
    /// Returns true when the root or the start is not there, or is no folder any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        match self {
            // What the system says of a link in the place of a folder is `LOOP` or `NOTDIR`.
            Self::Root { source, .. } | Self::Start { source, .. } => Errno::from_io_error(source)
                .is_some_and(|error| matches!(error, Errno::NOENT | Errno::NOTDIR | Errno::LOOP)),
            Self::BadGlob { .. } => false,
        }
    }
}
