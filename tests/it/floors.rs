//! The floors of the house: which module may use which, who may name what, and how long a file is.
//!
//! Comments are not looked at, so that docs may point upwards.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What each module may use; one that is not listed may not exist.
const MAY_USE: &[(&str, &[&str])] = &[
    ("cli", &["ui", "client", "config", "model"]),
    ("ui", &["client", "config", "model"]),
    ("client", &["engine", "config", "model"]),
    ("engine", &["config", "store", "count", "walk", "watch", "ledger", "import", "model"]),
    // Of the parts it names only their `Options`.
    ("config", &["store", "count", "walk", "watch", "ledger", "model"]),
    ("store", &["model"]),
    ("count", &["model"]),
    ("walk", &["model"]),
    ("watch", &["model"]),
    ("ledger", &["model"]),
    ("import", &["model"]),
    ("model", &[]),
];

/// A name that may stand in the code of a few files only.
struct Owned {
    name: &'static str,
    owners: &'static [&'static str],
}

/// Who may name what; an owner is a file, or a folder that ends in `/`.
const OWNED: &[Owned] = &[
    Owned { name: "sled::", owners: &["store/disk.rs"] },
    Owned { name: "println!", owners: &["cli/output.rs", BUILD_SCRIPT] },
    Owned { name: "print!", owners: &["cli/output.rs"] },
    Owned { name: "eprintln!", owners: &["cli/output.rs"] },
    Owned { name: "eprint!", owners: &["cli/output.rs"] },
    Owned { name: "io::stdout()", owners: &["cli/output.rs", "ui/terminal.rs"] },
    Owned { name: "io::stderr()", owners: &["cli/output.rs"] },
    Owned { name: "SystemTime::now", owners: &["model/clock.rs"] },
    Owned { name: "Instant::now", owners: &["model/clock.rs"] },
    Owned { name: "ratatui::", owners: &["ui/"] },
    Owned { name: "crossterm::", owners: &["ui/"] },
    Owned { name: "clap::", owners: &["cli/"] },
    Owned { name: "clap_complete::", owners: &["cli/"] },
    Owned { name: "clap_mangen::", owners: &["cli/"] },
    Owned { name: "#[allow(", owners: &[] },
    Owned { name: "#![allow(", owners: &[] },
    Owned { name: "todo!(", owners: &[] },
    Owned { name: "unimplemented!(", owners: &[] },
    Owned { name: "dbg!(", owners: &[] },
];

/// Talks to cargo by printing.
const BUILD_SCRIPT: &str = "count/build/";

/// Files and folders at the top that belong to no floor.
const ABOVE_ALL: &[&str] = &["lib.rs", "main.rs"];

const LONGEST_FILE: usize = 400;

#[test]
fn every_import_goes_down() {
    let mut broken = Vec::new();
    for source in sources("src") {
        let Some(module) = source.module() else { continue };
        let allowed = allowed_for(&module);
        for used in modules_used(&source.code) {
            if used != module && !allowed.contains(&used.as_str()) {
                broken.push(format!("{} uses crate::{used}", source.name));
            }
        }
    }
    assert!(broken.is_empty(), "imports that go up or sideways:\n{}", broken.join("\n"));
}

#[test]
fn every_module_has_a_floor() {
    for source in sources("src") {
        if let Some(module) = source.module() {
            let is_known = MAY_USE.iter().any(|(known, _)| *known == module);
            assert!(is_known, "{} is on no floor", source.name);
        } else {
            let is_known = ABOVE_ALL.contains(&source.name.as_str());
            assert!(is_known, "{} belongs into a folder", source.name);
        }
    }
}

#[test]
fn config_knows_only_the_options_of_parts() {
    let parts = ["store", "count", "walk", "watch", "ledger"];
    let mut broken = Vec::new();
    for source in sources("src").iter().filter(|source| source.name.starts_with("config/")) {
        for word in parts.iter().flat_map(|part| words_after(&source.code, part)) {
            let is_option = word.ends_with("Options") || word.ends_with("Choice");
            if word.starts_with(char::is_uppercase) && !is_option {
                broken.push(format!("{} uses {word}", source.name));
            }
        }
    }
    assert!(broken.is_empty(), "more than options:\n{}", broken.join("\n"));
}

#[test]
fn only_their_owners_name_what_is_owned() {
    let mut broken = Vec::new();
    for source in sources("src") {
        for Owned { name, owners } in OWNED {
            let is_owner = owners.iter().any(|owner| source.name.starts_with(owner));
            if !is_owner && mentions(&source.code, name) {
                broken.push(format!("{} names {name}", source.name));
            }
        }
    }
    assert!(broken.is_empty(), "named outside of their place:\n{}", broken.join("\n"));
}

#[test]
fn every_owner_that_is_listed_exists() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let owners = OWNED.iter().flat_map(|owned| owned.owners);
    let gone: Vec<_> = owners.filter(|owner| !src.join(owner).exists()).collect();
    assert!(gone.is_empty(), "{gone:?} are listed and missing");
    let missing = MAY_USE.iter().filter(|(module, _)| !src.join(module).is_dir());
    assert_eq!(missing.count(), 0, "a module of the table is missing");
}

#[test]
fn no_file_is_too_long() {
    let is_long = |source: &Source| source.lines > LONGEST_FILE;
    let long: Vec<_> = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .filter(is_long)
        .map(|source| format!("{} has {}", source.name, source.lines))
        .collect();
    assert!(long.is_empty(), "files over {LONGEST_FILE} lines:\n{}", long.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .filter(|source| !source.has_docs && !source.name.ends_with("/tests.rs"))
        .map(|source| source.name)
        .collect();
    assert!(silent.is_empty(), "without a first line of docs: {silent:?}");
}

/// A source file.
struct Source {
    /// Its path below the folder.
    name: String,
    /// Its text without comment lines.
    code: String,
    lines: usize,
    has_docs: bool,
}

impl Source {
    /// Returns the module at the top that it belongs to.
    fn module(&self) -> Option<String> {
        self.name.split_once('/').map(|(module, _)| module.to_owned())
    }
}

/// Returns every source file below a folder of the package.
fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("source folder") {
            let path: PathBuf = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(source(&root, &path));
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

fn source(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("utf-8 source");
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    Source {
        name: path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned(),
        code: text.lines().filter(is_code).collect::<Vec<_>>().join("\n"),
        lines: text.lines().count(),
        has_docs: text.starts_with("//!"),
    }
}

fn allowed_for(module: &str) -> &'static [&'static str] {
    MAY_USE.iter().find(|(name, _)| *name == module).map_or(&[][..], |(_, allowed)| allowed)
}

/// Returns true when the code holds the name as a whole word, and not in a text.
fn mentions(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let line = code[..at].rsplit('\n').next().unwrap_or_default();
        let in_text = line.replace("\\\"", "").matches('"').count() % 2 == 1;
        let is_tail = name.starts_with(char::is_alphanumeric)
            && line.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        !in_text && !is_tail
    })
}

/// Returns the names that follow `crate::`, also inside `crate::{a::…, b::…}`, and `larder::`.
fn modules_used(code: &str) -> Vec<String> {
    ["crate::", "larder::"]
        .into_iter()
        .flat_map(|start| code.split(start).skip(1))
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => top_level_names(group),
            None => vec![first_name(rest)],
        })
        .collect()
}

fn top_level_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut at_start) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            _ if at_start && !c.is_whitespace() => {
                names.push(first_name(&group[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    names
}

fn first_name(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Returns the names that follow `part::` directly or in a group.
fn words_after(code: &str, part: &str) -> Vec<String> {
    let start = format!("{part}::");
    code.match_indices(&start)
        .filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .flat_map(|(at, _)| {
            let rest = &code[at + start.len()..];
            match rest.strip_prefix('{') {
                Some(group) => top_level_names(group),
                None => vec![first_name(rest)],
            }
        })
        .collect()
}

#[test]
fn names_are_found_in_groups_and_in_paths() {
    let code =
        "use crate::{\n    store::{self, Store},\n    model,\n};\nlet x = crate::walk::Walker;";
    assert_eq!(modules_used(code), ["store", "model", "walk"]);
    assert_eq!(words_after(code, "store"), ["self", "Store"]);
    assert!(mentions("sled::Db", "sled::") && !mentions("open_sled::x", "sled::"));
    assert!(!mentions("eprintln!()", "println!"));
    assert!(
        !mentions("f(\"println!(\\\"x\\\")\")", "println!")
            && mentions("x; println!()", "println!")
    );
}
