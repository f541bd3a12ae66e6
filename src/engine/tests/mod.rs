//! The engine from outside: commands in, events out, on real folders.

mod lifetime;
mod takeover;
mod truth;
mod work;

use std::{path::Path, sync::Arc};

use tempfile::TempDir;

use super::{Events, Handle, Keep, start};
use crate::{
    config::{Config, Paths},
    model::{
        Answer, CacheStatus, Clock, Command, CountReport, CountRequest, Encoding, EventKind,
        NodeId, Question, RepoPath, Row, Snapshot, SystemClock, UseCache, WorkView,
    },
    store::{Places, Store},
};

/// A repository and a home for larder, both in a folder that goes away.
pub(super) struct World {
    folder: TempDir,
    pub(super) config: Config,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("repo")).unwrap();
        let mut config = Config::defaults(Paths::below(&folder.path().join("home")));
        config.watch.debounce_ms = 10;
        config.work.workers = 2;
        Self { folder, config }
    }

    pub(super) fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("repo")
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes files that were changed long ago, so that no racy rule reads them twice.
    pub(super) fn write_old(&self, path: &str, text: &str) {
        self.write(path, text);
        make_old(&self.root().join(path));
    }

    /// Opens the store that engines of this world use, while none runs.
    pub(super) fn store(&self) -> Store {
        let places = Places::new(&self.config.paths.cache, &self.config.paths.data);
        Store::open(&places, &self.config.store, Arc::new(SystemClock::start()))
    }

    pub(super) async fn open(&self) -> Session {
        self.open_at(Arc::new(SystemClock::start())).await
    }

    pub(super) async fn open_at(&self, clock: Arc<dyn Clock>) -> Session {
        let root = self.root();
        let handle = start(&self.config, Some(&root), Keep::Cache, clock).unwrap();
        let (snapshot, events) = handle.subscribe().await.unwrap();
        Session { handle, events, work: snapshot.work, snapshot }
    }

    pub(super) async fn count(&self, cache: UseCache) -> CountReport {
        let clock = Arc::new(SystemClock::start());
        let handle = start(&self.config, None, Keep::Cache, clock).unwrap();
        let request =
            CountRequest { paths: vec![self.root()], encoding: Encoding::O200kBase, cache };
        let answer = handle.ask(Question::Count(request)).await.unwrap();
        handle.close().await;
        let Answer::Count(report) = answer else { panic!("{answer:?}") };
        report
    }
}

/// Sets the times of a file far back, so that no racy rule reads it twice.
fn make_old(path: &Path) {
    use rustix::fs::{Timespec, Timestamps, utimensat};
    let old = Timespec { tv_sec: 1_700_000_000, tv_nsec: 0 };
    let times = Timestamps { last_access: old, last_modification: old };
    utimensat(rustix::fs::CWD, path, &times, rustix::fs::AtFlags::empty()).unwrap();
}

/// A running engine with its events.
pub(super) struct Session {
    pub(super) handle: Handle,
    events: Events,
    work: WorkView,
    pub(super) snapshot: Snapshot,
}

impl Session {
    /// Waits until nothing runs and nothing is queued.
    pub(super) async fn settle(&mut self) {
        // Work that a command sets off is published soon after the command.
        self.until(|work, _| !work.busy).await;
    }

    /// Waits for an event after which `holds`.
    pub(super) async fn until(&mut self, mut holds: impl FnMut(&WorkView, &Snapshot) -> bool) {
        loop {
            let event = self.events.next().await.unwrap().unwrap();
            match event.kind {
                EventKind::TreeChanged(tree) => self.snapshot.tree = tree,
                EventKind::WorkMoved(work) => {
                    self.work = work;
                    if holds(&self.work, &self.snapshot) {
                        return;
                    }
                }
                EventKind::TasksChanged(tasks) => self.snapshot.tasks = tasks,
                EventKind::CacheChanged(cache) => self.snapshot.cache = cache,
                EventKind::ContextChanged(context) => self.snapshot.context = context,
                EventKind::SpendChanged(spend) => self.snapshot.spend = *spend,
                EventKind::ModelChosen(model) => self.snapshot.model = model,
                EventKind::WatchChanged(watch) => self.snapshot.watch = watch,
                EventKind::NoticeRaised(_) | EventKind::Ended => {}
            }
        }
    }

    /// Waits for a notice that holds `text`.
    pub(super) async fn notice(&mut self, text: &str) -> String {
        loop {
            let event = self.events.next().await.unwrap().unwrap();
            if let EventKind::NoticeRaised(notice) = event.kind
                && notice.text.contains(text)
            {
                return notice.text;
            }
        }
    }

    pub(super) async fn row(&self, path: &str) -> Option<Row> {
        let id = self.find(path).await?;
        let answer = self.handle.ask(Question::Details(id)).await.unwrap();
        let Answer::Details(details) = answer else { panic!("{answer:?}") };
        details.map(|details| details.row)
    }

    pub(super) async fn find(&self, path: &str) -> Option<NodeId> {
        let path = RepoPath::new(path.as_bytes()).unwrap();
        let answer = self.handle.ask(Question::Find(path)).await.unwrap();
        let Answer::Found(found) = answer else { panic!("{answer:?}") };
        found
    }

    pub(super) async fn cache(&self) -> CacheStatus {
        let answer = self.handle.ask(Question::Cache).await.unwrap();
        let Answer::Cache(status) = answer else { panic!("{answer:?}") };
        status
    }

    pub(super) async fn send(&self, command: Command) {
        self.handle.send(command).await.unwrap();
    }
}
