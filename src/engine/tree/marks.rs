//! The context: which files are marked.

use super::{File, Tree, filter::Pattern};
use crate::model::{
    Context, FileStatus, Filter, Mark, MarkChange, MarkLevel, NodeId, RepoPath, Row, Tokens,
};

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
                    let all = matches!(self.mark_of(id), Mark::All | Mark::Name);
                    self.set_marked(id, !all);
                }
            }
            MarkChange::Paths(paths) => {
                for (path, level) in paths {
                    self.mark_path(path, *level);
                }
            }
            MarkChange::NextLevel(ids) => ids.iter().for_each(|&id| self.next_level(id)),
            MarkChange::Clear => {
                self.marks_gone.clear();
                self.names_only.clear();
                self.set_marked(NodeId::ROOT, false);
            }
        }
    }

    /// Returns the totals of what is marked.
    pub(in crate::engine) fn context(&self) -> Context {
        let totals = self.totals();
        let mut context = Context {
            names: self.names_only.len() as u64,
            files: totals.marked - totals.marked_pending - totals.marked_skipped,
            pending: totals.marked_pending,
            skipped: totals.marked_skipped,
            tokens: Tokens(totals.marked_tokens),
            version: self.version,
        };
        // Of these only the name is sent, whatever is in them.
        for file in self.names_only.iter().filter_map(|id| self.file(*id)) {
            match file.status(self.encoding) {
                FileStatus::Counted(tokens) => {
                    context.files = context.files.saturating_sub(1);
                    context.tokens = Tokens(context.tokens.0.saturating_sub(tokens.0));
                }
                FileStatus::Pending => context.pending = context.pending.saturating_sub(1),
                FileStatus::Binary
                | FileStatus::TooLarge
                | FileStatus::Unreadable
                | FileStatus::Special
                | FileStatus::Link => context.skipped = context.skipped.saturating_sub(1),
            }
        }
        context
    }

    /// Returns how much of an entry is marked.
    pub(in crate::engine) fn mark_of(&self, id: NodeId) -> Mark {
        if let Some(file) = self.file(id) {
            if self.names_only.contains(&id) {
                return Mark::Name;
            }
            return if file.marked { Mark::All } else { Mark::None };
        }
        let Some(totals) = self.totals_of(id) else { return Mark::None };
        match totals.marked {
            0 => Mark::None,
            all if all == totals.files => Mark::All,
            _ => Mark::Some,
        }
    }

    /// Returns the marked files that a filter keeps, by path: how many there are, and so many of
    /// them from one on.
    pub(in crate::engine) fn marked(
        &self,
        (from, len): (u64, u32),
        filter: Option<Filter>,
    ) -> (u64, Vec<Row>) {
        let pattern = filter.map(|filter| Pattern::or_part(&filter.0));
        let mut marked = Vec::new();
        self.each_file(NodeId::ROOT, |id, file| {
            if !file.marked {
                return;
            }
            let path = self.path(id);
            if pattern.as_ref().is_none_or(|pattern| pattern.keeps(path.as_bytes())) {
                marked.push((path, id));
            }
        });
        marked.sort_unstable();
        let total = marked.len() as u64;
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let page = marked.into_iter().skip(from).take(len as usize);
        (total, page.map(|(_, id)| self.row(id, 0, false)).collect())
    }

    /// Takes a file in by its path, now or when it comes.
    fn mark_path(&mut self, path: &RepoPath, level: MarkLevel) {
        let Some(id) = self.find(path).filter(|id| self.file(*id).is_some()) else {
            if self.marks_gone.len() < MARKS_REMEMBERED {
                self.marks_gone.insert(path.clone(), level);
            }
            return;
        };
        self.set_marked(id, true);
        self.set_level(id, level);
    }

    pub(super) fn set_level(&mut self, id: NodeId, level: MarkLevel) {
        let is_new = match level {
            MarkLevel::Whole => self.names_only.remove(&id),
            MarkLevel::Name => self.names_only.insert(id),
        };
        self.version += u64::from(is_new);
    }

    /// Changes how much of a marked file is in.
    fn next_level(&mut self, id: NodeId) {
        match self.mark_of(id) {
            Mark::All if self.file(id).is_some() => self.set_level(id, MarkLevel::Name),
            Mark::Name => self.set_level(id, MarkLevel::Whole),
            Mark::None | Mark::Some | Mark::All => {}
        }
    }

    /// Remembers that a marked file went.
    pub(super) fn mark_went(&mut self, id: NodeId, path: RepoPath) {
        let level = if self.names_only.remove(&id) { MarkLevel::Name } else { MarkLevel::Whole };
        if self.marks_gone.len() < MARKS_REMEMBERED {
            self.marks_gone.insert(path, level);
        }
        self.newly_gone += 1;
        self.version += 1;
    }

    /// Returns a file that comes, marked when it was marked when it went.
    pub(super) fn marked_again(
        &mut self,
        parent: u32,
        name: &[u8],
        file: File,
    ) -> (File, Option<MarkLevel>) {
        if self.marks_gone.is_empty() {
            return (file, None);
        }
        let path = self.path(NodeId(parent)).child(name);
        let level = self.marks_gone.remove(&path);
        let marked = file.marked || level.is_some();
        (file.marked_as(marked), level)
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
            self.names_only.remove(&file_id);
        }
    }
}
