//! Logs of Claude Code: a file per session, and files for the agents that it started.

use std::fmt::Write as _;

use super::{Maker, Totals, YEAR_MS, moment};

const MODELS: [&str; 3] =
    ["claude-sonnet-4-5-20250929", "claude-opus-4-1-20250805", "claude-haiku-4-5-20251001"];

/// Turns of a session.
const TURNS: u64 = 40;

/// Every so many sessions: a copy of the beginning of the one before, agents, a last line that is
/// torn, a torn line in the middle.
const FORK: u64 = 5;
const AGENTS: u64 = 4;
const TORN_END: u64 = 7;
const TORN_MIDDLE: u64 = 11;

/// An answer.
struct Answer {
    id: String,
    request: String,
    model: &'static str,
    used: Totals,
    at: i64,
}

/// Whose line it is.
struct Line<'a> {
    session: &'a str,
    project: u64,
    is_side: bool,
}

/// Writes sessions until all logs together have `bytes`.
pub(super) fn write(maker: &mut Maker, bytes: u64) {
    let mut before = String::new();
    for number in 0.. {
        if maker.known.bytes >= bytes {
            return;
        }
        before = session(maker, number, &before);
    }
}

/// Writes one session and returns its first half.
fn session(maker: &mut Maker, number: u64, before: &str) -> String {
    let session = format!("5e551000-0000-4000-8000-{number:012x}");
    let project = number % 23;
    let line = Line { session: &session, project, is_side: false };
    let slug = format!("-home-dev-project-{project}");
    let mut text = String::new();
    if number % FORK == FORK - 1 {
        // Copied with the old ids, so nothing of it counts.
        text.push_str(before);
    }
    let mut at = (number as i64 * 7_919_000).rem_euclid(YEAR_MS);
    let (mut half, mut last) = (0, None);
    for turn in 0..TURNS {
        at += 1000 * i64::try_from(maker.dice.between(5, 90)).unwrap();
        said(maker, &line, at, &mut text);
        let answer = answer(maker, (number, turn, 0), at);
        blocks(maker, &line, &answer, &mut text);
        count(maker, &answer);
        last = Some(answer);
        if turn == TURNS / 2 {
            half = text.len();
            if number % TORN_MIDDLE == 0 {
                torn(&line, &mut text);
                text.push('\n');
                maker.known.broken += 1;
            }
        }
    }
    if let (true, Some(last)) = (number % AGENTS == 0, last) {
        agent(maker, &line, (number, &slug, &last), &mut text);
    }
    let first_half = text[..half].to_owned();
    if number % TORN_END == 0 {
        torn(&line, &mut text);
        maker.known.torn += 1;
    }
    maker.file(&format!(".claude/projects/{slug}/{session}.jsonl"), text.as_bytes());
    first_half
}

/// Writes the log of an agent, which also repeats the session's last answer under another id, and a
/// progress report of the agent's first answer into the session's log.
fn agent(maker: &mut Maker, line: &Line<'_>, of: (u64, &str, &Answer), session_text: &mut String) {
    let (number, slug, last) = of;
    let side = Line { is_side: true, ..*line };
    let mut text = String::new();
    let copy = Answer { id: last.id.clone(), request: format!("{}copy", last.request), ..*last };
    blocks(maker, &side, &copy, &mut text);
    for turn in 0..TURNS / 4 {
        let at = last.at + 1000 * i64::try_from(turn + 1).unwrap();
        said(maker, &side, at, &mut text);
        let answer = answer(maker, (number, turn, 1), at);
        blocks(maker, &side, &answer, &mut text);
        count(maker, &answer);
        if turn == 0 {
            let _ = write!(
                session_text,
                r#"{{"type":"progress","sessionId":"{}","timestamp":"{}","data":{{"type":"agent_progress","message":{{"type":"assistant","timestamp":"{}","requestId":"{}","message":{{"id":"{}","model":"{}","usage":{}}}}}}}}}"#,
                line.session,
                moment(at),
                moment(at),
                answer.request,
                answer.id,
                answer.model,
                usage(&answer.used, answer.used.output)
            );
            session_text.push('\n');
        }
    }
    let path =
        format!(".claude/projects/{slug}/{}/subagents/agent-{number:08x}.jsonl", line.session);
    maker.file(&path, text.as_bytes());
}

/// Adds what the person or a tool said.
fn said(maker: &mut Maker, line: &Line<'_>, at: i64, text: &mut String) {
    head(line, "user", at, text);
    text.push_str(r#""message":{"role":"user","content":[{"type":"tool_result","content":""#);
    let size = if maker.dice.below(8) == 0 { 40_000 } else { 4_000 };
    let bytes = maker.dice.between(200, size);
    maker.dice.words(bytes, text);
    if maker.dice.below(16) == 0 {
        maker.dice.quoted_usage(text);
    }
    text.push_str("\"}]}}\n");
}

/// Adds an answer, a line for each of its blocks, with output that grows to what it was.
fn blocks(maker: &mut Maker, line: &Line<'_>, answer: &Answer, text: &mut String) {
    let blocks = maker.dice.between(1, 5);
    for block in 1..=blocks {
        let output = if block == blocks { answer.used.output } else { block };
        head(line, "assistant", answer.at + i64::try_from(block).unwrap(), text);
        let _ = write!(
            text,
            r#""requestId":"{}","message":{{"id":"{}","type":"message","role":"assistant","model":"{}","content":[{{"type":"text","text":""#,
            answer.request, answer.id, answer.model
        );
        let bytes = maker.dice.between(50, 3_000);
        maker.dice.words(bytes, text);
        let _ = writeln!(
            text,
            r#""}}],"stop_reason":null,"usage":{}}}}}"#,
            usage(&answer.used, output)
        );
    }
}

/// Adds an answer that ends in its middle.
fn torn(line: &Line<'_>, text: &mut String) {
    head(line, "assistant", 0, text);
    let _ = write!(
        text,
        r#""requestId":"req_torn","message":{{"id":"msg_torn","model":"{}","usage":{{"input_tokens":999"#,
        MODELS[0]
    );
}

fn head(line: &Line<'_>, kind: &str, at: i64, text: &mut String) {
    let _ = write!(
        text,
        r#"{{"type":"{kind}","isSidechain":{},"cwd":"/home/dev/project-{}","sessionId":"{}","version":"2.1.0","gitBranch":"main","timestamp":"{}","#,
        line.is_side,
        line.project,
        line.session,
        moment(at)
    );
}

/// Returns usage as it is written; half of what was written to a cache is kept for an hour.
fn usage(used: &Totals, output: u64) -> String {
    let Totals { input, cache_read, cache_write, .. } = used;
    let (hour, minutes) = (cache_write / 2, cache_write - cache_write / 2);
    format!(
        r#"{{"input_tokens":{input},"cache_creation_input_tokens":{cache_write},"cache_read_input_tokens":{cache_read},"cache_creation":{{"ephemeral_5m_input_tokens":{minutes},"ephemeral_1h_input_tokens":{hour}}},"output_tokens":{output},"service_tier":"standard"}}"#
    )
}

fn answer(maker: &mut Maker, (session, turn, chain): (u64, u64, u64), at: i64) -> Answer {
    let dice = &mut maker.dice;
    let used = Totals {
        requests: 1,
        input: dice.between(1, 3_000),
        cache_read: dice.below(150_000),
        cache_write: dice.below(8_000),
        output: dice.between(20, 4_000),
    };
    Answer {
        id: format!("msg_{session:08x}{chain}{turn:04x}"),
        request: format!("req_{session:08x}{chain}{turn:04x}"),
        model: MODELS[usize::try_from(dice.below(3)).unwrap()],
        used,
        at,
    }
}

fn count(maker: &mut Maker, answer: &Answer) {
    maker.known.claude.add(&answer.used);
    maker.request(answer.model, &answer.used);
}
