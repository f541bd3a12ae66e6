//! Files and folders out of all proportion: as large, as many, as restless as a system allows.

use std::{
    env,
    fmt::Write as _,
    fs::{self, File},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Home, Run, Terminal};

fn is_long() -> bool {
    env::var_os("LARDER_LONG").is_some()
}

/// Returns what `count` says of a file.
fn file<'r>(report: &'r Value, path: &str) -> &'r Value {
    let files = report["files"].as_array().unwrap();
    files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("no {path:?}"))
}

/// Runs larder with so many kilobytes of address space, of which far less is used.
fn in_little_memory(home: &Home, kilobytes: u32, args: &str) -> Run {
    Run::of(&mut home.script(&[], &format!("ulimit -v {kilobytes}; larder {args}")))
}

/// Returns the text of a version, whose length says which it is.
fn version(number: usize) -> String {
    let word = ["one ", "two words ", "threefold ", "4 ", "f\u{fc}nf ", "six, and more "];
    word[number % word.len()].repeat(700 * (number % word.len() + 1) + number % word.len())
}

/// Replaces a file by one version after the other until told to stop, half of them in place.
fn rewrite(path: &Path, over: &AtomicBool, rounds: &AtomicUsize) {
    let aside = path.with_extension("aside");
    // Nobody ever sends here: without a pause no read of it would ever be whole.
    let (_never, pause) = mpsc::channel::<()>();
    while !over.load(Ordering::SeqCst) {
        pause.recv_timeout(Duration::from_millis(2)).ok();
        let round = rounds.fetch_add(1, Ordering::SeqCst);
        match round % 8 {
            0..6 => {
                fs::write(&aside, version(round)).unwrap();
                fs::rename(&aside, path).unwrap();
            }
            6 => fs::write(path, version(round)).unwrap(),
            _ => fs::remove_file(path).unwrap(), // The next round makes it again.
        }
    }
}

#[test]
fn a_file_that_is_replaced_while_it_is_counted_is_counted_as_one_of_its_versions() {
    let tokens = |number: usize| {
        let home = Home::with(&[("f.txt", &version(number))]);
        (version(number).len() as u64, file(&home.count(), "f.txt")["tokens"].clone())
    };
    let known: Vec<(u64, Value)> = (0..6).map(tokens).collect();
    let home = Home::with(&[("still.txt", "words"), (".larderignore", "*.aside\n")]);
    let path = home.tree().file("restless.txt", version(0));
    let (over, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writer = {
        let (path, over, rounds) = (path.clone(), Arc::clone(&over), Arc::clone(&rounds));
        thread::spawn(move || rewrite(&path, &over, &rounds))
    };
    let (wanted, mut counted) = (if is_long() { 200 } else { 25 }, 0);
    for _ in 0..wanted {
        let report = home.count();
        assert_eq!(file(&report, "still.txt")["status"], "counted");
        let files = report["files"].as_array().unwrap();
        // It may be gone, or change too often to be counted: then that is said.
        let Some(row) = files.iter().find(|file| file["path"] == "restless.txt") else { continue };
        let bytes = row["bytes"].as_u64().unwrap_or_default();
        if row["status"] == "counted"
            && let Some((_, tokens)) = known.iter().find(|(size, _)| *size == bytes)
        {
            assert_eq!(row["tokens"], *tokens, "a mixture was counted: {row}");
            counted += 1;
        }
    }
    over.store(true, Ordering::SeqCst);
    writer.join().unwrap();
    assert!(counted > 3, "only {counted} of {wanted} were counted: this tests nothing");
    let rounds = rounds.load(Ordering::SeqCst);
    assert!(rounds > 100, "only {rounds} changes");
    fs::write(&path, version(4)).unwrap();
    assert_eq!(home.count()["total"], home.true_total(), "what was not stable was kept");
}

/// Fills one folder with files, each with words of its own.
fn crowd(home: &Home, files: u32) {
    let folder = home.repo().join("crowd");
    fs::create_dir(&folder).unwrap();
    for number in 0..files {
        fs::write(folder.join(format!("f{number:06}.txt")), format!("file {number}")).unwrap();
    }
}

#[test]
fn a_folder_of_a_hundred_thousand_files_is_counted_in_bounded_memory() {
    let files = if is_long() { 100_000 } else { 12_000 };
    let home = Home::new();
    crowd(&home, files);
    // The database maps nothing, but each thread of it reserves a stack.
    let report = in_little_memory(&home, 1_200_000, "count --json").json();
    assert_eq!(
        (&report["total"]["files"], &report["total"]["skipped"]),
        (&files.into(), &0.into())
    );
    assert_eq!(home.count()["computed"], 0, "the cache does not take them all");
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("all counted");
    terminal.press("lG");
    // Of those with the fewest tokens the last by name.
    terminal.wait_for("f000999.txt");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(20)).success());
}

#[test]
fn a_count_of_very_many_files_ends_soon_when_it_is_told_to() {
    let home = Home::new();
    crowd(&home, 12_000);
    let mut terminal = Terminal::start(&home, 120, 36);
    terminal.wait_for("Tree");
    terminal.press("q");
    assert!(terminal.wait_for_end(Duration::from_secs(5)).success());
    terminal.is_whole();
    assert_eq!(home.count()["total"]["files"], 12_000);
}

#[test]
fn a_file_of_five_gigabytes_is_listed_and_not_read_whatever_is_allowed() {
    let home = Home::with(&[("a.txt", "one two three")]);
    File::create(home.repo().join("five.txt")).unwrap().set_len(5 << 30).unwrap();
    for limit in ["\"64 MiB\"", "\"4 GiB\""] {
        home.settings(&format!("[walk]\nmax-file-bytes = {limit}\n"));
        let report = in_little_memory(&home, 800_000, "count --json").json();
        assert_eq!(file(&report, "five.txt")["status"], "too-large", "{limit}");
        assert_eq!(
            (&report["total"]["tokens"], &report["total"]["skipped"]),
            (&3.into(), &1.into())
        );
    }
}

#[test]
fn a_file_of_gigabytes_that_is_allowed_is_read_in_parts() {
    let home = Home::with(&[("a.txt", "one two three")]);
    home.settings("[walk]\nmax-file-bytes = \"4 GiB\"\n");
    // Nothing but holes: no text, which shows in the first part.
    File::create(home.repo().join("holes.bin")).unwrap().set_len(3 << 30).unwrap();
    let report = in_little_memory(&home, 800_000, "count --json").json();
    assert_eq!(file(&report, "holes.bin")["status"], "binary");
    if is_long() {
        let line = home.tree().file("line.txt", "word ".repeat(40 << 20));
        let report = in_little_memory(&home, 1_200_000, "count --json").json();
        assert_eq!(file(&report, "line.txt")["tokens"], (40 << 20) + 1);
        fs::remove_file(line).unwrap();
    }
}

#[test]
fn text_made_to_tire_a_reader_is_counted_and_shown() {
    let mut nested = String::new();
    for depth in 0..30_000 {
        write!(nested, "{{\"{depth}\": [").unwrap();
    }
    let texts = [
        ("deep.json", nested),
        ("open.rs", "((((((((((".repeat(20_000)),
        ("string.py", format!("x = '''{}", "\\'\"".repeat(50_000))),
        ("comment.c", "/* ".repeat(60_000)),
        ("raw.rs", format!("r{}\"", "#".repeat(200_000))),
        ("same.txt", "a".repeat(200_000)),
        ("marks.md", "*_`".repeat(60_000)),
        ("tags.html", "<a ".repeat(60_000)),
        ("marks.txt", "e\u{301}\u{301}\u{301}".repeat(30_000)),
    ];
    let home = Home::new();
    for (name, text) in &texts {
        home.tree().file(name, text);
    }
    let report = home.count();
    assert_eq!(report["total"]["skipped"], 0);
    assert_eq!(report["total"]["files"], texts.len());
    for (name, _) in &texts {
        let screen = home.once(&format!("/{name}<enter><enter>"), "100x30").ended_with(0).out;
        assert!(screen.contains("tokens so far"), "{name}: {screen}");
    }
}

#[test]
fn a_count_that_was_stopped_goes_on_where_it_was() {
    let home = Home::new();
    home.tree().many(300);
    let truth = home.true_total();
    for round in 0..6 {
        home.run(&["cache", "clear", "--yes"]).ended_with(0);
        let child = home.larder(&["count", "--json"]).spawn().unwrap();
        let pid = Pid::from_child(&child);
        // Nobody ever sends here.
        let (_never, pause) = mpsc::channel::<()>();
        pause.recv_timeout(Duration::from_millis(round * 17 % 60)).ok();
        kill_process(pid, Signal::STOP).unwrap();
        // It holds what it holds; others go on without, and say why.
        let other = home.run(&["count", "--json"]);
        assert_eq!(other.json()["total"], truth, "round {round}: {}", other.err);
        kill_process(pid, Signal::CONT).unwrap();
        assert_eq!(Run::of_child(child).json()["total"], truth, "round {round}");
    }
    home.count();
    assert_eq!(home.count()["computed"], 0, "the cache does not work any more");
}
