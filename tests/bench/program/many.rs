//! A tree of very many files: memory, the first frame, and answers while it is being counted.

use std::{path::Path, time::Duration};

use super::{
    home::Home,
    opening::first_frame,
    screen::Screen,
    table::{At, Row, Unit},
    trees,
};

/// The goal for a million files; fewer must not take more.
const MEMORY: f64 = 400.0;

/// A frame at sixty a second.
const FRAME: f64 = 0.016;

/// After the last count the index is written, which takes memory of its own.
const KEPT: Duration = Duration::from_secs(5);

/// More do not change the percentiles.
const KEYS: usize = 200;

/// A fast machine has counted before many keys are pressed.
const SESSIONS: usize = 6;

/// Two ways to type, with the time from an answer to the next key: by hand and in a hurry, and as a
/// paste or a stuck key.
const TYPING: [(&str, Duration); 2] =
    [("key", Duration::from_millis(45)), ("key in a burst", Duration::from_millis(7))];

/// Stands on the screen only while the help does.
const HELP: &str = "Go to the next pane.";

/// Measures all rows.
pub(crate) fn rows() -> Vec<Row> {
    let (folder, files) = trees::many();
    let found = trees::stat_walk(&folder);
    assert!(found == files, "{found} of {files} files are found in {}", folder.display());
    let home = Home::new();
    let mut rows = left_alone(&home, &folder, files);
    rows.extend(again(&home, &folder, files));
    rows.extend(asked(&home, &folder, files));
    rows
}

/// Counts cold, with nobody at the keys.
fn left_alone(home: &Home, folder: &Path, files: usize) -> Vec<Row> {
    let mut screen = Screen::open(home, folder);
    let first = screen.first_frame();
    // What the tree takes to appear is no rate.
    let shown = screen.wait_until(|text| text.contains(" files"));
    let before = screen.bytes();
    let complete = screen.complete();
    let seconds = complete.saturating_sub(shown).as_secs_f64();
    let rate = (screen.bytes() - before) as f64 / seconds;
    screen.watch(KEPT);
    let peak = screen.quit();
    vec![
        first_frame(format!("first frame, {files} files, cold"), &[first]),
        Row::times(format!("cold open to a complete tree, {files} files"), &[complete]),
        Row::new("bytes to the terminal per second meanwhile", Unit::Bytes, vec![rate])
            .at_most(At::Max, 8_000.0),
        memory(format!("peak memory, {files} files, cold"), peak),
    ]
}

/// Opens it again, from the cache.
fn again(home: &Home, folder: &Path, files: usize) -> Vec<Row> {
    let mut screen = Screen::open(home, folder);
    let first = screen.first_frame();
    let complete = screen.complete();
    screen.watch(KEPT);
    let peak = screen.quit();
    vec![
        first_frame(format!("first frame, {files} files, warm"), &[first]),
        Row::times(format!("warm open to a complete tree, {files} files"), &[complete]),
        memory(format!("peak memory, {files} files, warm"), peak),
    ]
}

/// Counts cold, while somebody opens and closes the help all the time.
fn asked(home: &Home, folder: &Path, files: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for (typing, between) in TYPING {
        let (mut answers, mut own) = (Vec::new(), Vec::new());
        for _ in 0..SESSIONS {
            if answers.len() < KEYS {
                home.forget();
                answers.extend(answered(home, folder, between));
                own.extend(home.logged("slowest_answer").and_then(|text| seconds(&text)));
            }
        }
        let what = format!("{typing} → screen while warming {files} files, at the terminal");
        rows.push(Row::times(what, &answers).at_most(At::P99, FRAME));
        let what = "… the slowest of each session, by the program's own log";
        rows.push(Row::new(what, Unit::Time, own).at_most(At::Max, FRAME));
    }
    rows
}

/// Returns how long each key took to be seen, until all is counted.
fn answered(home: &Home, folder: &Path, between: Duration) -> Vec<Duration> {
    let mut screen = Screen::open(home, folder);
    screen.wait_until(|text| text.contains(" files"));
    let mut answers = Vec::new();
    while answers.len() < KEYS && !screen.is_complete() {
        for (key, shown) in [("?", true), ("q", false)] {
            let pressed = screen.press(key);
            let came = screen.wait_until(|text| text.contains(HELP) == shown);
            answers.push(came.saturating_sub(pressed));
            screen.watch(between);
        }
    }
    screen.quit();
    answers
}

fn memory(what: String, peak: f64) -> Row {
    Row::new(what, Unit::Mebibytes, vec![peak / f64::from(1 << 20)]).at_most(At::Max, MEMORY)
}

/// Reads a time as it is logged, as in `1.5ms`.
fn seconds(text: &str) -> Option<f64> {
    let units = [("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)];
    units.iter().find_map(|(unit, of)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * of))
}
