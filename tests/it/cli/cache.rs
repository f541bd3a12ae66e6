//! What changes the cache from the command line.

use std::path::Path;

use crate::support::{Home, Terminal};

fn filled() -> Home {
    let home =
        Home::with(&[("a", "one"), ("b", "two words"), ("c", "and three words"), ("d", "x")]);
    home.count();
    assert_eq!(home.cached(), 4);
    home
}

#[test]
fn what_removes_needs_a_yes_without_a_terminal() {
    let home = filled();
    for args in [&["cache", "clear"][..], &["cache", "evict", "--percent", "100"]] {
        home.run(args).ended_with(2).says(&["--yes"]);
        assert_eq!(home.cached(), 4, "{args:?} removed although refused");
    }
}

#[test]
fn while_another_larder_has_the_cache_only_its_status_is_told() {
    let home = filled();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    let status = home.status();
    assert_eq!(status["mode"]["state"], "memory-only", "{status}");
    let pid = format!("in process {}", terminal.pid().as_raw_nonzero());
    assert!(status["mode"]["reason"].as_str().unwrap().contains(&pid), "{status}");
    assert_eq!(home.cached(), 4);
    let table = home.run(&["cache", "status"]).ended_with(0).out;
    assert!(table.contains(&pid) && !table.contains('≈'), "{table}");
    let key = "0".repeat(64);
    for args in [
        &["list"][..],
        &["inspect", &key],
        &["report"],
        &["evict", "--yes"],
        &["clear", "--yes"],
        &["verify"],
        &["invalidate", "a"],
        &["compact"],
        &["export", "out"],
        &["import", "--source", "a"],
    ] {
        let args = [&["cache"], args].concat();
        home.run(&args).ended_with(1).says(&[&pid, "close that larder first"]);
    }
}

#[test]
fn results_are_kept_and_got_while_a_dashboard_has_the_cache() {
    let home = filled();
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    let of = |verb: &str, more: &[&str]| {
        let factors = ["--type", "docs", "--content", "b", "--provider", "xai", "--model", "grok"];
        home.run(&[&["cache", verb], &factors[..], more].concat())
    };
    of("get", &[]).ended_with(3);
    of("put", &["b"]).ended_with(0);
    assert_eq!(of("get", &[]).ended_with(0).out, "two words");
    terminal.press("q");
    terminal.wait_for_end(std::time::Duration::from_secs(20));
    assert_eq!(of("get", &[]).ended_with(0).out, "two words");
}

#[test]
fn a_dry_run_removes_nothing_and_needs_no_yes() {
    let home = filled();
    let run = home.run(&["cache", "evict", "--percent", "100", "--dry-run"]).ended_with(0);
    assert!(run.out.contains("would evict 4 entries"), "{run:?}");
    assert_eq!(home.cached(), 4);
}

#[test]
fn an_eviction_without_a_target_takes_a_fifth_of_the_bytes() {
    let home = filled();
    let run = home.run(&["cache", "evict", "--dry-run"]).ended_with(0);
    assert!(run.out.contains("would evict 1 entry"), "{run:?}");
    assert_eq!(home.cached(), 4);
}

#[test]
fn what_was_evicted_is_counted_again() {
    let home = filled();
    let before = home.count()["total"].clone();
    home.run(&["cache", "evict", "--entries", "3", "--policy", "lru", "--yes"]).ended_with(0);
    assert_eq!(home.cached(), 1);
    // With other times than before no file is known by its path alone.
    home.tree().age();
    assert_eq!(home.count()["total"], before);
    assert_eq!(home.cached(), 4, "every file is cached again");
}

#[test]
fn clearing_a_kind_leaves_nothing_of_it_and_counts_come_back() {
    let home = filled();
    let before = home.count()["total"].clone();
    home.run(&["cache", "clear", "--kind", "count", "--yes"]).ended_with(0);
    assert_eq!(home.cached(), 0);
    let again = home.count();
    assert_eq!(again["total"], before);
    assert_eq!(again["computed"], 4, "nothing was left to hit: {again}");
}

#[test]
fn clearing_all_counts_everything_anew() {
    let home = filled();
    home.run(&["cache", "clear", "--yes"]).ended_with(0);
    assert_eq!(home.cached(), 0);
    assert_eq!(home.count()["computed"], 4);
}

#[test]
fn an_invalidated_file_is_counted_again_and_the_others_are_not() {
    let home = filled();
    let of_counts = |name: &str| home.status()["kinds"][0][name].as_u64().unwrap();
    let (misses, removals) = (of_counts("misses"), of_counts("removals"));
    home.run(&["cache", "invalidate", "b"]).ended_with(0);
    assert_eq!((of_counts("removals"), of_counts("misses")), (removals + 1, misses + 1));
    assert_eq!(home.cached(), 4);
    let verified = home.json(&["cache", "verify", "--sample", "100", "--json"]);
    assert_eq!((&verified["wrong"], &verified["damaged"]), (&0.into(), &0.into()));
    assert_eq!(home.count()["total"], home.true_total());
}

#[test]
fn a_verification_counts_some_of_the_repository_again_unless_told_not_to() {
    let home = Home::new();
    home.tree().many(80);
    home.count();
    let recounted = |args: &[&str]| {
        let report = home.json(&[&["cache", "verify", "--json"], args].concat());
        assert_eq!((&report["wrong"], &report["damaged"]), (&0.into(), &0.into()));
        report["recounted"].as_u64().unwrap()
    };
    assert!((1..80).contains(&recounted(&[])), "a tenth");
    assert_eq!(recounted(&["--sample", "0"]), 0);
    let none = home.run(&["cache", "verify", "--sample", "0"]).ended_with(0).out;
    assert!(!none.contains("counted again"), "{none}");
}

#[test]
fn the_bytes_on_the_disk_are_those_of_the_folder() {
    let home = filled();
    home.tree().many(300);
    home.count();
    let said = home.status()["disk_use"].as_u64().unwrap();
    let found = bytes_below(&home.cache());
    // A hundredth of a MiB, as sizes are shown: the numbers themselves are written last.
    assert!(said.abs_diff(found) < (1 << 20) / 100, "{said} of {found}");
    assert!(found > 300 * 64, "{found}");
}

#[test]
fn a_cache_that_is_not_there_yet_has_no_bytes_hits_or_misses() {
    let home = Home::new();
    let status = home.status();
    assert_eq!((&status["disk_use"], home.cached()), (&0.into(), 0));
    assert_eq!(status["session"], serde_json::json!({"hits": 0, "misses": 0}));
    assert_eq!(status["saved_at"], serde_json::Value::Null);
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries
        .map(|entry| match entry.metadata().unwrap() {
            data if data.is_dir() => bytes_below(&entry.path()),
            data => data.len(),
        })
        .sum()
}

#[test]
fn a_cache_that_is_switched_off_is_neither_read_nor_filled() {
    let home = Home::with(&[("a", "one")]);
    home.run(&["count", "--no-cache"]).ended_with(0);
    assert!(!home.cache().exists(), "it made a cache");
    let off = home.json(&["count", "--no-cache", "--json"]);
    assert_eq!((&off["hits"], &off["computed"]), (&0.into(), &1.into()));
}

#[test]
fn automatic_cleaning_keeps_the_cache_below_its_limit() {
    let home = Home::new();
    home.tree().many(400);
    home.settings("[store]\ndisk-bytes = \"1 MiB\"\nhigh-mark = 2\nlow-mark = 1\n");
    let report = home.count();
    assert_eq!(report["total"]["files"], 400);
    assert_eq!(report["total"], home.true_total());
    let disk = home.status()["tiers"].as_array().unwrap().last().unwrap().clone();
    assert!(disk["evictions"].as_u64().unwrap() > 0, "{disk}");
    assert!(disk["bytes"].as_u64().unwrap() <= (1 << 20) / 50, "{disk}");
}

#[test]
fn a_first_start_keeps_its_counts_in_the_database() {
    let home = filled();
    assert_eq!(home.status()["mode"]["state"], "ok");
    assert!(home.cache().join("gen-0001/sled/db").is_file());
    assert!(!home.cache().join("token_cache.json").exists(), "no fallback is needed");
}

#[test]
fn entries_are_listed_by_what_they_say() {
    let home = filled();
    for (of, file) in [("docs", "a"), ("refactor", "b")] {
        let args = ["cache", "put", "--type", of, "--content", file, "--provider", "xai"];
        let args = [&args[..], &["--model", "grok-4", "--cost", "0.25", file]].concat();
        home.run(&args).ended_with(0);
    }
    let listed = |text: &str| home.json(&["cache", "list", "--text", text, "--json"]);
    assert_eq!(listed("GROK")["total"], 2);
    let docs = listed("docs");
    assert_eq!((&docs["total"], &docs["entries"][0]["remake_usd"]), (&1.into(), &"0.25".into()));
    let by_key = listed(docs["entries"][0]["key"].as_str().unwrap());
    assert_eq!(by_key, docs);
    assert_eq!(listed("nothing of the kind")["total"], 0);
}

#[test]
fn a_result_without_a_prompt_is_that_of_its_type() {
    let home = Home::with(&[("a", "one")]);
    let of = |verb: &str, of: &str, more: &[&str]| {
        let factors = ["--content", "a", "--provider", "xai", "--model", "grok-4"];
        home.run(&[&["cache", verb, "--type", of], &factors[..], more].concat())
    };
    of("put", "docs", &["a"]).ended_with(0);
    assert_eq!(of("get", "docs", &[]).ended_with(0).out, "one");
    // The prompt that RustAssistant has for documents, and the first version of its form.
    let named = ["--prompt-hash", "c60c523a24bf573e", "--schema", "1"];
    assert_eq!(of("get", "docs", &named).ended_with(0).out, "one");
    of("get", "docs", &["--prompt-hash", "another"]).ended_with(3);
    of("get", "docs", &["--schema", "2"]).ended_with(3);
    of("get", "refactor", &[]).ended_with(3);
    of("put", "mine", &["a"]).ended_with(0);
    assert_eq!(of("get", "mine", &["--prompt-hash", ""]).ended_with(0).out, "one");
}
