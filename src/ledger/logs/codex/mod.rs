//! The logs of Codex: one file per thread, plain or compressed, with running counts.

mod counts;
mod line;
mod parents;
mod patch;
mod settings;
mod thread;

#[cfg(test)]
mod tests;

use std::{
    cell::OnceCell,
    collections::HashSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use memchr::memmem;

pub(super) use self::counts::Counts;
use self::{
    line::Record,
    parents::Parents,
    settings::Settings,
    thread::{Around, Thread},
};
use super::{
    Found, Listing, Seen, Stop, UsageLog,
    find::below,
    follow::{Tail, follow, open, read_all},
    lines::{Line, Lines},
    reason::Reason,
    sink::Sink,
};
use crate::model::Tool;

/// Reads them.
#[derive(Debug)]
pub(super) struct Codex {
    home: PathBuf,
    parents: Parents,
    stop: Stop,
}

impl Codex {
    /// Reads the logs in this folder of Codex.
    pub(super) fn new(home: PathBuf) -> Self {
        let parents = Parents::new(roots(&home));
        Self { home, parents, stop: Stop::default() }
    }

    /// Has it end early when this is asked.
    pub(super) fn until(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }
}

impl UsageLog for Codex {
    fn tool(&self) -> Tool {
        Tool::Codex
    }

    fn roots(&self) -> Vec<PathBuf> {
        roots(&self.home)
    }

    fn list(&self) -> Listing {
        self.parents.look_again();
        list(&roots(&self.home))
    }

    fn is_new_log(&self, file: &Path) -> bool {
        // Which of two files of one name counts, only a look at all of them tells.
        let active = roots(&self.home).first().and_then(|root| root.canonicalize().ok());
        let is_active = active.is_some_and(|root| file.starts_with(root));
        is_active && is_log(file) && !is_compressed(file)
    }

    fn read(&self, file: &Path, seen: &Seen, found: &mut dyn FnMut(Found)) -> io::Result<Seen> {
        let session = stem(file);
        let settings = OnceCell::new();
        let around =
            Around { session: &session, home: &self.home, settings, parents: &self.parents };
        if is_compressed(file) {
            return read_compressed(file, &around, seen, (&self.stop, found));
        }
        follow(file, seen, (Tail::Look, &self.stop, found), |state, line, sink| {
            take(line, state, &around, sink);
        })
    }
}

/// What the model is when nothing says it.
const FALLBACK_MODEL: &str = "gpt-5";

/// Returns the model of requests whose log says none, given the folder of Codex.
pub(super) fn usual_model(home: Option<&Path>) -> String {
    let model = home.and_then(|home| Settings::read(home).model);
    model.unwrap_or_else(|| FALLBACK_MODEL.to_owned())
}

/// Reads a compressed log, always whole: it is written once. One that was not read to its end is
/// read again.
fn read_compressed(
    file: &Path,
    around: &Around<'_>,
    seen: &Seen,
    (stop, found): (&Stop, &mut dyn FnMut(Found)),
) -> io::Result<Seen> {
    let Some(opened) = open(file, seen)? else { return Ok(seen.clone()) };
    let mut sink = Sink::of_log(found, opened.seen.modified);
    let mut lines = Lines::new(decompressed(opened.file)?, 0);
    let each = |state: &mut Thread, line: Line<'_>, sink: &mut Sink<'_>| {
        take(line, state, around, sink);
    };
    let read = read_all(&mut lines, Thread::default(), (Tail::Look, stop), &mut sink, each);
    if stop.is_asked() {
        return Ok(seen.clone());
    }
    if read.is_err() {
        sink.skip(Reason::BadCompression);
    }
    sink.finish();
    Ok(Seen { offset: 0, state: String::new(), ..opened.seen })
}

/// Takes a line into a thread.
fn take(line: Line<'_>, thread: &mut Thread, around: &Around<'_>, sink: &mut Sink<'_>) {
    match Record::read(line.bytes) {
        Ok(Some(record)) => thread.take(record, around, sink),
        Ok(None) => {}
        Err(_) => {
            let usage: [&[u8]; 2] = [b"\"token_count\"", b"\"token_usage_record\""];
            if usage.iter().any(|needle| memmem::find(line.bytes, needle).is_some()) {
                sink.skip(Reason::Broken);
            }
        }
    }
}

fn roots(home: &Path) -> Vec<PathBuf> {
    vec![home.join("sessions"), home.join("archived_sessions")]
}

/// Returns the logs below the folder of the active ones and that of the archived ones: a plain one
/// rather than its compressed copy, and an active one rather than an archived one.
fn list(roots: &[PathBuf]) -> Listing {
    let mut names = HashSet::new();
    let (mut kept, mut folders, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
    for root in roots {
        let found = below(std::slice::from_ref(root), &is_log);
        unreadable.extend(found.unreadable);
        folders.extend(found.folders);
        let all = found.files;
        let plain: HashSet<&PathBuf> = all.iter().filter(|path| !is_compressed(path)).collect();
        let is_double =
            |path: &PathBuf| is_compressed(path) && plain.contains(&path.with_extension(""));
        let single: Vec<&PathBuf> = all.iter().filter(|path| !is_double(path)).collect();
        kept.extend(single.iter().filter(|path| !names.contains(&stem(path))).copied().cloned());
        names.extend(single.iter().map(|path| stem(path)));
    }
    kept.sort_unstable();
    kept.dedup();
    Listing { files: kept, folders, unreadable }
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.ends_with(b".jsonl") || name.ends_with(b".jsonl.zst")
}

fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "zst")
}

/// Returns the name of a log without its endings.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".zst").unwrap_or(&name);
    name.strip_suffix(".jsonl").unwrap_or(name).to_owned()
}

/// Opens the text of a log.
fn text_of(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    Ok(if is_compressed(path) { Box::new(decompressed(file)?) } else { Box::new(file) })
}

/// Decompresses all frames of a file.
fn decompressed(file: File) -> io::Result<impl Read> {
    zstd::stream::read::Decoder::new(file)
}
