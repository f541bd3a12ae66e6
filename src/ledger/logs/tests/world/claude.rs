//! Sessions of Claude Code: answers in several lines, side chains, resumed sessions, torn lines.

use proptest::prelude::*;

use super::{World, push_line};

/// A request and how it is told.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
struct Answer {
    /// Input, cache reads, writes of five minutes and of an hour, output.
    tokens: [u32; 5],
    /// Lines before the last one, with less output.
    drafts: u8,
    has_request_id: bool,
    /// Whether a side chain tells it too, under another request id.
    is_repeated: bool,
    is_reported: bool,
    /// Whether a torn copy of its last line stands before it.
    is_torn: bool,
    noise: u8,
    model: usize,
}

const MODELS: [&str; 3] = ["claude-opus-4-6", "claude-sonnet-5", "claude-haiku-4-5-20251001"];

fn answer() -> impl Strategy<Value = Answer> {
    let tokens = [0..5000_u32, 0..90_000, 0..3000, 0..3000, 1..4000_u32];
    let flags = any::<[bool; 4]>();
    (tokens, 0..3_u8, flags, any::<u8>(), 0..MODELS.len()).prop_map(
        |(tokens, drafts, [id, repeated, reported, torn], noise, model)| Answer {
            tokens,
            drafts,
            has_request_id: id,
            is_repeated: repeated,
            is_reported: reported,
            is_torn: torn && noise % 3 == 0,
            noise,
            model,
        },
    )
}

/// Makes up sessions.
pub(in crate::ledger) fn claude() -> impl Strategy<Value = World> {
    let session = (prop::collection::vec(answer(), 1..8), any::<bool>(), any::<bool>());
    prop::collection::vec(session, 1..4).prop_map(|sessions| {
        let mut world = World::default();
        for (index, (answers, is_resumed, is_cut)) in sessions.iter().enumerate() {
            session_files(index, answers, (*is_resumed, *is_cut), &mut world);
        }
        world.sorted()
    })
}

/// Where and when a line is told.
struct Told<'a> {
    session: &'a str,
    second: usize,
    request: Option<String>,
    is_sidechain: bool,
}

impl Answer {
    fn line(&self, id: &str, output: u32, told: &Told<'_>) -> String {
        let [input, read, short, long, _] = self.tokens;
        let Told { session, second, request, is_sidechain } = told;
        let request =
            request.as_ref().map(|id| format!("\"requestId\":\"{id}\",")).unwrap_or_default();
        let model = MODELS[self.model];
        let written = short + long;
        format!(
            r#"{{"parentUuid":null,"isSidechain":{is_sidechain},"cwd":"/home/dev/app","sessionId":"{session}",{request}"type":"assistant","timestamp":"2026-05-01T08:{:02}:{:02}.000Z","message":{{"id":"{id}","role":"assistant","model":"{model}","content":[{{"type":"tool_use","name":"Read","input":{{"file_path":"/f/{id}"}}}}],"usage":{{"input_tokens":{input},"cache_creation_input_tokens":{written},"cache_read_input_tokens":{read},"cache_creation":{{"ephemeral_5m_input_tokens":{short},"ephemeral_1h_input_tokens":{long}}},"output_tokens":{output}}}}}}}"#,
            second / 60,
            second % 60,
        )
    }

    fn expected(&self) -> [u64; 6] {
        let [input, read, short, long, output] = self.tokens.map(u64::from);
        [input, read, short, long, output, 0]
    }
}

fn session_files(
    index: usize,
    answers: &[Answer],
    (is_resumed, is_cut): (bool, bool),
    world: &mut World,
) {
    let session = format!("s{index}");
    let (mut log, mut side, mut resumed) = (Vec::new(), Vec::new(), Vec::new());
    for (number, answer) in answers.iter().enumerate() {
        let id = format!("msg_{index}_{number}");
        let request = answer.has_request_id.then(|| format!("req_{index}_{number}"));
        let second = 60 * index + number;
        let told = |session, is_sidechain, request| Told { session, second, request, is_sidechain };
        let own = told(&session, false, request.clone());
        let output = answer.tokens[4];
        for draft in 0..u32::from(answer.drafts) {
            push_line(&mut log, &answer.line(&id, output * draft / 4, &own), 0);
        }
        let line = answer.line(&id, output, &own);
        if answer.is_torn {
            push_line(&mut log, &line[..line.len() - 2], 0);
            world.broken += 1;
        }
        push_line(&mut log, &line, answer.noise);
        if answer.is_repeated {
            let copy = told(&session, true, Some(format!("side_{index}_{number}")));
            push_line(&mut side, &answer.line(&id, output, &copy), answer.noise);
        }
        if answer.is_reported {
            let line = format!(
                r#"{{"sessionId":"{session}","type":"progress","data":{{"message":{}}},"timestamp":"2026-05-01T09:00:00.000Z"}}"#,
                answer.line(&id, output, &own)
            );
            push_line(&mut side, &line, 0);
        }
        // A resumed session begins with copies, which keep their times.
        if is_resumed {
            let copy = told("t", false, request);
            let copy = Told { second: second + 1, ..copy };
            push_line(&mut resumed, &answer.line(&id, output, &copy), answer.noise);
        }
        world.expect(&session, MODELS[answer.model], answer.expected());
    }
    if is_cut {
        // A line that is still being written.
        log.extend_from_slice(br#"{"type":"assistant","message":{"id":"torn","usage":{"input_to"#);
    }
    let folder = ".claude/projects/-home-dev-app";
    world.files.push((format!("{folder}/{session}.jsonl"), log));
    world.files.push((format!("{folder}/{session}/subagents/agent-{index}.jsonl"), side));
    world.files.push((format!("{folder}/resumed-{index}.jsonl"), resumed));
}
