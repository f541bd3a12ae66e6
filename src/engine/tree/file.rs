//! One file of the tree.

use std::time::Duration;

use crate::model::{ContentHash, Encoding, FileStatus, Fingerprint, Tokens, UnixNanos};

/// What is known of a file's content.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::engine) enum FileState {
    /// Not read since it changed.
    #[default]
    Unread,
    /// Text, with the hash of its content.
    Text,
    /// Holds a NUL near its start.
    Binary,
    /// Over the size limit.
    TooLarge,
    /// Could not be read.
    Unreadable,
    /// FIFO, socket or device.
    Special,
    /// Symbolic link.
    Link,
}

/// A file: 104 bytes, of which a million are kept.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct File {
    /// As of the last look or read.
    pub(in crate::engine) fingerprint: Fingerprint,
    /// When its content was read.
    pub(in crate::engine) read_at: UnixNanos,
    /// Valid when the state is `Text`.
    pub(in crate::engine) hash: ContentHash,
    /// Tokens by number of encoding; `UNKNOWN` where not counted.
    counts: [u32; 4],
    /// What tokenising took when it was last done here, in microseconds.
    spent_us: u32,
    /// What is known.
    pub(in crate::engine) state: FileState,
    /// True when it is in the context.
    pub(in crate::engine) marked: bool,
    /// True when its count came from the cache.
    pub(in crate::engine) from_cache: bool,
    /// True while the cache holds its counts: a cleared one is counted again at the next start.
    pub(in crate::engine) kept: bool,
}

/// No count: a file of so many tokens would be over any size limit.
const UNKNOWN: u32 = u32::MAX;

impl File {
    /// Returns a file that has not been read.
    pub(in crate::engine) const fn new(fingerprint: Fingerprint, state: FileState) -> Self {
        Self {
            fingerprint,
            read_at: UnixNanos(0),
            hash: ContentHash([0; 32]),
            counts: [UNKNOWN; 4],
            spent_us: 0,
            state,
            marked: false,
            from_cache: false,
            kept: true,
        }
    }

    /// Returns how far it is in an encoding.
    pub(in crate::engine) fn status(&self, encoding: Encoding) -> FileStatus {
        match self.state {
            FileState::Unread => FileStatus::Pending,
            FileState::Text => {
                self.count(encoding).map_or(FileStatus::Pending, FileStatus::Counted)
            }
            FileState::Binary => FileStatus::Binary,
            FileState::TooLarge => FileStatus::TooLarge,
            FileState::Unreadable => FileStatus::Unreadable,
            FileState::Special => FileStatus::Special,
            FileState::Link => FileStatus::Link,
        }
    }

    /// Returns its tokens in an encoding, when counted.
    pub(in crate::engine) fn count(&self, encoding: Encoding) -> Option<Tokens> {
        let count = self.counts[usize::from(encoding.number())];
        (count != UNKNOWN).then_some(Tokens(u64::from(count)))
    }

    /// Returns all counts by number of encoding.
    pub(in crate::engine) fn counts(&self) -> [Option<Tokens>; 4] {
        self.counts.map(|count| (count != UNKNOWN).then_some(Tokens(u64::from(count))))
    }

    /// Sets its tokens in an encoding; more than 2³² − 2 are kept as unknown.
    pub(in crate::engine) fn set_count(&mut self, encoding: Encoding, tokens: Option<Tokens>) {
        self.counts[usize::from(encoding.number())] =
            tokens.and_then(|tokens| u32::try_from(tokens.0).ok()).unwrap_or(UNKNOWN);
    }

    /// Sets all counts by number of encoding.
    pub(in crate::engine) fn set_counts(&mut self, counts: [Option<Tokens>; 4]) {
        for (encoding, tokens) in Encoding::ALL.into_iter().zip(counts) {
            self.set_count(encoding, tokens);
        }
    }

    /// Returns the hash of its content, when it was read.
    pub(in crate::engine) fn known_hash(&self) -> Option<ContentHash> {
        (self.state == FileState::Text).then_some(self.hash)
    }

    /// Returns true when this is the content it had.
    pub(in crate::engine) fn holds(&self, hash: ContentHash) -> bool {
        self.known_hash() == Some(hash)
    }

    /// Returns true for what can be opened and read.
    pub(in crate::engine) const fn is_regular(&self) -> bool {
        !matches!(self.state, FileState::Special | FileState::Link)
    }

    /// Returns what tokenising took, zero when it was not done here.
    pub(in crate::engine) fn spent(&self) -> Duration {
        Duration::from_micros(u64::from(self.spent_us))
    }

    /// Returns what tokenising took in microseconds, when it is known.
    pub(in crate::engine) fn spent_us(&self) -> Option<u32> {
        (self.spent_us > 0).then_some(self.spent_us)
    }

    /// Sets what tokenising took.
    pub(in crate::engine) fn set_spent(&mut self, spent: Duration) {
        self.spent_us = u32::try_from(spent.as_micros()).unwrap_or(u32::MAX);
    }

    /// Returns true when it was seen to change after it had this fingerprint.
    pub(in crate::engine) fn is_newer_than(&self, read: &Fingerprint) -> bool {
        self.state == FileState::Unread && self.fingerprint.changed > read.changed
    }

    /// Returns true when a context that it was or is in may read otherwise than before; that it was
    /// counted in between changes no text.
    pub(in crate::engine) fn is_sent_otherwise(&self, before: &Self) -> bool {
        let other_content = self.fingerprint != before.fingerprint
            || self
                .known_hash()
                .is_some_and(|hash| before.known_hash().is_some_and(|old| old != hash));
        self.marked != before.marked || (self.marked && other_content)
    }

    /// Forgets what was read of it.
    pub(in crate::engine) fn forget(&mut self) {
        *self = Self::new(self.fingerprint, FileState::Unread).marked_as(self.marked);
    }

    /// Returns it marked or not.
    pub(in crate::engine) const fn marked_as(mut self, marked: bool) -> Self {
        self.marked = marked;
        self
    }
}
