//! The thread that keeps the books: reads logs as they grow, and answers what was spent.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use super::{
    Books,
    pending::{Extent, Pending},
};
use crate::{
    engine::report::Report,
    model::{
        Answer, Clock, Notice, NoticeLevel, Refusal, RepoPath, Shown, SpendQuery,
        SpendRecordsQuery, SpendState,
    },
    watch::{self, Change, Watch},
};

/// A few screens' worth of questions; what logs tell is one order however much they grow.
const ORDERS: usize = 64;

/// Days change, budgets begin anew, and folders of tools appear without an event: all that is
/// looked at this often.
const LOOK_AGAIN: Duration = Duration::from_mins(10);

/// Progress is told after so many files.
const TELL_EVERY: u64 = 16;

type Back = oneshot::Sender<Result<Answer, Refusal>>;

/// What the thread is asked to do.
#[derive(Debug)]
enum Order {
    Report(SpendQuery, Back),
    Records(SpendRecordsQuery, Back),
    Summary(Back),
    Changed,
    Close,
}

/// The way to the thread; dropping it ends the thread.
#[derive(Debug)]
pub(in crate::engine) struct Accounts {
    orders: SyncSender<Order>,
    pending: Pending,
    thread: Option<JoinHandle<()>>,
}

/// What the thread begins with.
pub(in crate::engine) struct Setup {
    /// Opens the books, on the thread.
    pub(in crate::engine) open: Box<dyn FnOnce() -> Result<Books, super::BooksError> + Send>,
    /// How logs are watched.
    pub(in crate::engine) watch: watch::Options,
    /// Tells the time.
    pub(in crate::engine) clock: Arc<dyn Clock>,
    /// Where news goes.
    pub(in crate::engine) reports: mpsc::Sender<Report>,
}

impl Accounts {
    /// Starts the thread, which reads all logs first.
    ///
    /// # Errors
    /// Fails when no thread can be started.
    pub(in crate::engine) fn start(setup: Setup) -> std::io::Result<Self> {
        let (orders, inbox) = sync_channel(ORDERS);
        let again = Again { orders: orders.clone(), pending: Pending::default() };
        let pending = again.pending.clone();
        let thread = std::thread::Builder::new()
            .name("larder-ledger".to_owned())
            .spawn(move || keep(setup, &inbox, again))?;
        Ok(Self { orders, pending, thread: Some(thread) })
    }

    /// Asks for sums.
    pub(in crate::engine) fn report(&self, query: SpendQuery, back: Back) {
        self.order(Order::Report(query, back));
    }

    /// Asks for single requests.
    pub(in crate::engine) fn records(&self, query: SpendRecordsQuery, back: Back) {
        self.order(Order::Records(query, back));
    }

    /// Asks for everything at a glance.
    pub(in crate::engine) fn summary(&self, back: Back) {
        self.order(Order::Summary(back));
    }

    /// Has the logs read again.
    pub(in crate::engine) fn read_again(&self) {
        self.pending.add(Extent::All);
        self.order(Order::Changed);
    }

    /// Ends the thread; it can be waited for.
    pub(in crate::engine) fn close(mut self) -> Option<JoinHandle<()>> {
        self.order(Order::Close);
        self.thread.take()
    }

    fn order(&self, order: Order) {
        match self.orders.try_send(order) {
            // What changed waits beside the queue, and is read after any other order.
            Ok(())
            | Err(
                TrySendError::Disconnected(Order::Close | Order::Changed)
                | TrySendError::Full(Order::Changed),
            ) => {}
            Err(TrySendError::Full(order) | TrySendError::Disconnected(order)) => refuse(order),
        }
    }
}

impl Drop for Accounts {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.order(Order::Close);
        }
    }
}

fn refuse(order: Order) {
    let busy = || Refusal::LedgerUnavailable("it is too busy".to_owned());
    match order {
        Order::Report(_, back) | Order::Records(_, back) | Order::Summary(back) => {
            drop(back.send(Err(busy())));
        }
        Order::Changed | Order::Close => {}
    }
}

/// The thread.
fn keep(setup: Setup, inbox: &Receiver<Order>, again: Again) {
    let mut keeper = match (setup.open)() {
        Ok(books) => Keeper {
            books,
            watches: Vec::new(),
            watch: setup.watch,
            clock: setup.clock,
            reports: setup.reports,
            again,
        },
        Err(error) => return refuse_all(&error.to_string(), inbox, &setup.reports),
    };
    keeper.read(&Extent::All);
    loop {
        match inbox.recv_timeout(LOOK_AGAIN) {
            Ok(Order::Close) | Err(RecvTimeoutError::Disconnected) => {
                if let Err(error) = keeper.books.close() {
                    tracing::error!("the ledger did not close cleanly: {error}");
                }
                return;
            }
            // Below, with what changed besides.
            Ok(Order::Changed) => {}
            Err(RecvTimeoutError::Timeout) => keeper.again.pending.add(Extent::All),
            Ok(Order::Report(query, back)) => {
                let report = keeper.books.report(&query);
                drop(back.send(Ok(Answer::Spend(Box::new(report)))));
            }
            Ok(Order::Records(query, back)) => {
                let records = keeper.books.records(&query).map_err(|error| {
                    Refusal::LedgerUnavailable(Shown::text(&error.to_string()).to_string())
                });
                drop(back.send(records.map(Answer::SpendRecords)));
            }
            Ok(Order::Summary(back)) => {
                let summary = keeper.books.summary();
                drop(back.send(Ok(Answer::SpendSummary(Box::new(summary)))));
            }
        }
        if let Some(extent) = keeper.again.pending.take() {
            keeper.read(&extent);
        }
    }
}

/// Says what is wrong, and refuses everything from then on.
fn refuse_all(reason: &str, inbox: &Receiver<Order>, reports: &mpsc::Sender<Report>) {
    tracing::error!(reason, "the ledger cannot be opened");
    let state = SpendState::Broken { reason: reason.to_owned() };
    let summary = crate::model::SpendSummary { state, ..Default::default() };
    if reports.blocking_send(Report::Spent(Box::new(summary), Vec::new())).is_err() {
        return;
    }
    while let Ok(order) = inbox.recv() {
        match order {
            Order::Report(_, back) | Order::Records(_, back) | Order::Summary(back) => {
                drop(back.send(Err(Refusal::LedgerUnavailable(reason.to_owned()))));
            }
            Order::Changed => {}
            Order::Close => return,
        }
    }
}

/// The books, and what keeps them up to date.
struct Keeper {
    books: Books,
    /// A watch for each folder of logs that exists.
    watches: Vec<(PathBuf, Watch)>,
    watch: watch::Options,
    clock: Arc<dyn Clock>,
    reports: mpsc::Sender<Report>,
    again: Again,
}

/// The way for watches to have logs read again.
#[derive(Clone, Debug)]
struct Again {
    orders: SyncSender<Order>,
    pending: Pending,
}

impl Again {
    fn tell(&self, extent: Extent) {
        self.pending.add(extent);
        // When the queue is full, the thread comes by here anyway.
        drop(self.orders.try_send(Order::Changed));
    }
}

impl Keeper {
    /// Reads what is new in logs, and tells what that changed.
    fn read(&mut self, extent: &Extent) {
        match extent {
            Extent::Folders(folders) if self.books.refresh_folders(folders) => {}
            Extent::Folders(_) | Extent::All => self.read_all(),
        }
        self.watch_folders();
        let mut notices: Vec<Notice> = self.books.take_notices();
        let at = self.clock.wall();
        let warning = |text| Notice { level: NoticeLevel::Warning, text, at };
        notices.extend(self.books.take_warnings().into_iter().map(warning));
        let summary = Box::new(self.books.summary());
        if self.reports.blocking_send(Report::Spent(summary, notices)).is_err() {
            tracing::debug!("the engine ended while logs were read");
        }
    }

    fn read_all(&mut self) {
        self.watch_roots();
        let mut summary = self.books.summary();
        let reports = self.reports.clone();
        self.books.refresh(&mut |done, files| {
            if done % TELL_EVERY == 0 && done < files {
                summary.state = SpendState::Reading { done, files };
                // Progress may be lost.
                drop(reports.try_send(Report::Spent(Box::new(summary.clone()), Vec::new())));
            }
        });
    }

    /// Watches the folders of logs that exist by now.
    fn watch_roots(&mut self) {
        if !self.watch.enabled {
            return;
        }
        self.watches.retain(|(root, _)| root.is_dir());
        for root in self.books.roots() {
            if !root.is_dir() || self.watches.iter().any(|(known, _)| *known == root) {
                continue;
            }
            let (again, below) = (self.again.clone(), root.clone());
            let tell = move |change| match change {
                Change::Folders(folders) => {
                    let path = |folder: &RepoPath| below.join(folder.as_path());
                    again.tell(Extent::Folders(folders.iter().map(path).collect()));
                }
                Change::All { .. } | Change::RootGone => again.tell(Extent::All),
                Change::Head => {}
                Change::State(state) => tracing::debug!("the watch of logs: {state:?}"),
            };
            let options = watch::Options { rescan_seconds: 0, ..self.watch.clone() };
            let watch = Watch::start(&root, None, &options, Arc::clone(&self.clock), tell);
            watch.add(vec![RepoPath::root()]);
            self.watches.push((root, watch));
        }
    }

    /// Watches every folder that holds a log.
    fn watch_folders(&self) {
        for (root, watch) in &self.watches {
            let mut folders: Vec<RepoPath> = self
                .books
                .folders_below(root)
                .into_iter()
                .filter_map(|folder| RepoPath::below(root, &folder))
                .collect();
            folders.sort_unstable();
            folders.dedup();
            watch.add(folders);
        }
    }
}
