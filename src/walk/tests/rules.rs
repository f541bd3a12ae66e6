//! Ignore files of every sort.

use std::fs;

use super::{Tree, names, shown};
use crate::walk::{Options, WalkError, walker::Walk};

#[test]
fn nested_ignore_files_hold_for_their_folder_and_the_inner_one_wins() {
    let tree = Tree::new(&[
        (".gitignore", "*.log\n/build/\n"),
        ("a.log", ""),
        ("build/out", ""),
        ("sub/.gitignore", "!keep.log\nlocal\n"),
        ("sub/keep.log", ""),
        ("sub/drop.log", ""),
        ("sub/local", ""),
        ("sub/build/kept", ""),
        ("local", ""),
    ]);
    assert_eq!(tree.names(), ["local", "sub/", "sub/build/", "sub/build/kept", "sub/keep.log"]);
}

#[test]
fn ignore_files_hold_where_git_is_no_valid_repository_and_where_there_is_none() {
    for dot_git in [None, Some("empty folder"), Some("file")] {
        let mut tree = Tree::new(&[("in/.gitignore", "out/\n"), ("in/out/x", ""), ("in/y", "")]);
        tree.root = tree.root.join("in");
        match dot_git {
            None => {}
            Some("file") => tree.write("in/.git", "no pointer at all"),
            Some(_) => tree.write("in/.git/", ""),
        }
        assert_eq!(tree.names(), ["y"], "{dot_git:?}");
    }
}

#[test]
fn an_invalid_line_is_named_and_the_others_hold() {
    let tree = Tree::new(&[
        (".gitignore", "*.log\n"),
        ("sub/.gitignore", "one\nbad{\ntwo\n"),
        ("sub/one", ""),
        ("sub/two", ""),
        ("sub/three", ""),
    ]);
    let (found, walked) = tree.walk_from("", None);
    assert_eq!(names(&found), ["sub/", "sub/three"]);
    assert_eq!(walked.warnings.len(), 1);
    assert!(walked.warnings[0].starts_with("sub/.gitignore:2: "), "{:?}", walked.warnings);
}

#[test]
fn ignore_files_above_the_root_hold_up_to_the_repository() {
    let mut tree = Tree::new(&[
        (".gitignore", "*.log\n/repo/inner/deep\n"),
        (".larderignore", "*.tmp\n"),
        ("repo/inner/deep", ""),
        ("repo/inner/a.log", ""),
        ("repo/inner/b.tmp", ""),
        ("repo/inner/c", ""),
    ]);
    tree.root = tree.root.join("repo/inner");
    assert_eq!(tree.names(), ["c"]);
    tree.write("repo/.git/", "");
    assert_eq!(tree.names(), ["a.log", "c", "deep"]);
}

#[test]
fn a_submodule_and_a_worktree_are_walked_but_keep_their_own_rules() {
    let tree = Tree::new(&[
        (".gitignore", "*.log\n"),
        ("sub/.git", "gitdir: ../.git/modules/sub\n"),
        ("sub/a.log", ""),
        ("sub/b.tmp", ""),
        (".git/modules/sub/info/exclude", "*.tmp\n"),
    ]);
    assert_eq!(tree.names(), ["sub/", "sub/a.log"]);
}

#[test]
fn larder_ignore_wins_over_git_ignore() {
    let mut tree = Tree::new(&[
        (".gitignore", "*.log\n"),
        (".larderignore", "!a.log\nbig/\n"),
        ("a.log", ""),
        ("b.log", ""),
        ("big/x", ""),
    ]);
    assert_eq!(tree.names(), ["a.log"]);
    tree.options.larder_ignore = false;
    assert_eq!(tree.names(), ["big/", "big/x"]);
    tree.options.git_ignore = false;
    assert_eq!(tree.names(), ["a.log", "b.log", "big/", "big/x"]);
}

#[test]
fn private_and_personal_excludes_hold() {
    let mut tree = Tree::new(&[
        (".git/info/exclude", "private\n"),
        ("private", ""),
        ("a.swp", ""),
        ("b", ""),
        (".git/person", "*.swp\n"),
    ]);
    assert_eq!(tree.names(), ["a.swp", "b"]);
    tree.global = Some(tree.at(".git/person"));
    assert_eq!(tree.names(), ["b"]);
    tree.options.git_ignore = false;
    assert_eq!(tree.names(), ["a.swp", "b", "private"]);
}

#[test]
fn hidden_names_are_left_out_unless_asked_for_or_kept_by_a_rule() {
    let mut tree = Tree::new(&[(".hidden/x", ""), (".env", ""), ("a", "")]);
    assert_eq!(tree.names(), ["a"]);
    tree.write(".larderignore", "!.env\n");
    assert_eq!(tree.names(), [".env", "a"]);
    tree.options.hidden = true;
    assert_eq!(tree.names(), [".env", ".hidden/", ".hidden/x", ".larderignore", "a"]);
}

#[test]
fn git_itself_is_left_out_whatever_the_rules_say() {
    let mut tree = Tree::new(&[(".gitignore", "!.git\n"), ("sub/.git", "gitdir: x"), ("a", "")]);
    tree.options = Options { hidden: true, ..Options::default() };
    assert_eq!(tree.names(), [".gitignore", "a", "sub/"]);
}

#[test]
fn globs_of_the_setting_win_over_all() {
    let mut tree = Tree::new(&[
        (".larderignore", "!x.min.js\n"),
        ("x.min.js", ""),
        ("docs/a/x", ""),
        ("in/docs/b", ""),
    ]);
    tree.options.exclude = vec!["*.min.js".into(), "/docs".into()];
    assert_eq!(tree.names(), ["in/", "in/docs/", "in/docs/b"]);
    tree.options.exclude = vec!["a{".into()];
    let cancel = false.into();
    let walk = Walk { root: &tree.root, options: &tree.options, global: None, cancel: &cancel };
    let result = walk.run(&crate::model::RepoPath::root(), None, || |_| ());
    assert!(matches!(result, Err(WalkError::BadGlob { glob, .. }) if glob == "a{"));
}

#[test]
fn a_look_at_one_folder_honours_the_ignore_files_above_it() {
    let mut tree = Tree::new(&[
        (".gitignore", "*.log\n/a/b/exact\n"),
        ("a/.larderignore", "*.tmp\n"),
        ("a/b/.gitignore", "own\n"),
        ("a/b/x.log", ""),
        ("a/b/x.tmp", ""),
        ("a/b/exact", ""),
        ("a/b/own", ""),
        ("a/b/kept", ""),
        ("a/b/folder/not-listed", ""),
    ]);
    let found = |tree: &Tree, start| names(&tree.walk_from(start, Some(1)).0);
    assert_eq!(found(&tree, "a/b"), ["a/b/folder/", "a/b/kept"]);
    assert_eq!(found(&tree, ""), ["a/"]);
    tree.root = tree.root.join("a");
    assert_eq!(found(&tree, "b"), ["b/folder/", "b/kept"]);
}

#[test]
fn an_ignore_file_that_cannot_be_read_is_named() {
    let tree = Tree::new(&[("target", "a\n"), ("a", "")]);
    std::os::unix::fs::symlink(tree.at("target"), tree.at(".gitignore")).unwrap();
    fs::create_dir(tree.at(".larderignore")).unwrap();
    let (found, walked) = tree.walk_from("", None);
    assert_eq!(names(&found), ["a", "target"]);
    let names: Vec<_> =
        walked.warnings.iter().map(|text| text.split(':').next().unwrap()).collect();
    assert_eq!(names, [".gitignore", ".larderignore"]);
}

#[test]
fn warnings_above_the_root_hold_the_whole_path() {
    let mut tree = Tree::new(&[(".gitignore", "bad{\n"), ("in/a", "")]);
    tree.root = tree.root.join("in");
    let warnings = tree.walk_from("", None).1.warnings;
    let expected = format!("{}:1: ", shown(&tree.root.parent().unwrap().join(".gitignore")));
    assert!(warnings[0].starts_with(&expected), "{warnings:?}");
}
