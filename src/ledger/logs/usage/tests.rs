use super::*;
use crate::model::Tokens;

fn tokens(classes: [u64; 6]) -> TokenUse {
    TokenUse {
        input: Tokens(classes[0]),
        cache_read: Tokens(classes[1]),
        cache_write_5m: Tokens(classes[2]),
        cache_write_1h: Tokens(classes[3]),
        output: Tokens(classes[4]),
        reasoning: Tokens(classes[5]),
    }
}

/// An answer, its provider, its model and what it used.
type Case = (&'static str, &'static str, &'static str, [u64; 6]);

const ANSWERS: &[Case] = &[
    (
        r#"{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4-0613","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,"prompt_tokens_details":{"cached_tokens":300},"completion_tokens_details":{"reasoning_tokens":64}}}"#,
        "openai",
        "gpt-4-0613",
        [700, 300, 0, 0, 200, 64],
    ),
    (
        r#"{"id":"resp_1","object":"response","model":"gpt-5.2","output":[],"usage":{"input_tokens":500,"input_tokens_details":{"cached_tokens":100},"output_tokens":80,"output_tokens_details":{"reasoning_tokens":30},"total_tokens":580}}"#,
        "openai",
        "gpt-5.2",
        [400, 100, 0, 0, 80, 30],
    ),
    (
        r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5","content":[{"type":"text","text":"usage"}],"usage":{"input_tokens":12,"output_tokens":340,"cache_creation_input_tokens":1500,"cache_read_input_tokens":42000,"cache_creation":{"ephemeral_5m_input_tokens":400,"ephemeral_1h_input_tokens":1000}}}"#,
        "anthropic",
        "claude-sonnet-5",
        [12, 42000, 500, 1000, 340, 0],
    ),
    (
        r#"{"candidates":[],"usageMetadata":{"promptTokenCount":5000,"candidatesTokenCount":200,"cachedContentTokenCount":3000,"thoughtsTokenCount":90,"toolUsePromptTokenCount":10,"totalTokenCount":5300},"modelVersion":"models/gemini-2.5-pro","responseId":"r"}"#,
        "google",
        "gemini-2.5-pro",
        [2010, 3000, 0, 0, 290, 90],
    ),
    (
        r#"{"id":"x","object":"chat.completion","model":"grok-4","usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":170,"completion_tokens_details":{"reasoning_tokens":50},"num_sources_used":0}}"#,
        "xai",
        "grok-4",
        [100, 0, 0, 0, 70, 50],
    ),
    (
        r#"{"model":"grok-4","usage":{"prompt_tokens":100,"completion_tokens":70,"total_tokens":170,"completion_tokens_details":{"reasoning_tokens":50}}}"#,
        "xai",
        "grok-4",
        [100, 0, 0, 0, 70, 50],
    ),
    (r#"{"prompt_tokens":10,"completion_tokens":5}"#, "openai", "", [10, 0, 0, 0, 5, 0]),
    (
        r#"{"model":"mistral-large","usage":{"prompt_tokens":10,"completion_tokens":5}}"#,
        "",
        "mistral-large",
        [10, 0, 0, 0, 5, 0],
    ),
];

#[test]
fn usage_of_openai_anthropic_gemini_and_xai_answers_is_read() {
    for (answer, provider, model, classes) in ANSWERS {
        let usage = usage_of(answer.as_bytes()).unwrap();
        assert_eq!((usage.provider.as_str(), usage.model.as_str()), (*provider, *model));
        assert_eq!(usage.tokens, tokens(*classes), "{answer}");
    }
}

#[test]
fn a_stream_of_anthropic_events_is_one_answer() {
    let events = br#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","model":"claude-sonnet-5","usage":{"input_tokens":25,"cache_read_input_tokens":7,"output_tokens":1}}}

event: message_delta
data: {"type":"message_delta","delta":{},"usage":{"output_tokens":15,"server_tool_use":{"web_search_requests":2}}}

data: [DONE]
"#;
    let usage = usage_of(events).unwrap();
    assert_eq!(usage.tokens, tokens([25, 7, 0, 0, 15, 0]));
    assert_eq!((usage.model.as_str(), usage.web_searches), ("claude-sonnet-5", 2));
    assert_eq!(usage.id.as_deref(), Some("msg_1"));
}

#[test]
fn streams_of_openai_and_gemini_end_with_their_usage() {
    let chat = br#"data: {"model":"gpt-4o","choices":[],"usage":null}
data: {"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}}"#;
    assert_eq!(usage_of(chat).unwrap().tokens, tokens([9, 0, 0, 0, 3, 0]));
    let response = br#"data: {"type":"response.completed","response":{"model":"gpt-5","service_tier":"flex","usage":{"input_tokens":4,"output_tokens":2}}}"#;
    assert_eq!(usage_of(response).unwrap().service, Service::Flex);
    let gemini = br#"[{"usageMetadata":{"promptTokenCount":4}},
        {"modelVersion":"gemini-3","usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":6}}]"#;
    assert_eq!(usage_of(gemini).unwrap().tokens, tokens([4, 0, 0, 0, 6, 0]));
}

#[test]
fn what_a_provider_charged_is_read_exactly() {
    let xai = br#"{"model":"grok-4","usage":{"prompt_tokens":1,"completion_tokens":1,"cost_in_usd_ticks":37756000}}"#;
    assert_eq!(usage_of(xai).unwrap().recorded, Some(PicoUsd(3_775_600_000)));
    let router =
        br#"{"model":"a/b","usage":{"prompt_tokens":1,"completion_tokens":1,"cost":0.0021}}"#;
    assert_eq!(usage_of(router).unwrap().recorded, Some(PicoUsd(2_100_000_000)));
}

#[test]
fn an_answer_without_usage_says_so() {
    assert_eq!(usage_of(b"sorry"), Err(NoUsage::NotJson));
    assert_eq!(usage_of(b""), Err(NoUsage::NotJson));
    assert_eq!(usage_of(b"{\"a\":"), Err(NoUsage::NotJson));
    assert_eq!(usage_of(b"{\"model\":\"gpt-4\"}"), Err(NoUsage::NoUsage));
    assert_eq!(usage_of(b"{\"usage\":null}"), Err(NoUsage::NoUsage));
}

/// Returns the ids, and input and output, of answers.
fn told(text: &[u8]) -> Vec<(Option<String>, u64, u64)> {
    let all = answers_of(text).unwrap();
    all.into_iter().map(|one| (one.id, one.tokens.prompt().0, one.tokens.output.0)).collect()
}

#[test]
fn two_answers_in_one_input_are_two_answers() {
    let chat = |id: &str, input: u64| {
        format!(
            r#"{{"id":"{id}","object":"chat.completion","model":"gpt-4o","usage":{{"prompt_tokens":{input},"completion_tokens":3}}}}"#
        )
    };
    let id = |id: &str| Some(id.to_owned());
    let lines = [chat("a", 9), chat("b", 8), chat("a", 9)].join("\n");
    assert_eq!(told(lines.as_bytes()), [(id("a"), 9, 3), (id("b"), 8, 3)]);
    let array = format!("[{},{}]", chat("a", 9), chat("b", 8));
    assert_eq!(told(array.as_bytes()), [(id("a"), 9, 3), (id("b"), 8, 3)]);
    assert_eq!(usage_of(lines.as_bytes()), Err(NoUsage::Several(2)));
    let unnamed = lines.replace(r#""id":"a","#, "").replace(r#""id":"b","#, "");
    assert_eq!(told(unnamed.as_bytes()).len(), 3, "whole answers do not need ids");
    let bare =
        b"{\"input_tokens\":1,\"output_tokens\":2}\n{\"input_tokens\":3,\"output_tokens\":4}";
    assert_eq!(told(bare), [(None, 1, 2), (None, 3, 4)]);
}

#[test]
fn two_streams_after_each_other_are_two_answers() {
    let stream = |id: &str, output: u64| {
        format!(
            r#"data: {{"type":"message_start","message":{{"id":"{id}","model":"claude-sonnet-5","usage":{{"input_tokens":25,"output_tokens":1}}}}}}

data: {{"type":"message_delta","usage":{{"output_tokens":{output}}}}}
"#
        )
    };
    let both = stream("m1", 15) + &stream("m2", 30);
    let id = |id: &str| Some(id.to_owned());
    assert_eq!(told(both.as_bytes()), [(id("m1"), 25, 15), (id("m2"), 25, 30)]);
}

#[test]
fn a_broken_line_among_answers_is_no_answer_that_is_left_out() {
    let text = b"{\"id\":\"a\",\"usage\":{\"prompt_tokens\":1}}\n\n{\"id\":\"b\",\"usa";
    assert_eq!(answers_of(text), Err(NoUsage::BrokenLine(3)));
}

#[test]
fn a_count_below_zero_in_an_answer_is_an_error() {
    let text = br#"{"model":"gpt-4","usage":{"prompt_tokens":-1,"completion_tokens":5}}"#;
    assert_eq!(usage_of(text), Err(NoUsage::BelowZero));
}

#[test]
fn a_run_of_codex_is_the_running_total_of_its_thread_unless_that_falls() {
    let turn = |input: u64, output: u64| {
        format!(
            r#"{{"type":"turn.completed","usage":{{"input_tokens":{input},"cached_input_tokens":40,"output_tokens":{output},"reasoning_output_tokens":3}}}}"#
        )
    };
    let start = r#"{"type":"thread.started","thread_id":"0196-t"}"#;
    let noise = r#"{"type":"item.completed","item":{"id":"item_0","type":"agent_message"}}"#;
    let text = [start, &turn(100, 10), noise, &turn(250, 30), &turn(90, 5)].join("\n");
    let all = answers_of(text.as_bytes()).unwrap();
    let id = |id: &str| Some(id.to_owned());
    assert_eq!(told(text.as_bytes()), [(id("exec:0196-t"), 250, 30), (id("exec:0196-t:1"), 90, 5)]);
    assert_eq!(all[0].tokens, tokens([210, 40, 0, 0, 30, 3]));
    assert_eq!(all[0].run, Some((Tool::Codex, "0196-t".to_owned())));
}

#[test]
fn a_run_of_gemini_without_a_screen_tells_what_each_model_used() {
    let text = br#"{"session_id":"7d3c","response":"done","stats":{"models":{
        "gemini-2.5-pro":{"api":{"totalRequests":2},"tokens":{"input":2000,"prompt":5000,"candidates":200,"cached":3000,"thoughts":90,"tool":10,"total":5300}},
        "gemini-2.5-flash":{"tokens":{"prompt":7,"candidates":1}},
        "gemini-2.5-idle":{"tokens":{"prompt":0,"candidates":0}}},"tools":{"totalCalls":1}}}"#;
    let all = answers_of(text).unwrap();
    let [pro, flash] = &all[..] else { panic!("{all:?}") };
    assert_eq!(
        (pro.model.as_str(), pro.tokens),
        ("gemini-2.5-pro", tokens([2010, 3000, 0, 0, 290, 90]))
    );
    assert_eq!(
        (flash.provider.as_str(), flash.id.as_deref()),
        ("google", Some("run:7d3c:gemini-2.5-flash"))
    );
    assert_eq!(pro.run, Some((Tool::Gemini, "7d3c".to_owned())));
}
