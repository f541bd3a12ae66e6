//! What cannot be watched is polled, and said.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use notify::{Config, Error, ErrorKind, EventHandler, RecursiveMode, Watcher, WatcherKind};
use tempfile::TempDir;

use crate::{
    model::{Clock, FakeClock, RepoPath, UnixNanos, WatchState},
    watch::{
        Change, Options,
        coverage::Coverage,
        inbox::Order,
        rounds::{Rounds, Setup},
        translate::{Hint, Places},
    },
};

/// A watcher that takes only so many watches, as the system does.
#[derive(Debug)]
struct Limited {
    limit: Arc<AtomicUsize>,
    held: Vec<PathBuf>,
}

impl Watcher for Limited {
    fn new<F: EventHandler>(_: F, _: Config) -> notify::Result<Self> {
        Err(Error::generic("made by the test"))
    }

    fn watch(&mut self, path: &Path, _: RecursiveMode) -> notify::Result<()> {
        if self.held.len() >= self.limit.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::MaxFilesWatch));
        }
        self.held.push(path.to_path_buf());
        Ok(())
    }

    fn unwatch(&mut self, path: &Path) -> notify::Result<()> {
        let before = self.held.len();
        self.held.retain(|held| held != path);
        if self.held.len() < before { Ok(()) } else { Err(Error::watch_not_found()) }
    }

    fn kind() -> WatcherKind {
        WatcherKind::NullWatcher
    }
}

/// Rounds over a folder, driven by hand.
struct Bench {
    root: TempDir,
    clock: Arc<FakeClock>,
    limit: Arc<AtomicUsize>,
    told: RefCell<Vec<Change>>,
    options: Options,
}

impl Bench {
    fn new(folders: &[&str], limit: usize) -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in folders {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        // Later than any change of the folders: none of them is fresh.
        let clock = Arc::new(FakeClock::at(UnixNanos(i64::MAX)));
        let limit = Arc::new(AtomicUsize::new(limit));
        let options = Options { debounce_ms: 250, ..Options::default() };
        Self { root, clock, limit, told: RefCell::default(), options }
    }

    fn run(&self, watcher: Result<(), String>, steps: impl FnOnce(&mut Rounds<'_>)) {
        let watcher = watcher.map(|()| -> Box<dyn Watcher + Send> {
            Box::new(Limited { limit: Arc::clone(&self.limit), held: Vec::new() })
        });
        let root = self.root.path().canonicalize().unwrap();
        let options = self.options.clone();
        let clock: Arc<dyn Clock> = Arc::<FakeClock>::clone(&self.clock);
        let setup = Setup { root: root.clone(), options, clock };
        let sink = |change| self.told.borrow_mut().push(change);
        let coverage = Coverage::new(root.clone(), watcher);
        let places = Arc::new(Mutex::new(Places { root, git_dir: None }));
        let mut rounds = Rounds::new(&setup, coverage, places, &sink);
        rounds.begin();
        steps(&mut rounds);
    }

    /// Moves the clock to when the next thing is due.
    fn pass(&self, rounds: &mut Rounds<'_>) -> Duration {
        let longest = rounds.timeout().unwrap();
        self.clock.advance(longest);
        rounds.turn();
        longest
    }

    fn told(&self) -> Vec<Change> {
        self.told.take()
    }
}

fn paths(names: &[&str]) -> Vec<RepoPath> {
    names.iter().map(|name| RepoPath::new(name.as_bytes()).unwrap()).collect()
}

#[test]
fn folders_over_the_limit_are_polled_with_what_helps() {
    let bench = Bench::new(&["a", "b", "c"], 2);
    bench.run(Ok(()), |rounds| {
        rounds.obey(Order::Add(paths(&["a", "b", "c"])));
        rounds.turn();
        let told = bench.told();
        let Some(Change::State(WatchState::Polling { watched: 2, folders: 4, reason })) =
            told.last()
        else {
            panic!("{told:?}")
        };
        assert!(reason.contains("sysctl fs.inotify.max_user_watches="), "{reason}");
        assert_eq!(bench.pass(rounds), Duration::from_secs(10));
        let polled = paths(&["b", "c"]).into_iter().collect();
        assert_eq!(bench.told(), [Change::Folders(polled)]);
    });
}

#[test]
fn a_raised_limit_is_noticed() {
    let bench = Bench::new(&["a", "b"], 1);
    bench.run(Ok(()), |rounds| {
        rounds.obey(Order::Add(paths(&["a", "b"])));
        rounds.turn();
        bench.told();
        bench.limit.store(9, Ordering::SeqCst);
        bench.pass(rounds);
        let polled = paths(&["a", "b"]).into_iter().collect();
        let state = Change::State(WatchState::Watching { folders: 3 });
        assert_eq!(bench.told(), [Change::Folders(polled), state]);
        assert!(rounds.timeout().unwrap() > Duration::from_secs(500), "no more polling");
    });
}

#[test]
fn a_file_system_that_does_not_tell_is_polled_whole() {
    let bench = Bench::new(&["a"], 9);
    bench.run(Err("NFS does not tell of changes".into()), |rounds| {
        rounds.obey(Order::Add(paths(&["a"])));
        rounds.turn();
        let reason = "NFS does not tell of changes".to_owned();
        let state = WatchState::Polling { watched: 0, folders: 2, reason };
        assert_eq!(bench.told().last(), Some(&Change::State(state)));
        bench.pass(rounds);
        let polled = paths(&["", "a"]).into_iter().collect();
        assert_eq!(bench.told(), [Change::Folders(polled)]);
    });
}

#[test]
fn everything_is_compared_at_the_sync_interval() {
    let bench = Bench::new(&["a"], 9);
    bench.run(Ok(()), |rounds| {
        bench.told();
        for _ in 0..2 {
            assert_eq!(bench.pass(rounds), Duration::from_mins(10));
            let reason = "the regular comparison".to_owned();
            assert_eq!(bench.told(), [Change::All { reason }]);
        }
    });
}

#[test]
fn every_sync_interval_of_the_documents_is_kept() {
    for seconds in [10, 300, 3600] {
        let mut bench = Bench::new(&["a"], 9);
        bench.options.rescan_seconds = seconds;
        bench.run(Ok(()), |rounds| {
            bench.told();
            bench.clock.advance(Duration::from_secs(seconds - 1));
            rounds.turn();
            assert_eq!(bench.told(), [], "{seconds}");
            assert_eq!(bench.pass(rounds), Duration::from_secs(1));
            assert!(matches!(bench.told()[..], [Change::All { .. }]), "{seconds}");
        });
    }
}

#[test]
fn without_a_sync_interval_only_changes_are_told() {
    let mut bench = Bench::new(&["a"], 9);
    bench.options.rescan_seconds = 0;
    bench.run(Ok(()), |rounds| {
        bench.told();
        assert_eq!(rounds.timeout(), None, "nothing is ever due by itself");
        bench.clock.advance(Duration::from_hours(1000));
        rounds.turn();
        assert_eq!(bench.told(), []);
        let mut hint = Hint::default();
        hint.pending.folders.insert(RepoPath::new(b"a").unwrap());
        rounds.hear(hint);
        bench.pass(rounds);
        assert_eq!(bench.told(), [Change::Folders(paths(&["a"]).into_iter().collect())]);
    });
}

#[test]
fn an_idle_watch_wakes_only_for_the_regular_comparison() {
    let bench = Bench::new(&[], 9);
    bench.run(Ok(()), |rounds| {
        assert_eq!(rounds.timeout(), Some(Duration::from_mins(10)));
        rounds.turn();
        assert_eq!(rounds.timeout(), Some(Duration::from_mins(10)));
    });
}

#[test]
fn lost_events_make_every_watch_new() {
    let bench = Bench::new(&["a", "b"], 9);
    bench.run(Ok(()), |rounds| {
        rounds.obey(Order::Add(paths(&["a", "b"])));
        rounds.turn();
        bench.told();
        fs::remove_dir(bench.root.path().join("b")).unwrap();
        let event =
            notify::Event::new(notify::EventKind::Other).set_flag(notify::event::Flag::Rescan);
        rounds.hear(crate::watch::translate::translate(&Ok(event), &Places::default()));
        bench.pass(rounds);
        let reason = "the system dropped events".to_owned();
        let state = Change::State(WatchState::Watching { folders: 2 });
        assert_eq!(bench.told(), [Change::All { reason }, state]);
    });
}

#[test]
fn a_root_that_comes_back_is_found_by_looking() {
    let bench = Bench::new(&["a"], 9);
    bench.run(Ok(()), |rounds| {
        bench.told();
        let away = tempfile::tempdir().unwrap();
        fs::rename(bench.root.path(), away.path().join("x")).unwrap();
        let mut hint = Hint::default();
        hint.pending.folders.insert(RepoPath::root());
        rounds.hear(hint);
        assert_eq!(bench.pass(rounds), Duration::from_millis(250));
        assert_eq!(bench.told(), [Change::RootGone]);
        assert_eq!(bench.pass(rounds), Duration::from_secs(10));
        assert_eq!(bench.told(), []);
        fs::rename(away.path().join("x"), bench.root.path()).unwrap();
        bench.pass(rounds);
        let reason = "the folder is there again".to_owned();
        assert_eq!(bench.told(), [Change::All { reason }]);
    });
}

#[test]
fn a_folder_and_its_siblings_with_longer_names_are_told_apart() {
    let bench = Bench::new(&["a", "a-b", "a/b", "ab"], 9);
    bench.run(Ok(()), |rounds| {
        rounds.obey(Order::Add(paths(&["a", "a-b", "a/b", "ab"])));
        rounds.obey(Order::Remove(paths(&["a"])));
        rounds.turn();
        let state = Change::State(WatchState::Watching { folders: 3 });
        assert_eq!(bench.told().last(), Some(&state));
    });
}
