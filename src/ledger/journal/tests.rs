//! The journal alone: torn, damaged, full, old and new.

use std::{fs, path::Path, sync::Arc};

use super::*;
use crate::model::{FakeClock, UnixNanos};

/// 2026-11-20 12:00 UTC.
const NOW: UnixNanos = UnixNanos(1_795_176_000_000_000_000);

const DAY: std::time::Duration = std::time::Duration::from_hours(24);

fn clock() -> Arc<FakeClock> {
    Arc::new(FakeClock::at(NOW))
}

fn writer(folder: &Path, clock: Arc<FakeClock>) -> Box<Writer> {
    match Writer::take(folder, clock) {
        Taken::Writer(writer) => writer,
        Taken::ByAnother => panic!("another writes"),
    }
}

fn charge(group: u64) -> Body<'static> {
    let charge = ChargeLine {
        usd: None,
        quality: crate::model::Quality::Exact,
        prompt_usd: None,
        saved: crate::model::SignedPicoUsd(0),
        provider: "".into(),
        price: "".into(),
    };
    Body::Charge(ChargeOf { group, part: 0, charge })
}

fn write(writer: &mut Writer, groups: std::ops::Range<u64>) {
    for group in groups {
        writer.push(charge(group));
    }
    writer.commit().unwrap();
}

/// Returns the groups of the intact lines in their order, and the number of damaged lines.
fn read(folder: &Path) -> (Vec<u64>, u64) {
    let (mut groups, mut bad) = (Vec::new(), 0);
    let mut position = Position::default();
    Reader::new(folder)
        .read(&mut position, None, &mut |_, _, read| match read {
            LineRead::Entry(Entry { body: Body::Charge(line), .. }) => groups.push(line.group),
            LineRead::Entry(_) => {}
            LineRead::Newer(_) => panic!("nothing is newer"),
            LineRead::Bad => bad += 1,
        })
        .unwrap();
    (groups, bad)
}

#[test]
fn lines_are_read_in_the_order_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = writer(folder.path(), clock());
    write(&mut one, 0..3);
    write(&mut one, 3..5);
    drop(one);
    write(&mut writer(folder.path(), clock()), 5..6);
    assert_eq!(read(folder.path()), ((0..6).collect(), 0));
    assert_eq!(segment::list(folder.path()).unwrap().len(), 1);
}

#[test]
fn a_record_that_grows_is_one_line_until_another_comes_or_it_is_durable() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = writer(folder.path(), clock());
    for (slot, group) in [(1, 10), (1, 11), (2, 20), (1, 12)] {
        one.push_record((slot, 0, false), charge(group));
    }
    one.commit().unwrap();
    one.push_record((1, 0, false), charge(13));
    // A line about something else stands between these.
    one.push(charge(30));
    one.push_record((1, 0, false), charge(14));
    one.push_record((1, 0, true), charge(40));
    one.commit().unwrap();
    assert_eq!(read(folder.path()), (vec![11, 20, 12, 13, 30, 14, 40], 0));
    // The numbers have no gap: the lines that follow fit.
    drop(one);
    write(&mut writer(folder.path(), clock()), 50..51);
    assert_eq!(read(folder.path()).0.len(), 8);
}

#[test]
fn each_month_has_its_segments_and_a_clock_that_goes_back_changes_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let mut one = writer(folder.path(), clock.clone());
    write(&mut one, 0..2);
    clock.advance(DAY * 15);
    write(&mut one, 2..4);
    drop(one);
    let names = || {
        let names = segment::list(folder.path()).unwrap();
        names.iter().map(segment::SegmentName::text).collect::<Vec<_>>()
    };
    assert_eq!(names(), ["2026-11.0001", "2026-12.0001"]);
    write(&mut writer(folder.path(), Arc::new(FakeClock::at(NOW))), 4..6);
    assert_eq!(names(), ["2026-11.0001", "2026-11.0002", "2026-12.0001"]);
    assert_eq!(read(folder.path()), ((0..6).collect(), 0));
}

#[test]
fn a_torn_end_is_set_aside_and_nothing_before_it_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    write(&mut writer(folder.path(), clock()), 0..3);
    let segment = folder.path().join("2026-11.0001");
    let whole = fs::read(&segment).unwrap();
    for cut in (whole.len() - 100)..whole.len() {
        fs::write(&segment, &whole[..cut]).unwrap();
        drop(writer(folder.path(), clock()));
        let left = fs::read(&segment).unwrap();
        assert!(whole.starts_with(&left) && left.ends_with(b"\n"));
        let torn = fs::read(segment.with_added_extension("torn")).unwrap_or_default();
        assert_eq!([left, torn].concat(), &whole[..cut], "every byte is kept, cut at {cut}");
        drop(fs::remove_file(segment.with_added_extension("torn")));
    }
    write(&mut writer(folder.path(), clock()), 7..8);
    assert_eq!(read(folder.path()), (vec![0, 1, 7], 0));
}

#[test]
fn zeroes_of_a_power_cut_are_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    write(&mut writer(folder.path(), clock()), 0..3);
    let segment = folder.path().join("2026-11.0001");
    let mut bytes = fs::read(&segment).unwrap();
    bytes.extend_from_slice(&[0; 4096]);
    fs::write(&segment, bytes).unwrap();
    write(&mut writer(folder.path(), clock()), 3..4);
    assert_eq!(read(folder.path()), (vec![0, 1, 2, 3], 0));
    assert_eq!(fs::read(segment.with_added_extension("torn")).unwrap(), [0; 4096]);
}

#[test]
fn lines_of_a_newer_larder_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    write(&mut writer(folder.path(), clock()), 0..2);
    let segment = folder.path().join("2026-11.0001");
    let mut bytes = fs::read(&segment).unwrap();
    let newer = br#"{"v":2,"n":90,"w":0,"is":{"dream":1}}"#;
    line::push(&mut bytes, |out| out.extend_from_slice(newer));
    fs::write(&segment, &bytes).unwrap();
    write(&mut writer(folder.path(), clock()), 2..3);
    assert_eq!(fs::read(&segment).unwrap(), bytes, "it is not even appended to");
    let mut numbers = Vec::new();
    let mut newer = 0;
    let mut position = Position::default();
    let reader = Reader::new(folder.path());
    let visit = &mut |_: &Path, _, read: LineRead<'_>| match read {
        LineRead::Entry(entry) => numbers.push(entry.n),
        LineRead::Newer(_) => newer += 1,
        LineRead::Bad => panic!("nothing is damaged"),
    };
    reader.read(&mut position, None, visit).unwrap();
    assert_eq!((newer, numbers.last()), (1, Some(&91)));
}

#[test]
fn a_suspect_segment_is_read_and_never_written_again() {
    let folder = tempfile::tempdir().unwrap();
    write(&mut writer(folder.path(), clock()), 0..2);
    fs::write(folder.path().join("2026-11.0001.suspect"), "").unwrap();
    write(&mut writer(folder.path(), clock()), 2..3);
    assert_eq!(segment::list(folder.path()).unwrap().len(), 2);
    assert_eq!(read(folder.path()), (vec![0, 1, 2], 0));
}

#[test]
fn a_folder_that_cannot_be_used_keeps_lines_in_memory_until_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("ledger");
    // A file stands where the folder must be.
    fs::write(&journal, "").unwrap();
    let clock = clock();
    let mut one = writer(&journal, clock.clone());
    assert!(one.trouble().is_some());
    one.push(charge(1));
    assert!(one.commit().is_err(), "not too soon");
    fs::remove_file(&journal).unwrap();
    // Meanwhile another larder wrote.
    write(&mut writer(&journal, clock.clone()), 5..9);
    assert!(one.commit().is_err(), "it waits a while");
    clock.advance(std::time::Duration::from_secs(1));
    one.push(charge(2));
    one.commit().unwrap();
    assert_eq!((one.trouble(), one.pending()), (None, 0));
    assert_eq!(read(&journal), (vec![5, 6, 7, 8, 1, 2], 0));
}

#[test]
fn two_writers_at_once_cannot_be() {
    let folder = tempfile::tempdir().unwrap();
    let one = writer(folder.path(), clock());
    assert!(matches!(Writer::take(folder.path(), clock()), Taken::ByAnother));
    drop(one);
    writer(folder.path(), clock());
}

#[test]
fn a_line_without_end_is_not_kept_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    write(&mut writer(folder.path(), clock()), 0..1);
    let segment = folder.path().join("2026-11.0001");
    let mut bytes = fs::read(&segment).unwrap();
    let whole = bytes.clone();
    bytes.extend(std::iter::repeat_n(b'x', 5 << 20));
    bytes.push(b'\n');
    bytes.extend_from_slice(&whole);
    fs::write(&segment, bytes).unwrap();
    assert_eq!(read(folder.path()), (vec![0, 0], 1));
}

#[test]
fn a_spool_that_was_cut_short_is_kept_beside() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::new(folder.path(), clock());
    spool.write(vec![charge(1), charge(2)]).unwrap();
    drop(spool);
    let spools = folder.path().join("spool");
    let path = fs::read_dir(&spools).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
    let mut inbox = Inbox::new(folder.path());
    let mut found = 0;
    let mut take = |inbox: &mut Inbox| {
        let mut count = |_: Entry<'_>| {
            found += 1;
            Ok(())
        };
        assert!(inbox.take(&mut count).unwrap().is_empty());
        std::mem::take(&mut found)
    };
    assert_eq!(take(&mut inbox), 1);
    assert_eq!(take(&mut inbox), 1, "what was not settled is taken again");
    inbox.settle();
    let left: Vec<_> = fs::read_dir(&spools).unwrap().map(|one| one.unwrap().path()).collect();
    assert_eq!(left, [path.with_added_extension("torn")]);
    assert_eq!(take(&mut inbox), 0);
}
