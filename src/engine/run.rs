//! The loop: one owner of all state, that reads messages and never blocks.

use std::{
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use super::{
    Envelope, Feed,
    jobs::count::Workshop,
    keep::Keeper,
    offers::Homes,
    pool::Pool,
    publish::Publisher,
    queue::Queue,
    rate::Rate,
    report::Report,
    retry::Retry,
    side::{EndedSide, Side},
    spend::{Accounts, BooksPlan},
    tree::Tree,
};
use crate::{
    model::{Clock, Encoding, ModelInfo, NodeId, RepoPath, SpendSummary, TaskId, WatchState},
    store::Store,
    walk,
    watch::Watch,
};

/// Everything the engine owns.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) repository: Option<Repository>,
    pub(super) tree: Tree,
    pub(super) work: Work,
    pub(super) store: Store,
    pub(super) models: Vec<ModelInfo>,
    pub(super) model: ModelInfo,
    /// The setting that replaces every model's own encoding.
    pub(super) encoding: Option<Encoding>,
    pub(super) workshop: Workshop,
    pub(super) walk: walk::Options,
    pub(super) feed: Feed,
    pub(super) publisher: Publisher,
    pub(super) keeper: Keeper,
    pub(super) money: Money,
    pub(super) homes: Homes,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) reports: mpsc::Sender<Report>,
}

/// What language models cost, as far as it is known here.
#[derive(Debug)]
pub(super) struct Money {
    /// What is needed to open the books.
    pub(super) plan: BooksPlan,
    /// The thread that keeps the books, once somebody asked for them.
    pub(super) accounts: Option<Accounts>,
    /// What it told last.
    pub(super) summary: SpendSummary,
}

/// The folder that is open, and how it is kept true.
#[derive(Debug)]
pub(super) struct Repository {
    pub(super) root: PathBuf,
    pub(super) branch: Option<String>,
    pub(super) watch: Option<Watch>,
    pub(super) watch_state: WatchState,
    pub(super) scans: Scans,
}

/// Scans that run or wait.
#[derive(Debug, Default)]
pub(super) struct Scans {
    pub(super) last: u32,
    pub(super) running: BTreeMap<u32, RunningScan>,
    /// Folders to list: how deep, and as which task.
    pub(super) waiting: BTreeMap<RepoPath, (Depth, TaskId)>,
    /// True once the first walk is over, however it ended.
    pub(super) complete: bool,
    /// True once a walk over everything came to its end: only then the path index is written.
    pub(super) whole: bool,
    /// Folders found by the first scan: watched once it ends, since a watch makes every opening
    /// of a file dearer.
    pub(super) unwatched: Vec<RepoPath>,
    /// True while files that changed between their look and their watch are still to be found.
    pub(super) unchecked: bool,
}

/// A scan in a thread.
#[derive(Debug)]
pub(super) struct RunningScan {
    pub(super) start: RepoPath,
    pub(super) depth: Depth,
    pub(super) cancel: Arc<AtomicBool>,
    /// The task that shows it, when it is shown.
    pub(super) task: Option<TaskId>,
    pub(super) began: Duration,
}

/// How much of a folder a scan lists.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Depth {
    /// Its direct children.
    Children,
    /// All below it.
    All,
}

/// What is queued and running.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) queue: Queue,
    pub(super) retry: Retry,
    pub(super) pool: Pool,
    /// Files to count that the queue has no room for, in the order they are wanted.
    pub(super) backlog: VecDeque<NodeId>,
    pub(super) rate: Rate,
    pub(super) sides: Vec<Side>,
    /// Folders that are looked at.
    pub(super) looked_at: Vec<NodeId>,
    /// Tasks beside the counting that ended lately, the last one last.
    pub(super) ended: VecDeque<EndedSide>,
}

impl Engine {
    /// Runs until it is closed or nobody holds a handle.
    pub(super) async fn run(
        mut self,
        mut inbox: mpsc::Receiver<Envelope>,
        mut reports: mpsc::Receiver<Report>,
    ) {
        self.begin();
        let closer = loop {
            self.dispatch();
            let wake = self.next_wake();
            tokio::select! {
                biased;
                envelope = inbox.recv() => match envelope {
                    Some(Envelope::Close(done)) => break Some(done),
                    Some(envelope) => self.take(envelope),
                    None => break None,
                },
                Some(report) = reports.recv() => {
                    self.absorb(report);
                    // Drain what is ready, so that a burst costs one round.
                    for _ in 0..DRAINED_PER_ROUND {
                        let Ok(report) = reports.try_recv() else { break };
                        self.absorb(report);
                    }
                }
                () = sleep_for(wake) => {}
            }
            self.check_once();
            self.publish_when_due();
            self.keep_when_due();
        };
        self.close(reports, closer).await;
    }

    fn take(&mut self, envelope: Envelope) {
        match envelope {
            Envelope::Command(command, back) => {
                let accepted = self.accept(command);
                self.publisher.hurry();
                reply(back, accepted);
            }
            Envelope::Question(question, back) => self.answer(question, back),
            Envelope::Subscribe(back) => {
                self.publish_now();
                reply(back, (self.snapshot(), self.feed.subscribe()));
            }
            Envelope::Close(_) => {}
        }
    }

    /// Returns the time by the engine's clock.
    pub(super) fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    /// Returns how long the loop may sleep, `None` for as long as nothing happens.
    fn next_wake(&self) -> Option<Duration> {
        let now = self.now();
        let retry = self.work.queue.next_due(now);
        [self.publisher.due(), self.keeper.due(), retry]
            .into_iter()
            .flatten()
            .min()
            .map(|at| at.saturating_sub(now))
    }
}

/// A few batches: enough to keep up, few enough that a question waits no longer than a frame.
const DRAINED_PER_ROUND: usize = 8;

/// Sends an answer; whoever asked may have left, which is fine.
pub(super) fn reply<T>(back: oneshot::Sender<T>, answer: T) {
    drop(back.send(answer));
}

async fn sleep_for(wake: Option<Duration>) {
    match wake {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
