//! What is known of one file: how it was counted or why it was not.

use serde::{Deserialize, Serialize};

use super::{Bytes, Tokens, UnixNanos};

/// How far a file is. Tokens are those of the engine's encoding: estimates are made when shown.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileStatus {
    /// Not looked at yet.
    #[default]
    Pending,
    /// Counted exactly.
    Counted(Tokens),
    /// Holds a NUL among its first 8,000 bytes; not text.
    Binary,
    /// Larger than the setting `walk.max-file-bytes`.
    TooLarge,
    /// Could not be opened or read.
    Unreadable,
    /// A FIFO, socket or device; never opened.
    Special,
    /// A symbolic link; not followed.
    Link,
}

impl FileStatus {
    /// Returns the word that JSON and tables use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Counted(_) => "counted",
            Self::Binary => "binary",
            Self::TooLarge => "too-large",
            Self::Unreadable => "unreadable",
            Self::Special => "special",
            Self::Link => "link",
        }
    }

    /// Returns the tokens when counted.
    #[must_use]
    pub const fn tokens(self) -> Option<Tokens> {
        match self {
            Self::Counted(tokens) => Some(tokens),
            Self::Pending
            | Self::Binary
            | Self::TooLarge
            | Self::Unreadable
            | Self::Special
            | Self::Link => None,
        }
    }

    /// Returns true when the file is settled but has no count.
    #[must_use]
    pub const fn is_skipped(self) -> bool {
        !matches!(self, Self::Pending | Self::Counted(_))
    }
}

/// What `lstat` says of a regular file: equal fingerprints mean an unchanged file, unless racy.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Fingerprint {
    /// Size.
    pub size: Bytes,
    /// Last change of the content.
    pub modified: UnixNanos,
    /// Last change of the inode.
    pub changed: UnixNanos,
    /// Inode number.
    pub inode: u64,
}

impl Fingerprint {
    /// A file changed this shortly before it was read may change again unseen, as git has it.
    const RACY_NS: i64 = 2_000_000_000;

    /// Returns true when a file with this fingerprint, read at `read_at`, must be hashed next time.
    #[must_use]
    pub const fn is_racy(&self, read_at: UnixNanos) -> bool {
        self.modified.0.saturating_add(Self::RACY_NS) >= read_at.0
    }
}

/// How many files were not counted, by reason.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SkipTotals {
    /// Files with a NUL byte.
    pub binary: u64,
    /// Files over the size limit.
    pub too_large: u64,
    /// Files and folders that could not be read.
    pub unreadable: u64,
    /// FIFOs, sockets and devices.
    pub special: u64,
    /// Symbolic links.
    pub link: u64,
}

impl SkipTotals {
    /// Returns the sum of all reasons.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.binary + self.too_large + self.unreadable + self.special + self.link
    }

    /// Returns the counter for a reason, `None` for a status that is not a skip.
    pub const fn slot(&mut self, status: FileStatus) -> Option<&mut u64> {
        match status {
            FileStatus::Binary => Some(&mut self.binary),
            FileStatus::TooLarge => Some(&mut self.too_large),
            FileStatus::Unreadable => Some(&mut self.unreadable),
            FileStatus::Special => Some(&mut self.special),
            FileStatus::Link => Some(&mut self.link),
            FileStatus::Pending | FileStatus::Counted(_) => None,
        }
    }
}
