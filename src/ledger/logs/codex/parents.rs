//! The threads that others were forked from, to know what of a log is only a copy of theirs.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use super::{
    counts::Counts,
    line::{Record, Said},
};
use crate::ledger::logs::{
    lines::{Line, Lines, Next},
    scan::{Text, Torn},
};

/// Forks of forks deeper than this are taken to begin there.
const DEEPEST_FORK: usize = 16;

/// Knows them, each read when it is first asked for.
#[derive(Debug)]
pub(super) struct Parents {
    roots: Vec<PathBuf>,
    /// The logs there were when a thread was looked for that is not among those before.
    logs: RefCell<Vec<PathBuf>>,
    /// Where the log of a thread lies, or that it was not found.
    paths: RefCell<HashMap<String, Option<PathBuf>>>,
    /// The counts of the thread that was asked for last: its forks are read one after the other.
    last: RefCell<Option<Told>>,
}

/// The running counts that a thread told, as hashes.
#[derive(Debug)]
struct Told {
    id: String,
    size: u64,
    counts: HashSet<u64>,
}

impl Parents {
    /// Looks for threads below these folders.
    pub(super) fn new(roots: Vec<PathBuf>) -> Self {
        Self {
            roots,
            logs: RefCell::default(),
            paths: RefCell::default(),
            last: RefCell::default(),
        }
    }

    /// Says whether this thread told these counts; false when its log is not at hand.
    pub(super) fn hold(&self, id: &str, total: Option<Counts>, last: Option<Counts>) -> bool {
        let Some(path) = self.path(id) else { return false };
        let Ok(size) = path.metadata().map(|file| file.len()) else { return false };
        let mut told = self.last.borrow_mut();
        let is_known = told.as_ref().is_some_and(|told| told.id == id && told.size == size);
        if !is_known {
            // What can be read of it counts.
            let mut counts = HashSet::new();
            let _ = each_line(&path, &mut |record| {
                if let Said::Counts(counted) = record.said {
                    counts.insert(hash(counted.total, counted.last));
                }
                true
            });
            *told = Some(Told { id: id.to_owned(), size, counts });
        }
        told.as_ref().is_some_and(|told| told.counts.contains(&hash(total, last)))
    }

    /// Returns the thread that the history of this one began with, as far as logs are at hand.
    pub(super) fn root(&self, id: &str) -> String {
        let mut root = id.to_owned();
        for _ in 0..DEEPEST_FORK {
            match self.path(&root).and_then(|path| parent(&path)) {
                Some(parent) if !parent.is_empty() => root = parent,
                Some(_) | None => break,
            }
        }
        root
    }

    fn path(&self, id: &str) -> Option<PathBuf> {
        if id.is_empty() {
            return None;
        }
        let found = self.paths.borrow().get(id).cloned();
        found.unwrap_or_else(|| {
            let path = self.listed(id).or_else(|| {
                self.logs.replace(super::files(&self.roots));
                self.listed(id)
            });
            self.paths.borrow_mut().insert(id.to_owned(), path.clone());
            path
        })
    }

    fn listed(&self, id: &str) -> Option<PathBuf> {
        self.logs.borrow().iter().find(|path| is_of(path, id)).cloned()
    }
}

/// Says whether a log is named after this thread.
fn is_of(path: &Path, id: &str) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let name = name.strip_suffix(b".zst").unwrap_or(name);
    name.strip_suffix(b".jsonl").unwrap_or(name).ends_with(id.as_bytes())
}

fn hash(total: Option<Counts>, last: Option<Counts>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (total, last).hash(&mut hasher);
    hasher.finish()
}

/// Returns the thread that the log of another one says it was forked from.
fn parent(path: &Path) -> Option<String> {
    let mut parent = None;
    each_line(path, &mut |record| {
        if let Said::Session(session) = &record.said {
            parent = session.forked_from.or(session.parent).map(Text::to_text);
            return false;
        }
        // A log begins with its session.
        false
    })
    .ok()?;
    parent
}

/// Hands on what matters in a log until `each` returns false.
fn each_line(path: &Path, each: &mut dyn FnMut(Record<'_>) -> bool) -> io::Result<()> {
    let mut lines = Lines::new(super::text_of(path)?, 0);
    loop {
        match lines.next()? {
            Next::Line(Line { bytes, .. }) => {
                let record: Result<Option<Record<'_>>, Torn> = Record::read(bytes);
                if let Ok(Some(record)) = record
                    && !each(record)
                {
                    return Ok(());
                }
            }
            Next::TooLong => {}
            Next::Tail(_) => return Ok(()),
        }
    }
}
