//! What things of the ledger are called.

use crate::model::{Quality, Shown, SpendBy, SpendOrder, SpendRow, Tool};

/// The views, in the order of their tabs.
pub(crate) const VIEWS: [SpendBy; 8] = [
    SpendBy::Daily,
    SpendBy::Monthly,
    SpendBy::Model,
    SpendBy::Provider,
    SpendBy::Project,
    SpendBy::Session,
    SpendBy::FileType,
    SpendBy::Tool,
];

/// Returns what the groups of a view are.
pub(crate) const fn view(by: SpendBy) -> &'static str {
    match by {
        SpendBy::Daily => "day",
        SpendBy::Monthly => "month",
        SpendBy::Model => "model",
        SpendBy::Provider => "provider",
        SpendBy::Project => "project",
        SpendBy::Session => "session",
        SpendBy::FileType => "file type",
        SpendBy::Tool => "tool",
    }
}

/// Returns the name of a tool as its makers write it.
pub(crate) const fn tool(tool: Tool) -> &'static str {
    match tool {
        Tool::ClaudeCode => "Claude Code",
        Tool::Codex => "Codex",
        Tool::Gemini => "Gemini CLI",
        Tool::Opencode => "opencode",
        Tool::Aider => "aider",
        Tool::Script => "scripts",
        Tool::Larder => "larder",
    }
}

/// Returns the key of a group as it is shown.
pub(crate) fn key(by: SpendBy, row: &SpendRow) -> String {
    if !row.key.is_empty() {
        let known = (by == SpendBy::Tool).then(|| row.key.parse().ok().map(tool)).flatten();
        return known.map_or_else(|| Shown::text(&row.key).to_string(), str::to_owned);
    }
    unknown(by)
}

/// Returns what a group is called that has no key.
pub(crate) fn unknown(by: SpendBy) -> String {
    match by {
        SpendBy::FileType => "conversation".to_owned(),
        SpendBy::Daily
        | SpendBy::Monthly
        | SpendBy::Model
        | SpendBy::Provider
        | SpendBy::Project
        | SpendBy::Session
        | SpendBy::Tool => format!("unknown {}", view(by)),
    }
}

/// Returns what comes first.
pub(crate) const fn order(order: SpendOrder) -> &'static str {
    match order {
        SpendOrder::Newest => "newest first",
        SpendOrder::Dearest => "dearest first",
        SpendOrder::Tokens => "most tokens first",
    }
}

/// Returns the order after another.
pub(crate) const fn next_order(order: SpendOrder) -> SpendOrder {
    match order {
        SpendOrder::Newest => SpendOrder::Dearest,
        SpendOrder::Dearest => SpendOrder::Tokens,
        SpendOrder::Tokens => SpendOrder::Newest,
    }
}

/// Returns what a quality means, in a sentence.
pub(crate) const fn meaning(quality: Quality) -> &'static str {
    match quality {
        Quality::Exact => "counted by the provider, priced by the day",
        Quality::Recorded => "the cost is the one that the tool wrote down",
        Quality::Estimated => "the model, the price or the split of the tokens is a guess",
        Quality::Placeholder => "the log holds placeholders: the true cost is higher",
        Quality::Unpriced => "no price is known: counted in tokens, not in dollars",
    }
}
