//! What all parts of the store share.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, OnceLock, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::Duration,
};

use strum::IntoEnumIterator;

use crate::model::{Clock, Kind, StoreMode, Tier as TierName};

use super::{
    age::{Oldest, Opened},
    beside::Beside,
    blob::Blobs,
    catalog::Catalog,
    counters::Counters,
    error::StoreError,
    evict::minute,
    flight::Flights,
    generation::Generation,
    history::History,
    hold::{Waited, hold, wait_while},
    lock::Lock,
    mark::Mark,
    memory::Memory,
    options::Options,
    pending::Pending,
    rack::Rack,
    remarks::Remarks,
    tally::Tally,
};

/// A read waits this long for the disk to open; then the store goes on without it.
const OPEN_LIMIT: Duration = Duration::from_secs(10);

/// Who waits for the list of files looks so often whether it is still wanted.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The lowest tier as it stands.
pub(super) enum Bottom {
    /// Nobody has needed it yet.
    Idle,
    /// The writer opens it.
    Opening,
    /// It works.
    Open(Arc<Rack>),
    /// There is none.
    Closed,
}

/// Who wants to know when the store begins to work otherwise.
pub(super) type Listener = Box<dyn Fn() + Send + Sync>;

/// What the writer is asked to do beside writing.
#[derive(Debug, Default)]
pub(super) struct Chores {
    /// The live generation is damaged; holds what was found.
    pub(super) damage: Option<String>,
    /// How many entries there were before the database lost some.
    pub(super) before_loss: Option<u64>,
    /// Old generations lie about.
    pub(super) old_generations: bool,
    /// The lowest tiers of old generations that somebody may still work with.
    pub(super) replaced: Vec<Weak<Rack>>,
    /// Files and database may not agree.
    pub(super) listing: Listing,
}

/// Whether the database lists every file of a value, and no other.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Listing {
    /// It does.
    #[default]
    Done,
    /// The writer has to make it so.
    Wanted,
    /// The writer makes it so.
    Running,
}

/// Waiting longer after each failed attempt to open again.
#[derive(Debug, Default)]
pub(super) struct Retry {
    /// Ticks until the next attempt.
    pub(super) ticks: u32,
    /// Ticks after that one.
    pub(super) then: u32,
}

/// The shared state; every lock in it guards plain data and is held for moments.
pub(super) struct Core {
    pub(super) folder: Option<PathBuf>,
    /// Where values lie that have a file of their own; `None` when nothing is kept.
    pub(super) blobs: Option<Arc<Blobs>>,
    pub(super) options: Options,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) counters: Counters,
    pub(super) tally: Tally,
    pub(super) catalog: Catalog,
    pub(super) memory: Memory,
    pub(super) pending: Arc<Pending>,
    pub(super) flights: Flights,
    pub(super) bottom: Mutex<Bottom>,
    pub(super) opened: Condvar,
    pub(super) mode: Mutex<StoreMode>,
    pub(super) history: Mutex<History>,
    /// The pid of the process that owns the folder, when that is another one.
    pub(super) owner: Mutex<Option<u32>>,
    /// Why nothing is written although it could be: the disk has too little space left.
    pub(super) nearly_full: Mutex<Option<String>>,
    pub(super) lock: Mutex<Option<Lock>>,
    pub(super) generation: Mutex<Generation>,
    /// True when the generation was just made: nothing can be found in it.
    pub(super) fresh: AtomicBool,
    /// Held while entries on the disk change; true while the saved numbers are marked unclean.
    pub(super) storing: Mutex<bool>,
    pub(super) chores: Mutex<Chores>,
    /// Tells that the database lists every file.
    pub(super) listed: Condvar,
    /// What happened to the store that its user should know.
    pub(super) remarks: Mutex<Remarks>,
    /// Called when it works otherwise from now on.
    pub(super) listener: OnceLock<Listener>,
    /// Held while a path index is written.
    pub(super) index_writing: Mutex<()>,
    pub(super) retry: Mutex<Retry>,
    pub(super) writer: Mutex<Option<JoinHandle<()>>>,
    /// When the store was opened, and when it last looked for what is too old.
    pub(super) opened_at: Opened,
    pub(super) aged_at: Mutex<Duration>,
    pub(super) oldest: Oldest,
    pub(super) beside: Beside,
    pub(super) mark: Mutex<Mark>,
    pub(super) sweeper: Mutex<Option<JoinHandle<()>>>,
    pub(super) compactor: Mutex<Option<JoinHandle<()>>>,
    pub(super) compacting: AtomicBool,
    /// Bytes of the database, as last measured and after the last compaction.
    pub(super) database_bytes: AtomicU64,
    pub(super) compacted_to: AtomicU64,
    pub(super) sweeping: AtomicBool,
    /// Bytes that the last clean-up left.
    pub(super) swept_to: AtomicU64,
    /// True while a thread opens the lowest tier.
    pub(super) opening_now: AtomicBool,
    /// True when that thread took too long: nobody waits for it any more.
    pub(super) gave_up: AtomicBool,
    pub(super) closing: AtomicBool,
    /// True once somebody has begun to end the store: first it is brought below its limit.
    pub(super) ending: AtomicBool,
    /// True when this process has brought in entries: then it keeps the limit before it ends.
    pub(super) has_stored: AtomicBool,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Core {
    /// Returns the lowest tier, opening it when nobody has needed it yet and waiting for it.
    pub(super) fn tier(self: &Arc<Self>) -> Option<Arc<Rack>> {
        self.start_opening();
        let bottom = hold(&self.bottom);
        let opening = |bottom: &mut Bottom| matches!(bottom, Bottom::Opening);
        let (bottom, waited) = wait_while(&self.opened, bottom, OPEN_LIMIT, opening);
        match (&*bottom, waited) {
            (Bottom::Open(tier), _) => Some(Arc::clone(tier)),
            (Bottom::Opening, Waited::TimeUp) => {
                drop(bottom);
                self.give_up_opening();
                None
            }
            (Bottom::Idle | Bottom::Opening | Bottom::Closed, _) => None,
        }
    }

    /// Returns the lowest tier for a read: nothing can be found in one that is just being made.
    pub(super) fn tier_for_read(self: &Arc<Self>) -> Option<Arc<Rack>> {
        match &*hold(&self.bottom) {
            Bottom::Open(tier) => return Some(Arc::clone(tier)),
            Bottom::Closed => return None,
            Bottom::Idle | Bottom::Opening if self.fresh.load(Relaxed) => return None,
            Bottom::Idle | Bottom::Opening => {}
        }
        self.tier()
    }

    /// Returns the lowest tier once all writes so far have arrived there, and it lists every file;
    /// `None` when there is none.
    ///
    /// Also one that is just being made: results outlive the database that listed them.
    ///
    /// # Errors
    /// Ends when the store does or `cancel` is set before: whoever went on would see only a part.
    pub(super) fn settled(
        self: &Arc<Self>,
        cancel: &AtomicBool,
    ) -> Result<Option<Arc<Rack>>, StoreError> {
        self.pending.drain();
        loop {
            let Some(tier) = self.tier() else { return Ok(None) };
            self.wait_for_listing(cancel)?;
            // The one that was waited for may have been replaced meanwhile.
            if self.open_tier().is_some_and(|open| Arc::ptr_eq(&open, &tier)) {
                self.look_beside();
                self.remove_all_expired(cancel);
                return Ok(Some(tier));
            }
        }
    }

    /// As [`Core::settled`], for questions: they wait as long as it takes.
    pub(super) fn settled_for_a_look(self: &Arc<Self>) -> Option<Arc<Rack>> {
        // Nobody reads the answer of a store that has ended meanwhile.
        self.settled(&AtomicBool::new(false)).unwrap_or_default()
    }

    /// Waits until an open database lists every file, and knows how many entries it has.
    fn wait_for_listing(&self, cancel: &AtomicBool) -> Result<(), StoreError> {
        let is_listing = |chores: &mut Chores| chores.listing != Listing::Done;
        let still = || is_listing(&mut hold(&self.chores));
        while still() && self.open_tier().is_some() {
            if cancel.load(Relaxed) || self.closing.load(Relaxed) {
                return Err(StoreError::Cancelled);
            }
            drop(wait_while(&self.listed, hold(&self.chores), LOOK_AGAIN, is_listing));
        }
        Ok(())
    }

    /// Returns true when no file holds a value: a database that was just made knows all there is.
    pub(super) fn has_no_files(&self) -> bool {
        self.blobs.as_ref().is_none_or(|blobs| Kind::iter().all(|kind| blobs.is_empty(kind)))
    }

    /// Returns the lowest tier when it is open already.
    pub(super) fn open_tier(&self) -> Option<Arc<Rack>> {
        match &*hold(&self.bottom) {
            Bottom::Open(tier) => Some(Arc::clone(tier)),
            Bottom::Idle | Bottom::Opening | Bottom::Closed => None,
        }
    }

    /// Starts the writer, which opens the lowest tier, unless it runs.
    pub(super) fn start_opening(self: &Arc<Self>) {
        let mut bottom = hold(&self.bottom);
        if !matches!(*bottom, Bottom::Idle) {
            return;
        }
        *bottom = Bottom::Opening;
        drop(bottom);
        self.start_writer();
    }

    /// Starts the store's own thread, which writes, or waits until the folder can be had.
    pub(super) fn start_writer(self: &Arc<Self>) {
        let core = Arc::clone(self);
        let thread = std::thread::Builder::new().name("larder-store".to_owned());
        // Held until it is known: nobody starts another one.
        let mut writer = hold(&self.writer);
        match thread.spawn(move || core.write_or_give_up()) {
            Ok(handle) => *writer = Some(handle),
            Err(error) => {
                drop(writer);
                tracing::error!(%error, "cannot start the store's thread");
                if self.is_owner() {
                    self.close_bottom(StoreMode::MemoryOnly(format!("no thread is left: {error}")));
                }
            }
        }
    }

    fn give_up_opening(&self) {
        let limit = OPEN_LIMIT.as_secs();
        self.count_error();
        tracing::error!(limit, "the cache takes too long to open");
        self.gave_up.store(true, Relaxed);
        let mode = StoreMode::MemoryOnly(format!("the cache did not open within {limit} s"));
        drop(self.exchange(Bottom::Closed, mode));
        self.pending.halt();
        self.opened.notify_all();
        self.tell();
    }

    /// Puts `tier` to work.
    pub(super) fn install(&self, tier: Arc<Rack>, mode: StoreMode) {
        // Before anybody can see it: who lists entries waits for that.
        hold(&self.chores).listing = Listing::Wanted;
        let old = self.exchange(Bottom::Open(tier), mode);
        *hold(&self.retry) = Retry::default();
        self.pending.resume();
        self.pending.call();
        self.opened.notify_all();
        drop(old);
        self.tell();
    }

    /// Goes on without a lowest tier and says why; writes under way are kept for its return.
    pub(super) fn close_bottom(&self, mode: StoreMode) {
        let old = self.exchange(Bottom::Closed, mode);
        self.pending.halt();
        self.opened.notify_all();
        drop(old);
        self.tell();
    }

    /// Tells who listens that it works otherwise from now on.
    pub(super) fn tell(&self) {
        if let Some(listener) = self.listener.get() {
            listener();
        }
    }

    /// Replaces the lowest tier with all that follows from it, so that nobody sees one without the
    /// other; returns the old one.
    pub(super) fn exchange(&self, bottom: Bottom, mode: StoreMode) -> Bottom {
        let mut now = hold(&self.bottom);
        self.catalog.forget();
        self.oldest.forget();
        *hold(&self.mode) = mode;
        std::mem::replace(&mut *now, bottom)
    }

    /// Returns how the store works right now.
    pub(super) fn mode(&self) -> StoreMode {
        match (&*hold(&self.bottom), &*hold(&self.nearly_full)) {
            (Bottom::Opening, _) => StoreMode::Opening,
            (Bottom::Open(_), Some(reason)) => StoreMode::ReadOnly(reason.clone()),
            (Bottom::Idle | Bottom::Open(_) | Bottom::Closed, _) => hold(&self.mode).clone(),
        }
    }

    /// Returns true while this process owns the folder.
    pub(super) fn is_owner(&self) -> bool {
        hold(&self.lock).is_some()
    }

    /// Returns the folder when this process may write there.
    ///
    /// # Errors
    /// Says why it may not.
    pub(super) fn own_folder(&self) -> Result<&PathBuf, StoreError> {
        match &self.folder {
            Some(folder) if self.is_owner() => Ok(folder),
            Some(_) | None => Err(self.not_kept()),
        }
    }

    /// Returns the error that says why nothing is kept.
    pub(super) fn not_kept(&self) -> StoreError {
        StoreError::NotKept(match self.mode() {
            StoreMode::MemoryOnly(reason) | StoreMode::ReadOnly(reason) => reason,
            StoreMode::Opening | StoreMode::Ok | StoreMode::Fallback(_) => {
                "the store is closed".to_owned()
            }
        })
    }

    /// Returns the current minute since 1970.
    pub(super) fn minute(&self) -> u32 {
        minute(self.clock.wall())
    }

    /// Notes a failed operation of the disk.
    pub(super) fn count_error(&self) {
        self.counters.failed(TierName::Disk);
    }

    /// Notes a failed operation of the disk on an entry of `kind`.
    pub(super) fn count_error_of(&self, kind: Kind) {
        self.counters.cell(kind, TierName::Disk).errors.fetch_add(1, Relaxed);
        self.counters.changed.raise();
    }

    /// Notes a read that no tier answered.
    pub(super) fn missed(&self, kind: Kind) {
        self.counters.missed(kind);
    }
}
