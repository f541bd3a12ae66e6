//! Secrets go in by every way there is, and come out of none that was not asked for them.

use std::{fs, path::Path};

use crate::support::{Home, Run, Terminal};

/// What every secret of this test begins with, so that one search finds them all.
const CANARY: &str = "sk-canary-";

/// Variables that programs beside larder keep secrets in.
const VARIABLES: [&str; 5] =
    ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "AWS_SECRET_ACCESS_KEY", "GH_TOKEN"];

/// Files with secrets in them: in the repository, and those that other tools log into.
fn home() -> Home {
    let home = Home::with(&[
        (".env", "KEY=sk-canary-env-file\n"),
        ("src/key.rs", "const KEY: &str = \"sk-canary-source\";\n"),
        ("prompt.txt", "sk-canary-prompt"),
        (
            "answer.json",
            r#"{"model": "gpt-5", "output": "sk-canary-answer",
            "usage": {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}}"#,
        ),
    ]);
    home.settings("log = \"trace\"\n");
    let line = format!(
        r#"{{"type":"assistant","timestamp":"2026-05-01T08:00:00.000Z","sessionId":"s","cwd":"{}","requestId":"r","message":{{"id":"m","model":"claude-sonnet-4-5","content":[{{"type":"text","text":"sk-canary-log"}}],"usage":{{"input_tokens":100,"output_tokens":10}}}}}}"#,
        home.repo().display()
    );
    for (path, text) in [
        (".claude/projects/repo/s.jsonl", format!("{line}\n{{\"sk-canary-torn\": \n")),
        ("repo/.aider.chat.history.md", "#### sk-canary-chat\n> Tokens: 1k sent\n".to_owned()),
        ("token_cache.json", "{\"a\": {\"sk-canary-import\": [}}".to_owned()),
    ] {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    home
}

/// Every command with what makes it say most, also in failure.
const COMMANDS: &[&[&str]] = &[
    &["count"],
    &["count", "--json"],
    &["count", ".env", "nowhere", "/proc/self/environ"],
    &["cache", "status", "--json"],
    &["cache", "list"],
    &["cache", "list", "--json"],
    &["cache", "report", "--json"],
    &["cache", "verify", "--sample", "100", "--json"],
    &["cache", "evict", "--percent", "50", "--dry-run", "--json"],
    &["cache", "evict", "--policy", "lru", "--percent", "200"],
    &["cache", "import", "--source", "../token_cache.json"],
    &["cache", "import", "--list"],
    &["cache", "invalidate", ".env", "--json"],
    &["cache", "compact"],
    &["spend"],
    &["spend", "session", "--json"],
    &["spend", "project", "--csv"],
    &["spend", "filetype", "--since", "2026-05-01"],
    &["spend", "record", "--answer", "prompt.txt"],
    &["spend", "verify", "--json"],
    &["spend", "reprice"],
    &["statusline"],
    &["tasks", "--json"],
    &["config"],
    &["config", "--json"],
    &["keys", "--json"],
    &["prices", "gpt-5"],
    &["doctor"],
    &["doctor", "--json"],
    &["--once", "--size", "120x36"],
    &["--once=2", "--size", "200x60"],
    &["--once=3", "--size", "200x60"],
    &["--once=7", "--size", "200x60"],
    &["--once=?", "--size", "120x36"],
    &["--encoding", "none", "count"],
    &["nonsense"],
];

/// Runs the program with secrets in its environment; it may say no, but not them.
fn run(home: &Home, args: &[&str]) -> Run {
    let mut command = home.larder(args);
    for name in VARIABLES {
        command.env(name, format!("{CANARY}{name}"));
    }
    let run = Run::of(&mut command);
    for text in [&run.out, &run.err] {
        assert!(!text.contains(CANARY), "{args:?} says a secret: {text}");
    }
    run
}

/// Returns the files below a folder that hold a secret as it is.
fn telltales(path: &Path) -> Vec<String> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.flat_map(|path| telltales(&path)).collect();
    }
    let bytes = fs::read(path).unwrap_or_default();
    let is_one = bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes());
    if is_one { vec![path.display().to_string()] } else { Vec::new() }
}

/// The factors of a result whose value is a secret.
const RESULT: &[&str] = &[
    "--type",
    "review",
    "--content",
    "src/key.rs",
    "--provider",
    "openai",
    "--model",
    "gpt-5",
    "--prompt",
    "prompt.txt",
];

#[test]
fn no_secret_gets_into_any_output() {
    let home = home();
    run(&home, &[&["cache", "put", "--answer", "answer.json", "src/key.rs"], RESULT].concat())
        .ended_with(0);
    for args in COMMANDS {
        run(&home, args);
    }
    // Whoever asks for the value gets it, and nobody else has.
    let got = home.run(&[&["cache", "get"], RESULT].concat()).ended_with(0);
    assert!(got.out.contains("sk-canary-source"), "{got:?}");
    let folders =
        [home.state(), home.cache(), home.path().join("data"), home.path().join("config")];
    let found: Vec<_> = folders.iter().flat_map(|folder| telltales(folder)).collect();
    let results = home.path().join("data/larder/results").display().to_string();
    let others: Vec<_> = found.iter().filter(|path| !path.starts_with(&results)).collect();
    assert!(others.is_empty(), "secrets are kept in {others:?}");
    assert_eq!(found.len(), 1, "the value that was kept is found, or nothing would be: {found:?}");
    let log = fs::read_to_string(home.state().join("log/larder.log")).unwrap();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "little was logged: {log}");
}

#[test]
fn no_secret_of_the_surroundings_gets_into_a_dashboard() {
    let home = home();
    let larder = env!("CARGO_BIN_EXE_larder");
    let secret = format!("OPENAI_API_KEY={CANARY}variable");
    let mut terminal = Terminal::running(&home, "/usr/bin/env", &[&secret, larder], (120, 36));
    terminal.wait_for("all counted");
    for screen in ["2", "3", "7", "1"] {
        terminal.press(screen);
        terminal.wait_for_quiet(std::time::Duration::from_millis(300));
    }
    terminal.press("q");
    terminal.wait_for_end(std::time::Duration::from_secs(20));
    let written = String::from_utf8_lossy(terminal.written()).into_owned();
    assert!(!written.contains(CANARY), "a secret is on the screen");
    assert_eq!(telltales(&home.state()), Vec::<String>::new());
}
