//! The dashboard while it runs: silent when nothing happens, alive when something does.

use std::{fs, path::Path, time::Duration};

use crate::support::{Home, Terminal, Tree};

/// So long a dashboard at rest is watched: longer than any of its timers but the rescans.
const REST: Duration = Duration::from_secs(3);

/// After so long without a byte a dashboard has settled; racy files are looked at again after 2 s.
const SETTLED: Duration = Duration::from_millis(2_500);

fn home() -> Home {
    Home::with(&[("a.txt", "one two three"), ("b.txt", "words"), ("sub/c.txt", "more words")])
}

#[test]
fn a_dashboard_at_rest_sends_nothing_and_uses_no_cpu() {
    let home = home();
    home.tree().age();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    terminal.wait_for_quiet(SETTLED);
    let before = ticks(&terminal);
    assert_eq!(terminal.bytes_until_quiet(REST), 0);
    let used = ticks(&terminal) - before;
    assert!(used <= 1, "{used} ticks of the processor in {REST:?}");
}

/// Returns the hundredths of a second that the process has used.
fn ticks(terminal: &Terminal) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", terminal.pid())).unwrap();
    // The name, in parentheses, may hold blanks; user and system time are 12 and 13 after it.
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    fields.skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum()
}

#[test]
fn a_dashboard_has_no_socket_of_any_network() {
    let home = home();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    let process = Path::new("/proc").join(terminal.pid().to_string());
    let own: Vec<String> = fs::read_dir(process.join("fd"))
        .unwrap()
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok()?.to_str().map(str::to_owned))
        .collect();
    assert!(own.len() > 3, "its files are seen: {own:?}");
    for protocol in ["tcp", "tcp6", "udp", "udp6"] {
        let Ok(table) = fs::read_to_string(process.join("net").join(protocol)) else { continue };
        for line in table.lines().skip(1) {
            let inode = line.split_whitespace().nth(9).unwrap();
            assert!(!own.contains(&format!("socket:[{inode}]")), "{protocol}: {line}");
        }
    }
}

#[test]
fn moving_the_cursor_sends_only_what_changed() {
    let home = home();
    home.tree().age();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    terminal.wait_for("welcome");
    terminal.wait_for_quiet(SETTLED);
    // The first key also takes the welcome away.
    terminal.press("k");
    terminal.wait_for_no("welcome");
    terminal.wait_for_quiet(SETTLED);
    terminal.press("j");
    let sent = terminal.bytes_of_answer(Duration::from_millis(300));
    assert!((1..=400).contains(&sent), "{sent} bytes for one key");
}

#[test]
fn an_edited_file_changes_its_count_on_the_screen() {
    let home = home();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    let before = total(&terminal.text());
    fs::write(home.repo().join("a.txt"), "word ".repeat(5_000)).unwrap();
    terminal
        .wait_until("a new total", |text| total(text) != before && text.contains("all counted"));
    let truth = home.true_total()["tokens"].to_string();
    terminal.wait_until("the true total", |text| total(text) == truth);
}

#[test]
fn new_renamed_and_deleted_files_reach_the_screen() {
    let home = home();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    home.tree().file("new/deep/er.txt", "fresh words");
    terminal.wait_for("4 files");
    terminal.wait_for("new/");
    fs::rename(home.repo().join("b.txt"), home.repo().join("renamed.txt")).unwrap();
    terminal.wait_for("renamed.txt");
    terminal.wait_for_no("b.txt");
    fs::remove_file(home.repo().join("renamed.txt")).unwrap();
    terminal.wait_for("3 files");
    terminal.wait_for_no("renamed.txt");
}

#[test]
fn a_storm_of_sizes_does_not_end_it() {
    let home = home();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    for (columns, rows) in
        [(1, 1), (500, 200), (2, 1), (1, 50), (80, 24), (3, 3), (40, 12), (1, 1), (200, 60)]
    {
        terminal.resize(columns, rows);
        terminal.press("j");
    }
    terminal.resize(120, 36);
    terminal.wait_until("the four panes", |text| {
        ["Tree", "Cache", "Budget", "Tasks", "a.txt"].iter().all(|word| text.contains(word))
    });
}

#[test]
fn small_terminals_show_something_useful() {
    for (columns, rows) in [(80, 24), (40, 12)] {
        let home = home();
        let mut terminal = Terminal::start(&home, columns, rows);
        terminal.wait_for("a.txt");
    }
}

#[test]
fn pasted_text_is_text_and_no_keys() {
    let home = home();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    terminal.press("\x1b[200~qqq\x1b[201~");
    terminal.press("/");
    terminal.press("\x1b[200~b.t\x1b[201~");
    terminal.wait_for_no("a.txt");
    terminal.wait_for("b.txt");
}

#[test]
fn a_repository_that_is_deleted_underneath_does_not_end_it() {
    let home = home();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    fs::remove_dir_all(home.repo()).unwrap();
    terminal.wait_until("that the folder is gone", |text| {
        !text.contains("a.txt") || text.contains("gone") || text.contains("No such file")
    });
    terminal.press("?");
    terminal.wait_for("Leave larder");
    terminal.press("\x03");
    terminal.wait_for_end(Duration::from_secs(2));
    terminal.is_whole();
}

#[test]
fn names_with_escapes_are_shown_and_not_obeyed() {
    let home = home();
    let name = "evil\x1b[?1049l\x1b]0;title\x07name.txt";
    Tree::at(home.repo()).file(name, "words");
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    terminal.wait_for("evil\\x1b");
    let written = String::from_utf8_lossy(terminal.written()).into_owned();
    assert!(
        !written.contains("\x1b]0;") && !written.contains("\x1b[?1049l"),
        "the name was sent raw"
    );
}

/// Returns the tokens in the tree's title, without the spaces between its digits.
fn total(screen: &str) -> String {
    let title = screen.lines().find(|line| line.contains("Tree ·")).unwrap_or_default();
    let tokens = title.split("Tree ·").nth(1).and_then(|rest| rest.split("token").next());
    tokens.unwrap_or_default().chars().filter(char::is_ascii_digit).collect()
}
