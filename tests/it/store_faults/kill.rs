//! Killed at any moment: the store opens again without complaint, numbers are true, and what was
//! said to be kept is kept.

use std::{env, fs, path::PathBuf, process::Command, time::Duration};

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Fate, Home, Terminal, besiege, is_private};

/// A checkpoint that is looked for so often, ten times a second at most, does not come.
const LOOKS: u32 = 600;

/// How often a program is killed; the long run takes more.
fn kills(usual: u32) -> u32 {
    if env::var_os("LARDER_LONG").is_some() { usual * 8 } else { usual }
}

/// Counts, and asserts that nothing is complained of and every number is true.
fn stands(home: &Home, truth: &Value, round: u32) {
    let again = home.run(&["count", "--json"]);
    assert_eq!(again.err, "", "round {round}: it complains");
    assert_eq!(again.json()["total"], *truth, "round {round}");
}

/// Asserts that every entry is sound, and that the store knows how many it has.
fn is_sound(home: &Home, round: u32) -> u64 {
    let verified = home.json(&["cache", "verify", "--json"]);
    let (wrong, damaged) = (&verified["wrong"], &verified["damaged"]);
    assert_eq!((wrong, damaged), (&0.into(), &0.into()), "round {round}");
    let status = home.status();
    assert_eq!(status["mode"]["state"], "ok", "round {round}: {status}");
    assert_eq!(home.cached(), verified["entries"].as_u64().unwrap(), "round {round}: {status}");
    home.cached()
}

fn generations(home: &Home) -> usize {
    let entries = fs::read_dir(home.cache()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("gen-")).count()
}

#[test]
fn a_count_that_is_killed_at_any_moment_leaves_a_store_that_opens() {
    let home = Home::new();
    home.tree().many(300);
    let truth = home.true_total();
    besiege(
        kills(34),
        |round| {
            if round % 3 == 0 {
                home.run(&["cache", "clear", "--yes"]).ended_with(0);
            }
            home.larder(&["count"])
        },
        |round, _| {
            stands(&home, &truth, round);
            if round % 5 == 0 {
                is_sound(&home, round);
            }
        },
    );
    home.count();
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
    is_private(&home.cache());
}

#[test]
fn a_result_that_was_said_to_be_kept_survives_every_kill() {
    let home = Home::new();
    home.tree().many(20);
    let truth = home.true_total();
    let mut kept = Vec::new();
    besiege(
        kills(30),
        |round| home.put(round),
        |round, fate| {
            let is_there = home.has_result(round);
            match fate {
                Fate::Ended(code) => {
                    assert_eq!(code, Some(0));
                    assert!(is_there, "result {round} was acknowledged and is lost");
                    kept.push(round);
                }
                Fate::Killed if is_there => kept.push(round),
                Fate::Killed => {}
            }
            if round % 5 == 4 {
                stands(&home, &truth, round);
                is_sound(&home, round);
            }
        },
    );
    assert!(!kept.is_empty(), "nothing was ever kept: this tests nothing");
    for id in &kept {
        assert!(home.has_result(*id), "result {id} is lost");
    }
    let results = home.json(&["cache", "list", "--kind", "result", "--json"]);
    assert_eq!(results["total"], kept.len(), "what is kept is listed");
    // The same when the whole cache is lost.
    fs::remove_dir_all(home.cache()).unwrap();
    for id in &kept {
        assert!(home.has_result(*id), "result {id} is lost with the cache");
    }
    is_private(&home.path().join("data"));
}

/// Writes an export of so many counts and results, from another home.
fn export(home: &Home, results: u32) -> PathBuf {
    let other = Home::new();
    other.tree().many(300);
    other.count();
    for id in 0..results {
        assert_eq!(crate::support::Run::of(&mut other.put(id)).code, Some(0));
    }
    let path = home.path().join("export");
    other.run(&["cache", "export", path.to_str().unwrap()]).ended_with(0);
    path
}

#[test]
fn an_import_that_is_killed_takes_over_whole_entries_or_none() {
    let home = Home::new();
    home.tree().many(20);
    let truth = home.true_total();
    let file = export(&home, 10);
    let import = ["cache", "import", "--source", file.to_str().unwrap()];
    besiege(
        kills(20),
        |round| {
            if round % 2 == 0 {
                home.run(&["cache", "clear", "--yes"]).ended_with(0);
            }
            home.larder(&import)
        },
        |round, _| {
            stands(&home, &truth, round);
            home.has_result(round % 10);
            if round % 4 == 0 {
                is_sound(&home, round);
            }
        },
    );
    home.run(&import).ended_with(0);
    assert!((0..10).all(|id| home.has_result(id)), "an import does not finish what another began");
}

#[test]
fn a_compaction_that_is_killed_loses_nothing_and_leaves_one_generation() {
    let home = Home::new();
    home.tree().many(300);
    home.count();
    (0..10).for_each(|id| drop(crate::support::Run::of(&mut home.put(id)).ended_with(0)));
    let truth = home.true_total();
    let entries = is_sound(&home, 0);
    besiege(
        kills(16),
        |_| home.larder(&["cache", "compact"]),
        |round, _| {
            stands(&home, &truth, round);
            assert_eq!(is_sound(&home, round), entries, "round {round}");
            assert!(home.has_result(round % 10), "round {round}: a result is lost");
            assert_eq!(generations(&home), 1, "round {round}: what is unfinished stays");
        },
    );
    home.run(&["cache", "compact"]).ended_with(0);
    assert_eq!(is_sound(&home, 0), entries);
}

/// Kills a command that removes entries of a full cache.
fn besiege_removal(args: &'static [&'static str], times: u32) {
    let home = Home::new();
    home.tree().many(200);
    let truth = home.true_total();
    besiege(
        kills(times),
        |round| {
            home.count();
            home.put(round % 10).output().unwrap();
            home.larder(args)
        },
        |round, _| {
            stands(&home, &truth, round);
            home.has_result(round % 10);
            if round % 3 == 0 {
                is_sound(&home, round);
            }
        },
    );
}

#[test]
fn an_eviction_that_is_killed_leaves_a_store_that_opens() {
    besiege_removal(&["cache", "evict", "--percent", "60", "--yes"], 12);
}

#[test]
fn a_clear_that_is_killed_leaves_a_store_that_opens() {
    besiege_removal(&["cache", "clear", "--yes"], 8);
    besiege_removal(&["cache", "clear", "--kind", "result", "--yes"], 4);
}

#[test]
fn an_export_that_is_killed_leaves_the_file_of_before() {
    let home = Home::new();
    home.tree().many(300);
    home.count();
    let path = home.path().join("export");
    let export = || -> Command { home.larder(&["cache", "export", path.to_str().unwrap()]) };
    assert!(export().output().unwrap().status.success());
    let before = fs::read(&path).unwrap();
    besiege(
        kills(6),
        |_| export(),
        |round, _| {
            assert!(fs::read(&path).unwrap() == before, "round {round}: the export is another one");
        },
    );
}

#[test]
fn a_dashboard_that_is_killed_in_its_warm_up_leaves_a_store_that_opens() {
    let home = Home::new();
    home.tree().many(800);
    let truth = home.true_total();
    for round in 0..kills(8) {
        let mut terminal = Terminal::start(&home, 100, 30);
        terminal.wait_for("Tree");
        if round % 2 == 1 {
            terminal.wait_for("all counted");
        }
        terminal.signal(Signal::KILL);
        terminal.wait_for_end(Duration::from_secs(5));
        stands(&home, &truth, round);
    }
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
}

#[test]
fn a_kill_loses_only_the_last_seconds() {
    let home = Home::new();
    home.tree().many(100);
    let mut terminal = Terminal::start(&home, 100, 30);
    terminal.wait_for("all counted");
    // Who asks while another one has the cache is told the numbers that a checkpoint saved last.
    let is_saved = (0..LOOKS).any(|_| {
        terminal.wait_for_quiet(Duration::from_millis(100));
        home.cached() == 100
    });
    assert!(is_saved, "no checkpoint came");
    terminal.signal(Signal::KILL);
    terminal.wait_for_end(Duration::from_secs(5));
    assert_eq!(home.count()["computed"], 0, "what a checkpoint wrote is lost");
}
