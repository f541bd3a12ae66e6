//! The thread that keeps the books: reads logs as they grow, and answers what was spent.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
};

use tokio::sync::{mpsc, oneshot};

use super::{
    Books,
    keeper::{Again, Keeper},
    pending::{Extent, Pending},
};
use crate::{
    engine::report::Report,
    model::{
        Answer, Clock, Refusal, Shown, SpendQuery, SpendRecordsQuery, SpendState, catch_panic,
    },
    watch,
};

/// A few screens' worth of questions. What logs tell and the end wait beside them, in [`Pending`],
/// and take one place at most for each question that is answered meanwhile.
const ORDERS: usize = 64;

type Back = oneshot::Sender<Result<Answer, Refusal>>;

/// What the thread is asked to do.
#[derive(Debug)]
pub(super) enum Order {
    Report(SpendQuery, Back),
    Records(SpendRecordsQuery, Back),
    Summary(Back),
    /// Look at what is pending.
    Look,
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
        self.order(Order::Look);
    }

    /// Ends the thread; it can be waited for.
    pub(in crate::engine) fn close(mut self) -> Option<JoinHandle<()>> {
        self.end();
        self.thread.take()
    }

    fn end(&self) {
        self.pending.close();
        self.order(Order::Look);
    }

    fn order(&self, order: Order) {
        match self.orders.try_send(order) {
            Ok(()) => {}
            Err(TrySendError::Full(order) | TrySendError::Disconnected(order)) => refuse(order),
        }
    }
}

impl Drop for Accounts {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.end();
        }
    }
}

fn refuse(order: Order) {
    let busy = || Refusal::LedgerUnavailable("it is too busy".to_owned());
    match order {
        Order::Report(_, back) | Order::Records(_, back) | Order::Summary(back) => {
            drop(back.send(Err(busy())));
        }
        // What is pending is looked at after any other order.
        Order::Look => {}
    }
}

/// The thread.
fn keep(setup: Setup, inbox: &Receiver<Order>, again: Again) {
    let (reports, pending) = (setup.reports.clone(), again.pending.clone());
    let kept = catch_panic(|| keep_books(setup, inbox, again));
    let kept = kept.unwrap_or_else(|message| Err(format!("keeping it panicked: {message}")));
    if let Err(reason) = kept {
        refuse_all(&reason, inbox, (&reports, &pending));
    }
}

/// Answers and reads until the end is asked for; fails when the books cannot be opened.
fn keep_books(setup: Setup, inbox: &Receiver<Order>, again: Again) -> Result<(), String> {
    let mut keeper = Keeper::start(setup, again).map_err(|error| error.to_string())?;
    while !keeper.again.pending.is_closing() {
        match inbox.recv_timeout(keeper.rest()) {
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => keeper.wake(),
            Ok(Order::Look) => {}
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
        if !keeper.again.pending.is_closing()
            && let Some(extent) = keeper.again.pending.take()
        {
            keeper.read(&extent);
        }
    }
    if let Err(error) = keeper.books.close() {
        tracing::error!("the ledger did not close cleanly: {error}");
    }
    Ok(())
}

/// Says what is wrong, and refuses everything until the end is asked for.
fn refuse_all(
    reason: &str,
    inbox: &Receiver<Order>,
    (reports, pending): (&mpsc::Sender<Report>, &Pending),
) {
    tracing::error!(reason, "the ledger cannot be kept");
    let state = SpendState::Broken { reason: reason.to_owned() };
    let summary = crate::model::SpendSummary { state, ..Default::default() };
    if reports.blocking_send(Report::Spent(Box::new(summary), Vec::new())).is_err() {
        return;
    }
    while !pending.is_closing() {
        match inbox.recv() {
            Ok(Order::Report(_, back) | Order::Records(_, back) | Order::Summary(back)) => {
                drop(back.send(Err(Refusal::LedgerUnavailable(reason.to_owned()))));
            }
            Ok(Order::Look) => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Config, Paths},
        model::SystemClock,
    };

    /// Starts the thread, which waits for a word before it opens the books; that word is sent by
    /// dropping what is returned beside it.
    fn started(
        open: impl FnOnce(&Config, Arc<dyn Clock>) -> Books + Send + 'static,
    ) -> (Accounts, std::sync::mpsc::Sender<()>, mpsc::Receiver<Report>) {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let (gate, wait) = std::sync::mpsc::channel();
        let (reports, told) = mpsc::channel(64);
        let with = clock.clone();
        let open = move || {
            let home = tempfile::tempdir().unwrap();
            assert!(wait.recv().is_err(), "nothing is sent");
            Ok(open(&Config::defaults(Paths::below(home.path())), with))
        };
        let setup =
            Setup { open: Box::new(open), watch: watch::Options::default(), clock, reports };
        (Accounts::start(setup).unwrap(), gate, told)
    }

    fn books(config: &Config, clock: Arc<dyn Clock>) -> Books {
        Books::open(config, clock).unwrap()
    }

    #[test]
    fn the_end_is_heard_however_full_the_queue_is() {
        let (accounts, gate, _told) = started(books);
        let mut answers = Vec::new();
        for _ in 0..2 * ORDERS {
            let (back, answer) = oneshot::channel();
            accounts.summary(back);
            answers.push(answer);
        }
        let refused = answers.iter_mut().filter_map(|answer| answer.try_recv().ok());
        assert_eq!(refused.count(), ORDERS, "those beyond are told that it is too busy");
        let thread = accounts.close().unwrap();
        drop(gate);
        thread.join().unwrap();
    }

    #[test]
    fn a_panic_is_told_and_answered_and_does_not_keep_it_from_ending() {
        let (accounts, gate, mut told) = started(|_, _| panic!("no luck"));
        drop(gate);
        let Some(Report::Spent(summary, _)) = told.blocking_recv() else { panic!("no report") };
        let SpendState::Broken { reason } = summary.state else { panic!("{:?}", summary.state) };
        assert!(reason.contains("panicked: no luck"), "{reason}");
        let (back, answer) = oneshot::channel();
        accounts.summary(back);
        let refused = answer.blocking_recv().unwrap().unwrap_err();
        assert!(matches!(refused, Refusal::LedgerUnavailable(why) if why.contains("no luck")));
        accounts.close().unwrap().join().unwrap();
    }
}
