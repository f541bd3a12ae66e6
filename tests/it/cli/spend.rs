//! `larder spend`: from the logs of tools on disk to what is printed.

use std::{fs, io::Write as _, os::unix::fs::symlink, path::PathBuf, process::Stdio};

use crate::support::{Home, Run, can_trace};

const CLAUDE: &str = ".claude/projects/-home-dev-app/s1.jsonl";

/// Returns the line of an answer that costs 45 cents.
fn answer(id: &str, day: &str) -> String {
    format!(
        r#"{{"type":"assistant","timestamp":"{day}T08:00:00.000Z","sessionId":"s1","cwd":"/home/dev/app","requestId":"r{id}","message":{{"id":"{id}","model":"claude-sonnet-4-5-20250929","usage":{{"input_tokens":100000,"output_tokens":10000}}}}}}{}"#,
        "\n"
    )
}

fn write(home: &Home, path: &str, text: &str) -> PathBuf {
    let path = home.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// Runs the program with this input.
fn run_with(home: &Home, args: &[&str], input: &str) -> Run {
    let mut child = home.larder(args).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Run::of_child(child)
}

fn requests(home: &Home, args: &[&str]) -> u64 {
    let args: Vec<&str> = ["spend"].iter().chain(args).chain(&["--json"]).copied().collect();
    home.json(&args)["total"]["requests"].as_u64().unwrap()
}

#[test]
fn a_new_user_has_a_monthly_budget_and_is_told_what_was_looked_for() {
    let home = Home::new();
    let run = home.run(&["spend"]).ended_with(0);
    assert!(run.out.contains("none of the known tools has logs"), "{run:?}");
    assert!(run.out.contains("budget month: ok, $0.00 of $30.00 (0 %)"), "{run:?}");
}

#[test]
fn many_small_logs_are_made_durable_at_once() {
    if !can_trace() {
        return;
    }
    let home = Home::new();
    for log in 0..12 {
        let path = CLAUDE.replace("s1", &format!("s{log}"));
        write(&home, &path, &answer(&log.to_string(), "2026-05-01"));
    }
    let calls = home.path().join("calls");
    let args = ["spend", "--since", "2026-05-01", "--json"];
    let run = Run::of(&mut home.traced_into(&calls, &["-e", "trace=fdatasync"], &args));
    assert_eq!(run.json()["total"]["requests"], 12);
    let calls = fs::read_to_string(&calls).unwrap();
    // On a slow machine what was read in a second is saved before the rest is read.
    let syncs = calls.matches("fdatasync(").count();
    assert!((1..12).contains(&syncs), "{calls}");
}

#[test]
fn what_logs_tell_outlives_them_and_stands_in_every_form() {
    let home = Home::new();
    let lines = [answer("a", "2026-05-01"), answer("b", "2026-05-02"), answer("a", "2026-05-01")];
    let log = write(&home, CLAUDE, &(lines.concat() + "{\"usage\": torn\n"));
    for round in 0..2 {
        let report = home.json(&["spend", "model", "--since", "2026-05-01", "--json"]);
        assert_eq!(report["total"]["requests"], 2, "{round}");
        assert_eq!(report["total"]["cost_usd"], "0.90", "{round}");
        assert_eq!(report["rows"][0]["key"], "claude-sonnet-4-5-20250929");
        assert_eq!(report["total"]["skipped_lines"], 1);
        // The tool removes its logs after a month.
        fs::remove_file(&log).ok();
    }
    let csv = home.run(&["spend", "daily", "--since", "2026-05-01", "--csv"]).ended_with(0);
    assert!(csv.out.contains("2026-05-02,1,100000,0,0,10000,0.45,0,exact\r\n"), "{csv:?}");
    let none = home.run(&["spend", "--since", "2026-05-01", "--model", "gpt-5"]).ended_with(0);
    assert!(none.out.contains("only of model gpt-5\n"), "{none:?}");
    assert!(
        none.out.contains("skipped: 1 line of claude-code in all logs: no whole JSON object"),
        "{none:?}"
    );
}

#[test]
fn a_budget_that_is_exceeded_fails_a_check() {
    let home = Home::new();
    home.settings("[spend]\nlimits = [\"day $0.40\"]\n");
    home.run(&["spend", "--check"]).ended_with(0);
    let answer = ["--model", "claude-sonnet-4-5", "--input", "100000", "--output", "10000"];
    let record: Vec<&str> = ["spend", "record"].iter().chain(&answer).copied().collect();
    home.run(&record).ended_with(0);
    let over = home.run(&["spend", "--check"]).ended_with(3);
    assert!(over.out.contains("budget day: exceeded, $0.450 of $0.400 (112 %)"), "{over:?}");
}

#[test]
fn each_answer_of_a_script_is_recorded_once() {
    let home = Home::new();
    let one = r#"{"id":"a","object":"chat.completion","model":"gpt-4o","usage":{"prompt_tokens":9,"completion_tokens":3}}"#;
    let both = format!("{one}\n{}\n", one.replace(r#""id":"a""#, r#""id":"b""#));
    let run = run_with(&home, &["spend", "record", "--answer", "-"], &both).ended_with(0);
    assert!(run.err.contains("2 answers recorded"), "{run:?}");
    run_with(&home, &["spend", "record", "--answer", "-"], &both).ended_with(0);
    assert_eq!(requests(&home, &[]), 2);
    let named = ["spend", "record", "--answer", "-", "--id", "mine"];
    run_with(&home, &named, &both).ended_with(2).says(&["2 answers", "--id"]);
    let torn = format!("{one}\n{{\"id\":\"c\",\"us");
    run_with(&home, &["spend", "record", "--answer", "-"], &torn).ended_with(2).says(&["line 2"]);
    assert_eq!(requests(&home, &[]), 2, "what is refused is not recorded in part");
}

#[test]
fn a_run_of_codex_or_gemini_is_recorded_unless_its_own_log_is_there() {
    let home = Home::new();
    let codex = "{\"type\":\"thread.started\",\"thread_id\":\"0196-aaaa\"}\n{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":1000,\"cached_input_tokens\":200,\"output_tokens\":50}}\n";
    let gemini = r#"{"session_id":"7d3c0000-1","stats":{"models":{"gemini-2.5-pro":{"tokens":{"prompt":5000,"candidates":200,"cached":3000,"thoughts":90,"tool":10,"total":5300}}}}}"#;
    let record = ["spend", "record", "--answer", "-"];
    for input in [codex, gemini, codex, gemini] {
        run_with(&home, &record, input).ended_with(0);
    }
    let report = home.json(&["spend", "tool", "--json"]);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{report}");
    assert!(rows.iter().all(|row| row["requests"] == 1 && row["quality"] == "estimated"));
    let row = |tool: &str| rows.iter().find(|row| row["key"] == tool).unwrap();
    assert_eq!(
        (row("codex")["input"].as_u64(), row("codex")["output"].as_u64()),
        (Some(800), Some(50))
    );
    assert_eq!(row("gemini")["output"], 290);
    // What nobody named is the model that Codex uses.
    let models = home.json(&["spend", "model", "--tool", "codex", "--json"]);
    assert_eq!(models["rows"][0]["key"], "gpt-5");

    let home = Home::new();
    let rollout = ".codex/sessions/2026/05/01/rollout-2026-05-01T08-00-00-0196-aaaa.jsonl";
    write(&home, rollout, "");
    write(&home, ".gemini/tmp/app/chats/session-2026-05-01T08-00-7d3c0000.json", "{}");
    run_with(&home, &record, codex).ended_with(0).says(&["codex has this run in its own log"]);
    run_with(&home, &record, gemini).ended_with(0).says(&["gemini has this run in its own log"]);
    assert_eq!(requests(&home, &[]), 0);
}

#[test]
fn a_range_without_days_is_wrong_use() {
    let home = Home::new();
    home.run(&["spend", "--since", "2026-05-31", "--until", "2026-05-01"])
        .ended_with(2)
        .says(&["--since 2026-05-31", "--until 2026-05-01"]);
    home.run(&["spend", "--since", "2126-05-31"]).ended_with(2).says(&[
        "--since 2126-05-31",
        "--until",
        "today is",
    ]);
}

#[test]
fn a_file_of_the_ledger_that_is_gone_is_told() {
    let home = Home::new();
    write(&home, CLAUDE, &answer("a", "2026-05-01"));
    assert_eq!(requests(&home, &["--since", "2026-05-01"]), 1);
    home.run(&["spend", "verify"]).ended_with(0);
    let folder = home.state().join("ledger");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let journal = names.into_iter().find(|path| path.to_string_lossy().contains("/20")).unwrap();
    fs::remove_file(&journal).unwrap();
    let run = home.run(&["spend", "verify"]).ended_with(3);
    assert!(run.out.contains("the file is gone\nthe ledger is damaged"), "{run:?}");
    // What only it held comes back from the logs while they are there, and the loss is said.
    let run = home.run(&["spend", "--since", "2026-05-01", "--json"]).ended_with(0);
    assert!(run.err.contains("a file of the ledger is gone"), "{run:?}");
    assert_eq!(run.json()["total"]["requests"], 1);
    // Taken away on purpose, it is told of until somebody says so.
    home.run(&["spend", "verify", "--accept"]).ended_with(2).says(&["--yes"]);
    let run = home.run(&["spend", "verify", "--accept", "--yes"]).ended_with(0);
    assert!(run.out.contains("1 file gone, as was accepted\nthe ledger is sound"), "{run:?}");
    let run = home.run(&["spend", "--since", "2026-05-01", "--json"]).ended_with(0);
    assert!(!run.err.contains("is gone"), "{run:?}");
}

#[test]
fn folders_that_cannot_be_looked_into_are_told_and_the_others_are_read() {
    let home = Home::new();
    write(&home, CLAUDE, &answer("a", "2026-05-01"));
    let deep = home.path().join(".claude/projects/-home-dev-app/s1/subagents");
    fs::create_dir_all(&deep).unwrap();
    symlink(deep.join("loop"), deep.join("loop")).unwrap();
    let run = home.run(&["spend", "--since", "2026-05-01", "--json"]).ended_with(0);
    assert!(run.err.contains("s1/subagents are not read"), "{run:?}");
    assert_eq!(run.json()["total"]["requests"], 1);
}

#[test]
fn the_wrong_line_of_own_prices_is_named_with_its_model() {
    let home = Home::new();
    let prices = "[[models]]\nname = \"mine\"\ninput = \"1,5\"\noutput = 2\n";
    write(&home, "config/larder/prices.toml", prices);
    home.run(&["spend"]).ended_with(2).says(&["prices.toml:3: model `mine`:", "correct that line"]);
}
