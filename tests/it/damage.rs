//! A store that was damaged, blocked or left behind: larder counts all the same, and says so.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Home, Run, Terminal, is_private};

fn filled() -> Home {
    let home = Home::new();
    home.tree().many(120);
    home.count();
    assert_eq!(home.cached(), 120);
    home
}

fn sled(home: &Home) -> PathBuf {
    let current = fs::read_to_string(home.cache().join("CURRENT")).unwrap();
    let word = current.split(|c: char| !c.is_alphanumeric() && c != '-');
    let generation = word.into_iter().find(|word| word.starts_with("gen-")).unwrap();
    home.cache().join(generation).join("sled")
}

/// Counts, and asserts that every number is true.
fn still_counts(home: &Home) -> Run {
    let run = home.run(&["count", "--json"]);
    assert_eq!(run.json()["total"], home.true_total(), "{}", run.err);
    run
}

/// Asserts that the cache works again: all is found the second time.
fn is_repaired(home: &Home) {
    home.count();
    let again = home.count();
    assert_eq!(again["computed"], 0, "the cache is not filled again");
    assert_eq!(home.json(&["cache", "verify", "--json"])["damaged"], 0);
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn damage_anywhere_in_the_store_never_changes_a_count() {
    for at in [0, 100, 5_000, 12_345, 30_000] {
        let home = filled();
        let db = sled(&home).join("db");
        if at < fs::metadata(&db).unwrap().len() {
            overwrite(&db, at, &[0xA5; 600]);
        }
        // Without the path index every count is asked of the store.
        fs::remove_dir_all(home.cache().join("repos")).unwrap();
        still_counts(&home);
        is_repaired(&home);
    }
}

#[test]
fn files_of_the_store_that_are_cut_or_gone_never_change_a_count() {
    for name in ["db", "conf", "snap"] {
        for cut in [Some(0), Some(64), None] {
            let home = filled();
            for entry in fs::read_dir(sled(&home)).unwrap() {
                let path = entry.unwrap().path();
                let is_meant = path.file_name().unwrap().to_string_lossy().starts_with(name);
                match cut {
                    Some(len) if is_meant => {
                        File::options().write(true).open(path).unwrap().set_len(len).unwrap();
                    }
                    None if is_meant => fs::remove_file(path).unwrap(),
                    Some(_) | None => {}
                }
            }
            fs::remove_dir_all(home.cache().join("repos")).unwrap();
            still_counts(&home);
            is_repaired(&home);
        }
    }
}

#[test]
fn a_damaged_path_index_is_read_as_missing() {
    let home = filled();
    for entry in fs::read_dir(home.cache().join("repos")).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = Vec::new();
        File::open(&path).unwrap().read_to_end(&mut bytes).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x40;
        fs::write(path, bytes).unwrap();
    }
    still_counts(&home);
    is_repaired(&home);
}

#[test]
fn a_damaged_store_is_kept_aside_and_told() {
    let home = filled();
    fs::write(sled(&home).join("conf"), "no settings of a store").unwrap();
    fs::remove_dir_all(home.cache().join("repos")).unwrap();
    let run = still_counts(&home);
    assert!(run.err.contains("damaged") && run.err.contains("quarantine"), "{run:?}");
    let quarantine = home.cache().join("quarantine");
    assert!(quarantine.is_dir() && fs::read_dir(&quarantine).unwrap().count() > 0);
    is_private(&home.cache());
    let log = fs::read_dir(home.state().join("log")).unwrap().next().unwrap().unwrap().path();
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("quarantine") || log.contains("damaged"), "{log}");
}

#[test]
fn every_command_that_opens_a_damaged_database_says_so() {
    for what in ["status", "list", "report", "verify"] {
        let home = filled();
        fs::write(sled(&home).join("conf"), "no settings of a store").unwrap();
        home.run(&["cache", what]).ended_with(0).says(&["damaged", "quarantine"]);
    }
}

#[test]
fn entries_that_the_end_of_a_damaged_database_took_with_it_are_told_and_not_counted() {
    let home = Home::new();
    home.tree().many(120);
    home.count();
    // Nobody has opened it since: all of the file is its log.
    let db = sled(&home).join("db");
    let half = fs::metadata(&db).unwrap().len() / 2;
    overwrite(&db, half, &vec![0xff; usize::try_from(half).unwrap()]);
    let listed = home.run(&["cache", "list", "--json"]).says(&["damaged", "lost"]).json();
    assert!(listed["total"].as_u64().unwrap() < 120);
    assert_eq!(home.cached(), listed["total"].as_u64().unwrap());
    let quiet = home.run(&["cache", "list"]).ended_with(0);
    assert!(!quiet.err.contains("damaged"), "it is told once: {quiet:?}");
    still_counts(&home);
}

#[test]
fn a_damaged_result_is_named_with_the_place_where_it_was_set_aside() {
    let home = Home::new();
    Run::of(&mut home.put(3)).ended_with(0);
    let results = home.path().join("data/larder/results");
    let part = fs::read_dir(&results).unwrap().next().unwrap().unwrap().path();
    let file = fs::read_dir(part).unwrap().next().unwrap().unwrap().path();
    overwrite(&file, 60, b"something else");
    let run = home.run(&["cache", "verify"]).ended_with(3);
    let run = run.says(&["review of a text by gpt-5", "results/damaged/"]);
    assert!(run.out.contains("1 damaged and removed from the cache"), "{run:?}");
    assert_eq!(fs::read_dir(results.join("damaged")).unwrap().count(), 1);
}

#[test]
fn what_a_database_holds_that_cannot_be_opened_is_not_left_out_in_silence() {
    let home = filled();
    let entries = home.json(&["cache", "list", "--json"]);
    let key = entries["entries"][0]["key"].as_str().unwrap();
    let db = sled(&home).join("db");
    fs::rename(&db, db.with_extension("away")).unwrap();
    fs::create_dir(&db).unwrap();
    let export = home.path().join("export");
    for args in [
        &["list"][..],
        &["report"],
        &["verify", "--sample", "0"],
        &["export", export.to_str().unwrap()],
        &["evict", "--percent", "50", "--dry-run"],
    ] {
        let run = home.run(&[&["cache"], args].concat()).ended_with(0);
        assert!(run.err.contains("database cannot be opened"), "{args:?}: {run:?}");
    }
    let inspect = home.run(&["cache", "inspect", key]).ended_with(1);
    assert!(inspect.err.contains("database cannot be opened"), "{inspect:?}");
    // It can be again.
    fs::remove_dir(&db).unwrap();
    fs::rename(db.with_extension("away"), &db).unwrap();
    let again = home.run(&["cache", "list", "--json"]);
    assert_eq!((again.err.as_str(), &again.json()["total"]), ("", &entries["total"]));
}

#[test]
fn what_a_killed_opening_left_is_removed() {
    let home = filled();
    fs::write(sled(&home).join("snap.0000000000000BAD.generating"), b"half").unwrap();
    assert_eq!(still_counts(&home).err, "");
    assert_eq!(home.cached(), 120, "the store was lost");
}

#[test]
fn a_current_that_is_garbage_does_not_stop_it() {
    for garbage in ["", "gen-9999", "../../etc", "\0\u{1}garbage\n\n"] {
        let home = filled();
        fs::write(home.cache().join("CURRENT"), garbage).unwrap();
        still_counts(&home);
        is_repaired(&home);
    }
}

#[test]
fn a_lock_that_a_dead_process_left_is_taken() {
    let home = filled();
    fs::write(home.cache().join("LOCK"), "1 1000\n").unwrap();
    let run = still_counts(&home);
    assert_eq!(run.err, "");
    assert_eq!(run.json()["computed"], 0);
}

#[test]
fn a_file_in_the_place_of_the_cache_costs_only_the_cache() {
    let home = filled();
    fs::remove_dir_all(home.cache()).unwrap();
    fs::write(home.cache(), "in the way").unwrap();
    let run = still_counts(&home);
    assert!(run.err.contains("cache"), "it says nothing: {run:?}");
    home.run(&["cache", "status"]).ended_with(0);
    home.run(&["cache", "list"]).ended_with(1).says(&["cache"]);
    let screen = home.once("", "120x36").ended_with(0).out;
    assert!(screen.contains("memory only") && screen.contains("all counted"), "{screen}");
    assert_eq!(fs::read_to_string(home.cache()).unwrap(), "in the way");
}

#[test]
fn a_database_that_cannot_be_opened_is_replaced_by_one_file_and_the_screen_says_so() {
    let home = Home::new();
    home.tree().many(30);
    home.tree().age();
    fs::create_dir_all(home.cache()).unwrap();
    fs::write(home.cache().join("gen-0001"), "in the way").unwrap();
    let first = home.count();
    assert_eq!((&first["computed"], &first["total"]), (&30.into(), &home.true_total()));
    let text = fs::read_to_string(home.cache().join("token_cache.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file.as_object().unwrap().len(), 30);
    // The hash of a file that the index does not know is looked up in that one file.
    fs::remove_dir_all(home.cache().join("repos")).unwrap();
    let again = home.count();
    assert_eq!((&again["hits"], &again["computed"]), (&30.into(), &0.into()));
    let screen = home.once("", "120x36").ended_with(0).out;
    assert!(screen.contains("fallback") && screen.contains("all counted"), "{screen}");
}

#[test]
fn a_file_in_the_place_of_the_state_costs_only_the_state() {
    let home = filled();
    fs::remove_dir_all(home.state()).unwrap();
    fs::write(home.state(), "in the way").unwrap();
    still_counts(&home);
    home.once("", "80x24").ended_with(0);
}

#[test]
fn a_request_that_cannot_be_written_down_is_refused_with_words() {
    let home = Home::new();
    let ledger = home.state().join("ledger");
    fs::create_dir_all(home.state()).unwrap();
    fs::write(&ledger, "in the way").unwrap();
    let record = ["spend", "record", "--provider", "openai", "--model", "gpt-5", "--output", "7"];
    home.run(&record).ended_with(1).says(&["ledger"]);
    assert_eq!(fs::read_to_string(&ledger).unwrap(), "in the way");
    fs::remove_file(&ledger).unwrap();
    home.run(&record).ended_with(0);
    assert_eq!(home.json(&["spend", "--json"])["total"]["requests"], 1);
}

#[test]
fn folders_of_xdg_that_are_unset_or_relative_are_the_defaults() {
    for value in [None, Some(""), Some("relative/folder"), Some("../up")] {
        let home = Home::with(&[("a.txt", "words")]);
        for id in [None, Some(3)] {
            let mut command =
                id.map_or_else(|| home.larder(&["count", "--json"]), |id| home.put(id));
            for name in ["XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
                command.env_remove(name);
                value.map(|value| command.env(name, value));
            }
            Run::of(&mut command).ended_with(0);
        }
        for folder in [".cache/larder/CURRENT", ".local/state/larder", ".local/share/larder"] {
            assert!(home.path().join(folder).exists(), "{value:?}: no {folder}");
        }
        let names = fs::read_dir(home.repo()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(names, [".git", "a.txt"], "{value:?}: something is in the repository");
        assert!(!home.path().join("up").exists());
    }
}

#[test]
fn a_cache_folder_that_vanishes_underneath_is_made_again() {
    let home = filled();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    fs::remove_dir_all(home.cache()).unwrap();
    home.tree().file("fresh.txt", "words that are new");
    terminal.wait_for("121 files");
    terminal.wait_for("all counted");
    terminal.press("q");
    terminal.wait_for_end(std::time::Duration::from_secs(5));
    terminal.is_whole();
    still_counts(&home);
    is_repaired(&home);
}

#[test]
fn a_second_larder_works_and_names_the_first() {
    let home = filled();
    let mut first = Terminal::start(&home, 120, 36);
    first.wait_for("all counted");
    let pid = first.pid().as_raw_nonzero().to_string();
    let second = still_counts(&home);
    assert!(second.err.contains(&pid), "no {pid} in {second:?}");
    home.run(&["cache", "clear", "--yes"]).ended_with(1).says(&[&pid]);
    let screen = home.once("", "120x36").ended_with(0).out;
    assert!(screen.contains("all counted"), "{screen}");
    first.press("q");
    first.wait_for_end(std::time::Duration::from_secs(2));
    assert_eq!(home.cached(), 120, "the first one's cache suffered");
}

#[test]
fn ten_starts_at_once_all_count() {
    let home = filled();
    home.run(&["cache", "clear", "--yes"]).ended_with(0);
    let truth = home.true_total();
    let all: Vec<_> = (0..10).map(|_| home.larder(&["count", "--json"]).spawn().unwrap()).collect();
    for one in all {
        assert_eq!(Run::of_child(one).json()["total"], truth);
    }
    is_repaired(&home);
    is_private(&home.cache());
}

#[test]
fn nobody_else_can_read_what_is_kept() {
    let home = Home::with(&[("a.txt", "secret words")]);
    let script = format!("umask 000; exec {} count", env!("CARGO_BIN_EXE_larder"));
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script]).current_dir(home.repo()).env_clear().envs(home.environment());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    Run::of(&mut command).ended_with(0);
    is_private(&home.cache());
    is_private(&home.state());
}
