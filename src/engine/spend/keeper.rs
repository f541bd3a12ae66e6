//! The books, kept up to date: when logs are read, how they are watched, and what is told of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, mpsc::SyncSender},
    time::Duration,
};

use tokio::sync::mpsc;

use super::{
    Books, BooksError,
    accounts::{Order, Setup},
    pending::{Extent, Pending},
};
use crate::{
    engine::report::Report,
    model::{Clock, Notice, NoticeLevel, RepoPath, SpendState},
    watch::{self, Change, Watch},
};

/// Days change, budgets begin anew, and folders of tools appear without an event: all that is
/// looked at this often.
const LOOK_AGAIN: Duration = Duration::from_mins(10);

/// Progress is told after so many files.
const TELL_EVERY: u64 = 16;

/// What has to appear in a folder on the way to folders of logs; nothing in one that holds them.
type Awaited = Vec<PathBuf>;

/// The books, and what keeps them up to date.
pub(super) struct Keeper {
    pub(super) books: Books,
    /// A watch for each folder of logs; where that is missing, for the nearest one above it.
    watches: Vec<(PathBuf, Awaited, Watch)>,
    watch: watch::Options,
    clock: Arc<dyn Clock>,
    reports: mpsc::Sender<Report>,
    pub(super) again: Again,
    /// When all logs are looked at again.
    look_at: Duration,
}

/// The way for watches to have logs read again.
#[derive(Clone, Debug)]
pub(super) struct Again {
    pub(super) orders: SyncSender<Order>,
    pub(super) pending: Pending,
}

impl Again {
    fn tell(&self, extent: Extent) {
        // When the queue is full, the thread comes by here anyway.
        if self.pending.add(extent) {
            drop(self.orders.try_send(Order::Look));
        }
    }
}

impl Keeper {
    /// Opens the books and reads all logs.
    pub(super) fn start(setup: Setup, again: Again) -> Result<Self, BooksError> {
        let mut keeper = Self {
            books: (setup.open)()?.until(again.pending.stop()),
            watches: Vec::new(),
            watch: setup.watch,
            clock: setup.clock,
            reports: setup.reports,
            again,
            look_at: Duration::ZERO,
        };
        keeper.read(&Extent::All);
        Ok(keeper)
    }

    /// Returns how long it may wait for orders.
    pub(super) fn rest(&self) -> Duration {
        let look = self.look_at.saturating_sub(self.clock.monotonic());
        self.books.until_save().map_or(look, |save| save.min(look))
    }

    /// Does what is due without an order.
    pub(super) fn wake(&mut self) {
        if self.clock.monotonic() >= self.look_at {
            self.read(&Extent::All);
        } else if self.books.until_save().is_some_and(|wait| wait.is_zero()) {
            self.books.save();
        }
    }

    /// Reads what is new in logs, and tells what that changed.
    pub(super) fn read(&mut self, extent: &Extent) {
        // However much comes meanwhile, all is looked at now and then.
        let is_due = self.clock.monotonic() >= self.look_at;
        match extent {
            Extent::Folders(folders) if !is_due && self.books.refresh_folders(folders) => {}
            Extent::Folders(_) | Extent::All => self.read_all(),
        }
        if self.again.pending.is_closing() {
            // Nobody hears it any more, and what is said of a budget is said once.
            return;
        }
        self.books.note_budgets();
        self.watch_folders();
        let mut notices: Vec<Notice> = self.books.take_notices();
        let at = self.clock.wall();
        let warning = |text| Notice { level: NoticeLevel::Warning, text, at };
        notices.extend(self.books.take_warnings().into_iter().map(warning));
        let summary = Box::new(self.books.summary());
        if self.reports.blocking_send(Report::Spent(summary, notices)).is_err() {
            tracing::debug!("the engine ended while logs were read");
        }
    }

    fn read_all(&mut self) {
        self.look_at = self.clock.monotonic() + LOOK_AGAIN;
        self.watch_roots();
        self.refresh();
        // A folder that came meanwhile may have logs that nobody was told of.
        while self.watch_roots() {
            self.refresh();
        }
    }

    fn refresh(&mut self) {
        let mut summary = self.books.summary();
        let reports = self.reports.clone();
        self.books.refresh(&mut |done, files| {
            if done % TELL_EVERY == 0 && done < files {
                summary.state = SpendState::Reading { done, files };
                // Progress may be lost.
                drop(reports.try_send(Report::Spent(Box::new(summary.clone()), Vec::new())));
            }
        });
    }

    /// Watches the folders of logs that exist by now, and those in which others will appear;
    /// returns whether any of them is new.
    fn watch_roots(&mut self) -> bool {
        if !self.watch.enabled {
            return false;
        }
        let wanted = awaited(&self.books.roots());
        self.watches.retain(|(folder, awaited, _)| wanted.get(folder) == Some(awaited));
        let before = self.watches.len();
        for (root, awaited) in wanted {
            if self.watches.iter().any(|(known, ..)| *known == root) {
                continue;
            }
            let (again, below, known) = (self.again.clone(), root.clone(), awaited.clone());
            let tell = move |change| match change {
                // Above a folder of logs nothing else is of interest.
                Change::Folders(_)
                    if !awaited.is_empty() && !awaited.iter().any(|a| a.exists()) => {}
                Change::Folders(folders) => {
                    let path = |folder: &RepoPath| below.join(folder.as_path());
                    again.tell(Extent::Folders(folders.iter().map(path).collect()));
                }
                Change::All { .. } | Change::RootGone => again.tell(Extent::All),
                Change::Head => {}
                Change::State(state) => tracing::debug!("the watch of logs: {state:?}"),
            };
            let options = watch::Options { rescan_seconds: 0, ..self.watch.clone() };
            let watch = Watch::start(&root, None, &options, Arc::clone(&self.clock), tell);
            watch.add(vec![RepoPath::root()]);
            self.watches.push((root, known, watch));
        }
        self.watches.len() > before
    }

    /// Watches every folder that holds a log.
    fn watch_folders(&self) {
        let roots = self.books.roots();
        for (root, _, watch) in self.watches.iter().filter(|(root, ..)| roots.contains(root)) {
            let mut folders: Vec<RepoPath> = self
                .books
                .folders_below(root)
                .into_iter()
                .filter_map(|folder| RepoPath::below(root, &folder))
                .collect();
            folders.sort_unstable();
            folders.dedup();
            watch.add(folders);
        }
    }
}

/// Returns what to watch for folders of logs: each that exists, and for one that is missing the
/// nearest above it, with what has to appear there.
fn awaited(roots: &BTreeSet<PathBuf>) -> BTreeMap<PathBuf, Awaited> {
    let mut wanted: BTreeMap<PathBuf, Awaited> = BTreeMap::new();
    for root in roots {
        if root.is_dir() {
            // Who watches it hears of everything in it.
            wanted.insert(root.clone(), Vec::new());
            continue;
        }
        let mut below = root.as_path();
        while let Some(above) = below.parent() {
            // The top of the system is nobody's home.
            if above.is_dir() && above.parent().is_some() && !roots.contains(above) {
                wanted.entry(above.to_owned()).or_default().push(below.to_owned());
            }
            if above.is_dir() {
                break;
            }
            below = above;
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::mpsc::sync_channel};

    use super::*;
    use crate::{
        config::{Config, Paths},
        model::{FakeClock, UnixNanos},
    };

    const LINE: &str = r#"{"type":"assistant","timestamp":"2026-11-20T08:00:00.000Z","message":{"id":"m","model":"claude-sonnet-4-5","usage":{"input_tokens":1,"output_tokens":2}}}"#;

    #[test]
    fn all_logs_are_looked_at_now_and_then_however_much_comes_meanwhile() {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::defaults(Paths::below(home.path()));
        config.environment = vec![("HOME".into(), home.path().as_os_str().to_owned())];
        let clock = Arc::new(FakeClock::at(UnixNanos(1_795_176_000_000_000_000)));
        let (with, told) = (clock.clone(), mpsc::channel(64));
        let (orders, _inbox) = sync_channel(1);
        let setup = Setup {
            open: Box::new(move || Books::open(&config, with)),
            watch: watch::Options { enabled: false, ..watch::Options::default() },
            clock: clock.clone(),
            reports: told.0,
        };
        let mut keeper =
            Keeper::start(setup, Again { orders, pending: Pending::default() }).unwrap();
        let folder = home.path().join(".claude/projects/-p");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("s.jsonl"), format!("{LINE}\n")).unwrap();
        let elsewhere = Extent::Folders(BTreeSet::from([home.path().join("gone")]));
        let requests = |keeper: &mut Keeper| {
            let report = keeper.books.report(&crate::model::SpendQuery::default());
            report.total.requests
        };
        keeper.read(&elsewhere);
        assert_eq!(requests(&mut keeper), 0, "nothing told of it");
        assert_eq!(keeper.rest(), LOOK_AGAIN);
        clock.advance(LOOK_AGAIN);
        keeper.read(&elsewhere);
        assert_eq!(requests(&mut keeper), 1);
        assert_eq!(keeper.rest(), LOOK_AGAIN, "the next look is as far away again");
    }
    #[test]
    fn folders_that_are_missing_are_awaited_in_the_nearest_one_above() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        fs::create_dir_all(home.join(".codex/sessions")).unwrap();
        fs::create_dir_all(home.join(".claude")).unwrap();
        let roots = [".codex/sessions", ".claude/projects", ".gemini/tmp", ".local/x/y"];
        let roots: BTreeSet<PathBuf> = roots.iter().map(|root| home.join(root)).collect();
        let wanted = awaited(&roots);
        let below = |names: &[&str]| names.iter().map(|name| home.join(name)).collect::<Vec<_>>();
        assert_eq!(wanted[&home.join(".codex/sessions")], below(&[]));
        assert_eq!(wanted[&home.join(".claude")], below(&[".claude/projects"]));
        assert_eq!(wanted[&home], below(&[".gemini", ".local"]));
        assert_eq!(wanted.len(), 3);
    }
}
