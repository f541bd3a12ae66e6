//! Errors and kills of the system at chosen calls, by strace; where it cannot trace, these tests
//! have nothing to do.

use std::{env, fs, path::PathBuf};

use crate::support::{Home, Run, can_trace};

/// How many calls of each kind are failed, one after the other.
fn depth(usual: usize) -> usize {
    if env::var_os("LARDER_LONG").is_some() { usual * 10 } else { usual }
}

fn home() -> Home {
    let home = Home::new();
    home.tree().many(40);
    home
}

/// Asserts that an answer is the truth, and that nothing is complained of.
fn stands(home: &Home, truth: &serde_json::Value, after: &str) {
    let again = home.run(&["count", "--json"]);
    assert_eq!((again.err.as_str(), &again.json()["total"]), ("", truth), "after {after}");
}

/// Asserts that a run ended by itself, and said so when it failed.
fn is_told(run: &Run, what: &str) {
    assert!(run.code.is_some(), "{what}: a signal ended it: {run:?}");
    assert!(run.code == Some(0) || !run.err.is_empty(), "{what}: it failed without a word");
    assert!(!run.err.contains("panicked"), "{what}: {}", run.err);
}

#[test]
fn a_kill_at_any_write_leaves_a_store_that_opens() {
    if !can_trace() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    for call in ["pwrite64", "rename", "fsync", "ftruncate", "unlink"] {
        for number in 1..=depth(8) {
            let kill = format!("{call}:signal=SIGKILL:when={number}");
            let killed = home.run_with(&kill, &["count", "--json"]);
            stands(&home, &truth, &kill);
            home.run(&["cache", "clear", "--yes"]).ended_with(0);
            if killed.code == Some(0) {
                break;
            }
        }
    }
    home.count();
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
}

/// A full cache, a further result to be put, and an export to be imported.
struct Full {
    home: Home,
    export: PathBuf,
}

/// How many results are kept from the beginning.
const RESULTS: u32 = 3;

impl Full {
    fn new() -> Self {
        let home = home();
        let export = home.path().join("export");
        home.count();
        (0..RESULTS).for_each(|id| drop(Run::of(&mut home.put(id)).ended_with(0)));
        home.run(&["cache", "export", export.to_str().unwrap()]).ended_with(0);
        Self { home, export }
    }

    /// Makes it whole again.
    fn refill(&self) {
        let import = ["cache", "import", "--source", self.export.to_str().unwrap()];
        self.home.run(&import).ended_with(0);
        self.home.count();
    }

    /// Returns what is done: with its number a result that is put.
    fn commands(&self, id: u32) -> [Vec<String>; 5] {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let path = self.export.to_str().unwrap();
        [
            self.home.put_args(id),
            words(&["cache", "import", "--source", path]),
            words(&["cache", "compact"]),
            words(&["cache", "evict", "--percent", "50", "--kind", "count", "--yes"]),
            words(&["cache", "export", path]),
        ]
    }

    /// Asserts that what was kept is there, and that nothing is wrong or half.
    fn is_sound(&self, after: &str) {
        for id in 0..RESULTS {
            assert!(self.home.has_result(id), "after {after}: result {id} is lost");
        }
        let verified = self.home.json(&["cache", "verify", "--json"]);
        assert_eq!((&verified["wrong"], &verified["damaged"]), (&0.into(), &0.into()), "{after}");
    }
}

#[test]
fn a_kill_at_any_call_of_what_changes_the_cache_loses_nothing() {
    if !can_trace() {
        return;
    }
    let full = Full::new();
    let truth = full.home.true_total();
    let mut id = 100;
    for at in 0..4 {
        for call in ["pwrite64", "write", "rename", "fsync"] {
            for number in 1..=depth(3) {
                id += 1;
                let args = &full.commands(id)[at];
                let kill = format!("{call}:signal=SIGKILL:when={number}");
                let killed = full.home.run_with(&kill, args);
                let what = format!("{} killed at {kill}", args[1]);
                stands(&full.home, &truth, &what);
                full.is_sound(&what);
                let is_kept = at == 0 && full.home.has_result(id);
                assert!(at != 0 || killed.code != Some(0) || is_kept, "{what}: it is not kept");
                if killed.code == Some(0) {
                    break;
                }
            }
        }
        full.refill();
    }
}

#[test]
fn a_disk_that_is_full_or_broken_costs_only_the_cache() {
    if !can_trace() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    for fault in ["ENOSPC", "EIO", "EDQUOT"] {
        for call in ["pwrite64", "rename", "fsync", "fdatasync", "mkdir", "ftruncate"] {
            let run = home.run_with(&format!("{call}:error={fault}"), &["count", "--json"]);
            assert_eq!(run.json()["total"], truth, "{fault} at {call}: {}", run.err);
            // The fault has passed: all is as before.
            let again = home.run(&["count", "--json"]);
            assert_eq!(again.json()["total"], truth, "after {fault} at {call}");
            home.run(&["cache", "clear", "--yes"]).ended_with(0);
        }
    }
    home.count();
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
}

#[test]
fn what_a_full_or_broken_disk_did_not_keep_is_said_and_what_was_kept_is_kept() {
    if !can_trace() {
        return;
    }
    let full = Full::new();
    let truth = full.home.true_total();
    let (mut id, mut refused) = (200, 0);
    for fault in ["ENOSPC", "EIO"] {
        for call in ["pwrite64", "write", "rename", "fsync", "mkdir"] {
            id += 1;
            for args in full.commands(id) {
                let inject = format!("{call}:error={fault}");
                let run = full.home.run_with(&inject, &args);
                let what = format!("{} with {inject}", args[1]);
                // Without any write there are no words either.
                if call != "write" {
                    is_told(&run, &what);
                }
                refused += u32::from(run.code != Some(0));
                // A put that says yes has kept it.
                let is_put = args[1] == "put" && run.code == Some(0);
                assert!(!is_put || full.home.has_result(id), "{what}: it is not kept");
            }
            let what = format!("{fault} at {call}");
            stands(&full.home, &truth, &what);
            full.is_sound(&what);
            full.refill();
        }
    }
    assert!(refused > 10, "only {refused} were refused: this tests nothing");
}

#[test]
fn a_file_that_cannot_be_opened_is_no_reason_to_lose_another() {
    if !can_trace() {
        return;
    }
    let full = Full::new();
    let truth = full.home.true_total();
    for (turn, args) in full.commands(300).iter().enumerate() {
        // The first opens are those of the loader; what comes later is larder's own.
        for number in (12 + turn..60).step_by(9) {
            let inject = format!("openat:error=EIO:when={number}+7");
            let run = full.home.run_with(&inject, args);
            is_told(&run, &format!("{} with {inject}", args[1]));
        }
        let what = format!("{} with files that cannot be opened", args[1]);
        stands(&full.home, &truth, &what);
        full.is_sound(&what);
    }
}

#[test]
fn a_result_is_synced_with_its_folder_before_it_counts_as_kept() {
    if !can_trace() {
        return;
    }
    let home = home();
    let log = home.path().join("calls");
    let calls = ["-e", "trace=rename,fsync,fdatasync,write", "-y", "-s", "0"];
    let mut traced = home.traced_into(&log, &calls, &home.put_args(1));
    Run::of(&mut traced).ended_with(0);
    let log = fs::read_to_string(log).unwrap();
    let at = |what: &dyn Fn(&str) -> bool, name: &str| {
        log.lines().position(what).unwrap_or_else(|| panic!("no {name} in {log}"))
    };
    let is_sync = |line: &str| line.contains("fsync(") || line.contains("fdatasync(");
    let file =
        at(&|line| is_sync(line) && line.contains("/results/") && line.contains(".tmp>"), "sync");
    let renamed = at(&|line| line.contains("rename(") && line.contains("/results/"), "rename");
    let folder = log.lines().enumerate().position(|(number, line)| {
        number > renamed && is_sync(line) && line.contains("/results/") && !line.contains(".tmp>")
    });
    let said = at(&|line| line.contains("write(1<"), "word of it");
    let folder = folder.unwrap_or_else(|| panic!("the folder was not synced: {log}"));
    assert!(file < renamed && renamed < folder && folder < said, "{log}");
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_is_listed_and_the_rest_counted() {
    // Linux has a regular file that opens and fails to be read: the memory of a process.
    let home = Home::new();
    let report = home.json(&["count", "--json", "/proc/self/mem"]);
    let file = &report["files"][0];
    assert_eq!((&file["status"], &file["tokens"]), (&"unreadable".into(), &().into()));
    assert_eq!(report["total"]["skipped"], 1);
}

#[test]
fn a_source_file_on_a_broken_disk_is_listed_and_counted_when_the_disk_works_again() {
    if !can_trace() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    let bad = home.tree().file("d0/bad.txt", "words of a file that cannot be read");
    let path = bad.to_str().unwrap();
    let strace = ["-P", path, "-e", "inject=read,pread64:error=EIO"];
    let report = Run::of(&mut home.traced(&strace, &["count", "--json"])).json();
    let files = report["files"].as_array().unwrap();
    let row = files.iter().find(|file| file["path"] == "d0/bad.txt").unwrap();
    assert_eq!(row["status"], "unreadable", "{row}");
    assert_eq!(report["total"]["tokens"], truth["tokens"]);
    let again = home.count();
    assert_eq!(again["total"], home.true_total());
    assert_eq!(again["total"]["skipped"], 0);
}
