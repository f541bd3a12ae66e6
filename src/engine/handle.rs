//! The way in: one bounded inbox, many handles.

use tokio::sync::{mpsc, oneshot};

use super::Events;
use crate::model::{Answer, Command, Question, Refusal, Snapshot, TaskId};

/// Two screens of requests: more than people and watchers send at once, little enough to refuse
/// early when the engine is stuck.
pub const INBOX: usize = 256;

/// A request with the way back for its answer.
#[derive(Debug)]
pub enum Envelope {
    /// Change something.
    Command(Command, oneshot::Sender<Result<TaskId, Refusal>>),
    /// Answer something.
    Question(Question, oneshot::Sender<Result<Answer, Refusal>>),
    /// Begin to listen.
    Subscribe(oneshot::Sender<(Snapshot, Events)>),
    /// Stop work, write what must be kept, and end; comes back with what happened to the store
    /// that its user should know.
    Close(oneshot::Sender<Vec<String>>),
}

/// A clone of the way to one engine.
#[derive(Clone, Debug)]
pub struct Handle {
    inbox: mpsc::Sender<Envelope>,
}

impl Handle {
    /// Returns a handle and the inbox that an engine reads.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Envelope>) {
        let (inbox, outbox) = mpsc::channel(INBOX);
        (Self { inbox }, outbox)
    }

    /// Asks for a change.
    ///
    /// # Errors
    /// Fails with the engine's refusal, or [`Refusal::Ended`].
    pub async fn send(&self, command: Command) -> Result<TaskId, Refusal> {
        self.deliver(|back| Envelope::Command(command, back)).await?
    }

    /// Asks a question.
    ///
    /// # Errors
    /// Fails with the engine's refusal, or [`Refusal::Ended`].
    pub async fn ask(&self, question: Question) -> Result<Answer, Refusal> {
        self.deliver(|back| Envelope::Question(question, back)).await?
    }

    /// Returns the state now and every event after it.
    ///
    /// # Errors
    /// Fails with [`Refusal::Ended`].
    pub async fn subscribe(&self) -> Result<(Snapshot, Events), Refusal> {
        self.deliver(Envelope::Subscribe).await
    }

    /// Ends the engine and waits until all that must be kept is written; returns what happened to
    /// the store that its user should know, told before or not. Ending twice is fine.
    pub async fn close(&self) -> Vec<String> {
        // An error means that it has ended already.
        self.deliver(Envelope::Close).await.unwrap_or_default()
    }

    async fn deliver<T>(
        &self,
        envelope: impl FnOnce(oneshot::Sender<T>) -> Envelope,
    ) -> Result<T, Refusal> {
        let (tx, rx) = oneshot::channel();
        self.inbox.send(envelope(tx)).await.map_err(|_| Refusal::Ended)?;
        rx.await.map_err(|_| Refusal::Ended)
    }
}
