//! Reading files that are whole, missing, special, or change meanwhile.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::symlink,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::Tree;
use crate::{
    model::{Bytes, FileStatus, RepoPath},
    walk::{Found, ReadError, Reader},
};

const MAX: Bytes = Bytes(1 << 20);

/// How often a file changes while it is read.
const ROUNDS: usize = 4_000;

fn path(text: &str) -> RepoPath {
    RepoPath::new(text.as_bytes()).unwrap()
}

#[test]
fn a_file_is_read_whole_with_the_fingerprint_of_the_walk() {
    let tree = Tree::new(&[("a", "hello"), ("empty", "")]);
    let mut reader = Reader::new();
    for (name, text) in [("a", "hello"), ("empty", ""), ("a", "hello")] {
        let read = reader.read(&tree.root, &path(name), MAX).unwrap();
        assert_eq!((read.bytes, read.stable), (text.as_bytes(), true));
    }
    let walked = tree.walk_from("", None).0;
    let read = reader.read(&tree.root, &path("a"), MAX).unwrap().fingerprint;
    assert!(matches!(&walked[0], Found::File { fingerprint, .. } if *fingerprint == read));
}

#[test]
fn what_is_no_regular_file_is_refused_without_waiting() {
    let tree = Tree::new(&[("folder/", ""), ("file", "")]);
    mknodat(CWD, tree.at("fifo"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(tree.at("socket")).unwrap();
    symlink("file", tree.at("link")).unwrap();
    let mut reader = Reader::new();
    let mut read = |name| reader.read(&tree.root, &path(name), MAX).unwrap_err();
    assert!(matches!(read("fifo"), ReadError::NotRegular(FileStatus::Special)));
    assert!(matches!(read("socket"), ReadError::NotRegular(FileStatus::Special)));
    assert!(matches!(read("link"), ReadError::NotRegular(FileStatus::Link)));
    assert!(matches!(read("folder"), ReadError::Folder));
    assert!(matches!(read("none"), ReadError::Gone));
    assert!(matches!(read("file/below"), ReadError::Gone));
}

#[test]
fn a_file_at_the_limit_is_read_and_one_over_it_is_not() {
    let tree = Tree::new(&[("four", "1234"), ("five", "12345")]);
    let mut reader = Reader::new();
    assert_eq!(reader.read(&tree.root, &path("four"), Bytes(4)).unwrap().bytes, b"1234");
    let error = reader.read(&tree.root, &path("five"), Bytes(4)).unwrap_err();
    assert!(matches!(error, ReadError::TooLarge(print) if print.size == Bytes(5)));
    assert!(!error.is_transient());
}

#[test]
fn a_large_buffer_is_given_back() {
    let tree = Tree::new(&[("small", "x")]);
    fs::write(tree.at("large"), vec![b'x'; 6 << 20]).unwrap();
    let mut reader = Reader::new();
    let read = reader.read(&tree.root, &path("large"), Bytes(8 << 20)).unwrap();
    assert_eq!((read.bytes.len(), read.stable), (6 << 20, true));
    assert_eq!(reader.read(&tree.root, &path("small"), MAX).unwrap().bytes, b"x");
    assert!(format!("{reader:?}").len() < 100);
}

#[test]
fn only_errors_that_pass_are_worth_another_try() {
    let io = |code| ReadError::Io { source: std::io::Error::from_raw_os_error(code) };
    let code = |error: rustix::io::Errno| io(error.raw_os_error());
    for error in [rustix::io::Errno::MFILE, rustix::io::Errno::STALE, rustix::io::Errno::IO] {
        assert!(code(error).is_transient());
    }
    assert!(!code(rustix::io::Errno::ACCESS).is_transient());
    assert!(!ReadError::Gone.is_transient());
}

/// Reads a file while another thread changes it, and checks each stable read: `is_one` looks at
/// its bytes.
fn read_while(change: impl Fn(&Tree, usize) + Sync, is_one: impl Fn(&[u8]) -> bool) {
    let tree = Tree::new(&[("file", "")]);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            (0..ROUNDS).for_each(|round| change(&tree, round));
            done.store(true, Ordering::Relaxed);
        });
        let mut reader = Reader::new();
        while !done.load(Ordering::Relaxed) {
            match reader.read(&tree.root, &path("file"), MAX) {
                Ok(read) if read.stable => {
                    assert_eq!(read.fingerprint.size.0, read.bytes.len() as u64);
                    assert!(is_one(read.bytes), "{} bytes of two versions", read.bytes.len());
                }
                Ok(_) | Err(ReadError::Gone) => {}
                Err(error) => panic!("{error}"),
            }
        }
    });
}

#[test]
fn a_file_that_grows_while_read_is_never_called_stable_with_another_size() {
    let grow = |tree: &Tree, round: usize| {
        let mut file = File::options().append(true).open(tree.at("file")).unwrap();
        file.write_all(&vec![b'a'; round % 300]).unwrap();
    };
    read_while(grow, |_| true);
}

#[test]
fn a_file_that_shrinks_while_read_is_never_called_stable_with_another_size() {
    let shrink = |tree: &Tree, round: usize| {
        let file = File::options().write(true).open(tree.at("file")).unwrap();
        file.set_len(if round.is_multiple_of(2) { 500_000 } else { 10 }).unwrap();
    };
    read_while(shrink, |bytes| bytes.iter().all(|byte| *byte == 0));
}

#[test]
fn a_file_that_is_replaced_or_deleted_while_read_never_mixes() {
    // Each version repeats a byte of its own, as often as its number says.
    let byte = |version: usize| u8::try_from(version % 251).unwrap();
    let replace = |tree: &Tree, round: usize| {
        if round.is_multiple_of(3) {
            let _ = fs::remove_file(tree.at("file"));
        }
        fs::write(tree.at("new"), vec![byte(round); round * 60]).unwrap();
        fs::rename(tree.at("new"), tree.at("file")).unwrap();
    };
    read_while(replace, |bytes| bytes.iter().all(|one| *one == byte(bytes.len() / 60)));
}
