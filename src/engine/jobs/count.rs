//! Counts one file: read, sniff, hash, ask the store, tokenise if it does not know.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::huge::{HELD, HOLD};
use crate::{
    count::{Counter, VERSION, Worker, is_binary, split_points},
    engine::{
        report::{CountFailure, FileRead},
        retry::ErrorKind,
        tree::FileState,
    },
    model::{
        Bytes, Clock, ContentHash, Encoding, FileStatus, RepoPath, Shown, Tier, Tokens,
        catch_panic, panic_text,
    },
    store::{CountKey, Store},
    walk::{ReadError, Reader},
};

/// Files at least this large are tokenised on all cores: below, threads cost more than they save.
const SPLIT_FROM: usize = 4 << 20;

/// What counting needs and every thread shares.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Workshop {
    pub(in crate::engine) root: PathBuf,
    pub(in crate::engine) max_file: Bytes,
    pub(in crate::engine) counter: Counter,
    /// Where counts are looked up and kept; `None` leaves the cache alone.
    pub(in crate::engine) store: Option<Store>,
    /// Whether anybody wants to know the hash of a content.
    pub(in crate::engine) hashes: bool,
    pub(in crate::engine) clock: Arc<dyn Clock>,
    /// How many threads a large file may use.
    pub(in crate::engine) threads: usize,
}

/// What one thread keeps from file to file.
pub(in crate::engine) struct Tools {
    reader: Reader,
    worker: Worker,
}

impl Tools {
    /// Returns the counter of this thread.
    pub(super) const fn worker(&mut self) -> &mut Worker {
        &mut self.worker
    }
}

impl Workshop {
    /// Returns the tools for one thread.
    pub(in crate::engine) fn tools(&self) -> Tools {
        Tools { reader: Reader::new(), worker: self.counter.worker() }
    }

    /// Counts a file. A panic in here fails this file alone, and names it.
    pub(in crate::engine) fn count(
        &self,
        tools: &mut Tools,
        path: &RepoPath,
        encoding: Encoding,
    ) -> Result<FileRead, CountFailure> {
        let counted = catch_panic(|| self.count_file(tools, path, encoding));
        counted.unwrap_or_else(|message| {
            // The tools may be half-way through something.
            *tools = self.tools();
            tracing::error!("counting {path:?} panicked: {message}");
            Err(CountFailure::of(ErrorKind::Panic, format!("counting panicked: {message}")))
        })
    }

    fn count_file(
        &self,
        tools: &mut Tools,
        path: &RepoPath,
        encoding: Encoding,
    ) -> Result<FileRead, CountFailure> {
        let read_at = self.clock.wall();
        let file = match tools.reader.read(&self.root, path, self.max_file.min(HELD)) {
            Err(ReadError::TooLarge(file)) if file.size <= self.max_file => {
                return self.count_huge(tools, path, encoding, HOLD);
            }
            read => read.map_err(|error| failure_of(&error))?,
        };
        if !file.stable {
            return Err(CountFailure::of(
                ErrorKind::Transient,
                "changed while it was read".to_owned(),
            ));
        }
        let unknown = ContentHash([0; 32]);
        let read = FileRead {
            fingerprint: file.fingerprint,
            read_at,
            state: FileState::Binary,
            hash: unknown,
            encoding,
            tokens: None,
            from: None,
            spent: Duration::ZERO,
        };
        if is_binary(file.bytes) {
            return Ok(read);
        }
        let hash = || ContentHash(*blake3::hash(file.bytes).as_bytes());
        let hash = if self.hashes { hash() } else { unknown };
        let (tokens, from, spent) = self.tokens(&mut tools.worker, hash, encoding, file.bytes)?;
        Ok(FileRead { state: FileState::Text, hash, tokens: Some(tokens), from, spent, ..read })
    }

    fn tokens(
        &self,
        worker: &mut Worker,
        hash: ContentHash,
        encoding: Encoding,
        bytes: &[u8],
    ) -> Result<(Tokens, Option<Tier>, Duration), CountFailure> {
        let mut spent = Duration::ZERO;
        let mut compute = || {
            let began = self.clock.monotonic();
            let tokens = self.tokenise(worker, encoding, bytes)?;
            spent = self.clock.monotonic().saturating_sub(began);
            tracing::debug!("token_count completed in {} ms", spent.as_millis());
            Ok((tokens, spent))
        };
        let Some(store) = &self.store else {
            let (tokens, spent) = compute()?;
            return Ok((tokens, None, spent));
        };
        let key = CountKey { hash, encoding, version: VERSION };
        let (tokens, from) = store.count_or_compute(key, compute)?;
        Ok((tokens, from, spent))
    }

    pub(super) fn tokenise(
        &self,
        worker: &mut Worker,
        encoding: Encoding,
        bytes: &[u8],
    ) -> Result<Tokens, CountFailure> {
        let began = self.clock.monotonic();
        let counted = if bytes.len() < SPLIT_FROM || self.threads < 2 {
            worker.count_bytes(encoding, bytes).map_err(|error| error.to_string())
        } else {
            self.tokenise_in_parts(encoding, bytes)
        };
        counted.map_err(|message| {
            let took = self.clock.monotonic().saturating_sub(began).as_millis();
            tracing::error!("token_count failed after {took} ms: {message}");
            CountFailure::of(ErrorKind::Permanent, message)
        })
    }

    /// Cuts where a cut cannot change the count, and counts the parts side by side.
    fn tokenise_in_parts(&self, encoding: Encoding, bytes: &[u8]) -> Result<Tokens, String> {
        let cuts = split_points(encoding, bytes, self.threads);
        let mut bounds = vec![0];
        bounds.extend(cuts);
        bounds.push(bytes.len());
        std::thread::scope(|scope| {
            let parts: Vec<_> = bounds
                .windows(2)
                .map(|part| {
                    let part = &bytes[part[0]..part[1]];
                    scope.spawn(move || self.counter.worker().count_bytes(encoding, part))
                })
                .collect();
            let counted = parts.into_iter().map(|part| match part.join() {
                Ok(counted) => counted.map_err(|error| error.to_string()),
                Err(panic) => Err(format!("counting panicked: {}", panic_text(panic.as_ref()))),
            });
            counted.sum()
        })
    }
}

impl CountFailure {
    /// Returns a failure of a file that is there and might be text.
    pub(in crate::engine) const fn of(kind: ErrorKind, message: String) -> Self {
        Self { kind, message, gone: false, state: FileState::Unreadable }
    }
}

pub(super) fn failure_of(error: &ReadError) -> CountFailure {
    let kind = if error.is_transient() { ErrorKind::Transient } else { ErrorKind::Permanent };
    let message = Shown::text(&error.to_string()).to_string();
    let failure = CountFailure::of(kind, message);
    match error {
        ReadError::TooLarge(_) => CountFailure { state: FileState::TooLarge, ..failure },
        ReadError::NotRegular(status) => {
            CountFailure { state: state_of_special(*status), ..failure }
        }
        ReadError::Io { .. } => failure,
        // A folder in its place is found by the walk that comes next.
        ReadError::Gone | ReadError::Folder => CountFailure { gone: true, ..failure },
    }
}

/// Returns the state of what turned out to be no regular file.
fn state_of_special(status: FileStatus) -> FileState {
    match status {
        FileStatus::Link => FileState::Link,
        FileStatus::Special => FileState::Special,
        FileStatus::Pending
        | FileStatus::Counted(_)
        | FileStatus::Binary
        | FileStatus::TooLarge
        | FileStatus::Unreadable => FileState::Unreadable,
    }
}
