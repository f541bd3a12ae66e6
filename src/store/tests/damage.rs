//! Flipped bits, zeroed pages, cut and missing files: a miss at worst, never a wrong value.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use crate::model::{Kind, StoreMode, Tier};

use super::{super::*, *};

const ENTRIES: u32 = 300;

/// Fills a store and returns its files, and of sled only those.
fn fill(folder: &Path) -> Vec<PathBuf> {
    let store = open(folder);
    (0..ENTRIES).for_each(|id| put_count(&store, id));
    store.close();
    let mut files = Vec::new();
    collect(&folder.join("gen-0001/sled"), &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// Reads everything: each value must be right or missing, and the store must work afterwards.
fn assert_never_wrong(folder: &Path) {
    let store = open(folder);
    for id in 0..ENTRIES {
        if let Some((tokens, _)) = count(&store, id) {
            assert_eq!(tokens, Tokens(id.into()));
        }
    }
    put_count(&store, 9999);
    drop(store.checkpoint());
    assert_eq!(count(&store, 9999).unwrap().0, Tokens(9999));
    assert!(!matches!(store.mode(), StoreMode::Opening));
}

fn hurt(path: &Path, case: usize) {
    let mut bytes = fs::read(path).unwrap();
    // A generator without state is enough to spread the faults.
    let at = case.wrapping_mul(0x9e37_79b9).wrapping_add(case * case) % bytes.len().max(1);
    match case % 4 {
        0 | 1 if bytes.is_empty() => bytes.push(1),
        0 | 1 => bytes[at] ^= 1 << (case / 4 % 8),
        2 => {
            let end = (at + 4096).min(bytes.len());
            bytes[at..end].fill(0);
        }
        _ => bytes.truncate(at),
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_hundred_faults_never_give_a_wrong_value_or_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    let files = fill(&whole);
    for case in 0..100 {
        let broken = folder.path().join(format!("broken-{case}"));
        copy_folder(&whole, &broken);
        let file = files[case % files.len()].strip_prefix(&whole).unwrap();
        hurt(&broken.join(file), case);
        assert_never_wrong(&broken);
        fs::remove_dir_all(&broken).unwrap();
    }
}

#[test]
fn a_database_that_is_garbage_goes_to_quarantine_and_the_store_works() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let db = folder.path().join("gen-0001/sled/db");
    let length = fs::metadata(&db).unwrap().len();
    fs::write(&db, vec![0xff; usize::try_from(length).unwrap()]).unwrap();
    for file in fs::read_dir(folder.path().join("gen-0001/sled")).unwrap() {
        let path = file.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("snap.") {
            fs::write(path, b"garbage").unwrap();
        }
    }
    assert_never_wrong(folder.path());
    let store = open(folder.path());
    assert_eq!(store.wait_open(), StoreMode::Ok);
    assert!(count(&store, 9999).is_some());
}

#[test]
fn damage_found_while_working_goes_to_quarantine() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    store.checkpoint().unwrap();
    store.core().failed("read", Fault::Damaged("a test".to_owned()));
    assert_eq!(store.wait_open(), StoreMode::Ok);
    assert!(folder.path().join("quarantine").read_dir().unwrap().next().is_some());
    assert_eq!(store.status().kinds[0].entries, 0);
    assert!(tier(&store, Tier::Disk).errors > 0);
    put_count(&store, 2);
    store.close();
    assert!(count(&open(folder.path()), 2).is_some());
}

#[test]
fn the_quarantine_keeps_only_the_newest_few() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for id in 0..5 {
        put_count(&store, id);
        store.checkpoint().unwrap();
        store.core().failed("read", Fault::Damaged("a test".to_owned()));
        assert_eq!(store.wait_open(), StoreMode::Ok);
    }
    assert_eq!(folder.path().join("quarantine").read_dir().unwrap().count(), 2);
}

#[test]
fn a_half_written_snapshot_does_not_stop_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let sled = folder.path().join("gen-0001/sled");
    fs::write(sled.join("snap.0000000000000001.generating"), b"half").unwrap();
    let store = open(folder.path());
    assert_eq!(store.wait_open(), StoreMode::Ok);
    assert_eq!(count(&store, 7).unwrap().0, Tokens(7));
    assert!(!sled.join("snap.0000000000000001.generating").exists());
    assert!(!folder.path().join("quarantine").exists());
}

#[test]
fn a_damaged_entry_is_a_miss_is_counted_and_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    put_count(&store, 1);
    put_count(&store, 2);
    store.checkpoint().unwrap();
    let _ = store.shrink_memory(0);
    let tier_below = store.core().tier().unwrap();
    let hurt = |id: u32| {
        let key = count_key(id).entry_key();
        let mut record = tier_below.record(Kind::Count, &key).unwrap().unwrap();
        *record.last_mut().unwrap() ^= 1;
        tier_below.put(Kind::Count, &key, &record).unwrap();
    };
    hurt(1);
    assert_eq!(count(&store, 1), None);
    assert_eq!(tier(&store, Tier::Disk).errors, 1);
    assert_eq!(store.status().kinds[0].entries, 1);
    hurt(2);
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap(), (1, 1));
    assert_eq!(store.check_entries(&AtomicBool::new(false)).unwrap(), (0, 0));
    assert_eq!(store.status().kinds[0].entries, 0);
}
