//! A law: the walk takes in what the walker of `ignore` takes in, whatever the rules say.

use std::{fs, os::unix::ffi::OsStrExt};

use ignore::WalkBuilder;
use proptest::prelude::*;

use super::Tree;

const FOLDERS: [&str; 6] = ["", "a/", "a/b/", "b/", "b/a/", ".h/"];
const NAMES: [&str; 5] = ["x.rs", "y.log", "a.log", ".dot", "z"];

/// Lines of an ignore file, made of parts that meet the names above.
fn line() -> impl Strategy<Value = String> {
    let core = prop::sample::select(vec![
        "*.log", "*", "a", "b", "x.rs", "a/b", "**/a", "a/**", "?", "[xy].*", ".*", ".h", ".dot",
        "a/*.log", "z\\ ", "{a,b}", "#a", "a/**/z", "b/a/z",
    ]);
    (any::<bool>(), any::<bool>(), core, any::<bool>()).prop_map(|(keep, top, core, folder)| {
        let (keep, top) = (if keep { "!" } else { "" }, if top { "/" } else { "" });
        format!("{keep}{top}{core}{}", if folder { "/" } else { "" })
    })
}

fn ignore_file() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 0..5).prop_map(|lines| lines.join("\n"))
}

/// Returns what `ignore` finds, links and files, with a slash at the end of folders.
fn expected(tree: &Tree) -> Vec<String> {
    let walk = WalkBuilder::new(&tree.root)
        .require_git(true)
        .ignore(false)
        .git_global(false)
        .hidden(!tree.options.hidden)
        .add_custom_ignore_filename(".larderignore")
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    let mut names: Vec<_> = walk
        .skip(1)
        .map(|entry| {
            let entry = entry.unwrap();
            let path = entry.path().strip_prefix(&tree.root).unwrap().as_os_str().as_bytes();
            let slash = if entry.file_type().unwrap().is_dir() { "/" } else { "" };
            format!("{}{slash}", String::from_utf8(path.to_vec()).unwrap())
        })
        .collect();
    names.sort();
    names
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_walk_takes_in_what_ignore_takes_in(
        git in prop::collection::vec(ignore_file(), FOLDERS.len()),
        larder in prop::collection::vec(ignore_file(), FOLDERS.len()),
        private in ignore_file(),
        repositories in prop::collection::vec(prop::bool::weighted(0.2), FOLDERS.len()),
        inner in any::<bool>(),
        hidden in any::<bool>(),
    ) {
        let mut tree = Tree::new(&[(".git/info/exclude", &private)]);
        for (index, folder) in FOLDERS.iter().enumerate() {
            for name in NAMES {
 tree.write(&format!("{folder}{name}"), "");
 }
            tree.write(&format!("{folder}.gitignore"), &git[index]);
            tree.write(&format!("{folder}.larderignore"), &larder[index]);
            if repositories[index] {
                tree.write(&format!("{folder}.git/"), "");
            }
        }
        tree.options.hidden = hidden;
        if inner {
            tree.root = tree.root.join("a");
        }
        let mut names = tree.names();
        names.sort();
        prop_assert_eq!(names, expected(&tree));
        fs::remove_dir_all(tree.held.path()).unwrap();
        fs::create_dir(tree.held.path()).unwrap();
    }
}
