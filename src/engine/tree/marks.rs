//! The context: which files are marked.

use super::{File, Tree};
use crate::model::{Context, Mark, MarkChange, NodeId, RepoPath, Row, Tokens};

/// Marks of files that went: more than a context holds.
const MARKS_REMEMBERED: usize = 10_000;

impl Tree {
    /// Changes what is marked.
    pub(in crate::engine) fn mark(&mut self, change: &MarkChange) {
        match change {
            MarkChange::Add(ids) => ids.iter().for_each(|&id| self.set_marked(id, true)),
            MarkChange::Remove(ids) => ids.iter().for_each(|&id| self.set_marked(id, false)),
            MarkChange::Toggle(ids) => {
                for &id in ids {
                    let all = self.mark_of(id) == Mark::All;
                    self.set_marked(id, !all);
                }
            }
            MarkChange::Clear => {
                self.marks_gone.clear();
                self.set_marked(NodeId::ROOT, false);
            }
        }
    }

    /// Returns the totals of what is marked.
    pub(in crate::engine) fn context(&self) -> Context {
        let totals = self.totals();
        Context {
            files: totals.marked - totals.marked_pending - totals.marked_skipped,
            pending: totals.marked_pending,
            skipped: totals.marked_skipped,
            tokens: Tokens(totals.marked_tokens),
        }
    }

    /// Returns how much of an entry is marked.
    pub(super) fn mark_of(&self, id: NodeId) -> Mark {
        if let Some(file) = self.file(id) {
            return if file.marked { Mark::All } else { Mark::None };
        }
        let Some(totals) = self.totals_of(id) else { return Mark::None };
        match totals.marked {
            0 => Mark::None,
            all if all == totals.files => Mark::All,
            _ => Mark::Some,
        }
    }

    /// Returns the marked files by path: how many there are, and the ones asked for.
    pub(in crate::engine) fn marked(&self, from: u64, len: u32) -> (u64, Vec<Row>) {
        let mut marked = Vec::new();
        self.each_file(NodeId::ROOT, |id, file| {
            if file.marked {
                marked.push((self.path(id), id));
            }
        });
        marked.sort_unstable();
        let total = marked.len() as u64;
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let page = marked.into_iter().skip(from).take(len as usize);
        (total, page.map(|(_, id)| self.row(id, 0, false)).collect())
    }

    /// Remembers that a marked file went.
    pub(super) fn mark_went(&mut self, path: RepoPath) {
        if self.marks_gone.len() < MARKS_REMEMBERED {
            self.marks_gone.insert(path);
        }
        self.newly_gone += 1;
    }

    /// Returns a file that comes, marked when it was marked when it went.
    pub(super) fn marked_again(&mut self, parent: u32, name: &[u8], file: File) -> File {
        if self.marks_gone.is_empty() {
            return file;
        }
        let path = self.path(NodeId(parent)).child(name);
        let marked = file.marked || self.marks_gone.remove(&path);
        file.marked_as(marked)
    }

    /// Returns how many marked files went since this was asked last.
    pub(in crate::engine) fn take_marks_gone(&mut self) -> u64 {
        std::mem::take(&mut self.newly_gone)
    }

    fn set_marked(&mut self, id: NodeId, marked: bool) {
        let mut files = Vec::new();
        self.each_file(id, |file_id, file| {
            if file.marked != marked {
                files.push(file_id);
            }
        });
        for file_id in files {
            self.change(file_id, |file| file.marked = marked);
        }
    }
}
