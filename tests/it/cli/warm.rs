//! The second time: everything from the cache, nothing stale.

use std::{fs, process::Command};

use serde_json::Value;

use crate::support::{Home, Run, restore_times};

/// A repository whose files are older than the racy window: the index may trust their times.
fn settled() -> Home {
    let home = Home::new();
    home.tree().many(80);
    home.tree().age();
    home
}

fn session(home: &Home) -> (Value, Value) {
    let report = home.count();
    (report["hits"].clone(), report["computed"].clone())
}

/// Returns the misses of a tier for life.
fn misses(home: &Home, tier: &str) -> u64 {
    let status = home.status();
    let tiers = status["tiers"].as_array().unwrap();
    let tier = tiers.iter().find(|stats| stats["tier"] == tier).unwrap();
    tier["misses"].as_u64().unwrap()
}

#[test]
fn a_second_start_is_all_hits_and_tokenises_nothing() {
    let home = settled();
    let first = home.count();
    assert_eq!((&first["hits"], &first["computed"]), (&0.into(), &80.into()));
    let before = misses(&home, "disk");
    let second = home.count();
    assert_eq!((&second["hits"], &second["computed"]), (&80.into(), &0.into()));
    assert_eq!(second["total"], first["total"]);
    assert_eq!(misses(&home, "disk"), before, "a hit missed");
}

#[test]
fn the_dashboard_is_complete_from_what_count_left() {
    let home = settled();
    home.count();
    let before = misses(&home, "disk");
    let screen = home.once("", "120x36").ended_with(0).out;
    assert!(screen.contains("all counted") && screen.contains("100.0 %"), "{screen}");
    assert_eq!(misses(&home, "disk"), before, "the dashboard counted anew");
}

#[test]
fn a_copy_elsewhere_hits_by_content() {
    let home = settled();
    home.count();
    let copy = home.path().join("copy");
    let copied = Command::new("cp").args(["-r".as_ref(), home.repo().as_path(), &copy]).status();
    assert!(copied.unwrap().success());
    let report = home.json(&["count", "--json", copy.to_str().unwrap()]);
    assert_eq!((&report["hits"], &report["computed"]), (&80.into(), &0.into()));
    assert_eq!(home.cached(), 80);
}

#[test]
fn another_encoding_is_counted_apart() {
    let home = settled();
    home.count();
    let args = ["count", "--encoding", "cl100k_base", "--json"];
    assert_eq!(home.json(&args)["computed"], 80);
    assert_eq!(home.json(&args)["computed"], 0);
    assert_eq!(session(&home), (80.into(), 0.into()), "the first encoding was forgotten");
    let default = home.json(&["count", "--encoding", "o200k_base", "--json"]);
    assert_eq!((&default["total"], &default["computed"]), (&home.count()["total"], &0.into()));
}

#[test]
fn a_changed_file_is_counted_again_and_only_that() {
    let home = settled();
    home.count();
    home.tree().file("d0/f0.txt", "quite another text than before");
    assert_eq!(session(&home), (79.into(), 1.into()));
    assert_eq!(home.count()["total"], home.true_total());
}

#[test]
fn a_renamed_file_keeps_its_count() {
    let home = settled();
    home.count();
    fs::rename(home.repo().join("d0/f0.txt"), home.repo().join("moved.txt")).unwrap();
    assert_eq!(session(&home), (80.into(), 0.into()));
}

#[test]
fn a_file_changed_just_after_it_was_read_is_not_trusted() {
    let home = Home::with(&[("a.txt", "first words")]);
    home.count();
    let path = home.repo().join("a.txt");
    let before = fs::metadata(&path).unwrap();
    // As long as before, and so soon after that its times say nothing.
    fs::write(&path, "other thing").unwrap();
    restore_times(&path, &before);
    assert_eq!(home.count()["total"], home.true_total());
}

#[test]
fn strict_mode_sees_a_change_behind_restored_times() {
    let home = settled();
    home.count();
    let path = home.repo().join("d1/f1.txt");
    let before = fs::metadata(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("words", "w0rd5")).unwrap();
    restore_times(&path, &before);
    let truth = home.true_total();
    let mut command = home.larder(&["count", "--json"]);
    let strict = Run::of(command.env("LARDER_STORE_STRICT", "true")).json();
    assert_eq!(strict["total"], truth);
    assert_eq!(strict["computed"], 1, "only what changed is counted");
}

#[test]
fn hits_and_misses_are_kept_for_life() {
    let home = settled();
    home.count();
    home.count();
    home.count();
    let status = home.status();
    let of = |name: &str| {
        let tiers = status["tiers"].as_array().unwrap();
        tiers.iter().map(|tier| tier[name].as_u64().unwrap()).sum::<u64>()
    };
    assert!(of("hits") >= 160, "{status}");
    assert!(of("misses") >= 80, "{status}");
}

#[test]
fn paths_that_overlap_are_counted_once() {
    let home = Home::with(&[("a.txt", "one"), ("sub/b.txt", "two words"), ("sub/c.txt", "x")]);
    let files = |paths: &[&str]| {
        let args: Vec<_> = ["count", "--json"].iter().chain(paths).copied().collect();
        home.json(&args)["total"]["files"].clone()
    };
    assert_eq!(files(&[".", "sub"]), 3);
    assert_eq!(files(&["sub", "sub/b.txt"]), 2);
    assert_eq!(files(&["a.txt", "./a.txt", "sub/../a.txt"]), 1);
}
