//! Why a line that looks like usage is no request: a fixed set, so that counts can be added up.

use strum::{EnumCount, EnumIter};

/// Why a line is skipped.
#[derive(Clone, Copy, Debug, EnumCount, EnumIter, Eq, PartialEq)]
pub(super) enum Reason {
    /// It is longer than the buffer may become.
    TooLong,
    /// It is no JSON object, or ends in the middle.
    Broken,
    /// It has a place for usage, and nothing in it.
    NoCounts,
    /// All of its counts are zero.
    AllZero,
    /// No time is known for it.
    NoTime,
    /// The tool made the answer up itself.
    Synthetic,
    /// The provider answered with an error.
    ApiError,
    /// It tells again what was told before.
    Repeated,
    /// It belongs to the thread that this one was forked from.
    Replayed,
    /// A running total that fell, without saying what was used.
    TotalFell,
    /// The same file tells it better.
    ToldBetter,
    /// A database of the same tool holds it too.
    InDatabase,
    /// Another log of the same tool holds it too.
    InOtherLog,
    /// The file is compressed and damaged from here on.
    BadCompression,
}

impl Reason {
    /// Returns it in words.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::TooLong => "longer than 64 MiB",
            Self::Broken => "no whole JSON object",
            Self::NoCounts => "usage without counts",
            Self::AllZero => "usage that is all zero",
            Self::NoTime => "no time",
            Self::Synthetic => "answer that the tool made up itself",
            Self::ApiError => "error of the provider",
            Self::Repeated => "counts that were told before",
            Self::Replayed => "history of the thread it was forked from",
            Self::TotalFell => "running total that fell",
            Self::ToldBetter => "counts that the file also tells per request",
            Self::InDatabase => "message that is also in the database",
            Self::InOtherLog => "request that is also in the analytics log",
            Self::BadCompression => "damaged compressed data",
        }
    }
}
