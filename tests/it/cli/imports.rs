//! Taking over the cache of another tool, from the command line.

use std::fs;

use crate::support::Home;

/// An entry of `RustAssistant` about a content that hashes to this.
const ENTRY: &str = r#"{"file_path": "src/jar.txt", "file_hash":
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "analyzed_at": "2026-02-04T06:00:00Z", "provider": "xai", "model": "grok-beta",
    "result": {"score": 9}, "tokens_used": 120, "file_size": 3, "cache_type": "docs"}"#;

#[test]
fn an_imported_result_is_got_by_its_content_although_its_file_was_not_there() {
    let home = Home::with(&[("abc.txt", "abc")]);
    let source = tempfile::tempdir().unwrap();
    let cache = source.path().join(".rustassistant/cache/docs");
    fs::create_dir_all(&cache).unwrap();
    fs::write(cache.join("src_jar_txt.json"), ENTRY).unwrap();
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
