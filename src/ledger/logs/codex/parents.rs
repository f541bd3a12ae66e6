//! The threads that others were forked from, to know what of a log is only a copy of theirs.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use super::{
    counts::Counts,
    line::{Record, Said},
};
use crate::{
    ledger::logs::{
        follow::modified,
        lines::{Line, Lines, Next},
        scan::{Text, Torn},
    },
    model::UnixNanos,
};

/// Forks of forks deeper than this are taken to begin there.
const DEEPEST_FORK: usize = 16;

/// Knows them, each read when it is first asked for.
#[derive(Debug)]
pub(super) struct Parents {
    roots: Vec<PathBuf>,
    /// The logs there were when a thread was looked for that is not among those before.
    logs: RefCell<Vec<PathBuf>>,
    /// The folders of these logs, and when something came into them or went: most threads that are
    /// looked for in vain were pruned long ago, and listing all logs for each would take seconds.
    folders: RefCell<Vec<(PathBuf, UnixNanos)>>,
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
            folders: RefCell::default(),
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

    /// Has threads looked for again that were not found: their logs may be there by now.
    pub(super) fn look_again(&self) {
        self.paths.borrow_mut().retain(|_, path| path.is_some());
    }

    fn path(&self, id: &str) -> Option<PathBuf> {
        if id.is_empty() {
            return None;
        }
        let found = self.paths.borrow().get(id).cloned();
        found.unwrap_or_else(|| {
            let path = self.listed(id).or_else(|| self.list().then(|| self.listed(id)).flatten());
            self.paths.borrow_mut().insert(id.to_owned(), path.clone());
            path
        })
    }

    /// Lists the logs again, unless nothing came into any of their folders since the last time;
    /// returns whether it did.
    fn list(&self) -> bool {
        let is_as_it_was = |(folder, changed): &(PathBuf, UnixNanos)| {
            folder.metadata().is_ok_and(|now| modified(&now) == *changed)
        };
        let known = !self.folders.borrow().is_empty();
        if known && self.folders.borrow().iter().all(is_as_it_was) {
            return false;
        }
        let files = super::list(&self.roots).files;
        let roots = self.roots.iter().filter_map(|root| root.canonicalize().ok());
        let roots: Vec<PathBuf> = roots.collect();
        let above = |file: &PathBuf| {
            let is_below = |folder: &Path| roots.iter().any(|root| folder.starts_with(root));
            let folders = file.ancestors().skip(1).take_while(|folder| is_below(folder));
            folders.map(Path::to_owned).collect::<Vec<_>>()
        };
        let folders: BTreeSet<PathBuf> = files.iter().flat_map(above).collect();
        let all = folders.into_iter().chain(roots.iter().cloned());
        let stamped = all.filter_map(|folder| {
            let changed = modified(&folder.metadata().ok()?);
            Some((folder, changed))
        });
        self.folders.replace(stamped.collect());
        self.logs.replace(files);
        self.look_again();
        true
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn threads_that_are_gone_do_not_have_all_logs_listed_for_each_of_them() {
        let home = tempfile::tempdir().unwrap();
        let day = home.path().join("sessions/2026/05/01");
        fs::create_dir_all(&day).unwrap();
        fs::write(day.join("rollout-1-there.jsonl"), "").unwrap();
        let parents = Parents::new(vec![home.path().join("sessions")]);
        assert_eq!(parents.path("gone-1"), None);
        assert!(!parents.list(), "nothing came, so nothing is listed again");
        assert_eq!(parents.path("gone-2"), None);
        assert!(parents.path("there").is_some());
        // One that comes later is found, once somebody looks at all logs or for another thread.
        fs::create_dir_all(home.path().join("sessions/2026/05/02")).unwrap();
        fs::write(home.path().join("sessions/2026/05/02/rollout-2-gone-1.jsonl"), "").unwrap();
        parents.look_again();
        assert!(parents.path("gone-1").is_some());
    }
}
