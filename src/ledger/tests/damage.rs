//! Damage of the journal: exact sums of what is intact, and a check that tells where.

use std::{collections::BTreeMap, fs};

use super::*;
use crate::ledger::{DamageKind, VerifyReport};

const REQUESTS: u64 = 40;

/// Fills a ledger with requests, each with an output of its own.
fn filled() -> (Home, Vec<u8>) {
    let home = Home::new();
    let mut ledger = home.open();
    for id in 0..REQUESTS {
        let mut one = request(&id.to_string(), 1 + id);
        one.session = format!("s{}", id % 3);
        record(&mut ledger, &one);
    }
    ledger.close().unwrap();
    let bytes = fs::read(&home.segments()[0]).unwrap();
    (home, bytes)
}

/// Returns the sums that the intact lines of a segment have.
fn intact(bytes: &[u8]) -> (u64, u64) {
    let mut outputs = BTreeMap::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(line) = line.strip_suffix(b"\n") else { continue };
        let Some((crc, json)) = line.split_at_checked(9) else { continue };
        let is_whole = std::str::from_utf8(crc)
            .is_ok_and(|crc| crc == format!("{:08x} ", crc32fast::hash(json)));
        let json: serde_json::Value = match serde_json::from_slice(json) {
            Ok(json) if is_whole => json,
            _ => continue,
        };
        if let Some(tokens) = json["is"]["request"]["tokens"].as_array() {
            let group = json["is"]["request"]["group"].to_string();
            outputs.insert(group, tokens[4].as_u64().unwrap());
        }
    }
    (outputs.len() as u64, outputs.values().sum())
}

/// Opens a journal with these bytes, without anything saved, and compares sums and check.
fn holds(home: &Home, bytes: &[u8], what: &str) -> VerifyReport {
    let segment = &home.segments()[0];
    drop(fs::remove_dir_all(home.places().cache));
    fs::remove_dir_all(home.journal()).unwrap();
    fs::create_dir(home.journal()).unwrap();
    fs::write(segment, bytes).unwrap();
    let mut ledger = home.open();
    let (requests, output, _) = totals(&mut ledger);
    assert_eq!((requests, output), intact(bytes), "{what}");
    let checked = ledger.verify().unwrap();
    assert_eq!(checked.requests, requests, "{what}");
    // It goes on working: what is recorded now is there the next time.
    record(&mut ledger, &request("later", 1000));
    drop(ledger);
    assert_eq!(totals(&mut home.open()).1, output + 1000, "{what}");
    checked
}

#[test]
fn flipped_bits_cost_their_line_and_are_told() {
    let (home, bytes) = filled();
    for round in 0..60_usize {
        let bit = (round * 7919 + 13) % (bytes.len() * 8);
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let report = holds(&home, &damaged, &format!("bit {bit}"));
        assert!(!report.damage.is_empty(), "bit {bit} is not told");
        let at = bit as u64 / 8;
        let is_there = report.damage.iter().any(|one| match one.kind {
            DamageKind::Line => (one.offset.0..one.offset.0 + one.len.0).contains(&at),
            DamageKind::Torn
            | DamageKind::SetAside
            | DamageKind::Gone
            | DamageKind::Changed
            | DamageKind::Suspect
            | DamageKind::Unread => true,
        });
        assert!(is_there, "bit {bit}: {:?}", report.damage);
    }
}

#[test]
fn truncations_cost_only_what_was_cut() {
    let (home, bytes) = filled();
    for round in 0..40_usize {
        let len = (round * 104_729 + 3) % bytes.len();
        holds(&home, &bytes[..len], &format!("cut at {len}"));
    }
}

#[test]
fn zeroed_pages_cost_only_their_lines() {
    let (home, bytes) = filled();
    for page in 0..bytes.len().div_ceil(512) {
        let mut damaged = bytes.clone();
        let end = (page * 512 + 512).min(damaged.len());
        damaged[page * 512..end].fill(0);
        let report = holds(&home, &damaged, &format!("page {page}"));
        assert!(!report.damage.is_empty(), "page {page}");
    }
}

#[test]
fn a_line_that_was_edited_or_taken_away_is_told() {
    let (home, bytes) = filled();
    let text = String::from_utf8(bytes).unwrap();
    let edited = text.replacen("[100,0,0,0,7,", "[100,0,0,0,1,", 1);
    assert_ne!(edited, text);
    let report = holds(&home, edited.as_bytes(), "edited");
    assert_eq!((report.bad, report.missing, report.is_clean()), (1, 1, false));
    let lines = text.split_inclusive('\n').enumerate();
    let gone: String = lines.filter(|(at, _)| *at != 5).map(|(_, line)| line).collect();
    let report = holds(&home, gone.as_bytes(), "gone");
    assert_eq!((report.bad, report.missing), (0, 1));
    let twice = format!("{text}{}", &text[text.match_indices('\n').nth(3).unwrap().0 + 1..]);
    let report = holds(&home, twice.as_bytes(), "twice");
    assert_eq!((report.bad, report.duplicates), (0, REQUESTS - 3));
}

#[test]
fn an_intact_journal_is_clean() {
    let (home, _) = filled();
    let report = home.open().verify().unwrap();
    assert!(report.is_clean() && report.damage.is_empty());
    assert_eq!((report.requests, report.lines, report.segments), (REQUESTS, REQUESTS + 1, 1));
}

#[test]
fn a_journal_that_is_gone_is_read_from_the_logs_again() {
    let home = Home::new();
    let log = FakeLog::of(&[request("a", 1), request("b", 2)]);
    let mut ledger = home.open();
    ledger.import(&log, Path::new("/log"), &|_, _| None).unwrap();
    ledger.close().unwrap();
    fs::remove_dir_all(home.journal()).unwrap();
    let mut ledger = home.open();
    assert_eq!(totals(&mut ledger).0, 0);
    ledger.import(&log, Path::new("/log"), &|_, _| None).unwrap();
    assert_eq!(totals(&mut ledger).1, 3);
}

/// Fills a ledger over three months, so that its journal has three files.
fn of_three_months() -> Home {
    let home = Home::new();
    let mut ledger = home.open();
    for id in 0..6_u64 {
        record(&mut ledger, &request(&id.to_string(), 1 + id));
        if id % 2 == 1 {
            home.clock.advance(std::time::Duration::from_hours(24 * 31));
        }
    }
    ledger.close().unwrap();
    assert_eq!(home.segments().len(), 3);
    assert!(home.open().verify().unwrap().is_clean());
    home
}

#[test]
fn a_file_of_the_journal_that_is_gone_is_told_wherever_it_stood() {
    for at in 0..3 {
        let home = of_three_months();
        let gone = home.segments().remove(at);
        fs::remove_file(&gone).unwrap();
        for round in 0..2 {
            let mut ledger = home.open();
            assert_eq!(totals(&mut ledger).0, 4 + round, "file {at}");
            assert_eq!(ledger.gone_files(), std::slice::from_ref(&gone));
            let report = ledger.verify().unwrap();
            assert_eq!((report.gone, report.changed, report.is_clean()), (1, 0, false));
            assert!(
                report.damage.iter().any(|one| one.file == gone && one.kind == DamageKind::Gone)
            );
            record(&mut ledger, &request("later", 1));
            ledger.close().unwrap();
        }
        assert!(!gone.exists(), "its name is not given to another");
    }
}

#[test]
fn a_closed_month_that_is_changed_is_told_even_when_every_line_of_it_is_intact() {
    let home = of_three_months();
    let first = home.segments().remove(0);
    let text = fs::read_to_string(&first).unwrap();
    let line = text.lines().next_back().unwrap();
    let other = line.replace("[100,0,0,0,2,", "[100,0,0,0,1,");
    let json = &other[9..];
    let forged = format!("{:08x} {json}", crc32fast::hash(json.as_bytes()));
    fs::write(&first, text.replace(line, &forged)).unwrap();
    let report = home.open().verify().unwrap();
    assert_eq!((report.bad, report.missing, report.changed), (0, 0, 1));
    assert!(!report.is_clean());
}

#[test]
fn nothing_is_added_to_a_closed_file() {
    let home = of_three_months();
    let before: Vec<Vec<u8>> = home.segments().iter().map(|path| fs::read(path).unwrap()).collect();
    // The open one loses its lines, so the one before it is the last that says anything.
    fs::write(&home.segments()[2], "").unwrap();
    let mut ledger = home.open();
    record(&mut ledger, &request("later", 1));
    ledger.close().unwrap();
    for (path, bytes) in home.segments().iter().zip(&before).take(2) {
        assert_eq!(&fs::read(path).unwrap(), bytes);
    }
    assert_eq!(home.open().verify().unwrap().changed, 0);
}

#[test]
fn a_register_that_was_torn_or_is_missing_is_made_up_for() {
    let home = of_three_months();
    let register = home.journal().join("SEGMENTS");
    let whole = fs::read(&register).unwrap();
    for len in [0, 5, whole.len() - 3] {
        fs::write(&register, &whole[..len]).unwrap();
        home.open().close().unwrap();
        home.open().close().unwrap();
        let report = home.open().verify().unwrap();
        assert!(report.is_clean(), "cut at {len}: {report:?}");
        assert_eq!(fs::read(&register).unwrap().len(), whole.len(), "cut at {len}");
    }
    let mut damaged = whole.clone();
    damaged[3] ^= 1;
    fs::write(&register, damaged).unwrap();
    assert_eq!(home.open().verify().unwrap().bad, 1);
}

#[test]
fn a_log_that_vanished_is_no_problem_and_one_that_is_listed_no_more_is_none_any_more() {
    let home = Home::new();
    let mut ledger = home.open();
    let problems = |ledger: &mut Ledger| {
        ledger.summary().tools.into_iter().filter_map(|tool| tool.problem).count()
    };
    let denied = || std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let (log, other) = (Path::new("/log"), Path::new("/other"));
    ledger.fail(Tool::ClaudeCode, log, denied()).unwrap_err();
    assert_eq!(problems(&mut ledger), 1);
    ledger.fail(Tool::ClaudeCode, log, std::io::ErrorKind::NotFound.into()).unwrap();
    assert_eq!(problems(&mut ledger), 0);
    ledger.fail(Tool::ClaudeCode, log, denied()).unwrap_err();
    ledger.forget_problems_but([log, other]);
    assert_eq!(problems(&mut ledger), 1);
    ledger.forget_problems_but([other]);
    assert_eq!(problems(&mut ledger), 0);
}

#[test]
fn a_file_that_was_taken_away_on_purpose_can_be_accepted_once() {
    for at in 0..3 {
        let home = of_three_months();
        let taken = home.segments().remove(at);
        fs::remove_file(&taken).unwrap();
        let mut ledger = home.open();
        assert!(matches!(home.open().accept_gone(), Err(LedgerError::Reader { .. })));
        ledger.accept_gone().unwrap();
        ledger.close().unwrap();
        let mut ledger = home.open();
        assert_eq!(ledger.gone_files(), Vec::<PathBuf>::new(), "file {at}");
        let report = ledger.verify().unwrap();
        assert!(report.is_clean(), "file {at}: {report:?}");
        assert_eq!((report.gone, report.accepted), (0, 1));
        record(&mut ledger, &request("later", 1));
        ledger.close().unwrap();
        assert!(!taken.exists(), "its name is not given to another");
        // What goes later is told of again.
        fs::remove_file(&home.segments()[0]).unwrap();
        let mut ledger = home.open();
        let report = ledger.verify().unwrap();
        assert_eq!((report.gone, report.accepted, report.is_clean()), (1, 1, false));
        ledger.accept_gone().unwrap();
        let report = ledger.verify().unwrap();
        assert_eq!((report.gone, report.accepted, report.is_clean()), (0, 2, true));
    }
}

#[test]
fn a_line_that_was_taken_out_of_a_file_is_not_accepted_with_another_file() {
    let home = of_three_months();
    let [first, second, third] = &home.segments()[..] else { panic!() };
    let text = fs::read_to_string(third).unwrap();
    let lines = text.split_inclusive('\n').enumerate();
    let without: String = lines.filter(|(at, _)| *at != 1).map(|(_, line)| line).collect();
    assert!(first.exists() && without.len() < text.len());
    fs::write(third, without).unwrap();
    fs::remove_file(second).unwrap();
    let mut ledger = home.open();
    let missing = ledger.verify().unwrap().missing;
    ledger.accept_gone().unwrap();
    let report = ledger.verify().unwrap();
    assert_eq!((missing, report.missing, report.is_clean()), (3, 1, false));
}
