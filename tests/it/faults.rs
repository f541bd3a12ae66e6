//! Hostile trees: what cannot be counted is listed with its reason, the rest is exact.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::Write,
    os::unix::{ffi::OsStrExt, fs::symlink, net::UnixListener},
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::Value;

use crate::support::{Home, Run};

/// Returns what `count` says of a file.
fn file<'r>(report: &'r Value, path: &str) -> &'r Value {
    let files = report["files"].as_array().unwrap();
    files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("no {path:?}"))
}

fn status<'r>(report: &'r Value, path: &str) -> &'r str {
    file(report, path)["status"].as_str().unwrap()
}

/// Counts one text, and returns its tokens.
fn tokens_of(content: &[u8]) -> Value {
    let home = Home::new();
    home.tree().file("f.txt", content);
    file(&home.count(), "f.txt")["tokens"].clone()
}

fn make_node(path: &Path, kind: FileType, device: u64) -> bool {
    mknodat(CWD, path, kind, Mode::from_raw_mode(0o600), device).is_ok()
}

#[test]
fn special_files_are_listed_and_never_opened() {
    let home = Home::with(&[("a.txt", "words")]);
    let tree = home.tree();
    assert!(make_node(&tree.path("pipe"), FileType::Fifo, 0));
    let _socket = UnixListener::bind(tree.path("socket")).unwrap();
    // Only root can make devices: major 1, minor 5 is /dev/zero, which never ends.
    let has_device = make_node(&tree.path("zero"), FileType::CharacterDevice, 0x105);
    let report = home.count();
    assert_eq!(status(&report, "pipe"), "special");
    assert_eq!(status(&report, "socket"), "special");
    if has_device {
        assert_eq!(status(&report, "zero"), "special");
    }
    assert_eq!(status(&report, "a.txt"), "counted");
    assert_eq!(report["total"]["skipped"], 2 + u64::from(has_device));
    assert!(home.once("S", "120x36").ended_with(0).out.contains("pipe"));
}

#[test]
fn a_special_file_that_is_named_is_not_opened_either() {
    let home = Home::new();
    assert!(make_node(&home.repo().join("pipe"), FileType::Fifo, 0));
    let run = home.run(&["count", "--json", "pipe", "/dev/zero"]);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
}

#[test]
fn links_are_listed_and_not_followed() {
    let home = Home::with(&[("a.txt", "words"), ("deep/er/b.txt", "words")]);
    let tree = home.tree();
    for (target, name) in [
        (".", "self"),
        ("../..", "deep/er/up"),
        ("/", "all"),
        ("/proc", "proc"),
        ("/proc/self/mem", "mem"),
        ("/dev/zero", "zero"),
        ("nowhere", "dangling"),
        ("loop-b", "loop-a"),
        ("loop-a", "loop-b"),
        ("a.txt", "good"),
    ] {
        symlink(target, tree.path(name)).unwrap();
    }
    let mut before = String::from("a.txt");
    for number in 0..40 {
        let name = format!("chain{number}");
        symlink(&before, tree.path(&name)).unwrap();
        before = name;
    }
    let report = home.count();
    for link in
        ["self", "deep/er/up", "all", "proc", "mem", "zero", "dangling", "loop-a", "chain39"]
    {
        assert_eq!(status(&report, link), "link");
    }
    assert_eq!(report["total"]["skipped"], 50);
    assert_eq!(status(&report, "deep/er/b.txt"), "counted");
}

#[test]
fn a_thousand_folders_deep_is_counted() {
    let home = Home::new();
    // Deeper than a path may be long: made step by step, by a shell that goes down.
    let script = "i=0; while [ $i -lt 1000 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done; \
                  echo words > f.txt";
    let made = Command::new("/bin/sh").args(["-c", script]).current_dir(home.repo()).status();
    assert!(made.unwrap().success());
    let report = home.count();
    let deepest = format!("{}f.txt", "d/".repeat(1_000));
    assert_eq!(status(&report, &deepest), "counted");
    assert_eq!(report["total"]["files"], 1);
    home.once("lllllj", "80x24").ended_with(0);
}

#[test]
fn a_path_longer_than_the_system_takes_does_not_stop_it() {
    let home = Home::with(&[("a.txt", "words")]);
    let script = "n=$(printf 'x%.0s' $(seq 200)); i=0; while [ $i -lt 40 ]; do mkdir $n && cd -P $n \
                  || exit 0; i=$((i+1)); done; echo words > f.txt";
    Command::new("/bin/sh").args(["-c", script]).current_dir(home.repo()).status().unwrap();
    let report = home.count();
    assert_eq!(status(&report, "a.txt"), "counted");
    // The rest is counted or listed: silent it is not.
    let total = report["total"]["files"].as_u64().unwrap();
    let said = total > 1 || !report["warnings"].as_array().unwrap().is_empty();
    assert!(said, "8 000 bytes of path vanished: {}", report["total"]);
    // Removing it needs the same care: the folder of the test cannot by itself.
    Command::new("rm").arg("-rf").arg(home.repo()).status().unwrap();
}

#[test]
fn many_files_in_one_folder_are_counted() {
    let home = Home::new();
    for number in 0..5_000 {
        home.tree().file(format!("all/f{number}"), format!("file {number}"));
    }
    let report = home.count();
    assert_eq!(report["total"]["files"], 5_000);
    let screen = home.once("lG", "120x36").ended_with(0).out;
    assert!(screen.contains("5 000 files"), "{screen}");
}

#[test]
fn names_that_are_no_text_are_given_in_hex() {
    let home = Home::new();
    home.tree().file(OsStr::from_bytes(b"b\xe9\xff.txt"), "words");
    home.tree().file("line\nbreak\t.txt", "words");
    home.tree().file("-dash", "words");
    home.tree().file("n".repeat(255), "words");
    let report = home.count();
    let odd = file(&report, "b\u{fffd}\u{fffd}.txt");
    assert_eq!(odd["path_bytes"], "62e9ff2e747874");
    assert_eq!(odd["status"], "counted");
    let broken = file(&report, "line\nbreak\t.txt");
    assert!(broken.get("path_bytes").is_none(), "{broken}");
    assert_eq!(status(&report, &"n".repeat(255)), "counted");
    let one = home.json(&["count", "--json", "--", "-dash"]);
    assert_eq!(one["total"]["files"], 1);
}

#[test]
fn two_names_that_look_alike_are_two_files() {
    let home =
        Home::with(&[("caf\u{e9}", "one"), ("cafe\u{301}", "one two"), ("CAFE\u{301}", "x")]);
    home.tree().file(OsStr::from_bytes(b"caf\xe9"), "one two three");
    home.tree().file(OsStr::from_bytes(b"caf\xe8"), "one two three four");
    assert_eq!(home.count()["total"]["files"], 5);
    assert_eq!(home.count()["total"]["tokens"], home.true_total()["tokens"]);
}

#[test]
fn text_that_is_not_utf_8_is_counted_as_its_replacement() {
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for bytes in [
        &b"caf\xe9 \xff\xfe words"[..],
        b"\xf0\x9f\x98 cut",
        b"\xed\xa0\x80\xed\xb0\x80 surrogates",
        b"\xc0\xaf overlong",
        b"\xef\xbb\xbffn main() {}\n",
    ] {
        assert_eq!(tokens_of(bytes), tokens_of(lossy(bytes).as_bytes()), "{bytes:?}");
    }
}

#[test]
fn utf_16_and_nul_are_binary_and_listed() {
    let home = Home::new();
    let utf_16: Vec<u8> = "text".encode_utf16().flat_map(u16::to_le_bytes).collect();
    home.tree().file("utf16.txt", [&b"\xff\xfe"[..], &utf_16].concat());
    home.tree().file("nul", "a\0b");
    home.tree().file("empty", "");
    let report = home.count();
    assert_eq!((status(&report, "utf16.txt"), status(&report, "nul")), ("binary", "binary"));
    assert_eq!(file(&report, "empty")["tokens"], 0);
    assert_eq!(report["total"]["skipped"], 2);
}

#[test]
fn one_long_line_is_counted_in_time() {
    let home = Home::new();
    home.tree().file("line.txt", "word ".repeat(1 << 20));
    home.tree().file("blank.txt", " ".repeat(1 << 20));
    home.tree().file("same.txt", "a".repeat(1 << 20));
    home.tree().file("min.js", "function a(b){return b?a(b-1):{c:[1,2,3]}};".repeat(20_000));
    let report = home.count();
    assert_eq!(report["total"]["files"], 4);
    assert_eq!(report["total"]["skipped"], 0);
    assert_eq!(file(&report, "line.txt")["tokens"], (1 << 20) + 1);
}

#[test]
fn a_file_over_the_limit_is_listed_and_not_read() {
    let home = Home::with(&[("a.txt", "words")]);
    File::create(home.repo().join("huge")).unwrap().set_len(1 << 40).unwrap();
    let report = home.count();
    assert_eq!(status(&report, "huge"), "too-large");
    assert_eq!(report["total"]["skipped"], 1);
}

#[test]
fn a_file_that_changes_while_it_is_counted_is_true_in_the_end() {
    let home = Home::with(&[("still.txt", "words")]);
    let path = home.repo().join("restless.txt");
    fs::write(&path, "x").unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let writer = {
        let (path, over) = (path.clone(), Arc::clone(&over));
        thread::spawn(move || {
            for round in 0_usize.. {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                // It shrinks to nothing, and grows while it may be read.
                let mut file = File::create(&path).unwrap();
                for _ in 0..round % 50 {
                    file.write_all(&b"more words to be read \n".repeat(100)).unwrap();
                }
            }
        })
    };
    for _ in 0..8 {
        let report = home.count();
        assert_eq!(status(&report, "still.txt"), "counted");
        assert!(["counted", "unreadable"].contains(&status(&report, "restless.txt")));
    }
    home.once("", "80x24").ended_with(0);
    over.store(true, Ordering::SeqCst);
    writer.join().unwrap();
    fs::write(&path, "the last words").unwrap();
    assert_eq!(home.count()["total"], home.true_total());
}

#[test]
fn files_that_come_and_go_while_they_are_walked_do_not_stop_it() {
    let home = Home::with(&[("still.txt", "words")]);
    let over = Arc::new(AtomicBool::new(false));
    let writer = {
        let (folder, over) = (home.repo().join("busy"), Arc::clone(&over));
        thread::spawn(move || {
            while !over.load(Ordering::SeqCst) {
                for number in 0..50 {
                    fs::create_dir_all(folder.join(format!("d{number}"))).unwrap();
                    fs::write(folder.join(format!("d{number}/f")), "words").unwrap();
                }
                fs::remove_dir_all(&folder).unwrap();
            }
        })
    };
    for _ in 0..8 {
        assert_eq!(status(&home.count(), "still.txt"), "counted");
    }
    over.store(true, Ordering::SeqCst);
    writer.join().unwrap();
    assert_eq!(home.count()["total"], home.true_total());
}

#[test]
fn what_may_not_be_read_is_listed_and_the_rest_counted() {
    let home = Home::with(&[("a.txt", "words"), ("secret.txt", "words"), ("shut/b.txt", "words")]);
    // As somebody who is not root, whom no mode stops.
    let script = format!(
        "chmod 000 secret.txt shut; exec {} count --json --no-cache",
        env!("CARGO_BIN_EXE_larder")
    );
    let is_root = rustix::process::geteuid().is_root();
    let mut command = Command::new(if is_root { "setpriv" } else { "/bin/sh" });
    if is_root {
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh"];
        command.args(nobody);
        let owned = Command::new("chown").args(["-R", "65534:65534"]).arg(home.path()).status();
        assert!(owned.unwrap().success());
    }
    command.args(["-c", &script]).current_dir(home.repo()).env_clear().envs(home.environment());
    command.env("PATH", "/usr/bin:/bin");
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let report = Run::of(&mut command).json();
    Command::new("chmod").args(["-R", "u+rwX"]).arg(home.repo()).status().unwrap();
    assert_eq!(status(&report, "a.txt"), "counted");
    assert_eq!(status(&report, "secret.txt"), "unreadable");
    assert_eq!(status(&report, "shut"), "unreadable");
    assert_eq!(report["total"]["skipped"], 2);
}

#[test]
fn ignore_files_with_wrong_lines_keep_their_other_lines() {
    let home = Home::with(&[
        (".gitignore", "build/\n[z-a]\n\u{0}\n**[\n*.log\n"),
        ("build/out", "x"),
        ("a.log", "x"),
        ("a.txt", "x"),
        ("sub/.gitignore", "!a.log\n"),
        ("sub/a.log", "x"),
        (".larderignore", "private/\n"),
        ("private/x", "x"),
    ]);
    let report = home.count();
    let files = report["files"].as_array().unwrap();
    let paths: Vec<_> = files.iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["a.txt", "sub/a.log"]);
}
