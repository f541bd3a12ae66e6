use std::fs;

use super::*;
use crate::{
    ledger::{
        Counts, Service,
        logs::tests::{All, fold, read},
    },
    model::UnixNanos,
};

/// A folder of Codex.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, path: &str, lines: &[String]) -> PathBuf {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, lines.iter().flat_map(|line| [line, "\n"]).collect::<String>()).unwrap();
        path
    }

    fn read(&self) -> All {
        let codex = Codex::new(self.0.path().to_owned());
        let mut all = All::default();
        for file in codex.list().files {
            codex.read(&file, &Seen::default(), &mut |found| all.take(found)).unwrap();
        }
        all
    }
}

/// Reads a session of these lines.
fn read_lines(lines: &[String]) -> All {
    let home = Home::new();
    home.write("sessions/2026/05/01/rollout-1.jsonl", lines);
    home.read()
}

fn line(second: u32, kind: &str, payload: &str) -> String {
    format!(
        r#"{{"timestamp":"2026-05-01T08:{:02}:{:02}.000Z","type":"{kind}","payload":{payload}}}"#,
        second / 60,
        second % 60
    )
}

fn meta(second: u32, id: &str, rest: &str) -> String {
    line(
        second,
        "session_meta",
        &format!(r#"{{"id":"{id}","cwd":"/home/dev/app","model_provider":"openai"{rest}}}"#),
    )
}

fn turn(second: u32, model: &str) -> String {
    line(second, "turn_context", &format!(r#"{{"cwd":"/home/dev/app","model":"{model}"}}"#))
}

/// Input, cached input, output.
type Three = [u64; 3];

fn counts([input, cached, output]: Three) -> String {
    format!(
        r#"{{"input_tokens":{input},"cached_input_tokens":{cached},"output_tokens":{output},"reasoning_output_tokens":0,"total_tokens":{}}}"#,
        input + output
    )
}

fn told(second: u32, total: Option<Three>, last: Option<Three>) -> String {
    let part = |name: &str, of: Option<Three>| of.map(|of| format!("\"{name}\":{}", counts(of)));
    let parts = [part("total_token_usage", total), part("last_token_usage", last)];
    let info = parts.into_iter().flatten().collect::<Vec<_>>().join(",");
    line(second, "event_msg", &format!(r#"{{"type":"token_count","info":{{{info}}}}}"#))
}

fn response(second: u32, thread: &str, id: &str, usage: Three) -> String {
    let usage = counts(usage);
    line(
        second,
        "token_usage_record",
        &format!(
            r#"{{"thread_id":"{thread}","turn_id":"t","session_id":"{thread}","response_id":"{id}","usage":{usage},"turn_token_usage":{usage},"thread_token_usage":{usage}}}"#
        ),
    )
}

fn inputs(all: &All) -> Vec<u64> {
    fold(&all.requests).iter().map(|one| one.tokens.prompt().0).collect()
}

#[test]
fn cached_input_and_cache_writes_are_inside_the_input() {
    let usage = r#"{"input_tokens":9000,"cached_input_tokens":6000,"cache_write_input_tokens":500,"output_tokens":400,"reasoning_output_tokens":150,"total_tokens":9400}"#;
    let info = format!(
        r#"{{"type":"token_count","info":{{"total_token_usage":{usage},"last_token_usage":{usage}}}}}"#
    );
    let all = read_lines(&[meta(0, "a", ""), turn(1, "gpt-5.4"), line(9, "event_msg", &info)]);
    let [request] = &all.requests[..] else { panic!("{all:?}") };
    let tokens = request.tokens;
    assert_eq!((tokens.input.0, tokens.cache_read.0, tokens.cache_write_5m.0), (2500, 6000, 500));
    assert_eq!((tokens.output.0, tokens.reasoning.0), (400, 150));
    assert_eq!((request.session.as_str(), request.model.as_str()), ("a", "gpt-5.4"));
    assert_eq!((request.project.as_str(), request.counts), ("/home/dev/app", Counts::Exact));
}

#[test]
fn counts_that_are_told_again_are_one_request() {
    let all = read_lines(&[
        meta(0, "a", ""),
        told(9, Some([10, 0, 1]), Some([10, 0, 1])),
        told(9, Some([10, 0, 1]), Some([10, 0, 1])),
        told(19, None, Some([7, 0, 7])),
        told(19, None, Some([7, 0, 7])),
    ]);
    assert_eq!(inputs(&all), [10, 7]);
    assert_eq!(all.skips(Reason::Repeated.text()), 2);
}

#[test]
fn without_the_last_counts_a_request_is_what_the_total_grew_by() {
    let all = read_lines(&[
        meta(0, "a", ""),
        told(9, Some([10, 0, 1]), None),
        told(19, Some([25, 5, 3]), None),
        // It fell, and nobody says why: only what comes after is known, and no longer surely.
        told(29, Some([20, 5, 3]), None),
        told(39, Some([22, 5, 4]), None),
    ]);
    assert_eq!(inputs(&all), [10, 15, 2]);
    assert_eq!(all.skips(Reason::TotalFell.text()), 1);
    assert_eq!(all.requests[2].counts, Counts::Estimated);
}

#[test]
fn a_total_that_falls_while_the_last_counts_are_told_loses_nothing() {
    let all = read_lines(&[
        meta(0, "a", ""),
        told(9, Some([100, 0, 10]), Some([100, 0, 10])),
        told(19, Some([30, 0, 3]), Some([30, 0, 3])),
        told(29, Some([70, 0, 7]), Some([40, 0, 4])),
    ]);
    assert_eq!(inputs(&all), [100, 30, 40]);
}

#[test]
fn a_first_total_with_nothing_last_is_where_counting_begins() {
    let all = read_lines(&[
        meta(0, "b", r#","forked_from_id":"gone""#),
        told(9, Some([9000, 0, 90]), Some([0, 0, 0])),
        told(19, Some([9100, 0, 95]), Some([100, 0, 5])),
    ]);
    assert_eq!(inputs(&all), [100]);
    assert_eq!(all.skips(Reason::AllZero.text()), 1);
}

#[test]
fn a_fork_does_not_pay_again_for_what_its_parent_did() {
    let home = Home::new();
    let parent = [
        meta(0, "parent", ""),
        turn(1, "gpt-5.4"),
        told(9, Some([100, 0, 10]), Some([100, 0, 10])),
        told(19, Some([220, 50, 20]), Some([120, 50, 10])),
    ];
    home.write("sessions/2026/05/01/rollout-x-parent.jsonl", &parent);
    // Replayed slowly: only the parent's log tells.
    let fork = [
        meta(100, "fork", r#","forked_from_id":"parent""#),
        meta(100, "parent", ""),
        told(103, Some([100, 0, 10]), Some([100, 0, 10])),
        told(104, Some([220, 50, 20]), Some([120, 50, 10])),
        told(120, Some([350, 50, 25]), Some([130, 0, 5])),
    ];
    home.write("sessions/2026/05/02/rollout-y-fork.jsonl", &fork);
    // A fork of the fork.
    let second = [
        meta(200, "second", r#","forked_from_id":"fork""#),
        told(203, Some([220, 50, 20]), Some([120, 50, 10])),
        told(204, Some([350, 50, 25]), Some([130, 0, 5])),
        told(230, Some([400, 50, 26]), Some([50, 0, 1])),
    ];
    home.write("sessions/2026/05/03/rollout-z-second.jsonl", &second);
    let all = home.read();
    assert_eq!(inputs(&all), [100, 120, 130, 50]);
    assert_eq!(all.requests.len(), 4);
    assert_eq!(all.skips(Reason::Replayed.text()), 4);
}

#[test]
fn a_spawned_thread_whose_parent_is_gone_replays_within_a_second() {
    let all = read_lines(&[
        meta(100, "sub", r#","source":{"subagent":{"thread_spawn":{"parent_thread_id":"gone"}}}"#),
        told(100, Some([100, 0, 10]), Some([100, 0, 10])),
        told(101, Some([220, 50, 20]), Some([120, 50, 10])),
        told(104, Some([30, 0, 5]), Some([30, 0, 5])),
    ]);
    assert_eq!(inputs(&all), [30]);
    assert_eq!(all.requests[0].session, "sub");
}

#[test]
fn usage_per_response_rules_from_where_it_begins() {
    let all = read_lines(&[
        meta(0, "a", ""),
        // An older version wrote this one.
        told(5, Some([50, 0, 5]), Some([50, 0, 5])),
        told(9, Some([60, 0, 6]), Some([10, 0, 1])),
        response(9, "a", "r1", [10, 0, 1]),
        told(19, Some([80, 0, 8]), Some([20, 0, 2])),
        response(19, "a", "r2", [20, 0, 2]),
        response(19, "a", "r2", [20, 0, 2]),
    ]);
    assert_eq!(inputs(&all), [50, 10, 20]);
    assert_eq!(all.skips(Reason::ToldBetter.text()), 1);
}

#[test]
fn responses_that_a_fork_replays_are_copies() {
    let home = Home::new();
    let parent = [
        meta(0, "parent", ""),
        told(9, Some([10, 0, 1]), Some([10, 0, 1])),
        response(9, "parent", "r1", [10, 0, 1]),
        response(19, "parent", "r2", [20, 0, 2]),
    ];
    let fork = [
        meta(100, "fork", r#","forked_from_id":"parent""#),
        told(100, Some([10, 0, 1]), Some([10, 0, 1])),
        response(100, "parent", "r1", [10, 0, 1]),
        // Some versions give a copy the id of the new thread.
        response(100, "fork", "r2", [20, 0, 2]),
        response(120, "fork", "r3", [30, 0, 3]),
    ];
    home.write("sessions/rollout-parent.jsonl", &parent);
    home.write("sessions/rollout-fork.jsonl", &fork);
    let folded = fold(&home.read().requests);
    let told: Vec<_> =
        folded.iter().map(|one| (one.tokens.input.0, one.session.as_str())).collect();
    assert_eq!(told, [(10, "parent"), (20, "parent"), (30, "fork")]);
}

#[test]
fn compressed_logs_of_several_frames_are_read() {
    let lines = [
        meta(0, "a", ""),
        told(9, Some([10, 0, 1]), Some([10, 0, 1])),
        told(19, Some([30, 0, 3]), Some([20, 0, 2])),
    ];
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    // The second frame begins in the middle of a line.
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    let frames = [first, second].map(|part| zstd::encode_all(part, 3).unwrap()).concat();
    let home = Home::new();
    let file = home.write("archived_sessions/rollout-1.jsonl.zst", &[]);
    fs::write(&file, &frames).unwrap();
    assert_eq!(inputs(&home.read()), [10, 20]);
    let codex = Codex::new(home.0.path().to_owned());
    let (_, seen) = read(&codex, &file);
    let mut again = 0;
    assert_eq!(codex.read(&file, &seen, &mut |_| again += 1).unwrap(), seen);
    assert_eq!(again, 0);
    fs::write(&file, &frames[..frames.len() - 9]).unwrap();
    assert_eq!(home.read().skips(Reason::BadCompression.text()), 1);
}

#[test]
fn a_log_counts_once_wherever_its_copies_lie() {
    let home = Home::new();
    let at = |input| [told(9, Some([input, 0, 1]), Some([input, 0, 1]))];
    home.write("sessions/2026/05/01/rollout-1.jsonl", &at(1));
    home.write("sessions/2026/05/01/rollout-1.jsonl.zst", &at(2));
    home.write("archived_sessions/rollout-1.jsonl", &at(3));
    home.write("archived_sessions/rollout-2.jsonl", &at(4));
    home.write("sessions/notes.txt", &at(5));
    assert_eq!(inputs(&home.read()), [1, 4]);
}

#[test]
fn windows_that_the_provider_limits_are_found() {
    let limits = r#"{"type":"token_count","info":null,"rate_limits":{"primary":{"used_percent":12.5,"window_minutes":300,"resets_at":1777640000},"secondary":{"used_percent":3,"window_minutes":10080,"resets_in_seconds":60},"credits":null}}"#;
    let all = read_lines(&[line(0, "event_msg", limits)]);
    assert!(all.requests.is_empty() && all.skipped.is_empty());
    let [first, second] = &all.windows[..] else { panic!("{all:?}") };
    assert_eq!((first.minutes, first.resets), (300, UnixNanos(1_777_640_000_000_000_000)));
    assert!((first.percent - 12.5).abs() < 1e-9);
    assert_eq!((second.minutes, second.resets.seconds()), (10080, 1_777_622_460));
}

#[test]
fn settings_tell_the_model_and_the_tier_where_a_log_does_not() {
    let home = Home::new();
    let counts = told(9, Some([10, 0, 1]), Some([10, 0, 1]));
    home.write("sessions/a.jsonl", std::slice::from_ref(&counts));
    let request = home.read().requests.remove(0);
    assert_eq!((request.model.as_str(), request.counts), ("gpt-5", Counts::Estimated));
    assert_eq!((request.session.as_str(), request.service), ("a", Service::Standard));
    home.write("config.toml", &["model = \"gpt-5.4\"\nservice_tier = \"priority\"".to_owned()]);
    let request = home.read().requests.remove(0);
    assert_eq!((request.model.as_str(), request.counts), ("gpt-5.4", Counts::Estimated));
    home.write("sessions/a.jsonl", &[counts.replace("2026-", "2126-")]);
    assert_eq!(home.read().requests[0].service, Service::Priority);
}

#[test]
fn settings_that_were_changed_later_say_nothing_of_a_request() {
    let home = Home::new();
    let counts = told(9, Some([10, 0, 1]), Some([10, 0, 1]));
    let lines = [meta(0, "a", ""), turn(1, "gpt-5"), counts];
    home.write("sessions/a.jsonl", &lines);
    let before = home.read().requests;
    assert_eq!((before[0].service, before[0].counts), (Service::Standard, Counts::Exact));
    home.write("config.toml", &["service_tier = \"priority\"".to_owned()]);
    let after = home.read().requests;
    assert_eq!((after[0].service, after[0].counts), (Service::Standard, Counts::Estimated));
    // What was known of it stays, and a log that says the tier itself is believed.
    let both = [&before[..], &after[..]].concat();
    assert_eq!(fold(&both), before);
    let tier = r#"{"model":"gpt-5","service_tier":"flex"}"#;
    let lines = [lines[0].clone(), line(1, "turn_context", tier), lines[2].clone()];
    home.write("sessions/a.jsonl", &lines);
    let told = home.read().requests.remove(0);
    assert_eq!((told.service, told.counts), (Service::Flex, Counts::Exact));
    // Since they were changed they hold.
    home.write("sessions/a.jsonl", &lines.map(|line| line.replace("2026-", "2126-")));
    home.write("config.toml", &["service_tier = \"fast\"".to_owned()]);
    assert_eq!(home.read().requests[0].service, Service::Flex);
}

#[test]
fn the_files_of_patches_belong_to_the_request_that_follows() {
    let patch = serde_json::json!({"type": "custom_tool_call", "name": "apply_patch",
        "input": "*** Begin Patch\n*** Update File: src/a.rs\n@@\n*** End Patch"});
    let output = serde_json::json!({"type": "custom_tool_call_output",
        "output": "*** Begin Patch\n*** Update File: no.rs\n*** End Patch"});
    let all = read_lines(&[
        meta(0, "a", ""),
        line(5, "response_item", &patch.to_string()),
        line(6, "response_item", &output.to_string()),
        told(9, Some([10, 0, 1]), Some([10, 0, 1])),
        told(19, Some([30, 0, 3]), Some([20, 0, 2])),
    ]);
    assert_eq!(all.requests[0].files, ["src/a.rs"]);
    assert!(all.requests[1].files.is_empty());
}

#[test]
fn a_broken_line_of_counts_is_counted_as_skipped() {
    let good = told(9, Some([10, 0, 1]), Some([10, 0, 1]));
    let all = read_lines(&[good[..good.len() - 5].to_owned(), "no json".to_owned(), good]);
    assert_eq!((inputs(&all), all.skips(Reason::Broken.text())), (vec![10], 1));
}

#[test]
fn a_response_that_is_told_twice_after_its_running_counts_is_one_request() {
    let used = [900, 0, 10];
    let all = read_lines(&[
        meta(0, "a", ""),
        turn(1, "gpt-5"),
        told(10, Some(used), Some(used)),
        response(11, "a", "r1", used),
        response(12, "a", "r1", used),
        response(20, "a", "r2", used),
    ]);
    assert_eq!(fold(&all.requests).len(), 2);
}

#[test]
fn equal_counts_of_another_minute_are_another_request() {
    let all = read_lines(&[
        meta(0, "a", ""),
        turn(1, "gpt-5"),
        told(10, Some([900, 0, 10]), Some([900, 0, 10])),
        told(20, Some([1800, 0, 20]), Some([900, 0, 10])),
        response(90, "a", "r3", [900, 0, 10]),
    ]);
    assert_eq!(fold(&all.requests).len(), 3);
}
