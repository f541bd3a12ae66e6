//! The worker threads that count files.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use tokio::sync::mpsc;

use super::{
    jobs::count::{Tools, Workshop},
    report::{Outcome, Report},
};
use crate::model::{Encoding, NodeId, RepoPath, TaskId};

/// One batch in work and one waiting, so that a worker need not wait for the loop.
pub(super) const BATCHES_AHEAD: usize = 2;

/// By how much workers stand back behind the threads that answer.
const NICE: i32 = 5;

/// A file to count.
#[derive(Debug)]
pub(super) struct CountJob {
    pub(super) id: TaskId,
    pub(super) node: NodeId,
    pub(super) path: RepoPath,
    pub(super) encoding: Encoding,
}

/// The workers. Dropping it lets them finish their batches and end.
#[derive(Debug)]
pub(super) struct Pool {
    workers: Vec<WorkerThread>,
}

#[derive(Debug)]
struct WorkerThread {
    batches: Option<SyncSender<Vec<CountJob>>>,
    /// The task in work, 0 when none is.
    current: Arc<AtomicU64>,
    ahead: usize,
    thread: Option<JoinHandle<()>>,
}

impl Pool {
    /// Starts `size` workers that report to `reports`.
    ///
    /// # Errors
    /// Fails when the system gives no threads at all; fewer than asked is logged.
    pub(super) fn start(
        size: usize,
        workshop: &Workshop,
        reports: &mpsc::Sender<Report>,
    ) -> std::io::Result<Self> {
        let mut workers = Vec::with_capacity(size);
        for number in 0..size {
            match WorkerThread::start(number, workshop.clone(), reports.clone()) {
                Ok(worker) => workers.push(worker),
                Err(error) if workers.is_empty() => return Err(error),
                Err(error) => {
                    tracing::warn!("{number} of {size} workers could be started: {error}");
                    break;
                }
            }
        }
        Ok(Self { workers })
    }

    /// Returns how many workers there are.
    pub(super) const fn size(&self) -> usize {
        self.workers.len()
    }

    /// Returns a worker that can take a batch, the one with the fewest first.
    pub(super) fn free(&self) -> Option<usize> {
        let (number, worker) =
            self.workers.iter().enumerate().min_by_key(|(_, worker)| worker.ahead)?;
        (worker.ahead < BATCHES_AHEAD).then_some(number)
    }

    /// Gives a batch to a worker that [`Pool::free`] named.
    pub(super) fn give(&mut self, number: usize, batch: Vec<CountJob>) {
        let worker = &mut self.workers[number];
        let Some(batches) = &worker.batches else { return };
        // The channel holds as many as `free` allows, so this neither waits nor fails while the
        // worker lives; a worker only ends when the pool does.
        if batches.try_send(batch).is_ok() {
            worker.ahead += 1;
        }
    }

    /// Notes that a worker is through with a batch.
    pub(super) fn returned(&mut self, number: usize) {
        let worker = &mut self.workers[number];
        worker.ahead = worker.ahead.saturating_sub(1);
    }

    /// Returns the tasks that are in work this moment.
    pub(super) fn current(&self) -> Vec<TaskId> {
        let current = self.workers.iter().map(|worker| worker.current.load(Ordering::Relaxed));
        current.filter(|&id| id != 0).map(TaskId).collect()
    }

    /// Takes no more batches, and returns the threads to wait for.
    pub(super) fn stop(&mut self) -> Vec<JoinHandle<()>> {
        for worker in &mut self.workers {
            worker.batches = None;
        }
        self.workers.iter_mut().filter_map(|worker| worker.thread.take()).collect()
    }
}

impl WorkerThread {
    fn start(
        number: usize,
        workshop: Workshop,
        reports: mpsc::Sender<Report>,
    ) -> std::io::Result<Self> {
        let (batches, inbox) = sync_channel(BATCHES_AHEAD);
        let current = Arc::new(AtomicU64::new(0));
        let shown = Arc::clone(&current);
        let thread = thread::Builder::new()
            .name(format!("larder-count-{number}"))
            .spawn(move || work(number, &workshop, &inbox, &reports, &shown))?;
        Ok(Self { batches: Some(batches), current, ahead: 0, thread: Some(thread) })
    }
}

fn work(
    number: usize,
    workshop: &Workshop,
    inbox: &Receiver<Vec<CountJob>>,
    reports: &mpsc::Sender<Report>,
    current: &AtomicU64,
) {
    // Of this thread alone: keys and frames come before counting where cores are few.
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!("the worker keeps its priority: {error}");
    }
    let mut tools = workshop.tools();
    while let Ok(batch) = inbox.recv() {
        let outcomes = batch
            .into_iter()
            .take_while(|_| !reports.is_closed())
            .map(|job| outcome(workshop, &mut tools, &job, current))
            .collect();
        current.store(0, Ordering::Relaxed);
        if reports.blocking_send(Report::Counted { worker: number, outcomes }).is_err() {
            return;
        }
    }
}

fn outcome(workshop: &Workshop, tools: &mut Tools, job: &CountJob, current: &AtomicU64) -> Outcome {
    current.store(job.id.0, Ordering::Relaxed);
    let end = workshop.count(tools, &job.path, job.encoding);
    Outcome { id: job.id, node: job.node, end }
}
