//! A system that tells too little of changes: no watches, lost events, changes by the thousand.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
    time::Duration,
};

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Home, Terminal, can_unshare};

pub(super) const SIZE: (u16, u16) = (160, 40);

/// Starts the dashboard in a namespace with this limit of inotify.
fn limited(home: &Home, limit: &str) -> Terminal {
    let larder = env!("CARGO_BIN_EXE_larder");
    let script = format!("echo {limit} && exec {larder}");
    Terminal::running(home, "/usr/bin/unshare", &["-rm", "/bin/sh", "-c", &script], SIZE)
}

/// Quits, and looks at the terminal.
pub(super) fn leave(mut terminal: Terminal) {
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(20)).success());
    terminal.is_whole();
}

/// Returns a home with so many files, where what cannot be watched is looked at each second.
pub(super) fn home(files: u32) -> Home {
    let home = Home::new();
    home.tree().many(files);
    home.settings("[watch]\npoll-seconds = 1\n");
    home
}

/// Returns the tokens of the repository as the header of the tree shows them.
pub(super) fn shown(total: &Value) -> String {
    let digits = total["tokens"].as_u64().unwrap().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    format!("Tree · {text} tokens")
}

#[test]
fn what_is_over_the_limit_of_watches_is_polled_and_said() {
    if !can_unshare() {
        return;
    }
    let home = home(60);
    let mut terminal = limited(&home, "6 > /proc/sys/user/max_inotify_watches");
    terminal.wait_for("all counted");
    terminal.wait_for("polling");
    for folder in 0..17 {
        home.tree().file(format!("d{folder}/late.txt"), format!("late words in {folder}"));
    }
    terminal.wait_for("77 files");
    terminal.wait_for(&shown(&home.true_total()));
    leave(terminal);
}

#[test]
fn without_any_watch_all_is_polled() {
    if !can_unshare() {
        return;
    }
    let home = home(60);
    let mut terminal = limited(&home, "0 > /proc/sys/user/max_inotify_instances");
    terminal.wait_for("all counted");
    terminal.wait_for("polling");
    home.tree().file("d3/late.txt", "late words");
    terminal.wait_for("61 files");
    fs::remove_file(home.tree().path("d4/f4.txt")).unwrap();
    terminal.wait_for("60 files");
    terminal.wait_for(&shown(&home.true_total()));
    leave(terminal);
}

#[test]
fn a_file_system_that_tells_nothing_is_named() {
    let home = home(1);
    let larder = env!("CARGO_BIN_EXE_larder");
    let mut terminal = Terminal::running(&home, larder, &["/proc/sys/fs/inotify"], SIZE);
    terminal.wait_for("polling");
    leave(terminal);
}

/// Writes into two files in turn until the system must have dropped events.
fn overflow(home: &Home) {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let limit: u32 = limit.trim().parse().unwrap();
    let open = |name: &str| {
        let path = home.tree().path(name);
        OpenOptions::new().append(true).create(true).open(path).unwrap()
    };
    let (mut one, mut other): (File, File) = (open("d1/one.txt"), open("d2/other.txt"));
    for _ in 0..limit {
        // The same event twice in a row would be one.
        one.write_all(b"w ").unwrap();
        other.write_all(b"w ").unwrap();
    }
}

#[test]
fn events_that_the_system_dropped_leave_no_stale_count() {
    let home = home(60);
    let mut terminal = Terminal::running(&home, env!("CARGO_BIN_EXE_larder"), &[], SIZE);
    terminal.wait_for("all counted");
    terminal.wait_for("watching");
    terminal.signal(Signal::STOP);
    overflow(&home);
    // Nobody tells of these any more.
    home.tree().file("d5/f5.txt", "other words than before");
    home.tree().file("d6/new/deep.txt", "words in a folder that is new");
    terminal.signal(Signal::CONT);
    terminal.wait_for("63 files");
    terminal.wait_for(&shown(&home.true_total()));
    let log = fs::read_to_string(home.state().join("log/larder.log")).unwrap();
    assert!(log.contains("dropped events"), "nothing was dropped: this tests nothing\n{log}");
    // And it goes on.
    home.tree().file("d6/new/later.txt", "later words");
    terminal.wait_for("64 files");
    leave(terminal);
}

/// Writes thousands of files beside the repository, as a branch has them.
fn branch(folder: &Path, files: u32, words: &str) {
    for number in 0..files {
        let path = folder.join(format!("m{}/f{number}.txt", number % 97));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{words} {number}")).unwrap();
    }
}

#[test]
fn a_change_of_thousands_of_files_at_once_is_told_in_few_frames() {
    const FILES: u32 = 4_000;
    let home = home(20);
    let (one, other) = (home.path().join("one"), home.path().join("other"));
    branch(&one, FILES, "words of one branch");
    branch(&other, FILES, "of the other");
    let module = home.repo().join("module");
    fs::rename(&one, &module).unwrap();
    let mut terminal = Terminal::running(&home, env!("CARGO_BIN_EXE_larder"), &[], SIZE);
    terminal.wait_for("all counted");
    terminal.wait_for("watching");
    let before = terminal.written().len();
    fs::rename(&module, &one).unwrap();
    fs::rename(&other, &module).unwrap();
    // A build writes and removes meanwhile.
    for round in 0..20 {
        branch(&home.repo().join("build"), 50, &format!("round {round}"));
        fs::remove_dir_all(home.repo().join("build")).unwrap();
    }
    let truth = shown(&home.true_total());
    terminal.wait_for(&truth);
    terminal.wait_for("all counted");
    let sent = terminal.written().len() - before;
    // A frame for each file would be some megabytes.
    assert!(sent < 300_000, "{sent} bytes for one change");
    leave(terminal);
}
