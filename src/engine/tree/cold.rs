//! Where the cache did not help: folders whose files had to be counted.

use super::{NodeKind, Tree};
use crate::model::{ColdSpot, NodeId, Shown};

/// Folders are looked at so deep: below, a person would rather name the folder above.
const DEPTH: u16 = 2;

impl Tree {
    /// Returns the folders whose counts were computed most often in this session, at most `most`.
    pub(in crate::engine) fn cold_spots(&self, most: usize) -> Vec<ColdSpot> {
        let mut spots: Vec<ColdSpot> = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.kind == NodeKind::Folder && node.depth == DEPTH)
            .filter_map(|(at, node)| {
                let totals = &self.folders[node.slot as usize].totals;
                let counted = totals.files - totals.pending - totals.skipped;
                let misses = counted.saturating_sub(totals.from_cache);
                let path = self.path(NodeId(u32::try_from(at).ok()?));
                let place = Shown::bytes(path.as_bytes()).to_string();
                (misses > 0).then_some(ColdSpot { place, misses, files: totals.files })
            })
            .collect();
        spots.sort_by(|a, b| b.misses.cmp(&a.misses).then_with(|| a.place.cmp(&b.place)));
        spots.truncate(most);
        spots
    }
}
