//! What a folder adds up to.

use super::File;
use crate::model::{Encoding, FileStatus, Tokens, UnixNanos, Unmarked};

/// Sums over the files below a folder.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::engine) struct Totals {
    /// Files.
    pub(in crate::engine) files: u64,
    /// Files that wait for their count.
    pub(in crate::engine) pending: u64,
    /// Files that will have no count.
    pub(in crate::engine) skipped: u64,
    /// Tokens of the counted files.
    pub(in crate::engine) tokens: u64,
    /// Bytes of all files.
    pub(in crate::engine) bytes: u64,
    /// Counted files whose count came from the cache.
    pub(in crate::engine) from_cache: u64,
    /// Marked files, whatever their state.
    pub(in crate::engine) marked: u64,
    /// Marked files that wait for their count.
    pub(in crate::engine) marked_pending: u64,
    /// Marked files that will have no count.
    pub(in crate::engine) marked_skipped: u64,
    /// Tokens of the marked files.
    pub(in crate::engine) marked_tokens: u64,
    /// The newest change ever seen below; a removed file does not take it back.
    pub(in crate::engine) newest: UnixNanos,
}

impl Totals {
    /// Returns what one file adds.
    pub(in crate::engine) fn of(file: &File, encoding: Encoding) -> Self {
        let status = file.status(encoding);
        let tokens = status.tokens().map_or(0, |tokens| tokens.0);
        let pending = u64::from(status == FileStatus::Pending);
        let skipped = u64::from(status.is_skipped());
        let marked = u64::from(file.marked);
        Self {
            files: 1,
            pending,
            skipped,
            tokens,
            bytes: file.fingerprint.size.0,
            from_cache: u64::from(file.from_cache && status.tokens().is_some()),
            marked,
            marked_pending: marked * pending,
            marked_skipped: marked * skipped,
            marked_tokens: marked * tokens,
            newest: file.fingerprint.modified,
        }
    }

    /// Returns what of it is not marked.
    pub(in crate::engine) fn unmarked(&self) -> Unmarked {
        let counted = self.files - self.pending - self.skipped;
        let marked = self.marked - self.marked_pending - self.marked_skipped;
        Unmarked {
            files: counted.saturating_sub(marked),
            pending: self.pending.saturating_sub(self.marked_pending),
            tokens: Tokens(self.tokens.saturating_sub(self.marked_tokens)),
        }
    }

    /// Takes one share out and puts another in.
    pub(in crate::engine) fn replace(&mut self, before: &Self, after: &Self) {
        let swap = |sum: &mut u64, out: u64, new: u64| {
            *sum = sum.saturating_add(new).saturating_sub(out);
        };
        swap(&mut self.files, before.files, after.files);
        swap(&mut self.pending, before.pending, after.pending);
        swap(&mut self.skipped, before.skipped, after.skipped);
        swap(&mut self.tokens, before.tokens, after.tokens);
        swap(&mut self.bytes, before.bytes, after.bytes);
        swap(&mut self.from_cache, before.from_cache, after.from_cache);
        swap(&mut self.marked, before.marked, after.marked);
        swap(&mut self.marked_pending, before.marked_pending, after.marked_pending);
        swap(&mut self.marked_skipped, before.marked_skipped, after.marked_skipped);
        swap(&mut self.marked_tokens, before.marked_tokens, after.marked_tokens);
        self.newest = self.newest.max(after.newest);
    }
}
