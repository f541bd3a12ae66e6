//! The store as everybody else sees it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use crate::model::{
    Clock, EntryDetails, EntryKey, EntryPage, EntryQuery, EvictRequest, EvictionPlan, Kind, Millis,
    StoreMode, Tier,
};

use super::{
    age::Opened,
    blob::Blobs,
    chain::Spared,
    core::{Bottom, Chores, Core, Retry},
    counters::Counters,
    entry::Deps,
    error::StoreError,
    flight::Turn,
    found::Found,
    generation::Generation,
    hold::hold,
    memory::Memory,
    options::Options,
    stats,
};

/// A value that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hit {
    /// The value, a copy of its own.
    pub value: Vec<u8>,
    /// Where it was found.
    pub tier: Tier,
}

/// A value that was computed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Computed {
    /// The value.
    pub value: Vec<u8>,
    /// How long it took.
    pub remake: Duration,
}

/// A value that was found or computed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Got {
    /// The value.
    pub value: Vec<u8>,
    /// Where it was found, `None` for the one who computed it.
    pub tier: Option<Tier>,
}

/// Where the store keeps what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Places {
    /// What can be made again; it may be deleted at any time.
    pub cache: PathBuf,
    /// What cost money.
    pub results: PathBuf,
}

impl Places {
    /// Names the folders of a cache and of what must be kept.
    #[must_use]
    pub fn new(cache: &Path, data: &Path) -> Self {
        Self { cache: cache.to_owned(), results: data.join("results") }
    }
}

/// The store; clones are the same store, and the last one dropped closes it.
#[derive(Clone, Debug)]
pub struct Store(Arc<Handle>);

#[derive(Debug)]
struct Handle(Arc<Core>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Store {
    /// Opens the store in its `places`; whatever is wrong with them, a store comes back, and its
    /// mode says how it works. The database itself is opened when it is needed first.
    #[must_use]
    pub fn open(places: &Places, options: &Options, clock: Arc<dyn Clock>) -> Self {
        let folder = places.cache.as_path();
        let now = clock.wall();
        let found = Found::take(folder, now);
        match &found.mode {
            StoreMode::Opening | StoreMode::Ok | StoreMode::Fallback(_) => {}
            StoreMode::ReadOnly(reason) | StoreMode::MemoryOnly(reason) => {
                tracing::warn!(reason, "the cache is not written");
            }
        }
        let may_come = found.may_come;
        let core = Self::core_with(Some(places), options, clock, found);
        let numbers = stats::load(&hold(&core.generation).folder(folder).join("stats"));
        if let Some(saved) = &numbers {
            core.counters.load(saved);
            core.tally.load(&saved.results);
            core.beside.know(&saved.taken);
            core.know_mark(saved.mark);
        }
        core.begin_beside();
        hold(&core.history).begin(core.counters.flow());
        let store = Self(Arc::new(Handle(Arc::new(core))));
        let core = store.core();
        let is_new = core.fresh.load(Relaxed) && core.has_no_files();
        let exact = is_new || numbers.is_some_and(|saved| saved.clean);
        core.counters.exact.store(exact, Relaxed);
        if !exact && core.is_owner() {
            core.start_opening();
        }
        if may_come {
            core.start_writer();
        }
        store
    }

    /// Calls `listener` whenever the store begins to work otherwise, on a thread that must not wait;
    /// only the first who asks is heard.
    pub fn listen(&self, listener: impl Fn() + Send + Sync + 'static) {
        if self.core().listener.set(Box::new(listener)).is_err() {
            tracing::debug!("somebody listens to the store already");
        }
    }

    /// Returns a store that keeps nothing after it is closed, for the `reason` given.
    #[must_use]
    pub fn in_memory(options: &Options, clock: Arc<dyn Clock>, reason: &str) -> Self {
        let found = Found {
            lock: None,
            generation: Generation::first(clock.wall()),
            fresh: true,
            mode: StoreMode::MemoryOnly(reason.to_owned()),
            owner: None,
            may_come: false,
        };
        let core = Self::core_with(None, options, clock, found);
        Self(Arc::new(Handle(Arc::new(core))))
    }

    fn core_with(
        places: Option<&Places>,
        options: &Options,
        clock: Arc<dyn Clock>,
        found: Found,
    ) -> Core {
        let opened_at = Opened::now(&*clock);
        let pending = Arc::<super::pending::Pending>::default();
        let began = clock.monotonic();
        let bottom = if found.lock.is_some() { Bottom::Idle } else { Bottom::Closed };
        Core {
            folder: places.map(|places| places.cache.clone()),
            blobs: places.map(|places| Arc::new(Blobs::new(&places.cache, &places.results))),
            options: options.clone(),
            clock,
            counters: Counters::new(Arc::clone(&pending)),
            tally: super::tally::Tally::default(),
            catalog: super::catalog::Catalog::default(),
            memory: Memory::new(options),
            pending,
            flights: super::flight::Flights::default(),
            bottom: Mutex::new(bottom),
            opened: Condvar::new(),
            mode: Mutex::new(found.mode),
            history: Mutex::default(),
            owner: Mutex::new(found.owner),
            nearly_full: Mutex::default(),
            lock: Mutex::new(found.lock),
            generation: Mutex::new(found.generation),
            fresh: AtomicBool::new(found.fresh),
            storing: Mutex::new(false),
            chores: Mutex::new(Chores { old_generations: true, ..Chores::default() }),
            listed: Condvar::new(),
            listener: OnceLock::new(),
            remarks: Mutex::default(),
            index_writing: Mutex::default(),
            retry: Mutex::new(Retry::default()),
            writer: Mutex::new(None),
            opened_at,
            aged_at: Mutex::new(began),
            oldest: super::age::Oldest::default(),
            beside: super::beside::Beside::default(),
            mark: Mutex::default(),
            sweeper: Mutex::new(None),
            compactor: Mutex::new(None),
            compacting: AtomicBool::new(false),
            database_bytes: AtomicU64::new(0),
            compacted_to: AtomicU64::new(0),
            sweeping: AtomicBool::new(false),
            swept_to: AtomicU64::new(0),
            opening_now: AtomicBool::new(false),
            gave_up: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            ending: AtomicBool::new(false),
            has_stored: AtomicBool::new(false),
        }
    }

    pub(super) fn core(&self) -> &Arc<Core> {
        &self.0.0
    }

    /// Opens the database now and waits for it; returns how the store works then.
    #[must_use]
    pub fn wait_open(&self) -> StoreMode {
        if self.core().is_owner() {
            self.core().tier();
        }
        self.mode()
    }

    /// Returns how the store works right now; never waits.
    #[must_use]
    pub fn mode(&self) -> StoreMode {
        self.core().mode()
    }

    /// Returns the pid of the other process that owns the store, if one does.
    #[must_use]
    pub fn owner_pid(&self) -> Option<u32> {
        *hold(&self.core().owner)
    }

    /// Returns the value of `key`; waits for the database when it is still being opened.
    #[must_use]
    pub fn get(&self, kind: Kind, key: &EntryKey) -> Option<Hit> {
        let found = self.core().read(kind, key, |value| Some(value.to_vec()));
        if found.is_none() {
            self.core().missed(kind);
        }
        found.map(|(value, tier)| Hit { value, tier })
    }

    /// Keeps a value, which took `remake` to make.
    pub fn put(&self, kind: Kind, key: &EntryKey, value: &[u8], remake: Duration) {
        let header = self.header(kind, remake.into(), None);
        self.core().put(key, &header, value);
    }

    /// Returns the value of `key`, computing it when no tier knows it; threads that ask for the
    /// same key wait for one that computes.
    ///
    /// # Errors
    /// Returns the error of `compute`; nothing is kept then.
    pub fn get_or_compute<E>(
        &self,
        kind: Kind,
        key: &EntryKey,
        compute: impl FnOnce() -> Result<Computed, E>,
    ) -> Result<Got, E> {
        self.compute_with((kind, key), || None, compute)
    }

    pub(super) fn compute_with<E>(
        &self,
        (kind, key): (Kind, &EntryKey),
        deps: impl FnOnce() -> Deps,
        compute: impl FnOnce() -> Result<Computed, E>,
    ) -> Result<Got, E> {
        let copy = |value: &[u8]| Some(value.to_vec());
        if let Some((value, tier)) = self.core().read(kind, key, copy) {
            return Ok(Got { value, tier: Some(tier) });
        }
        loop {
            let lead = match self.core().flights.join(key) {
                Turn::Lead(lead) => lead,
                Turn::Lost => continue,
                Turn::Landed(value) => {
                    self.core().shared(kind);
                    return Ok(Got { value: value.to_vec(), tier: Some(Tier::Memory) });
                }
            };
            if let Some(value) = self.core().recheck(kind, key, copy) {
                self.core().shared(kind);
                return Ok(Got { value, tier: Some(Tier::Memory) });
            }
            self.core().missed(kind);
            let computed = compute()?;
            let header = self.header(kind, computed.remake.into(), deps());
            self.core().put(key, &header, &computed.value);
            lead.land(&computed.value);
            return Ok(Got { value: computed.value, tier: None });
        }
    }

    /// Removes an entry; returns whether there was one.
    #[must_use]
    pub fn remove(&self, kind: Kind, key: &EntryKey) -> bool {
        self.core().remove(kind, key)
    }

    /// Removes every entry, or every one of `kind`, with all hits and misses; counts in path
    /// indexes are forgotten too. Returns how many entries went.
    ///
    /// # Errors
    /// Fails when the folder cannot be written.
    pub fn clear(&self, kind: Option<Kind>) -> Result<u64, StoreError> {
        self.core().clear(kind)
    }

    /// Returns what an eviction would remove, naming at most `list` victims.
    ///
    /// # Errors
    /// Fails when the entries cannot be listed.
    pub fn plan_eviction(
        &self,
        request: &EvictRequest,
        list: usize,
    ) -> Result<EvictionPlan, StoreError> {
        self.core().plan(request, list)
    }

    /// Removes entries until `cancel` is set; returns what went and its keys.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn evict(
        &self,
        request: &EvictRequest,
        cancel: &AtomicBool,
    ) -> Result<(EvictionPlan, Vec<EntryKey>), StoreError> {
        self.core().evict(request, cancel)
    }

    /// Returns the entries asked for.
    #[must_use]
    pub fn entries(&self, query: &EntryQuery) -> EntryPage {
        self.core().entries(query)
    }

    /// Returns one entry in full; its paths are left empty.
    #[must_use]
    pub fn entry(&self, key: &EntryKey) -> Option<EntryDetails> {
        self.core().entry(key)
    }

    /// Notes reads of counts that the path index answered, or passed on.
    pub fn record_index(&self, hits: u64, misses: u64, saved: Millis) {
        let counters = &self.core().counters;
        let spared = Spared { us: saved.0.saturating_mul(1000), pico: 0 };
        counters.hit(Kind::Count, Tier::Index, hits, spared);
        counters.passed(Kind::Count, Tier::Index, misses);
    }

    /// Reads every entry and removes the damaged ones; returns how many were read and removed.
    ///
    /// # Errors
    /// Fails when the database does, or when `cancel` is set.
    pub fn check_entries(&self, cancel: &AtomicBool) -> Result<(u64, u64), StoreError> {
        self.core().check_entries(cancel)
    }

    /// Lets go of entries in memory until `to_entries` are left; returns how many went.
    #[must_use]
    pub fn shrink_memory(&self, to_entries: usize) -> u64 {
        let gone = self.core().memory.shrink(to_entries);
        self.core().counters.evicted(Tier::Memory, &gone);
        gone.iter().sum()
    }

    /// Makes everything kept so far safe on the disk.
    ///
    /// # Errors
    /// Fails when the disk does; the store goes on from memory and tries again later.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.core().checkpoint()
    }

    /// Tells others that this store closes soon, so that they wait for it.
    pub fn announce_close(&self) {
        if let Some(lock) = &*hold(&self.core().lock) {
            lock.announce_close();
        }
    }

    /// Makes everything safe and gives the folder back; doing it twice is fine.
    pub fn close(&self) {
        self.core().close();
    }
}
