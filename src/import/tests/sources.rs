//! Knowing, copying and offering sources, and the odd ones among them.

use std::{fs, path::Path};

use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::json;

use crate::import::{
    Format, Found, ImportError, Imported, backup, backup_path, detect, find_offers,
    rust_assistant::repository_hash,
};

use super::{
    make::{
        aider, aider_row, answer, answer_file, answers_sqlite, count, file, pickle, state,
        token_json, token_sqlite,
    },
    read_all,
};

fn error_of(path: &Path) -> String {
    let found = match detect(path) {
        Ok(found) => found,
        Err(error) => return error.to_string(),
    };
    read_all(found[0].format, &found[0].path).result.unwrap_err().to_string()
}

#[test]
fn what_cannot_be_imported_is_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, content: &str| file(folder.path(), name, content);
    for (path, why) in [
        (at("token_cache.json", ""), "is empty"),
        (at("cut/token_cache.json", "{\"/a\": {\"file_"), "is damaged at line 1"),
        (at("two/token_cache.json", "{} {}"), "trailing characters"),
        (at("list/token_cache.json", "[1, 2]"), "an object of entries by path"),
        (at("text.db", "no database"), "damaged or no database"),
        (at("short.db", "SQLite format 3\0 and no more"), "damaged or no database"),
        (at("notes.txt", "hello"), "no cache that larder can read"),
        (folder.path().join("gone"), "nothing at"),
        (folder.path().join("list"), "an object of entries by path"),
    ] {
        let error = error_of(&path);
        assert!(error.contains(why), "{error}");
        assert!(error.contains(path.file_name().unwrap().to_str().unwrap()), "{error}");
    }
}

#[test]
fn a_table_without_a_column_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token_cache.db");
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch("CREATE TABLE token_cache (file_path TEXT, content_hash TEXT, mtime REAL)")
        .unwrap();
    let error = read_all(Format::TokenSqlite, &path).result.unwrap_err();
    assert!(matches!(error, ImportError::Column { column: "token_count", .. }), "{error}");
    let error = read_all(Format::RustAssistantSqlite, &path).result.unwrap_err();
    assert!(matches!(error, ImportError::Table { table: "cache_entries", .. }), "{error}");
}

#[test]
fn a_view_in_place_of_a_table_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token_cache.db");
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE x (y); CREATE VIEW token_cache AS WITH RECURSIVE n(file_path) AS
             (SELECT 1 UNION ALL SELECT file_path + 1 FROM n) SELECT * FROM n",
        )
        .unwrap();
    assert!(matches!(detect(&path), Err(ImportError::Unknown { .. })));
    let error = read_all(Format::TokenSqlite, &path).result.unwrap_err();
    assert!(matches!(error, ImportError::Table { .. }), "{error}");
}

#[test]
fn rows_with_wrong_types_fail_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = file(folder.path(), "a.txt", "a b");
    let path = folder.path().join("token_cache.db");
    let good = count(&text, 2, "cl100k_base");
    let mut negative = good.clone();
    negative["file_path"] = json!("/negative");
    negative["token_count"] = json!(-1);
    let database = token_sqlite(&path, &[good, negative]);
    database
        .execute("INSERT INTO token_cache VALUES ('/odd', 'x', 'many', 0, 'x', 0, 0)", [])
        .unwrap();
    drop(database);
    let read = read_all(Format::TokenSqlite, &path);
    let summary = read.result.unwrap();
    assert_eq!((summary.found, summary.failed), (1, 2));
    let Imported::Failed(failure) = &read.items[1] else { panic!("{:?}", read.items) };
    assert_eq!(failure.what, "/negative");
    assert!(failure.why.contains("`token_count`: -1 is negative"), "{}", failure.why);
}

#[test]
fn entries_without_a_field_fail_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = file(folder.path(), "a.txt", "a b");
    let path = folder.path().join("token_cache.json");
    let mut odd = count(&text, 2, "cl100k_base");
    odd["file_path"] = json!("/odd\u{1b}");
    odd.as_object_mut().unwrap().remove("mtime");
    token_json(&path, &[count(&text, 2, "cl100k_base"), odd]);
    let read = read_all(Format::TokenJson, &path);
    let summary = read.result.unwrap();
    assert_eq!((summary.found, summary.failed), (1, 1));
    let failed = read.items.iter().find_map(|item| match item {
        Imported::Failed(failure) => Some(failure),
        _ => None,
    });
    assert_eq!(failed.unwrap().what, "/odd\\x1b");
    assert!(failed.unwrap().why.contains("missing field `mtime`"));
}

#[test]
fn a_folder_may_hold_several_caches() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    drop(aider(&root.join(".aider.tags.cache.v4")));
    token_json(&root.join("token_cache.json"), &[]);
    drop(token_sqlite(&root.join("token_cache.db"), &[]));
    answer_file(&root.join(".rustassistant/cache"), "a", &answer("a", b"", "docs", &json!(1)));
    let mut formats: Vec<Format> = detect(root).unwrap().iter().map(|found| found.format).collect();
    formats.sort_unstable();
    let all =
        [Format::TokenJson, Format::TokenSqlite, Format::AiderTags, Format::RustAssistantJson];
    assert_eq!(formats, all);
    assert!(matches!(
        detect(tempfile::tempdir().unwrap().path()),
        Err(ImportError::Unknown { .. })
    ));
}

#[test]
fn an_entry_is_found_from_every_level_of_its_cache() {
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path().join("repo");
    let cache = repository.join(".rustassistant/cache");
    let entry = answer_file(&cache, "deep/a", &answer("a", b"", "docs", &json!(1)));
    file(&repository, ".rustassistant/cache.json", "{\"state\": 1}");
    for source in [&repository, &repository.join(".rustassistant"), &cache, &entry] {
        assert_eq!(detect(source).unwrap()[0].format, Format::RustAssistantJson);
        let read = read_all(Format::RustAssistantJson, source);
        let summary = read.result.unwrap();
        assert_eq!((summary.found, summary.failed), (1, 0), "{source:?}");
        let Imported::Result(result) = read.items.last().unwrap() else { panic!() };
        assert!(*source == entry || result.repository == repository);
    }
}

#[test]
fn every_database_of_a_central_cache_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join("repos").join(name);
    for name in ["0badcafe", "fa7264dd", "other"] {
        fs::create_dir_all(at(name)).unwrap();
        drop(answers_sqlite(&at(name).join("cache.db"), Path::new("/repo"), &[]));
    }
    for source in [folder.path(), &folder.path().join("repos")] {
        let paths: Vec<_> = detect(source).unwrap().into_iter().map(|found| found.path).collect();
        assert_eq!(paths, [at("0badcafe/cache.db"), at("fa7264dd/cache.db")]);
    }
}

#[test]
fn caches_about_a_repository_are_offered() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (root, home, caches) = (at("repo"), at("home"), at("home/.cache"));
    fs::create_dir_all(&root).unwrap();
    assert_eq!(find_offers(&root, &home, &caches), []);
    let database = aider(&root.join(".aider.tags.cache.v4"));
    aider_row(&database, "/a.py", 4, Ok(&pickle(1.0, "a.py", &[])));
    aider_row(&database, "self-check", 1, Ok(b"1"));
    drop(database);
    fs::create_dir_all(home.join(".overwrite-desktop/cache")).unwrap();
    token_json(&home.join(".overwrite-desktop/cache/token_cache.json"), &[]);
    let hash = repository_hash(&root.canonicalize().unwrap());
    let central = home.join(".rustassistant/cache/repos").join(&hash);
    answer_file(&central.join("cache"), "a", &answer("a", b"", "docs", &json!(1)));
    let other = home.join(".rustassistant/cache/repos/00000000/cache");
    answer_file(&other, "a", &answer("a", b"", "docs", &json!(1)));
    fs::create_dir_all(home.join(".rustassistant")).unwrap();
    drop(answers_sqlite(&home.join(".rustassistant/cache.db"), &root, &[]));
    let before = state(folder.path());
    let offers = find_offers(&root, &home, &caches);
    let expected = [
        (Format::AiderTags, root.join(".aider.tags.cache.v4")),
        (Format::TokenJson, home.join(".overwrite-desktop/cache/token_cache.json")),
        (Format::RustAssistantSqlite, home.join(".rustassistant/cache.db")),
        (Format::RustAssistantJson, central),
    ];
    assert_eq!(offers, expected.map(|(format, path)| Found { format, path }));
    let told: Vec<_> = offers.iter().map(Found::offer).map(|o| (o.tool, o.entries)).collect();
    let expected = [("aider's tag cache", Some(1)), ("token cache (JSON)", None)]
        .into_iter()
        .chain([("RustAssistant (SQLite)", Some(0)), ("RustAssistant (JSON)", Some(1))])
        .map(|(tool, entries)| (tool.to_owned(), entries));
    assert!(told.iter().cloned().eq(expected), "{told:?}");
    assert!(offers[1].offer().bytes.0 > 0);
    assert_eq!(state(folder.path()), before);
}

#[test]
fn backup_creation_copies_every_byte_and_time() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("cache");
    let database = aider(&source);
    file(&source, "a5/4d/x.val", vec![0; 70_000]);
    let to = backup_path(&source);
    assert_eq!(to, folder.path().join("cache.backup"));
    assert_eq!(backup_path(&source.join("")), to);
    let before = state(&source);
    backup(&source, &to).unwrap();
    let copied = state(&to)
        .into_iter()
        .map(|(path, state)| (source.join(path.strip_prefix(&to).unwrap()), state));
    assert!(copied.eq(before.clone()));
    assert_eq!(state(&source), before);
    drop(database);
}

#[test]
fn a_backup_copies_links_and_leaves_out_fifos() {
    let folder = tempfile::tempdir().unwrap();
    let (source, to) = (folder.path().join("cache"), folder.path().join("copy"));
    file(&source, "a", "a");
    std::os::unix::fs::symlink("nowhere", source.join("link")).unwrap();
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, source.join("fifo"), kind, 0o600.into(), 0).unwrap();
    assert_eq!(backup(&source, &to).unwrap().0, 1);
    assert_eq!(fs::read_link(to.join("link")).unwrap(), Path::new("nowhere"));
    assert!(!to.join("fifo").exists());
}

#[test]
fn a_backup_takes_the_log_of_a_database_along() {
    let folder = tempfile::tempdir().unwrap();
    let database = aider(folder.path());
    let (source, to) = (folder.path().join("cache.db"), folder.path().join("copy"));
    let bytes = backup(&source, &to).unwrap();
    let sizes = ["copy", "copy-wal"].map(|name| folder.path().join(name).metadata().unwrap().len());
    assert!(sizes.iter().all(|size| *size > 0));
    assert_eq!(bytes.0, sizes.iter().sum::<u64>());
    drop(database);
}

#[test]
fn a_backup_is_never_merged_nor_put_into_itself() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("cache");
    file(&source, "a", "a");
    let to = folder.path().join("older");
    file(&to, "b", "b");
    let before = state(folder.path());
    assert!(matches!(backup(&source, &to), Err(ImportError::BackupExists { .. })));
    let inside = source.join("x/copy");
    assert!(matches!(backup(&source, &inside), Err(ImportError::BackupInside { .. })));
    let no_folder = folder.path().join("gone/copy");
    assert!(backup(&source.join("a"), &no_folder).is_err());
    assert_eq!(state(folder.path()), before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_a_reader_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        start in prop::sample::select(vec!["", "{", "{\"a\":{\"token_count\":", "SQLite format 3\0"]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "token_cache.json", [start.as_bytes(), &bytes].concat());
        let _ = detect(&path);
        for format in [Format::TokenJson, Format::RustAssistantJson, Format::TokenSqlite] {
            let _ = read_all(format, &path);
        }
    }

    #[test]
    fn a_damaged_database_makes_no_reader_panic(at in 0_usize..8192, byte in any::<u8>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token_cache.db");
        let text = file(folder.path(), "a.txt", "a b");
        drop(token_sqlite(&path, &[count(&text, 2, "cl100k_base")]));
        let mut bytes = fs::read(&path).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= byte;
        fs::write(&path, bytes).unwrap();
        let _ = detect(&path);
        let _ = read_all(Format::TokenSqlite, &path);
    }
}
