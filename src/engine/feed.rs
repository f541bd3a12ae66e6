//! Numbered events to every subscriber, over bounded channels.

use tokio::sync::broadcast;

use crate::model::{Event, EventKind, Sequence};

/// A minute of events at the usual rate: a subscriber this far behind is better off anew.
const KEPT: usize = 1024;

/// Numbers events and hands them to subscribers; never waits for one.
#[derive(Debug)]
pub struct Feed {
    tx: broadcast::Sender<Event>,
    last: Sequence,
}

/// The subscriber fell behind and must take a new snapshot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lagged;

/// One subscriber's events.
#[derive(Debug)]
pub struct Events {
    rx: broadcast::Receiver<Event>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { tx: broadcast::channel(KEPT).0, last: Sequence(0) }
    }
}

impl Feed {
    /// Returns the number of the last event.
    #[must_use]
    pub const fn last(&self) -> Sequence {
        self.last
    }

    /// Tells a fact to all who listen.
    pub fn publish(&mut self, kind: EventKind) {
        self.last.0 += 1;
        // An error means that nobody listens, which is fine.
        drop(self.tx.send(Event { sequence: self.last, kind }));
    }

    /// Returns true when somebody listens.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.tx.receiver_count() > 0
    }

    /// Returns the events from now on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        Events { rx: self.tx.subscribe() }
    }
}

impl Events {
    /// Waits for the next event; `None` when the engine has ended.
    pub async fn next(&mut self) -> Option<Result<Event, Lagged>> {
        match self.rx.recv().await {
            Ok(event) => Some(Ok(event)),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Err(Lagged)),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
