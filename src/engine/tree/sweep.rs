//! What a scan did not see is gone.

use std::collections::BTreeSet;

use super::{Folder, NodeKind, Totals, Tree};
use crate::model::NodeId;

impl Tree {
    /// Removes an entry and all below it, and returns the files and folders that went.
    pub(in crate::engine) fn remove(&mut self, id: NodeId) -> Vec<NodeId> {
        self.remove_all(&[id.0])
    }

    /// Removes entries of which none lies in another.
    fn remove_all(&mut self, tops: &[u32]) -> Vec<NodeId> {
        let tops: Vec<u32> =
            tops.iter().copied().filter(|&id| id != 0 && self.has(NodeId(id))).collect();
        let mut gone = Vec::new();
        let mut open = tops.clone();
        while let Some(at) = open.pop() {
            gone.push(NodeId(at));
            let node = self.nodes[at as usize];
            if node.kind == NodeKind::Folder {
                open.extend(&self.folders[node.slot as usize].children);
            }
        }
        for &id in &gone {
            self.leave_totals(id);
        }
        for &id in &gone {
            self.forget(id);
        }
        let parents: BTreeSet<u32> =
            tops.iter().map(|&id| self.nodes[id as usize].parent).collect();
        for parent in parents {
            self.drop_gone_children(parent);
        }
        self.structure += 1;
        gone
    }

    /// Removes what lies below `start` and was not seen by the scan: everything, or with
    /// `direct_only` the direct children and what is in them.
    pub(in crate::engine) fn sweep(
        &mut self,
        start: NodeId,
        scan: u32,
        direct_only: bool,
    ) -> Vec<NodeId> {
        let mut unseen = Vec::new();
        let mut open = vec![start.0];
        while let Some(at) = open.pop() {
            let node = self.nodes[at as usize];
            if node.kind != NodeKind::Folder {
                continue;
            }
            for &child in &self.folders[node.slot as usize].children {
                if self.nodes[child as usize].seen != scan {
                    unseen.push(child);
                } else if !direct_only {
                    open.push(child);
                }
            }
        }
        self.remove_all(&unseen)
    }

    /// Takes a file's share out of the folders above it, which must still be there.
    fn leave_totals(&mut self, id: NodeId) {
        let node = self.nodes[id.0 as usize];
        if node.kind != NodeKind::File {
            return;
        }
        let file = self.files[node.slot as usize];
        if file.marked {
            self.mark_went(id, self.path(id));
        }
        if let Some(slot) = self.skips.slot(file.status(self.encoding)) {
            *slot = slot.saturating_sub(1);
        }
        self.spread(node.parent, &Totals::of(&file, self.encoding), &Totals::default());
    }

    fn forget(&mut self, id: NodeId) {
        let node = self.nodes[id.0 as usize];
        let name_hash = self.hash(node.parent, self.name(&node));
        if let Ok(entry) = self.lookup.find_entry(name_hash, |&other| other == id.0) {
            entry.remove();
        }
        if node.kind == NodeKind::Folder {
            self.folder_count -= 1;
            self.folders[node.slot as usize] = Folder::default();
        }
        self.nodes[id.0 as usize].kind = NodeKind::Gone;
        self.messages.remove(&id);
    }

    fn drop_gone_children(&mut self, parent: u32) {
        let slot = self.nodes[parent as usize].slot as usize;
        let nodes = &self.nodes;
        self.folders[slot].children.retain(|&child| nodes[child as usize].kind != NodeKind::Gone);
    }
}
