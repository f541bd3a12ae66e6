use std::fs;

use super::*;
use crate::ledger::{
    Service,
    logs::tests::{All, fold, read},
};

/// Reads a session of these lines.
fn read_lines(lines: &[&str]) -> All {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("projects");
    let file = root.join("-home-dev-app/session-1.jsonl");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, lines.iter().flat_map(|line| [*line, "\n"]).collect::<String>()).unwrap();
    let claude = Claude::new(vec![root]);
    let files = claude.list().files;
    assert_eq!(files, [file.canonicalize().unwrap()]);
    read(&claude, &files[0]).0
}

fn answer(id: &str, request: &str, usage: &str, content: &str, rest: &str) -> String {
    format!(
        r#"{{"parentUuid":null,"isSidechain":false,"cwd":"/home/dev/app","sessionId":"s","type":"assistant","timestamp":"2026-05-01T08:15:30.123Z","requestId":"{request}","message":{{"id":"{id}","type":"message","role":"assistant","model":"claude-sonnet-5","content":[{content}],"usage":{usage}}}{rest}}}"#
    )
}

const FULL: &str = r#"{"input_tokens":12,"output_tokens":340,"cache_creation_input_tokens":1600,"cache_read_input_tokens":42000,"cache_creation":{"ephemeral_5m_input_tokens":500,"ephemeral_1h_input_tokens":1000},"output_tokens_details":{"thinking_tokens":120},"server_tool_use":{"web_search_requests":1,"web_fetch_requests":0},"service_tier":"standard","speed":"fast","inference_geo":"us","iterations":[{"type":"message","input_tokens":12,"output_tokens":340},{"type":"advisor_message","model":"claude-opus-5","input_tokens":900,"output_tokens":80,"cache_creation_input_tokens":0,"cache_read_input_tokens":7}]}"#;

#[test]
fn all_classes_of_tokens_and_all_that_changes_prices_are_read() {
    let all = read_lines(&[&answer("m", "r", FULL, "", "")]);
    let [advisor, request] = &all.requests[..] else { panic!("{all:?}") };
    let tokens = request.tokens;
    assert_eq!((tokens.input.0, tokens.cache_read.0, tokens.output.0), (12, 42000, 340));
    // What is not split is taken as of five minutes.
    assert_eq!((tokens.cache_write_5m.0, tokens.cache_write_1h.0), (600, 1000));
    assert_eq!((tokens.reasoning.0, request.web_searches), (120, 1));
    assert_eq!((request.service, request.us_only), (Service::Fast, true));
    assert_eq!(request.key.group, "claude-code:m");
    assert_eq!(request.key.part.as_deref(), Some("r"));
    assert_eq!((request.project.as_str(), request.session.as_str()), ("/home/dev/app", "s"));
    assert_eq!(request.at.0, 1_777_623_330_123_000_000);
    assert_eq!((advisor.model.as_str(), advisor.tokens.input.0), ("claude-opus-5", 900));
    assert_eq!(advisor.key.group, "claude-code:m:advisor:1".replace('1', "0"));
}

#[test]
fn what_is_no_request_is_counted_with_its_reason() {
    let some = r#"{"input_tokens":1,"output_tokens":1}"#;
    let synthetic = answer("a", "r", some, "", "").replace("claude-sonnet-5", "<synthetic>");
    let error = answer("b", "r", some, "", r#","isApiErrorMessage":true"#);
    let zero = answer("c", "r", r#"{"input_tokens":0,"output_tokens":0}"#, "", "");
    let null = answer("d", "r", "null", "", "");
    let torn = answer("e", "r", some, "", "");
    let torn = &torn[..torn.len() - 3];
    let timeless = answer("f", "r", some, "", "").replace("timestamp", "other");
    let lines = [&timeless, &synthetic, &error, &zero, &null, torn];
    let all = read_lines(&lines.map(|line| line as &str));
    assert!(all.requests.is_empty(), "{all:?}");
    let reasons = [
        Reason::Synthetic,
        Reason::ApiError,
        Reason::AllZero,
        Reason::NoCounts,
        Reason::Broken,
        Reason::NoTime,
    ];
    for reason in reasons {
        assert_eq!(all.skips(reason.text()), 1, "{reason:?}");
    }
    assert_eq!(all.skipped.len(), reasons.len());
}

#[test]
fn odd_and_broken_fields_that_do_not_matter_do_not_cost_the_record() {
    let odd = answer(
        "m",
        "r",
        FULL,
        r#"{"type":"text","text":"\ud83d"}"#,
        r#","gitBranch":7,"version":[],"uuid":null"#,
    )
    .replace("\"sessionId\":\"s\"", "\"sessionId\":null")
    .replace("\"cwd\":\"/home/dev/app\"", "\"cwd\":{}");
    let all = read_lines(&[&odd]);
    assert_eq!(all.requests.len(), 2);
    assert_eq!(all.requests[1].session, "session-1");
    assert_eq!(all.requests[1].project, "-home-dev-app");
}

#[test]
fn broken_utf8_does_not_cost_the_record() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("s.jsonl");
    let line = answer("m", "r", FULL, r#"{"type":"text","text":"@"}"#, "");
    let bytes: Vec<u8> = line.bytes().map(|byte| if byte == b'@' { 0xff } else { byte }).collect();
    fs::write(&file, bytes).unwrap();
    let all = read(&Claude::new(vec![home.path().to_owned()]), &file).0;
    assert_eq!(all.requests.len(), 2);
}

#[test]
fn lines_of_other_kinds_that_hold_usage_are_no_requests() {
    let result = r#"{"type":"user","toolUseResult":{"usage":{"input_tokens":9,"output_tokens":9}},"message":{"role":"user","content":"\"usage\""}}"#;
    let all = read_lines(&[result]);
    assert!(all.requests.is_empty() && all.skipped.is_empty());
}

#[test]
fn requests_without_a_message_id_have_the_key_of_their_place() {
    let line = answer("m", "r", FULL, "", "").replace(r#""id":"m","#, "");
    let all = read_lines(&[&line, &line]);
    assert_eq!(fold(&all.requests).len(), 4);
    assert!(all.requests.iter().all(|one| one.key.group.starts_with("claude-code:")));
}

#[test]
fn a_side_chain_is_a_copy_and_lies_in_the_folder_of_its_session() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("projects");
    let file = root.join("-p/session-9/subagents/workflows/w/agent-1.jsonl");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let line = answer("m", "r", FULL, "", "")
        .replace("\"isSidechain\":false", "\"isSidechain\":true")
        .replace("\"sessionId\":\"s\",", "");
    fs::write(&file, line + "\n").unwrap();
    let all = read(&Claude::new(vec![root]), &file).0;
    assert!(all.requests.iter().all(|one| one.is_copy && one.session == "session-9"));
}

#[test]
fn files_of_an_answers_tools_belong_to_the_next_request() {
    let some = r#"{"input_tokens":1,"output_tokens":1}"#;
    let call = |name: &str, input: &str| {
        format!(r#"{{"type":"tool_use","id":"t","name":"{name}","input":{input}}}"#)
    };
    let lines = [
        answer("m1", "r1", some, &call("Read", r#"{"file_path":"/p/a.rs"}"#), ""),
        answer("m1", "r1", some, &call("NotebookEdit", r#"{"notebook_path":"b.ipynb"}"#), ""),
        answer("m1", "r1", some, &call("Read", r#"{"file_path":"/p/a.rs","limit":3}"#), ""),
        answer("m1", "r1", some, &call("Bash", r#"{"file_path":"/no"}"#), ""),
        answer("m2", "r2", some, &call("Write", r#"{"file_path":"c.rs","content":"x"}"#), ""),
        answer("m3", "r3", some, "", ""),
    ];
    let files: Vec<Vec<String>> = read_lines(&lines.each_ref().map(|line| line as &str))
        .requests
        .into_iter()
        .map(|one| one.files)
        .collect();
    let [first, second] =
        [vec!["/p/a.rs".to_owned(), "b.ipynb".to_owned()], vec!["c.rs".to_owned()]];
    assert_eq!(files, [vec![], first, second], "the lines of an answer are one request");
}

#[test]
fn no_more_than_64_files_belong_to_a_request() {
    let some = r#"{"input_tokens":1,"output_tokens":1}"#;
    let calls: Vec<String> = (0..100)
        .map(|n| format!(r#"{{"type":"tool_use","name":"Read","input":{{"file_path":"{n}"}}}}"#))
        .collect();
    let lines = [answer("m1", "r", some, &calls.join(","), ""), answer("m2", "r", some, "", "")];
    assert_eq!(read_lines(&[&lines[0], &lines[1]]).requests[1].files.len(), 64);
}

#[test]
fn long_answers_with_hardly_any_output_are_implausible() {
    let text = |len: usize| format!(r#"{{"type":"text","text":"{}"}}"#, "x".repeat(len));
    let usage = |output: u32| format!(r#"{{"input_tokens":1,"output_tokens":{output}}}"#);
    let lines = [
        answer("m1", "r", &usage(1), &text(10), ""),
        answer("m2", "r", &usage(1), &text(400), ""),
        answer("m3", "r", &usage(90), &text(400), ""),
        // The blocks of one answer count together.
        answer("m4", "r", &usage(2), &text(200), ""),
        answer("m4", "r", &usage(2), &text(200), ""),
    ];
    let told: Vec<_> = read_lines(&lines.each_ref().map(|line| line as &str))
        .requests
        .iter()
        .map(|one| one.implausible)
        .collect();
    assert_eq!(told, [None, Some(true), Some(false), Some(true)]);
}

#[test]
fn the_notice_of_a_limit_tells_when_its_window_ends() {
    let notice = |time: &str, seconds: u64| {
        format!(
            r#"{{"type":"assistant","timestamp":"{time}","isApiErrorMessage":true,"message":{{"id":"n","model":"<synthetic>","content":[{{"type":"text","text":"Claude AI usage limit reached|{seconds}"}}],"usage":{{"input_tokens":0,"output_tokens":0}}}}}}"#
        )
    };
    let day = notice("2026-05-01T08:00:00.000Z", 1_777_633_200);
    let week = notice("2026-05-01T08:00:00.000Z", 1_778_000_000);
    let all = read_lines(&[&day, &week, &day.replace("\"isApiErrorMessage\":true,", "")]);
    let told = |one: &super::super::Window| (one.minutes, one.percent, one.resets.seconds());
    let windows: Vec<_> = all.windows.iter().map(told).collect();
    assert_eq!(windows, [(300, 100.0, 1_777_633_200), (10_080, 100.0, 1_778_000_000)]);
    assert_eq!(all.skips(Reason::ApiError.text()), 2);
    assert!(all.requests.is_empty());
}
