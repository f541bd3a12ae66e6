//! The ledger with the logs it is fed from.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    ffi::OsString,
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::{Weights, listing::Listing, readers::Sources};
use crate::{
    config::Config,
    ledger::{
        Ledger, LedgerError, Places, Prices, PricesError,
        budget::{Mark, message},
        logs::{SourceOptions, Stop, Window, sources},
    },
    model::{
        Clock, Day, Notice, NoticeLevel, Shown, SpendFilter, SpendQuery, SpendRecords,
        SpendRecordsQuery, SpendReport, SpendSummary, Tool, UnixNanos,
    },
    store::Store,
};

/// What a provider says of a window that it limits.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldWindow {
    /// How long it is.
    pub minutes: u64,
    /// Used, in percent.
    pub percent: f64,
    /// When it ends.
    pub resets: UnixNanos,
}

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
    pub(super) sources: Sources,
    /// What more readers are made from.
    pub(super) environment: Vec<(OsString, OsString)>,
    pub(super) options: SourceOptions,
    pub(super) weights: RefCell<Weights>,
    store: Store,
    /// The logs that were found last.
    pub(super) listing: Listing,
    notices: Vec<Notice>,
    warnings: Vec<String>,
    /// Everything that was warned of: once is enough.
    said: BTreeSet<String>,
    pub(super) is_whole: bool,
    /// Whether logs are read at all; what scripts record is kept either way.
    pub(super) reads_logs: bool,
    /// Where other processes leave what they record.
    pub(super) spool: PathBuf,
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
            stop: Stop::default(),
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
        if !config.ledger.enabled {
            let off =
                "`spend.enabled` is off: no log is read, and only what is in the ledger counts";
            warnings.push(off.to_owned());
        }
        Ok(Self {
            ledger,
            sources: sources(&config.environment, &options),
            environment: config.environment.clone(),
            options,
            weights: RefCell::new(Weights::new(store.clone())),
            store,
            listing: Listing::default(),
            notices: Vec::new(),
            warnings,
            said: BTreeSet::new(),
            is_whole: true,
            reads_logs: config.ledger.enabled,
            spool,
            clock,
        })
    }

    /// Has reading logs end early when this is asked; what was not read is read the next time.
    pub(super) fn until(mut self, stop: Stop) -> Self {
        self.options.stop = stop;
        self.sources = sources(&self.environment, &self.options);
        self
    }

    /// Returns false when another larder keeps the ledger and has not read all logs yet: sums are
    /// parts of what was spent then.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.is_whole
    }

    pub(super) fn warn(&mut self, text: &str) {
        let text = Shown::text(text).to_string();
        if self.said.insert(text.clone()) {
            tracing::warn!("{text}");
            self.warnings.push(text);
        }
    }

    /// Says of each budget once in its period that it reached a mark; for who shows that to a person.
    pub(super) fn note_budgets(&mut self) {
        let (reached, kept) = self.ledger.take_crossings();
        if !reached.is_empty() {
            // Saved before this, the next opening would have to read it.
            self.ledger.checkpoint();
        }
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
        let SpendFilter {
            since: _,
            until: _,
            names: _,
            tool,
            provider,
            model,
            project,
            session,
            text,
        } = &query.filter;
        let names = [provider, model, project, session, text];
        // A hit asks no model, so that none of these is known of it.
        if tool.is_none() && names.into_iter().all(Option::is_none) {
            let saved = self.store.saved_between(report.from, report.to);
            (report.savings.larder, report.savings.larder_ms) = (saved.usd, saved.ms);
        }
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
        let today = self.today();
        let saved = self.store.saved_between(Day(today.0.first_of_month()), today);
        (summary.savings.larder, summary.savings.larder_ms) = (saved.usd, saved.ms);
        summary
    }

    /// Returns everything at a glance without reading any log but, when one is named, that one, and
    /// keeps what Claude Code is told of its windows.
    ///
    /// # Errors
    /// Fails as [`Books::open`] does.
    pub fn glance(
        config: &Config,
        (log, windows): (Option<&Path>, &[ToldWindow]),
        clock: Arc<dyn Clock>,
    ) -> Result<SpendSummary, BooksError> {
        let reason = "only the ledger is looked at";
        let store = Store::in_memory(&config.store, Arc::clone(&clock), reason);
        let mut books = Self::open_with(config, store, None, clock)?;
        if let Some(log) = log {
            books.refresh_file(log);
        }
        let at = books.clock.wall();
        for ToldWindow { minutes, percent, resets } in windows.iter().cloned() {
            let window = Window { minutes, percent, resets, at };
            books.ledger.see_window(Tool::ClaudeCode, window)?;
        }
        books.ledger.checkpoint();
        Ok(books.ledger.summary())
    }

    /// Returns how long what was read may wait to be saved; `None` when it is.
    pub(super) fn until_save(&self) -> Option<Duration> {
        self.ledger.until_save()
    }

    /// Saves what makes the next opening fast.
    pub(super) fn save(&mut self) {
        self.ledger.checkpoint();
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
