//! Numbered facts to everyone who watches: bounded, and never waiting for the slowest.
//!
//! Deliberately not here: the snapshot; who takes it together with a subscription has both from
//! the same moment, because one task owns the feed and the state.

use std::sync::Arc;

use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};

use crate::model::{Event, EventKind, Sequence};

/// Some eight seconds of changes at thirty a second: who is further behind than that is better
/// served with a snapshot.
const BACKLOG: usize = 256;

/// Numbers events and hands them to every subscriber.
#[derive(Debug)]
pub struct Feed {
    last: Sequence,
    sender: broadcast::Sender<Arc<Event>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self::new()
    }
}

impl Feed {
    /// Starts a feed whose first event has the number 1.
    #[must_use]
    pub fn new() -> Self {
        Self { last: Sequence(0), sender: broadcast::Sender::new(BACKLOG) }
    }

    /// Tells `kind` to every subscriber, and returns its number. Never waits.
    pub fn publish(&mut self, kind: EventKind) -> Sequence {
        self.last = Sequence(self.last.0 + 1);
        let event = Event { sequence: self.last, kind };
        if self.sender.send(Arc::new(event)).is_err() {
            tracing::trace!(sequence = self.last.0, "nobody listens");
        }
        self.last
    }

    /// Returns the number of the last event: the one that a snapshot taken now already holds.
    #[must_use]
    pub const fn sequence(&self) -> Sequence {
        self.last
    }

    /// Returns all events from the next one on.
    #[must_use]
    pub fn subscribe(&self) -> Events {
        Events { receiver: self.sender.subscribe(), last: self.last }
    }

    /// Returns how many listen.
    #[must_use]
    pub fn subscribers(&self) -> usize {
        self.sender.receiver_count()
    }
}

/// Why there is no next event.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Missed {
    /// The subscriber fell behind and events were dropped: take a new snapshot, then `resume`.
    #[error("{0} events were missed")]
    Lagged(u64),
    /// The feed is gone.
    #[error("the engine has ended")]
    Ended,
}

/// The events of one subscriber, in order and without gaps.
#[derive(Debug)]
pub struct Events {
    receiver: broadcast::Receiver<Arc<Event>>,
    last: Sequence,
}

impl Events {
    /// Waits for the next event. Safe to drop while it waits: nothing is lost.
    ///
    /// # Errors
    /// Fails when the subscriber fell behind, or when the feed is gone.
    pub async fn next(&mut self) -> Result<Arc<Event>, Missed> {
        loop {
            let event = match self.receiver.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(count)) => return Err(Missed::Lagged(count)),
                Err(RecvError::Closed) => return Err(Missed::Ended),
            };
            if let Some(event) = self.take(event) {
                return event;
            }
        }
    }

    /// Returns the next event if there is one already.
    ///
    /// # Errors
    /// Fails when the subscriber fell behind, or when the feed is gone.
    pub fn next_ready(&mut self) -> Result<Option<Arc<Event>>, Missed> {
        loop {
            let event = match self.receiver.try_recv() {
                Ok(event) => event,
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::Lagged(count)) => return Err(Missed::Lagged(count)),
                Err(TryRecvError::Closed) => return Err(Missed::Ended),
            };
            if let Some(event) = self.take(event) {
                return event.map(Some);
            }
        }
    }

    /// Goes on after the snapshot that holds everything up to `sequence`: what is older is left out.
    pub fn resume(&mut self, sequence: Sequence) {
        self.last = sequence;
    }

    /// Checks the number: old news is `None`, a gap is an error.
    fn take(&mut self, event: Arc<Event>) -> Option<Result<Arc<Event>, Missed>> {
        let expected = self.last.0 + 1;
        if event.sequence.0 < expected {
            return None;
        }
        if event.sequence.0 > expected {
            return Some(Err(Missed::Lagged(event.sequence.0 - expected)));
        }
        self.last = event.sequence;
        Some(Ok(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Context, Tokens};

    fn change(tokens: u64) -> EventKind {
        EventKind::ContextChanged(Context { tokens: Tokens(tokens), ..Context::default() })
    }

    fn drain(events: &mut Events) -> Vec<u64> {
        std::iter::from_fn(|| events.next_ready().unwrap()).map(|event| event.sequence.0).collect()
    }

    #[tokio::test]
    async fn events_come_in_order_and_without_gaps_to_everyone() {
        let mut feed = Feed::new();
        let (mut first, mut second) = (feed.subscribe(), feed.subscribe());
        for tokens in 0..5 {
            assert_eq!(feed.publish(change(tokens)), Sequence(tokens + 1));
        }
        assert_eq!(drain(&mut first), [1, 2, 3, 4, 5]);
        for tokens in 0..5 {
            let event = second.next().await.unwrap();
            assert_eq!(*event, Event { sequence: Sequence(tokens + 1), kind: change(tokens) });
        }
        assert_eq!(second.next_ready(), Ok(None));
    }

    #[test]
    fn a_subscriber_hears_only_what_comes_after_its_snapshot() {
        let mut feed = Feed::new();
        feed.publish(change(1));
        let mut events = feed.subscribe();
        assert_eq!(feed.sequence(), Sequence(1));
        feed.publish(change(2));
        assert_eq!(drain(&mut events), [2]);
    }

    #[tokio::test]
    async fn a_guest_that_falls_behind_gets_a_new_snapshot() {
        let mut feed = Feed::new();
        let mut events = feed.subscribe();
        for tokens in 0..1000 {
            feed.publish(change(tokens));
        }
        assert!(matches!(events.next().await, Err(Missed::Lagged(_))));
        events.resume(feed.sequence());
        assert_eq!(events.next_ready(), Ok(None));
        feed.publish(change(0));
        assert_eq!(events.next().await.unwrap().sequence, Sequence(1001));
    }

    #[test]
    fn going_on_without_a_snapshot_stays_an_error() {
        let mut feed = Feed::new();
        let mut events = feed.subscribe();
        for tokens in 0..1000 {
            feed.publish(change(tokens));
        }
        assert!(matches!(events.next_ready(), Err(Missed::Lagged(_))));
        assert!(matches!(events.next_ready(), Err(Missed::Lagged(_))));
    }

    #[tokio::test]
    async fn the_end_of_the_feed_is_told_after_the_last_event() {
        let mut feed = Feed::new();
        let mut events = feed.subscribe();
        feed.publish(EventKind::Ended);
        drop(feed);
        assert_eq!(events.next().await.unwrap().kind, EventKind::Ended);
        assert_eq!(events.next().await, Err(Missed::Ended));
    }

    #[test]
    fn publishing_without_listeners_still_counts() {
        let mut feed = Feed::new();
        feed.publish(change(1));
        assert_eq!((feed.sequence(), feed.subscribers()), (Sequence(1), 0));
    }
}
