//! Links, special files, hostile names, long and deep paths, and walks that are cut short.

use std::{
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use rustix::fs::{CWD, FileType, Mode, OFlags, mkdirat, mknodat, openat};

use super::{Tree, names};
use crate::{
    model::{Bytes, RepoPath},
    walk::{Found, Options, WalkError, walk, walker::Walk},
};

#[test]
fn links_are_reported_and_never_followed() {
    let tree = Tree::new(&[("real/file", "x")]);
    symlink(tree.at("real"), tree.at("to-folder")).unwrap();
    symlink("..", tree.at("real/to-parent")).unwrap();
    symlink("/", tree.at("to-all")).unwrap();
    symlink("nowhere", tree.at("dangling")).unwrap();
    symlink("loop-b", tree.at("loop-a")).unwrap();
    symlink("loop-a", tree.at("loop-b")).unwrap();
    let expected = [
        "dangling link",
        "loop-a link",
        "loop-b link",
        "real/",
        "real/file",
        "real/to-parent link",
        "to-all link",
        "to-folder link",
    ];
    assert_eq!(tree.names(), expected);
}

#[test]
fn a_root_that_is_a_link_is_resolved_first() {
    let mut tree = Tree::new(&[(".gitignore", "drop\n"), ("real/drop", ""), ("real/keep", "")]);
    symlink("real", tree.at("link")).unwrap();
    tree.root = tree.at("link");
    assert_eq!(tree.names(), ["keep"]);
}

#[test]
fn special_files_are_reported_and_never_opened() {
    let tree = Tree::new(&[("plain", "")]);
    mknodat(CWD, tree.at("fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(tree.at("socket")).unwrap();
    // An ignore file that would hang whoever opens it for reading.
    mknodat(CWD, tree.at(".gitignore"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let (found, walked) = tree.walk_from("", None);
    assert_eq!(names(&found), ["fifo special", "plain", "socket special"]);
    assert_eq!(walked.warnings, [".gitignore: not a regular file"]);
}

#[test]
fn files_carry_their_fingerprint_and_large_ones_are_marked() {
    let mut tree = Tree::new(&[("empty", ""), ("large", "12345"), ("small", "1234")]);
    tree.options.max_file_bytes = Bytes(4);
    let sizes: Vec<_> = tree
        .walk_from("", None)
        .0
        .into_iter()
        .filter_map(|found| {
            let Found::File { fingerprint, too_large, .. } = found else { return None };
            Some((fingerprint.size.0, too_large))
        })
        .collect();
    assert_eq!(sizes, [(0, false), (5, true), (4, false)]);
}

#[test]
fn a_sparse_file_of_a_terabyte_is_too_large_and_not_read() {
    let tree = Tree::new(&[]);
    fs::File::create(tree.at("huge")).unwrap().set_len(1 << 40).unwrap();
    let (found, _) = tree.walk_from("", None);
    assert!(matches!(&found[..], [Found::File { too_large: true, .. }]));
}

#[test]
fn names_of_any_bytes_are_found() {
    let tree = Tree::new(&[]);
    let long = [b'n'; 255];
    let all: [&[u8]; 7] = [
        b"-rf",
        b"a\nb",
        b"esc\x1b]52;c;x\x07",
        &long,
        b"od\xffd",
        b"tab\t",
        "wide 日本 \u{202e}".as_bytes(),
    ];
    for name in all {
        fs::write(tree.root.join(std::ffi::OsStr::from_bytes(name)), "x").unwrap();
    }
    let found = tree.walk_from("", None).0;
    let found: Vec<_> = found.iter().map(|found| found.path().as_bytes()).collect();
    assert_eq!(found, all);
}

/// Makes `depth` folders of one name inside each other, and a file in the last.
fn make_deep(root: &Path, name: &str, depth: usize) {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut folder = openat(CWD, root, flags, Mode::empty()).unwrap();
    for _ in 0..depth {
        mkdirat(&folder, name, Mode::RWXU).unwrap();
        folder = openat(&folder, name, flags, Mode::empty()).unwrap();
    }
    openat(&folder, "file", OFlags::CREATE | OFlags::WRONLY, Mode::RUSR | Mode::WUSR).unwrap();
    openat(&folder, ".gitignore", OFlags::CREATE | OFlags::WRONLY, Mode::RUSR).unwrap();
}

#[test]
fn a_thousand_folders_deep_is_walked_to_the_end() {
    let tree = Tree::new(&[]);
    make_deep(&tree.root, "d", 1000);
    let (found, _) = tree.walk_from("", None);
    assert_eq!(found.len(), 1001);
    assert_eq!(found[1000].path().name(), b"file");
}

#[test]
fn paths_longer_than_the_system_takes_are_walked_and_read() {
    let tree = Tree::new(&[(".gitignore", "other\n")]);
    make_deep(&tree.root, &"n".repeat(200), 45);
    let (found, _) = tree.walk_from("", None);
    let Some(Found::File { path, .. }) = found.last() else { panic!("{}", found.len()) };
    assert!(path.as_bytes().len() > 9_000);
    let mut reader = crate::walk::Reader::new();
    assert!(reader.read(&tree.root, path, Bytes(10)).unwrap().bytes.is_empty());
    let folder = path.parent().unwrap();
    let again = tree.walk_from(std::str::from_utf8(folder.as_bytes()).unwrap(), Some(1)).0;
    assert_eq!(again.len(), 1);
}

#[test]
fn a_missing_root_or_start_is_an_error() {
    let tree = Tree::new(&[("file", "")]);
    let cancel = AtomicBool::new(false);
    let run = |root: &Path, start: &str| {
        let start = RepoPath::new(start.as_bytes()).unwrap();
        walk(root, &start, None, &Options::default(), &cancel, || |_| ()).unwrap_err()
    };
    let error = run(&tree.at("none"), "");
    assert!(matches!(error, WalkError::Root { .. }) && error.is_gone());
    for start in ["none", "file"] {
        let error = run(&tree.root, start);
        assert!(matches!(error, WalkError::Start { .. }) && error.is_gone(), "{error}");
    }
}

#[test]
fn a_folder_removed_while_walking_is_reported() {
    let mut tree = Tree::new(&[("a/x", ""), ("b/x", ""), ("c/x", "")]);
    tree.options.threads = 1;
    let all = Mutex::new(Vec::new());
    let cancel = AtomicBool::new(false);
    let walk = Walk { root: &tree.root, options: &tree.options, global: None, cancel: &cancel };
    let sink = |found: Found| {
        if let Found::Folder(path) = &found {
            fs::remove_dir_all(tree.root.join(path.as_path())).unwrap();
        }
        all.lock().unwrap().push(found);
    };
    walk.run(&RepoPath::root(), None, || sink).unwrap();
    let found = all.into_inner().unwrap();
    let lost = found.iter().filter(|found| matches!(found, Found::Unreadable { .. })).count();
    assert_eq!((found.len(), lost), (6, 3));
}

#[test]
fn a_walk_that_is_cancelled_stops_and_says_so() {
    let tree = Tree::new(&[]);
    for folder in 0..20 {
        for file in 0..20 {
            tree.write(&format!("{folder}/{file}"), "");
        }
    }
    let cancel = AtomicBool::new(false);
    let walk = Walk { root: &tree.root, options: &tree.options, global: None, cancel: &cancel };
    let seen = Mutex::new(0);
    let sink = |_| {
        *seen.lock().unwrap() += 1;
        cancel.store(true, Ordering::Relaxed);
    };
    let walked = walk.run(&RepoPath::root(), None, || sink).unwrap();
    assert!(walked.cancelled);
    assert!(*seen.lock().unwrap() < 100);
}

#[test]
fn every_entry_is_found_once_on_any_number_of_threads() {
    let mut tree = Tree::new(&[]);
    for folder in 0..30 {
        for file in 0..30 {
            tree.write(&format!("{}/{folder}/{file}", folder % 4), "");
        }
    }
    let mut all = Vec::new();
    for threads in [1, 2, 7] {
        tree.options.threads = threads;
        all.push(tree.names());
    }
    assert_eq!(all[0].len(), 4 + 30 + 900);
    assert!(all.iter().all(|names| *names == all[0]));
}

#[test]
fn a_sink_that_panics_does_not_leave_the_others_waiting() {
    let mut tree = Tree::new(&[("a/x", ""), ("b/x", "")]);
    tree.options.threads = 3;
    let cancel = AtomicBool::new(false);
    let result = std::panic::catch_unwind(|| {
        let walk = Walk { root: &tree.root, options: &tree.options, global: None, cancel: &cancel };
        walk.run(&RepoPath::root(), None, || |_| panic!("full"))
    });
    assert!(result.is_err());
}

#[test]
fn another_file_system_is_named_and_not_entered_when_asked() {
    let exclude = vec!["/*".into(), "!/proc".into()];
    let options = Options { same_file_system: true, exclude, ..Options::default() };
    let cancel = AtomicBool::new(false);
    let seen = Mutex::new(Vec::new());
    let walk = Walk { root: Path::new("/"), options: &options, global: None, cancel: &cancel };
    let sink = || |found| seen.lock().unwrap().push(found);
    let walked = walk.run(&RepoPath::root(), None, sink).unwrap();
    assert_eq!(names(&seen.into_inner().unwrap()), ["proc/"]);
    assert_eq!(walked.warnings, ["proc: on another file system, not entered"]);
}
