//! What is too old is a miss and goes; a clock that jumps makes nothing too old.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicI64, Ordering::SeqCst},
};

use crate::model::{EntryQuery, Kind};

use super::{super::*, *};

/// A clock whose wall time can jump while the other one goes on.
#[derive(Debug, Default)]
struct Jumpy {
    wall: AtomicI64,
    monotonic: Mutex<Duration>,
}

impl Jumpy {
    fn pass(&self, time: Duration) {
        *self.monotonic.lock().unwrap() += time;
        self.jump(i64::try_from(time.as_nanos()).unwrap());
    }

    fn jump(&self, nanos: i64) {
        self.wall.fetch_add(nanos, SeqCst);
    }
}

impl Clock for Jumpy {
    fn wall(&self) -> UnixNanos {
        UnixNanos(NOW.0 + self.wall.load(SeqCst))
    }

    fn monotonic(&self) -> Duration {
        *self.monotonic.lock().unwrap()
    }
}

const HOUR: i64 = 3_600_000_000_000;

fn page(name: &str) -> FetchKey {
    FetchKey::Url(format!("https://{name}"))
}

fn open_at(folder: &Path, clock: &Arc<Jumpy>) -> Store {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Store::open(&places(folder), &Options::default(), clock)
}

#[test]
fn what_is_too_old_is_a_miss_in_every_tier_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Jumpy::default());
    let store = open_at(folder.path(), &clock);
    store.keep(&page("a"), b"body", Duration::ZERO);
    store.keep(&page("b"), b"body", Duration::ZERO);
    put_count(&store, 1);
    let key = page("a").entry_key();
    clock.pass(Duration::from_mins(59));
    assert!(store.find(&page("a")).is_some());
    let expires = store.entry(&key).unwrap().entry.expires;
    assert_eq!(expires, Some(UnixNanos(NOW.0 + HOUR)));
    clock.pass(Duration::from_mins(2));
    assert!(store.find(&page("a")).is_none());
    assert!(store.entry(&key).is_none(), "it is removed when it is asked for");
    store.checkpoint().unwrap();
    let _ = store.shrink_memory(0);
    assert!(store.find(&page("b")).is_none());
    assert!(count(&store, 1).is_some());
    let fetched = &store.status().kinds[5];
    assert_eq!((fetched.misses, fetched.hits, fetched.entries), (2, 1, 0));
}

#[test]
fn the_sweep_removes_what_nobody_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Jumpy::default());
    let store = open_at(folder.path(), &clock);
    store.keep(&page("a"), b"body", Duration::ZERO);
    clock.pass(Duration::from_mins(30));
    store.keep(&page("b"), b"body", Duration::ZERO);
    store.checkpoint().unwrap();
    clock.pass(Duration::from_mins(31));
    assert_eq!(store.core().remove_expired(), 1);
    assert!(store.find(&page("b")).is_some() && store.find(&page("a")).is_none());
}

#[test]
fn a_clock_that_jumps_makes_nothing_expire() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Jumpy::default());
    let store = open_at(folder.path(), &clock);
    store.keep(&page("a"), b"body", Duration::ZERO);
    store.checkpoint().unwrap();
    for jump in [10 * 365 * 24 * HOUR, -20 * 365 * 24 * HOUR] {
        clock.jump(jump);
        assert_eq!(store.core().remove_expired(), 0);
        assert!(store.find(&page("a")).is_some());
    }
    // What passes by the other clock still counts.
    clock.pass(Duration::from_mins(61));
    assert!(store.find(&page("a")).is_none());
}

#[test]
fn a_change_of_the_setting_holds_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Jumpy::default());
    open_at(folder.path(), &clock).keep(&page("a"), b"body", Duration::ZERO);
    clock.pass(Duration::from_hours(2));
    let ttl = Ttl { fetch_seconds: 0, ..Ttl::default() };
    let options = Options { ttl, ..Options::default() };
    let store = Store::open(&places(folder.path()), &options, Arc::clone(&clock) as Arc<dyn Clock>);
    assert!(store.find(&page("a")).is_some());
    assert_eq!(store.entry(&page("a").entry_key()).unwrap().entry.expires, None);
    assert!(store.remove(Kind::Fetch, &page("a").entry_key()));
}

#[test]
fn what_is_too_old_is_not_listed_counted_planned_or_exported_by_who_looks_next() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Jumpy::default());
    let home = folder.path().join("cache");
    let store = open_at(&home, &clock);
    (0..700).for_each(|id| store.keep(&page(&id.to_string()), b"body", Duration::ZERO));
    clock.pass(Duration::from_mins(30));
    store.keep(&page("young"), b"body", Duration::ZERO);
    drop(store);
    clock.pass(Duration::from_mins(31));
    let listed = |store: &Store| store.entries(&EntryQuery { limit: 9, ..<_>::default() }).total;
    assert_eq!(listed(&open_at(&home, &clock)), 1);
    let store = open_at(&home, &clock);
    let fetched = |store: &Store| store.inventory().status.kinds[5].clone();
    assert_eq!((fetched(&store).entries, fetched(&store).removals), (1, 0));
    // What comes in old, as imports do, is looked at like the rest.
    let header = super::super::entry::Header {
        created: NOW,
        ..store.header(Kind::Fetch, Duration::ZERO.into(), None)
    };
    store.core().put(&page("old").entry_key(), &header, b"body");
    assert_eq!(fetched(&store).entries, 1);
    clock.pass(Duration::from_mins(30));
    let written = store.export(&folder.path().join("all"), None, &AtomicBool::new(false)).unwrap();
    assert_eq!((written.entries, listed(&store)), (0, 0));
}
