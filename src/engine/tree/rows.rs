//! The rows that a dashboard shows, cut out of the tree.

use std::collections::{HashMap, HashSet};

use super::{NodeKind, Tree, filter::Kept};
use crate::model::{
    Bytes, Matched, NodeId, Row, RowKind, RowsPage, RowsQuery, SkippedFile, SkippedPage, Tokens,
};

/// Where a walk over the visible rows is.
struct Cursor {
    index: u64,
    follow_at: Option<u64>,
    rows: Vec<(u32, u16)>,
    from: u64,
    to: u64,
}

impl Tree {
    /// Answers a query for rows.
    pub(in crate::engine) fn rows(&mut self, query: &RowsQuery) -> RowsPage {
        let open: HashSet<u32> = query.open.iter().map(|id| id.0).collect();
        if let Some(filter) = &query.filter {
            return match self.matching(filter, query.sort, query.order) {
                Ok(kept) => self.page_of_matches(&kept, query),
                Err(wrong) => RowsPage { bad_filter: Some(wrong), ..RowsPage::default() },
            };
        }
        for &id in std::iter::once(&0).chain(&open) {
            if self.is_folder(NodeId(id)) {
                let slot = self.nodes[id as usize].slot;
                self.sort_children(slot, query.sort, query.order);
            }
        }
        let first = self.visit(query, &open, query.from);
        let from = moved_to_follow(query, first.follow_at, first.index);
        let shown = if from == query.from { first } else { self.visit(query, &open, from) };
        let rows = self.rows_of(&shown.rows, &open);
        let total = shown.index;
        RowsPage { from, rows, total, follow_at: shown.follow_at, ..RowsPage::default() }
    }

    /// Returns an entry as a row.
    pub(in crate::engine) fn row(&self, id: NodeId, depth: u16, open: bool) -> Row {
        let largest = self.largest_child(self.nodes[id.0 as usize].parent);
        self.row_beside(id, depth, open, largest)
    }

    /// Returns entries as rows, looking each folder's largest child up once.
    fn rows_of(&self, shown: &[(u32, u16)], open: &HashSet<u32>) -> Vec<Row> {
        let mut largest = HashMap::new();
        shown
            .iter()
            .map(|&(id, depth)| {
                let parent = self.nodes[id as usize].parent;
                let largest = *largest.entry(parent).or_insert_with(|| self.largest_child(parent));
                self.row_beside(NodeId(id), depth, open.contains(&id), largest)
            })
            .collect()
    }

    fn row_beside(&self, id: NodeId, depth: u16, open: bool, largest: u64) -> Row {
        let node = self.nodes[id.0 as usize];
        let share = self.share(id.0);
        let holder = &self.folders[self.nodes[node.parent as usize].slot as usize];
        let kind = match node.kind {
            NodeKind::File => {
                RowKind::File { status: self.files[node.slot as usize].status(self.encoding) }
            }
            NodeKind::Folder | NodeKind::Gone => RowKind::Folder { open },
        };
        Row {
            id,
            path: self.path(id),
            depth,
            kind,
            tokens: Tokens(share.tokens),
            bytes: Bytes(share.bytes),
            files: share.files,
            pending: share.pending,
            skipped: share.skipped,
            modified: share.newest,
            largest_sibling: Tokens(largest),
            parent_tokens: Tokens(holder.totals.tokens),
            mark: self.mark_of(id),
            unmarked: share.unmarked(),
        }
    }

    /// Returns the files that were not counted, by path.
    pub(in crate::engine) fn skipped(&self, from: u64, len: u32) -> SkippedPage {
        let mut skipped = Vec::new();
        self.each_file(NodeId::ROOT, |id, file| {
            if file.status(self.encoding).is_skipped() {
                skipped.push((self.path(id), id));
            }
        });
        skipped.sort_unstable();
        let total = skipped.len() as u64;
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let files = skipped
            .into_iter()
            .skip(from)
            .take(len as usize)
            .filter_map(|(path, id)| {
                let status = self.file(id)?.status(self.encoding);
                Some(SkippedFile { path, status, message: self.message(id).map(str::to_owned) })
            })
            .collect();
        SkippedPage { total, files }
    }

    fn page_of_matches(&self, kept: &Kept, query: &RowsQuery) -> RowsPage {
        let matches = &kept.ids;
        let follow_at = query
            .follow
            .and_then(|follow| matches.iter().position(|&id| id == follow.0))
            .map(|at| at as u64);
        let total = matches.len() as u64;
        let from = moved_to_follow(query, follow_at, total);
        let first = usize::try_from(from).unwrap_or(usize::MAX);
        let page = matches.iter().skip(first).take(query.len as usize);
        let shown: Vec<_> = page.map(|&id| (id, 0)).collect();
        let rows = self.rows_of(&shown, &HashSet::new());
        let matched = self.matched(kept);
        RowsPage { from, rows, total, follow_at, matched, ..RowsPage::default() }
    }

    /// Sums up what matches, each file once.
    fn matched(&self, kept: &Kept) -> Matched {
        let mut matched = Matched::default();
        for &id in kept.tops.iter() {
            let share = self.share(id);
            matched.files += share.files;
            matched.tokens += Tokens(share.tokens);
            matched.pending += share.pending;
        }
        matched
    }

    /// Walks over all visible rows and keeps those from `from` on.
    fn visit(&self, query: &RowsQuery, open: &HashSet<u32>, from: u64) -> Cursor {
        let mut cursor = Cursor {
            index: 0,
            follow_at: None,
            rows: Vec::with_capacity(query.len as usize),
            from,
            to: from.saturating_add(u64::from(query.len)),
        };
        let follow = query.follow.map(|id| id.0);
        // A stack of positions, since a tree may be a thousand folders deep.
        let mut stack = vec![(0_u32, 0_usize)];
        while let Some((folder, at)) = stack.pop() {
            let children = &self.folders[self.nodes[folder as usize].slot as usize].children;
            let depth = number_of(stack.len());
            for (at, &child) in children.iter().enumerate().skip(at) {
                cursor.pass(child, depth, follow);
                if open.contains(&child) && self.is_folder(NodeId(child)) {
                    stack.push((folder, at + 1));
                    stack.push((child, 0));
                    break;
                }
            }
        }
        cursor
    }

    fn largest_child(&self, parent: u32) -> u64 {
        let folder = &self.folders[self.nodes[parent as usize].slot as usize];
        match folder.sorted {
            Some((crate::model::Sort::Tokens, crate::model::Order::Natural)) => {
                folder.children.first().map_or(0, |&child| self.share(child).tokens)
            }
            _ => folder.children.iter().map(|&child| self.share(child).tokens).max().unwrap_or(0),
        }
    }
}

impl Cursor {
    fn pass(&mut self, child: u32, depth: u16, follow: Option<u32>) {
        if follow == Some(child) {
            self.follow_at = Some(self.index);
        }
        if (self.from..self.to).contains(&self.index) {
            self.rows.push((child, depth));
        }
        self.index += 1;
    }
}

/// Returns the first row so that the followed entry is on the page, moving as little as possible,
/// and so that the page is full when there are rows enough.
fn moved_to_follow(query: &RowsQuery, follow_at: Option<u64>, total: u64) -> u64 {
    let len = u64::from(query.len);
    let mut from = query.from.min(total.saturating_sub(len));
    if let Some(at) = follow_at {
        if at < from {
            from = at;
        } else if len > 0 && at >= from + len {
            from = at + 1 - len;
        }
    }
    from
}

fn number_of(depth: usize) -> u16 {
    u16::try_from(depth).unwrap_or(u16::MAX)
}
