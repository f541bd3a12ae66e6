//! Results outlive the cache: who deletes its folder loses sight of none of them.

use std::{fs, io::Write};

use rustix::fs::{FlockOperation, flock};

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

/// Keeps a value of its own under this number; returns how that ended.
fn keep(home: &Home, id: u32, value: &[u8]) -> Run {
    let path = home.path().join("value");
    fs::write(&path, value).unwrap();
    let mut args = vec!["cache".to_owned(), "put".to_owned(), path.display().to_string()];
    args.extend(["--cost".to_owned(), "0.5".to_owned()]);
    args.extend(Home::result_args(id));
    home.run(&args).ended_with(0)
}

#[test]
fn a_script_that_keeps_results_stays_below_the_limit_and_hears_what_went() {
    let home = Home::new();
    home.settings("[store]\ndisk-bytes = \"2 MiB\"\n");
    let mut said = String::new();
    for id in 0..9 {
        let mut value = vec![0; 400_000];
        blake3::Hasher::new()
            .update(&[1, u8::try_from(id).unwrap()])
            .finalize_xof()
            .fill(&mut value);
        said.push_str(&keep(&home, id, &value).err);
        let files = files_below(&home.path().join("data/larder/results"));
        assert!(files <= 2 << 20, "{files} bytes after {id}");
    }
    let words = ["thrown away", "to make again", "store.disk-bytes is 2 MiB"];
    assert!(words.iter().all(|word| said.contains(word)), "{said}");
}

/// Holds the cache as another larder does that stays open.
fn held(home: &Home) -> fs::File {
    let mut options = fs::File::options();
    let lock = options.write(true).open(home.cache().join("LOCK")).unwrap();
    lock.set_len(0).unwrap();
    write!(&lock, "{} 0", std::process::id()).unwrap();
    flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
    lock
}

#[test]
fn what_scripts_keep_and_get_while_a_dashboard_is_open_is_counted() {
    let home = Home::new();
    Run::of(&mut home.put(0)).ended_with(0);
    let dashboard = held(&home);
    Run::of(&mut home.put(1)).ended_with(0);
    let gets: Vec<_> = (0..6).map(|_| home.larder(&home.get_args(1)).spawn().unwrap()).collect();
    for get in gets {
        Run::of_child(get).ended_with(0);
    }
    drop(dashboard);
    let listed = home.json(&["cache", "list", "--kind", "result", "--sort", "used", "--json"]);
    assert_eq!((&listed["total"], &listed["entries"][0]["uses"]), (&2.into(), &6.into()));
    let status = home.status();
    let results = status["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == "result");
    assert_eq!((&results.unwrap()["hits"], &status["models"][0]["hits"]), (&6.into(), &6.into()));
}

/// Returns the bytes of all files below a folder.
fn files_below(folder: &std::path::Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let size = |entry: fs::DirEntry| match entry.metadata().unwrap() {
        data if data.is_dir() => files_below(&entry.path()),
        data => data.len(),
    };
    entries.map(size).sum()
}
