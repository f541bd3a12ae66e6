//! The fixtures that lie beside the repository, where they do: what is expected of each holds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::import::{
    Format, ImportError, Imported, LeftOut, Sha256, TagRole, detect,
    pickle::read_tags,
    repo_map::{MapFactors, map_key, tag_key, tree_key},
    rust_assistant as ra,
};

use super::{make::state, read_all};
use crate::model::Tokens;

/// Returns a folder of the fixtures.
fn fixtures(name: &str) -> Option<PathBuf> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/formats").join(name);
    folder.is_dir().then_some(folder)
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(text).collect()
}

#[test]
fn the_token_caches_of_the_fixtures_are_read() {
    let Some(folder) = fixtures("token-cache") else { return };
    let before = state(&folder);
    let expected = json(&folder.join("token_cache.json"));
    for (name, format) in
        [("token_cache.json", Format::TokenJson), ("token_cache.db", Format::TokenSqlite)]
    {
        assert_eq!(detect(&folder.join(name)).unwrap()[0].format, format);
        let read = read_all(format, &folder.join(name));
        assert_eq!(read.result.unwrap().found, 5);
        let mut counts = 0;
        for item in &read.items {
            match item {
                Imported::Count(count) => {
                    let entry = &expected[count.path.to_str().unwrap()];
                    assert_eq!(count.content.to_string(), text(&entry["content_hash"]));
                    assert_eq!(Some(count.tokens.0), entry["token_count"].as_u64());
                    assert_eq!(count.encoding.name(), text(&entry["encoding_model"]));
                    assert_eq!(Some(count.size.0), entry["file_size"].as_u64());
                    assert_eq!(Some(count.modified), entry["mtime"].as_f64());
                    assert_eq!(Some(count.updated), entry["last_updated"].as_f64());
                    counts += 1;
                }
                other => assert_eq!(*other, Imported::LeftOut(LeftOut::Unverifiable)),
            }
        }
        assert_eq!(counts, 4);
    }
    assert_eq!(state(&folder), before);
}

#[test]
fn odd_token_caches_of_the_fixtures_are_named() {
    let Some(folder) = fixtures("token-cache") else { return };
    let at = |name: &str| folder.join(name);
    let empty = read_all(Format::TokenJson, &at("token_cache-empty.json"));
    assert_eq!(empty.result.unwrap().found, 0);
    assert_eq!(detect(&at("token_cache-empty.json")).unwrap()[0].format, Format::TokenJson);
    let extra = read_all(Format::TokenJson, &at("token_cache-extra-field.json"));
    assert!(matches!(&extra.items[..], [Imported::Count(count)] if count.tokens.0 == 11));
    let damaged = read_all(Format::TokenJson, &at("token_cache-corrupt.json"));
    assert!(damaged.items.is_empty());
    let error = damaged.result.unwrap_err().to_string();
    assert!(error.contains("token_cache-corrupt.json is damaged at line 1"), "{error}");
    let error = detect(&at("token_cache-corrupt.db")).unwrap_err();
    assert!(matches!(error, ImportError::Database { .. }), "{error}");
    assert!(error.to_string().contains("token_cache-corrupt.db"));
}

#[test]
fn the_tag_cache_of_the_fixtures_is_read() {
    let Some(folder) = fixtures("aider") else { return };
    let before = state(&folder);
    let expected = json(&folder.join("expected.json"));
    let cache = folder.join("aider.tags.cache.v4");
    assert_eq!(detect(&cache).unwrap()[0].format, Format::AiderTags);
    let read = read_all(Format::AiderTags, &cache);
    let summary = read.result.unwrap();
    let entries = expected["entries"].as_object().unwrap();
    let rows = expected["rows"].as_array().unwrap();
    let tagged = rows.iter().filter(|row| row["mode"] == 4).count();
    assert_eq!((summary.found, summary.failed, summary.ignored), (tagged as u64, 0, 1));
    for item in &read.items {
        let Imported::Tags(found) = item else {
            assert_eq!(*item, Imported::LeftOut(LeftOut::NotAnEntry));
            continue;
        };
        let entry = &entries[found.path.to_str().unwrap()];
        assert_eq!(Some(found.modified), entry["mtime"].as_f64());
        assert_eq!(Some(found.tags.len() as u64), entry["tag_count"].as_u64());
        let of = |role| found.tags.iter().filter(|tag| tag.role == role).count() as u64;
        assert_eq!(Some(of(TagRole::Definition)), entry["defs"].as_u64());
        assert_eq!(Some(of(TagRole::Reference)), entry["refs"].as_u64());
        for (tag, row) in found.tags.iter().zip(entry["tags"].as_array().unwrap()) {
            assert_eq!(tag.name, text(&row[3]));
            assert_eq!(i64::from(tag.line.unwrap_or(0)) - 1, row[2].as_i64().unwrap());
        }
    }
    assert_eq!(state(&folder), before);
}

#[test]
fn the_pickles_of_the_fixtures_are_read_or_refused() {
    let Some(folder) = fixtures("aider") else { return };
    let vectors = json(&folder.join("pickle-vectors.json"));
    let tag = &vectors["expected_tag"];
    for vector in vectors["vectors"].as_array().unwrap() {
        let (id, hex) = (text(&vector["id"]), text(&vector["hex"]));
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        let read = read_tags(&bytes);
        let is_bad = id.starts_with("refuse")
            || ["truncated", "empty", "deep-nesting", "huge-length"].contains(&id);
        assert_eq!(read.is_err(), is_bad, "{id}");
        if let (true, Ok(read)) = (id.starts_with("one-tag"), read) {
            let [found] = read.tags[..] else { panic!("{id}") };
            assert_eq!(found.relative, text(&tag["rel_fname"]).as_bytes());
            assert_eq!(found.file, text(&tag["fname"]).as_bytes());
            assert_eq!(Some(found.line), tag["line"].as_i64());
            assert_eq!(found.name, text(&tag["name"]).as_bytes());
            assert_eq!(found.kind, text(&tag["kind"]).as_bytes());
        }
    }
}

#[test]
fn the_central_cache_of_the_fixtures_has_eight_entries() {
    let Some(folder) = fixtures("rustassistant") else { return };
    let before = state(&folder);
    let expected = json(&folder.join("migration-expected.json"));
    for source in ["central/repos", "central"] {
        let read = read_all(Format::RustAssistantJson, &folder.join(source));
        let summary = read.result.unwrap();
        assert_eq!(Some(summary.found), expected["found_entries"].as_u64());
        assert_eq!(summary.failed, 1);
        assert_eq!(summary.ignored, if source == "central" { 2 } else { 3 });
        let mut keys = Vec::new();
        for of in ["refactor", "docs", "analysis", "todos"] {
            let of_type = |item: &&Imported| matches!(item, Imported::Result(r) if r.of == of);
            let count = read.items.iter().filter(of_type).count() as u64;
            assert_eq!(Some(count), expected["entry_counts_by_type"][of].as_u64(), "{of}");
        }
        for item in &read.items {
            match item {
                Imported::Result(result) => {
                    keys.push(ra::sql_key(
                        &result.content,
                        &result.model,
                        &result.prompt,
                        result.schema,
                    ));
                    assert!(result.key.is_empty() || keys.last().unwrap().starts_with(&result.key));
                }
                Imported::Failed(failure) => assert!(failure.what.ends_with("broken.json")),
                Imported::LeftOut(LeftOut::NotAnEntry | LeftOut::UnknownType) => {}
                other => panic!("{other:?}"),
            }
        }
        keys.sort();
        keys.dedup();
        assert_eq!(Some(keys.len() as u64), expected["rows_after"].as_u64());
    }
    assert_eq!(state(&folder), before);
}

#[test]
fn the_repository_of_a_central_entry_is_that_of_its_meta_file() {
    let Some(folder) = fixtures("rustassistant") else { return };
    let read = read_all(Format::RustAssistantJson, &folder.join("central/repos"));
    let of = |file: &str| {
        read.items.iter().find_map(|item| match item {
            Imported::Result(result) if result.file == file => Some(result.repository.clone()),
            _ => None,
        })
    };
    assert_eq!(of("src/lib.rs"), Some(PathBuf::from("/ws/pantry")));
    assert_eq!(of("src/old.rs"), Some(folder.join("central/repos/0badcafe")));
}

#[test]
fn the_first_version_of_the_fixtures_is_read() {
    let Some(folder) = fixtures("rustassistant") else { return };
    let vectors = json(&folder.join("key-vectors.json"));
    let source = folder.join("local-v0");
    assert_eq!(detect(&source).unwrap()[0].format, Format::RustAssistantJson);
    let read = read_all(Format::RustAssistantJson, &source);
    assert_eq!(read.result.unwrap().found, 3);
    let keys: Vec<&str> = vectors["keys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["real_entry"].is_string())
        .map(|key| text(&key["sql_key"]))
        .collect();
    for item in &read.items {
        let Imported::Result(result) = item else { panic!("{item:?}") };
        let key = ra::sql_key(&result.content, &result.model, &result.prompt, result.schema);
        assert!(keys.contains(&key.as_str()), "{}", result.file);
        assert_eq!((result.tokens, result.cost), (None, None));
    }
}

#[test]
fn the_database_of_the_fixtures_is_read_with_all_its_columns() {
    let Some(folder) = fixtures("rustassistant") else { return };
    let expected = json(&folder.join("cache-db-expected.json"));
    let before = state(&folder);
    assert_eq!(detect(&folder.join("cache.db")).unwrap()[0].format, Format::RustAssistantSqlite);
    let read = read_all(Format::RustAssistantSqlite, &folder.join("cache.db"));
    assert_eq!(Some(read.result.unwrap().found), expected["total_entries"].as_u64());
    let results = read.items.iter().map(|item| match item {
        Imported::Result(result) => result,
        other => panic!("{other:?}"),
    });
    let mut tokens = 0;
    let mut cost = std::collections::BTreeMap::<&str, f64>::new();
    for result in results {
        tokens += result.tokens.map_or(0, |tokens| tokens.0);
        let dollars = result.cost.map_or(0.0, |cost| cost.0 as f64 / 1e12);
        *cost.entry(result.model.as_str()).or_default() += dollars;
        let _: Value = serde_json::from_slice(&result.value).unwrap();
        let key = ra::sql_key(&result.content, &result.model, &result.prompt, result.schema);
        assert!(result.key == key || result.file == "src/migrated.rs", "{}", result.file);
        assert!(result.used.is_some() && result.created.0 > 0 && result.size.0 > 0);
    }
    assert_eq!(Some(tokens), expected["total_tokens"].as_u64());
    for (model, dollars) in expected["cost_by_own_provider"].as_object().unwrap() {
        assert!((cost[model.as_str()] - dollars.as_f64().unwrap()).abs() < 1e-9, "{model}");
    }
    assert_eq!(state(&folder), before);
}

#[test]
fn the_keys_of_the_fixtures_hold() {
    let Some(folder) = fixtures("rustassistant") else { return };
    let vectors = json(&folder.join("key-vectors.json"));
    for repository in vectors["repo_hash"].as_array().unwrap() {
        let hash = ra::repository_hash(Path::new(text(&repository["path"])));
        assert_eq!(hash, text(&repository["hash8"]));
    }
    for (of, prompt) in vectors["prompt_hash_by_type"].as_object().unwrap() {
        assert_eq!(ra::default_prompt(of), text(prompt));
    }
    assert_eq!(Some(u64::from(ra::DEFAULT_SCHEMA)), vectors["default_schema_version"].as_u64());
    for name in vectors["file_name"].as_array().unwrap() {
        assert_eq!(ra::file_name(text(&name["file_path"])), text(&name["name"]));
    }
    for key in vectors["keys"].as_array().unwrap() {
        let content = Sha256::parse(text(&key["file_hash"])).unwrap();
        if let Some(text) = key["content"].as_str() {
            assert_eq!(Sha256::of(text.as_bytes()), content);
        }
        let prompt = ra::default_prompt(text(&key["cache_type"]));
        let schema = u32::try_from(key["schema_version"].as_u64().unwrap()).unwrap();
        let model = text(&key["model"]);
        assert_eq!(ra::sql_key(&content, model, prompt, schema), text(&key["sql_key"]));
        assert_eq!(ra::json_key(&content, model, prompt, schema), text(&key["json_key"]));
        assert_eq!(ra::migrated_key(&content, model, prompt, schema), text(&key["migrator_key"]));
    }
}

#[test]
fn the_keys_of_maps_and_trees_of_the_fixtures_hold() {
    let Some(folder) = fixtures("repo-map") else { return };
    let vectors = json(&folder.join("key-vectors.json"));
    for vector in vectors["map_key"].as_array().unwrap() {
        let factors = MapFactors {
            chat: &texts(&vector["chat"]),
            other: &texts(&vector["other"]),
            tokens: vector["tokens"].as_u64().unwrap(),
            files: &texts(&vector["fnames"]),
            identifiers: &texts(&vector["idents"]),
        };
        assert_eq!(map_key(&factors), text(&vector["key"]));
    }
    for vector in vectors["tree_key"].as_array().unwrap() {
        let lines = vector["lines"].as_array().unwrap().iter();
        let lines: Vec<u32> =
            lines.map(|line| u32::try_from(line.as_u64().unwrap()).unwrap()).collect();
        let key = tree_key(text(&vector["filepath"]), &lines, vector["mtime"].as_f64().unwrap());
        assert_eq!(key, text(&vector["key"]));
    }
    assert_eq!(tag_key("x"), "tags:x");
}

#[test]
fn the_costs_of_the_fixtures_hold_for_every_model_that_has_a_price() {
    let Some(folder) = fixtures("rustassistant") else { return };
    let vectors = json(&folder.join("budget-vectors.json"));
    let cases = vectors["estimate_50_50"].as_array().unwrap();
    assert!(cases.len() > 20, "{} cases", cases.len());
    for case in cases {
        let (model, tokens) = (text(&case["model"]), Tokens(case["tokens"].as_u64().unwrap()));
        let cost = ra::estimated_cost("other", model, tokens);
        let expected = (case["cost"].as_f64().unwrap() * 1e12).round();
        assert_eq!(cost.map(|cost| cost.0 as f64), Some(expected), "{case}");
    }
    for case in vectors["for_provider"].as_array().unwrap() {
        let [provider, model, priced] = texts(case)[..] else { panic!("{case}") };
        let cost = ra::estimated_cost(provider, model, Tokens(1000));
        // That tool prices what it does not know as one model or the other.
        let is_unknown = ["o1", "gpt-x", "llama"].contains(&model);
        let expected = ra::estimated_cost("other", priced, Tokens(1000)).filter(|_| !is_unknown);
        assert_eq!(cost, expected, "{case}");
    }
}
