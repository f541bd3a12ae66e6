//! A dashboard that is stopped for long, as a laptop is that sleeps.

use std::{
    env,
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    ops::Range,
    path::Path,
    sync::mpsc,
    time::Duration,
};

use rustix::process::Signal;

use super::watch::{SIZE, home, leave, shown};
use crate::support::{Home, Terminal};

/// So long it is stopped: longer than what waits for changes, or than what looks at everything
/// again whether something changed or not.
fn stop() -> Duration {
    if env::var_os("LARDER_LONG").is_some() {
        Duration::from_mins(11)
    } else {
        Duration::from_secs(4)
    }
}

/// Returns the log lines of answers of today, each of a thousand tokens.
fn answers(ids: Range<u32>) -> String {
    let now = jiff::Timestamp::now();
    let mut lines = String::new();
    for id in ids {
        writeln!(
            lines,
            r#"{{"type":"assistant","timestamp":"{now:.0}","sessionId":"s1","cwd":"/home/dev/app","requestId":"r{id}","message":{{"id":"m{id}","model":"claude-sonnet-4-5-20250929","usage":{{"input_tokens":1000,"output_tokens":10}}}}}}"#
        )
        .unwrap();
    }
    lines
}

fn append(log: &Path, text: &str) {
    let file = File::options().create(true).append(true).open(log);
    file.unwrap().write_all(text.as_bytes()).unwrap();
}

/// Waits until the screen of what was spent tells of so many requests.
fn wait_for_requests(terminal: &mut Terminal, requests: u32) {
    let requests = requests.to_string();
    terminal.wait_until(&format!("{requests} requests"), |text| {
        let total = text
            .lines()
            .find_map(|line| line.trim_start_matches('│').trim().strip_prefix("total "));
        total.is_some_and(|total| total.split_whitespace().next() == Some(&requests))
    });
}

/// Changes the repository in every way.
fn change(home: &Home) {
    let tree = home.tree();
    for number in 0..20 {
        tree.file(format!("d{}/f{number}.txt", number % 17), format!("other words in {number}"));
        tree.file(format!("late/{number}/new.txt"), format!("new words in {number}"));
    }
    fs::rename(tree.path("d3"), tree.path("moved")).unwrap();
    fs::remove_dir_all(tree.path("d4")).unwrap();
}

#[test]
fn a_dashboard_that_was_stopped_for_long_shows_the_truth_and_counts_nothing_twice() {
    let home = home(60);
    let logs = home.path().join(".claude/projects/-home-dev-app");
    fs::create_dir_all(&logs).unwrap();
    let log = logs.join("s1.jsonl");
    append(&log, &answers(0..20));
    let mut terminal = Terminal::running(&home, env!("CARGO_BIN_EXE_larder"), &[], SIZE);
    terminal.wait_for("all counted");
    terminal.wait_for("watching");
    terminal.press("2");
    wait_for_requests(&mut terminal, 20);

    terminal.signal(Signal::STOP);
    // Some answers stand in the log again, as they do when a session is resumed; the last one is
    // written half.
    let (half, rest) = (answers(40..41), 90);
    append(&log, &(answers(10..40) + &half[..rest]));
    let later = home.path().join(".claude/projects/-home-dev-other");
    fs::create_dir_all(&later).unwrap();
    append(&later.join("s2.jsonl"), &answers(100..110));
    change(&home);
    let record = ["spend", "record", "--provider", "openai", "--model", "gpt-5"];
    let used = ["--id", "one", "--input", "1000", "--output", "10"];
    home.run(&[&record[..], &used].concat()).ended_with(0);
    let truth = home.true_total();
    // Nobody ever sends here.
    let (_never, pause) = mpsc::channel::<()>();
    pause.recv_timeout(stop()).ok();
    terminal.signal(Signal::CONT);

    wait_for_requests(&mut terminal, 51);
    append(&log, &half[rest..]);
    wait_for_requests(&mut terminal, 52);
    terminal.press("1");
    terminal.wait_for(&shown(&truth));
    terminal.wait_for("all counted");
    leave(terminal);
    let spent = home.json(&["spend", "--json"])["total"].clone();
    assert_eq!((&spent["requests"], &spent["input"]), (&52.into(), &52_000.into()), "{spent}");
    assert_eq!(home.json(&["spend", "verify", "--json"])["sound"], true);
    assert_eq!(home.count()["total"], truth);
}
