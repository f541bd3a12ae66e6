//! Several processes.

use super::*;
use crate::{ledger::logs::Window, model::SpendState};

#[test]
fn a_second_larder_leaves_records_in_a_spool_and_the_writer_takes_them_once() {
    let home = Home::new();
    let mut writer = home.open();
    record(&mut writer, &request("a", 1));
    let mut second = home.open();
    assert!(writer.is_writer() && !second.is_writer());
    assert_eq!(totals(&mut second).1, 1, "it reads what was written");
    assert_eq!(record(&mut second, &request("b", 2)), Recorded::Spooled);
    assert_eq!(writer.poll().unwrap(), 1);
    assert_eq!(writer.poll().unwrap(), 0);
    assert_eq!(totals(&mut writer).1, 3);
    let spools = || std::fs::read_dir(home.journal().join("spool")).unwrap().count();
    assert_eq!(spools(), 1, "its process still lives");
    assert_eq!(second.poll().unwrap(), 1);
    assert_eq!(totals(&mut second).1, 3);
    drop(second);
    assert_eq!(writer.poll().unwrap(), 0);
    assert_eq!(spools(), 0);
    drop(writer);
    assert_eq!(totals(&mut home.open()).1, 3);
}

#[test]
fn of_several_requests_all_are_recorded_or_none() {
    let home = Home::new();
    let mut writer = home.open();
    let mut second = home.open();
    for ledger in [&mut writer, &mut second] {
        let impossible = request("b", u64::from(u32::MAX) + 1);
        let refused = ledger.record(vec![request("a", 1), impossible], &|_, _| None).unwrap_err();
        assert!(matches!(refused, LedgerError::Refused(_)), "{refused}");
    }
    assert_eq!(writer.poll().unwrap(), 0);
    assert_eq!(totals(&mut writer).0, 0);
    let both = second.record(vec![request("a", 1), request("b", 2)], &|_, _| None).unwrap();
    assert_eq!(both, [Recorded::Spooled; 2]);
    assert_eq!(writer.poll().unwrap(), 2);
    assert_eq!(totals(&mut writer).1, 3);
}

#[test]
fn a_log_that_is_whole_in_the_ledger_is_read_again_only_when_it_changed() {
    let home = Home::new();
    let file = tempfile::NamedTempFile::new().unwrap();
    let log = FakeLog::of(&[request("a", 1)]);
    let mut writer = home.open();
    let mut second = home.open();
    let mut hand_over = |writer: &mut Ledger| {
        second.poll().unwrap();
        let is_whole = second.hand_over(&log, file.path(), &|_, _| None).unwrap();
        writer.poll().unwrap();
        is_whole
    };
    assert!(!hand_over(&mut writer), "the writer takes it first");
    assert!(hand_over(&mut writer));
    log.found.borrow_mut().push(Found::Request(Box::new(request("b", 2))));
    assert!(hand_over(&mut writer), "a log of the same state was read again");
    std::fs::write(file.path(), "more").unwrap();
    assert!(!hand_over(&mut writer));
    assert!(hand_over(&mut writer));
    assert_eq!(totals(&mut writer).1, 3);
}

#[test]
fn a_reader_becomes_the_writer_when_that_one_goes_and_takes_its_own_spool() {
    let home = Home::new();
    let mut first = home.open();
    record(&mut first, &request("a", 1));
    let mut second = home.open();
    record(&mut second, &request("b", 2));
    first.close().unwrap();
    assert_eq!(second.poll().unwrap(), 1);
    assert!(second.is_writer());
    record(&mut second, &request("c", 4));
    assert_eq!(totals(&mut second).1, 7);
    second.close().unwrap();
    assert_eq!(totals(&mut home.open()).1, 7);
}

#[test]
fn a_journal_that_cannot_be_written_is_kept_in_memory_and_written_later() {
    let home = Home::new();
    std::fs::create_dir_all(home.journal().parent().unwrap()).unwrap();
    // A file stands where the folder must be.
    std::fs::write(home.journal(), "").unwrap();
    let mut ledger = home.open();
    assert!(matches!(ledger.state(), SpendState::Broken { .. }));
    assert!(ledger.record(vec![request("a", 5)], &|_, _| None).is_err());
    assert_eq!(totals(&mut ledger).1, 5, "it is there all the same");
    std::fs::remove_file(home.journal()).unwrap();
    home.clock.advance(std::time::Duration::from_mins(1));
    ledger.commit().unwrap();
    assert_eq!(ledger.state(), SpendState::Ready);
    ledger.close().unwrap();
    assert_eq!(totals(&mut home.open()).1, 5);
}

#[test]
fn a_window_that_another_process_hears_of_reaches_the_writer() {
    let home = Home::new();
    let mut writer = home.open();
    let window = |percent, at| Window {
        minutes: 300,
        percent,
        resets: UnixNanos(NOW.0 + HOUR),
        at: UnixNanos(NOW.0 + at),
    };
    let mut other = home.open();
    assert!(!other.is_writer());
    other.see_window(Tool::ClaudeCode, window(40.0, 1)).unwrap();
    other.see_window(Tool::ClaudeCode, window(41.0, 2)).unwrap();
    writer.poll().unwrap();
    let percent =
        |ledger: &mut Ledger| ledger.summary().windows.first().and_then(|one| one.percent);
    assert_eq!(percent(&mut writer), Some(41.0));
    writer.close().unwrap();
    assert_eq!(percent(&mut home.open()), Some(41.0), "and is there after the next opening");
}

#[test]
fn what_is_said_again_of_a_window_is_not_written() {
    let home = Home::new();
    let _writer = home.open();
    let mut other = home.open();
    let window = |at| Window {
        minutes: 300,
        percent: 40.0,
        resets: UnixNanos(NOW.0 + HOUR),
        at: UnixNanos(at),
    };
    for at in 1..5 {
        other.see_window(Tool::ClaudeCode, window(at)).unwrap();
    }
    let spools = std::fs::read_dir(other.spool_folder()).unwrap();
    let bytes: Vec<u8> =
        spools.flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
    assert_eq!(bytes.split(|byte| *byte == b'\n').count(), 2, "one line, and nothing after it");
}
