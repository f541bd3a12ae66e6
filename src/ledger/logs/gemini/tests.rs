use std::fs;

use super::*;
use crate::ledger::logs::tests::{All, fold, read};

const META: &str =
    r#"{"sessionId":"s1","projectHash":"h","startTime":"2026-05-01T08:00:00.000Z","kind":"main"}"#;

fn answer(id: &str, second: u32, tokens: &str, rest: &str) -> String {
    format!(
        r#"{{"id":"{id}","timestamp":"2026-05-01T08:00:{second:02}.000Z","type":"gemini","content":"ok","model":"gemini-2.5-pro","tokens":{tokens}{rest}}}"#
    )
}

const TOKENS: &str =
    r#"{"input":5000,"output":200,"cached":3000,"thoughts":90,"tool":10,"total":5300}"#;

fn log(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let chats = home.path().join("tmp/app/chats");
    fs::create_dir_all(&chats).unwrap();
    let file = chats.join(name);
    fs::write(&file, text).unwrap();
    (home, file)
}

fn read_text(name: &str, text: &str) -> All {
    let (home, file) = log(name, text);
    let gemini = Gemini::new(vec![home.path().join("tmp")]);
    assert_eq!(gemini.list().files, [file.canonicalize().unwrap()]);
    read(&gemini, &file).0
}

#[test]
fn cached_input_is_inside_and_thoughts_and_tools_are_beside() {
    let all = read_text("s.jsonl", &format!("{META}\n{}\n", answer("m1", 7, TOKENS, "")));
    let [request] = &all.requests[..] else { panic!("{all:?}") };
    let tokens = request.tokens;
    assert_eq!((tokens.input.0, tokens.cache_read.0, tokens.output.0), (2010, 3000, 290));
    assert_eq!((tokens.reasoning.0, tokens.prompt().0), (90, 5010));
    assert_eq!((request.session.as_str(), request.model.as_str()), ("s1", "gemini-2.5-pro"));
    assert_eq!(request.key.group, "gemini:s1:m1");
}

#[test]
fn a_message_that_fills_counts_once_and_one_taken_back_still_counts() {
    let first = answer("m1", 1, r#"{"input":10,"output":1}"#, "");
    let full = answer("m1", 1, r#"{"input":10,"output":5}"#, "");
    let other = answer("m2", 2, r#"{"input":20,"output":2}"#, "");
    let set = format!(r#"{{"$set":{{"messages":[{}]}}}}"#, answer("m3", 3, TOKENS, ""));
    let text = format!("{META}\n{first}\n{full}\n{other}\n{{\"$rewindTo\":\"m1\"}}\n{set}\n");
    let requests = fold(&read_text("s.jsonl", &text).requests);
    let outputs: Vec<u64> = requests.iter().map(|request| request.tokens.output.0).collect();
    assert_eq!(outputs, [5, 2, 290]);
}

#[test]
fn an_old_log_of_one_value_is_read_like_a_new_one() {
    let old = format!(
        "{{\n \"messages\": [\n{},{{\"type\":\"user\",\"id\":\"u\"}}\n],\n \"sessionId\": \"s1\"}}",
        answer("m1", 7, TOKENS, "")
    );
    let new = read_text("s.jsonl", &format!("{META}\n{}\n", answer("m1", 7, TOKENS, "")));
    assert_eq!(read_text("session-1.json", &old).requests, new.requests);
}

#[test]
fn files_of_an_answers_tools_belong_to_the_next_request() {
    let calls = r#","toolCalls":[{"name":"read_file","args":{"absolute_path":"/p/a.rs"}},{"name":"write_file","args":{"file_path":"b.rs"}},{"name":"run_shell_command","args":{"path":"/no"}}]"#;
    let text = format!(
        "{META}\n{}\n{}\n{}\n",
        answer("m1", 1, TOKENS, ""),
        answer("m1", 1, TOKENS, calls),
        answer("m2", 2, TOKENS, "")
    );
    let files: Vec<_> = read_text("s.jsonl", &text).requests.into_iter().map(|r| r.files).collect();
    assert_eq!(files, [vec![], vec!["/p/a.rs".to_owned(), "b.rs".to_owned()]]);
}

#[test]
fn the_project_is_that_of_the_short_name() {
    let (home, file) = log("s.jsonl", "");
    assert_eq!(project::of(&file), None);
    fs::write(home.path().join("projects.json"), r#"{"projects":{"/home/dev/app":"app"}}"#)
        .unwrap();
    assert_eq!(project::of(&file).as_deref(), Some("/home/dev/app"));
    fs::write(home.path().join("tmp/app/.project_root"), "/home/dev/other\n").unwrap();
    assert_eq!(project::of(&file).as_deref(), Some("/home/dev/other"));
}

#[test]
fn what_is_no_request_is_counted_with_its_reason() {
    let zero = answer("m1", 1, r#"{"input":0,"output":0}"#, "");
    let torn = &answer("m2", 1, TOKENS, "")[..60];
    let timeless = r#"{"id":"m3","type":"gemini","tokens":{"input":1}}"#;
    let all = read_text("s.jsonl", &format!("{META}\n{zero}\n{{\"tokens\":{torn}\n{timeless}\n"));
    assert!(all.requests.is_empty());
    let reasons = [Reason::AllZero, Reason::Broken, Reason::NoTime];
    assert!(reasons.iter().all(|reason| all.skips(reason.text()) == 1), "{all:?}");
}
