//! Errors and kills of the system at chosen calls, by strace; where it cannot trace, these tests
//! have nothing to do.

use std::{
    env,
    process::{Command, Stdio},
};

use crate::support::{Home, Run};

/// How many calls of each kind are failed, one after the other.
fn depth() -> usize {
    if env::var_os("LARDER_LONG").is_some() { 80 } else { 9 }
}

fn can_trace() -> bool {
    let mut command = Command::new("strace");
    command.args(["-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Counts while strace does this to the program.
fn count_with(home: &Home, inject: &str) -> Run {
    let mut command = Command::new("strace");
    command.args(["-f", "-o", "/dev/null", "-e", inject, env!("CARGO_BIN_EXE_larder")]);
    command.args(["count", "--json"]).current_dir(home.repo());
    command.env_clear().envs(home.environment()).env("PATH", "/usr/local/bin:/usr/bin:/bin");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Run::of(&mut command)
}

fn home() -> Home {
    let home = Home::new();
    home.tree().many(40);
    home
}

#[test]
fn a_kill_at_any_write_leaves_a_store_that_opens() {
    if !can_trace() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    for call in ["pwrite64", "rename", "fsync", "ftruncate", "unlink"] {
        for number in 1..=depth() {
            let killed = count_with(&home, &format!("inject={call}:signal=SIGKILL:when={number}"));
            let again = home.run(&["count", "--json"]);
            let shown = (again.err.as_str(), &again.json()["total"]);
            assert_eq!(shown, ("", &truth), "after a kill at {call} {number}");
            home.run(&["cache", "clear", "--yes"]).ended_with(0);
            if killed.code == Some(0) {
                break;
            }
        }
    }
    home.count();
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
}

#[test]
fn a_disk_that_is_full_or_broken_costs_only_the_cache() {
    if !can_trace() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    for fault in ["ENOSPC", "EIO", "EDQUOT"] {
        for call in ["pwrite64", "rename", "fsync", "fdatasync", "mkdir", "ftruncate"] {
            let run = count_with(&home, &format!("inject={call}:error={fault}"));
            assert_eq!(run.json()["total"], truth, "{fault} at {call}: {}", run.err);
            // The fault has passed: all is as before.
            let again = home.run(&["count", "--json"]);
            assert_eq!(again.json()["total"], truth, "after {fault} at {call}");
            home.run(&["cache", "clear", "--yes"]).ended_with(0);
        }
    }
    home.count();
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_is_listed_and_the_rest_counted() {
    // Linux has a regular file that opens and fails to be read: the memory of a process.
    let home = Home::new();
    let report = home.json(&["count", "--json", "/proc/self/mem"]);
    let file = &report["files"][0];
    assert_eq!((&file["status"], &file["tokens"]), (&"unreadable".into(), &().into()));
    assert_eq!(report["total"]["skipped"], 1);
}
