//! Every public function of the cache and of the imports is named by a test.
//!
//! It says less than a measured coverage would, and needs no tool that a toolchain may lack.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Parts that were taken over from other tools' documents, function by function.
const PARTS: [&str; 2] = ["src/store", "src/import"];

/// Functions that only tests of the whole program reach, and the test that does.
const REACHED: [(&str, &str); 8] = [
    ("is_entry", "cache_migrate_with_default_paths_imports_what_is_found_and_leaves_it_untouched"),
    (
        "peek_count",
        "cache_migrate_with_default_paths_imports_what_is_found_and_leaves_it_untouched",
    ),
    ("file_bytes", "cache_status_has_the_documented_fields"),
    ("of_system", "a_dashboard_at_rest_sends_nothing_and_uses_no_cpu"),
    ("whole_status", "cache_status_has_the_documented_fields"),
    ("forget_results_of", "clearing_a_type_removes_its_results_and_prints_how_many"),
    ("forget_computed", "an_invalidated_file_takes_with_it_what_was_computed_of_it_and_no_result"),
    ("try_result", "a_result_that_few_file_descriptors_leave_unread_is_no_missing_result"),
];

#[test]
fn every_public_function_of_the_cache_is_named_by_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut functions, mut tests) = (Vec::new(), String::new());
    for path in files(&root.join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let below = path.strip_prefix(root).unwrap();
        let is_test = below.components().any(|part| part.as_os_str() == "tests")
            || below.ends_with("tests.rs");
        let start = if is_test { 0 } else { text.find("#[cfg(test)]").unwrap_or(text.len()) };
        tests.push_str(&text[start..]);
        if PARTS.iter().any(|part| below.starts_with(part)) {
            functions.extend(text[..start].lines().filter_map(public).map(str::to_owned));
        }
    }
    for path in files(&root.join("tests/it")) {
        tests.push_str(&fs::read_to_string(path).unwrap());
    }
    for (_, test) in REACHED {
        assert!(tests.contains(&format!("fn {test}(")), "no test {test}");
    }
    let is_named = |name: &String| {
        let words = tests.split(|c: char| !c.is_alphanumeric() && c != '_');
        REACHED.iter().any(|(reached, _)| reached == name) || words.into_iter().any(|w| w == name)
    };
    assert!(functions.len() > 50, "only {} functions were found", functions.len());
    functions.retain(|name| !is_named(name));
    assert!(functions.is_empty(), "no test names {}", functions.join(", "));
}

/// Returns the name of a function that a line makes public to everybody.
fn public(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.strip_prefix("pub fn ").or_else(|| line.strip_prefix("pub const fn "))?;
    rest.split(['(', '<']).next()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
