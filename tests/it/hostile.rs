//! A world that wants to break it: a slow line, git folders of every kind, clocks gone wrong, no
//! file descriptors, a cache that is taken away, secrets.

use std::{
    fs::{self, File},
    os::unix::{
        fs::{PermissionsExt as _, symlink},
        net::UnixListener,
    },
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::Value;

use crate::support::{Home, Run, Terminal, is_private};

/// A secret that no output may hold.
const CANARY: &str = "sk-canary-5f2c9e1b";

fn tokens(report: &Value) -> u64 {
    report["total"]["tokens"].as_u64().unwrap()
}

#[test]
fn a_terminal_of_a_thousand_bytes_a_second_gets_fewer_frames_and_keys_still_work() {
    let home = Home::new();
    for n in 0..400 {
        home.tree().file(format!("f{n:03}.rs"), "fn main() {} ".repeat(n + 1));
    }
    let mut terminal = Terminal::slow(&home, (120, 36));
    terminal.wait_for("f399.rs");
    let before = terminal.written().len();
    terminal.press(&"j".repeat(300));
    terminal.press("?");
    terminal.wait_for("where, keys, what they do");
    // A frame for each key would be over 100 kB: two minutes of this line.
    let sent = terminal.written().len() - before;
    assert!(sent < 30_000, "{sent} bytes");
    terminal.press("\x1b");
    terminal.wait_for_no("where, keys, what they do");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(30)).success());
}

#[test]
fn programs_that_a_repository_names_are_never_run() {
    let home = Home::with(&[("a.txt", "one two three")]);
    let trap = home.path().join("trap");
    let config = format!(
        "[core]\n fsmonitor = \"touch {0}\"\n pager = \"touch {0}\"\n editor = \"touch {0}\"\n\
         [diff]\n external = \"touch {0}\"\n[include]\n path = /dev/zero\n",
        trap.display()
    );
    fs::write(home.repo().join(".git/config"), config).unwrap();
    fs::write(home.repo().join(".git/HEAD"), "ref: refs/heads/ma\x1b[2Jin\n").unwrap();
    fs::create_dir_all(home.repo().join(".git/hooks")).unwrap();
    let hook = home.repo().join(".git/hooks/post-checkout");
    fs::write(&hook, format!("#!/bin/sh\ntouch {}\n", trap.display())).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let screen = home.once("", "120x36").ended_with(0);
    assert!(!screen.out.contains('\x1b'), "{}", screen.out);
    assert_eq!(tokens(&home.count()), 3);
    assert!(!trap.exists(), "a program of the repository was run");
}

/// Puts things at `path` that have no end or are no files, and calls `look` with each.
fn endless(path: &Path, look: impl Fn(&str)) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for kind in ["a pipe", "/dev/zero", "a socket", "a folder", "3 GiB"] {
        match kind {
            "a pipe" => mknodat(CWD, path, FileType::Fifo, Mode::RUSR, 0).unwrap(),
            "/dev/zero" => symlink("/dev/zero", path).unwrap(),
            "a socket" => drop(UnixListener::bind(path).unwrap()),
            "a folder" => fs::create_dir(path).unwrap(),
            _ => File::create(path).unwrap().set_len(3 << 30).unwrap(),
        }
        look(kind);
        fs::remove_file(path).or_else(|_| fs::remove_dir(path)).unwrap();
    }
}

#[test]
fn settings_of_a_repository_that_never_end_are_refused() {
    let home = Home::with(&[("a.txt", "one two three")]);
    endless(&home.repo().join(".larder.toml"), |kind| {
        let run = home.run(&["count", "--json"]).ended_with(2).says(&[".larder.toml"]);
        assert!(run.err.lines().count() < 3, "{kind}: {run:?}");
    });
    assert_eq!(tokens(&home.count()), 3);
}

#[test]
fn what_git_or_a_rule_is_read_from_may_be_without_an_end() {
    let home = Home::with(&[("a.txt", "one two three")]);
    let git = ["HEAD", "index", "config", "info/exclude", "commondir"].map(|name| {
        let name = format!(".git/{name}");
        home.repo().join(name)
    });
    let rules = [".gitignore", ".larderignore", ".ignore"].map(|name| home.repo().join(name));
    for path in git.iter().chain(&rules) {
        endless(path, |kind| {
            assert_eq!(tokens(&home.count()), 3, "{kind} at {}", path.display());
        });
    }
    endless(&git[0], |kind| {
        let screen = home.once("", "120x36").ended_with(0).out;
        assert!(screen.contains("all counted"), "{kind}: {screen}");
    });
}

#[test]
fn what_a_worktree_names_as_its_repository_may_be_without_an_end() {
    let home = Home::with(&[("a.txt", "one two three")]);
    fs::remove_dir_all(home.repo().join(".git")).unwrap();
    fs::write(home.repo().join(".git"), "gitdir: trap\n").unwrap();
    let logs = home.path().join(".claude/projects/repo");
    fs::create_dir_all(&logs).unwrap();
    endless(&home.repo().join("trap/commondir"), |kind| {
        let line = format!(
            r#"{{"type":"assistant","timestamp":"2026-05-01T08:00:00.000Z","sessionId":"{kind}","cwd":"{}","requestId":"r{kind}","message":{{"id":"{kind}","model":"claude-sonnet-4-5","usage":{{"input_tokens":100000,"output_tokens":10000}}}}}}"#,
            home.repo().display()
        );
        fs::write(logs.join("s.jsonl"), line + "\n").unwrap();
        let spent = home.json(&["spend", "project", "--since", "2026-05-01", "--json"]);
        let projects = spent["rows"].as_array().unwrap();
        assert!(projects[0]["key"].as_str().unwrap().ends_with("repo"), "{kind}: {spent}");
        assert_eq!(tokens(&home.count()), 3, "{kind}");
    });
}

#[test]
fn git_folders_of_every_kind_are_opened() {
    let endless = vec![b'x'; 100_000];
    let kinds: [(&str, &[u8]); 6] = [
        ("detached", b"0123456789abcdef0123456789abcdef01234567\n"),
        ("branch", b"ref: refs/heads/topic/deep\n"),
        ("empty", b""),
        ("binary", b"\0\xff\xfe\x01"),
        ("endless", &endless),
        ("cyclic", b"ref: HEAD\n"),
    ];
    for (kind, head) in kinds {
        let home = Home::with(&[("a.txt", "one two three")]);
        fs::write(home.repo().join(".git/HEAD"), head).unwrap();
        fs::write(home.repo().join(".git/index"), b"DIRC\0\0\xff\xffgarbage").unwrap();
        let screen = home.once("", "120x36").ended_with(0);
        assert!(screen.out.contains("all counted"), "{kind}: {}", screen.out);
    }
    // A worktree and a submodule have a file that says where their folder is; here it says nothing
    // true.
    for text in ["gitdir: ../nowhere\n", "gitdir: /proc/self/mem\n", "nonsense", ""] {
        let home = Home::with(&[("a.txt", "one two three")]);
        fs::remove_dir_all(home.repo().join(".git")).unwrap();
        fs::write(home.repo().join(".git"), text).unwrap();
        assert_eq!(tokens(&home.count()), 3, "{text:?}");
    }
}

#[test]
fn times_of_the_past_and_the_future_change_no_count() {
    let home = Home::with(&[("a.txt", "one two three"), ("b.txt", "four five"), ("c.txt", "six")]);
    let day = Duration::from_hours(24);
    let now = SystemTime::UNIX_EPOCH + 20_000 * day;
    let times = [
        ("a.txt", SystemTime::UNIX_EPOCH - 25_000 * day),
        ("b.txt", SystemTime::UNIX_EPOCH),
        ("c.txt", now + 3_650 * day),
    ];
    for (name, time) in times {
        File::options()
            .write(true)
            .open(home.repo().join(name))
            .unwrap()
            .set_modified(time)
            .unwrap();
    }
    let first = home.count();
    assert_eq!(tokens(&first), 6);
    assert_eq!(home.count()["total"], first["total"]);
    let screen = home.once("jjji", "120x36").ended_with(0);
    assert!(screen.out.contains("all counted"), "{}", screen.out);
    fs::write(home.repo().join("c.txt"), "six seven eight").unwrap();
    assert_eq!(tokens(&home.count()), 8);
}

#[test]
fn a_sparse_file_of_a_terabyte_is_listed_and_costs_nothing() {
    let home = Home::with(&[("a.txt", "one two three")]);
    File::create(home.repo().join("huge.img")).unwrap().set_len(1 << 40).unwrap();
    let report = home.count();
    assert_eq!((tokens(&report), report["total"]["skipped"].as_u64()), (3, Some(1)));
    let screen = home.once("/huge<enter><enter>", "120x36").ended_with(0);
    assert!(screen.out.contains("only files of at most"), "{}", screen.out);
}

#[test]
fn few_file_descriptors_end_with_words_or_with_the_truth() {
    let home = Home::new();
    for n in 0..300 {
        home.tree().file(format!("d{n}/a.txt"), "one two three");
    }
    for limit in [16, 24, 32, 64] {
        let larder = env!("CARGO_BIN_EXE_larder");
        let script = format!("ulimit -n {limit}; exec {larder} count --json");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).current_dir(home.repo()).env_clear().envs(home.environment());
        shell.stdin(std::process::Stdio::null());
        shell.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let run = Run::of(&mut shell);
        match run.code {
            Some(0) => {
                let report: Value = serde_json::from_str(&run.out).unwrap();
                let skipped = report["total"]["skipped"].as_u64().unwrap();
                assert_eq!(tokens(&report) + 3 * skipped, 900, "{limit}: something is silent");
            }
            Some(_) => assert!(!run.err.is_empty(), "{limit}: it failed without a word"),
            None => panic!("{limit}: a signal ended it: {}", run.err),
        }
        assert!(!run.err.contains("panicked"), "{limit}: {}", run.err);
    }
}

#[test]
fn everything_is_for_the_user_alone_whatever_the_umask() {
    let home = Home::with(&[("a.txt", "one two three")]);
    let larder = env!("CARGO_BIN_EXE_larder");
    let script = format!("umask 000; exec {larder} count");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(home.repo()).env_clear().envs(home.environment());
    shell.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    Run::of(&mut shell).ended_with(0);
    let mut terminal = Terminal::start(&home, 80, 24);
    terminal.wait_for("all counted");
    terminal.press(" ");
    terminal.wait_for("marked 1 file");
    terminal.press("Wmine\r");
    terminal.wait_for("mine: saved 1 file");
    terminal.press("q");
    terminal.wait_for_end(Duration::from_secs(20));
    is_private(&home.state());
    is_private(&home.cache());
}

#[test]
fn no_text_of_a_file_gets_into_logs_or_the_state() {
    let home = Home::with(&[("keys.env", CANARY), ("b.txt", "words")]);
    home.settings("log = \"trace\"\n");
    let mut terminal = Terminal::start(&home, 80, 24);
    terminal.wait_for("all counted");
    terminal.press("/keys\r\r");
    terminal.wait_for(CANARY);
    terminal.press("\x1b");
    terminal.wait_for_no(CANARY);
    terminal.press("\x1b");
    terminal.wait_for("b.txt");
    terminal.press("aY");
    terminal.wait_for("copied the context");
    terminal.press("q");
    terminal.wait_for_end(Duration::from_secs(20));
    for folder in [home.state(), home.cache(), home.path().join("data")] {
        no_canary_in(&folder);
    }
}

fn no_canary_in(path: &Path) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            no_canary_in(&entry.unwrap().path());
        }
    } else if let Ok(bytes) = fs::read(path) {
        let found = bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes());
        assert!(!found, "the text of a file is in {}", path.display());
    }
}

#[test]
fn a_cache_that_is_deleted_underneath_does_not_end_it() {
    let home = Home::with(&[("a.txt", "one two three")]);
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    fs::remove_dir_all(home.cache()).unwrap();
    home.tree().file("b.txt", "four five");
    terminal.wait_for("2 files");
    terminal.wait_for("all counted");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(20)).success());
    assert_eq!(tokens(&home.count()), 5);
}

#[test]
fn marks_and_open_folders_come_back_and_a_damaged_memory_is_ignored() {
    let home = Home::with(&[("src/a.txt", "one two three"), ("b.txt", "four five")]);
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("welcome");
    terminal.wait_for("all counted");
    terminal.press("lj ");
    terminal.wait_for("marked 1 file");
    terminal.press("q");
    terminal.wait_for_end(Duration::from_secs(20));
    let mut again = Terminal::start(&home, 120, 36);
    again.wait_for("marked 1 file · ");
    again.wait_for("a.txt");
    again.wait_for_no("welcome");
    again.press("q");
    again.wait_for_end(Duration::from_secs(20));
    let folder = fs::read_dir(home.state().join("dashboards")).unwrap().next().unwrap();
    fs::write(folder.unwrap().path().join("last.json"), b"\0{]").unwrap();
    let mut third = Terminal::start(&home, 120, 36);
    third.wait_for("all counted");
    assert!(!third.text().contains("marked 1 file"));
    let log = fs::read_to_string(home.state().join("log/larder.log")).unwrap();
    assert!(log.contains("what is remembered of this repository cannot be read"));
}

#[test]
fn the_context_is_printed_when_the_dashboard_is_left() {
    let home = Home::with(&[("a.txt", "one two three")]);
    let larder = env!("CARGO_BIN_EXE_larder");
    let mut terminal = Terminal::running(&home, larder, &["--print-context"], (80, 24));
    terminal.wait_for("all counted");
    terminal.press(" ");
    terminal.wait_for("marked 1 file");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(20)).success());
    terminal.is_whole();
    let text = terminal.text();
    assert!(text.contains("## a.txt") && text.contains("one two three"), "{text}");
}

#[test]
fn the_context_goes_into_a_file_while_the_dashboard_is_on_the_terminal() {
    let home = Home::with(&[("a.txt", "one two three")]);
    let script = "exec \"$0\" --print-context . > ../context.md";
    let args = ["-c", script, env!("CARGO_BIN_EXE_larder")];
    let mut terminal = Terminal::running(&home, "/bin/sh", &args, (80, 24));
    terminal.wait_for("all counted");
    terminal.press(" ");
    terminal.wait_for("marked 1 file");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(20)).success());
    terminal.is_whole();
    let written = fs::read_to_string(home.repo().join("../context.md")).unwrap();
    assert!(written.contains("## a.txt") && written.contains("one two three"), "{written}");
    assert!(!written.contains('\x1b'), "{written:?}");
    assert!(!terminal.text().contains("## a.txt"));
}

#[test]
fn a_path_is_copied_by_osc_52_and_nothing_else_reaches_the_terminal() {
    let home = Home::with(&[("a\x1b]52;c;ZXZpbA==\x07.txt", "one two three")]);
    let mut terminal = Terminal::start(&home, 80, 24);
    terminal.wait_for("all counted");
    terminal.press("y");
    terminal.wait_for("copied a");
    let written = terminal.written();
    let starts = written.windows(5).filter(|part| part == b"\x1b]52;").count();
    assert_eq!(starts, 1, "one for what was copied, none for the name");
}
