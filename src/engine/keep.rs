//! What must outlive the engine: the path index, the queue, the store.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use super::{
    queue::Job,
    report::Report,
    run::{Engine, reply},
    saved::{SavedQueue, SavedTask},
    tree::{File, FileList, FileState},
};
use crate::{
    count::VERSION,
    model::{EventKind, RepoPath, TaskKind, Tier},
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
        let next = if self.last.is_zero() { now } else { self.last + EVERY };
        self.due.get_or_insert(next.max(now + AT_REST));
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
        let queue = self.queue_to_save();
        let index = self.index();
        let (store, reports) = (self.store.clone(), self.reports.clone());
        self.in_background("larder-index", move || {
            save_queue(queue);
            let saved = index.map_or(Ok(()), |(root, files)| {
                let records = files.iter().filter_map(record);
                store.save_index(&root, VERSION, records).map_err(|error| error.to_string())
            });
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

    /// Returns a copy of the files for the path index, to be written elsewhere.
    fn index(&self) -> Option<(PathBuf, FileList)> {
        let repository = self.repository.as_ref()?;
        // Half a tree would lose what the index knows of the other half.
        if !repository.scans.whole || self.store.owner_pid().is_some() {
            return None;
        }
        Some((repository.root.clone(), self.tree.file_list()))
    }

    fn queue_to_save(&self) -> Option<(PathBuf, SavedQueue)> {
        let file = self.keeper.queue_file.clone()?;
        // What the last engine left is only known once the tree is.
        if self.repository.as_ref().is_none_or(|repository| !repository.scans.complete) {
            return None;
        }
        let tasks = self.work.queue.saved(|node| self.tree.path(node));
        Some((file, SavedQueue { next_id: self.work.queue.next_id(), tasks }))
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
        let (job, now) = (Job { kind: TaskKind::Count, node }, self.now());
        task.kind == TaskKind::Count && pending && self.work.queue.restore(job, task, now).is_ok()
    }

    /// Stops all work, writes what must be kept, and says when that is done.
    pub(super) async fn close(
        mut self,
        reports: mpsc::Receiver<Report>,
        closer: Option<oneshot::Sender<Vec<String>>>,
    ) {
        // Threads that report from now on find nobody and end.
        drop(reports);
        self.store.announce_close();
        self.cancel_everything();
        let queue = self.queue_to_save();
        let threads = self.work.pool.stop();
        let index = self.index();
        let store = self.store.clone();
        let books = self.money.accounts.take().and_then(super::spend::Accounts::close);
        let watch = self.repository.as_mut().and_then(|repository| repository.watch.take());
        apart(move || {
            drop(watch);
            save_queue(queue);
            for thread in threads.into_iter().chain(books) {
                if thread.join().is_err() {
                    tracing::error!("a worker had panicked");
                }
            }
            let save = |(root, files): (PathBuf, FileList)| {
                store.save_index(&root, VERSION, files.iter().filter_map(record))
            };
            if let Some(Err(error)) = index.map(save) {
                tracing::error!("the path index is not kept: {error}");
            }
            store.close();
        })
        .await;
        self.feed.publish(EventKind::Ended);
        if let Some(closer) = closer {
            reply(closer, self.store.remarks());
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

fn take<T>(job: &Mutex<Option<T>>) -> Option<T> {
    job.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Runs what may block on a thread of its own, and here when there is none to be had.
async fn apart(run: impl FnOnce() + Send + 'static) {
    let (done, ended) = oneshot::channel::<()>();
    let job = Arc::new(Mutex::new(Some(run)));
    let theirs = Arc::clone(&job);
    let started = thread::Builder::new().name("larder-close".to_owned()).spawn(move || {
        if let Some(run) = take(&theirs) {
            run();
        }
        reply(done, ());
    });
    match started {
        Ok(_) if ended.await.is_ok() => {}
        Ok(_) => tracing::error!("closing failed: its thread has panicked"),
        Err(error) => {
            tracing::warn!("no thread is left to close with: {error}");
            if let Some(run) = take(&job) {
                run();
            }
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

fn save_queue(queue: Option<(PathBuf, SavedQueue)>) {
    if let Some((file, queue)) = queue
        && let Err(error) = queue.save(&file)
    {
        tracing::error!("the queue is not kept: {error}");
    }
}

fn record((path, file): (RepoPath, File)) -> Option<IndexRecord> {
    let state = state_in_index(&file)?;
    Some(IndexRecord { path, fingerprint: file.fingerprint, read_at: file.read_at, state })
}

fn state_in_index(file: &File) -> Option<IndexState> {
    match file.state {
        FileState::Text => {
            let remake_us = file.spent_us();
            let counts = if file.kept { file.counts() } else { [None; 4] };
            Some(IndexState::Text { hash: file.hash, counts, remake_us })
        }
        FileState::Binary => Some(IndexState::Binary { hash: None }),
        FileState::TooLarge
        | FileState::Unread
        | FileState::Unreadable
        | FileState::Special
        | FileState::Link => None,
    }
}
