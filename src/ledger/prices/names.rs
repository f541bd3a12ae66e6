//! Names of providers and models: who is who, and what is the same model under another name.

/// Names that tools give to providers, and ours.
const PROVIDERS: &[(&str, &str)] = &[
    ("alibaba-cn", "alibaba"),
    ("amazon-nova", "amazon"),
    ("amazon_nova", "amazon"),
    ("anthropic", "anthropic"),
    ("aws-bedrock", "amazon-bedrock"),
    ("azure-cognitive-services", "azure"),
    ("azure-openai", "azure"),
    ("azure_ai", "azure"),
    ("bedrock", "amazon-bedrock"),
    ("bedrock_converse", "amazon-bedrock"),
    ("claude", "anthropic"),
    ("codestral", "mistral"),
    ("cohere_chat", "cohere"),
    ("copilot", "github-copilot"),
    ("dashscope", "alibaba"),
    ("gemini", "google"),
    ("gemini-cli", "google"),
    ("github_copilot", "github-copilot"),
    ("google-ai-studio", "google"),
    ("google-generative-ai", "google"),
    ("google-vertex-ai", "google-vertex"),
    ("google-vertex-anthropic", "google-vertex"),
    ("grok", "xai"),
    ("kimi", "moonshot"),
    ("mistralai", "mistral"),
    ("moonshotai", "moonshot"),
    ("moonshotai-cn", "moonshot"),
    ("open_router", "openrouter"),
    ("qwen", "alibaba"),
    ("text-completion-openai", "openai"),
    ("vertex", "google-vertex"),
    ("vertex_ai", "google-vertex"),
    ("x-ai", "xai"),
    ("z-ai", "zai"),
    ("z.ai", "zai"),
    ("zai-coding-plan", "zai"),
    ("zhipuai", "zai"),
];

/// Providers of the table: those that make models first, then those that serve others' models.
const RANKS: &[&str] = &[
    "anthropic",
    "openai",
    "google",
    "xai",
    "deepseek",
    "alibaba",
    "moonshot",
    "zai",
    "mistral",
    "minimax",
    "meta",
    "cohere",
    "amazon",
    "ai21",
    "google-vertex",
    "amazon-bedrock",
    "azure",
    "perplexity",
    "tencent",
    "volcengine",
    "groq",
    "cerebras",
    "github-copilot",
    "openrouter",
];

/// Who runs models on the user's own machine.
const LOCAL: &[&str] = &[
    "gpt4all",
    "jan",
    "koboldcpp",
    "llama-cpp",
    "llama.cpp",
    "llama_cpp",
    "llamacpp",
    "llamafile",
    "lm-studio",
    "lm_studio",
    "lmstudio",
    "local",
    "localai",
    "localhost",
    "mlx",
    "ollama",
    "ollama-local",
    "ollama_chat",
    "oss",
    "vllm",
    "hosted_vllm",
];

/// Returns our name of a provider; one that is not known keeps its own, in lower case.
pub(super) fn provider(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase().replace(' ', "-");
    let known = PROVIDERS.iter().find(|(theirs, _)| *theirs == name);
    known.map_or(name, |(_, ours)| (*ours).to_owned())
}

/// Returns our name of a provider when it is one.
pub(super) fn known_provider(name: &str) -> Option<String> {
    let ours = provider(name);
    (RANKS.contains(&ours.as_str())).then_some(ours)
}

/// Returns where a provider comes among those that serve the same model.
pub(super) fn rank(provider: &str) -> usize {
    RANKS.iter().position(|known| *known == provider).unwrap_or(RANKS.len())
}

/// Returns the id as the table has it: lower case, without the size of the window in brackets.
pub(super) fn id(model: &str) -> String {
    let model = model.trim().to_ascii_lowercase();
    match model.split_once('[') {
        Some((id, rest)) if rest.ends_with(']') => id.trim_end().to_owned(),
        Some(_) | None => model,
    }
}

/// Returns true when nobody is paid for it: it runs at home, or is given away.
pub(super) fn is_free(provider: &str, id: &str) -> bool {
    if id.ends_with(":free") {
        return true;
    }
    // Names that begin with their home still run elsewhere when they say so.
    let is_cloud = id.ends_with("-cloud") || id.ends_with(":cloud");
    let head = id.split_once('/').map_or("", |(head, _)| head);
    let is_local = LOCAL.contains(&provider) || LOCAL.contains(&head);
    (is_local && !is_cloud)
        || std::path::Path::new(id).extension().is_some_and(|kind| kind == "gguf")
}

/// Returns the id without the provider's name before it, and that provider when it is known.
pub(super) fn split(id: &str) -> (Option<String>, &str) {
    match id.split_once('/') {
        Some((head, rest)) if !rest.is_empty() => (known_provider(head), rest),
        Some(_) | None => (None, id),
    }
}

/// Returns the id without the day it was released on.
pub(super) fn undated(id: &str) -> &str {
    let is_day = |tail: &str| {
        let digits = tail.bytes().filter(u8::is_ascii_digit).count();
        let dashes = tail.bytes().filter(|byte| *byte == b'-').count();
        digits == 8 && digits + dashes == tail.len() && tail.starts_with("20")
    };
    for length in [8, 10] {
        let Some(cut) = id.len().checked_sub(length) else { continue };
        let Some((head, tail)) = id.split_at_checked(cut) else { continue };
        let dashes = if length == 10 { 2 } else { 0 };
        let has_dashes = tail.bytes().filter(|byte| *byte == b'-').count() == dashes;
        if is_day(tail) && has_dashes && head.ends_with(['-', '@']) {
            return &head[..head.len() - 1];
        }
    }
    id
}

/// Returns what is left of an id without region, maker, date, version, variant and `-latest`, with
/// dashes for dots.
pub(super) fn stem(id: &str) -> String {
    const REGIONS: &[&str] = &["us", "eu", "apac", "global", "au", "jp", "ca", "us-gov"];
    /// How hard the model was told to think is no part of its price.
    const EFFORTS: &[&str] = &["-minimal", "-low", "-medium", "-high", "-xhigh"];
    const NEWEST: &[&str] = &["-latest", "@latest", "@default"];
    let mut rest = id.rsplit('/').next().unwrap_or(id);
    for _ in 0..2 {
        if let Some((head, tail)) = rest.split_once('.') {
            let is_maker = known_provider(head).is_some();
            if (is_maker || REGIONS.contains(&head)) && !tail.is_empty() {
                rest = tail;
            }
        }
    }
    if let Some((head, version)) = rest.rsplit_once("-v") {
        let is_version = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        let is_bedrock = id.contains('.') && version.len() <= 3;
        if is_version && !version.is_empty() && !head.is_empty() && is_bedrock {
            rest = head;
        }
    }
    rest = rest.split_once(':').map_or(rest, |(head, _)| head);
    rest = rest.split_once(" (").map_or(rest, |(head, _)| head);
    let efforts = if rest.starts_with("gpt-") { EFFORTS } else { &[] };
    loop {
        let mut shorter = undated(rest);
        for tail in NEWEST.iter().chain(efforts) {
            shorter = shorter.strip_suffix(tail).unwrap_or(shorter);
        }
        if shorter == rest || shorter.is_empty() {
            break;
        }
        rest = shorter;
    }
    rest.replace('.', "-")
}

/// Returns how many letters must be put in, left out or changed to get from `a` to `b`.
pub(super) fn distance(a: &str, b: &str) -> usize {
    /// No name is longer, and the work grows with the square of the length.
    const LONGEST: usize = 64;
    let b: Vec<char> = b.chars().take(LONGEST).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(LONGEST).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
