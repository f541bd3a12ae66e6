//! What must outlive the engine: the path index, the queue, the store.

use std::{path::PathBuf, time::Duration};

use tokio::sync::{mpsc, oneshot};

use super::{
    report::Report,
    run::{Engine, reply},
    saved::{SavedQueue, SavedTask},
    tree::{File, FileState},
};
use crate::{
    count::VERSION,
    model::{EventKind, NodeId, Priority, TaskKind, Tier},
    store::{IndexRecord, IndexState, PressureReading, Store},
};

/// Between two writes of the index while work goes on: what a crash may cost is hashed again,
/// not counted again.
const EVERY: Duration = Duration::from_secs(30);
/// After the last change, when nothing more comes.
const AT_REST: Duration = Duration::from_secs(2);

/// Between two looks at the machine's memory, while counting fills ours.
const MEMORY_EVERY: Duration = Duration::from_secs(2);

/// Decides when to write.
#[derive(Debug)]
pub(super) struct Keeper {
    due: Option<Duration>,
    last: Duration,
    /// When the machine's memory was looked at last.
    memory: Duration,
    /// Where the queue is kept; `None` keeps nothing.
    queue_file: Option<PathBuf>,
}

impl Keeper {
    /// Returns a keeper of a queue.
    pub(super) const fn of(queue_file: Option<PathBuf>) -> Self {
        Self { due: None, last: Duration::ZERO, memory: Duration::ZERO, queue_file }
    }

    /// Notes that there is something to write.
    pub(super) fn touch(&mut self, now: Duration) {
        self.due = Some((self.last + EVERY).max(now + AT_REST));
    }

    /// Returns when to write next.
    pub(super) const fn due(&self) -> Option<Duration> {
        self.due
    }
}

impl Engine {
    /// Writes what must be kept, when it is time.
    pub(super) fn keep_when_due(&mut self) {
        let now = self.now();
        if self.keeper.due.is_none_or(|due| due > now) {
            return;
        }
        self.keeper.due = None;
        self.keeper.last = now;
        self.save_queue();
        let Some((root, records)) = self.index() else { return };
        let (store, reports) = (self.store.clone(), self.reports.clone());
        self.in_background("larder-index", move || {
            let saved = store.save_index(&root, VERSION, records.into_iter());
            let saved = saved.map_err(|error| error.to_string());
            if reports.blocking_send(Report::IndexSaved(saved)).is_err() {
                tracing::debug!("the engine ended while the index was written");
            }
        });
    }

    /// Gives memory back when the machine runs short of it; nothing is filled while nothing runs.
    pub(super) fn ease_memory(&mut self) {
        let now = self.now();
        if now.saturating_sub(self.keeper.memory) < MEMORY_EVERY {
            return;
        }
        self.keeper.memory = now;
        let store = self.store.clone();
        self.in_background("larder-memory", move || ease(&store, &PressureReading::of_system()));
    }

    /// Returns every settled file as a record of the path index.
    fn index(&self) -> Option<(PathBuf, Vec<IndexRecord>)> {
        let repository = self.repository.as_ref()?;
        // Half a tree would lose what the index knows of the other half.
        if !repository.scans.complete || self.store.owner_pid().is_some() {
            return None;
        }
        let mut records = Vec::new();
        self.tree.each_file(NodeId::ROOT, |node, file| {
            if let Some(state) = state_in_index(file) {
                records.push(IndexRecord {
                    path: self.tree.path(node),
                    fingerprint: file.fingerprint,
                    read_at: file.read_at,
                    state,
                });
            }
        });
        Some((repository.root.clone(), records))
    }

    fn save_queue(&mut self) {
        let Some(file) = self.keeper.queue_file.clone() else { return };
        let saved = SavedQueue {
            next_id: self.work.queue.next_id(),
            tasks: self.work.queue.saved(|node| self.tree.path(node)),
        };
        if let Err(error) = saved.save(&file) {
            tracing::error!("the queue is not kept: {error}");
        }
    }

    /// Queues again what was queued when larder ended last.
    pub(super) fn restore_saved(&mut self) {
        let Some(file) = self.keeper.queue_file.clone() else { return };
        let loaded = SavedQueue::load(&file);
        if let Some(warning) = &loaded.warning {
            tracing::warn!("{warning}");
        }
        let mut restored = 0;
        for task in loaded.queue.tasks {
            restored += u32::from(self.restore(&task));
        }
        if restored > 0 {
            tracing::info!("{restored} tasks of the last session are queued again");
        }
    }

    fn restore(&mut self, task: &SavedTask) -> bool {
        let encoding = self.tree.encoding();
        let Some(node) = self.tree.find(&task.path) else { return false };
        let Some(file) = self.tree.file(node) else { return false };
        let pending = file.status(encoding).tokens().is_none() && file.is_regular();
        let priority = task.priority.min(Priority::Medium);
        task.kind == TaskKind::Count && pending && self.enqueue(node, priority).is_ok()
    }

    /// Stops all work, writes what must be kept, and says when that is done.
    pub(super) async fn close(
        mut self,
        reports: mpsc::Receiver<Report>,
        closer: Option<oneshot::Sender<()>>,
    ) {
        // Threads that report from now on find nobody and end.
        drop(reports);
        self.cancel_everything();
        self.save_queue();
        let threads = self.work.pool.stop();
        let index = self.index();
        let store = self.store.clone();
        let watch = self.repository.as_mut().and_then(|repository| repository.watch.take());
        let written = tokio::task::spawn_blocking(move || {
            drop(watch);
            for thread in threads {
                if thread.join().is_err() {
                    tracing::error!("a worker had panicked");
                }
            }
            if let Some((root, records)) = index
                && let Err(error) = store.save_index(&root, VERSION, records.into_iter())
            {
                tracing::error!("the path index is not kept: {error}");
            }
            store.close();
        });
        if let Err(error) = written.await {
            tracing::error!("closing failed: {error}");
        }
        self.feed.publish(EventKind::Ended);
        if let Some(closer) = closer {
            reply(closer, ());
        }
    }

    fn cancel_everything(&mut self) {
        use std::sync::atomic::Ordering;
        if let Some(repository) = &self.repository {
            for scan in repository.scans.running.values() {
                scan.cancel.store(true, Ordering::Relaxed);
            }
        }
        for side in &self.work.sides {
            side.stop();
        }
    }
}

/// Shrinks the memory tier when a reading says that memory is short.
pub(super) fn ease(store: &Store, reading: &PressureReading) {
    let tiers = store.status().tiers;
    let held = tiers.iter().find(|tier| tier.tier == Tier::Memory).map_or(0, |tier| tier.entries);
    if let Some(target) = reading.judge().target(held) {
        let gone = store.shrink_memory(usize::try_from(target).unwrap_or(usize::MAX));
        tracing::info!("memory is short: {gone} entries left the memory tier");
    }
}

fn state_in_index(file: &File) -> Option<IndexState> {
    match file.state {
        FileState::Text => {
            let remake_us = file.spent_us();
            Some(IndexState::Text { hash: file.hash, counts: file.counts(), remake_us })
        }
        FileState::Binary => Some(IndexState::Binary { hash: None }),
        FileState::TooLarge
        | FileState::Unread
        | FileState::Unreadable
        | FileState::Special
        | FileState::Link => None,
    }
}
