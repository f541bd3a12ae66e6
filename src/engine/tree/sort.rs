//! The order of a folder's children.

use std::cmp::Ordering;

use super::{NodeKind, Totals, Tree};
use crate::model::{NodeId, Order, Sort};

impl Tree {
    /// Puts a folder's children in order, unless they are.
    pub(super) fn sort_children(&mut self, slot: u32, sort: Sort, order: Order) {
        let folder = &mut self.folders[slot as usize];
        if folder.sorted == Some((sort, order)) {
            return;
        }
        let mut children = std::mem::take(&mut folder.children);
        // Stable and fast on what is nearly sorted, as children are between two counts.
        children.sort_by(|&a, &b| self.compare(a, b, sort, order));
        let folder = &mut self.folders[slot as usize];
        folder.children = children;
        folder.sorted = Some((sort, order));
    }

    /// Compares two entries; equal ones by name, so that the order never wavers.
    pub(super) fn compare(&self, a: u32, b: u32, sort: Sort, order: Order) -> Ordering {
        let by = match sort {
            Sort::Name => self.folders_first(a, b).then_with(|| self.by_name(a, b)),
            Sort::Tokens => self.share(b).tokens.cmp(&self.share(a).tokens),
            Sort::Count => self.share(b).files.cmp(&self.share(a).files),
            Sort::Modified => self.share(b).newest.cmp(&self.share(a).newest),
        };
        let by = match order {
            Order::Natural => by,
            Order::Reverse => by.reverse(),
        };
        by.then_with(|| self.by_name(a, b)).then(a.cmp(&b))
    }

    /// Returns the totals of an entry, of a file as well.
    pub(super) fn share(&self, id: u32) -> Totals {
        let node = &self.nodes[id as usize];
        match node.kind {
            NodeKind::Folder => self.folders[node.slot as usize].totals,
            NodeKind::File => Totals::of(&self.files[node.slot as usize], self.encoding),
            NodeKind::Gone => Totals::default(),
        }
    }

    /// Returns the totals of a folder.
    pub(super) fn totals_of(&self, id: NodeId) -> Option<&Totals> {
        let node = self.nodes.get(id.0 as usize)?;
        (node.kind == NodeKind::Folder).then(|| &self.folders[node.slot as usize].totals)
    }

    fn folders_first(&self, a: u32, b: u32) -> Ordering {
        let is_file = |id: u32| self.nodes[id as usize].kind == NodeKind::File;
        is_file(a).cmp(&is_file(b))
    }

    fn by_name(&self, a: u32, b: u32) -> Ordering {
        self.name(&self.nodes[a as usize]).cmp(self.name(&self.nodes[b as usize]))
    }
}
