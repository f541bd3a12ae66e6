//! Odd outputs and terminals: closed pipes, full disks, no colours, dumb terminals.

use std::{
    fs::{self, File},
    os::unix::ffi::OsStrExt,
    process::Stdio,
};

use crate::support::{Home, Run, Terminal};

fn home() -> Home {
    let home = Home::new();
    home.tree().many(60);
    home
}

#[test]
fn a_reader_that_left_is_no_error_message() {
    let home = home();
    for args in [&["count", "--json"][..], &["--once"], &["keys"], &["man"], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = Run::of(home.larder(args).stdout(writer));
        assert_eq!(run.err, "", "{args:?} complains");
        assert!(matches!(run.code, Some(0 | 141)), "{args:?}: {run:?}");
    }
}

#[test]
fn a_full_disk_is_said_and_fails() {
    let home = home();
    for args in [&["count", "--json"][..], &["count"], &["--once"], &["keys"], &["man"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let run = Run::of(home.larder(args).stdout(full)).ended_with(1);
        assert!(run.err.contains("cannot write the output"), "{args:?}: {run:?}");
    }
}

#[test]
fn an_error_output_that_is_closed_changes_nothing() {
    let home = home();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run = Run::of(home.larder(&["count", "--model", "nope"]).stderr(writer));
    assert_eq!(run.code, Some(2));
}

#[test]
fn output_that_is_no_terminal_has_no_escapes() {
    let home = home();
    for args in
        [&["count"][..], &["cache", "status"], &["keys"], &["config"], &["doctor"], &["prices"]]
    {
        let run = home.run(args);
        let is_plain = |text: &str| !text.contains('\x1b') && !text.contains('\r');
        assert!(is_plain(&run.out) && is_plain(&run.err), "{args:?}: {run:?}");
    }
}

#[test]
fn the_dashboard_needs_a_terminal() {
    let home = home();
    home.run::<&str>(&[]).ended_with(1).says(&["terminal", "--once"]);
}

#[test]
fn a_dumb_terminal_is_refused_and_left_alone() {
    let home = home();
    for term in ["TERM=dumb", "TERM="] {
        let larder = env!("CARGO_BIN_EXE_larder");
        let script = format!("{term} {larder}; echo \"code $?\"");
        let mut terminal = Terminal::running(&home, "/bin/sh", &["-c", &script], (80, 24));
        terminal.wait_for("code ");
        let text = terminal.text();
        assert!(text.contains("code 1"), "{term}: {text}");
        assert!(!terminal.written().contains(&0x1b), "{term}: escapes were sent");
    }
}

#[test]
fn without_colours_no_colour_is_sent() {
    let home = home();
    let larder = env!("CARGO_BIN_EXE_larder");
    let script = format!("NO_COLOR=1 exec {larder}");
    let mut terminal = Terminal::running(&home, "/bin/sh", &["-c", &script], (120, 36));
    terminal.wait_for("all counted");
    terminal.wait_for_quiet(std::time::Duration::from_millis(300));
    let text = String::from_utf8_lossy(terminal.written()).into_owned();
    let styles: Vec<_> =
        text.split("\x1b[").skip(1).filter_map(|rest| rest.split_once('m')).collect();
    for (style, _) in styles {
        let numbers = style.split(';').filter_map(|number| number.parse::<u32>().ok());
        let is_style = style.chars().all(|c| c.is_ascii_digit() || c == ';');
        let coloured = numbers.filter(|n| matches!(n, 30..=38 | 40..=48 | 90..=107)).count();
        assert!(!is_style || coloured == 0, "a colour was sent: {style:?}");
    }
}

#[test]
fn names_with_escapes_never_reach_the_output() {
    let home = Home::new();
    let name = b"evil\x1b[2J\x1b]52;c;AAAA\x07\xe2\x80\xae\xff.txt";
    home.tree().file(std::ffi::OsStr::from_bytes(name), "some words");
    fs::write(home.repo().join("line\nbreak.txt"), "other words").unwrap();
    let runs = [
        home.run(&["count", "--depth", "9"]),
        home.once("", "120x36"),
        home.once("ji", "120x36"),
        home.run(&["cache", "list"]),
        home.run(&["cache", "invalidate", "line\nbreak.txt"]),
        home.run(&["count", "no\x1bsuch"]),
    ];
    for run in runs {
        let is_harmless = |text: &str| text.chars().all(|c| c == '\n' || !c.is_control());
        assert!(is_harmless(&run.out) && is_harmless(&run.err), "{run:?}");
        assert!(!run.out.contains('\u{202e}'), "{run:?}");
    }
    let log = fs::read_dir(home.state().join("log")).unwrap().next().unwrap().unwrap().path();
    assert!(!fs::read_to_string(log).unwrap().contains('\x1b'), "the log holds an escape");
}

#[test]
fn progress_is_shown_only_on_a_terminal() {
    let home = home();
    let run = Run::of(home.larder(&["count"]).stdin(Stdio::null())).ended_with(0);
    assert_eq!(run.err, "");
}
