//! Where the cache did not help: folders whose files had to be counted.

use std::collections::HashMap;

use super::{Node, NodeKind, Tree};
use crate::model::{ColdSpot, NodeId, Shown};

/// Folders are looked at so deep: below, a person would rather name the folder above.
const DEPTH: u16 = 2;

impl Tree {
    /// Returns the folders whose counts were computed most often in this session, at most `most`.
    /// Each file belongs to one of them: above the deepest it is the folder that it lies in.
    pub(in crate::engine) fn cold_spots(&self, most: usize) -> Vec<ColdSpot> {
        let looked_at = |node: &Node| node.kind == NodeKind::Folder && node.depth <= DEPTH;
        let folders = || (0_u32..).zip(self.nodes.iter()).filter(|(_, node)| looked_at(node));
        let counted = |node: &Node| {
            let totals = &self.folders[node.slot as usize].totals;
            let counted = totals.files - totals.pending - totals.skipped;
            (totals.files, counted.saturating_sub(totals.from_cache))
        };
        let mut below: HashMap<u32, (u64, u64)> = HashMap::new();
        for (_, node) in folders().filter(|(_, node)| node.depth > 0) {
            let (files, misses) = counted(node);
            let below = below.entry(node.parent).or_default();
            *below = (below.0 + files, below.1 + misses);
        }
        let spot = |(at, node): (u32, &Node)| {
            let (all, in_others) = (counted(node), below.get(&at).copied().unwrap_or_default());
            let files = all.0.saturating_sub(in_others.0);
            let misses = all.1.saturating_sub(in_others.1);
            let path = self.path(NodeId(at));
            let place =
                if path.is_root() { Shown::text(".") } else { Shown::bytes(path.as_bytes()) };
            (misses > 0).then(|| ColdSpot { place: place.to_string(), misses, files })
        };
        let mut spots: Vec<ColdSpot> = folders().filter_map(spot).collect();
        spots.sort_by(|a, b| b.misses.cmp(&a.misses).then_with(|| a.place.cmp(&b.place)));
        spots.truncate(most);
        spots
    }
}
