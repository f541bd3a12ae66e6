//! From settings to a running engine.

use std::{
    collections::VecDeque,
    num::NonZero,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::sync::mpsc;

use super::{
    Feed, Handle,
    jobs::count::Workshop,
    keep::Keeper,
    offers::Homes,
    pool::Pool,
    publish::Publisher,
    queue::{Queue, QueueOptions},
    rate::Rate,
    report::Report,
    retry::Retry,
    run::{Engine, Money, Repository, Scans, Work},
    saved::SavedQueue,
    spend::BooksPlan,
    tree::Tree,
};
use crate::{
    config::Config,
    count::Counter,
    model::{Clock, Shown, SpendSummary, WatchState},
    store::{Places, Store},
};

/// Reports that wait for the loop: a few per thread, so that threads feel when it is behind.
const REPORTS: usize = 64;
/// Failed tasks that are remembered.
const FAILED_KEPT: usize = 1000;

/// Why an engine could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder cannot be opened.
    #[error("cannot open `{}`: {source}", Shown::text(&path.to_string_lossy()))]
    Root {
        /// The folder as given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No worker could be started.
    #[error("cannot start a worker thread: {0}")]
    Threads(std::io::Error),
}

/// Whether an engine keeps what it counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keep {
    /// In the cache of the user.
    Cache,
    /// Nowhere: `--no-cache`.
    Nothing,
}

/// Starts an engine on the current tokio runtime, over the folder `root` when there is one.
///
/// # Errors
/// Fails when the folder cannot be opened or no thread can be started. A store that cannot be
/// opened is no error: the engine works without and says so.
pub fn start(
    config: &Config,
    root: Option<&Path>,
    keep: Keep,
    clock: Arc<dyn Clock>,
) -> Result<Handle, StartError> {
    let root = root.map(open_folder).transpose()?;
    let (report_tx, report_rx) = mpsc::channel(REPORTS);
    let store = match keep {
        Keep::Cache => {
            let places = Places::new(&config.paths.cache, &config.paths.data);
            Store::open(&places, &config.store, Arc::clone(&clock))
        }
        Keep::Nothing => {
            Store::in_memory(&config.store, Arc::clone(&clock), "the cache is switched off")
        }
    };
    let threads = threads(config);
    let workshop = Workshop {
        root: root.clone().unwrap_or_default(),
        max_file: config.walk.max_file_bytes,
        counter: Counter::new(&config.count),
        store: Some(store.clone()),
        hashes: true,
        clock: Arc::clone(&clock),
        threads,
    };
    let queue_file = queue_file(config, root.as_deref()).filter(|_| store.owner_pid().is_none());
    let work = work(config, &workshop, &report_tx, root.is_some(), queue_file.as_deref())?;
    let mut model = config.chosen_model().clone();
    model.encoding = config.chosen_encoding();
    let books_of = root.clone();
    let mut engine = Engine {
        repository: root.map(repository),
        tree: Tree::new(model.encoding),
        work,
        store,
        models: config.models.clone(),
        model,
        encoding: config.encoding,
        workshop,
        walk: config.walk.clone(),
        feed: Feed::default(),
        publisher: Publisher::default(),
        keeper: Keeper::of(queue_file),
        money: Money {
            plan: BooksPlan::new(config, books_of),
            accounts: None,
            summary: SpendSummary::default(),
        },
        homes: Homes::of(config),
        clock,
        reports: report_tx,
    };
    engine.start_watch(&config.watch);
    let (handle, inbox) = Handle::new();
    tokio::spawn(engine.run(inbox, report_rx));
    Ok(handle)
}

/// Returns where the queue of a repository is kept between two runs.
#[must_use]
pub fn queue_file(config: &Config, root: Option<&Path>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    let name = blake3::hash(root?.as_os_str().as_bytes()).to_hex();
    Some(config.paths.state.join("queues").join(format!("{}.json", &name[..16])))
}

fn work(
    config: &Config,
    workshop: &Workshop,
    reports: &mpsc::Sender<Report>,
    counts: bool,
    queue_file: Option<&Path>,
) -> Result<Work, StartError> {
    let options = QueueOptions {
        limit: config.work.queue_limit,
        age: Duration::from_secs(config.work.age_seconds),
        keep_failed: FAILED_KEPT,
    };
    let first_id = queue_file.map(|file| SavedQueue::load(file).queue.next_id);
    let retry = &config.work.retry;
    let retry = Retry {
        attempts: retry.attempts,
        base: Duration::from_millis(retry.base_ms),
        factor: retry.factor,
        cap: Duration::from_millis(retry.cap_ms),
        jitter: retry.jitter,
    };
    let mut queue = Queue::new(options, first_id.unwrap_or(SavedQueue::default().next_id));
    queue.set_max_attempts(retry.max_attempts());
    let size = if counts { workshop.threads } else { 0 };
    Ok(Work {
        queue,
        retry,
        pool: Pool::start(size, workshop, reports).map_err(StartError::Threads)?,
        backlog: VecDeque::new(),
        rate: Rate::new(workshop.clock.monotonic()),
        sides: Vec::new(),
        looked_at: Vec::new(),
        ended: VecDeque::new(),
    })
}

fn threads(config: &Config) -> usize {
    match config.work.workers {
        0 => std::thread::available_parallelism().map_or(1, NonZero::get),
        workers => workers,
    }
}

fn open_folder(path: &Path) -> Result<PathBuf, StartError> {
    let failed = |source| StartError::Root { path: path.to_path_buf(), source };
    let root = path.canonicalize().map_err(failed)?;
    // Reading the folder tells at once what the walk would only tell later.
    std::fs::read_dir(&root).map_err(failed)?;
    Ok(root)
}

fn repository(root: PathBuf) -> Repository {
    Repository {
        branch: crate::walk::branch(&root),
        root,
        watch: None,
        watch_state: WatchState::Off,
        scans: Scans::default(),
    }
}
