//! The ledger itself: what is known, and who may write it.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::{
    BudgetSpec, LedgerError, Options, Places,
    book::{Book, Name},
    days::{self, Zone},
    files::Files,
    journal::{Inbox, Reader, Register, Spool, Taken, Writer, spool_of},
    keys::Keys,
    prices::Prices,
    projects::Projects,
    requests::Limits,
    saved::{self, SavedSums, Stamp},
    sums::Sums,
};
use crate::model::{Clock, Day, Shown, SpendState, UnixNanos};

/// Between two times that the sums are saved while much comes in.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// What was spent, for good.
#[derive(Debug)]
pub struct Ledger {
    pub(super) places: Places,
    pub(super) options: Options,
    pub(super) budgets: Vec<BudgetSpec>,
    pub(super) prices: Prices,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) zone: Zone,
    pub(super) role: Role,
    /// Names, and the requests that something was heard of.
    pub(super) book: Book,
    /// Whether all requests are in the book.
    pub(super) has_all: bool,
    /// Where the others are, once one was looked for.
    pub(super) keys: Option<Keys>,
    pub(super) limits: Limits,
    /// Everything else that is known.
    pub(super) known: SavedSums,
    pub(super) projects: Projects,
    /// Who serves which model, as far as prices were looked for.
    pub(super) providers: HashMap<(Name, Name), String>,
    /// Whether the saved sums are behind, and when they were saved last.
    pub(super) is_dirty: bool,
    saved_at: Duration,
    /// Which sums of the writer a reader has looked at.
    pub(super) sums_stamp: Option<Stamp>,
    /// The groups of requests that were left for the writer.
    pub(super) handed_over: HashSet<u64>,
    /// The states of logs of which the ledger lacked nothing, so that they need not be read again.
    pub(super) whole_logs: HashMap<PathBuf, Stamp>,
    /// How long the journal was when its keys were saved.
    pub(super) keys_until: u64,
}

/// Who this larder is to the journal.
#[derive(Debug)]
pub(super) enum Role {
    /// The one that writes it.
    Writer(Box<Writer>, Inbox),
    /// One that reads it, and leaves its own records in a spool.
    Reader(Spool),
}

impl Ledger {
    /// Opens the ledger: as its writer, or as a reader while another larder writes it.
    ///
    /// A journal that cannot be written does not fail this: what comes is kept in memory, and
    /// [`Ledger::state`] says why.
    ///
    /// # Errors
    /// Fails when the zone is unknown, a budget is none, or the journal cannot be read.
    pub fn open(
        places: &Places,
        options: Options,
        prices: Prices,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, LedgerError> {
        Self::open_within(Limits::default(), places, options, (prices, clock))
    }

    /// Opens the ledger with limits of its own.
    pub(super) fn open_within(
        limits: Limits,
        places: &Places,
        options: Options,
        (prices, clock): (Prices, Arc<dyn Clock>),
    ) -> Result<Self, LedgerError> {
        let zone = Zone::find(&options.zone)?;
        let budgets = options.budgets().map_err(|(_, bad)| LedgerError::Budget(bad))?;
        let role = match Writer::take(&places.journal, clock.clone()) {
            Taken::Writer(writer) => Role::Writer(writer, Inbox::new(&places.journal)),
            Taken::ByAnother => Role::Reader(Spool::new(&places.journal, clock.clone())),
        };
        let saved_at = clock.monotonic();
        let mut ledger = Self {
            places: places.clone(),
            options,
            budgets,
            prices,
            clock,
            zone,
            role,
            book: Book::default(),
            has_all: true,
            keys: None,
            limits,
            known: SavedSums::default(),
            projects: Projects::default(),
            providers: HashMap::new(),
            is_dirty: false,
            saved_at,
            sums_stamp: None,
            handed_over: HashSet::new(),
            whole_logs: HashMap::new(),
            keys_until: 0,
        };
        ledger.load()?;
        if let Err(error) = ledger.poll() {
            // What others left is tried again by every poll, which says so where people look.
            tracing::warn!("{error}");
        }
        Ok(ledger)
    }

    /// Returns true when this larder writes the journal and may read logs into it.
    #[must_use]
    pub const fn is_writer(&self) -> bool {
        matches!(self.role, Role::Writer(..))
    }

    /// Returns [`SpendState::Ready`], or why what comes cannot be kept.
    #[must_use]
    pub fn state(&self) -> SpendState {
        let trouble = match &self.role {
            Role::Writer(writer, _) => writer.trouble(),
            Role::Reader(_) => None,
        };
        trouble.map_or(SpendState::Ready, |reason| SpendState::Broken {
            reason: Shown::text(&format!(
                "what was spent is only kept in memory, because the journal in {} cannot be \
                 written: {reason}",
                self.places.journal.display()
            ))
            .to_string(),
        })
    }

    /// Returns the folder where other processes leave what they record.
    #[must_use]
    pub fn spool_folder(&self) -> PathBuf {
        spool_of(&self.places.journal)
    }

    /// Returns the zone that days are cut in.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Returns this day in that zone.
    #[must_use]
    pub fn today(&self) -> Day {
        days::day(self.zone.number_of(self.now().0))
    }

    /// Returns how many requests there are.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.known.requests
    }

    /// Returns how many lines of journal and spools are damaged, and how many a newer larder wrote;
    /// neither count.
    #[must_use]
    pub fn damaged_lines(&self) -> (u64, u64) {
        let ((bad, newer), spools) = (self.known.damaged, self.lost_in_spools());
        (bad + spools.0, newer + spools.1)
    }

    /// Returns the files of the journal that were there once and are gone.
    #[must_use]
    pub fn gone_files(&self) -> Vec<PathBuf> {
        let folder = &self.places.journal;
        // What cannot be read is told where requests are read.
        Register::read(folder).map(|register| register.gone(folder)).unwrap_or_default()
    }

    /// Returns the prices that new requests are priced by.
    #[must_use]
    pub const fn prices(&self) -> &Prices {
        &self.prices
    }

    pub(super) fn now(&self) -> UnixNanos {
        self.clock.wall()
    }

    pub(super) fn reader(&self) -> Reader {
        Reader::new(&self.places.journal)
    }

    pub(super) const fn sums(&self) -> &Sums {
        &self.known.sums
    }

    pub(super) const fn files(&self) -> &Files {
        &self.known.files
    }

    /// Makes everything durable and saves what makes the next opening fast.
    ///
    /// # Errors
    /// Fails when the journal cannot be written.
    pub fn close(mut self) -> Result<(), LedgerError> {
        if let Role::Writer(writer, _) = &mut self.role {
            writer.try_at_once();
        }
        self.commit()?;
        self.save(Save::Now);
        Ok(())
    }

    /// Returns how long the sums may wait to be saved; `None` when they are saved, or cannot be.
    #[must_use]
    pub fn until_save(&self) -> Option<Duration> {
        let Role::Writer(writer, _) = &self.role else { return None };
        let since = self.clock.monotonic().saturating_sub(self.saved_at);
        let waits = self.is_dirty && writer.pending() == 0;
        waits.then(|| SAVE_EVERY.saturating_sub(since))
    }

    /// Says whether the sums were not saved a moment ago.
    pub(super) fn is_time_to_save(&self) -> bool {
        self.clock.monotonic().saturating_sub(self.saved_at) >= SAVE_EVERY
    }

    /// Saves the sums, and the keys where that pays; what is saved is always durable in the
    /// journal before.
    pub(super) fn save(&mut self, when: Save) {
        let Role::Writer(writer, _) = &self.role else { return };
        let is_soon = when == Save::Soon && !self.is_time_to_save();
        if writer.pending() > 0 || !self.is_dirty || is_soon {
            return;
        }
        let now = self.clock.monotonic();
        self.known.sums.recent.forget(self.clock.wall());
        self.refresh();
        self.known.zone = self.zone.name().to_owned();
        self.settle_keys();
        let path = self.places.sums();
        log(&path, saved::save_sums(&path, &self.known, &self.book.names));
        self.saved_at = now;
        self.is_dirty = false;
    }
}

/// When the sums are saved.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Save {
    /// Unless that was done a moment ago.
    Soon,
    /// In any case.
    Now,
}

/// What could not be saved only makes the next opening slower.
fn log(path: &Path, saved: std::io::Result<()>) {
    if let Err(error) = saved {
        tracing::warn!(path = %path.display(), %error, "cannot save the sums of the ledger");
    }
}
