//! What larder was asked to do, and what shows that it does: `tests/promises/*.tsv`.
//!
//! A row is `number TAB what must hold TAB proofs`, the proofs apart by `; `. A proof is the name of
//! a test, `bench: a name of tests/bench`, `readme: a heading`, `file: a path`, or `decided: why no
//! test shows it`. Whether a test shows what its row says is for a reader to judge; that it exists is
//! not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// One line of a table.
struct Promise {
    place: String,
    number: String,
    proofs: Vec<String>,
}

#[test]
fn every_promise_names_what_shows_it() {
    let tests = test_names();
    let headings = headings();
    let benches = texts(&root().join("tests/bench"));
    let mut broken = Vec::new();
    for promise in promises() {
        for proof in &promise.proofs {
            let holds = match proof.split_once(": ") {
                Some(("bench", name)) => benches.iter().any(|text| text.contains(name)),
                Some(("readme", heading)) => headings.contains(heading),
                Some(("file", path)) => root().join(path).exists(),
                Some(("decided", reason)) => reason.split_whitespace().count() > 3,
                _ => tests.contains(proof),
            };
            if !holds {
                broken.push(format!("{}: no {proof:?}", promise.place));
            }
        }
    }
    assert!(broken.is_empty(), "promises that nothing shows:\n{}", broken.join("\n"));
}

#[test]
fn every_promise_stands_once_and_has_a_proof() {
    let mut seen = BTreeMap::new();
    for promise in promises() {
        assert!(!promise.proofs.is_empty(), "{}: no proof", promise.place);
        if let Some(other) = seen.insert(promise.number, promise.place.clone()) {
            panic!("{} stands in {other} already", promise.place);
        }
    }
    assert!(!seen.is_empty(), "no promise was read");
}

fn promises() -> Vec<Promise> {
    let mut found = Vec::new();
    for path in files(&root().join("tests/promises"), "tsv") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for (at, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = format!("{name}:{}", at + 1);
            let columns: Vec<_> = line.split('\t').collect();
            let [number, _, proofs] = columns[..] else { panic!("{place}: not three columns") };
            let proofs = proofs.split("; ").filter(|proof| !proof.is_empty());
            let proofs = proofs.map(str::to_owned).collect();
            found.push(Promise { place, number: number.to_owned(), proofs });
        }
    }
    found
}

/// Names of functions that stand below a `#[test]` or inside a `proptest!`.
fn test_names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for text in texts(&root().join("src")).iter().chain(&texts(&root().join("tests"))) {
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
            let Some(rest) = line.split_once("fn ").filter(|_| is_test).map(|(_, rest)| rest)
            else {
                continue;
            };
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            names.insert(name.to_owned());
            is_test = false;
        }
    }
    names
}

fn headings() -> BTreeSet<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let lines = readme.lines().filter(|line| line.starts_with('#'));
    lines.map(|line| line.trim_start_matches('#').trim().to_owned()).collect()
}

fn texts(folder: &Path) -> Vec<String> {
    let found = ["rs", "sh", "py"].iter().flat_map(|extension| files(folder, extension));
    found.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The files below `folder` that end in `.extension`, in order.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|ending| ending == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
