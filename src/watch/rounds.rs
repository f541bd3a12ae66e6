//! The watch's thread: waits until something came or is due, and reports it.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use notify::Watcher;

use crate::model::{Clock, RepoPath, UnixNanos, WatchState};

use super::{
    Change, Options,
    coverage::Coverage,
    debounce::{Debounce, Pending},
    filesystem,
    inbox::{Inbox, Order},
    translate::{Hint, Places, translate},
};

/// File systems keep times as coarse as this.
const COARSE_NS: i64 = 2_000_000_000;

/// What a watch is started with.
pub(super) struct Setup {
    pub(super) root: PathBuf,
    pub(super) options: Options,
    pub(super) clock: Arc<dyn Clock>,
}

/// Watches until told to stop.
pub(super) fn run(setup: &Setup, inbox: &Arc<Inbox>, sink: &dyn Fn(Change)) {
    let root = setup.root.canonicalize().unwrap_or_else(|_| setup.root.clone());
    let places = Arc::new(Mutex::new(Places { root: root.clone(), git_dir: None }));
    let watcher = match filesystem::silent(&root) {
        Some(name) => Err(format!("{name} does not tell of changes")),
        None => system_watcher(inbox, &places),
    };
    let mut rounds = Rounds::new(setup, Coverage::new(root, watcher), places, sink);
    rounds.begin();
    loop {
        let mail = inbox.wait(rounds.timeout());
        for order in mail.orders {
            if order == Order::Stop {
                return;
            }
            rounds.obey(order);
        }
        rounds.hear(mail.hint);
        rounds.turn();
    }
}

fn system_watcher(
    inbox: &Arc<Inbox>,
    places: &Arc<Mutex<Places>>,
) -> Result<Box<dyn Watcher + Send>, String> {
    let (inbox, places) = (Arc::clone(inbox), Arc::clone(places));
    let hear = move |event| {
        let places = places.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.hint(translate(&event, &places));
    };
    match notify::recommended_watcher(hear) {
        Ok(watcher) => Ok(Box::new(watcher)),
        Err(error) => Err(format!(
            "no watch: {error}; `sudo sysctl fs.inotify.max_user_instances=1024` may help"
        )),
    }
}

/// What the thread knows between two rounds.
pub(super) struct Rounds<'a> {
    setup: &'a Setup,
    coverage: Coverage,
    places: Arc<Mutex<Places>>,
    sink: &'a dyn Fn(Change),
    debounce: Debounce,
    /// Device and inode of the root, `None` while it is gone.
    root: Option<(u64, u64)>,
    /// Folders that changed after this may hold something that was not seen.
    since: UnixNanos,
    next_poll: Duration,
    next_rescan: Option<Duration>,
    /// The state as last told.
    told: Option<WatchState>,
}

impl<'a> Rounds<'a> {
    pub(super) fn new(
        setup: &'a Setup,
        coverage: Coverage,
        places: Arc<Mutex<Places>>,
        sink: &'a dyn Fn(Change),
    ) -> Self {
        let (options, now) = (&setup.options, setup.clock.monotonic());
        let since = UnixNanos(setup.clock.wall().0.saturating_sub(COARSE_NS));
        Self {
            setup,
            coverage,
            places,
            sink,
            debounce: Debounce::new(options.quiet(), options.longest()),
            root: identity(&setup.root).ok(),
            since,
            next_poll: now + options.poll_every(),
            next_rescan: options.rescan_every().map(|every| now + every),
            told: None,
        }
    }

    /// Watches the root.
    pub(super) fn begin(&mut self) {
        // Whoever starts the watch has not looked at the root yet.
        self.coverage.add(vec![RepoPath::root()], self.since);
        if self.root.is_none() {
            (self.sink)(Change::RootGone);
        }
        self.tell();
    }

    /// Returns how long nothing is due, `None` for ever.
    pub(super) fn timeout(&self) -> Option<Duration> {
        let poll = self.polls().then_some(self.next_poll);
        let due = [self.debounce.due(), poll, self.next_rescan].into_iter().flatten().min()?;
        Some(due.saturating_sub(self.now()))
    }

    pub(super) fn obey(&mut self, order: Order) {
        match order {
            Order::Add(folders) => {
                let folders = self.coverage.add(folders, self.since);
                self.debounce.push(self.now(), Pending { folders, ..Pending::default() });
            }
            Order::Remove(folders) => {
                self.coverage.remove(&folders);
            }
            Order::GitDir(path) => {
                let path = path.map(|path| path.canonicalize().unwrap_or(path));
                self.places
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .git_dir
                    .clone_from(&path);
                self.coverage.set_git_dir(path);
            }
            // The loop ends before it would come here.
            Order::Stop => {}
        }
    }

    /// Takes in what events meant.
    pub(super) fn hear(&mut self, hint: Hint) {
        for path in &hint.lost {
            self.coverage.lose(path);
        }
        if hint.unsure {
            tracing::warn!(reason = hint.pending.all, "the watch lost events");
            self.coverage.renew();
        }
        let known = hint.changed.into_iter().filter(|path| self.coverage.knows(path));
        let folders = known.collect();
        self.debounce.push(self.now(), hint.pending);
        self.debounce.push(self.now(), Pending { folders, ..Pending::default() });
    }

    /// Reports what is due.
    pub(super) fn turn(&mut self) {
        let now = self.now();
        if let Some(pending) = self.debounce.take(now) {
            self.report(pending);
        }
        if self.polls() && self.next_poll <= now {
            self.poll();
            self.next_poll = self.now() + self.setup.options.poll_every();
        }
        if self.next_rescan.is_some_and(|next| next <= now) {
            self.coverage.renew();
            self.report(all("the regular comparison"));
            self.next_rescan = self.setup.options.rescan_every().map(|every| self.now() + every);
        }
        self.tell();
    }

    fn poll(&mut self) {
        let folders = self.coverage.missed().clone();
        let head = self.coverage.is_head_polled();
        self.coverage.retry();
        self.report(Pending { head, all: None, folders });
    }

    /// Reports `pending`, unless the root is gone; watches again what is there again.
    fn report(&mut self, mut pending: Pending) {
        match (identity(&self.setup.root), self.root) {
            (Ok(now), Some(before)) if now == before => {}
            (Ok(now), before) => {
                self.root = Some(now);
                self.coverage.add(vec![RepoPath::root()], self.since);
                self.coverage.renew();
                let reason = if before.is_some() { "was replaced" } else { "is there again" };
                pending.merge(all(&format!("the folder {reason}")));
            }
            (Err(error), before) => {
                if before.is_some() {
                    tracing::warn!(%error, "the folder is gone");
                    self.next_poll = self.now() + self.setup.options.poll_every();
                    self.root = None;
                    (self.sink)(Change::RootGone);
                }
                return;
            }
        }
        if pending.head {
            self.coverage.renew_git_dir();
        }
        let folders = self.coverage.recover();
        pending.merge(Pending { folders, ..Pending::default() });
        pending.into_changes().into_iter().for_each(self.sink);
    }

    /// Returns true while something has to be looked at from time to time.
    fn polls(&self) -> bool {
        self.root.is_none() || self.coverage.is_polling()
    }

    fn tell(&mut self) {
        let state = self.coverage.state();
        if self.told.as_ref() != Some(&state) {
            tracing::debug!(?state, "watch");
            (self.sink)(Change::State(state.clone()));
            self.told = Some(state);
        }
    }

    fn now(&self) -> Duration {
        self.setup.clock.monotonic()
    }
}

fn all(reason: &str) -> Pending {
    Pending { all: Some(reason.into()), ..Pending::default() }
}

fn identity(root: &std::path::Path) -> io::Result<(u64, u64)> {
    let metadata = fs::metadata(root)?;
    if metadata.is_dir() {
        Ok((metadata.dev(), metadata.ino()))
    } else {
        Err(io::Error::from(io::ErrorKind::NotADirectory))
    }
}
