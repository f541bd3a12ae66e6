//! Losing the folder to another larder, and getting it back.

use std::fs;

use crate::model::{StoreMode, Tier};

use super::{super::*, *};

/// Returns a store whose folder was deleted and is another one's now, and that one.
fn robbed(path: &Path) -> (Store, Store) {
    let store = open(path);
    put_count(&store, 1);
    store.checkpoint().unwrap();
    fs::remove_dir_all(path).unwrap();
    let thief = open(path);
    put_count(&thief, 2);
    thief.checkpoint().unwrap();
    assert!(store.checkpoint().is_err());
    (store, thief)
}

#[test]
fn a_larder_whose_folder_another_one_took_names_it_and_takes_over_when_that_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let (store, thief) = robbed(&path);
    assert!(matches!(store.mode(), StoreMode::MemoryOnly(_)), "{:?}", store.mode());
    assert_eq!(store.owner_pid(), Some(std::process::id()));
    put_count(&store, 3);
    assert!(count(&store, 3).is_some());
    drop(thief);
    // Looking at once stands for the look that comes every few seconds.
    store.core().pending.call();
    while store.owner_pid().is_some() || store.wait_open() != StoreMode::Ok {
        std::thread::yield_now();
    }
    assert_eq!(count(&store, 2), Some((Tokens(2), Tier::Disk)));
    put_count(&store, 4);
    drop(store);
    let store = open(&path);
    assert_eq!(store.wait_open(), StoreMode::Ok);
    assert!(count(&store, 2).is_some() && count(&store, 4).is_some());
    assert_eq!(store.status().kinds[0].entries, 2);
}

#[test]
fn a_larder_that_nobody_has_asked_yet_takes_its_folder_back_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let store = open(&path);
    fs::remove_dir_all(&path).unwrap();
    let thief = open(&path);
    assert!(store.checkpoint().is_err());
    assert_eq!(store.owner_pid(), Some(std::process::id()));
    drop(thief);
    store.core().pending.call();
    while store.owner_pid().is_some() || store.wait_open() != StoreMode::Ok {
        std::thread::yield_now();
    }
    put_count(&store, 4);
    drop(store);
    assert!(count(&open(&path), 4).is_some());
}

#[test]
fn a_larder_that_lost_its_folder_closes_while_the_other_one_works() {
    let folder = tempfile::tempdir().unwrap();
    let (store, thief) = robbed(&folder.path().join("cache"));
    store.close();
    assert!(count(&thief, 2).is_some());
}
