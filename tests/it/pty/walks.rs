//! Walks of somebody who has never seen larder: every key that is pressed stands on the screen.

use crate::support::{Home, Terminal};

/// The screens that the walks are made on.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

/// A dashboard of three files, with all of them counted.
fn walks(walk: impl Fn(&Home, &mut Terminal)) {
    for (columns, rows) in SIZES {
        let home = Home::with(&[
            ("alpha.txt", "some words and a few more"),
            ("beta.txt", "other words"),
            ("gamma/delta.txt", "words below"),
        ]);
        home.tree().age();
        let request = ["--provider", "openai", "--model", "gpt-5", "--input", "1000000"];
        home.run(&[&["spend", "record"][..], &request].concat()).ended_with(0);
        let mut terminal = Terminal::start(&home, columns, rows);
        terminal.wait_for("all counted");
        walk(&home, &mut terminal);
    }
}

/// Presses the key that the last line names for `word`, once it does.
fn hinted(terminal: &mut Terminal, word: &str) {
    terminal.wait_until(word, |text| key_for(text, word).is_some());
    let key = key_for(&terminal.text(), word).unwrap();
    terminal.press(&key);
}

/// Returns the key before `word` among the hints, which stand two blanks apart.
fn key_for(screen: &str, word: &str) -> Option<String> {
    let line = screen.lines().rev().find(|line| !line.trim().is_empty())?;
    let hint = line.split("  ").map(str::trim).find_map(|hint| hint.strip_suffix(word))?;
    let keys = hint.strip_suffix(' ')?;
    let first = keys.split_once('/').map_or(keys, |(first, _)| first);
    Some(match first {
        "" => "/".to_owned(),
        "space" => " ".to_owned(),
        "enter" => "\r".to_owned(),
        "esc" => "\x1b".to_owned(),
        "tab" => "\t".to_owned(),
        key => key.to_owned(),
    })
}

/// Opens the palette, types `words`, and does the line that begins with `line`.
fn command(terminal: &mut Terminal, words: &str, line: &str) {
    hinted(terminal, "commands");
    terminal.wait_for("Commands");
    terminal.press(words);
    terminal.wait_for(line);
    hinted(terminal, "do it");
    terminal.wait_for_no("Commands");
}

/// The first key takes the welcome away, which tells of the palette alone.
fn look_around(terminal: &mut Terminal) {
    terminal.wait_for("finds everything that can be done");
    terminal.press("?");
    terminal.wait_for("Show what was spent");
    hinted(terminal, "back");
    terminal.wait_for_no("Show what was spent");
}

#[test]
fn a_stranger_finds_a_file_and_reads_it() {
    walks(|_, terminal| {
        look_around(terminal);
        hinted(terminal, "filter");
        terminal.press("delt");
        terminal.wait_for("gamma/delta.txt");
        terminal.wait_for_no("alpha.txt");
        hinted(terminal, "keep");
        hinted(terminal, "open");
        terminal.wait_for("words below");
        terminal.wait_for("tokens so far");
        hinted(terminal, "back");
        terminal.wait_for_no("tokens so far");
    });
}

#[test]
fn a_stranger_finds_files_by_the_word_find() {
    walks(|_, terminal| {
        look_around(terminal);
        command(terminal, "find", "Find files");
        terminal.press("*elta*");
        terminal.wait_for("gamma/delta.txt");
        terminal.wait_for_no("alpha.txt");
    });
}

#[test]
fn a_stranger_marks_and_weighs_what_is_marked() {
    walks(|_, terminal| {
        look_around(terminal);
        hinted(terminal, "mark");
        terminal.wait_for("1 file");
        command(terminal, "list marked", "List the marked files");
        // Only this list counts the exact text that would be sent, and only it has these words.
        terminal.wait_for("tokens as sent");
        // The way back stands on the border of the list.
        terminal.wait_for("esc back");
        terminal.press("\x1b");
        terminal.wait_for_no("as sent");
        // The same number without the list.
        terminal.wait_for("marked 1 file");
        terminal.wait_for("/ call");
        command(terminal, "model", "Choose the model");
        terminal.wait_for("1 M input");
        // Whether it fits stands beside each model.
        terminal.wait_for("0 % ✓");
        hinted(terminal, "back");
        terminal.wait_for_no("1 M input");
    });
}

#[test]
fn a_stranger_warms_and_evicts() {
    walks(|home, terminal| {
        look_around(terminal);
        command(terminal, "warm", "Count what is pending");
        terminal.wait_for("in the cache");
        command(terminal, "evict", "Evict entries from the cache");
        terminal.wait_for("1 entry · ");
        hinted(terminal, "yes");
        terminal.wait_for("Remove 1 entr");
        hinted(terminal, "yes");
        terminal.wait_for("evicted");
        command(terminal, "leave", "Leave larder  ");
        terminal.wait_for_end(std::time::Duration::from_secs(20));
        assert_eq!(home.cached(), 2);
    });
}

#[test]
fn a_stranger_reviews_what_was_spent() {
    walks(|_, terminal| {
        look_around(terminal);
        command(terminal, "spent", "Show what was spent");
        // By day at first, then the requests of the day. What it cost stands beside the budget
        // before the days are listed.
        terminal.wait_for("1.00 M");
        hinted(terminal, "open");
        terminal.wait_for(" when ");
        hinted(terminal, "back");
        // An escape and a key behind it are another key with alt held.
        terminal.wait_for_no(" when ");
        command(terminal, "home", "Show Home");
        terminal.wait_for("alpha.txt");
    });
}
