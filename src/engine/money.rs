//! The engine's side of the books: when they are opened, and what they tell.

use tokio::sync::oneshot;

use super::{
    run::Engine,
    spend::{Accounts, Setup},
};
use crate::model::{Answer, Notice, NoticeLevel, Refusal, SpendState, SpendSummary, TaskId};

impl Engine {
    /// Opens the books, or reads the logs again when they are open.
    pub(super) fn read_logs(&mut self) -> Result<TaskId, Refusal> {
        if let Some(accounts) = &self.money.accounts {
            accounts.read_again();
            return Ok(self.work.queue.take_id());
        }
        if !self.money.plan.is_wanted() {
            let why = "it is switched off: see `spend.enabled`".to_owned();
            return Err(Refusal::LedgerUnavailable(why));
        }
        let (plan, store) = (self.money.plan.clone(), self.store.clone());
        let clock = std::sync::Arc::clone(&self.clock);
        let setup = Setup {
            open: Box::new(move || plan.open(store, clock)),
            watch: self.money.plan.watch().clone(),
            clock: std::sync::Arc::clone(&self.clock),
            reports: self.reports.clone(),
        };
        match Accounts::start(setup) {
            Ok(accounts) => self.money.accounts = Some(accounts),
            Err(error) => return Err(Refusal::LedgerUnavailable(error.to_string())),
        }
        self.money.summary.state = SpendState::Reading { done: 0, files: 0 };
        self.publisher.spend();
        Ok(self.work.queue.take_id())
    }

    /// Takes in what the books tell.
    pub(super) fn spent(&mut self, summary: SpendSummary, notices: Vec<Notice>) {
        self.money.summary = summary;
        for notice in notices {
            self.notice(notice.level, &notice.text);
        }
        if let SpendState::Broken { reason } = &self.money.summary.state {
            let text = format!("what was spent is not kept: {reason}");
            self.notice(NoticeLevel::Warning, &text);
        }
        self.publisher.spend();
    }

    /// Returns true while logs are read.
    pub(super) const fn is_reading_logs(&self) -> bool {
        matches!(self.money.summary.state, SpendState::Reading { .. })
    }

    /// Asks the books on their own thread, which opens them first when nobody has.
    pub(super) fn with_books(
        &mut self,
        back: oneshot::Sender<Result<Answer, Refusal>>,
        ask: impl FnOnce(&Accounts, oneshot::Sender<Result<Answer, Refusal>>),
    ) {
        if self.money.accounts.is_none()
            && let Err(refusal) = self.read_logs()
        {
            return super::run::reply(back, Err(refusal));
        }
        if let Some(accounts) = &self.money.accounts {
            ask(accounts, back);
        }
    }
}
