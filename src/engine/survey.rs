//! Counts folders and files apart from the tree, in the threads that walk: what `larder count`
//! asks.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::{
    jobs::count::{Tools, Workshop},
    report::{CountFailure, FileRead},
    tree::FileState,
};
use crate::{
    count::VERSION,
    model::{
        Bytes, ContentHash, CountReport, CountRequest, CountedFile, CountedFolder, Encoding,
        FileStatus, Fingerprint, Millis, Refusal, RepoPath, Shown, Tokens, UseCache,
    },
    store::{IndexRecord, IndexState, Known, PathIndex},
    walk::{self, Found},
};

/// A file that was found and settled.
struct Settled {
    file: CountedFile,
    /// What the path index should know of it next time.
    known: Option<Known>,
}

impl Settled {
    fn record(&self) -> Option<IndexRecord> {
        let Known { fingerprint, read_at, state } = self.known?;
        Some(IndexRecord { path: self.file.path.clone(), fingerprint, read_at, state })
    }
}

/// What the walker threads share.
struct Survey<'a> {
    workshop: &'a Workshop,
    encoding: Encoding,
    index: Option<PathIndex>,
    settled: Mutex<Vec<Settled>>,
    /// Files that the index was asked for.
    index_asked: AtomicU64,
    index_hits: AtomicU64,
    /// What tokenising the index's hits would have taken, in microseconds.
    saved_us: AtomicU64,
    hits: AtomicU64,
    computed: AtomicU64,
}

/// One walker thread's part.
struct Part<'a> {
    survey: &'a Survey<'a>,
    tools: Option<Tools>,
    settled: Vec<Settled>,
}

/// Counts what a request names.
///
/// # Errors
/// Fails when a path cannot be opened, or when the setting `walk.exclude` holds no valid glob.
pub(super) fn run(
    request: &CountRequest,
    options: &walk::Options,
    workshop: Workshop,
) -> Result<CountReport, Refusal> {
    let (root, starts) = common_root(&request.paths)?;
    let store = workshop.store.clone().filter(|_| request.cache == UseCache::Yes);
    let whole = starts == [RepoPath::root()];
    // Only the cache is asked by what a file holds.
    let hashes = store.is_some();
    let workshop = Workshop { root: root.clone(), store: store.clone(), hashes, ..workshop };
    let survey = Survey {
        workshop: &workshop,
        encoding: request.encoding,
        index: store.as_ref().map(|store| store.load_index(&root, VERSION)),
        settled: Mutex::default(),
        index_asked: AtomicU64::new(0),
        index_hits: AtomicU64::new(0),
        saved_us: AtomicU64::new(0),
        hits: AtomicU64::new(0),
        computed: AtomicU64::new(0),
    };
    let mut warnings = Vec::new();
    for start in &starts {
        warnings.extend(survey.walk(start, options)?);
    }
    let mut settled =
        survey.settled.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    settled.sort_unstable_by(|a, b| a.file.path.cmp(&b.file.path));
    settled.dedup_by(|a, b| a.file.path == b.file.path);
    let index_hits = survey.index_hits.into_inner();
    let computed = survey.computed.into_inner();
    let indexed = survey.index.as_ref().map_or(0, PathIndex::len) as u64;
    if let Some(store) = &store {
        let saved = Millis(survey.saved_us.into_inner() / 1_000);
        let misses = survey.index_asked.into_inner().saturating_sub(index_hits);
        store.record_index(index_hits, misses, saved);
        let known = settled.iter().filter(|one| one.known.is_some()).count() as u64;
        let unchanged = index_hits == indexed && known == indexed;
        let records = settled.iter().filter_map(Settled::record);
        if whole
            && !unchanged
            && let Err(error) = store.save_index(&root, VERSION, records)
        {
            warnings.push(Shown::text(&error.to_string()).to_string());
        }
    }
    let files: Vec<CountedFile> = settled.into_iter().map(|one| one.file).collect();
    Ok(CountReport {
        root,
        encoding: request.encoding,
        folders: folders_of(&files),
        files,
        hits: index_hits + survey.hits.into_inner(),
        computed,
        warnings,
    })
}

impl Survey<'_> {
    fn walk(&self, start: &RepoPath, options: &walk::Options) -> Result<Vec<String>, Refusal> {
        let root = &self.workshop.root;
        if !start.is_root() && !root.join(start.as_path()).is_dir() {
            self.single_file(start, options);
            return Ok(Vec::new());
        }
        let sink = || {
            let mut part = Part { survey: self, tools: None, settled: Vec::new() };
            move |found| part.take(found)
        };
        walk::walk(root, start, None, options, &AtomicBool::new(false), sink)
            .map(|walked| walked.warnings)
            .map_err(|error| Refusal::Unreadable(Shown::text(&error.to_string()).to_string()))
    }

    /// Counts a file that was named itself: no ignore rule leaves it out.
    fn single_file(&self, path: &RepoPath, options: &walk::Options) {
        let mut part = Part { survey: self, tools: None, settled: Vec::new() };
        part.take(walk::look(&self.workshop.root, path, options));
    }
}

impl Part<'_> {
    fn take(&mut self, found: Found) {
        let settled = match found {
            Found::Folder(_) => return,
            Found::File { path, fingerprint, too_large } => {
                self.settle(path, fingerprint, too_large)
            }
            Found::Special(path) => odd(path, FileStatus::Special, None),
            Found::Link(path) => odd(path, FileStatus::Link, None),
            Found::Unreadable { path, message } => odd(path, FileStatus::Unreadable, Some(message)),
        };
        self.settled.push(settled);
    }

    fn settle(&mut self, path: RepoPath, fingerprint: Fingerprint, too_large: bool) -> Settled {
        if too_large {
            let mut settled = odd(path, FileStatus::TooLarge, None);
            settled.file.bytes = fingerprint.size;
            return settled;
        }
        self.survey.index_asked.fetch_add(1, Ordering::Relaxed);
        let known =
            self.survey.index.as_ref().and_then(|index| index.unchanged(&path, &fingerprint));
        if let Some(settled) = known.and_then(|known| self.as_indexed(&path, fingerprint, &known)) {
            self.survey.index_hits.fetch_add(1, Ordering::Relaxed);
            if let Some(IndexState::Text { remake_us: Some(us), .. }) =
                known.map(|known| known.state)
            {
                self.survey.saved_us.fetch_add(u64::from(us), Ordering::Relaxed);
            }
            return settled;
        }
        let survey = self.survey;
        let tools = self.tools.get_or_insert_with(|| survey.workshop.tools());
        match survey.workshop.count(tools, &path, survey.encoding) {
            Ok(read) => self.counted(path, &read, known),
            Err(failure) => failed(path, fingerprint, failure),
        }
    }

    fn as_indexed(
        &self,
        path: &RepoPath,
        fingerprint: Fingerprint,
        known: &Known,
    ) -> Option<Settled> {
        let status = match known.state {
            IndexState::Binary { .. } => FileStatus::Binary,
            IndexState::Text { counts, .. } => {
                let tokens = counts[usize::from(self.survey.encoding.number())]?;
                FileStatus::Counted(tokens)
            }
            IndexState::TooLarge => return None,
        };
        let file =
            CountedFile { path: path.clone(), status, bytes: fingerprint.size, message: None };
        // Of what is unchanged the fingerprint is the known one.
        Some(Settled { file, known: Some(*known) })
    }

    fn counted(&self, path: RepoPath, read: &FileRead, known: Option<Known>) -> Settled {
        let counter = if read.from.is_some() { &self.survey.hits } else { &self.survey.computed };
        let (status, state) = match read.tokens {
            Some(tokens) => {
                counter.fetch_add(1, Ordering::Relaxed);
                let mut counts = known_counts(known, read.hash);
                counts[usize::from(read.encoding.number())] = Some(tokens);
                let spent = u32::try_from(read.spent.as_micros()).unwrap_or(u32::MAX);
                let remake_us = (spent > 0).then_some(spent);
                (
                    FileStatus::Counted(tokens),
                    IndexState::Text { hash: read.hash, counts, remake_us },
                )
            }
            None => (FileStatus::Binary, IndexState::Binary { hash: None }),
        };
        let FileRead { fingerprint, read_at, .. } = *read;
        let known = Known { fingerprint, read_at, state };
        let bytes = fingerprint.size;
        Settled { file: CountedFile { path, status, bytes, message: None }, known: Some(known) }
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let mut settled =
            self.survey.settled.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if settled.is_empty() {
            *settled = std::mem::take(&mut self.settled);
        } else {
            settled.append(&mut self.settled);
        }
    }
}

/// Returns what was known of a content in other encodings.
fn known_counts(known: Option<Known>, hash: ContentHash) -> [Option<Tokens>; 4] {
    match known.map(|known| known.state) {
        Some(IndexState::Text { hash: before, counts, .. }) if before == hash => counts,
        _ => [None; 4],
    }
}

fn odd(path: RepoPath, status: FileStatus, message: Option<String>) -> Settled {
    Settled { file: CountedFile { path, status, bytes: Bytes(0), message }, known: None }
}

fn failed(path: RepoPath, fingerprint: Fingerprint, failure: CountFailure) -> Settled {
    let status = match failure.state {
        FileState::TooLarge => FileStatus::TooLarge,
        FileState::Special => FileStatus::Special,
        FileState::Link => FileStatus::Link,
        FileState::Binary => FileStatus::Binary,
        FileState::Unread | FileState::Text | FileState::Unreadable => FileStatus::Unreadable,
    };
    tracing::error!("{path:?} has no count: {}", failure.message);
    let bytes = fingerprint.size;
    Settled {
        file: CountedFile { path, status, bytes, message: Some(failure.message) },
        known: None,
    }
}

/// Returns the folder that all paths are relative to, and the paths below it.
fn common_root(paths: &[PathBuf]) -> Result<(PathBuf, Vec<RepoPath>), Refusal> {
    let unreadable = |path: &Path, error: &std::io::Error| {
        Refusal::Unreadable(format!("`{}`: {error}", Shown::text(&path.to_string_lossy())))
    };
    let mut real = BTreeSet::new();
    for path in paths {
        // A link that is named itself is not followed: its folder is resolved, not the link.
        let resolved = match path.symlink_metadata() {
            Ok(found) if found.is_symlink() && !path.is_dir() => resolve_parent(path),
            Ok(_) => path.canonicalize(),
            Err(error) => Err(error),
        };
        real.insert(resolved.map_err(|error| unreadable(path, &error))?);
    }
    let mut all = real.iter();
    let mut root = match all.next() {
        Some(first) if first.is_dir() => first.clone(),
        Some(first) => first.parent().unwrap_or(Path::new("/")).to_path_buf(),
        None => return Err(Refusal::Unreadable("nothing: no path was given".to_owned())),
    };
    for path in all {
        while !path.starts_with(&root) {
            root.pop();
        }
    }
    let starts: Vec<RepoPath> =
        real.iter().filter_map(|path| RepoPath::below(&root, path)).collect();
    Ok((root, outermost(&starts)))
}

fn resolve_parent(path: &Path) -> std::io::Result<PathBuf> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new(".")).canonicalize()?;
    Ok(path.file_name().map_or(parent.clone(), |name| parent.join(name)))
}

/// Leaves out what lies in another one, so that nothing is counted twice.
fn outermost(starts: &[RepoPath]) -> Vec<RepoPath> {
    let inside =
        |path: &RepoPath| starts.iter().any(|other| other != path && path.is_within(other));
    starts.iter().filter(|path| !inside(path)).cloned().collect()
}

/// Adds sorted files up into every folder that holds one.
fn folders_of(files: &[CountedFile]) -> Vec<CountedFolder> {
    let mut done = Vec::new();
    let mut open = vec![CountedFolder::default()];
    for file in files {
        while open.last().is_some_and(|folder| !file.path.is_within(&folder.path)) {
            close_last(&mut open, &mut done);
        }
        while let Some(next) = next_folder(&open, &file.path) {
            open.push(CountedFolder { path: next, ..CountedFolder::default() });
        }
        if let Some(folder) = open.last_mut() {
            folder.files += 1;
            folder.skipped += u64::from(file.status.is_skipped());
            folder.tokens += file.status.tokens().unwrap_or(Tokens(0));
            folder.bytes += file.bytes;
        }
    }
    while !open.is_empty() {
        close_last(&mut open, &mut done);
    }
    done.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    done
}

fn close_last(open: &mut Vec<CountedFolder>, done: &mut Vec<CountedFolder>) {
    let Some(folder) = open.pop() else { return };
    if let Some(above) = open.last_mut() {
        above.files += folder.files;
        above.skipped += folder.skipped;
        above.tokens += folder.tokens;
        above.bytes += folder.bytes;
    }
    done.push(folder);
}

/// Returns the next folder to open on the way to a file, or `None` when its own is open.
fn next_folder(open: &[CountedFolder], file: &RepoPath) -> Option<RepoPath> {
    let last = &open.last()?.path;
    let rest = &file.as_bytes()[if last.is_root() { 0 } else { last.as_bytes().len() + 1 }..];
    let end = rest.iter().position(|&byte| byte == b'/')?;
    Some(last.child(&rest[..end]))
}
