//! The cases of other tools, where they are at hand: their logs, and what they make of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{fold, read_home, read_with};
use crate::{
    ledger::{Request, logs::reason::Reason},
    model::{PicoUsd, Tool},
};

/// Returns the folder of the cases, if it is there.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/spend");
    folder.is_dir().then_some(folder)
}

/// Runs `check` on every case of a file, with the files of the case written below `below` in a
/// home folder.
fn each_case(name: &str, below: &str, check: &dyn Fn(&str, &Path, &Value)) {
    let Some(folder) = folder() else { return };
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let cases: Value = serde_json::from_str(&text).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let home = tempfile::tempdir().unwrap();
        for (path, lines) in case["files"].as_object().into_iter().flatten() {
            let lines = lines.as_array().unwrap().iter().map(|line| line.as_str().unwrap());
            let text: String = lines.flat_map(|line| [line, "\n"]).collect();
            let is_below = path.starts_with("sessions/") || path.starts_with("archived_sessions/");
            let folder = if is_below { below.trim_end_matches("/sessions") } else { below };
            let path = home.path().join(folder).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        check(case["name"].as_str().unwrap(), home.path(), case);
    }
}

fn recorded(requests: &[Request]) -> PicoUsd {
    PicoUsd(requests.iter().filter_map(|request| request.recorded).map(|usd| usd.0).sum())
}

/// Compares what a case expects of a whole with what was found.
fn compare(name: &str, requests: &[Request], expect: &Value) {
    let sum = |get: &dyn Fn(&Request) -> u64| requests.iter().map(get).sum::<u64>();
    let actual = [
        ("entries", requests.len() as u64),
        ("billable_requests", requests.len() as u64),
        ("input", sum(&|request| request.tokens.input.0)),
        ("upstream_input", sum(&|request| request.tokens.input.0)),
        ("output", sum(&|request| request.tokens.output.0)),
        ("reasoning", sum(&|request| request.tokens.reasoning.0)),
        ("cache_write", sum(&|request| request.tokens.cache_write().0)),
        ("cache_read", sum(&|request| request.tokens.cache_read.0)),
    ];
    // Thoughts are billed as output, and shown apart there.
    let thoughts = expect["reasoning"].as_u64().unwrap_or_default();
    for (key, actual) in actual {
        if let Some(expected) = expect[key].as_u64() {
            let expected = if key == "output" { expected + thoughts } else { expected };
            assert_eq!(actual, expected, "{key} of {name}");
        }
    }
    for key in ["recorded_cost_usd", "recorded_cost_usd_total"] {
        if let Some(expected) = expect[key].as_str() {
            let expected = PicoUsd::parse_dollars(expected).unwrap();
            assert_eq!(recorded(requests), expected, "{key} of {name}");
        }
    }
    if let Some(expected) = expect["date_utc"].as_str() {
        assert!(requests.iter().all(|request| date(request) == expected), "date of {name}");
    }
    for (key, get) in TEXTS {
        if let Some(expected) = expect[key].as_str() {
            assert!(requests.iter().all(|request| get(request) == expected), "{key} of {name}");
        }
    }
}

/// Returns the day of a request in UTC.
fn date(request: &Request) -> String {
    let at = jiff::Timestamp::from_nanosecond(request.at.0.into()).unwrap();
    at.strftime("%Y-%m-%d").to_string()
}

type Text = fn(&Request) -> &str;

const TEXTS: [(&str, Text); 3] = [
    ("session", |request| &request.session),
    ("project", |request| &request.project),
    ("model", |request| &request.model),
];

#[test]
fn shared_cases_of_claude_code_give_their_totals() {
    each_case("claude-ccusage.cases.json", ".claude", &|name, home, case| {
        let all = read_home(home, Tool::ClaudeCode);
        let requests = fold(&all.requests);
        compare(name, &requests, &case["expect"]);
        if name == "config_dir_points_at_projects" {
            let projects = home.join(".claude/projects").into_os_string();
            let all = read_with(&[("CLAUDE_CONFIG_DIR".into(), projects)], Tool::ClaudeCode);
            compare(name, &fold(&all.requests), &case["expect"]);
        }
        if name == "daily_rollup_recorded_cost" {
            // That tool drops the line with an odd version, which was paid for, and counts what
            // the tool made up itself, which was not: 0.05 + 9, and nothing of the second day.
            assert_eq!(recorded(&requests).rounded(2), "9.05");
            assert_eq!(all.skips("answer that the tool made up itself"), 1);
        }
        if let Some(resets) = case["expect"]["limit_reset_utc"].as_str() {
            let resets: jiff::Timestamp = resets.parse().unwrap();
            let told: Vec<_> =
                all.windows.iter().map(|window| i128::from(window.resets.0)).collect();
            assert_eq!(told, [resets.as_nanosecond()], "{name}");
        }
        if name == "progress_line_and_subagent_counted_once" {
            let haiku = requests.iter().filter(|one| one.model.contains("haiku"));
            compare(name, &haiku.cloned().collect::<Vec<_>>(), &case["expect"]["haiku"]);
            assert_eq!(requests.len(), 3);
        }
    });
}

#[test]
fn shared_lines_of_the_oldest_claude_code_give_their_costs() {
    let Some(folder) = folder() else { return };
    let home = tempfile::tempdir().unwrap();
    let project = home.path().join(".claude/projects/old");
    fs::create_dir_all(&project).unwrap();
    fs::copy(folder.join("tokscale-claude-legacy-flat.jsonl"), project.join("s.jsonl")).unwrap();
    let requests = fold(&read_home(home.path(), Tool::ClaudeCode).requests);
    let costs: Vec<String> = requests.iter().map(|one| one.recorded.unwrap().rounded(2)).collect();
    assert_eq!(costs, ["0.05", "0.03"]);
    assert_eq!(requests[0].tokens.prompt().0, 350);
}

#[test]
fn shared_logs_without_cases_give_the_sums_of_their_lines() {
    let Some(folder) = folder() else { return };
    let home = tempfile::tempdir().unwrap();
    for (name, to) in [
        ("ccusage-claude-alpha.jsonl", ".claude/projects/a/alpha.jsonl"),
        ("ccusage-claude-beta.jsonl", ".claude/projects/b/beta.jsonl"),
        ("ccusage-statusline-transcript.jsonl", ".claude/projects/c/transcript.jsonl"),
        ("ccusage-codex-alpha.jsonl", ".codex/sessions/2026/05/13/rollout-alpha.jsonl"),
    ] {
        let to = home.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(folder.join(name), to).unwrap();
    }
    let of = |tool| {
        let all = read_home(home.path(), tool);
        let requests = fold(&all.requests);
        let sum = |get: &dyn Fn(&Request) -> u64| requests.iter().map(get).sum::<u64>();
        let sums = [
            requests.len() as u64,
            sum(&|request| request.tokens.input.0),
            sum(&|request| request.tokens.cache_read.0),
            sum(&|request| request.tokens.cache_write().0),
            sum(&|request| request.tokens.output.0),
        ];
        (sums, recorded(&requests).rounded(2), all.skips(Reason::NoTime.text()))
    };
    // No line of the transcript says when it was written; the last one waits for its end.
    assert_eq!(of(Tool::ClaudeCode), ([5, 730, 110, 90, 310], "1.09".to_owned(), 1));
    assert_eq!(of(Tool::Codex), ([2, 2750, 750, 0, 425], "0.00".to_owned(), 0));
}

#[test]
fn shared_cases_of_codex_give_their_totals() {
    each_case("codex-ccusage.cases.json", ".codex/sessions", &|name, home, case| {
        let requests = fold(&read_home(home, Tool::Codex).requests);
        let expect = &case["expect"];
        let events = expect["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        if !events.is_empty() {
            assert_eq!(requests.len(), events.len(), "events of {name}");
        }
        for (request, event) in requests.iter().zip(events) {
            let tokens = &request.tokens;
            let actual = [
                ("input_incl_cached", tokens.prompt().0),
                ("cached", tokens.cache_read.0),
                ("output", tokens.output.0),
                ("reasoning", tokens.reasoning.0),
                ("total", tokens.total().0),
            ];
            for (key, actual) in actual {
                assert!(event[key].as_u64().is_none_or(|one| one == actual), "{key} of {name}");
            }
            for (key, get) in TEXTS {
                assert!(event[key].as_str().is_none_or(|one| one == get(request)), "{name}");
            }
        }
        let own =
            |one: &Value| (one["input_incl_cached"].as_u64().unwrap(), one["output"].as_u64());
        for one in expect["subagent"].as_array().into_iter().flatten().map(own) {
            let is_there = requests.iter().any(|request| {
                let (input, output) = (request.tokens.prompt().0, request.tokens.output.0);
                (input, Some(output)) == one
            });
            assert!(is_there, "{one:?} of {name}");
        }
        for input in expect["parent_inputs"].as_array().into_iter().flatten() {
            let found = requests.iter().filter(|one| Some(one.tokens.prompt().0) == input.as_u64());
            assert_eq!(found.count(), 1, "{input} of {name}");
        }
        if let Some(count) = expect["event_count"].as_u64() {
            assert_eq!(requests.len() as u64, count, "events of {name}");
        }
        if let Some(sum) = expect["input_total"].as_u64() {
            let actual: u64 = requests.iter().map(|request| request.tokens.prompt().0).sum();
            assert_eq!(actual, sum, "input of {name}");
        }
    });
}

#[test]
fn shared_cases_of_gemini_and_opencode_give_their_totals() {
    each_case("gemini-opencode-ccusage.cases.json", "files", &|name, home, case| {
        let data = home.join("files");
        fs::create_dir_all(&data).unwrap();
        for (database, tables) in case["sqlite"].as_object().into_iter().flatten() {
            let connection = rusqlite::Connection::open(data.join(database)).unwrap();
            connection.execute_batch(tables["schema"].as_str().unwrap()).unwrap();
            for row in tables["message"].as_array().unwrap() {
                let text = |index: usize| row[index].as_str().unwrap();
                let values = (text(0), text(1), text(2));
                connection.execute("INSERT INTO message VALUES (?1, ?2, ?3)", values).unwrap();
            }
        }
        let (tool, variable) = match case["tool"].as_str().unwrap() {
            "gemini" => (Tool::Gemini, "GEMINI_DATA_DIR"),
            _ => (Tool::Opencode, "OPENCODE_DATA_DIR"),
        };
        if tool == Tool::Gemini {
            fs::rename(&data, home.join("tmp")).unwrap();
        }
        let folder = if tool == Tool::Gemini { home } else { &data };
        let all = read_with(&[(variable.into(), folder.as_os_str().to_owned())], tool);
        compare(name, &fold(&all.requests), &case["expect"]);
    });
}
