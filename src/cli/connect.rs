//! The way to an engine, and waiting for what it does.

use std::{path::Path, sync::Arc, time::Duration};

use futures_util::FutureExt as _;

use super::{Failure, Output};
use crate::{
    client::{self, Client, Keep, Lagged},
    config::Config,
    model::{
        Answer, CacheStatus, Clock, Command, EventKind, ExportReport, ImportReport, Inventory,
        Notice, NoticeLevel, Question, Refusal, Shown, StoreMode, TaskId, TaskState, TasksView,
        VerifyReport, WorkView,
    },
};

/// How often a state is asked for while no event tells it.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// How often a state is asked for before giving up: half a minute, longer than any store takes to
/// open.
const PATIENCE: u32 = 600;

/// A client and what a command needs of it.
#[derive(Debug)]
pub(super) struct Session {
    client: Client,
}

/// How a task ended well.
#[derive(Debug, PartialEq)]
pub(super) enum Ended {
    /// Done.
    Done,
    /// A verification is done, and found this.
    Verified(VerifyReport),
    /// An import is done, and did this.
    Imported(Box<ImportReport>),
    /// An export is done, and wrote this.
    Exported(ExportReport),
}

impl Session {
    /// Opens an engine inside this program; without a root it has no tree.
    pub(super) fn open(
        config: &Config,
        root: Option<&Path>,
        keep: Keep,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        Ok(Self { client: client::start(config, root, keep, clock)? })
    }

    /// Returns the client itself.
    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }

    /// Asks a question.
    pub(super) async fn ask(&self, question: Question) -> Result<Answer, Failure> {
        Ok(self.client.ask(question).await?)
    }

    /// Asks a question that takes long, and shows how far the work is.
    pub(super) async fn ask_long(
        &self,
        question: Question,
        output: &mut Output,
    ) -> Result<Answer, Failure> {
        let (_, mut events) = self.client.subscribe().await?;
        let answer = self.client.ask(question);
        tokio::pin!(answer);
        let mut listening = true;
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => {
                    output.end_progress();
                    return Ok(answer?);
                }
                event = events.next(), if listening => match event {
                    Some(Ok(event)) => show_progress(&event.kind, output),
                    Some(Err(Lagged)) => {}
                    None => listening = false,
                }
            }
        }
    }

    /// Returns the store at a glance, once it has been opened.
    pub(super) async fn cache(&self) -> Result<CacheStatus, Failure> {
        for _ in 0..PATIENCE {
            let Answer::Cache(status) = self.client.ask(Question::Cache).await? else {
                return Err(mismatch());
            };
            if status.mode != StoreMode::Opening {
                return Ok(status);
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
        Err(Failure::Store("it is still being opened".to_owned()))
    }

    /// Returns the store at a glance when it can be worked on.
    pub(super) async fn usable_cache(&self) -> Result<CacheStatus, Failure> {
        let status = self.cache().await?;
        usable(&status)?;
        Ok(status)
    }

    /// Returns all that is kept, once it is known.
    pub(super) async fn inventory(&self) -> Result<Inventory, Failure> {
        let Answer::Inventory(inventory) = self.client.ask(Question::Inventory).await? else {
            return Err(mismatch());
        };
        Ok(*inventory)
    }

    /// Returns all that is kept when it can be worked on.
    pub(super) async fn usable_inventory(&self) -> Result<Inventory, Failure> {
        let inventory = self.inventory().await?;
        usable(&inventory.status)?;
        Ok(inventory)
    }

    /// Says, once the cache was worked on, that its database was not: what lies there was not seen.
    pub(super) async fn tell_unseen(&self, output: &mut Output) -> Result<(), Failure> {
        if let StoreMode::Fallback(reason) = self.usable_cache().await?.mode {
            output.say(format!(
                "the cache's database cannot be opened, and what it holds is left out: {}",
                Shown::text(&reason)
            ));
        }
        Ok(())
    }

    /// Sends a command and waits until its task has ended.
    pub(super) async fn run(
        &self,
        command: Command,
        output: &mut Output,
    ) -> Result<Ended, Failure> {
        let (_, mut events) = self.client.subscribe().await?;
        let id = self.client.send(command).await?;
        let mut told = None;
        loop {
            if let Some(ended) = self.ended(id, output).await? {
                // What the task raised last is already here, but may not have been taken yet.
                while let Some(Some(Ok(event))) = events.next().now_or_never() {
                    told = error_of(event.kind).or(told);
                }
                output.end_progress();
                return told.map_or(Ok(ended), |text| Err(Failure::Task(text)));
            }
            tokio::select! {
                event = events.next() => match event {
                    Some(Ok(event)) => {
                        show_progress(&event.kind, output);
                        told = error_of(event.kind).or(told);
                    }
                    Some(Err(Lagged)) => {}
                    None => return Err(Refusal::Ended.into()),
                },
                () = tokio::time::sleep(ASK_AGAIN) => {}
            }
        }
    }

    /// Waits until the tree is walked and counted.
    pub(super) async fn settle(&self, output: &mut Output) -> Result<(), Failure> {
        let (snapshot, mut events) = self.client.subscribe().await?;
        let mut busy = snapshot.work.busy || snapshot.tree.walking;
        while busy {
            match events.next().await {
                Some(Ok(event)) => {
                    show_progress(&event.kind, output);
                    if let EventKind::WorkMoved(work) = event.kind {
                        busy = work.busy;
                    }
                }
                Some(Err(Lagged)) => {
                    let (snapshot, newer) = self.client.subscribe().await?;
                    (busy, events) = (snapshot.work.busy, newer);
                }
                None => return Err(Refusal::Ended.into()),
            }
        }
        output.end_progress();
        Ok(())
    }

    /// Ends the engine, after what must be kept is written, and says what happened to the cache
    /// meanwhile that its user should know.
    pub(super) async fn close(self, output: &mut Output) {
        for remark in self.client.close().await {
            output.say(Shown::text(&remark));
        }
    }

    /// Returns how a task ended, or shows how far it is.
    async fn ended(&self, id: TaskId, output: &mut Output) -> Result<Option<Ended>, Failure> {
        let answer = self.client.ask(Question::Task(id)).await?;
        if let Answer::Verified(report) = answer {
            return Ok(Some(Ended::Verified(report)));
        }
        if let Answer::Imported(report) = answer {
            return Ok(Some(Ended::Imported(Box::new(report))));
        }
        if let Answer::Exported(report) = answer {
            return Ok(Some(Ended::Exported(report)));
        }
        let Answer::Task(task) = answer else { return Err(mismatch()) };
        // A finished task may be forgotten before it is asked for.
        let Some(task) = task else { return Ok(Some(Ended::Done)) };
        match task.state {
            TaskState::Completed => Ok(Some(Ended::Done)),
            TaskState::Failed => {
                Err(Failure::Task(task.error.unwrap_or_else(|| "the task failed".to_owned())))
            }
            TaskState::Cancelled => Err(Failure::Task("the task was cancelled".to_owned())),
            TaskState::Queued | TaskState::Running | TaskState::Retrying => {
                if let Some((done, total)) = task.pieces {
                    output.progress(&format!("{done} of {total} entries"));
                }
                Ok(None)
            }
        }
    }
}

/// Fails when a store cannot be worked on.
fn usable(status: &CacheStatus) -> Result<(), Failure> {
    match &status.mode {
        StoreMode::MemoryOnly(reason) => Err(Failure::Store(reason.clone())),
        StoreMode::Opening | StoreMode::Ok | StoreMode::Fallback(_) | StoreMode::ReadOnly(_) => {
            Ok(())
        }
    }
}

/// Returns the queue that the last engine over `root` left.
pub(super) fn saved_tasks(config: &Config, root: &Path) -> TasksView {
    client::saved_tasks(config, root)
}

/// Returns the failure for an answer to another question.
pub(super) fn mismatch() -> Failure {
    Failure::Task("the engine answered another question".to_owned())
}

/// Returns the text of an error that was raised.
fn error_of(event: EventKind) -> Option<String> {
    if let EventKind::NoticeRaised(Notice { level: NoticeLevel::Error, text, .. }) = event {
        return Some(text);
    }
    None
}

fn show_progress(event: &EventKind, output: &mut Output) {
    if let EventKind::WorkMoved(WorkView { done, total, .. }) = event
        && *total > 0
    {
        output.progress(&format!("{done} of {total} files"));
    }
}
