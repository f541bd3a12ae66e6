//! Reads as a slow or broken disk has them: they return less than asked for, are interrupted, or
//! fail in the middle of a file. Nothing may be called damaged for it, and no number may be wrong.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Home, Hurt, HurtReads, Run, Terminal};

const COUNT: [&str; 2] = ["count", "--json"];
const SPEND: [&str; 3] = ["spend", "model", "--json"];
const VERIFY: [&str; 3] = ["cache", "verify", "--json"];
const LEDGER: [&str; 3] = ["spend", "verify", "--json"];

/// How many results are kept.
const RESULTS: u32 = 5;

fn home() -> Home {
    let home = Home::new();
    home.tree().many(40);
    home.tree().file("deep/er/long.txt", "a line of some length\n".repeat(1_000));
    home.tree().file("deep/picture.png", [0, 1, 2].repeat(300));
    home.tree().file(".gitignore", "*.log\n# and nothing else\n");
    home.tree().file("a.log", "ignored");
    home.tree().age();
    home
}

/// Returns what a run printed, which must have succeeded without a complaint.
fn quiet(run: &Run) -> Value {
    assert_eq!(run.err, "", "it complains");
    run.json()
}

/// Asserts that reads were hurt, each in both ways.
fn was_hurt(hurt: Hurt) {
    assert!(hurt.shortened > 0 && hurt.interrupted > 0, "{hurt:?}: this tests nothing");
}

/// Returns each file with its tokens, which no cache may change.
fn counts(report: &Value) -> (Value, Value) {
    (report["files"].clone(), report["total"].clone())
}

#[test]
fn counts_are_exact_when_reads_are_short_and_interrupted() {
    let home = home();
    let Some(hurt) = HurtReads::of(&home) else { return };
    let truth = home.json(&["count", "--json", "--no-cache"]);
    let (cold, how) = hurt.run(&home, &COUNT);
    assert_eq!(counts(&quiet(&cold)), counts(&truth));
    was_hurt(how);
    let (warm, how) = hurt.run(&home, &COUNT);
    let warm = quiet(&warm);
    assert_eq!((counts(&warm), &warm["computed"]), (counts(&truth), &0.into()));
    was_hurt(how);
    let verified = quiet(&hurt.run(&home, &VERIFY).0);
    assert_eq!((&verified["wrong"], &verified["damaged"]), (&0.into(), &0.into()), "{verified}");
    // Without the index every content is looked up.
    home.tree().many(20);
    let (touched, _) = hurt.run(&home, &COUNT);
    let touched = quiet(&touched);
    assert_eq!((counts(&touched), &touched["computed"]), (counts(&truth), &0.into()));
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

const CLAUDE: &str = ".claude/projects/-home-dev-app/long.jsonl";

/// Returns the lines of answers of Claude Code.
fn answers(ids: std::ops::Range<u32>) -> String {
    let mut lines = String::new();
    for id in ids {
        writeln!(
            lines,
            r#"{{"type":"assistant","timestamp":"2026-05-01T08:00:{:02}.000Z","sessionId":"long","cwd":"/home/dev/app","requestId":"r{id}","message":{{"id":"m{id}","model":"claude-sonnet-4-5-20250929","usage":{{"input_tokens":{id},"output_tokens":10}}}}}}"#,
            id % 60
        )
        .unwrap();
    }
    lines
}

/// Writes logs of all tools into a home; returns the one that can grow.
fn logs(home: &Home) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/spend");
    for (tool, place) in [
        ("claude", ".claude"),
        ("codex", ".codex"),
        ("gemini", ".gemini"),
        ("opencode", "data/opencode"),
    ] {
        copy(&fixtures.join(tool), &home.path().join(place)).unwrap();
    }
    fs::write(home.path().join(".codex/config.toml"), "model = \"gpt-5-codex\"\n").unwrap();
    let database = Connection::open(home.path().join("data/opencode/opencode.db")).unwrap();
    let message = r#"{"role":"assistant","providerID":"anthropic","modelID":"claude-sonnet-5","path":{"cwd":"/home/dev/app","root":"/home/dev/app"},"time":{"created":1777622400000,"completed":1777622405000},"cost":0.0123,"tokens":{"input":800,"output":150,"reasoning":50,"cache":{"read":2000,"write":300}}}"#;
    database.execute_batch("CREATE TABLE message (id TEXT, session_id TEXT, data TEXT)").unwrap();
    for id in 0..40 {
        let row = (format!("row-{id}"), message);
        database.execute("INSERT INTO message VALUES (?1, 's1', ?2)", row).unwrap();
    }
    drop(database);
    let long = home.path().join(CLAUDE);
    fs::write(&long, answers(0..100)).unwrap();
    long
}

/// What is printed of requests, without what depends on the moment.
fn spent(report: &Value) -> (Value, Value, Value) {
    (report["rows"].clone(), report["total"].clone(), report["skipped"].clone())
}

#[test]
fn what_was_spent_is_exact_when_reads_are_short_and_interrupted() {
    let (home, calm) = (home(), Home::new());
    let Some(hurt) = HurtReads::of(&home) else { return };
    let long = logs(&home);
    let other = logs(&calm);
    let since = [&SPEND[..], &["--since", "2026-01-01"]].concat();
    for more in [0..0, 0..0, 100..150] {
        for log in [&long, &other] {
            fs::write(log, fs::read_to_string(log).unwrap() + &answers(more.clone())).unwrap();
        }
        let truth = calm.json(&since);
        let (run, how) = hurt.run(&home, &since);
        assert_eq!(spent(&quiet(&run)), spent(&truth), "{more:?}");
        was_hurt(how);
    }
    let truth = calm.json(&since);
    assert!(truth["total"]["requests"].as_u64().unwrap() > 190, "{}", truth["total"]);
    for (name, run) in [("hurt", hurt.run(&home, &LEDGER).0), ("whole", home.run(&LEDGER))] {
        assert_eq!(run.json()["sound"], true, "{name}: {run:?}");
    }
    assert_eq!(spent(&home.json(&since)), spent(&truth));
}

#[test]
fn the_cache_keeps_and_gets_when_reads_are_short_and_interrupted() {
    let home = home();
    let Some(hurt) = HurtReads::of(&home) else { return };
    home.assistant(0);
    for id in 0..RESULTS {
        let (run, how) = hurt.run(&home, &home.put_args(id));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{run:?}");
        assert!(id == 0 || how.shortened > 0, "{how:?}: this tests nothing");
    }
    let export = home.path().join("export");
    let export = export.to_str().unwrap();
    hurt.run(&home, &["cache", "export", export]).0.ended_with(0);
    hurt.run(&home, &["cache", "clear", "--yes"]).0.ended_with(0);
    assert!(!home.has_result(3), "it was not cleared");
    let (imported, how) = hurt.run(&home, &["cache", "import", "--source", export]);
    imported.ended_with(0);
    was_hurt(how);
    let repo = home.repo();
    let foreign = ["cache", "import", "--source", repo.to_str().unwrap(), "--backup", "--verify"];
    hurt.run(&home, &foreign).0.ended_with(0);
    hurt.run(&home, &["cache", "compact"]).0.ended_with(0);
    for id in 0..RESULTS {
        let (run, _) = hurt.run(&home, &home.get_args(id));
        assert!(home.is_result(id, &run), "result {id} is lost: {run:?}");
    }
    let verified = quiet(&home.run(&VERIFY));
    assert_eq!((&verified["wrong"], &verified["damaged"]), (&0.into(), &0.into()), "{verified}");
    assert!(!home.cache().join("quarantine").exists(), "something sound was set aside");
}

#[test]
fn a_dashboard_shows_the_truth_when_reads_are_short_and_interrupted() {
    let home = home();
    let Some(hurt) = HurtReads::of(&home) else { return };
    logs(&home);
    let truth = home.true_total();
    let mut words = hurt.words(7, "");
    words.push(env!("CARGO_BIN_EXE_larder").to_owned());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let program = hurt.program();
    let mut terminal = Terminal::running(&home, program.to_str().unwrap(), &words, (160, 40));
    terminal.wait_for("all counted");
    home.tree().file("late.txt", "words that come late");
    terminal.wait_for(&format!("{} files", truth["files"].as_u64().unwrap() + 1));
    terminal.wait_for("all counted");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(20)).success());
    was_hurt(hurt.hurt());
    let log = fs::read_to_string(home.state().join("log/larder.log")).unwrap_or_default();
    assert!(!log.contains("WARN") && !log.contains("ERROR"), "{log}");
}

#[test]
fn a_source_file_that_fails_in_its_middle_is_listed_and_the_rest_counted() {
    let home = home();
    let Some(hurt) = HurtReads::of(&home) else { return };
    let truth = home.json(&["count", "--json", "--no-cache"]);
    let (run, how) = hurt.run_failing(&home, "deep/er/long.txt", &COUNT);
    assert!(how.failed > 0, "{how:?}: this tests nothing");
    let report = run.json();
    for (row, whole) in
        report["files"].as_array().unwrap().iter().zip(truth["files"].as_array().unwrap())
    {
        if row["path"] == "deep/er/long.txt" {
            assert_eq!((&row["status"], &row["tokens"]), (&"unreadable".into(), &Value::Null));
        } else {
            assert_eq!(row, whole);
        }
    }
    assert_eq!(counts(&quiet(&home.run(&COUNT))), counts(&truth));
}

/// Returns the files below a folder, from the folder on.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

#[test]
fn a_log_that_fails_in_its_middle_is_told_and_read_on_later() {
    let calm = Home::new();
    logs(&calm);
    let since = [&SPEND[..], &["--since", "2026-01-01"]].concat();
    let truth = calm.json(&since);
    let requests = |report: &Value| report["total"]["requests"].as_u64().unwrap();
    for log in [".jsonl", "opencode.db", "msg_ex1.json"] {
        let home = home();
        let Some(hurt) = HurtReads::of(&home) else { return };
        logs(&home);
        let (run, how) = hurt.run_failing(&home, log, &since);
        assert!(how.failed > 0, "{log}: {how:?}: this tests nothing");
        assert!(run.err.contains("read"), "{log}: it says nothing: {run:?}");
        assert!(requests(&run.json()) <= requests(&truth), "{log}: {run:?}");
        assert_eq!(spent(&quiet(&home.run(&since))), spent(&truth), "after {log}");
        assert_eq!(home.json(&LEDGER)["sound"], true, "after {log}");
    }
}

#[test]
fn settings_of_a_tool_that_cannot_be_read_are_told_in_the_log() {
    let home = home();
    let Some(hurt) = HurtReads::of(&home) else { return };
    logs(&home);
    let (run, how) = hurt.run_failing(&home, ".codex/config.toml", &SPEND);
    assert!(how.failed > 0, "{how:?}: this tests nothing");
    assert_eq!(run.code, Some(0), "{run:?}");
    let log = fs::read_to_string(home.state().join("log/larder.log")).unwrap();
    assert!(log.contains("settings of Codex are not readable"), "{log}");
}

#[test]
fn a_file_of_the_ledger_that_fails_in_its_middle_is_told_and_loses_nothing() {
    let home = home();
    let Some(hurt) = HurtReads::of(&home) else { return };
    logs(&home);
    let since = [&SPEND[..], &["--since", "2026-01-01"]].concat();
    let truth = home.json(&since);
    let saved = home.cache().join("ledger.idx");
    assert!(saved.exists(), "no sums were saved");
    let mut hit = BTreeSet::new();
    for file in files(&home.state()).into_iter().chain([saved]) {
        let path = file.to_str().unwrap();
        let (run, how) = hurt.run_failing(&home, path, &since);
        hit.extend((how.failed > 0).then(|| file.file_name().unwrap().to_owned()));
        let is_true = run.code == Some(0) && spent(&run.json()) == spent(&truth);
        assert!(is_true || !run.err.is_empty(), "{path}: wrong without a word: {run:?}");
        let after = home.run(&since);
        assert_eq!(spent(&quiet(&after)), spent(&truth), "after {path}: {}", run.err);
        assert_eq!(home.json(&LEDGER)["sound"], true, "after {path}");
    }
    assert!(hit.len() > 2, "this tests little: {hit:?}");
}

#[test]
fn a_spool_that_fails_in_its_middle_is_told_and_loses_nothing() {
    let home = home();
    let Some(hurt) = HurtReads::of(&home) else { return };
    home.run(&SPEND).ended_with(0);
    let writer = fs::File::open(home.state().join("ledger/LOCK")).unwrap();
    writer.lock().unwrap();
    for id in ["a", "b", "c"] {
        let used = ["--provider", "openai", "--model", "gpt-5", "--id", id, "--input", "1000"];
        home.run(&[&["spend", "record"], &used[..]].concat()).ended_with(0);
    }
    writer.unlock().unwrap();
    assert_eq!(files(&home.state().join("ledger/spool")).len(), 3);
    let (run, how) = hurt.run_failing(&home, "ledger/spool/", &SPEND);
    assert!(how.failed > 0, "{how:?}: this tests nothing");
    assert!(run.err.contains("spool"), "it says nothing: {run:?}");
    let total = quiet(&home.run(&SPEND))["total"].clone();
    assert_eq!((&total["requests"], &total["input"]), (&3.into(), &3_000.into()), "{total}");
    assert_eq!(home.json(&LEDGER)["sound"], true);
}

/// Asserts that a cache whose disk works again is as it was, and that nothing was set aside but a
/// database, which sled writes to when it cannot read it, and with words.
fn is_as_before(home: &Home, truth: &Value, (path, told): (&str, &str)) {
    let after = home.run(&COUNT);
    assert_eq!(counts(&after.json()), counts(truth), "after {path}");
    if path.contains("/sled/") {
        let is_told = told.contains("quarantine") || after.err.contains("quarantine");
        assert_eq!(home.cache().join("quarantine").exists(), is_told, "{told}{}", after.err);
        fs::remove_dir_all(home.cache().join("quarantine")).ok();
    } else {
        assert_eq!((after.err.as_str(), &after.json()["computed"]), ("", &0.into()), "{path}");
        assert!(!home.cache().join("quarantine").exists(), "{path}: it was sound");
    }
    for id in 0..RESULTS {
        assert!(home.has_result(id), "after {path} result {id} is gone: {told}");
    }
    let verified = home.json(&VERIFY);
    assert_eq!((&verified["wrong"], &verified["damaged"]), (&0.into(), &0.into()), "{path}");
    assert_eq!(quiet(&home.run(&COUNT))["computed"], 0, "after {path} nothing is kept");
}

#[test]
fn a_file_of_the_store_that_fails_in_its_middle_costs_only_the_cache_and_only_then() {
    let home = home();
    let Some(hurt) = HurtReads::of(&home) else { return };
    let truth = home.count();
    (0..RESULTS).for_each(|id| drop(Run::of(&mut home.put(id)).ended_with(0)));
    assert_eq!(home.count()["computed"], 0);
    let mut hit = BTreeSet::new();
    let stores = [files(&home.cache()), files(&home.path().join("data"))].concat();
    for file in stores {
        let path = file.to_str().unwrap();
        // A file that was written again is looked up by its content.
        home.tree().many(5);
        let (run, how) = hurt.run_failing(&home, path, &COUNT);
        hit.extend((how.failed > 0).then_some(path.to_owned()));
        assert_eq!(counts(&run.json()), counts(&truth), "{path}");
        for id in 0..RESULTS {
            let (run, how) = hurt.run_failing(&home, path, &home.get_args(id));
            hit.extend((how.failed > 0).then_some(path.to_owned()));
            let is_there = run.code == Some(0) && home.is_result(id, &run);
            assert!(is_there || !run.err.is_empty(), "{path}: result {id} without a word");
        }
        is_as_before(&home, &truth, (path, &run.err));
    }
    for name in ["CURRENT", "sled/conf", "sled/db", "repos/", "results/"] {
        assert!(hit.iter().any(|path| path.contains(name)), "{name} was not read: {hit:?}");
    }
}
