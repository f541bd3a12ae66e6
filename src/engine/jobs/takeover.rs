//! What comes into the store and leaves it beside the counting: results, imports, exports; and
//! making it anew.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use super::{
    count::Workshop,
    side::{failed, stopped},
};
use crate::{
    count::{VERSION, Worker, is_binary},
    engine::report::SideEnd,
    import::{About, Hooks, Importer, Keeping, Kept, KeptName, Tag, TagRole},
    model::{
        Bytes, ContentHash, Encoding, EntryKey, ImportReport, ImportRequest, Kind, NoticeLevel,
        ResultEntry, Shown, Tokens,
    },
    store::{CountKey, Keyed, Store, TagsKey},
};

/// How far a task is.
#[derive(Debug, Default)]
pub(in crate::engine) struct Pieces {
    done: AtomicU64,
    total: AtomicU64,
}

impl Pieces {
    /// Returns pieces done and in all, when there are any.
    pub(in crate::engine) fn read(&self) -> Option<(u64, u64)> {
        let total = self.total.load(Relaxed);
        (total > 0).then(|| (self.done.load(Relaxed).min(total), total))
    }

    fn note(&self, done: u64, total: u64) {
        self.done.store(done, Relaxed);
        self.total.store(total, Relaxed);
    }
}

/// Removes one entry.
pub(in crate::engine) fn remove(store: &Store, key: &EntryKey) -> SideEnd {
    let kind = store.entry(key).map(|details| details.entry.kind);
    let removed = kind.is_some_and(|kind| store.remove(kind, key));
    SideEnd::Removed { entries: u64::from(removed) }
}

/// Makes the store anew without what is gone.
pub(in crate::engine) fn compact(store: &Store, cancel: &AtomicBool) -> SideEnd {
    match store.compact(cancel) {
        Ok(done) => SideEnd::Compacted { before: done.before, after: done.after },
        Err(error) => stopped("compact the cache", &error),
    }
}

/// Writes entries into a file.
pub(in crate::engine) fn export(
    store: &Store,
    file: &Path,
    kind: Option<Kind>,
    cancel: &AtomicBool,
) -> SideEnd {
    match store.export(file, kind, cancel) {
        Ok(report) => SideEnd::Exported(report),
        Err(error) => stopped("export", &error),
    }
}

/// Keeps a result; it is safe on the disk when this returns.
pub(in crate::engine) fn keep(store: &Store, entry: &ResultEntry) -> SideEnd {
    match store.put_result(entry) {
        Ok(_) => SideEnd::Kept,
        Err(error) => failed("keep the result", &error),
    }
}

/// What an import needs.
#[derive(Debug)]
pub(in crate::engine) struct Takeover {
    pub(in crate::engine) store: Store,
    pub(in crate::engine) workshop: Workshop,
    pub(in crate::engine) pieces: Arc<Pieces>,
}

impl Takeover {
    /// Takes over the cache of another tool, or an export of larder.
    pub(in crate::engine) fn run(&self, request: &ImportRequest, cancel: &AtomicBool) -> SideEnd {
        if Store::is_export(&request.source) {
            return self.take_export(request, cancel);
        }
        let mut worker = self.workshop.counter.worker();
        let importer = Importer {
            root: self.workshop.root.clone(),
            max_file: self.workshop.max_file,
            clock: &*self.workshop.clock,
            cancel,
        };
        let hooks = Hooks {
            keep: &mut |kept, about| self.keep(kept, about),
            read_back: &mut |name| self.read_back(name),
            stored: &mut |names| self.stored(names),
            count: Some(&mut |bytes, encoding| count(&mut worker, bytes, encoding)),
            progress: &mut |done, total| self.pieces.note(done, total),
        };
        let ended = match importer.run(request, hooks) {
            Ok(report) => SideEnd::Imported(Box::new(report)),
            Err(crate::import::ImportError::Cancelled) => return SideEnd::Cancelled,
            Err(error) => return failed("import", &error),
        };
        // What is said to be in the cache is on the disk by then.
        match self.store.checkpoint() {
            Ok(()) => ended,
            Err(error) => failed("write the cache", &error),
        }
    }

    /// Takes over what another larder wrote; each entry is checked on its way in.
    fn take_export(&self, request: &ImportRequest, cancel: &AtomicBool) -> SideEnd {
        if let Some(to) = &request.backup
            && let Err(error) = crate::import::backup(&request.source, to)
        {
            return failed("make the backup", &error);
        }
        match self.store.import(request, cancel) {
            Ok(report) => {
                let backup = request.backup.clone();
                SideEnd::Imported(Box::new(ImportReport { backup, ..report }))
            }
            Err(error) => stopped("import", &error),
        }
    }

    fn keep(&self, kept: &Kept, about: About) -> Result<Keeping, String> {
        match kept {
            Kept::Count(hash, encoding, tokens) => {
                self.store.put_count(count_key(*hash, *encoding), *tokens, about.counting);
            }
            Kept::Tags(hash, tags) => {
                let value = serde_json::to_vec(&tags.iter().map(Row::of).collect::<Vec<_>>())
                    .map_err(|error| error.to_string())?;
                self.store.keep(&tags_key(*hash), &value, tagging(about.bytes));
            }
            Kept::Result(entry) => {
                let key = self.store.put_result(entry).map_err(|error| error.to_string())?;
                if let Some(used) = about.used {
                    self.store.note_uses(Kind::Result, key, used, about.uses);
                }
            }
        }
        Ok(Keeping::Stored)
    }

    /// Returns what is kept under these names takes, when all of it is on the disk.
    fn stored(&self, names: &[KeptName]) -> Bytes {
        if let Err(error) = self.store.checkpoint() {
            tracing::warn!(%error, "what an import keeps is not safe on the disk yet");
        }
        self.store.disk_bytes_of(names.iter().map(|name| match name {
            KeptName::Count(hash, encoding) => {
                (Kind::Count, count_key(*hash, *encoding).entry_key())
            }
            KeptName::Tags(hash) => (Kind::Tags, tags_key(*hash).entry_key()),
            KeptName::Result(factors) => (Kind::Result, factors.entry_key()),
        }))
    }

    /// Looks for what is kept; it is nobody's use of the cache, and counts as none.
    fn read_back(&self, name: &KeptName) -> Option<Kept> {
        match name {
            KeptName::Count(hash, encoding) => {
                let tokens = self.store.peek_count(&count_key(*hash, *encoding))?;
                Some(Kept::Count(*hash, *encoding, tokens))
            }
            KeptName::Tags(hash) => {
                let value = self.store.peek(&tags_key(*hash))?;
                let rows: Vec<Row> = serde_json::from_slice(&value).ok()?;
                Some(Kept::Tags(*hash, rows.into_iter().map(Row::tag).collect()))
            }
            KeptName::Result(factors) => {
                let key = factors.entry_key();
                let entry = self.store.result_of_key(&key)?;
                Some(Kept::Result(Box::new(entry)))
            }
        }
    }
}

/// Returns what is said of an import; the log names what failed first and what was left out.
pub(in crate::engine) fn told(report: &ImportReport) -> (NoticeLevel, String) {
    for (what, why) in &report.failures {
        tracing::warn!("not imported: {}: {}", Shown::text(what), Shown::text(why));
    }
    let more = report.failed.saturating_sub(report.failures.len() as u64);
    if more > 0 {
        tracing::warn!("{more} more were not imported");
    }
    for (reason, entries) in &report.skipped {
        tracing::info!(entries, "left out by the import: {}", Shown::text(reason));
    }
    let left_out: u64 = report.skipped.iter().map(|(_, entries)| entries).sum();
    let imported = format!("imported {}", entries_of(report.imported));
    let left_out = if left_out > 0 { format!(", left out {left_out}") } else { String::new() };
    match report.failures.first() {
        None => (NoticeLevel::Info, format!("{imported}{left_out}")),
        Some((what, why)) => {
            let failed = format!("{} failed, the first: {what}: {why}", report.failed);
            (NoticeLevel::Warning, format!("{imported}{left_out}, {failed}"))
        }
    }
}

/// Returns a number of entries with the word for them: `1 entry`, `12 entries`.
pub(in crate::engine) fn entries_of(entries: u64) -> String {
    format!("{entries} {}", if entries == 1 { "entry" } else { "entries" })
}

/// Bytes a second from which tree-sitter makes tags: measured on 19 MB of Ruby in 3,449 files, which
/// took 2.7 s on one thread.
const TAGGED_PER_SECOND: u64 = 7_000_000;

/// Returns what making the tags of a file again takes.
const fn tagging(bytes: Bytes) -> Duration {
    Duration::from_micros(bytes.0.saturating_mul(1_000_000) / TAGGED_PER_SECOND)
}

const fn count_key(hash: ContentHash, encoding: Encoding) -> CountKey {
    CountKey { hash, encoding, version: VERSION }
}

/// Returns the key of tags that aider found: of its grammars, not of larder's.
fn tags_key(content: ContentHash) -> TagsKey {
    TagsKey { content, grammar: "aider".to_owned(), query: 4 }
}

fn count(worker: &mut Worker, bytes: &[u8], encoding: Encoding) -> Option<Tokens> {
    if is_binary(bytes) {
        return None;
    }
    worker.count_bytes(encoding, bytes).ok()
}

/// A tag as it is kept: name, whether it is a definition, line.
#[derive(serde::Deserialize, serde::Serialize)]
struct Row(String, bool, Option<u32>);

impl Row {
    fn of(tag: &Tag) -> Self {
        Self(tag.name.clone(), tag.role == TagRole::Definition, tag.line)
    }

    fn tag(self) -> Tag {
        let role = if self.1 { TagRole::Definition } else { TagRole::Reference };
        Tag { name: self.0, role, line: self.2 }
    }
}
