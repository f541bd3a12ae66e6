//! The ledger when the system fails: full disks and failing syncs, by strace; where it cannot
//! trace, these tests have nothing to do.

use std::{
    collections::BTreeSet,
    env, fs,
    process::{Command, Stdio},
};

use crate::ledger_child::{acknowledged, child, open, recorded, totals};

fn can_trace() -> bool {
    let mut command = Command::new("strace");
    command.args(["-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// How many calls of each kind are failed, one after the other.
fn depth() -> u32 {
    if env::var_os("LARDER_LONG").is_some() { 60 } else { 14 }
}

/// Records a dozen requests while strace does this, and returns what was acknowledged.
fn record_with(folder: &std::path::Path, inject: &str, first: u64) -> (BTreeSet<u64>, String) {
    let wrapper = ["strace", "-f", "-o", "/dev/null", "-e", inject];
    let task = format!("record-few {first}");
    let output = child(&wrapper, folder, &task).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (acknowledged(&text), text)
}

#[test]
fn a_sync_that_fails_loses_nothing_and_begins_a_new_segment() {
    if !can_trace() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acked = BTreeSet::new();
    for number in 1..=depth() {
        let inject = format!("inject=fdatasync:error=EIO:when={number}");
        let (new, output) = record_with(folder.path(), &inject, u64::from(number) * 1000);
        acked.extend(new);
        // The group goes into the next segment at once, so that nobody waits.
        assert!(output.contains("closed"), "{number}: {output}");
        let there = recorded(&mut open(folder.path()));
        assert!(acked.is_subset(&there), "{number}");
        assert_eq!(
            u32::try_from(there.len()),
            Ok(number * 12),
            "what was not acknowledged came later"
        );
    }
    let marks = fs::read_dir(folder.path().join("state/ledger")).unwrap().filter(|entry| {
        entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "suspect")
    });
    assert!(marks.count() > 0, "no sync failed: this tests nothing");
}

#[test]
fn a_journal_that_cannot_be_synced_at_all_acknowledges_nothing() {
    if !can_trace() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (acked, output) = record_with(folder.path(), "inject=fdatasync:error=EIO", 1000);
    assert!(acked.is_empty() && !output.contains("closed"), "{output}");
    // The disk works again.
    let mut ledger = open(folder.path());
    let there = recorded(&mut ledger);
    assert_eq!(totals(&mut ledger), (there.len() as u64, there.iter().sum()));
}

#[test]
fn a_full_disk_acknowledges_only_what_is_written() {
    if !can_trace() {
        return;
    }
    for (fault, depth) in [("ENOSPC", depth() / 2), ("EIO", depth() / 4), ("EDQUOT", 2)] {
        let folder = tempfile::tempdir().unwrap();
        let mut acked = BTreeSet::new();
        for number in (1..=depth).map(|number| number * 4) {
            // Every write from the number-th on: also those of the pipe, so fewer are told.
            let inject = format!("inject=write:error={fault}:when={number}..{}", number + 1);
            let (new, _) = record_with(folder.path(), &inject, u64::from(number) * 1000);
            acked.extend(new);
            let mut ledger = open(folder.path());
            let there = recorded(&mut ledger);
            assert!(acked.is_subset(&there), "{fault} at {number}");
            assert_eq!(totals(&mut ledger), (there.len() as u64, there.iter().sum()));
            assert_eq!(ledger.verify().unwrap().bad, 0, "{fault} at {number}");
        }
        assert!(!acked.is_empty(), "{fault}: nothing was ever acknowledged");
    }
}

#[test]
fn a_kill_at_any_call_leaves_a_ledger_that_opens_with_all_that_was_acknowledged() {
    if !can_trace() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acked = BTreeSet::new();
    for call in ["write", "fdatasync", "fsync", "rename", "ftruncate"] {
        for number in 1..=depth() / 2 {
            let inject = format!("inject={call}:signal=SIGKILL:when={number}");
            let (new, output) = record_with(folder.path(), &inject, acked.len() as u64 * 1000);
            acked.extend(new);
            let mut ledger = open(folder.path());
            let there = recorded(&mut ledger);
            assert!(acked.is_subset(&there), "{call} {number}");
            assert_eq!(totals(&mut ledger), (there.len() as u64, there.iter().sum()));
            if output.contains("closed") {
                break;
            }
        }
    }
}
