//! The README says what the program does: its tables are drawn from the program's own.
//!
//! `LARDER_WRITE=1 cargo test --test it docs` writes them.

use std::{fmt::Write as _, path::PathBuf};

use larder::{
    config::{Place, SETTINGS},
    ui::{ColourDepth, Keymap, Theme},
};

#[test]
fn the_tables_of_the_readme_are_the_programs_own() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let tables = [
        ("keys", keys()),
        ("settings", settings()),
        ("styles", styles()),
        ("commands", commands()),
    ];
    let current = tables.iter().fold(readme.clone(), |text, (name, table)| put(&text, name, table));
    if std::env::var_os("LARDER_WRITE").is_some() {
        std::fs::write(&path, &current).unwrap();
        return;
    }
    assert!(readme == current, "stale tables: run LARDER_WRITE=1 cargo test --test it docs");
}

/// Puts a table between the two marks that carry its name.
fn put(text: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let start = text.find(&begin).unwrap_or_else(|| panic!("no mark {begin}")) + begin.len();
    let stop = text[start..].find(&end).unwrap_or_else(|| panic!("no mark {end}")) + start;
    format!("{}{table}{}", &text[..start], &text[stop..])
}

fn keys() -> String {
    let mut table = "| where | keys | does | name |\n| --- | --- | --- | --- |\n".to_owned();
    for row in Keymap::defaults().rows() {
        let scope: &str = row.scope.into();
        let quoted = |key: &String| {
            if key == "`" { "`` ` ``".to_owned() } else { format!("`{}`", cell(key)) }
        };
        let keys: Vec<_> = row.keys.iter().map(quoted).collect();
        let (keys, help) = (keys.join(" "), cell(row.help));
        writeln!(table, "| {scope} | {keys} | {help} | `{}` |", row.name).unwrap();
    }
    table
}

/// The comments of `config/larder.toml` say what each setting does.
fn settings() -> String {
    let mut table = "| setting | default | does |\n| --- | --- | --- |\n".to_owned();
    let (mut section, mut comment) = (String::new(), String::new());
    let mut listed = Vec::new();
    for line in include_str!("../../config/larder.toml").lines() {
        if let Some(text) = line.strip_prefix("# ") {
            comment = if comment.is_empty() { text.into() } else { format!("{comment} {text}") };
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
            comment.clear();
        } else if let Some((name, value)) = line.split_once(" = ") {
            let key = format!("{section}{name}");
            let about = cell(&std::mem::take(&mut comment));
            writeln!(table, "| `{key}` | `{}` | {about} |", cell(value)).unwrap();
            listed.push(key);
        } else {
            comment.clear();
        }
    }
    let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key.to_owned()).collect();
    assert_eq!(listed, known, "config/larder.toml lists the settings in their order");
    assert!(SETTINGS.iter().any(|setting| setting.place == Place::Anywhere));
    table
}

/// The comments of `config/themes/dark.toml` say what each style is for.
fn styles() -> String {
    let mut table = "| style | is for |\n| --- | --- |\n".to_owned();
    let mut comment = "";
    for line in include_str!("../../config/themes/dark.toml").lines() {
        if let Some(text) = line.strip_prefix("# ") {
            comment = text;
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let about = std::mem::take(&mut comment);
            assert!(!about.is_empty(), "nothing is said of [{name}]");
            writeln!(table, "| `{name}` | {} |", cell(about)).unwrap();
        }
    }
    table
}

#[test]
fn the_theme_of_the_readme_loads_at_every_depth() {
    let readme = include_str!("../../README.md");
    let chapter = readme.split("### A theme of your own").nth(1).expect("the chapter on themes");
    let block = chapter.split("```toml\n").nth(1).expect("an example");
    let (example, _) = block.split_once("```").expect("the end of the example");
    let dark = Theme::dark(ColourDepth::True);
    assert_ne!(Theme::load(example, ColourDepth::True).unwrap(), dark);
    for depth in [ColourDepth::None, ColourDepth::Sixteen, ColourDepth::TwoFiftySix] {
        Theme::load(example, depth).unwrap();
    }
}

fn commands() -> String {
    use clap::CommandFactory as _;
    let mut table =
        "| command | does |\n| --- | --- |\n| `larder [PATH]` | the dashboard |\n".to_owned();
    list_commands("larder", &larder::cli::args::Cli::command(), &mut table);
    table
}

fn list_commands(above: &str, command: &clap::Command, table: &mut String) {
    for command in command.get_subcommands() {
        let name = format!("{above} {}", command.get_name());
        if !command.is_subcommand_required_set() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            writeln!(table, "| `{name}` | {} |", cell(&about)).unwrap();
        }
        list_commands(&name, command, table);
    }
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The commands of actions that change or tell something, and those of none with the word that the
/// README gives for it.
const COMMANDS: [(&str, &[&str]); 13] = [
    ("count", &["rescan", "rescan-all", "warm", "show-skipped", "info", "choose-model"]),
    ("cache status", &["show-cache"]),
    ("cache list", &["next-kind", "next-order"]),
    ("cache inspect", &["inspect"]),
    ("cache evict", &["evict"]),
    ("cache clear", &["clear"]),
    ("cache invalidate", &["invalidate", "forget-entry"]),
    ("cache verify", &["verify"]),
    ("cache compact", &["compact"]),
    ("cache import", &["import-found", "hide-found"]),
    ("spend", &["show-spend", "show-figures", "read-logs", "next-range", "previous-range"]),
    ("keys", &["help", "palette"]),
    ("config", &["show-settings"]),
];
const BY_KEY_ALONE: [(&str, &[&str]); 5] = [
    (
        "moves, sorts, filters, types or answers",
        &[
            "cursor-down",
            "cursor-up",
            "half-page-down",
            "half-page-up",
            "page-down",
            "page-up",
            "first",
            "last",
            "open",
            "close",
            "close-all",
            "sort-name",
            "sort-tokens",
            "sort-count",
            "sort-modified",
            "filter",
            "filter-list",
            "jump-back",
            "jump-forth",
            "next-pane",
            "previous-pane",
            "show-home",
            "back",
            "accept",
            "refuse",
            "next-value",
            "previous-value",
            "erase-back",
            "erase-word",
            "erase-all",
        ],
    ),
    ("changes how the screen looks or leaves it", &["bar-style", "redraw", "suspend", "quit"]),
    (
        "marks files, and the context they make",
        &[
            "mark",
            "mark-glob",
            "mark-all",
            "mark-range",
            "mark-level",
            "unmark",
            "unmark-all",
            "show-context",
            "copy-context",
            "export-context",
            "save-context",
            "load-context",
            "delete-context",
            "print-context",
            "edit",
            "copy-path",
        ],
    ),
    (
        "tasks of a dashboard that runs",
        &[
            "pause",
            "task-detail",
            "cancel-task",
            "cancel-all",
            "retry-task",
            "retry-all",
            "raise-task",
        ],
    ),
    ("log, which is a file", &["show-log", "log-level", "log-follow"]),
];

#[test]
fn every_action_has_a_command_or_a_reason_for_none() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let known = commands();
    for (command, _) in COMMANDS {
        assert!(known.contains(&format!("| `larder {command}` |")), "no command {command}");
    }
    for (reason, _) in BY_KEY_ALONE {
        assert!(readme.contains(reason), "the README does not say: {reason}");
    }
    let listed = || COMMANDS.iter().chain(&BY_KEY_ALONE).flat_map(|(_, names)| names.iter());
    for row in Keymap::defaults().rows() {
        let places = listed().filter(|name| **name == row.name).count();
        assert_eq!(places, 1, "{} stands in {places} places", row.name);
    }
}
