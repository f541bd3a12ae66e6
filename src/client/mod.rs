//! One face for an engine, wherever it runs.
//!
//! Today it runs inside the program; a socket to a background engine fits behind the same face.

mod content;
mod recent_log;
mod start;

pub use crate::engine::{
    Events, Explained, How, Lagged, PriceRow, PriceSpan, Prices, PricesError, RateRow, TableView,
    prices,
    spend::{
        Books, BooksError, LedgerCheck, LedgerDamage, LedgerDamageKind, ModelChange, Recorded,
        Repricing, Told, ToldWindow, Used, budget_left, budget_message, budget_symbol, result_key,
    },
};
use crate::{
    engine::Handle,
    model::{Answer, Command, Question, Refusal, Snapshot, TaskId},
};
pub use content::{content_hash, imported_hash, prompt_of, repository_of};
pub use recent_log::{RECORDS_KEPT, RecentLog};
pub use start::{Keep, StartError, saved_tasks, start};

/// A connection to an engine; clones share it.
#[derive(Clone, Debug)]
pub struct Client {
    handle: Handle,
}

impl From<Handle> for Client {
    fn from(handle: Handle) -> Self {
        Self { handle }
    }
}

impl Client {
    /// Asks for a change; the answer is the id of its task, at once.
    ///
    /// # Errors
    /// Fails with the engine's refusal, or [`Refusal::Ended`].
    pub async fn send(&self, command: Command) -> Result<TaskId, Refusal> {
        self.handle.send(command).await
    }

    /// Asks a question.
    ///
    /// # Errors
    /// Fails with the engine's refusal, or [`Refusal::Ended`].
    pub async fn ask(&self, question: Question) -> Result<Answer, Refusal> {
        self.handle.ask(question).await
    }

    /// Returns the state now and every event after it, without a gap.
    ///
    /// # Errors
    /// Fails with [`Refusal::Ended`].
    pub async fn subscribe(&self) -> Result<(Snapshot, Events), Refusal> {
        self.handle.subscribe().await
    }

    /// Ends an engine that runs inside this program, and waits until its data is written; returns
    /// what happened to the cache that its user should know, told before or not.
    pub async fn close(&self) -> Vec<String> {
        self.handle.close().await
    }
}
