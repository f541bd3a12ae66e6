//! Keys on the real dashboard: they filter, mark, ask, evict and clear.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::support::{Home, Terminal};

fn started() -> (Home, Terminal) {
    let home = Home::with(&[
        ("alpha.txt", "some words and a few more"),
        ("beta.txt", "other words"),
        ("gamma/delta.txt", "words below"),
    ]);
    // So that nothing is counted again while a test looks at the cache.
    home.tree().age();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    (home, terminal)
}

#[test]
fn the_dashboard_draws_its_four_panes() {
    let (_home, mut terminal) = started();
    for word in ["Tree", "Cache", "Budget", "Tasks", "alpha.txt", "3 files"] {
        terminal.wait_for(word);
    }
}

#[test]
fn a_filter_narrows_the_tree_while_it_is_typed() {
    let (_home, mut terminal) = started();
    terminal.press("/delt");
    terminal.wait_for_no("alpha.txt");
    terminal.wait_for("gamma/delta.txt");
    // In an editor keys are text: this quits nothing.
    terminal.press("q");
    terminal.wait_for_no("gamma/delta.txt");
    terminal.press("\x1b");
    terminal.wait_for("alpha.txt");
}

#[test]
fn marked_files_fill_the_context() {
    let (_home, mut terminal) = started();
    terminal.press(" ");
    terminal.wait_for("marked 1 file");
    terminal.press("a");
    terminal.wait_for("marked 3 files");
    terminal.press("u");
    terminal.wait_for_no("marked 3 files");
}

#[test]
fn help_opens_and_escape_closes_it() {
    let (_home, mut terminal) = started();
    terminal.press("?");
    terminal.wait_for("Leave larder");
    terminal.press("\x1b");
    terminal.wait_for_no("Leave larder");
}

#[test]
fn escape_never_quits() {
    let (_home, mut terminal) = started();
    terminal.press("\x1b");
    terminal.press("\x1b");
    // Read at once with the key before it, the first one is another key with alt held.
    terminal.press("??");
    terminal.wait_for("Leave larder");
}

#[test]
fn eviction_asks_before_it_removes() {
    let (home, mut terminal) = started();
    terminal.press("E");
    terminal.wait_for("1 entry · ");
    terminal.press("y");
    terminal.wait_for("Remove 1 entr");
    terminal.press("n");
    terminal.wait_for_no("Remove 1 entr");
    terminal.press("n");
    terminal.wait_for_no("Evict from the cache");
    quit(terminal);
    assert_eq!(home.cached(), 3, "nothing was agreed to");
}

#[test]
fn eviction_that_was_agreed_to_removes() {
    let (home, mut terminal) = started();
    terminal.press("E");
    terminal.wait_for("1 entry · ");
    terminal.press("y");
    terminal.wait_for("Remove 1 entr");
    terminal.press("y");
    terminal.wait_for("evicted");
    quit(terminal);
    assert_eq!(home.cached(), 2);
}

#[test]
fn clearing_asks_and_a_yes_clears() {
    let (home, mut terminal) = started();
    terminal.press("X");
    terminal.wait_for("lear");
    terminal.press("y");
    terminal.wait_for("cleared");
    quit(terminal);
    assert_eq!(home.cached(), 0);
}

#[test]
fn paused_work_waits_and_survives_a_restart() {
    let (home, mut terminal) = started();
    terminal.press("p");
    terminal.wait_for("paused");
    home.tree().file("later/one.txt", "first words");
    home.tree().file("later/two.txt", "second words");
    terminal.wait_for("5 files");
    quit(terminal);
    let tasks = home.json(&["tasks", "--json"]);
    assert_eq!(tasks["queued"], 2, "{tasks}");
    let screen = home.once("", "120x36").ended_with(0).out;
    assert!(screen.contains("all counted") && screen.contains("5 files"), "{screen}");
    assert_eq!(home.json(&["tasks", "--json"])["queued"], 0);
}

#[test]
fn a_clear_that_is_refused_clears_nothing() {
    let (home, mut terminal) = started();
    terminal.press("X");
    terminal.wait_for("lear");
    terminal.press("n");
    terminal.press("?");
    terminal.wait_for("Leave larder");
    quit(terminal);
    assert_eq!(home.cached(), 3);
}

#[test]
fn an_invalidated_file_is_counted_again() {
    let (home, mut terminal) = started();
    terminal.press("I");
    terminal.wait_for_quiet(std::time::Duration::from_millis(500));
    terminal.wait_for("all counted");
    quit(terminal);
    assert_eq!(home.count()["total"], home.true_total());
}

#[test]
fn sorting_by_name_moves_the_rows() {
    let (_home, mut terminal) = started();
    terminal.wait_until("most tokens first", |text| is_before(text, "alpha.txt", "gamma/"));
    terminal.press("n");
    terminal.wait_for("name ");
    terminal.press("n");
    terminal.wait_until("the last name first", |text| is_before(text, "beta.txt", "alpha.txt"));
}

#[test]
fn settings_are_edited_and_read_again_and_what_is_wrong_is_edited_at_its_line() {
    let home = Home::with(&[("a.txt", "some words")]);
    let editor = home.path().join("nano");
    let script = "#!/bin/sh\nfor file; do :; done\n\
        case \"$1\" in +1) echo 'log = \"debug\"';; *) echo 'log = 7';; esac > \"$file\"\n";
    fs::write(&editor, script).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let editor = format!("EDITOR={}", editor.display());
    let args = [&*editor, env!("CARGO_BIN_EXE_larder")];
    let mut terminal = Terminal::running(&home, "/usr/bin/env", &args, (120, 36));
    terminal.wait_for("all counted");
    terminal.press(",");
    terminal.wait_for("Set them in");
    terminal.press("e");
    terminal.wait_for("larder.toml:1: `log` ");
    terminal.wait_for("larder does not start again before this is mended");
    terminal.press("e");
    terminal.wait_for("1 setting changed");
    terminal.wait_for("\"debug\", now");
    quit(terminal);
}

fn is_before(text: &str, first: &str, second: &str) -> bool {
    matches!((text.find(first), text.find(second)), (Some(a), Some(b)) if a < b)
}

fn quit(mut terminal: Terminal) {
    terminal.press("\x03");
    terminal.wait_for_end(std::time::Duration::from_secs(2));
}
