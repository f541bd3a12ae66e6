//! Opening and closing.

use super::*;

#[test]
fn what_was_recorded_is_there_after_the_next_opening() {
    let home = Home::new();
    let mut ledger = home.open();
    assert_eq!(record(&mut ledger, &request("a", 10)), Recorded::New);
    assert_eq!(record(&mut ledger, &request("a", 10)), Recorded::Known);
    assert_eq!(record(&mut ledger, &request("a", 30)), Recorded::Changed);
    let sums = totals(&mut ledger);
    assert_eq!((sums.0, sums.1), (1, 30));
    assert!(sums.2.unwrap().0 > 0);
    ledger.close().unwrap();
    assert_eq!(totals(&mut home.open()), sums);
    std::fs::remove_dir_all(home.places().cache).unwrap();
    assert_eq!(totals(&mut home.open()), sums, "the sums are made again from the journal");
}

#[test]
fn a_crash_loses_nothing_that_was_recorded() {
    let home = Home::new();
    let mut ledger = home.open();
    for id in 0..100 {
        record(&mut ledger, &request(&id.to_string(), id));
    }
    let sums = totals(&mut ledger);
    // Nothing is closed: only the lock goes.
    drop(ledger);
    assert_eq!(totals(&mut home.open()), sums);
}

#[test]
fn an_import_goes_on_where_it_was_and_a_second_one_changes_nothing() {
    let home = Home::new();
    let log = FakeLog::of(&[request("a", 1), request("b", 2), request("a", 3)]);
    let file = Path::new("/log");
    let mut ledger = home.open();
    let first = ledger.import(&log, file, &|_, _| None).unwrap();
    assert_eq!((first.new, first.changed, first.known), (2, 1, 0));
    ledger.close().unwrap();
    let mut ledger = home.open();
    assert!(!ledger.has_all, "nothing asked for single requests");
    log.found.borrow_mut().push(Found::Skipped { reason: "no tokens", lines: 2 });
    let second = ledger.import(&log, file, &|_, _| None).unwrap();
    assert_eq!((second.new, second.known, second.skipped), (0, 0, 2));
    assert_eq!(totals(&mut ledger).1, 5);
    ledger.close().unwrap();
    // Without its memory of the logs it reads them again, with the same result.
    std::fs::remove_dir_all(home.places().cache).unwrap();
    let mut ledger = home.open();
    let again = ledger.import(&log, file, &|_, _| None).unwrap();
    assert_eq!((again.new, again.changed, again.known, again.skipped), (0, 0, 3, 2));
    assert_eq!(totals(&mut ledger).1, 5);
}

#[test]
fn files_and_folders_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let mut ledger = home.open();
    record(&mut ledger, &request("a", 1));
    ledger.close().unwrap();
    let mut folders = vec![home.journal(), home.places().cache];
    while let Some(folder) = folders.pop() {
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, 0o600, "{}", path.display());
            }
        }
    }
}
