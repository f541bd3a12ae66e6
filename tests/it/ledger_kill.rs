//! The ledger under `kill -9`: nothing acknowledged is lost, and an import that was killed
//! anywhere changes nothing.

use std::{env, io::Read, process::Child, sync::mpsc, thread, time::Duration};

use rustix::process::{Pid, Signal, kill_process};

use crate::ledger_child::{Log, acknowledged, child, open, recorded, request, totals};

/// How often a child is killed; the long run takes more.
fn kills() -> u64 {
    if env::var_os("LARDER_LONG").is_some() { 200 } else { 40 }
}

/// Kills a child after so long, unless it has ended, and returns what it wrote.
fn kill_after(mut child: Child, after: Duration) -> String {
    let pid = Pid::from_child(&child);
    let mut pipe = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let mut output = String::new();
        pipe.read_to_string(&mut output).unwrap();
        output
    });
    let (sender, ended) = mpsc::channel();
    let waiter = thread::spawn(move || sender.send(child.wait().unwrap()));
    if ended.recv_timeout(after).is_err() {
        // It may have ended in the meantime.
        kill_process(pid, Signal::KILL).ok();
    }
    waiter.join().unwrap().ok();
    reader.join().unwrap()
}

#[test]
fn nothing_that_was_acknowledged_is_lost_by_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acked = std::collections::BTreeSet::new();
    for round in 0..kills() {
        let task = format!("record {}", (round + 1) * 1_000_000);
        let child = child(&[], folder.path(), &task).spawn().unwrap();
        let output = kill_after(child, Duration::from_millis(20 + round * 13 % 110));
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
        let output = kill_after(child, Duration::from_millis(30 + round * 17 % 100));
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
        kill_after(child, Duration::from_millis(5 + round * 97));
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
