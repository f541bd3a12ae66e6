use std::fs;

use super::*;
use crate::ledger::{
    Counts,
    logs::{
        reason::Reason,
        tests::{All, read},
    },
};

fn chat(text: &str, analytics: &str) -> All {
    let folder = tempfile::tempdir().unwrap();
    let (project, log) = (folder.path().join("app"), folder.path().join("analytics.jsonl"));
    fs::create_dir(&project).unwrap();
    fs::write(project.join(CHAT), text).unwrap();
    fs::write(&log, analytics).unwrap();
    let aider = Aider::new(vec![log], vec![project.clone()], TimeZone::UTC);
    assert_eq!(aider.list().files.len(), 2);
    read(&aider, &project.join(CHAT)).0
}

const HEADER: &str = "\n# aider chat started at 2026-05-01 08:00:00\n\n";

#[test]
fn every_wording_of_a_chat_history_is_read() {
    // What stands in the history, then input, cache reads, cache writes, output, and the cost.
    let cases: [(&str, [u64; 4], Option<&str>); 8] = [
        ("> Tokens: 4.1k sent, 300 received.\n", [4100, 0, 0, 300], None),
        (
            "> Tokens: 5,244 sent, 1,012 received. Cost: $0.03 request, $0.03 session.  \n",
            [5244, 0, 0, 1012],
            Some("0.03"),
        ),
        (
            "> Tokens: 23k sent, 850 received. Cost: $0.0012 message, $0.0012 session.\n",
            [23000, 0, 0, 850],
            Some("0.0012"),
        ),
        (
            "> Tokens: 4.1k sent, 1.2k cache write, 3.0k cache hit, 300 received.  \n> Cost: $0.02 message, $0.02 session.  \n",
            [1100, 3000, 1200, 300],
            Some("0.02"),
        ),
        (
            "> Tokens: 4.1k sent, 1.2k cache write, 300 received.\n> some text\n",
            [4100, 0, 1200, 300],
            None,
        ),
        (
            "> Tokens: 2.0k sent, 5.0k cached, 30 received. Cost: $1.02 message, $1.02 session, cache costs not included.\n",
            [0, 2000, 0, 30],
            Some("1.02"),
        ),
        ("> Tokens: 10 sent, 1 cache write, 2 cache hit, 3 received.\n", [8, 2, 1, 3], None),
        ("> Tokens: 1.5M sent, 7 received.\n", [1_500_000, 0, 0, 7], None),
    ];
    for (line, classes, cost) in cases {
        let text = format!("{HEADER}> Main model: openai/gpt-5 with diff edit format\n{line}");
        let all = chat(&text, "");
        let [request] = &all.requests[..] else { panic!("{line}: {all:?}") };
        let tokens = request.tokens;
        let actual = [tokens.input, tokens.cache_read, tokens.cache_write_5m, tokens.output];
        assert_eq!(actual.map(|count| count.0), classes, "{line}");
        assert_eq!(
            request.recorded,
            cost.map(|cost| crate::model::PicoUsd::parse_dollars(cost).unwrap())
        );
        let trust = if cost.is_some() { Counts::CostOnly } else { Counts::Estimated };
        assert_eq!(request.counts, trust);
        assert_eq!((request.model.as_str(), request.provider.as_str()), ("openai/gpt-5", "openai"));
        assert_eq!(request.at.seconds(), 1_777_622_400);
    }
}

#[test]
fn models_are_named_in_three_ways() {
    for line in [
        "> Model: gpt-5 with whole edit format",
        "> Main model: gpt-5 with diff edit format, prompt cache",
        "> Models: gpt-5 with diff edit format, weak model gpt-5-mini",
    ] {
        let all = chat(&format!("{HEADER}{line}\n> Tokens: 1 sent, 1 received.\n"), "");
        assert_eq!(all.requests[0].model, "gpt-5", "{line}");
    }
}

#[test]
fn what_a_session_cost_beyond_its_messages_is_not_lost() {
    let text = format!(
        "{HEADER}> Model: m with x\n> Tokens: 1 sent, 1 received. Cost: $0.10 message, $0.10 session.\n> Tokens: 2 sent, 2 received. Cost: $0.10 message, $0.50 session.\n> Tokens: 3 sent, 3 received. Cost: $0.10 message, $0.61 session.\n{HEADER}> Tokens: 4 sent, 4 received. Cost: $0.20 message, $0.20 session.\n"
    );
    let costs: Vec<String> =
        chat(&text, "").requests.iter().map(|one| one.recorded.unwrap().rounded(2)).collect();
    assert_eq!(costs, ["0.10", "0.40", "0.10", "0.20"]);
}

const ANALYTICS: &str = r#"{"event":"launched","properties":{},"user_id":"u","time":1777622401}
{"event":"message_send","properties":{"main_model":"anthropic/claude-sonnet-5","weak_model":"w","prompt_tokens":4123,"completion_tokens":300,"total_tokens":4423,"cost":0.0167,"total_cost":0.05},"user_id":"u","time":1777622460}
{"event":"command_add","properties":{"prompt_tokens":1},"user_id":"u","time":1777622461}
{"event":"message_send","properties":{"main_model":"ollama/REDACTED","prompt_tokens":10,"completion_tokens":2,"cost":0},"user_id":"u","time":1777622462}
"#;

#[test]
fn the_analytics_log_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("a.jsonl");
    fs::write(&log, ANALYTICS).unwrap();
    let aider = Aider::new(vec![log.clone()], Vec::new(), TimeZone::UTC);
    let all = read(&aider, &log).0;
    let [first, second] = &all.requests[..] else { panic!("{all:?}") };
    assert_eq!((first.tokens.input.0, first.tokens.output.0), (4123, 300));
    assert_eq!((first.counts, second.counts), (Counts::CostOnly, Counts::Estimated));
    assert_eq!(
        (first.session.as_str(), first.provider.as_str()),
        ("aider-1777622401", "anthropic")
    );
    assert!(first.key.group != second.key.group && first.key.group.starts_with("aider:"));
}

#[test]
fn a_request_that_the_analytics_log_tells_of_counts_there() {
    let model = "> Model: anthropic/claude-sonnet-5 with diff edit format\n";
    let told = "> Tokens: 4.1k sent, 300 received. Cost: $0.02 message, $0.02 session.\n";
    let other = "> Tokens: 4.2k sent, 300 received. Cost: $0.02 message, $0.04 session.\n";
    let later = HEADER.replace("08:00", "09:00");
    let all = chat(&format!("{HEADER}{model}{told}{other}{later}{model}{told}"), ANALYTICS);
    let sent: Vec<u64> = all.requests.iter().map(|one| one.tokens.input.0).collect();
    assert_eq!(sent, [4200, 4100]);
    assert_eq!(all.skips(Reason::InOtherLog.text()), 1);
}

#[test]
fn a_history_without_a_session_and_odd_counts_are_counted_as_skipped() {
    let all = chat("> Tokens: 4.1k sent, 300 received.\n> Tokens: many sent, 3 received.\n", "");
    assert!(all.requests.is_empty());
    assert_eq!((all.skips(Reason::NoTime.text()), all.skips(Reason::Broken.text())), (1, 1));
}

#[test]
fn counts_wait_for_the_cost_in_the_next_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(CHAT);
    let aider = Aider::new(Vec::new(), vec![folder.path().to_owned()], TimeZone::UTC);
    let both = "> Tokens: 9 sent, 1 cache write, 1 cache hit, 3 received.\n";
    fs::write(&file, format!("{HEADER}> Model: m with x\n{both}")).unwrap();
    let (before, seen) = read(&aider, &file);
    let cost = "> Cost: $0.02 message, $0.02 session.\n";
    fs::write(&file, format!("{HEADER}> Model: m with x\n{both}{cost}")).unwrap();
    let mut after = All::default();
    aider.read(&file, &seen, &mut |found| after.take(found)).unwrap();
    assert_eq!(before.requests[0].key, after.requests[0].key);
    assert_eq!((before.requests[0].recorded, after.requests.len()), (None, 1));
    assert!(after.requests[0].recorded.is_some());
}

#[test]
fn a_cost_on_a_line_of_its_own_counts_with_one_cache_figure_too() {
    let told = "> Tokens: 4.1k sent, 1.2k cache write, 300 received.\n> Cost: $0.02 message, $0.05 session.\n";
    let all = chat(&format!("{HEADER}> Main model: m with diff edit format\n{told}"), "");
    assert_eq!(all.requests.len(), 1);
    let recorded = all.requests[0].recorded.map(|usd| usd.to_string());
    assert_eq!(recorded.as_deref(), Some("0.05"));
}
