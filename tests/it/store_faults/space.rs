//! A small disk that fills up and gets room again, one that turns read-only, and a limit on the size
//! of files. The disks are in a namespace of their own; where none can be made, these tests have
//! nothing to do.

use std::{fs, time::Duration};

use serde_json::Value;

use crate::support::{Home, Run, Terminal, can_unshare, is_private, step, words};

/// Mounts a small disk where cache and results lie.
const MOUNT: &str = "set -e
mkdir -p $HOME/disk
mount -t tmpfs -o size=3m,mode=700 none $HOME/disk
mkdir $HOME/disk/cache $HOME/disk/data
export XDG_CACHE_HOME=$HOME/disk/cache XDG_DATA_HOME=$HOME/disk/data
set +e
";

/// Fills the disk to its last byte.
const FILL: &str = "dd if=/dev/zero of=$HOME/disk/ballast bs=4k 2>/dev/null\n";

const UNSHARE: [&str; 2] = ["unshare", "-rm"];

fn home() -> Home {
    let home = Home::new();
    home.tree().many(60);
    home
}

fn total(run: &Run) -> Value {
    run.json()["total"].clone()
}

#[test]
fn a_disk_that_fills_up_costs_only_the_cache_until_there_is_room() {
    if !can_unshare() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    let count = words(&["count", "--json"]);
    let script = [
        MOUNT,
        &step("first", &count),
        &step("kept", &home.put_args(1)),
        FILL,
        "rm -rf $XDG_CACHE_HOME/larder/repos\n",
        &step("full", &count),
        &step("refused", &home.put_args(4)),
        &step("got-full", &home.get_args(1)),
        &step("status", &words(&["cache", "status"])),
        &step("compact", &words(&["cache", "compact"])),
        "rm $HOME/disk/ballast\n",
        &step("after", &count),
        &step("kept-again", &home.put_args(4)),
        &step("again", &count),
        &step("got", &home.get_args(4)),
        &step("verified", &words(&["cache", "verify", "--json"])),
    ]
    .concat();
    let run = Run::of(&mut home.script(&UNSHARE, &script));
    assert_eq!(run.code, Some(0), "{run:?}");
    for name in ["first", "full", "after", "again"] {
        assert_eq!(total(&home.ended(name)), truth, "{name}");
    }
    let refused = home.ended("refused");
    assert!(refused.code != Some(0) && refused.err.contains("space"), "{refused:?}");
    assert!(home.is_result(1, &home.ended("got-full")), "what is there is read");
    assert_eq!(home.ended("status").code, Some(0));
    let compact = home.ended("compact");
    assert!(compact.code != Some(0) && !compact.err.is_empty(), "{compact:?}");
    assert_eq!(home.ended("kept-again").code, Some(0));
    assert!(home.is_result(4, &home.ended("got")));
    assert_eq!(home.ended("again").json()["computed"], 0, "the cache does not work any more");
    let verified = home.ended("verified").json();
    assert_eq!((&verified["damaged"], &verified["wrong"]), (&0.into(), &0.into()));
}

#[test]
fn a_disk_that_is_full_from_the_beginning_costs_only_the_cache() {
    if !can_unshare() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    let count = words(&["count", "--json"]);
    let script = [
        MOUNT,
        FILL,
        &step("full", &count),
        &step("refused", &home.put_args(4)),
        // Room for some of the files, but not for all.
        "rm $HOME/disk/ballast; dd if=/dev/zero of=$HOME/disk/ballast bs=4k count=700 2>/dev/null\n",
        &step("little", &count),
        "rm $HOME/disk/ballast\n",
        &step("after", &count),
        &step("again", &count),
    ]
    .concat();
    let run = Run::of(&mut home.script(&UNSHARE, &script));
    assert_eq!(run.code, Some(0), "{run:?}");
    for name in ["full", "little", "after", "again"] {
        assert_eq!(total(&home.ended(name)), truth, "{name}");
    }
    let refused = home.ended("refused");
    assert!(refused.code != Some(0) && !refused.err.is_empty(), "{refused:?}");
    assert_eq!(home.ended("again").json()["computed"], 0, "the cache does not work any more");
}

#[test]
fn a_dashboard_on_a_full_disk_says_so_and_writes_again_when_there_is_room() {
    if !can_unshare() {
        return;
    }
    let home = home();
    home.settings("[store]\ncheckpoint-ms = 100\n");
    let script = format!("{MOUNT}{FILL}exec {}", env!("CARGO_BIN_EXE_larder"));
    let mut terminal =
        Terminal::running(&home, "/usr/bin/unshare", &["-rm", "/bin/sh", "-c", &script], (140, 40));
    terminal.wait_for("all counted");
    terminal.wait_for("memory only");
    let ballast = format!("/proc/{}/root{}/disk/ballast", terminal.pid(), home.path().display());
    fs::remove_file(ballast).unwrap();
    terminal.wait_for_no("memory only");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(20)).success());
    terminal.is_whole();
}

#[test]
fn a_read_only_disk_is_read_and_what_cannot_be_kept_is_said() {
    if !can_unshare() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    let count = words(&["count", "--json"]);
    let script = [
        MOUNT,
        &step("first", &count),
        &step("kept", &home.put_args(1)),
        "mount -o remount,ro $HOME/disk\n",
        &step("read-only", &count),
        &step("got-read-only", &home.get_args(1)),
        &step("refused", &home.put_args(4)),
        &step("status", &words(&["cache", "status", "--json"])),
        &step("clear", &words(&["cache", "clear", "--yes"])),
        "mount -o remount,rw $HOME/disk\n",
        &step("again", &count),
        &step("got", &home.get_args(1)),
    ]
    .concat();
    let run = Run::of(&mut home.script(&UNSHARE, &script));
    assert_eq!(run.code, Some(0), "{run:?}");
    for name in ["first", "read-only", "again"] {
        assert_eq!(total(&home.ended(name)), truth, "{name}");
    }
    assert!(home.is_result(1, &home.ended("got-read-only")), "what is there is read");
    for name in ["refused", "clear"] {
        let refused = home.ended(name);
        assert!(refused.code == Some(1) && refused.err.contains("ead-only"), "{name}: {refused:?}");
    }
    let mode = home.ended("status").json()["mode"].clone();
    assert!(mode["reason"].as_str().unwrap().contains("ead-only"), "{mode}");
    assert!(home.is_result(1, &home.ended("got")));
}

#[test]
fn a_limit_on_the_size_of_files_costs_only_the_cache() {
    let home = home();
    let truth = home.true_total();
    let put = home.put_args(4);
    for blocks in [0, 1, 8, 64, 256, 1_100] {
        home.run(&["cache", "clear", "--yes"]).ended_with(0);
        let limit = format!("ulimit -f {blocks}\n");
        let count = Run::of(&mut home.script(&[], &format!("{limit}larder count --json")));
        assert_eq!(total(&count), truth, "{blocks} blocks: {count:?}");
        let quoted: Vec<_> = put.iter().map(|word| format!("'{word}'")).collect();
        let script = format!("{limit}larder {}", quoted.join(" "));
        let kept = Run::of(&mut home.script(&[], &script));
        assert!(kept.code == Some(0) || !kept.err.is_empty(), "{blocks} blocks: {kept:?}");
        assert!(kept.code.is_some() && !kept.err.contains("panicked"), "{blocks}: {kept:?}");
        assert_eq!(home.has_result(4), kept.code == Some(0), "{blocks} blocks: {kept:?}");
        let again = home.run(&["count", "--json"]);
        assert_eq!(total(&again), truth, "after {blocks} blocks");
    }
    home.count();
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
    is_private(&home.cache());
}
