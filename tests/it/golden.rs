//! Homes that released versions of larder have left, opened by this one; `make.sh` beside them says
//! how they were made.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Home, Run, Terminal, can_unshare, is_private};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/homes")
}

/// Returns the names of all homes.
fn names() -> Vec<String> {
    let entries = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().file_name());
    let names = entries
        .filter_map(|name| name.to_string_lossy().strip_suffix(".tar.gz").map(str::to_owned));
    let names: Vec<_> = names.collect();
    assert!(names.len() >= 2, "{names:?}");
    names
}

/// Returns the names of those with results and a ledger.
fn names_with_all() -> Vec<String> {
    names().into_iter().filter(|name| !name.starts_with("0.1.")).collect()
}

fn unpack(name: &str) -> Home {
    let home = Home::new();
    let archive = fixtures().join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    let unpacked = tar.arg("xzf").arg(archive).arg("-C").arg(home.path()).status();
    assert!(unpacked.unwrap().success(), "{name}");
    home
}

/// The values of the results with these numbers.
fn results() -> [(u32, String); 3] {
    let numbers: Vec<_> = (1..=9_000).map(|number| format!("{number}\n")).collect();
    [(1, "short".to_owned()), (2, numbers.concat()), (3, String::new())]
}

fn get(home: &Home, number: u32) -> Run {
    let hash = format!("{number:064}");
    let factors = ["--type", "review", "--content-hash", &hash, "--provider", "openai"];
    let rest = ["--model", "gpt-5", "--prompt-hash", "v1"];
    home.run(&[&["cache", "get"], &factors[..], &rest].concat())
}

/// Returns the bytes of every file below a folder.
fn bytes_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut folders, mut files) = (vec![folder.to_owned()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), fs::read(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn counts_of_every_released_version_are_found() {
    for name in names() {
        let home = unpack(&name);
        let first = home.run(&["count", "--json"]);
        assert_eq!(first.err, "", "{name}");
        let first = first.json();
        // The counter of 0.1.0 was wrong for some text: its counts are read, and not believed.
        let (computed, hits): (u64, u64) = if name.starts_with("0.1.") { (8, 0) } else { (0, 8) };
        assert_eq!(
            (&first["computed"], &first["hits"]),
            (&computed.into(), &hits.into()),
            "{name}"
        );
        assert_eq!(first["total"], home.true_total(), "{name}");
        let status = home.status();
        assert_eq!(status["mode"]["state"], "ok", "{name}");
        assert!(home.cached() >= 8 + computed, "{name}: {status}");
        let verified = home.json(&["cache", "verify", "--sample", "100", "--json"]);
        assert_eq!((&verified["damaged"], &verified["wrong"]), (&0.into(), &0.into()), "{name}");
        assert!(!home.cache().join("quarantine").exists(), "{name}: it was set aside");
        home.run(&["cache", "compact"]).ended_with(0);
        assert_eq!(home.count()["computed"], 0, "{name}: a copy of it loses counts");
        is_private(&home.cache());
    }
}

#[test]
fn results_of_every_released_version_are_got() {
    for name in names_with_all() {
        let home = unpack(&name);
        for (number, value) in results() {
            let got = get(&home, number).ended_with(0);
            assert!(got.out == value, "{name}: result {number} is another one");
        }
        let listed = home.json(&["cache", "list", "--kind", "result", "--json"]);
        assert_eq!(listed["total"], 3, "{name}");
        // Without the database they are found by their files alone.
        fs::remove_dir_all(home.cache()).unwrap();
        assert_eq!(get(&home, 1).ended_with(0).out, "short", "{name}");
    }
}

#[test]
fn the_ledger_of_every_released_version_is_read_and_goes_on() {
    for name in names_with_all() {
        let home = unpack(&name);
        let spent = |home: &Home| home.json(&["spend", "--since", "2026-05-01", "--json"]);
        for keep_sums in [true, false] {
            if !keep_sums {
                fs::remove_file(home.cache().join("ledger.idx")).ok();
                fs::remove_file(home.cache().join("ledger.req")).ok();
            }
            let total = spent(&home)["total"].clone();
            assert_eq!(total["requests"], 3, "{name}: {total}");
            assert_eq!(total["cost_usd"], "30.0000075", "{name}");
        }
        let record = ["spend", "record", "--provider", "openai", "--model", "gpt-5"];
        let request = |id| [&record[..], &["--output", "1000000", "--id", id]].concat();
        // One that is known, and one that is not.
        home.run(&request("golden-2")).ended_with(0);
        home.run(&request("new")).ended_with(0);
        assert_eq!(spent(&home)["total"]["requests"], 4, "{name}");
        assert_eq!(home.json(&["spend", "verify", "--json"])["sound"], true, "{name}");
    }
}

#[test]
fn what_a_dashboard_of_every_released_version_remembers_comes_back() {
    for name in names_with_all() {
        let home = unpack(&name);
        // The folder is another one now, and has another name there.
        let folders = |home: &Home| -> Vec<PathBuf> {
            let entries = fs::read_dir(home.state().join("dashboards")).unwrap();
            entries.map(|entry| entry.unwrap().path()).collect()
        };
        let old = folders(&home).remove(0);
        let kept = fs::read(old.join("last.json")).unwrap();
        fs::remove_dir_all(old).unwrap();
        let mut terminal = Terminal::start(&home, 120, 36);
        terminal.wait_for("all counted");
        terminal.press("lj");
        terminal.wait_for("f1.txt");
        terminal.press("q");
        terminal.wait_for_end(std::time::Duration::from_secs(20));
        fs::write(folders(&home)[0].join("last.json"), kept).unwrap();
        let mut again = Terminal::start(&home, 120, 36);
        again.wait_for("marked 1 file");
        again.press("q");
        again.wait_for_end(std::time::Duration::from_secs(20));
    }
}

#[test]
fn what_a_newer_larder_has_left_is_not_changed_by_a_byte() {
    let home = unpack("0.2.0");
    let current = home.cache().join("CURRENT");
    let text = fs::read_to_string(&current).unwrap();
    fs::write(&current, text.replace("larder 1", "larder 2")).unwrap();
    let kept = |home: &Home| bytes_below(&home.cache().join("gen-0001"));
    let before = (kept(&home), fs::read(&current).unwrap());
    for args in [
        &["count"][..],
        &["cache", "list"],
        &["cache", "verify"],
        &["cache", "compact"],
        &["cache", "clear", "--yes"],
        &["cache", "evict", "--percent", "100", "--yes"],
    ] {
        let run = home.run(args);
        assert!(run.err.contains("newer"), "{args:?} says nothing: {run:?}");
        assert_eq!(run.code == Some(0), args == ["count"], "{args:?}: {run:?}");
    }
    assert_eq!(home.count()["total"], home.true_total());
    let screen = home.once("", "120x36").ended_with(0).out;
    assert!(screen.contains("memory only") && screen.contains("all counted"), "{screen}");
    assert!(before == (kept(&home), fs::read(&current).unwrap()), "it was changed");
}

#[test]
fn a_result_and_a_line_of_the_ledger_of_a_newer_larder_are_left_alone() {
    let home = unpack("0.2.0");
    let results = home.path().join("data/larder/results");
    let newer = bytes_below(&results).into_iter().find(|(_, bytes)| bytes.len() > 10_000);
    let (path, mut bytes) = newer.unwrap();
    bytes[8] = 9;
    fs::write(&path, &bytes).unwrap();
    let segment = home.state().join("ledger/2026-11.0001");
    let json = r#"{"v":2,"n":4,"w":0,"is":{"dream":1}}"#;
    let line = format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes()));
    let mut lines = fs::read(&segment).unwrap();
    lines.extend(line.into_bytes());
    fs::write(&segment, &lines).unwrap();
    get(&home, 2).ended_with(3);
    home.count();
    home.run(&["cache", "verify"]).ended_with(0);
    let spent = home.json(&["spend", "--since", "2026-05-01", "--json"]);
    assert_eq!(spent["total"]["requests"], 3, "{spent}");
    let record = ["spend", "record", "--provider", "openai", "--model", "gpt-5", "--output", "7"];
    home.run(&record).ended_with(0);
    let verified = home.json(&["spend", "verify", "--json"]);
    assert_eq!((&verified["newer"], &verified["bad"]), (&1.into(), &0.into()), "{verified}");
    assert!(fs::read(&segment).unwrap() == lines, "the ledger's file was changed");
    assert!(fs::read(&path).unwrap() == bytes, "the result was changed");
}

#[test]
fn a_home_of_before_on_a_read_only_disk_is_read() {
    if !can_unshare() {
        return;
    }
    let home = unpack("0.2.0");
    let script = "mount --bind $HOME $HOME && mount -o remount,ro,bind $HOME && cd $HOME/repo && \
                  larder count --json";
    let run = Run::of(&mut home.script(&["unshare", "-rm"], script));
    assert_eq!(run.json()["total"], home.true_total(), "{run:?}");
    assert!(run.err.contains("ead-only"), "{run:?}");
}
