//! From the backlog to the queue, from the queue to the workers.

use super::{
    pool::CountJob,
    run::Engine,
    warmup::{Candidate, order},
};
use crate::model::{FileStatus, NodeId, Priority};

/// Queued warm-up: enough to feed every worker, little enough that what a person asks for next
/// is merged and reordered cheaply.
const WARM_UP_QUEUED: usize = 1024;
/// Files in a batch at most: a worker is back within a frame or two.
const BATCH_FILES: usize = 32;
/// Bytes in a batch at most, as far as sizes are known.
const BATCH_BYTES: u64 = 512 << 10;

impl Engine {
    /// Gives every free worker a batch.
    pub(super) fn dispatch(&mut self) {
        if self.work.queue.is_paused() {
            return;
        }
        while let Some(worker) = self.work.pool.free() {
            self.feed_queue();
            let batch = self.lease_batch();
            if batch.is_empty() {
                return;
            }
            self.publisher.tasks();
            self.work.pool.give(worker, batch);
        }
    }

    /// Moves files from the backlog to the queue while it runs low.
    fn feed_queue(&mut self) {
        let encoding = self.tree.encoding();
        while self.work.queue.len() < WARM_UP_QUEUED {
            let Some(node) = self.work.backlog.pop_front() else { return };
            let pending = self
                .tree
                .file(node)
                .is_some_and(|file| file.status(encoding) == FileStatus::Pending);
            if pending && self.enqueue_pending(node, Priority::Low).is_err() {
                self.work.backlog.push_front(node);
                return;
            }
        }
    }

    fn lease_batch(&mut self) -> Vec<CountJob> {
        let now = self.now();
        let encoding = self.tree.encoding();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
            let Some(leased) = self.work.queue.lease(now) else { break };
            let Some(file) = self.tree.file(leased.job.node) else {
                // It went away while it waited.
                self.work.queue.complete(leased.id, now);
                continue;
            };
            let size = file.fingerprint.size;
            bytes += size.0;
            self.work.queue.set_progress(leased.id, size);
            let path = self.tree.path(leased.job.node);
            batch.push(CountJob { id: leased.id, node: leased.job.node, path, encoding });
        }
        batch
    }

    /// Puts every pending file into the backlog, the one that is wanted soonest first.
    pub(super) fn refill_backlog(&mut self) {
        let encoding = self.tree.encoding();
        let mut candidates = Vec::new();
        self.tree.each_file(NodeId::ROOT, |node, file| {
            if file.status(encoding) == FileStatus::Pending {
                candidates.push(Candidate {
                    node,
                    in_open_folder: false,
                    marked: file.marked,
                    modified: file.fingerprint.modified,
                    used: file.read_at,
                });
            }
        });
        let open: std::collections::HashSet<NodeId> = std::iter::once(&NodeId::ROOT)
            .chain(&self.work.looked_at)
            .flat_map(|&folder| self.tree.direct_files(folder))
            .map(|(node, _)| node)
            .collect();
        for candidate in &mut candidates {
            candidate.in_open_folder = open.contains(&candidate.node);
        }
        order(&mut candidates, self.clock.wall());
        self.work.backlog = candidates.into_iter().map(|candidate| candidate.node).collect();
    }
}
