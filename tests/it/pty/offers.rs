//! The cache of another tool, found at the first start, on the real dashboard.

use std::{fs, path::PathBuf, time::Duration};

use crate::support::{Home, Terminal};

/// Longer than the look for caches takes.
const QUIET: Duration = Duration::from_millis(400);

const HINT: &str = "found RustAssistant (JSON)";

fn home(damaged: usize) -> Home {
    let home = Home::with(&[("abc.txt", "abc"), ("b.txt", "words")]);
    home.tree().age();
    home.assistant(damaged);
    home
}

/// Returns the files of the foreign cache and what they hold.
fn original(home: &Home) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = home.repo().join(".rustassistant/cache/docs");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    files.sort();
    files
}

fn leave(mut terminal: Terminal) {
    terminal.press("q");
    terminal.wait_for_end(Duration::from_secs(20));
}

#[test]
fn a_cache_that_is_found_is_imported_with_a_key_and_not_offered_again() {
    let home = home(7);
    let before = original(&home);
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for(HINT);
    terminal.wait_for("A imports it");
    terminal.press("A");
    terminal.wait_for("imported 1 entry, 7 failed, the first: ");
    // The log names the first five, and says how many more there were.
    terminal.press("7");
    terminal.wait_until("five failures and the rest", |text| {
        text.matches("not imported: ").count() == 5 && text.contains("2 more were not imported")
    });
    leave(terminal);
    assert_eq!(original(&home), before);
    let status = home.status();
    let results = status["kinds"].as_array().unwrap().iter().find(|k| k["kind"] == "result");
    assert_eq!(results.unwrap()["entries"], 1, "{status}");
    let mut again = Terminal::start(&home, 120, 36);
    again.wait_for("all counted");
    again.wait_for_quiet(QUIET);
    assert!(!again.text().contains(HINT), "{}", again.text());
    again.press("1A");
    again.wait_for("no cache of another tool is offered here");
    leave(again);
}

#[test]
fn a_cache_that_was_declined_or_imported_by_command_is_not_offered_again() {
    let declined = home(0);
    let mut terminal = Terminal::start(&declined, 80, 24);
    terminal.wait_for("found RustAssistant");
    terminal.press("D");
    terminal.wait_for("not offered again");
    leave(terminal);
    let imported = home(0);
    imported.run(&["cache", "import"]).ended_with(0);
    for home in [declined, imported] {
        let mut again = Terminal::start(&home, 80, 24);
        again.wait_for("all counted");
        again.wait_for_quiet(QUIET);
        assert!(!again.text().contains("found"), "{}", again.text());
        again.press("A");
        again.wait_for("no cache of another tool is offered here");
        leave(again);
    }
}

#[test]
fn a_cache_whose_import_failed_is_offered_again() {
    let home = Home::with(&[("abc.txt", "abc")]);
    home.tree().age();
    let folder = home.path().join(".overwrite-desktop/cache");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("token_cache.json"), "{\"cut").unwrap();
    for _ in 0..2 {
        let mut terminal = Terminal::start(&home, 120, 36);
        terminal.wait_for("found token cache (JSON)");
        terminal.press("A");
        terminal.wait_for("error: ");
        leave(terminal);
    }
}

#[test]
fn an_offer_fits_the_smallest_screen_and_pushes_nothing_away() {
    let home = home(0);
    let mut terminal = Terminal::start(&home, 40, 12);
    terminal.wait_until("the offer below the tree", |text| {
        let last = text.lines().last().unwrap_or_default();
        last.contains("A import") && last.contains("D hide") && text.contains("abc.txt")
    });
    terminal.press("j");
    terminal.wait_for_no("D hide");
    leave(terminal);
}
