//! The JSON that other programs rely on: names may be added, none is ever renamed.

use serde_json::Value;

use crate::support::Home;

fn home() -> Home {
    Home::with(&[
        ("a.rs", "fn main() {}\n"),
        ("sub/b.md", "# words\n"),
        ("sub/bin", "\0\0"),
        ("no.txt", ""),
    ])
}

/// Asserts that an object has these fields, of these types: `n`umber, `s`tring, `b`ool, `l`ist,
/// `o`bject, `0` for null.
fn has(value: &Value, fields: &str) {
    for field in fields.split_whitespace() {
        let (name, types) = field.split_once(':').unwrap();
        let found = match &value[name] {
            Value::Null if value.get(name).is_none() => panic!("no {name} in {value}"),
            Value::Null => '0',
            Value::Bool(_) => 'b',
            Value::Number(number) => {
                assert!(number.is_u64(), "{name} is {number}: tokens and bytes are integers");
                'n'
            }
            Value::String(_) => 's',
            Value::Array(_) => 'l',
            Value::Object(_) => 'o',
        };
        assert!(types.contains(found), "{name} is {}", value[name]);
    }
}

fn each<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    let list = value[name].as_array().unwrap_or_else(|| panic!("{name} is no list: {value}"));
    assert!(!list.is_empty(), "{name} is empty");
    list
}

/// Asserts that a text is a moment in RFC 3339, in UTC.
fn is_moment(value: &Value) {
    let text = value.as_str().unwrap();
    assert!(text.len() >= 20 && &text[10..11] == "T" && text.ends_with('Z'), "{text}");
}

#[test]
fn count_has_the_documented_fields() {
    let report = home().count();
    has(&report, "root:s encoding:s files:l folders:l total:o");
    for file in each(&report, "files") {
        has(file, "path:s tokens:n0 bytes:n exact:b status:s");
        assert_eq!(file["tokens"].is_null(), file["status"] != "counted", "{file}");
        assert_eq!(file["exact"], file["tokens"].is_number(), "nothing is no exact count: {file}");
    }
    for folder in each(&report, "folders") {
        has(folder, "path:s files:n tokens:n bytes:n");
    }
    has(&report["total"], "files:n tokens:n bytes:n skipped:n");
    assert_eq!(report["folders"][0]["path"], "", "the root folder comes first");
    assert_eq!(report["total"]["skipped"], 1, "the binary file");
}

#[test]
fn the_total_of_count_is_the_sum_of_its_files() {
    let report = home().count();
    let files = each(&report, "files").iter();
    let tokens: u64 = files.filter_map(|file| file["tokens"].as_u64()).sum();
    assert_eq!(report["total"]["tokens"], tokens);
    assert_eq!(report["folders"][0]["tokens"], tokens);
    assert_eq!(report["total"]["files"], each(&report, "files").len());
}

#[test]
fn cache_status_has_the_documented_fields() {
    let home = home();
    home.count();
    let status = home.status();
    has(&status, "saved_at:s tiers:l kinds:l models:l saved:o session:o budget:o");
    for tier in each(&status, "tiers") {
        has(tier, "tier:s entries:n bytes:n limit:n hits:n misses:n fills:n evictions:n errors:n");
    }
    for kind in each(&status, "kinds") {
        has(kind, "kind:s entries:n bytes:n hits:n misses:n");
    }
    has(&status["saved"], "ms:n usd:s");
    has(&status["session"], "hits:n misses:n");
    has(&status["budget"], "model:s window:n warning:n alert:n");
}

#[test]
fn cache_list_and_inspect_show_the_same_entry() {
    let home = home();
    home.count();
    let list = home.json(&["cache", "list", "--json"]);
    has(&list, "total:n entries:l");
    let entry = &each(&list, "entries")[0];
    has(entry, "key:s kind:s bytes:n created:s used:s0 uses:n remake_ms:n summary:s");
    is_moment(&entry["created"]);
    assert_eq!(entry["used"].is_null(), entry["uses"] == 0, "{entry}");
    let key = entry["key"].as_str().unwrap();
    let one = home.json(&["cache", "inspect", key, "--json"]);
    has(&one, "key:s kind:s bytes:n created:s summary:s tiers:l paths:l");
    assert_eq!(one["key"], entry["key"]);
    assert_eq!(one["summary"], entry["summary"]);
}

#[test]
fn a_preview_of_evict_has_the_documented_fields() {
    let home = home();
    home.count();
    for policy in ["lru", "lfu", "oldest", "largest", "cheapest", "dearest"] {
        let args =
            ["cache", "evict", "--percent", "100", "--policy", policy, "--dry-run", "--json"];
        let plan = home.json(&args);
        has(&plan, "policy:s kind:s0 victims:l entries:n bytes:n remake_ms:n");
        assert_eq!(plan["policy"], policy);
        for victim in each(&plan, "victims") {
            has(victim, "key:s kind:s bytes:n remake_ms:n remake_usd:s");
        }
    }
}

#[test]
fn what_changes_the_cache_reports_in_json() {
    let home = home();
    home.count();
    let invalidated = home.json(&["cache", "invalidate", "a.rs", "--json"]);
    has(&invalidated, "root:s invalidated:l");
    has(&each(&invalidated, "invalidated")[0], "path:s");
    has(&home.json(&["cache", "compact", "--json"]), "before:n after:n");
    let report = home.json(&["cache", "verify", "--sample", "100", "--json"]);
    has(&report, "entries:n damaged:n recounted:n wrong:n stale:n");
    assert_eq!((&report["damaged"], &report["wrong"]), (&0.into(), &0.into()));
    let evicted = home.json(&["cache", "evict", "--entries", "1", "--yes", "--json"]);
    has(&evicted, "policy:s entries:n bytes:n");
    has(&home.json(&["cache", "clear", "--yes", "--json"]), "kind:s0 entries:n bytes:n");
}

#[test]
fn results_are_put_got_exported_imported_and_reported_in_json() {
    let home = home();
    let factors = ["--type", "docs", "--content", "a.rs", "--provider", "xai", "--model", "grok-4"];
    let factors = [&factors[..], &["--prompt-hash", "p", "--json"]].concat();
    let put = home.json(&[&["cache", "put"], &factors[..], &["sub/b.md"]].concat());
    has(&put, "key:s bytes:n tokens:n0 cost_usd:s0");
    let got = home.json(&[&["cache", "get"], &factors[..]].concat());
    has(&got, "key:s type:s provider:s model:s prompt:s schema:n repository:s file:s");
    has(&got, "tokens:n0 cost_usd:s0 created:s value:s");
    is_moment(&got["created"]);
    let file = home.path().join("larder.export");
    let file = file.to_str().unwrap();
    has(&home.json(&["cache", "export", file, "--json"]), "entries:n bytes:n");
    let import = home.json(&["cache", "import", "--source", file, "--json"]);
    has(&import, "format:s found:n imported:n skipped:l failed:n failures:l verified:o0");
    has(&import, "source_bytes:n stored_bytes:n backup:s0 took_ms:n");
    let report = home.json(&["cache", "report", "--json"]);
    has(&report, "kinds:l results:l cold:l churn:o unread:l advice:l");
}

#[test]
fn what_checks_and_reprices_the_ledger_reports_in_json() {
    let home = home();
    let record = ["spend", "record", "--provider", "openai", "--model", "gpt-5"];
    home.run(&[&record[..], &["--input", "10", "--output", "1"]].concat()).ended_with(0);
    let check = home.json(&["spend", "verify", "--json"]);
    has(&check, "segments:n lines:n requests:n duplicates:n newer:n bad:n missing:n gone:n");
    has(&check, "changed:n torn_bytes:n damage:l sound:b");
    let changes = home.json(&["spend", "reprice", "--dry-run", "--json"]);
    has(&changes, "changed:n difference_usd:s newly_priced:n closed:n models:o applied:b");
}

#[test]
fn tasks_has_the_documented_fields() {
    let home = home();
    has(&home.json(&["tasks", "--json"]), "running:l queued:n queue:l failed:l");
}

#[test]
fn config_tells_where_each_setting_comes_from() {
    let home = home();
    home.settings("[store]\ndisk-bytes = \"2 GiB\"\n");
    home.tree().file(".larder.toml", "model = \"gpt-4o\"\n");
    let mut command = home.larder(&["config", "--origin", "--json"]);
    let config = crate::support::Run::of(command.env("LARDER_WATCH_DEBOUNCE_MS", "77")).json();
    has(&config, "settings:l paths:o ignored:l");
    has(&config["paths"], "config:s cache:s state:s data:s");
    let origin = |key: &str| {
        let row = each(&config, "settings").iter().find(|row| row["key"] == key).unwrap();
        has(row, "key:s origin:s variable:s");
        row["origin"].as_str().unwrap().to_owned()
    };
    assert!(
        origin("store.disk-bytes").ends_with("larder.toml:2"),
        "{}",
        origin("store.disk-bytes")
    );
    assert!(origin("model").ends_with(".larder.toml:1"), "{}", origin("model"));
    assert!(origin("watch.debounce-ms").contains("LARDER_WATCH_DEBOUNCE_MS"));
    assert_eq!(origin("store.policy"), "default");
}

#[test]
fn keys_and_models_and_doctor_report_in_json() {
    let home = home();
    for key in each(&home.json(&["keys", "--json"]), "keys") {
        has(key, "scope:s keys:l action:s help:s");
    }
    let models = home.json(&["config", "--models", "--json"]);
    for model in each(&models, "models") {
        has(model, "name:s provider:s window:n encoding:s tokenizer:so source:s");
        has(model, "input_price:s0 cached_input_price:s0");
    }
    let prices = home.json(&["prices", "gpt-5.4", "--at", "2026-11-01", "--json"]);
    has(&prices, "asked:s day:s version:s name:s how:s deprecated:n0 spans:l near:l");
    has(&prices, "paid_percent:s0");
    for span in each(&prices, "spans") {
        has(span, "from:s maybe_from:s0 until:s0 is_asked:b source:s rows:l web_search:s0");
        for row in each(span, "rows") {
            has(row, "service:s over:n0 is_inclusive:b per_million:o");
            has(&row["per_million"], "input:s0 output:s0 cache_read:s0");
        }
    }
    let table = home.json(&["prices", "--json"]);
    has(&table, "version:s lists:l providers:l models:n own:n");
    let doctor = home.json(&["doctor", "--json"]);
    has(&doctor, "healthy:b checks:l");
    for check in each(&doctor, "checks") {
        has(check, "name:s state:s found:s");
    }
}

#[test]
fn completions_and_the_manual_are_printed_by_the_program() {
    let home = home();
    for shell in ["bash", "zsh", "fish"] {
        let run = home.run(&["completions", shell]).ended_with(0);
        assert!(run.out.contains("larder"), "{shell}");
    }
    let manual = home.run(&["man"]).ended_with(0).out;
    assert!(manual.contains(".TH") && manual.contains("EXIT STATUS"), "{manual}");
}
