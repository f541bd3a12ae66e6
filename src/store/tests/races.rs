//! What others do between two steps of the store.

use std::{
    fs,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use crate::model::{EntryKey, Kind, StoreMode};

use super::{
    super::{
        hold::hold,
        rack::Rack,
        tier::{Scan, Tier},
        *,
    },
    results::{entry, open_in},
    *,
};

/// What somebody else does.
type Act = Box<dyn FnOnce() + Send>;

/// A tier during whose first scan somebody does something.
struct Meddled {
    rack: Arc<Rack>,
    scans: Arc<AtomicUsize>,
    act: Mutex<Option<Act>>,
}

impl Tier for Meddled {
    fn get(&self, kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        self.rack.tier().get(kind, key)
    }

    fn put(&self, kind: Kind, key: &EntryKey, record: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.rack.tier().put(kind, key, record)
    }

    fn remove(&self, kind: Kind, key: &EntryKey) -> Result<Option<Vec<u8>>, Fault> {
        self.rack.tier().remove(kind, key)
    }

    fn keys_with(&self, kind: Kind, part: u64) -> Result<Vec<EntryKey>, Fault> {
        self.rack.tier().keys_with(kind, part)
    }

    fn scan(
        &self,
        kind: Kind,
        after: Option<&EntryKey>,
        visit: &mut dyn FnMut(EntryKey, &[u8]) -> Scan,
    ) -> Result<(), Fault> {
        self.scans.fetch_add(1, SeqCst);
        let scanned = self.rack.tier().scan(kind, after, visit);
        if kind == Kind::Result
            && let Some(act) = hold(&self.act).take()
        {
            act();
        }
        scanned
    }

    fn clear(&self, kind: Kind) -> Result<(), Fault> {
        self.rack.tier().clear(kind)
    }

    fn checkpoint(&self) -> Result<(), Fault> {
        self.rack.tier().checkpoint()
    }
}

/// Returns a rack like the open one, and its scans; `act` is done after the first one of results.
fn meddled(store: &Store, act: Act) -> (Rack, Arc<AtomicUsize>) {
    let rack = store.core().tier().unwrap();
    let scans = Arc::<AtomicUsize>::default();
    let act = Mutex::new(Some(act));
    let tier = Meddled { rack: Arc::clone(&rack), scans: Arc::clone(&scans), act };
    (rack.with(Arc::new(tier)), scans)
}

#[test]
fn a_result_that_is_paid_for_while_lost_files_are_looked_for_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    let key = store.put_result(&entry(1)).unwrap();
    store.checkpoint().unwrap();
    let path = store.core().blobs.as_ref().unwrap().path(Kind::Result, &key);
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let paid = path.clone();
    let (rack, _) = meddled(&store, Box::new(move || fs::write(paid, bytes).unwrap()));
    store.core().drop_without_file(&rack);
    let _ = store.shrink_memory(0);
    assert!(store.result(&entry(1).factors).is_some());
    assert!(store.entry(&key).is_some(), "it is listed too");
}

#[test]
fn a_damaged_record_of_a_result_costs_nothing_but_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    let key = store.put_result(&entry(1)).unwrap();
    store.checkpoint().unwrap();
    let _ = store.shrink_memory(0);
    let rack = store.core().tier().unwrap();
    let mut record = rack.record(Kind::Result, &key).unwrap().unwrap();
    *record.last_mut().unwrap() ^= 1;
    rack.tier().put(Kind::Result, &key, &record).unwrap();
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap(), (1, 1));
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap(), (1, 0), "listed anew");
    assert!(store.result(&entry(1).factors).is_some());
    assert_eq!(store.result_stats()[0].entries, 1);
}

#[test]
fn what_is_written_during_a_check_is_no_reason_to_count_everything_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    put_count(&store, 1);
    store.checkpoint().unwrap();
    let other = store.clone();
    let write = move || {
        put_count(&other, 2);
        other.core().pending.drain();
    };
    let (rack, scans) = meddled(&store, Box::new(write));
    store.core().install(Arc::new(rack), StoreMode::Ok);
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap().1, 0);
    assert_eq!(store.status().kinds[0].entries, 2);
    assert_eq!(scans.load(SeqCst), 6, "each kind is read once");
}

#[test]
fn numbers_that_are_wrong_while_nobody_writes_are_counted_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(folder.path());
    put_count(&store, 1);
    store.checkpoint().unwrap();
    let rack = store.core().tier().unwrap();
    rack.tier().remove(Kind::Count, &count_key(1).entry_key()).unwrap();
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap(), (0, 0));
    assert_eq!(store.status().kinds[0].entries, 0);
}
