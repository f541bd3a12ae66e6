//! Taking over the cache of another tool, from the command line.

use std::fs;

use crate::support::{ASSISTANT_ENTRY, Home};

#[test]
fn an_imported_result_is_got_by_its_content_although_its_file_was_not_there() {
    let home = Home::with(&[("abc.txt", "abc")]);
    let source = tempfile::tempdir().unwrap();
    let cache = source.path().join(".rustassistant/cache/docs");
    fs::create_dir_all(&cache).unwrap();
    fs::write(cache.join("src_jar_txt.json"), ASSISTANT_ENTRY).unwrap();
    let path = source.path().to_str().unwrap();
    home.run(&["cache", "import", "--source", path, "--verify"]).ended_with(0);
    let get = |content: &str| {
        home.run(&[
            "cache",
            "get",
            "--type",
            "docs",
            "--content",
            content,
            "--provider",
            "xai",
            "--model",
            "grok-beta",
            "--prompt-hash",
            "c60c523a24bf573e",
        ])
    };
    assert_eq!(get("abc.txt").ended_with(0).out.trim(), r#"{"score":9}"#);
    fs::write(home.repo().join("abc.txt"), "abd").unwrap();
    get("abc.txt").ended_with(3);
    // Two looks were asked for; the import's own check of what it kept was nobody's.
    let status = home.run(&["cache", "status", "--json"]).ended_with(0).out;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let kinds = status["kinds"].as_array().unwrap();
    let results = kinds.iter().find(|kind| kind["kind"] == "result").unwrap();
    assert_eq!((&results["hits"], &results["misses"]), (&1.into(), &1.into()), "{results}");
}

#[test]
fn a_result_has_one_key_whatever_becomes_of_its_file_between_two_imports() {
    for states in [["abc", "abd"], ["abd", "abc"]] {
        let home = Home::with(&[("src/jar.txt", states[0])]);
        home.assistant(0);
        let path = home.repo().display().to_string();
        for state in states {
            fs::write(home.repo().join("src/jar.txt"), state).unwrap();
            home.run(&["cache", "import", "--source", &path]).ended_with(0);
            assert_eq!(home.cached(), 1, "{states:?}, with {state}");
        }
        fs::write(home.repo().join("src/jar.txt"), "abc").unwrap();
        let factors = ["--type", "docs", "--provider", "xai", "--model", "grok-beta"];
        let content = ["--content", "src/jar.txt", "--prompt-hash", "c60c523a24bf573e"];
        let got = home.run(&[&["cache", "get"][..], &factors, &content].concat()).ended_with(0);
        assert_eq!(got.out.trim(), r#"{"score":9}"#);
    }
}

/// Writes a token cache about `abc.txt` into the home.
fn tokens(home: &Home) {
    let folder = home.path().join(".overwrite-desktop/cache");
    fs::create_dir_all(&folder).unwrap();
    let file = home.repo().join("abc.txt");
    let entry = serde_json::json!({file.to_str().unwrap(): {
        "file_path": file, "token_count": 1, "file_size": 3, "encoding_model": "cl100k_base",
        "content_hash": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "last_updated": 1_760_000_000.25, "mtime": 1_759_990_000.125}});
    fs::write(folder.join("token_cache.json"), entry.to_string()).unwrap();
}

#[test]
fn cache_migrate_with_default_paths_imports_what_is_found_and_leaves_it_untouched() {
    let home = Home::with(&[("abc.txt", "abc")]);
    home.assistant(0);
    tokens(&home);
    let listed = home.run(&["cache", "import", "--list"]).ended_with(0).out;
    assert!(listed.contains("RustAssistant (JSON)") && listed.contains("1 entry"), "{listed}");
    assert!(listed.contains("token cache (JSON)"), "{listed}");
    assert_eq!(home.cached(), 0, "listing imports nothing");
    let before = fs::read(home.repo().join(".rustassistant/cache/docs/src_jar_txt.json")).unwrap();
    let done = home.run(&["cache", "migrate", "--backup", "--verify"]).ended_with(0).out;
    for line in ["Progress: 1/1 (0 failed)", "Total entries: 1", "Verification passed: 1 read back"]
    {
        assert_eq!(done.matches(line).count(), 2, "{line}: {done}");
    }
    for line in ["Source: ", "Destination: ", "Backup: ", "Source size: ", "Space "] {
        assert!(done.contains(line), "{line}: {done}");
    }
    assert_eq!(home.cached(), 2);
    // What the report says the entries take is what they take.
    let kinds = home.status()["kinds"].as_array().unwrap().clone();
    for kind in kinds.iter().filter(|kind| kind["entries"] == 1) {
        let told = format!("Destination size: {} bytes", kind["bytes"]);
        assert!(done.contains(&told), "{told}: {done}");
    }
    let after = fs::read(home.repo().join(".rustassistant/cache/docs/src_jar_txt.json")).unwrap();
    assert_eq!(after, before);
    let copy = home.repo().join(".rustassistant.backup/cache/docs/src_jar_txt.json");
    assert_eq!(fs::read(copy).unwrap(), before, "the backup is byte-equal");
    let again = home.json(&["cache", "import", "--json"]);
    let imports = again["imports"].as_array().unwrap();
    assert_eq!(imports.len(), 2, "{again}");
    assert!(imports.iter().all(|one| one["imported"] == 0 && one["error"].is_null()), "{again}");
}

#[test]
fn an_export_is_imported_and_read_back_where_that_is_asked_for() {
    let home = Home::with(&[("a", "one"), ("b", "two")]);
    home.count();
    let file = home.path().join("larder.export");
    let file = file.to_str().unwrap();
    home.run(&["cache", "export", file]).ended_with(0);
    home.run(&["cache", "clear", "--yes"]).ended_with(0);
    let done = home.run(&["cache", "import", "--source", file, "--verify"]).ended_with(0).out;
    assert!(done.contains("Imported: 2") && done.contains("Verification passed: 2 read back"));
    let again = home.run(&["cache", "import", "--source", file, "--verify"]).ended_with(0).out;
    assert!(again.contains("Left out: 2, already there"), "{again}");
    assert!(again.contains("Verification passed: 0 read back") && !again.contains("Space"));
    let plain = home.run(&["cache", "import", "--source", file]).ended_with(0).out;
    assert!(!plain.contains("Verification"), "{plain}");
}

#[test]
fn an_empty_migration_says_zero_three_times_and_ends_well() {
    let home = Home::new();
    let done = home.run(&["cache", "migrate"]).ended_with(0).out;
    assert!(done.contains("no cache of another tool was found in "), "{done}");
    assert!(done.contains("Total entries: 0\n  Imported: 0\n  Failed: 0\n"), "{done}");
    let json = home.json(&["cache", "migrate", "--json"]);
    assert_eq!(json["imports"].as_array().unwrap().len(), 0);
    let listed = home.json(&["cache", "import", "--list", "--json"]);
    assert_eq!(listed["found"].as_array().unwrap().len(), 0);
}

#[test]
fn what_fails_is_counted_the_first_five_are_shown_and_the_exit_code_says_so() {
    let home = Home::with(&[("abc.txt", "abc")]);
    home.assistant(7);
    let done = home.run(&["cache", "migrate", "--verify"]).ended_with(3).out;
    assert!(done.contains("Progress: 8/8 (7 failed)"), "{done}");
    assert!(done.contains("Total entries: 8\n  Imported: 1\n  Failed: 7\n"), "{done}");
    assert_eq!(done.matches("bad_").count(), 5, "{done}");
    assert!(done.contains("and 2 more"), "{done}");
    assert_eq!(home.cached(), 1, "the others are imported");
}

#[test]
fn a_cache_that_cannot_be_read_ends_alike_whether_it_was_named_or_found() {
    let home = Home::with(&[("abc.txt", "abc")]);
    home.assistant(0);
    tokens(&home);
    let damaged = home.path().join(".overwrite-desktop/cache/token_cache.json");
    fs::write(&damaged, "{\"cut").unwrap();
    home.run(&["cache", "import", "--source", damaged.to_str().unwrap()]).ended_with(1);
    let found = home.run(&["cache", "import"]).ended_with(1);
    assert!(found.out.contains("Not possible: "), "{}", found.out);
    assert!(found.out.contains("Imported: 1"), "the other one is imported: {}", found.out);
    found.says(&["1 of 2 caches could not be imported"]);
    let json = home.run(&["cache", "import", "--json"]).ended_with(1).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let errors = json["imports"].as_array().unwrap().iter();
    assert_eq!(errors.filter(|one| one["error"].is_string()).count(), 1, "{json}");
}

#[test]
fn a_destination_of_its_own_is_used_and_one_place_for_many_backups_is_refused() {
    let home = Home::with(&[("abc.txt", "abc")]);
    home.assistant(0);
    tokens(&home);
    let other = home.path().join("other");
    home.run(&["cache", "migrate", "--destination", other.to_str().unwrap()]).ended_with(0);
    let status = home.status();
    let kinds = status["kinds"].as_array().unwrap();
    assert!(kinds.iter().all(|kind| kind["entries"] == 0), "{status}");
    assert!(other.join("results").is_dir(), "results lie there too");
    let place = format!("--backup={}", home.path().join("copy").display());
    home.run(&["cache", "migrate", &place]).ended_with(2).says(&["one place for 2 caches"]);
}

#[test]
fn clearing_a_type_removes_its_results_and_prints_how_many() {
    let home = Home::with(&[("a", "one"), ("b", "two")]);
    home.count();
    for (of, file) in [("docs", "a"), ("docs", "b"), ("refactor", "a")] {
        let args = ["cache", "put", "--type", of, "--content", file, "--provider", "xai"];
        let args = [&args[..], &["--model", "grok-4", "--prompt-hash", "p", file]].concat();
        home.run(&args).ended_with(0);
    }
    assert_eq!(home.cached(), 5);
    home.run(&["cache", "clear", "--cache-type", "docs"]).ended_with(2).says(&["--yes"]);
    let unknown = home.run(&["cache", "clear", "-t", "doc", "--yes"]).ended_with(0).out;
    assert_eq!(
        unknown,
        "cleared 0 results of type doc (0 B): there are results of type docs, refactor\n"
    );
    let done = home.run(&["cache", "clear", "--cache-type", "docs", "--yes"]).ended_with(0).out;
    assert!(done.starts_with("cleared 2 results of type docs ("), "{done}");
    assert_eq!(home.cached(), 3);
    assert_eq!(home.count()["hits"], 2, "counts are left");
    let kind = home.json(&["cache", "clear", "--cache-type", "count", "--yes", "--json"]);
    assert_eq!((&kind["kind"], &kind["entries"]), (&"count".into(), &2.into()));
    let left = home.json(&["cache", "clear", "-t", "refactor", "--yes", "--json"]);
    assert_eq!((&left["type"], &left["entries"]), (&"refactor".into(), &1.into()));
    assert_eq!(home.cached(), 0);
}
