//! The tag cache of aider.

use std::fs;

use crate::import::{Format, Imported, LeftOut, Tag, TagRole, detect};

use super::{
    make::{aider, aider_row, file, pickle, state},
    read_all,
};

#[test]
fn rows_that_lie_only_in_the_log_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join(".aider.tags.cache.v4");
    let database = aider(&cache);
    aider_row(&database, "/repo/a.py", 4, Ok(&pickle(1.5, "a.py", &[("Jar", "def", 7)])));
    // Still open, so the rows are not in the database's own file yet.
    assert!(cache.join("cache.db-wal").metadata().unwrap().len() > 0);
    let before = state(folder.path());
    let read = read_all(Format::AiderTags, &cache);
    let Imported::Tags(found) = &read.items[0] else { panic!("{:?}", read.items) };
    assert_eq!(found.tags, [Tag { name: "Jar".into(), role: TagRole::Definition, line: Some(8) }]);
    assert_eq!(read.result.unwrap().found, 1);
    assert_eq!(state(folder.path()), before);
}

#[test]
fn a_cache_that_only_can_be_read_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join(".aider.tags.cache.v3");
    let database = aider(&cache);
    aider_row(&database, "/repo/a.py", 4, Ok(&pickle(1.5, "a.py", &[])));
    drop(database);
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o500)).unwrap();
    let before = state(folder.path());
    let found = detect(folder.path()).unwrap();
    assert_eq!((found[0].format, &found[0].path), (Format::AiderTags, &cache));
    assert_eq!(read_all(Format::AiderTags, &cache).result.unwrap().found, 1);
    assert_eq!(state(folder.path()), before);
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn large_values_are_read_from_their_files_and_from_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let database = aider(&cache);
    let value = pickle(2.5, "b.py", &[("b", "ref", -1)]);
    file(&cache, "a5/4d/0123.val", &value);
    let outside = file(folder.path(), "outside.val", &value);
    std::os::unix::fs::symlink(&outside, cache.join("link.val")).unwrap();
    aider_row(&database, "/repo/inside", 4, Err("a5/4d/0123.val"));
    aider_row(&database, "/repo/parent", 4, Err("../outside.val"));
    aider_row(&database, "/repo/absolute", 4, Err(outside.to_str().unwrap()));
    aider_row(&database, "/repo/link", 4, Err("link.val"));
    aider_row(&database, "/repo/gone", 4, Err("a5/4d/9999.val"));
    drop(database);
    let read = read_all(Format::AiderTags, &cache);
    let summary = read.result.unwrap();
    assert_eq!((summary.found, summary.failed), (1, 4));
    let whys: Vec<&str> = read
        .items
        .iter()
        .filter_map(|item| match item {
            Imported::Failed(failure) => Some(failure.why.as_str()),
            _ => None,
        })
        .collect();
    assert!(whys[..3].iter().all(|why| why.contains("outside of the cache")), "{whys:?}");
    assert!(whys[3].contains("nothing at"), "{whys:?}");
}

#[test]
fn one_damaged_row_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let database = aider(folder.path());
    aider_row(&database, "/repo/a.py", 4, Ok(b"\x80\x05cos\nsystem\n."));
    aider_row(&database, "test", 1, Ok(b"test"));
    aider_row(&database, "/repo/odd", 4, Ok(&pickle(1.0, "o", &[("x", "call", 0)])));
    aider_row(&database, "/repo/b.py", 4, Ok(&pickle(1.0, "b", &[("x", "ref", -1)])));
    drop(database);
    let read = read_all(Format::AiderTags, folder.path());
    let why = |item: &Imported| match item {
        Imported::Failed(failure) => (failure.what.clone(), failure.why.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(why(&read.items[0]).0, "/repo/a.py");
    assert!(why(&read.items[0]).1.contains("`os.system`, which is not allowed"));
    assert_eq!(read.items[1], Imported::LeftOut(LeftOut::NotAnEntry));
    assert!(why(&read.items[2]).1.contains("neither `def` nor `ref`"));
    let Imported::Tags(found) = &read.items[3] else { panic!("{:?}", read.items) };
    assert_eq!(found.tags[0].line, None);
}
