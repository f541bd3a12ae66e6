//! A dashboard that is left in the middle of a long log.

use std::{fmt::Write as _, fs, time::Duration};

use rustix::process::Signal;

use crate::support::{Home, Terminal};

/// Requests of the log: reading them takes longer than drawing a first frame.
const REQUESTS: u64 = 20_000;

/// One line of so many is torn.
const TORN: u64 = 1000;

/// Nobody waits as long as this: what counts is how much was read.
const LONG: Duration = Duration::from_mins(1);

/// Writes a log of Claude Code, each of whose answers costs 45 cents.
fn home_with_a_long_log() -> Home {
    let home = Home::with(&[("a.txt", "some words")]);
    let folder = home.path().join(".claude/projects/-home-dev-app");
    fs::create_dir_all(&folder).unwrap();
    // So long that several readers are worth it.
    let (mut text, words) = (String::new(), "words ".repeat(100));
    for id in 0..REQUESTS {
        writeln!(
            text,
            r#"{{"type":"assistant","timestamp":"2026-05-01T08:00:00.000Z","sessionId":"s1","cwd":"/home/dev/app","requestId":"r{id}","message":{{"id":"m{id}","model":"claude-sonnet-4-5-20250929","content":[{{"type":"text","text":"{words}"}}],"usage":{{"input_tokens":100000,"output_tokens":10000}}}}}}"#
        )
        .unwrap();
        if id % TORN == 0 {
            text.push_str("{\"usage\": torn\n");
        }
    }
    fs::write(folder.join("s1.jsonl"), text).unwrap();
    home
}

/// Returns how many requests are written down.
fn recorded(home: &Home) -> u64 {
    let entries = fs::read_dir(home.state().join("ledger")).into_iter().flatten().flatten();
    let segments = entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b"20"));
    let texts = segments.map(|entry| fs::read_to_string(entry.path()).unwrap());
    texts.map(|text| text.matches("\"request\":").count() as u64).sum()
}

#[test]
fn leaving_does_not_wait_for_a_long_log_which_is_read_on_the_next_time() {
    let home = home_with_a_long_log();
    for way in ["a key", "a signal"] {
        let mut terminal = Terminal::start(&home, 100, 30);
        terminal.wait_for("Tree");
        if way == "a key" {
            terminal.press("q");
        } else {
            terminal.signal(Signal::TERM);
        }
        terminal.wait_for_end(LONG);
        terminal.is_whole();
        assert!(recorded(&home) < REQUESTS, "{way} waited until all was read");
    }
    for _ in 0..2 {
        let report = home.json(&["spend", "--since", "2026-05-01", "--json"]);
        let total = &report["total"];
        assert_eq!((&total["requests"], &total["cost_usd"]), (&REQUESTS.into(), &"9000.00".into()));
        assert_eq!(total["skipped_lines"], REQUESTS / TORN);
    }
    assert_eq!(recorded(&home), REQUESTS, "nothing is written twice");
}
