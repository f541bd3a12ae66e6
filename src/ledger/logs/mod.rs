//! The logs of tools that ask language models: one file for each tool.
//!
//! Deliberately not here: prices, and what was counted before. Nothing here is ever written to.

mod aider;
mod claude;
mod codex;
mod find;
mod follow;
mod gemini;
mod growing;
mod lines;
mod moment;
mod opencode;
mod reason;
mod scan;
mod sink;
mod sources;
mod stop;
mod touched;
mod usage;
mod whole;

use std::{fmt::Debug, io, path::Path, path::PathBuf};

use serde::{Deserialize, Serialize};

pub(in crate::ledger) use self::follow::HEAD;
pub use self::{
    follow::unread,
    sources::{SourceOptions, codex_model, has_session, sources},
    stop::Stop,
    usage::{AnswerUsage, NoUsage, answers_of, usage_of},
};
use super::Request;
use crate::model::{Tool, UnixNanos};

/// The logs of one tool.
pub trait UsageLog: Debug + Send {
    /// Returns whose logs these are.
    fn tool(&self) -> Tool;

    /// Returns the folders that hold them, whether they exist or not: what is to be watched.
    fn roots(&self) -> Vec<PathBuf>;

    /// Returns the roots that are searched however deep, and not only looked into.
    fn deep_roots(&self) -> Vec<PathBuf> {
        self.roots()
    }

    /// Returns the log files there are now, sorted, each once however many ways lead to it, and the
    /// folders that could not be looked into.
    fn list(&self) -> Listing;

    /// Says whether a file of this path, which was not there when logs were listed, is a log
    /// whatever other files there are. It lies below a root, and the path is the true one.
    fn is_new_log(&self, file: &Path) -> bool;

    /// Says whether only the larder that has the repository of a log open looks for it.
    fn is_of_repository(&self, file: &Path) -> bool {
        let _ = file;
        false
    }

    /// Reads what `file` holds after `seen` and returns how far it came. What cannot be used is
    /// found as skipped, with the reason.
    ///
    /// # Errors
    /// Fails when the file cannot be read at all; `seen` then still holds.
    fn read(&self, file: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen>;
}

/// The logs of a tool.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Listing {
    /// They.
    pub files: Vec<PathBuf>,
    /// The folders that were looked into, whether there are logs in them or not.
    pub folders: Vec<PathBuf>,
    /// Folders that could not be looked into, and why: there may be logs in them.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// How far a log file was read.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Seen {
    /// The device it lay on.
    pub device: u64,
    /// Its inode.
    pub inode: u64,
    /// Its size.
    pub size: u64,
    /// When it was changed.
    pub modified: UnixNanos,
    /// Bytes that need not be read again; always the start of a line.
    pub offset: u64,
    /// A hash of its first bytes, to know a file that took its place.
    pub head: u64,
    /// What the reader must remember between two reads, in its own form.
    pub state: String,
}

/// Something that a log holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A request, perhaps one that is known already.
    Request(Box<Request>),
    /// Lines that hold no request although they look like it, for one reason.
    Skipped {
        /// Why, in words that are the same for the same reason.
        reason: &'static str,
        /// How many.
        lines: u64,
    },
    /// What the provider said of a window that it limits.
    Window(Window),
}

/// A window of time that a provider limits.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Window {
    /// Its length in minutes: 300 and 10080 are usual.
    pub minutes: u64,
    /// Used, in percent.
    pub percent: f64,
    /// When it ends.
    pub resets: UnixNanos,
    /// When that was said.
    pub at: UnixNanos,
}

#[cfg(test)]
pub(in crate::ledger) mod tests;
