//! How long it takes that memory, disk and files agree again, for ten thousand items.

use std::{path::Path, sync::atomic::AtomicBool, time::Duration};

use larder::{
    model::{ContentHash, Tokens},
    store::{PathIndex, Store},
};
use tempfile::TempDir;

use super::{
    storing::{VERSION, key, open, record},
    table::Row,
    timer::timed,
};

/// Items that are new, or looked at.
const ITEMS: usize = 10_000;

/// Items of these that have changed since.
const CHANGED: usize = 100;

const ROUNDS: usize = 5;

/// Measures all rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut all = [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        for (times, time) in all.iter_mut().zip(round()) {
            times.push(time);
        }
    }
    let names = [
        format!("{ITEMS} new counts made safe on the disk"),
        format!("{CHANGED} more of them"),
        format!("{ITEMS} files compared with the path index, its loading included"),
        format!("{CHANGED} contents of {ITEMS} forgotten, with all that was computed of them"),
        format!("{ITEMS} entries read and checked"),
    ];
    names.into_iter().zip(&all).map(|(name, times)| Row::times(name, times)).collect()
}

fn round() -> [Duration; 5] {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let _mode = store.wait_open();
    let full = kept(&store, 0..ITEMS);
    let some = kept(&store, ITEMS..ITEMS + CHANGED);
    let root = Path::new("/repository");
    store.save_index(root, VERSION, (0..ITEMS).map(record)).unwrap();
    let (compared, known) = timed(|| compare(&store.load_index(root, VERSION)));
    assert_eq!(known, ITEMS - CHANGED);
    let contents: Vec<ContentHash> = (0..CHANGED).map(|id| key(id).hash).collect();
    let (forgotten, gone) = timed(|| store.forget_computed(&contents).unwrap());
    assert_eq!(gone, CHANGED as u64);
    let (checked, found) = timed(|| store.check_entries(&AtomicBool::new(false)).unwrap());
    assert_eq!(found, (ITEMS as u64, 0));
    [full, some, compared, forgotten, checked]
}

fn kept(store: &Store, ids: std::ops::Range<usize>) -> Duration {
    for id in ids {
        store.put_count(key(id), Tokens(id as u64), Duration::from_millis(2));
    }
    timed(|| store.checkpoint().unwrap()).0
}

/// Returns how many files are known as they are; every hundredth has another size by now.
fn compare(index: &PathIndex) -> usize {
    let is_known = |id: &usize| {
        let mut now = record(*id);
        if id.is_multiple_of(ITEMS / CHANGED) {
            now.fingerprint.size.0 += 1;
        }
        index.unchanged(&now.path, &now.fingerprint).is_some()
    };
    (0..ITEMS).filter(is_known).count()
}
