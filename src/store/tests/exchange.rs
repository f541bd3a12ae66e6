//! Entries as one file: all of them come back, and a damaged file loses only what is damaged.

use std::{fs, sync::atomic::AtomicBool};

use crate::model::{Bytes, EntryQuery, ImportRequest, Kind};

use super::{
    super::*,
    results::{entry, open_in},
    *,
};

static NEVER: AtomicBool = AtomicBool::new(false);

fn of(source: &Path) -> ImportRequest {
    ImportRequest { source: source.to_owned(), backup: None, verify: true }
}

fn filled(folder: &Path) -> Store {
    let store = open_in(folder);
    (0..300).for_each(|id| put_count(&store, id));
    let map = MapKey { contents: vec![ContentHash([9; 32])], ..MapKey::default() };
    store.keep(&map, &vec![3; 30_000], Duration::from_millis(5));
    store.keep(&FetchKey::Url("https://a".to_owned()), b"", Duration::ZERO);
    (1..=3).for_each(|id| _ = store.put_result(&entry(id)).unwrap());
    store
}

#[test]
fn what_was_exported_is_found_after_an_import() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("larder.export");
    let store = filled(&folder.path().join("a"));
    let written = store.export(&file, None, &NEVER).unwrap();
    assert_eq!(written.entries, 305);
    assert_eq!(written.bytes.0, fs::metadata(&file).unwrap().len());
    assert!(Store::is_export(&file));
    let other = open_in(&folder.path().join("b"));
    put_count(&other, 7);
    let report = other.import(&of(&file), &NEVER).unwrap();
    assert_eq!((report.found, report.imported, report.failed), (305, 304, 0));
    assert_eq!(report.skipped, [("already there".to_owned(), 1)]);
    assert_eq!(report.verified, Some((304, 0)));
    // What the entries take is what the store says that they take.
    let one = other.entries(&EntryQuery { kind: Some(Kind::Count), limit: 1, ..<_>::default() });
    let all: u64 = other.status().kinds.iter().map(|kind| kind.bytes.0).sum();
    assert_eq!(report.stored_bytes, Bytes(all - one.entries[0].bytes.0));
    assert!((0..300).all(|id| count(&other, id).is_some()));
    assert_eq!(other.result(&entry(2).factors), Some(entry(2)));
    assert_eq!(other.find(&FetchKey::Url("https://a".to_owned())).unwrap().value, b"");
    // What an entry was made of comes along.
    assert_eq!(other.forget_content(&ContentHash([9; 32])).unwrap(), 1);
}

#[test]
fn an_export_of_a_kind_holds_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results");
    let store = filled(&folder.path().join("a"));
    assert_eq!(store.export(&file, Some(Kind::Result), &NEVER).unwrap().entries, 3);
    assert!(matches!(
        store.export(&file, None, &AtomicBool::new(true)),
        Err(StoreError::Cancelled)
    ));
    let other = open_in(&folder.path().join("b"));
    assert_eq!(other.import(&of(&file), &NEVER).unwrap().imported, 3);
}

#[test]
fn a_cut_off_or_foreign_file_is_named_and_never_gives_a_wrong_value() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("larder.export");
    filled(&folder.path().join("a")).export(&file, None, &NEVER).unwrap();
    let whole = fs::read(&file).unwrap();
    for cut in [whole.len() - 1, whole.len() / 2, 13] {
        fs::write(&file, &whole[..cut]).unwrap();
        let other = open_in(&folder.path().join(format!("cut-{cut}")));
        let report = other.import(&of(&file), &NEVER).unwrap();
        assert_eq!((report.failed, report.failures.len()), (1, 1));
        assert_eq!(report.imported, report.found - report.failed);
    }
    for at in (12..whole.len()).step_by(whole.len() / 20) {
        let mut hurt = whole.clone();
        hurt[at] ^= 4;
        fs::write(&file, hurt).unwrap();
        let other = open_in(&folder.path().join(format!("hurt-{at}")));
        let report = other.import(&of(&file), &NEVER).unwrap();
        assert!(report.failed > 0);
        for id in 0..300 {
            assert!(count(&other, id).is_none_or(|(tokens, _)| tokens.0 == u64::from(id)));
        }
    }
    fs::write(&file, b"something else entirely").unwrap();
    let other = open_in(&folder.path().join("other"));
    assert!(matches!(other.import(&of(&file), &NEVER), Err(StoreError::NotAnExport { .. })));
    assert!(!Store::is_export(&file));
}

#[test]
fn the_report_says_what_each_kind_saved_and_what_was_never_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    (0..10).for_each(|id| assert!(count(&store, id).is_some()));
    assert!(store.result(&entry(1).factors).is_some());
    let report = store.report();
    let of = |kind| report.kinds.iter().find(|report| report.kind == kind).unwrap();
    assert_eq!((of(Kind::Count).hits, of(Kind::Count).saved.ms.0), (10, 20));
    assert_eq!(of(Kind::Result).saved.usd, crate::model::PicoUsd::DOLLAR);
    assert_eq!((report.unread.0, report.churn.days), (4, 1));
    assert!((report.churn.made - 305.0).abs() < 0.1);
    assert!(report.kinds.iter().all(|kind| kind.kind != Kind::Tree));
    assert_eq!(report.results.len(), 1);
    let cells = store.status().cells;
    let cell = |kind, tier| cells.iter().find(|c| (c.kind, c.tier) == (kind, tier)).unwrap();
    assert_eq!(
        (cell(Kind::Count, Tier::Disk).entries, cell(Kind::Count, Tier::Memory).hits),
        (300, 10)
    );
    assert_eq!(cell(Kind::Map, Tier::Disk).fills, 1);
    assert_eq!(cell(Kind::Count, Tier::Disk).oldest.map(UnixNanos::seconds), Some(NOW.seconds()));
}
