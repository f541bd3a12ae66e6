//! However the dashboard ends, the terminal is given back, and soon.

use std::{fs, time::Duration};

use rustix::process::{Signal, test_kill_process};

use crate::support::{Home, Terminal};

/// What is asked to end is gone in two seconds.
const SOON: Duration = Duration::from_secs(2);

fn started() -> (Home, Terminal) {
    let home = Home::with(&[("a.txt", "some words"), ("b/c.txt", "other words")]);
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    assert!(terminal.is_raw(), "keys are read one by one");
    (home, terminal)
}

#[test]
fn a_quit_gives_the_terminal_back() {
    let (_home, mut terminal) = started();
    terminal.press("q");
    let status = terminal.wait_for_end(SOON);
    assert_eq!(status.exit_code(), 0);
    terminal.is_whole();
}

#[test]
fn ctrl_c_gives_the_terminal_back() {
    let (_home, mut terminal) = started();
    terminal.press("\x03");
    terminal.wait_for_end(SOON);
    terminal.is_whole();
}

#[test]
fn signals_give_the_terminal_back_and_are_told_in_the_exit_code() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let (_home, mut terminal) = started();
        terminal.signal(signal);
        let status = terminal.wait_for_end(SOON);
        assert_eq!(status.exit_code(), 128 + signal.as_raw().unsigned_abs(), "{signal:?}");
        terminal.is_whole();
    }
}

#[test]
fn a_signal_during_the_warm_up_gives_the_terminal_back() {
    let home = Home::new();
    home.tree().many(1_500);
    let mut terminal = Terminal::start(&home, 100, 30);
    terminal.wait_for("Tree");
    terminal.signal(Signal::TERM);
    terminal.wait_for_end(SOON);
    terminal.is_whole();
    assert_eq!(home.count()["total"], home.true_total());
}

#[test]
fn a_terminal_that_is_closed_ends_the_dashboard() {
    let (_home, mut terminal) = started();
    terminal.close();
    terminal.wait_for_end(SOON + SOON);
    test_kill_process(terminal.pid()).unwrap_err();
}

#[test]
fn a_quit_in_any_overlay_gives_the_terminal_back() {
    for keys in ["?", "M", "E", "X", "i", "/some", "C"] {
        let (_home, mut terminal) = started();
        terminal.press(keys);
        terminal.wait_for_quiet(Duration::from_millis(200));
        terminal.press("\x03");
        terminal.wait_for_end(SOON);
        terminal.is_whole();
    }
}

#[test]
fn a_stop_gives_the_terminal_to_the_shell_and_comes_back() {
    let home = Home::with(&[("a.txt", "some words")]);
    let larder = env!("CARGO_BIN_EXE_larder");
    let mut terminal = Terminal::running(&home, "/bin/bash", &["--norc", "-i"], (100, 30));
    terminal.press("PS1='shell: '\n");
    terminal.wait_for("shell:");
    terminal.press(&format!("{larder}\n"));
    terminal.wait_for("all counted");
    terminal.press("\x1a");
    terminal.wait_for("Stopped");
    terminal.press("fg\n");
    terminal.wait_for("all counted");
    terminal.wait_for_quiet(Duration::from_millis(300));
    terminal.press("q");
    terminal.wait_until("the shell", |text| text.trim_end().ends_with("shell:"));
    terminal.press("exit\n");
    terminal.wait_for_end(SOON + SOON);
    terminal.is_whole();
}

#[test]
fn what_was_counted_is_kept_when_the_dashboard_is_left() {
    let (home, mut terminal) = started();
    terminal.press("q");
    terminal.wait_for_end(SOON);
    let report = home.count();
    assert_eq!((&report["hits"], &report["computed"]), (&2.into(), &0.into()));
}

#[test]
fn the_log_of_a_dashboard_is_private() {
    let (home, mut terminal) = started();
    terminal.press("q");
    terminal.wait_for_end(SOON);
    crate::support::is_private(&home.state());
    assert!(fs::read_dir(home.state().join("log")).unwrap().count() > 0);
}

#[test]
fn how_long_frames_took_is_in_the_log() {
    let (home, mut terminal) = started();
    terminal.press("j");
    terminal.press("q");
    terminal.wait_for_end(SOON);
    let log = fs::read_to_string(home.state().join("log/larder.log")).unwrap();
    let left = log.lines().find(|line| line.contains("the dashboard was left")).unwrap();
    for noted in ["frames=", "bytes=", "slowest=", "slowest_answer="] {
        let value = left.split(noted).nth(1).and_then(|rest| rest.chars().next());
        assert!(value.is_some_and(|c| c.is_ascii_digit()), "{noted} {left}");
    }
}
