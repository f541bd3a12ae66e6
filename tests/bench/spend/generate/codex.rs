//! Logs of Codex: a file per thread, with running counts.

use std::{fmt::Write as _, fs};

use super::{Maker, Totals, YEAR_MS, moment};

const MODELS: [&str; 3] = ["gpt-5", "gpt-5-codex", "gpt-5-mini"];

/// Turns of a thread.
const TURNS: u64 = 40;

/// Every so many threads: a fork of the one before, usage per response beside the running counts, a
/// torn last line, a compressed copy among the archived ones.
const FORK: u64 = 6;
const RESPONSES: u64 = 4;
const TORN_END: u64 = 9;
const ARCHIVED: u64 = 20;

/// A thread that another one may be forked from.
#[derive(Default)]
struct Thread {
    id: String,
    /// The line that names it, and its running counts, each without the time.
    session: String,
    counts: Vec<String>,
    total: Totals,
}

/// Writes threads until all logs together have `bytes`.
pub(super) fn write(maker: &mut Maker, bytes: u64) {
    let mut before = Thread::default();
    for number in 0.. {
        if maker.known.bytes >= bytes {
            return;
        }
        before = thread(maker, number, &before);
    }
}

/// Writes one thread.
fn thread(maker: &mut Maker, number: u64, before: &Thread) -> Thread {
    let mut at = (number as i64 * 6_007_000).rem_euclid(YEAR_MS);
    let id = format!("01960000-0000-7000-8000-{number:012x}");
    let is_fork = number % FORK == FORK - 1;
    let has_responses = !is_fork && number % FORK != FORK - 2 && number % RESPONSES == 0;
    let model = MODELS[usize::try_from(maker.dice.below(3)).unwrap()];
    let mut thread = Thread { id, ..Thread::default() };
    let forked =
        if is_fork { format!(r#","forked_from_id":"{}""#, before.id) } else { String::new() };
    thread.session = format!(
        r#""type":"session_meta","payload":{{"id":"{}","cwd":"/home/dev/project-{}","originator":"codex_cli_rs","cli_version":"0.50.0","model_provider":"openai","source":"cli"{forked}}}"#,
        thread.id,
        number % 23
    );
    let mut text = String::new();
    line(at, &thread.session, &mut text);
    if is_fork {
        // All that the parent said, at once.
        line(at, &before.session, &mut text);
        before.counts.iter().for_each(|count| line(at + 1, count, &mut text));
        thread.total = before.total;
    }
    at += 5_000;
    let turn =
        format!(r#""type":"turn_context","payload":{{"cwd":"/home/dev","model":"{model}"}}"#);
    line(at, &turn, &mut text);
    for turn in 0..TURNS {
        at += 1000 * i64::try_from(maker.dice.between(5, 90)).unwrap();
        said(maker, at, &mut text);
        let used = used(maker);
        thread.total.add(&used);
        let counts = counts(&thread.total, &used);
        line(at + 1, &counts, &mut text);
        if has_responses {
            line(at + 2, &response(&thread.id, turn, &used), &mut text);
        }
        if maker.dice.below(3) == 0 {
            line(at + 3, &counts, &mut text);
        }
        thread.counts.push(counts);
        maker.known.codex.add(&used);
        maker.request(model, &used);
    }
    if number % TORN_END == 0 {
        text.push_str(r#"{"timestamp":"2025-06-01T00:00:00.000Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token"#);
        maker.known.torn += 1;
    }
    save(maker, number, (&thread.id, at), &text);
    thread
}

/// Writes the file, and sometimes a compressed copy.
fn save(maker: &mut Maker, number: u64, (id, at): (&str, i64), text: &str) {
    let (day, time) = (moment(at), moment(at));
    let name = format!("rollout-{}-{id}.jsonl", time[..19].replace(':', "-"));
    let folder = day[..10].replace('-', "/");
    maker.file(&format!(".codex/sessions/{folder}/{name}"), text.as_bytes());
    if number % ARCHIVED == 0 {
        let archived = maker.home.join(".codex/archived_sessions");
        fs::create_dir_all(&archived).unwrap();
        let packed = zstd::encode_all(text.as_bytes(), 1).unwrap();
        fs::write(archived.join(format!("{name}.zst")), packed).unwrap();
    }
}

/// Adds what was said and done, and at times how full the windows are.
fn said(maker: &mut Maker, at: i64, text: &mut String) {
    let kinds = ["message", "reasoning", "function_call_output"];
    for (number, kind) in kinds.into_iter().enumerate() {
        let _ = write!(
            text,
            r#"{{"timestamp":"{}","type":"response_item","payload":{{"type":"{kind}","output":""#,
            moment(at)
        );
        let size = if number == 2 && maker.dice.below(6) == 0 { 60_000 } else { 4_000 };
        let bytes = maker.dice.between(100, size);
        maker.dice.words(bytes, text);
        if maker.dice.below(20) == 0 {
            maker.dice.quoted_usage(text);
        }
        text.push_str("\"}}\n");
    }
    if maker.dice.below(10) == 0 {
        let notice = r#""type":"event_msg","payload":{"type":"token_count","info":null,"rate_limits":{"primary":{"used_percent":12.5,"window_minutes":300,"resets_at":1777640000}}}"#;
        line(at, notice, text);
    }
}

fn line(at: i64, rest: &str, text: &mut String) {
    let _ = writeln!(text, r#"{{"timestamp":"{}",{rest}}}"#, moment(at));
}

fn used(maker: &mut Maker) -> Totals {
    let dice = &mut maker.dice;
    Totals {
        requests: 1,
        input: dice.between(1, 20_000),
        cache_read: dice.below(150_000),
        cache_write: 0,
        output: dice.between(20, 4_000),
    }
}

/// Returns running counts: the input holds what was cached, the output what was thought.
fn counts(total: &Totals, last: &Totals) -> String {
    format!(
        r#""type":"event_msg","payload":{{"type":"token_count","info":{{"total_token_usage":{},"last_token_usage":{},"model_context_window":272000}}}}"#,
        usage(total),
        usage(last)
    )
}

fn response(thread: &str, turn: u64, used: &Totals) -> String {
    format!(
        r#""type":"token_usage_record","payload":{{"thread_id":"{thread}","turn_id":"t{turn}","session_id":"{thread}","response_id":"resp_{turn}","usage":{}}}"#,
        usage(used)
    )
}

fn usage(used: &Totals) -> String {
    let input = used.input + used.cache_read;
    format!(
        r#"{{"input_tokens":{input},"cached_input_tokens":{},"output_tokens":{},"reasoning_output_tokens":{},"total_tokens":{}}}"#,
        used.cache_read,
        used.output,
        used.output / 3,
        input + used.output
    )
}
