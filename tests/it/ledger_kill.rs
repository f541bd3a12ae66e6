//! The ledger under `kill -9`: nothing acknowledged is lost, and an import that was killed
//! anywhere changes nothing.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::Child,
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::ledger_child::{Log, acknowledged, child, open, recorded, request, totals};

/// How often a child is killed; the long run takes more.
fn kills() -> u64 {
    if env::var_os("LARDER_LONG").is_some() { 200 } else { 40 }
}

/// When a child is killed.
#[derive(Clone, Copy, Debug)]
struct Moment {
    /// Once it has acknowledged so many,
    acks: usize,
    /// and so long after that, unless it has ended.
    pause: Duration,
}

impl Moment {
    /// Returns a moment at the beginning, or after some work: never later than the work itself
    /// takes, however slow the disk is.
    fn of(round: u64) -> Self {
        let acks =
            if round.is_multiple_of(4) { 0 } else { 1 + usize::try_from(round * 7 % 12).unwrap() };
        let reach = if acks == 0 { 130 } else { 20 };
        Self { acks, pause: Duration::from_millis(round * 13 % reach) }
    }
}

/// Kills a child at a moment, and returns what it wrote.
fn kill_at(mut child: Child, moment: Moment) -> String {
    let pid = Pid::from_child(&child);
    let pipe = BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    let reader = thread::spawn(move || {
        pipe.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)).ok();
    });
    let mut output = String::new();
    while acknowledged(&output).len() < moment.acks {
        let Ok(line) = lines.recv_timeout(Duration::from_mins(1)) else { break };
        output.push_str(&line);
        output.push('\n');
    }
    // Nobody ever sends here.
    let (_never, pause) = mpsc::channel::<()>();
    pause.recv_timeout(moment.pause).ok();
    // It may have ended in the meantime.
    kill_process(pid, Signal::KILL).ok();
    child.wait().unwrap();
    reader.join().unwrap();
    output.extend(lines.iter().flat_map(|line| [line, "\n".to_owned()]));
    output
}

#[test]
fn nothing_that_was_acknowledged_is_lost_by_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acked = std::collections::BTreeSet::new();
    for round in 0..kills() {
        let task = format!("record {}", (round + 1) * 1_000_000);
        let child = child(&[], folder.path(), &task).spawn().unwrap();
        let output = kill_at(child, Moment::of(round));
        acked.extend(acknowledged(&output));
        if round % 4 == 3 {
            let there = recorded(&mut open(folder.path()));
            let lost: Vec<_> = acked.difference(&there).collect();
            assert!(lost.is_empty(), "round {round}: {lost:?} are lost");
        }
    }
    assert!(acked.len() > 100, "only {} were acknowledged: this tests nothing", acked.len());
    let mut ledger = open(folder.path());
    let there = recorded(&mut ledger);
    assert!(acked.is_subset(&there));
    assert_eq!(totals(&mut ledger), (there.len() as u64, there.iter().sum()));
    ledger.close().unwrap();
    // The same from the journal alone.
    std::fs::remove_dir_all(folder.path().join("cache")).unwrap();
    let mut ledger = open(folder.path());
    assert_eq!(totals(&mut ledger), (there.len() as u64, there.iter().sum()));
    assert_eq!(ledger.verify().unwrap().bad, 0, "torn ends are set aside, not in the way");
}

#[test]
fn a_spool_loses_nothing_by_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path());
    let mut acked = std::collections::BTreeSet::new();
    for round in 0..kills() / 4 {
        let task = format!("record {}", (round + 1) * 1_000_000);
        let child = child(&[], folder.path(), &task).spawn().unwrap();
        let output = kill_at(child, Moment::of(round));
        acked.extend(acknowledged(&output));
        writer.poll().unwrap();
    }
    writer.poll().unwrap();
    assert!(!acked.is_empty());
    assert!(acked.is_subset(&recorded(&mut writer)));
    drop(writer);
    assert!(acked.is_subset(&recorded(&mut open(folder.path()))));
}

#[test]
fn an_import_that_is_killed_anywhere_changes_nothing() {
    // Enough that keys are saved while it runs.
    const REQUESTS: u64 = 40_000;
    let whole = tempfile::tempdir().unwrap();
    let mut ledger = open(whole.path());
    ledger.import(&Log(REQUESTS), "/log".as_ref(), &|_, _| None).unwrap();
    let expected = totals(&mut ledger);
    let skipped = ledger.query(&larder::model::SpendQuery::default()).skipped;
    assert_eq!(expected.0, REQUESTS);

    let folder = tempfile::tempdir().unwrap();
    for round in 0..kills() / 4 {
        let task = format!("import {REQUESTS}");
        let child = child(&[], folder.path(), &task).spawn().unwrap();
        kill_at(child, Moment { acks: 0, pause: Duration::from_millis(5 + round * 97) });
    }
    let mut ledger = open(folder.path());
    ledger.import(&Log(REQUESTS), "/log".as_ref(), &|_, _| None).unwrap();
    assert_eq!(totals(&mut ledger), expected);
    assert_eq!(ledger.query(&larder::model::SpendQuery::default()).skipped, skipped);
    ledger.close().unwrap();
    let keys = folder.path().join("cache/ledger.keys");
    assert!(keys.read_dir().unwrap().count() > 0, "no keys were saved: this tests less");
    let mut ledger = open(folder.path());
    for id in (0..REQUESTS).step_by(997) {
        let known = ledger.record(vec![request(id)], &|_, _| None).unwrap();
        assert_eq!(known, [larder::ledger::Recorded::Known], "{id}");
    }
}
