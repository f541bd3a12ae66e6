//! Lines that cannot be quite true: they are counted as far as they can be, and never as exact.

use std::{fs, path::Path};

use super::{All, read_home};
use crate::{ledger::Counts, model::Tool};

const CLAUDE: &str = ".claude/projects/-p/s.jsonl";
const CODEX: &str = ".codex/sessions/2026/05/01/rollout-1.jsonl";
const GEMINI: &str = ".gemini/tmp/app/chats/session-1.jsonl";
const OPENCODE: &str = ".local/share/opencode/storage/message/s/msg_1.json";

fn read_text(tool: Tool, path: &str, text: &str) -> All {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), path, text);
    read_home(home.path(), tool)
}

fn write(home: &Path, path: &str, text: &str) {
    let path = home.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
}

fn claude(id: &str, time: &str, input: &str) -> String {
    format!(
        r#"{{"type":"assistant",{time}"message":{{"id":"{id}","model":"claude-sonnet-5","usage":{{"input_tokens":{input},"output_tokens":7}}}}}}{}"#,
        "\n"
    )
}

fn codex(time: &str, total: u64, last: &str) -> String {
    format!(
        r#"{{{time}"type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{{"input_tokens":{total},"output_tokens":7}},"last_token_usage":{{"input_tokens":{last},"output_tokens":7}}}}}}}}{}"#,
        "\n"
    )
}

const TIME: &str = r#""timestamp":"2026-05-01T08:00:00.000Z","#;

const TURN: &str = r#"{"timestamp":"2026-05-01T08:00:00.000Z","type":"turn_context","payload":{"model":"gpt-5"}}
"#;

#[test]
fn a_count_below_zero_is_none_and_the_request_is_an_estimate() {
    let gemini = r#"{"id":"m","timestamp":"2026-05-01T08:00:00.000Z","type":"gemini","model":"gemini-2.5-pro","tokens":{"input":-5,"output":7}}"#;
    let opencode = r#"{"role":"assistant","modelID":"m","time":{"created":1777622400000,"completed":1},"tokens":{"input":-5,"output":7}}"#;
    for (tool, path, text) in [
        (Tool::ClaudeCode, CLAUDE, claude("m", TIME, "-5")),
        (Tool::Codex, CODEX, TURN.to_owned() + &codex(TIME, 5, "-5")),
        (Tool::Gemini, GEMINI, gemini.to_owned()),
        (Tool::Opencode, OPENCODE, opencode.to_owned()),
    ] {
        let all = read_text(tool, path, &text);
        let [request] = &all.requests[..] else { panic!("{tool}: {all:?}") };
        assert_eq!((request.tokens.input.0, request.tokens.output.0), (0, 7), "{tool}");
        assert_eq!(request.counts, Counts::Estimated, "{tool}");
        let fine = read_text(tool, path, &text.replace("-5", "5"));
        assert_eq!(fine.requests[0].counts, Counts::Exact, "{tool}");
    }
}

#[test]
fn a_line_without_a_time_is_an_estimate_of_the_time_before() {
    let lines = [claude("a", TIME, "1"), claude("b", "", "1")].concat();
    let all = read_text(Tool::ClaudeCode, CLAUDE, &lines);
    assert_eq!(all.requests[0].at, all.requests[1].at);
    assert_eq!(
        all.requests.iter().map(|one| one.counts).collect::<Vec<_>>(),
        [Counts::Exact, Counts::Estimated]
    );
    let lines = [TURN.to_owned(), codex(TIME, 1, "1"), codex("", 2, "1")].concat();
    let all = read_text(Tool::Codex, CODEX, &lines);
    assert_eq!(all.requests[0].at, all.requests[1].at);
    assert_eq!(all.requests[0].counts, Counts::Exact);
    assert_eq!(all.requests[1].counts, Counts::Estimated);
}

#[test]
fn a_line_without_a_time_was_not_written_after_its_log_was_changed() {
    let future = TIME.replace("2026", "2126");
    for (tool, path, text) in [
        (Tool::ClaudeCode, CLAUDE, [claude("a", &future, "1"), claude("b", "", "1")].concat()),
        (Tool::Codex, CODEX, [TURN.to_owned(), codex(&future, 1, "1"), codex("", 2, "1")].concat()),
    ] {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), path, &text);
        let written = fs::metadata(home.path().join(path)).unwrap().modified().unwrap();
        let since = written.duration_since(std::time::UNIX_EPOCH).unwrap();
        let all = read_home(home.path(), tool);
        assert!(all.requests[0].at.0.unsigned_abs() > 4_000_000_000_000_000_000, "{tool}");
        assert_eq!(u128::from(all.requests[1].at.0.unsigned_abs()), since.as_nanos(), "{tool}");
    }
}
