//! Under which names a price is found.

use super::*;
use crate::model::Quality;

/// Returns the model that was found and how.
fn found(provider: &str, model: &str) -> (String, &'static str) {
    let prices = Prices::built_in();
    match prices.find(provider, model, "2026-11-15".parse().unwrap()) {
        None => (String::new(), "none"),
        Some(find::Found::Free) => (String::new(), "free"),
        Some(find::Found::Row(row, how)) => (row.name.clone(), how.into()),
    }
}

#[test]
fn names_of_tools_find_their_model() {
    let sonnet = "anthropic/claude-sonnet-4-5";
    for (provider, model, name, how) in [
        ("anthropic", "claude-sonnet-4-5", sonnet, "exact"),
        ("anthropic", "claude-sonnet-4-5-20250929", sonnet, "alias"),
        ("", "claude-sonnet-4-5-20250929", sonnet, "exact"),
        ("", "anthropic/claude-sonnet-4-5", sonnet, "exact"),
        ("anthropic", "anthropic/claude-sonnet-4-5", sonnet, "exact"),
        ("anthropic", "claude-sonnet-4-5-20250929[1m]", sonnet, "alias"),
        ("Anthropic", "Claude-Sonnet-4-5", sonnet, "exact"),
        ("anthropic", "claude-sonnet-4-5-20991231", sonnet, "undated"),
        ("anthropic", "claude-sonnet-4.5", sonnet, "similar"),
        ("anthropic", "claude-sonnet-4-5-latest", sonnet, "similar"),
        ("some-proxy", "claude-sonnet-4-5", sonnet, "other-provider"),
        ("some-proxy", "anthropic/claude-sonnet-4-5", sonnet, "other-provider"),
        ("gemini", "gemini-2.5-pro", "google/gemini-2.5-pro", "exact"),
        ("google", "gemini-2.5-pro", "google/gemini-2.5-pro", "exact"),
        ("", "gemini/gemini-2.5-pro", "google/gemini-2.5-pro", "exact"),
        ("openai", "gpt-5.4", "openai/gpt-5.4", "exact"),
        ("openai", "gpt-5.4-xhigh", "openai/gpt-5.4", "similar"),
        ("", "xai/grok-4", "xai/grok-4", "exact"),
    ] {
        assert_eq!(found(provider, model), (name.to_owned(), how), "{provider} {model}");
    }
}

#[test]
fn a_region_and_a_version_do_not_hide_a_model() {
    let (name, how) = found("amazon-bedrock", "jp.anthropic.claude-3-haiku-20240307-v9:0");
    assert!(name.ends_with("claude-3-haiku-20240307-v1:0"), "{name}");
    assert_eq!(how, "similar");
    let (name, _) = found("", "us.anthropic.claude-opus-4-1-20250805-v1:0");
    assert!(name.starts_with("amazon-bedrock/us."), "{name}");
}

#[test]
fn an_unknown_name_is_unpriced_and_close_ones_are_named() {
    assert_eq!(found("", "no-such-model-anywhere").1, "none");
    assert_eq!(found("", "").1, "none");
    let explained = Prices::built_in().explain("claude-sonet-4-5", "2026-11-15".parse().unwrap());
    assert_eq!(explained.name, None);
    assert_eq!(explained.near[0], "anthropic/claude-sonnet-4-5", "{:?}", explained.near);
}

#[test]
fn a_medium_model_is_not_a_large_one() {
    assert_eq!(found("mistral", "mistral-medium-99").1, "none");
    assert_ne!(found("mistral", "mistral-small-latest").0, found("mistral", "mistral-medium").0);
}

#[test]
fn local_and_given_models_are_truly_free() {
    for (provider, model) in [
        ("ollama", "llama3.3:70b"),
        ("", "ollama/qwen3-coder"),
        ("", "ollama_chat/x"),
        ("llama.cpp", "anything"),
        ("vllm", "anything"),
        ("lmstudio", "gpt-oss-20b"),
        ("openrouter", "deepseek/deepseek-r1:free"),
        ("", "models/x.gguf"),
    ] {
        assert_eq!(found(provider, model).1, "free", "{provider} {model}");
        let mut request = request(provider, model, "2026-05-01");
        request.tokens = input(1000);
        let charge = Prices::built_in().charge(&request);
        assert_eq!((charge.cost, charge.quality), (Some(PicoUsd(0)), Quality::Exact));
    }
    assert_ne!(found("ollama", "gpt-oss:120b-cloud").1, "free");
}

#[test]
fn a_guess_is_an_estimate() {
    let mut request = request("some-proxy", "claude-sonnet-4-5", "2026-05-01");
    request.tokens = input(1000);
    let charge = Prices::built_in().charge(&request);
    assert_eq!((charge.cost, charge.quality), (dollars("0.003"), Quality::Estimated));
    assert!(charge.explain.starts_with("claude-sonnet-4-5 priced as anthropic/"));
}
