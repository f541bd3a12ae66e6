//! Whole imports: what is kept, what is left out, and what the report says.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    import::{About, Hooks, ImportError, Importer, Keeping, Kept, KeptName, Sha256},
    model::{
        Bytes, ContentHash, Encoding, FakeClock, ImportReport, ImportRequest, Millis, Tokens,
        UnixNanos,
    },
};

use super::{
    make::{
        aider, aider_row, answer, answer_file, answers_sqlite, count, file, pickle, state,
        token_json, token_sqlite,
    },
    shelf::Shelf,
};

fn request(source: &Path) -> ImportRequest {
    ImportRequest { source: source.to_owned(), backup: None, verify: true }
}

fn skipped(report: &ImportReport) -> HashMap<&str, u64> {
    report.skipped.iter().map(|(reason, count)| (reason.as_str(), *count)).collect()
}

fn hash(bytes: &[u8]) -> ContentHash {
    ContentHash(*blake3::hash(bytes).as_bytes())
}

#[test]
fn an_imported_count_is_found_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("repo");
    let entries = [
        count(&file(&root, "a.txt", "one two"), 2, "cl100k_base"),
        count(&file(&root, "größe.md", "three"), 1, "o200k_base"),
    ];
    let cache = folder.path().join("cache");
    fs::create_dir(&cache).unwrap();
    token_json(&cache.join("token_cache.json"), &entries);
    drop(token_sqlite(&cache.join("token_cache.db"), &entries));
    for source in ["token_cache.json", "token_cache.db"] {
        let before = state(folder.path());
        let mut shelf = Shelf::default();
        let report = shelf.import(&root, &request(&cache.join(source))).unwrap();
        assert_eq!((report.found, report.imported, report.failed), (2, 2, 0));
        assert_eq!((report.verified, report.stored_bytes), (Some((2, 0)), Bytes(20)));
        assert_eq!(report.took, Millis(16));
        let counting = Duration::from_millis(3);
        assert_eq!(
            shelf.abouts,
            [7, 5].map(|bytes| About { bytes: Bytes(bytes), counting, ..About::default() })
        );
        assert_eq!(report.source_bytes.0, cache.join(source).metadata().unwrap().len());
        let name = KeptName::Count(hash(b"one two"), Encoding::Cl100kBase);
        let expected = Kept::Count(hash(b"one two"), Encoding::Cl100kBase, Tokens(2));
        assert_eq!(shelf.kept.get(&name), Some(&expected));
        assert_eq!(state(folder.path()), before);
    }
}

#[test]
fn no_wrong_number_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let at = |name: &str, content: &[u8], tokens| {
        count(&file(root, name, content), tokens, "cl100k_base")
    };
    let mut entries = vec![
        at("good", b"one two", 2),
        at("wrong", b"one two three", 7),
        at("binary", b"\xff\xfe", 1),
        at("gone", b"x", 1),
        at("changed", b"one", 1),
        at("longer", b"one", 1),
        at("large", &[b'x'; (1 << 20) + 1], 1),
        at("unknown", b"x", 1),
        at("unhashed", b"x", 1),
    ];
    fs::remove_file(root.join("gone")).unwrap();
    // The same size and, for all that the entry knows, the same time.
    fs::write(root.join("changed"), "two").unwrap();
    fs::write(root.join("longer"), "one two").unwrap();
    entries[7]["encoding_model"] = json!("claude");
    entries[8]["content_hash"] = json!("1:1760000000.5");
    let cache = root.join("token_cache.json");
    token_json(&cache, &entries);
    let mut shelf = Shelf::default();
    let report = shelf.import(root, &request(&cache)).unwrap();
    assert_eq!((report.found, report.imported, report.failed), (9, 1, 0));
    let expected = HashMap::from([
        ("counted differently", 1),
        ("file not text", 1),
        ("file gone", 1),
        ("file changed since", 2),
        ("file too large", 1),
        ("in an unknown encoding", 1),
        ("without a content hash", 1),
    ]);
    assert_eq!(skipped(&report), expected);
    assert_eq!(shelf.kept.len(), 1);
}

#[test]
fn relative_paths_are_those_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut entry = count(&file(root, "src/a.txt", "one two"), 2, "cl100k_base");
    entry["file_path"] = json!("src/a.txt");
    token_json(&root.join("token_cache.json"), &[entry]);
    let report = Shelf::default().import(root, &request(&root.join("token_cache.json")));
    assert_eq!(report.unwrap().imported, 1);
}

#[test]
fn tags_are_imported_while_the_time_of_their_file_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let path = file(root, "a.py", "class Jar: pass");
    let data = path.metadata().unwrap();
    let mtime = crate::import::source::python_mtime(&data);
    let cache = root.join(".aider.tags.cache.v4");
    let database = aider(&cache);
    let key = path.to_str().unwrap();
    aider_row(&database, key, 4, Ok(&pickle(mtime, "a.py", &[("Jar", "def", 0)])));
    let older = file(root, "b.py", "x");
    let key = older.to_str().unwrap();
    aider_row(&database, key, 4, Ok(&pickle(mtime - 1.0, "b.py", &[("x", "ref", 0)])));
    aider_row(&database, "/gone.py", 4, Ok(&pickle(mtime, "gone.py", &[])));
    drop(database);
    let mut shelf = Shelf::default();
    let report = shelf.import(root, &request(root)).unwrap();
    assert_eq!((report.format.as_str(), report.found), ("aider's tag cache", 3));
    assert_eq!((report.imported, report.verified), (1, Some((1, 0))));
    let expected = HashMap::from([("file changed since", 1), ("file gone", 1)]);
    assert_eq!(skipped(&report), expected);
    let Some(Kept::Tags(_, tags)) = shelf.kept.get(&KeptName::Tags(hash(b"class Jar: pass")))
    else {
        panic!("{:?}", shelf.kept)
    };
    assert_eq!((tags[0].name.as_str(), tags[0].line), ("Jar", Some(1)));
    let about = About { bytes: Bytes(15), ..About::default() };
    assert_eq!(shelf.abouts, [about]);
}

/// Writes a repository with one file, and the answers about it as JSON and as a database.
fn answers(root: &Path) -> [PathBuf; 2] {
    file(root, "src/jar.rs", "fn jar() {}");
    let value = json!({"score": 9, "b": [1.5, null]});
    let entries = [
        answer("src/jar.rs", b"fn jar() {}", "refactor", &value),
        answer("src/gone.rs", b"fn gone() {}", "refactor", &json!([])),
        answer("../outside.rs", b"outside", "refactor", &json!("x")),
    ];
    let cache = root.join(".rustassistant/cache");
    for (number, entry) in entries.iter().enumerate() {
        answer_file(&cache, &number.to_string(), entry);
    }
    let database = root.join("answers.db");
    drop(answers_sqlite(&database, root, &entries));
    [root.to_owned(), database]
}

#[test]
fn an_imported_result_is_found_by_a_normal_get() {
    let folder = tempfile::tempdir().unwrap();
    for source in answers(folder.path()) {
        let mut shelf = Shelf::default();
        let report = shelf.import(folder.path(), &request(&source)).unwrap();
        assert_eq!((report.found, report.imported, report.failed), (3, 3, 0));
        let by_content = |content: ContentHash| {
            shelf.kept.values().find_map(|kept| match kept {
                Kept::Result(entry) if entry.factors.content == content => Some(entry),
                _ => None,
            })
        };
        let here = by_content(Sha256::of(b"fn jar() {}").as_content()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&here.value).unwrap()["score"], 9);
        assert_eq!(here.factors.prompt, "acd151e433e330bf");
        assert_eq!(
            (here.tokens, here.cost.unwrap().to_string().as_str()),
            (Some(Tokens(120)), "0.0012")
        );
        assert_eq!(Path::new(&here.repository), folder.path());
        assert_eq!(here.created, UnixNanos(1_770_184_800_000_000_000));
        // Only the database knows when its entries were read.
        let used = (source.is_file()).then_some(UnixNanos(1_770_271_200_000_000_000));
        let uses = if source.is_file() { 3 } else { 0 };
        assert_eq!(shelf.abouts, [About { used, uses, ..About::default() }; 3]);
        // Whoever has the content of a file that is gone finds its answer as well.
        assert!(by_content(Sha256::of(b"fn gone() {}").as_content()).is_some());
        assert!(by_content(Sha256::of(b"outside").as_content()).is_some());
    }
}

#[test]
fn of_two_answers_with_one_key_the_newer_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let cache = root.join(".rustassistant/cache");
    for (name, time, score) in [("a", "01", 1), ("b", "03", 3), ("c", "02", 2)] {
        let mut entry =
            answer(&format!("src/{name}.rs"), b"same", "docs", &json!({"score": score}));
        entry["analyzed_at"] = json!(format!("2026-02-{time}T00:00:00Z"));
        answer_file(&cache, name, &entry);
    }
    let mut shelf = Shelf::default();
    let report = shelf.import(root, &request(root)).unwrap();
    assert_eq!((report.found, report.imported), (3, 1));
    assert_eq!(skipped(&report), HashMap::from([("same key as another", 2)]));
    assert_eq!(report.verified, Some((1, 0)));
    let Some(Kept::Result(entry)) = shelf.kept.values().next() else { panic!() };
    assert_eq!(entry.value, br#"{"score":3}"#);
}

#[test]
fn the_first_five_failures_are_named_and_all_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join(".rustassistant/cache");
    for number in 0..7 {
        file(&cache, &format!("docs/{number}.json"), "{\"file_path\": \"a\", ");
    }
    answer_file(&cache, "good", &answer("a", b"", "docs", &json!(null)));
    let report = Shelf::default().import(folder.path(), &request(folder.path())).unwrap();
    assert_eq!((report.found, report.imported, report.failed), (8, 1, 7));
    assert_eq!(report.failures.len(), 5);
    assert!(report.failures[0].0.ends_with("docs/0.json"), "{:?}", report.failures);
    assert!(report.failures[0].1.contains("EOF"), "{:?}", report.failures);
}

#[test]
fn what_cannot_be_kept_or_read_back_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let entries = [
        count(&file(root, "a", "one"), 1, "cl100k_base"),
        count(&file(root, "b", "one two"), 2, "cl100k_base"),
    ];
    let cache = root.join("token_cache.json");
    token_json(&cache, &entries);
    let mut shelf = Shelf { refuses: Some(hash(b"one")), forgets: true, ..Shelf::default() };
    let report = shelf.import(root, &request(&cache)).unwrap();
    assert_eq!((report.found, report.imported, report.failed), (2, 1, 1));
    assert_eq!(report.failures[0].1, "disk full");
    assert_eq!(report.verified, Some((1, 1)));
}

#[test]
fn importing_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    answers(root);
    let mut shelf = Shelf::default();
    let first = shelf.import(root, &request(root)).unwrap();
    let kept = shelf.kept.clone();
    let again = shelf.import(root, &request(root)).unwrap();
    assert_eq!((first.imported, again.imported), (3, 0));
    assert_eq!(skipped(&again), HashMap::from([("already there", 3)]));
    assert_eq!(shelf.kept, kept);
}

#[test]
fn empty_caches_give_an_empty_report() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    token_json(&root.join("token_cache.json"), &[]);
    let report = Shelf::default().import(root, &request(&root.join("token_cache.json"))).unwrap();
    assert_eq!((report.found, report.imported, report.failed), (0, 0, 0));
    fs::create_dir_all(root.join("central/repos/0badcafe/cache/docs")).unwrap();
    let report = Shelf::default().import(root, &request(&root.join("central/repos"))).unwrap();
    assert_eq!((report.found, report.imported, report.failed), (0, 0, 0));
}

#[test]
fn the_backup_is_made_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let cache = file(root, "x/token_cache.json", "{\"/a\": ");
    let to = root.join("copy");
    let asked = ImportRequest { source: cache.clone(), backup: Some(to.clone()), verify: false };
    assert!(matches!(Shelf::default().import(root, &asked), Err(ImportError::Json { .. })));
    assert_eq!(fs::read(&to).unwrap(), fs::read(&cache).unwrap());
    assert!(matches!(Shelf::default().import(root, &asked), Err(ImportError::BackupExists { .. })));
}

#[test]
fn a_cancelled_import_ends_early() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    answers(root);
    let (clock, cancel) = (FakeClock::at(UnixNanos(0)), AtomicBool::new(true));
    let importer =
        Importer { root: root.to_owned(), max_file: Bytes(9), clock: &clock, cancel: &cancel };
    let hooks = Hooks {
        keep: &mut |_, _| Ok(Keeping::AlreadyThere),
        read_back: &mut |_| None,
        stored: &mut |_| Bytes(0),
        count: None,
        progress: &mut |_, _| {},
    };
    assert!(matches!(importer.run(&request(root), hooks), Err(ImportError::Cancelled)));
}

#[test]
fn one_damaged_cache_of_several_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    file(root, "token_cache.json", "{\"/a\": ");
    let entry = count(&file(root, "a", "one"), 1, "cl100k_base");
    drop(token_sqlite(&root.join("token_cache.db"), &[entry]));
    let report = Shelf::default().import(root, &request(root)).unwrap();
    assert_eq!((report.imported, report.failed), (1, 1));
    assert!(report.failures[0].0.ends_with("token_cache.json"));
    assert_eq!(report.format, "token cache (JSON), token cache (SQLite)");
}
