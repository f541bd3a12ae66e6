//! The logs in `tests/fixtures/spend`: every tool, found through its variables.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::{All, fold, read};
use crate::ledger::logs::{SourceOptions, reason::Reason, sources};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/spend")
}

fn read_all() -> All {
    let names = [
        ("CLAUDE_CONFIG_DIR", "claude"),
        ("CODEX_HOME", "codex"),
        ("GEMINI_DATA_DIR", "gemini"),
        ("OPENCODE_DATA_DIR", "opencode"),
    ];
    let environment = names.map(|(name, below)| (name.into(), folder().join(below).into()));
    let options = SourceOptions {
        aider_analytics: vec![folder().join("aider/analytics.jsonl")],
        projects: vec![folder().join("aider/project")],
        zone: Some(TimeZone::UTC),
        ..SourceOptions::default()
    };
    let mut all = All::default();
    for log in sources(&environment, &options) {
        for file in log.list().files {
            let (found, _) = read(&*log, &file);
            all.requests.extend(found.requests);
            all.windows.extend(found.windows);
            for (reason, lines) in found.skipped {
                all.take(crate::ledger::logs::Found::Skipped { reason, lines });
            }
        }
    }
    all
}

#[test]
fn token_usage_of_all_tools_is_found_per_provider_and_model() {
    let all = read_all();
    let mut rows: Vec<(String, String, u64, u64)> = fold(&all.requests)
        .into_iter()
        .map(|one| (one.provider, one.model, one.tokens.prompt().0, one.tokens.output.0))
        .collect();
    rows.sort_unstable();
    let row = |provider: &str, model: &str, prompt, output| {
        (provider.to_owned(), model.to_owned(), prompt, output)
    };
    assert_eq!(
        rows,
        [
            row("anthropic", "anthropic/claude-sonnet-5", 4_123, 300),
            row("anthropic", "anthropic/claude-sonnet-5", 6_200, 120),
            row("anthropic", "claude-haiku-4-5-20251001", 43_512, 60),
            row("anthropic", "claude-opus-5", 900, 80),
            row("anthropic", "claude-sonnet-5", 3_100, 200),
            row("anthropic", "claude-sonnet-5", 43_512, 80),
            row("anthropic", "claude-sonnet-5", 43_512, 340),
            row("google", "gemini-2.5-pro", 5_010, 290),
            row("openai", "gpt-5", 1_000, 50),
            row("openai", "gpt-5.4", 3_000, 100),
            row("openai", "gpt-5.4", 9_000, 400),
        ]
    );
    assert_eq!(all.windows.len(), 10);
    let skipped = [
        (Reason::Synthetic, 1),
        (Reason::Repeated, 1),
        (Reason::Replayed, 1),
        (Reason::InOtherLog, 1),
    ];
    for (reason, lines) in skipped {
        assert_eq!(all.skips(reason.text()), lines, "{reason:?}");
    }
    assert_eq!(all.skipped.len(), skipped.len());
}

#[test]
fn files_and_projects_are_those_of_the_logs() {
    let all = read_all();
    let with_files: Vec<&[String]> = all
        .requests
        .iter()
        .map(|one| one.files.as_slice())
        .filter(|files| !files.is_empty())
        .collect();
    // The adviser is asked for an answer; only the answer has the files.
    assert_eq!(
        with_files,
        [&["/home/dev/app/src/main.rs".to_owned()][..], &["src/lib.rs".to_owned()]]
    );
    let unknown = all.requests.iter().filter(|one| one.project.is_empty()).count();
    // An analytics log does not know the project.
    assert_eq!(unknown, 1);
}
