//! Questions: answered from the state at once, or by a thread when they read the disk.

use tokio::sync::oneshot;

use super::{
    publish::TASKS_SHOWN,
    report::Report,
    run::{Engine, reply},
    side::SideReport,
    spend::Accounts,
    survey,
};
use crate::{
    model::{
        Answer, CacheReport, Encoding, EntryDetails, EntryKey, EntryQuery, EvictRequest, Filter,
        FoundResult, NodeId, Question, Refusal, RepoPath, ResultFactors, TaskId, TaskView,
    },
    store::{Keyed as _, Store},
};

/// Folders that a report names: more would hide the worst.
const COLD_SPOTS: usize = 5;

impl Engine {
    /// Answers a question, now or later.
    pub(super) fn answer(
        &mut self,
        question: Question,
        back: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        match question {
            Question::Count(request) => {
                let (walk, workshop) = (self.walk.clone(), self.workshop.clone());
                self.in_background("larder-survey", move || {
                    let counted = survey::run(&request, &walk, workshop);
                    reply(back, counted.map(Answer::Count));
                });
            }
            Question::Entries(query) => self.answer_entries(query, back),
            Question::Entry(key) => self.answer_entry(key, back),
            Question::Victims(request, list) => self.answer_victims(request, list, back),
            Question::Cache => {
                self.ask_store("larder-status", back, |store| Answer::Cache(store.whole_status()));
            }
            Question::Inventory => self.ask_store("larder-inventory", back, |store| {
                Answer::Inventory(Box::new(store.inventory()))
            }),
            Question::Rows(query) => {
                reply(back, self.of_repository(|engine| Answer::Rows(engine.tree.rows(&query))));
            }
            Question::Find(path) => {
                reply(back, self.of_repository(|engine| Answer::Found(engine.tree.find(&path))));
            }
            Question::Details(node) => self.answer_details(node, back),
            Question::Skipped { from, len } => {
                let skipped = |engine: &mut Self| Answer::Skipped(engine.tree.skipped(from, len));
                reply(back, self.of_repository(skipped));
            }
            Question::Marked { from, len, filter } => reply(back, self.marked((from, len), filter)),
            Question::Preview { node, from, len } => self.answer_preview(node, (from, len), back),
            Question::ContextText(format, text) => self.answer_context_text((format, text), back),
            Question::Context => self.answer_context(back),
            Question::Tasks { limit } => {
                let limit = usize::try_from(limit).unwrap_or(TASKS_SHOWN);
                reply(back, Ok(Answer::Tasks(self.tasks_view(limit))));
            }
            Question::Task(id) => reply(back, Ok(self.task(id))),
            Question::CacheReport => self.answer_report(back),
            Question::Offers(root) => {
                let homes = self.homes.clone();
                self.in_background("larder-offers", move || {
                    reply(back, Ok(Answer::Offers(homes.offers(&root))));
                });
            }
            Question::Result(factors) => self.answer_result(factors, back),
            Question::Spend(query) => self.with_books(back, |books, b| books.report(query, b)),
            Question::SpendRecords(query) => {
                self.with_books(back, |books, back| books.records(query, back));
            }
            Question::SpendSummary => self.with_books(back, Accounts::summary),
            Question::Models => reply(back, Ok(Answer::Models(self.models.clone()))),
        }
    }

    /// Answers with what the store says, on a thread: it may read or wait for the disk.
    fn ask_store(
        &mut self,
        thread: &'static str,
        back: oneshot::Sender<Result<Answer, Refusal>>,
        look: impl FnOnce(&Store) -> Answer + Send + 'static,
    ) {
        let store = self.store.clone();
        self.in_background(thread, move || reply(back, Ok(look(&store))));
    }

    fn answer_entries(
        &mut self,
        query: EntryQuery,
        back: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        let reports = self.reports.downgrade();
        self.ask_store("larder-entries", back, move |store| {
            let before = store.oldest();
            let page = store.entries(&query);
            // Before the answer: who has it is shown all that is known now.
            if store.oldest() != before
                && let Some(reports) = reports.upgrade()
                && reports.blocking_send(Report::OldestFound).is_err()
            {
                tracing::debug!("the engine ended while entries were listed");
            }
            Answer::Entries(page)
        });
    }

    fn answer_victims(
        &mut self,
        request: EvictRequest,
        list: u32,
        back: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        let store = self.store.clone();
        self.in_background("larder-victims", move || {
            let plan = store.plan_eviction(&request, list as usize);
            let unlisted = |error| Refusal::Unreadable(format!("the cache: {error}"));
            reply(back, plan.map(Answer::Victims).map_err(unlisted));
        });
    }

    fn answer_entry(&mut self, key: EntryKey, back: oneshot::Sender<Result<Answer, Refusal>>) {
        let (store, paths) = (self.store.clone(), self.paths_with(key));
        self.in_background("larder-entry", move || {
            let entry = store.entry(&key).map(|entry| EntryDetails { paths, ..entry });
            reply(back, Ok(Answer::Entry(entry)));
        });
    }

    fn marked(&mut self, page: (u64, u32), filter: Option<Filter>) -> Result<Answer, Refusal> {
        self.of_repository(|engine| {
            let (total, rows) = engine.tree.marked(page, filter);
            Answer::Marked(total, rows)
        })
    }

    fn answer_result(
        &mut self,
        factors: ResultFactors,
        back: oneshot::Sender<Result<Answer, Refusal>>,
    ) {
        let store = self.store.clone();
        self.in_background("larder-result", move || {
            let key = factors.entry_key();
            let found = match store.try_result(&factors) {
                Ok(entry) => Ok(Answer::Result(Box::new(FoundResult { key, entry }))),
                Err(fault) => Err(Refusal::Unreadable(format!("the result {key}: {fault}"))),
            };
            reply(back, found);
        });
    }

    fn answer_report(&mut self, back: oneshot::Sender<Result<Answer, Refusal>>) {
        let (store, cold) = (self.store.clone(), self.tree.cold_spots(COLD_SPOTS));
        self.in_background("larder-report", move || {
            let report = CacheReport { cold, ..store.report() };
            reply(back, Ok(Answer::CacheReport(Box::new(report))));
        });
    }

    pub(super) fn of_repository(
        &mut self,
        answer: impl FnOnce(&mut Self) -> Answer,
    ) -> Result<Answer, Refusal> {
        if self.repository.is_none() {
            return Err(Refusal::NoRepository);
        }
        Ok(answer(self))
    }

    fn task(&self, id: TaskId) -> Answer {
        let ended = self.work.ended.iter().find(|ended| ended.view.id == id);
        match ended.and_then(|ended| ended.report.clone()) {
            Some(SideReport::Verified(report)) => Answer::Verified(report),
            Some(SideReport::Imported(report)) => Answer::Imported(report),
            Some(SideReport::Exported(report)) => Answer::Exported(report),
            None => Answer::Task(self.task_view(id)),
        }
    }

    fn task_view(&self, id: TaskId) -> Option<TaskView> {
        let now = self.now();
        let scans = self.repository.iter().flat_map(|repository| repository.scan_views(now));
        let sides = self.work.sides.iter().map(|side| side.view(now));
        let ended = self.work.ended.iter().map(|ended| ended.view.clone());
        scans
            .chain(sides)
            .chain(ended)
            .find(|task| task.id == id)
            .or_else(|| self.work.queue.task(id, now, |node| self.tree.path(node)))
    }

    /// Returns the files of the open repository whose count has this key.
    fn paths_with(&self, key: EntryKey) -> Vec<RepoPath> {
        let mut paths = Vec::new();
        self.tree.each_file(NodeId::ROOT, |node, file| {
            let same = |hash| {
                Encoding::ALL.into_iter().any(|encoding| {
                    let version = crate::count::VERSION;
                    crate::store::CountKey { hash, encoding, version }.entry_key() == key
                })
            };
            if file.known_hash().is_some_and(same) {
                paths.push(self.tree.path(node));
            }
        });
        paths.sort_unstable();
        paths
    }
}
