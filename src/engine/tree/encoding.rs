//! Another encoding makes other totals.

use super::{NodeKind, Totals, Tree};
use crate::model::{Encoding, SkipTotals};

impl Tree {
    /// Chooses another encoding and works out every total again.
    pub(in crate::engine) fn use_encoding(&mut self, encoding: Encoding) {
        self.encoding = encoding;
        for folder in &mut self.folders {
            folder.totals = Totals::default();
            folder.sorted = None;
        }
        self.skips = SkipTotals::default();
        let parents: Vec<_> = self
            .nodes
            .iter()
            .filter(|node| node.kind == NodeKind::File)
            .map(|node| (node.parent, node.slot))
            .collect();
        for (parent, slot) in parents {
            let file = &self.files[slot as usize];
            let after = Totals::of(file, encoding);
            if let Some(slot) = self.skips.slot(file.status(encoding)) {
                *slot += 1;
            }
            self.spread(parent, &Totals::default(), &after);
        }
    }
}
