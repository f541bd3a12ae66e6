//! Results outlive the cache: who deletes its folder loses sight of none of them.

use std::fs;

use crate::support::{Home, Run};

/// Keeps three results, then deletes the cache.
fn without_cache() -> Home {
    let home = Home::new();
    (0..3).for_each(|id| _ = Run::of(&mut home.put(id)).ended_with(0));
    lose_cache(&home);
    home
}

fn lose_cache(home: &Home) {
    fs::remove_dir_all(home.cache()).unwrap();
}

#[test]
fn results_are_listed_told_exported_and_compacted_after_the_cache_was_deleted() {
    let home = without_cache();
    let listed = home.json(&["cache", "list", "--kind", "result", "--json"]);
    assert_eq!(listed["total"], 3, "{listed}");
    lose_cache(&home);
    let status = home.status();
    assert_eq!((&status["models"][0]["entries"], home.cached()), (&3.into(), 3), "{status}");
    lose_cache(&home);
    let backup = home.path().join("backup").display().to_string();
    let written = home.json(&["cache", "export", &backup, "--json"]);
    assert_eq!(written["entries"], 3, "{written}");
    lose_cache(&home);
    home.run(&["cache", "compact"]).ended_with(0);
}

#[test]
fn results_of_a_type_are_cleared_after_the_cache_was_deleted() {
    let home = without_cache();
    let cleared = home.run(&["cache", "clear", "--cache-type", "review", "--yes"]).ended_with(0);
    assert!(cleared.out.contains("cleared 3 results of type review"), "{cleared:?}");
    assert!((0..3).all(|id| !home.has_result(id)));
}

#[test]
fn a_clear_says_how_many_results_go_after_the_cache_was_deleted() {
    let home = without_cache();
    let cleared = home.json(&["cache", "clear", "--yes", "--json"]);
    assert_eq!(cleared["entries"], 3, "{cleared}");
    assert!((0..3).all(|id| !home.has_result(id)));
}

#[test]
fn the_status_of_a_cache_that_was_never_used_makes_no_database() {
    let home = Home::new();
    assert_eq!(home.cached(), 0);
    assert!(!home.cache().join("gen-0001").exists());
}
