//! What came and went on a day is counted once, whatever fails and whoever asks meanwhile.

use std::fs;

use crate::model::{Day, Millis};

use super::{super::*, *};

/// Returns what hits saved on the day of the tests.
fn saved_today(store: &Store) -> Millis {
    let day = Day(jiff::civil::date(2025, 10, 9));
    store.saved_between(day, day).ms
}

fn made_today(store: &Store) -> u32 {
    let made = store.core().churn().made;
    (0..10_000).find(|number| (f64::from(*number) - made).abs() < 0.001).unwrap()
}

#[test]
fn a_day_that_could_not_be_saved_is_saved_later() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let path = folder.path().join("history");
    fs::create_dir_all(path.join("in the way")).unwrap();
    (0..3).for_each(|id| put_count(&store, id));
    assert!(count(&store, 1).is_some());
    store.checkpoint().unwrap();
    assert_eq!((made_today(&store), saved_today(&store)), (3, Millis(2)));
    fs::remove_dir_all(&path).unwrap();
    put_count(&store, 9);
    store.checkpoint().unwrap();
    assert_eq!((made_today(&store), saved_today(&store)), (4, Millis(2)));
    drop(store);
    let store = open(folder.path());
    assert_eq!((made_today(&store), saved_today(&store)), (4, Millis(2)));
}

#[test]
fn a_day_is_whole_however_many_ask_for_it_while_it_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    std::thread::scope(|scope| {
        for thread in 0..4_u32 {
            let store = &store;
            scope.spawn(move || {
                for id in 0..100 {
                    put_count(store, thread * 1000 + id);
                    assert!(count(store, thread * 1000 + id).is_some());
                    let (_, _) = (made_today(store), saved_today(store));
                }
            });
            scope.spawn(move || (0..50).for_each(|_| store.checkpoint().unwrap()));
        }
    });
    store.checkpoint().unwrap();
    assert_eq!((made_today(&store), saved_today(&store)), (400, Millis(800)));
    drop(store);
    assert_eq!(made_today(&open(folder.path())), 400);
}

#[test]
fn who_only_asks_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.core().pending.drain();
    assert_eq!(made_today(&store), 1);
    assert!(!folder.path().join("history").exists());
}
