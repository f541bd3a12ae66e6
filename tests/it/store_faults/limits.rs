//! Values and names out of the ordinary, a herd of larders, and a system with little to give.

use std::{
    fs::{self, File},
    os::unix::fs::{PermissionsExt, symlink},
    process::Command,
    sync::{
        Arc, Barrier,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use larder::{
    model::{EntryKey, Kind, SystemClock},
    store::{Computed, Options, Places, Store},
};

use crate::support::{Home, Run, Terminal, can_trace, cannot_test, is_private};

fn home() -> Home {
    let home = Home::new();
    home.tree().many(40);
    home
}

#[test]
fn a_value_without_a_byte_is_kept_and_one_over_the_limit_is_refused() {
    let home = home();
    // Number 0 has no bytes.
    Run::of(&mut home.put(0)).ended_with(0);
    assert!(home.has_result(0));
    let mut args = home.put_args(1);
    let huge = home.path().join("huge");
    File::create(&huge).unwrap().set_len((64 << 20) + 1).unwrap();
    args[4] = huge.to_str().unwrap().to_owned();
    home.run(&args).ended_with(1).says(&["64 MiB"]);
    assert!(!home.has_result(1));
    let limit = home.path().join("limit");
    File::create(&limit).unwrap().set_len(40 << 20).unwrap();
    limit.to_str().unwrap().clone_into(&mut args[4]);
    home.run(&args).ended_with(0);
}

#[test]
fn a_name_of_sixty_thousand_bytes_names_a_result() {
    let home = home();
    let long = "p".repeat(60_000);
    let swap = |mut args: Vec<String>, long: &str| {
        long.clone_into(args.last_mut().unwrap());
        args
    };
    home.run(&swap(home.put_args(7), &long)).ended_with(0);
    let got = home.run(&swap(home.get_args(7), &long));
    assert!(home.is_result(7, &got));
    // One byte less is another name.
    home.run(&swap(home.get_args(7), &long[1..])).ended_with(3);
    home.run(&["cache", "list", "--kind", "result"]).ended_with(0);
}

#[test]
fn thirty_larders_that_keep_and_get_at_once_agree() {
    let home = home();
    let truth = home.true_total();
    let all: Vec<_> = (0..30)
        .map(|number| {
            let child = match number % 3 {
                0 => home.put(3),
                1 => home.larder(&["count", "--json"]),
                _ => home.put(number),
            };
            ({ child }.spawn().unwrap(), number)
        })
        .collect();
    for (child, number) in all {
        let run = Run::of_child(child);
        match number % 3 {
            1 => assert_eq!(run.json()["total"], truth),
            _ => {
                let _ = run.ended_with(0);
                assert!(home.has_result(if number % 3 == 0 { 3 } else { number }));
            }
        }
    }
    assert_eq!(home.json(&["cache", "verify", "--json"])["damaged"], 0);
}

#[test]
fn two_hundred_who_want_one_value_wait_for_one_who_computes_it() {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::new(&folder.path().join("cache"), &folder.path().join("data"));
    let store = Store::open(&places, &Options::default(), Arc::new(SystemClock::start()));
    let (computed, together) = (AtomicU32::new(0), Barrier::new(200));
    let key = EntryKey([7; 32]);
    thread::scope(|scope| {
        for _ in 0..200 {
            scope.spawn(|| {
                together.wait();
                let got = store.get_or_compute(Kind::Fetch, &key, || {
                    computed.fetch_add(1, Ordering::SeqCst);
                    let remake = Duration::from_millis(1);
                    Ok::<_, ()>(Computed { value: b"dear".to_vec(), remake })
                });
                assert_eq!(got.unwrap().value, b"dear");
            });
        }
    });
    assert_eq!(computed.load(Ordering::SeqCst), 1);
}

/// Runs a script with a limit of the shell, and asserts that it ended with words or the truth.
fn limited(home: &Home, wrapper: &[&str], limit: &str, args: &[String]) -> Run {
    let quoted: Vec<_> = args.iter().map(|word| format!("'{word}'")).collect();
    let larder = env!("CARGO_BIN_EXE_larder");
    let script = format!("{limit}; exec {larder} {}", quoted.join(" "));
    let run = Run::of(&mut home.script(wrapper, &script));
    assert!(run.code.is_some(), "{limit}: a signal ended {args:?}: {run:?}");
    assert!(!run.err.contains("panicked"), "{limit}: {run:?}");
    assert!(run.code == Some(0) || !run.err.is_empty(), "{limit}: no word of {run:?}");
    run
}

#[test]
fn few_file_descriptors_cost_a_result_only_with_words() {
    let home = home();
    for limit in [6, 8, 10, 12, 16, 24, 32] {
        let words = format!("ulimit -n {limit}");
        let kept = limited(&home, &[], &words, &home.put_args(limit));
        assert_eq!(home.has_result(limit), kept.code == Some(0), "{limit}: {kept:?}");
        limited(&home, &[], &words, &["cache".into(), "status".into()]);
        let got = limited(&home, &[], &words, &home.get_args(limit));
        if got.code == Some(0) {
            home.is_result(limit, &got);
        }
    }
    assert!(home.has_result(32), "with 32 of them it works");
}

#[test]
fn a_result_that_few_file_descriptors_leave_unread_is_no_missing_result() {
    let home = home();
    Run::of(&mut home.put(3)).ended_with(0);
    let mut got_it = 0;
    for limit in 6..=20 {
        let got = limited(&home, &[], &format!("ulimit -n {limit}"), &home.get_args(3));
        match got.code {
            Some(0) => assert!(home.is_result(3, &got)),
            Some(1) => assert!(got.err.contains("open files"), "{limit}: no cause in {got:?}"),
            Some(_) | None => panic!("{limit}: {got:?}"),
        }
        got_it += u32::from(got.code == Some(0));
    }
    assert!((1..15).contains(&got_it), "{got_it} of 15 got it: this tests nothing");
    home.run(&home.get_args(4)).ended_with(3);
}

#[test]
fn little_memory_is_enough() {
    let home = home();
    let truth = home.true_total();
    let count = ["count".to_owned(), "--json".to_owned()];
    // Address space, of which far less is used: in kilobytes.
    let run = limited(&home, &[], "ulimit -v 700000", &count);
    assert_eq!(run.json()["total"], truth);
    let kept = limited(&home, &[], "ulimit -v 700000", &home.put_args(4));
    assert!(kept.code == Some(0) && home.has_result(4), "{kept:?}");
    let deep = limited(&home, &[], "ulimit -s 512", &count);
    assert_eq!(deep.json()["total"], truth, "with a small stack");
}

#[test]
fn a_system_without_threads_is_told_and_not_waited_for() {
    let home = home();
    let truth = home.true_total();
    // No limit stops root: somebody who runs nothing else.
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        cannot_test("only root can become somebody who runs nothing else");
        return;
    }
    let nobody = ["setpriv", "--reuid=64999", "--regid=64999", "--clear-groups"];
    for threads in [1, 2, 3, 4, 6, 8, 10, 14, 40] {
        let given = Command::new("chown").args(["-R", "64999:64999"]).arg(home.path()).status();
        assert!(given.unwrap().success());
        let words = format!("ulimit -u {threads}");
        let run = limited(&home, &nobody, &words, &["count".into(), "--json".into()]);
        if run.code == Some(0) {
            assert_eq!(run.json()["total"], truth, "{threads} threads");
        } else {
            assert!(threads < 40, "40 threads are enough: {run:?}");
        }
    }
}

#[test]
fn a_thread_that_cannot_be_started_is_told_and_not_waited_for() {
    if !can_trace() {
        return;
    }
    let home = home();
    let truth = home.true_total();
    for number in 1..=12 {
        let inject = format!("clone3,clone:error=EAGAIN:when={number}+");
        let run = home.run_with(&inject, &["count", "--json"]);
        let is_told = run.code.is_some() && !run.err.contains("panicked");
        assert!(is_told, "{number}: {:?} {}", run.code, run.err);
        match run.code {
            Some(0) => assert_eq!(run.json()["total"], truth, "{number}"),
            _ => assert!(!run.err.is_empty(), "{number}: it failed without a word"),
        }
    }
}

#[test]
fn results_and_use_log_are_for_the_user_alone_whatever_the_umask() {
    let home = home();
    let put = home.put_args(3);
    let quoted: Vec<_> = put.iter().map(|word| format!("'{word}'")).collect();
    let script = format!(
        "umask 000; larder count && larder {} && larder count && larder cache compact \
         && larder cache export $HOME/export",
        quoted.join(" ")
    );
    Run::of(&mut home.script(&[], &script)).ended_with(0);
    for folder in [home.cache(), home.state(), home.path().join("data/larder")] {
        is_private(&folder);
    }
    let mode = fs::metadata(home.path().join("export")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "an export may hold secrets");
}

#[test]
fn folders_behind_links_are_used() {
    let home = home();
    for name in ["cache", "data"] {
        fs::create_dir_all(home.path().join(format!("far/{name}"))).unwrap();
        symlink(format!("far/{name}"), home.path().join(name)).unwrap();
    }
    home.count();
    Run::of(&mut home.put(2)).ended_with(0);
    assert_eq!(home.count()["computed"], 0);
    assert!(home.has_result(2));
    assert!(home.path().join("far/cache/larder/CURRENT").exists());
}

#[test]
fn a_store_of_a_newer_larder_is_left_alone_and_told() {
    let home = home();
    home.count();
    Run::of(&mut home.put(2)).ended_with(0);
    let current = home.cache().join("CURRENT");
    fs::write(&current, "larder 99\nsomething of the future\n").unwrap();
    let run = home.run(&["count", "--json"]);
    assert_eq!(run.json()["total"], home.true_total());
    assert!(run.err.contains("newer"), "{run:?}");
    assert!(home.has_result(2), "results need no database");
    home.run(&["cache", "clear", "--yes"]).ended_with(1).says(&["newer"]);
    home.run(&["cache", "compact"]).ended_with(1).says(&["newer"]);
    assert_eq!(fs::read_to_string(&current).unwrap(), "larder 99\nsomething of the future\n");
    assert!(home.cache().join("gen-0001").exists(), "its generations are gone");
}

#[test]
fn what_is_deleted_while_it_runs_is_made_again() {
    let home = home();
    Run::of(&mut home.put(3)).ended_with(0);
    home.settings("[store]\ncheckpoint-ms = 100\n");
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    fs::remove_dir_all(home.path().join("data/larder")).unwrap();
    fs::remove_dir_all(home.cache()).unwrap();
    home.tree().file("fresh.txt", "words that are new");
    terminal.wait_for("41 files");
    terminal.wait_for("all counted");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(20)).success());
    assert!(!home.has_result(3), "it is deleted");
    Run::of(&mut home.put(3)).ended_with(0);
    assert!(home.has_result(3));
    home.count();
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
    let verified = home.json(&["cache", "verify", "--json"]);
    assert_eq!(verified["damaged"], 0);
    is_private(&home.cache());
}
