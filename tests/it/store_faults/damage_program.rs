//! The real program on a hurt store: counts are true, results are right or missing, nothing panics.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::support::{Home, Run};

use super::hurt::{Harm, hurt};

const RESULTS: u32 = 5;

const CASES: u64 = 36;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn copy(from: &Path, to: &Path) {
    let mut all = Vec::new();
    files(from, &mut all);
    for file in all {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(file, target).unwrap();
    }
}

/// Puts the store back as it was.
fn restore(home: &Home, whole: &Path) {
    for name in ["cache", "data"] {
        fs::remove_dir_all(home.path().join(name)).ok();
        copy(&whole.join(name), &home.path().join(name));
    }
}

fn did_not_panic(run: &Run, case: &str) {
    assert!(!run.err.contains("panicked") && run.code.is_some(), "{case}: {run:?}");
}

#[test]
fn no_fault_in_a_file_of_the_store_is_seen_in_an_answer() {
    let home = Home::new();
    home.tree().many(60);
    home.count();
    (0..RESULTS).for_each(|id| drop(Run::of(&mut home.put(id)).ended_with(0)));
    home.count();
    let truth = home.true_total();
    let whole = tempfile::tempdir().unwrap();
    for name in ["cache", "data"] {
        copy(&home.path().join(name), &whole.path().join(name));
    }
    let mut all = Vec::new();
    files(whole.path(), &mut all);
    all.sort();
    let mut told = 0;
    for case in 0..CASES {
        restore(&home, whole.path());
        let file = &all[usize::try_from(case).unwrap() % all.len()];
        let file = file.strip_prefix(whole.path()).unwrap();
        let harm = Harm::of(case + 10_000);
        let name = format!("{harm:?} of {}", file.display());
        hurt(&home.path().join(file), harm);
        if case % 2 == 0 {
            // Without the path index every count is asked of the store.
            fs::remove_dir_all(home.cache().join("repos")).ok();
        }
        let counted = home.run(&["count", "--json"]);
        did_not_panic(&counted, &name);
        assert_eq!(counted.json()["total"], truth, "{name}");
        let found = (0..RESULTS).filter(|id| home.has_result(*id)).count();
        let verified = home.run(&["cache", "verify", "--json"]);
        did_not_panic(&verified, &name);
        assert!(matches!(verified.code, Some(0 | 3)), "{name}: {verified:?}");
        if home.cache().join("quarantine").exists() {
            let log = fs::read_to_string(home.state().join("log/larder.log")).unwrap();
            assert!(log.contains("quarantine"), "{name}: nobody was told");
        }
        told += u32::from(verified.code == Some(3) || found < RESULTS as usize);
        (0..RESULTS).for_each(|id| drop(Run::of(&mut home.put(id)).ended_with(0)));
        home.count();
        assert_eq!(home.count()["computed"], 0, "{name}: the cache is not filled again");
        assert_eq!(home.json(&["cache", "verify", "--json"])["damaged"], 0, "{name}");
        assert!((0..RESULTS).all(|id| home.has_result(id)), "{name}: a result is not kept");
    }
    assert!(told > 0, "no fault was noticed: this tests nothing");
}
