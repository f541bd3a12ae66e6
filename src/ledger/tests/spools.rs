//! Spools that cannot be read, are damaged, or hold what a newer larder wrote.

use std::fs;

use super::*;
use crate::ledger::DamageKind;

fn spool_folder(home: &Home) -> PathBuf {
    home.journal().join("spool")
}

/// Leaves requests in a spool whose process has ended, while another larder writes the ledger.
fn spooled(home: &Home, requests: &[Request]) -> PathBuf {
    let before = spools(home);
    let mut second = home.open();
    for request in requests {
        assert_eq!(record(&mut second, request), Recorded::Spooled);
    }
    spools(home).into_iter().find(|path| !before.contains(path)).unwrap()
}

fn spools(home: &Home) -> Vec<PathBuf> {
    let entries = fs::read_dir(spool_folder(home)).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Returns a line of the journal with the checksum that belongs to it.
fn line(json: &str) -> String {
    format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes()))
}

#[test]
fn a_spool_that_cannot_be_read_costs_nothing_of_the_others() {
    let home = Home::new();
    let mut writer = home.open();
    spooled(&home, &[request("a", 1)]);
    // A folder can be opened and locked as a file can, but not be read; not even by root.
    let unreadable = spool_folder(&home).join("~");
    fs::create_dir(&unreadable).unwrap();
    assert!(writer.poll().is_err());
    assert_eq!(totals(&mut writer).1, 1, "what could be read is there");
    fs::remove_dir(&unreadable).unwrap();
    writer.poll().unwrap();
    writer.close().unwrap();
    fs::remove_dir_all(home.places().cache).unwrap();
    assert_eq!(totals(&mut home.open()).1, 1, "and it was written down");
}

#[test]
fn a_ledger_opens_and_takes_requests_while_a_spool_cannot_be_read() {
    let home = Home::new();
    home.open().close().unwrap();
    fs::create_dir_all(spool_folder(&home).join("~")).unwrap();
    let mut ledger = home.try_open().unwrap();
    assert_eq!(record(&mut ledger, &request("a", 5)), Recorded::New);
    assert!(!ledger.verify().unwrap().is_clean(), "what it holds is not counted");
    ledger.close().unwrap();
    assert_eq!(totals(&mut home.try_open().unwrap()).1, 5);
}

#[test]
fn a_damaged_line_of_a_spool_is_told_and_kept_beside() {
    let home = Home::new();
    let mut writer = home.open();
    let spool = spooled(&home, &[request("a", 1), request("b", 2)]);
    let mut bytes = fs::read(&spool).unwrap();
    bytes[40] ^= 1;
    fs::write(&spool, &bytes).unwrap();
    writer.poll().unwrap();
    assert_eq!(totals(&mut writer).1, 2, "the line after it counts");
    assert_eq!(fs::read(spool.with_added_extension("torn")).unwrap(), bytes);
    for _ in 0..2 {
        assert_eq!(writer.damaged_lines(), (1, 0));
        let report = writer.verify().unwrap();
        assert_eq!((report.bad, report.is_clean()), (1, false));
        let told = report.damage.iter().find(|one| one.kind == DamageKind::Line).unwrap();
        assert_eq!(told.file, spool.with_added_extension("torn"));
        writer.close().unwrap();
        writer = home.open();
    }
}

#[test]
fn a_request_in_a_spool_that_cannot_be_true_is_told_and_stops_nothing() {
    let home = Home::new();
    let mut writer = home.open();
    let spool = spooled(&home, &[request("a", 1), request("b", 2)]);
    let text = fs::read_to_string(&spool).unwrap();
    let json = text.lines().next().unwrap()[9..].replace("[100,0,", "[9999999999,0,");
    fs::write(&spool, line(&json) + text.split_inclusive('\n').nth(1).unwrap()).unwrap();
    writer.poll().unwrap();
    assert_eq!((totals(&mut writer).1, writer.damaged_lines().0), (2, 1));
    assert!(!writer.verify().unwrap().is_clean());
}

#[test]
fn lines_of_a_newer_larder_stay_in_their_spool_until_that_one_takes_them() {
    let home = Home::new();
    let mut writer = home.open();
    let spool = spooled(&home, &[request("a", 1)]);
    let text =
        fs::read_to_string(&spool).unwrap() + &line(r#"{"v":2,"n":2,"w":0,"is":{"dream":1}}"#);
    fs::write(&spool, &text).unwrap();
    for _ in 0..2 {
        writer.poll().unwrap();
        assert_eq!(fs::read_to_string(&spool).unwrap(), text);
        assert_eq!((totals(&mut writer).1, writer.damaged_lines()), (1, (0, 1)));
        let report = writer.verify().unwrap();
        assert_eq!((report.newer, report.is_clean()), (1, true));
        writer.close().unwrap();
        writer = home.open();
    }
}
