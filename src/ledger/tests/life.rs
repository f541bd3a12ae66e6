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
    let journal = || std::fs::read(&home.segments()[0]).unwrap();
    ledger.import(&log, file, &|_, _| None).unwrap();
    assert_eq!((totals(&mut ledger).0, totals(&mut ledger).1), (2, 5));
    ledger.close().unwrap();
    let before = journal();
    let mut ledger = home.open();
    assert!(!ledger.has_all, "nothing asked for single requests");
    let skipped = |ledger: &mut Ledger| report(ledger, SpendBy::Daily).skipped[0].lines;
    log.found.borrow_mut().push(Found::Skipped { reason: "no tokens", lines: 2 });
    ledger.import(&log, file, &|_, _| None).unwrap();
    assert_eq!((totals(&mut ledger).1, skipped(&mut ledger)), (5, 2));
    ledger.close().unwrap();
    // Without its memory of the logs it reads them again, with the same result.
    std::fs::remove_dir_all(home.places().cache).unwrap();
    let mut ledger = home.open();
    ledger.import(&log, file, &|_, _| None).unwrap();
    assert_eq!((totals(&mut ledger).1, skipped(&mut ledger)), (5, 2));
    ledger.close().unwrap();
    assert_eq!(journal(), before, "nothing was written twice");
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

#[test]
fn a_new_request_reads_only_what_it_needs_of_a_long_ledger() {
    let limits = Limits { tail: 1 << 10, loose: 64, in_memory: 100, ..Limits::default() };
    let home = Home { limits, ..Home::new() };
    let mut ledger = home.open();
    for month in 0..4 {
        for id in 0..200 {
            record(&mut ledger, &request(&format!("{month}-{id}"), id));
            home.clock.advance(std::time::Duration::from_secs(2));
        }
        home.clock.advance(std::time::Duration::from_hours(31 * 24));
    }
    assert!(ledger.book.len() <= 200, "{} are in memory", ledger.book.len());
    ledger.close().unwrap();
    assert!(home.segments().len() >= 4, "closed months are part of it");
    let mut ledger = home.open();
    assert_eq!(record(&mut ledger, &request("new", 1)), Recorded::New);
    assert_eq!(record(&mut ledger, &request("0-7", 7)), Recorded::Known, "of a closed month");
    assert_eq!(record(&mut ledger, &request("1-8", 9)), Recorded::Changed, "it has grown");
    assert_eq!(ledger.book.len(), 3);
    let sum = 4 * (0..200).sum::<u64>() + 2;
    assert_eq!((totals(&mut ledger).0, totals(&mut ledger).1), (801, sum));
    ledger.close().unwrap();
    std::fs::remove_dir_all(home.places().cache).unwrap();
    assert_eq!((totals(&mut home.open()).0, totals(&mut home.open()).1), (801, sum));
}

#[test]
fn a_ledger_whose_keys_were_never_saved_opens_and_the_old_file_of_requests_goes() {
    let home = Home::new();
    let mut ledger = home.open();
    record(&mut ledger, &request("a", 10));
    ledger.close().unwrap();
    let places = home.places();
    // As a larder before this one leaves its cache: a format of sums that is none now.
    std::fs::write(places.sums(), b"larder-S\x01\0\0\0").unwrap();
    std::fs::write(places.old_requests(), b"larder-R\x01\0\0\0").unwrap();
    assert!(!places.keys().exists());
    let mut ledger = home.open();
    assert_eq!(record(&mut ledger, &request("a", 10)), Recorded::Known);
    assert_eq!(totals(&mut ledger).1, 10);
    assert!(!places.old_requests().exists());
}

#[test]
fn a_reader_finds_requests_by_the_keys_that_the_writer_saves_meanwhile() {
    let limits = Limits { tail: 1 << 10, loose: 16, in_memory: 10, ..Limits::default() };
    let home = Home { limits, ..Home::new() };
    let mut writer = home.open();
    record(&mut writer, &request("first", 1));
    let mut reader = home.open();
    let mut sum = 1;
    for id in 0..300 {
        record(&mut writer, &request(&format!("{}", id % 90), id));
        home.clock.advance(std::time::Duration::from_secs(2));
        if id % 40 == 0 {
            reader.poll().unwrap();
            assert_eq!(totals(&mut reader), totals(&mut writer), "after {id}");
        }
    }
    sum += (210..300).sum::<u64>();
    reader.poll().unwrap();
    assert_eq!((totals(&mut reader).0, totals(&mut reader).1), (91, sum));
    drop(writer);
    reader.poll().unwrap();
    assert!(reader.is_writer());
    assert_eq!(record(&mut reader, &request("299", 1)), Recorded::New);
    assert_eq!(record(&mut reader, &request("first", 1)), Recorded::Known);
}
