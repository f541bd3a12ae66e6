//! What is said when there is nothing to show.

use super::{state::Spend, words};
use crate::{
    model::{Shown, SpendState, SpendSummary, Tool},
    ui::format,
};

/// The tools whose logs are looked for.
const LOOKED_FOR: [Tool; 5] =
    [Tool::ClaudeCode, Tool::Codex, Tool::Gemini, Tool::Opencode, Tool::Aider];

/// Returns why there are no rows, line by line; the first is the answer, the others help.
pub(super) fn why(spend: &Spend, summary: &SpendSummary) -> Vec<String> {
    if let Some(problem) = &spend.problem {
        return vec![Shown::text(problem).to_string()];
    }
    match &summary.state {
        SpendState::Broken { reason } => return vec![Shown::text(reason).to_string()],
        SpendState::Reading { done, files } if spend.current().is_none() => {
            let (done, files) = (format::number(*done), format::number(*files));
            return vec![format!("reading the logs: {done} of {files} files")];
        }
        SpendState::Off | SpendState::Reading { .. } | SpendState::Ready => {}
    }
    if spend.current().is_none() {
        return vec!["looking it up".to_owned()];
    }
    if spend.filter.is_on() {
        return vec!["nothing matches".to_owned()];
    }
    if summary.tools.iter().any(|tool| tool.requests > 0) {
        return vec![format!("nothing was spent: {}", spend.range.name())];
    }
    let mut lines = vec!["no requests are known yet".to_owned(), String::new()];
    lines.push("The logs of these tools are looked for:".to_owned());
    lines.extend(
        LOOKED_FOR.map(|tool| format!("  {:<12} {}", words::tool(tool), found(summary, tool))),
    );
    lines.push(String::new());
    lines.push("Scripts add requests with `larder spend record`.".to_owned());
    lines.push("`larder doctor` names the folders; the README has a chapter on spend.".to_owned());
    lines
}

fn found(summary: &SpendSummary, tool: Tool) -> String {
    let Some(view) = summary.tools.iter().find(|view| view.tool == tool) else {
        return "not found".to_owned();
    };
    match &view.problem {
        Some(problem) => Shown::text(problem).to_string(),
        None => format!("{}, no requests", format::many(view.files, "log file", "log files")),
    }
}
