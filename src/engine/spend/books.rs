//! The ledger with the logs it is fed from.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs::DirBuilder,
    io::ErrorKind,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Weights,
    readers::{self, Log, Said, Sources},
};
use crate::{
    config::Config,
    ledger::{
        Batch, Ledger, LedgerError, Places, Prices, PricesError,
        budget::{Mark, message},
        logs::{SourceOptions, UsageLog, sources},
    },
    model::{
        Clock, Day, Notice, NoticeLevel, Shown, SpendQuery, SpendRecords, SpendRecordsQuery,
        SpendReport, SpendSummary,
    },
    store::Store,
};

/// Why the books cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum BooksError {
    /// The ledger cannot be opened, or does not take something.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The user's prices are wrong.
    #[error(transparent)]
    Prices(#[from] PricesError),
    /// What should be recorded is no request; holds why.
    #[error("{0}")]
    NoRequest(String),
}

/// The ledger, the logs it is fed from, and what files weigh.
#[derive(Debug)]
pub struct Books {
    pub(super) ledger: Ledger,
    sources: Sources,
    /// What more readers are made from.
    environment: Vec<(OsString, OsString)>,
    options: SourceOptions,
    weights: RefCell<Weights>,
    store: Store,
    /// Folders of the logs that were found last.
    folders: BTreeSet<PathBuf>,
    notices: Vec<Notice>,
    warnings: Vec<String>,
    /// Everything that was warned of: once is enough.
    said: BTreeSet<String>,
    is_whole: bool,
    /// Where other processes leave what they record.
    spool: PathBuf,
    clock: Arc<dyn Clock>,
}

impl Books {
    /// Opens the books of a user, without the help of an engine; no log is read.
    ///
    /// # Errors
    /// Fails when the ledger cannot be read, or the user's prices are wrong.
    pub fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, BooksError> {
        let places = crate::store::Places::new(&config.paths.cache, &config.paths.data);
        let store = Store::open(&places, &config.store, Arc::clone(&clock));
        // Some tools keep their logs in the repository they work in.
        let here = std::env::current_dir().ok();
        let repository = here
            .as_deref()
            .map(|here| here.ancestors().find(|above| above.join(".git").exists()).unwrap_or(here));
        Self::open_with(config, store, repository, clock)
    }

    /// Opens the books with a store that knows what files weigh, and the repository that is open.
    pub(in crate::engine) fn open_with(
        config: &Config,
        store: Store,
        repository: Option<&Path>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BooksError> {
        let ledger = open_ledger(config, Arc::clone(&clock))?;
        let here = repository.map(Path::to_path_buf);
        let options = SourceOptions {
            aider_analytics: config.ledger.aider_logs.clone(),
            projects: here.into_iter().collect(),
            zone: Some(ledger.zone().time_zone().clone()),
        };
        let spool = ledger.spool_folder();
        if ledger.is_writer()
            && let Err(error) = DirBuilder::new().recursive(true).mode(0o700).create(&spool)
        {
            tracing::debug!("no spool to watch: {error}");
        }
        let mut warnings = Vec::new();
        if ledger.has_new_prices() {
            let hint = "other prices than those of now were used: `larder spend reprice --dry-run` \
                        tells what that changes";
            warnings.push(hint.to_owned());
        }
        Ok(Self {
            ledger,
            sources: sources(&config.environment, &options),
            environment: config.environment.clone(),
            options,
            weights: RefCell::new(Weights::new(store.clone())),
            store,
            folders: BTreeSet::new(),
            notices: Vec::new(),
            warnings,
            said: BTreeSet::new(),
            is_whole: true,
            spool,
            clock,
        })
    }

    /// Reads what is new in all logs; `progress` is told how many files are done of how many.
    ///
    /// What cannot be read is warned of, and does not keep the others from being read. While
    /// another larder keeps the ledger, what that one has read is taken instead.
    pub fn refresh(&mut self, progress: &mut dyn FnMut(u64, u64)) {
        if let Err(error) = self.ledger.poll() {
            self.warn(&error.to_string());
        }
        let logs: Vec<(usize, PathBuf)> = self
            .sources
            .iter()
            .enumerate()
            .flat_map(|(at, source)| source.files().into_iter().map(move |file| (at, file)))
            .collect();
        self.folders = logs.iter().filter_map(|(_, file)| Some(file.parent()?.into())).collect();
        if self.ledger.is_writer() {
            let total = logs.len() as u64;
            let (apart, logs) = self.split(logs);
            self.read_apart(&apart, &mut |done| progress(done, total));
            for ((source, file), done) in logs.iter().zip(apart.len() as u64..) {
                progress(done, total);
                self.import(*source, file);
            }
            progress(total, total);
            if let Err(error) = self.ledger.commit() {
                self.warn(&error.to_string());
            }
            self.is_whole = true;
        } else {
            // The one that keeps the ledger may be at it still.
            let is_read = |(_, file): &(usize, PathBuf)| {
                let size = std::fs::metadata(file).map_or(0, |found| found.len());
                self.ledger.seen(file).size >= size || std::fs::File::open(file).is_err()
            };
            self.is_whole = logs.iter().all(is_read);
        }
        self.warn_of_damage();
        self.weights.borrow_mut().forget();
        self.ledger.checkpoint();
        self.note_budgets();
    }

    /// Reads what is new in one log, whoever's it is.
    fn refresh_file(&mut self, file: &Path) {
        let is_below =
            |source: &dyn UsageLog| source.roots().iter().any(|root| file.starts_with(root));
        let source = self.sources.iter().position(|source| is_below(&**source));
        if let Some(source) = source.filter(|_| self.ledger.is_writer()) {
            self.import(source, file);
        }
    }

    fn import(&mut self, source: usize, file: &Path) {
        let Some(source) = self.sources.get(source) else { return };
        let weights = &self.weights;
        let weigh = |project: &str, file: &str| {
            weights.borrow_mut().of(Path::new(project), Path::new(file))
        };
        if let Err(error) = self.ledger.import(&**source, file, &weigh) {
            self.warn(&error.to_string());
        }
    }

    /// Returns the logs that readers should read beside each other, and the others.
    fn split(&self, logs: Vec<(usize, PathBuf)>) -> (Vec<Log>, Vec<(usize, PathBuf)>) {
        let (alone, others): (Vec<_>, Vec<_>) = logs
            .into_iter()
            .partition(|(source, _)| readers::stand_alone(self.sources[*source].tool()));
        let log = |(source, file): (usize, PathBuf)| {
            let tool = self.sources[source].tool();
            Log { source, tool, seen: self.ledger.seen(&file), file }
        };
        let alone: Vec<Log> = alone.into_iter().map(log).collect();
        if readers::are_worth_readers(&alone) {
            return (alone, others);
        }
        let alone = alone.into_iter().map(|log| (log.source, log.file));
        (Vec::new(), alone.chain(others).collect())
    }

    /// Reads logs on all cores; `done` is told how many are done.
    fn read_apart(&mut self, logs: &[Log], done: &mut dyn FnMut(u64)) {
        if logs.is_empty() {
            return;
        }
        let reader = || sources(&self.environment, &self.options);
        let all: Vec<Sources> = (0..readers::how_many()).map(|_| reader()).collect();
        let (ledger, weights) = (&mut self.ledger, &self.weights);
        let weigh = |project: &str, file: &str| {
            weights.borrow_mut().of(Path::new(project), Path::new(file))
        };
        let mut batches: BTreeMap<usize, Result<Batch, LedgerError>> = BTreeMap::new();
        let (mut errors, mut ended) = (Vec::new(), 0);
        readers::read(all, logs, &mut |at, said| match said {
            Said::Found(found) => {
                let batch = batches.entry(at).or_insert_with(|| Ok(Batch::default()));
                for one in found {
                    let Ok(into) = batch else { return };
                    if let Err(error) = ledger.absorb(logs[at].tool, one, &weigh, into) {
                        *batch = Err(error);
                    }
                }
            }
            Said::Read(seen) => {
                let Log { tool, file, .. } = &logs[at];
                let batch = batches.remove(&at).unwrap_or_else(|| Ok(Batch::default()));
                let taken = batch.and_then(|batch| match seen {
                    Ok(seen) => ledger.finish(*tool, file, seen, batch).map(drop),
                    Err(error) => Err(ledger.fail(*tool, file, error)),
                });
                errors.extend(taken.err());
                ended += 1;
                done(ended);
            }
        });
        for error in errors {
            self.warn(&error.to_string());
        }
    }

    /// Returns false when another larder keeps the ledger and has not read all logs yet: sums are
    /// parts of what was spent then.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Says what is missing in the sums and would not be seen otherwise.
    fn warn_of_damage(&mut self) {
        let (damaged, _) = self.ledger.damaged_lines();
        if damaged > 0 {
            self.warn(&format!(
                "damaged lines of the ledger that are not counted: {damaged}; see `larder spend verify`"
            ));
        }
        for file in self.ledger.gone_files() {
            self.warn(&format!(
                "a file of the ledger is gone, and what only it held is not counted: {}; restore it \
                 from a backup",
                file.display()
            ));
        }
        for root in self.sources.iter().flat_map(|source| source.roots()).collect::<BTreeSet<_>>() {
            if let Err(error) = std::fs::read_dir(&root)
                && !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
            {
                self.warn(&format!("logs in {} are not read: {error}", root.display()));
            }
        }
    }

    fn warn(&mut self, text: &str) {
        let text = Shown::text(text).to_string();
        if self.said.insert(text.clone()) {
            tracing::warn!("{text}");
            self.warnings.push(text);
        }
    }

    /// Says of each budget once in its period that it reached a mark.
    fn note_budgets(&mut self) {
        let (reached, kept) = self.ledger.take_crossings();
        if let Err(error) = kept {
            self.warn(&error.to_string());
        }
        let budgets = if reached.is_empty() { Vec::new() } else { self.ledger.summary().budgets };
        for one in reached.iter().filter(|one| !one.is_withdrawn) {
            let Some(budget) = budgets.iter().find(|budget| budget.name == one.budget) else {
                continue;
            };
            let (level, text) = match (one.mark, budget.run_out) {
                (Mark::WillRunOut, Some(day)) => {
                    let name = &budget.name;
                    (NoticeLevel::Warning, format!("the budget `{name}` will be used up on {day}"))
                }
                (Mark::Exceeded, _) => (NoticeLevel::Error, message(budget)),
                (Mark::Warning | Mark::Alert | Mark::WillRunOut, _) => {
                    (NoticeLevel::Warning, message(budget))
                }
            };
            let at = self.clock.wall();
            self.notices.push(Notice { level, text: Shown::text(&text).to_string(), at });
        }
    }

    /// Returns what a person should know of budgets, once.
    #[must_use]
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Returns what could not be read, once.
    #[must_use]
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Returns this day in the zone of the settings.
    #[must_use]
    pub fn today(&self) -> Day {
        self.ledger.today()
    }

    /// Returns sums.
    #[must_use]
    pub fn report(&mut self, query: &SpendQuery) -> SpendReport {
        let mut report = self.ledger.query(query);
        let saved = self.store.status().saved;
        (report.savings.larder, report.savings.larder_ms) = (saved.usd, saved.ms);
        report
    }

    /// Returns single requests.
    ///
    /// # Errors
    /// Fails when the journal cannot be read.
    pub fn records(&mut self, query: &SpendRecordsQuery) -> Result<SpendRecords, BooksError> {
        Ok(self.ledger.records(query)?)
    }

    /// Returns everything at a glance.
    #[must_use]
    pub fn summary(&mut self) -> SpendSummary {
        let mut summary = self.ledger.summary();
        let saved = self.store.status().saved;
        (summary.savings.larder, summary.savings.larder_ms) = (saved.usd, saved.ms);
        summary
    }

    /// Returns everything at a glance without reading any log but, when one is named, that one.
    ///
    /// # Errors
    /// Fails as [`Books::open`] does.
    pub fn glance(
        config: &Config,
        log: Option<&Path>,
        clock: Arc<dyn Clock>,
    ) -> Result<SpendSummary, BooksError> {
        let reason = "only the ledger is looked at";
        let store = Store::in_memory(&config.store, Arc::clone(&clock), reason);
        let mut books = Self::open_with(config, store, None, clock)?;
        if let Some(log) = log {
            books.refresh_file(log);
        }
        Ok(books.ledger.summary())
    }

    /// Returns the folders that hold logs, whether they exist or not.
    pub(super) fn roots(&self) -> BTreeSet<PathBuf> {
        let spool = std::iter::once(self.spool.clone());
        self.sources.iter().flat_map(|source| source.roots()).chain(spool).collect()
    }

    /// Returns every folder between `root` and the logs below it.
    pub(super) fn folders_below(&self, root: &Path) -> BTreeSet<PathBuf> {
        let below = self.folders.iter().filter(|folder| folder.starts_with(root));
        below
            .flat_map(|folder| folder.ancestors().take_while(|above| above.starts_with(root)))
            .map(Path::to_path_buf)
            .collect()
    }

    /// Makes everything durable.
    ///
    /// # Errors
    /// Fails when the journal cannot be written.
    pub fn close(self) -> Result<(), BooksError> {
        Ok(self.ledger.close()?)
    }
}

/// Opens the ledger alone.
pub(super) fn open_ledger(config: &Config, clock: Arc<dyn Clock>) -> Result<Ledger, BooksError> {
    let prices = Prices::load(&config.paths.prices_file())?;
    let places = Places::in_folders(&config.paths.state, &config.paths.cache);
    Ok(Ledger::open(&places, config.ledger.clone(), prices, clock)?)
}
