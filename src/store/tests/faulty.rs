//! A lowest tier that fails: nothing is found, everything is said and counted, the rest goes on.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use crate::model::{EntryQuery, EvictRequest, EvictTarget, Kind, Policy, StoreMode};

use super::{
    super::{
        error::Fault,
        hold::hold,
        rack::Rack,
        tier::{Scan, Tier as Lowest},
        *,
    },
    life::logged,
    *,
};

/// Holds nothing, and from some moment on fails whatever it is asked.
struct Broken(Arc<AtomicBool>);

impl Broken {
    fn answer<T>(&self, nothing: T) -> Result<T, Fault> {
        if self.0.load(SeqCst) {
            return Err(Fault::Refused("a broken disk".to_owned()));
        }
        Ok(nothing)
    }
}

impl Lowest for Broken {
    fn get(&self, _: Kind, _: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        self.answer(None)
    }

    fn put(&self, _: Kind, _: &EntryKey, _: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.answer(None)
    }

    fn remove(&self, _: Kind, _: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        self.answer(None)
    }

    fn keys_with(&self, _: Kind, _: u64) -> Result<Vec<EntryKey>, Fault> {
        self.answer(Vec::new())
    }

    fn scan(
        &self,
        _: Kind,
        _: Option<&EntryKey>,
        _: &mut dyn FnMut(EntryKey, &[u8]) -> Scan,
    ) -> Result<(), Fault> {
        self.answer(())
    }

    fn clear(&self, _: Kind) -> Result<(), Fault> {
        self.answer(())
    }

    fn checkpoint(&self) -> Result<(), Fault> {
        self.answer(())
    }
}

/// Returns a store with two counts whose disk breaks after they are safe, and nothing in memory.
fn broken(folder: &Path) -> Store {
    let store = open(folder);
    (1..=2).for_each(|id| put_count(&store, id));
    store.checkpoint().unwrap();
    let _ = store.shrink_memory(0);
    let core = store.core();
    let fails = Arc::new(AtomicBool::new(false));
    let tier = Broken(Arc::clone(&fails));
    let rack = Rack::new(Arc::new(tier), Arc::clone(core.blobs.as_ref().unwrap()));
    core.install(Arc::new(rack), StoreMode::Ok);
    // The store's own thread looks through what was installed first.
    let _ = core.settled_for_a_look();
    fails.store(true, SeqCst);
    store
}

/// Something that meets the broken disk.
type Act<'a> = &'a dyn Fn(&Store);

/// Returns what was logged while `act` met the broken disk, and by how much the errors grew.
fn met(act: impl FnOnce(&Store)) -> (String, u64) {
    let folder = tempfile::tempdir().unwrap();
    let store = broken(folder.path());
    let before = tier(&store, Tier::Disk).errors;
    let log = logged(|| act(&store));
    // Whatever failed, the store goes on from memory.
    put_count(&store, 9);
    assert_eq!(count(&store, 9), Some((Tokens(9), Tier::Memory)));
    (log, tier(&store, Tier::Disk).errors - before)
}

#[test]
fn a_read_that_fails_is_none_is_logged_and_counted() {
    let (log, errors) = met(|store| {
        assert_eq!(count(store, 1), None);
        assert_eq!(store.mode(), StoreMode::MemoryOnly("a broken disk".to_owned()));
    });
    assert!(log.contains("ERROR") && log.contains("a broken disk"), "{log}");
    assert_eq!(errors, 1);
}

#[test]
fn a_list_that_fails_is_empty_is_logged_and_counted() {
    let query = EntryQuery { limit: 9, ..EntryQuery::default() };
    let (log, errors) = met(|store| assert_eq!(store.entries(&query).total, 0));
    assert!(log.contains("ERROR") && log.contains("a broken disk"), "{log}");
    assert!(errors > 0);
}

#[test]
fn whatever_else_fails_is_logged_and_counted_and_ends_nothing() {
    let request = EvictRequest { policy: Policy::Lru, target: EvictTarget::Entries(1), kind: None };
    let content = count_key(1).hash;
    let never = AtomicBool::new(false);
    let acts: [(&str, Act<'_>); 6] = [
        ("remove", &|store| assert!(!store.remove(Kind::Count, &count_key(1).entry_key()))),
        ("forget", &|store| assert!(store.forget_content(&content).is_err())),
        ("evict", &|store| assert!(store.evict(&request, &never).is_err())),
        ("preview", &|store| assert!(store.plan_eviction(&request, 9).is_err())),
        ("verify", &|store| assert!(store.check_entries(&never).is_err())),
        ("checkpoint", &|store| {
            store.core().counters.changed.raise();
            *hold(&store.core().storing) = true;
            assert!(store.core().checkpoint_now().is_err());
        }),
    ];
    for (what, act) in acts {
        let (log, errors) = met(act);
        assert!(log.contains("ERROR") && log.contains("a broken disk"), "{what}: {log}");
        assert!(errors > 0, "{what}");
    }
}

#[test]
fn a_disk_that_works_again_is_used_again_and_has_what_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let store = broken(folder.path());
    assert_eq!(count(&store, 1), None);
    // sled lets go of its files a little late.
    while store.mode() != StoreMode::Ok {
        store.checkpoint().unwrap();
        std::thread::yield_now();
    }
    assert_eq!(count(&store, 1), Some((Tokens(1), Tier::Disk)));
}
