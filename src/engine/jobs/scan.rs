//! Lists what is on the disk, and compares it with the path index on the way.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use tokio::sync::mpsc;

use crate::{
    count::VERSION,
    engine::{
        report::{Report, Scanned},
        tree::FileState,
    },
    model::RepoPath,
    store::{PathIndex, Store},
    walk::{self, Found, WalkError, Walked},
};

/// Few enough that the tree fills visibly, enough that the loop is not woken for every file.
const FOUND_PER_REPORT: usize = 512;

/// What to list.
#[derive(Debug)]
pub(in crate::engine) struct Scan {
    pub(in crate::engine) number: u32,
    pub(in crate::engine) root: PathBuf,
    pub(in crate::engine) start: RepoPath,
    /// How deep, `None` for all.
    pub(in crate::engine) depth: Option<usize>,
    pub(in crate::engine) options: walk::Options,
    /// Where to look unchanged files up: only for the first scan, later ones know the tree.
    pub(in crate::engine) index_of: Option<Store>,
    pub(in crate::engine) cancel: Arc<AtomicBool>,
    pub(in crate::engine) reports: mpsc::Sender<Report>,
}

/// Collects what one walker thread finds, and sends it in portions.
struct Portion<'a> {
    scan: u32,
    found: Vec<Scanned>,
    index: Option<&'a PathIndex>,
    reports: &'a mpsc::Sender<Report>,
    cancel: &'a AtomicBool,
}

impl Scan {
    /// Lists everything, then reports the end. Runs on a thread of its own.
    pub(in crate::engine) fn run(self) {
        let end = self.list();
        let branch = walk::branch(&self.root);
        let report = Report::ScanEnded { scan: self.number, end, branch };
        if self.reports.blocking_send(report).is_err() {
            tracing::debug!("the engine ended before scan {}", self.number);
        }
    }

    fn list(&self) -> Result<Walked, WalkError> {
        let index = self.index_of.as_ref().map(|store| store.load_index(&self.root, VERSION));
        let sink = || {
            let mut portion = Portion {
                scan: self.number,
                found: Vec::new(),
                index: index.as_ref(),
                reports: &self.reports,
                cancel: &self.cancel,
            };
            move |found| portion.take(found)
        };
        walk::walk(&self.root, &self.start, self.depth, &self.options, &self.cancel, sink)
    }
}

impl Portion<'_> {
    fn take(&mut self, found: Found) {
        self.found.push(match found {
            Found::Folder(path) => Scanned::Folder(path),
            Found::File { path, fingerprint, too_large } => {
                let known = self.index.and_then(|index| index.unchanged(&path, &fingerprint));
                Scanned::File { path, fingerprint, too_large, known }
            }
            Found::Special(path) => odd(path, FileState::Special, None),
            Found::Link(path) => odd(path, FileState::Link, None),
            Found::Unreadable { path, message } => odd(path, FileState::Unreadable, Some(message)),
        });
        if self.found.len() >= FOUND_PER_REPORT {
            self.send();
        }
    }

    fn send(&mut self) {
        let found = std::mem::take(&mut self.found);
        if !found.is_empty()
            && self.reports.blocking_send(Report::Scanned { scan: self.scan, found }).is_err()
        {
            self.cancel.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

impl Drop for Portion<'_> {
    fn drop(&mut self) {
        self.send();
    }
}

const fn odd(path: RepoPath, state: FileState, message: Option<String>) -> Scanned {
    Scanned::Odd { path, state, message }
}
