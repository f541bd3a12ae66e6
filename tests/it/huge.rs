//! A file that is larger than what larder holds of it.

use std::{
    fs::{self, File},
    io::{BufWriter, Read, Write},
    process::Command,
};

use serde_json::Value;

use crate::support::Home;

/// Long words, which are counted fast also by a program that is not optimised.
const LINE: &str = "internationalization internationalization\n";

/// A hundred megabytes of lines.
const LINES: usize = 100_000_000 / LINE.len();

/// What hashing a hundred megabytes may take beside what larder takes without them.
const EXTRA_KIB: u64 = 20_000;

#[test]
fn a_hundred_megabytes_are_hashed_in_twenty() {
    let home = Home::new();
    // So many that what is printed fills the pipe: the program waits while its memory is read.
    home.tree().many(1_200);
    home.settings("[walk]\nmax-file-bytes = \"256 MiB\"\n[store]\nstrict = true\n");
    home.count();
    let (without, _) = counted(&mut home.larder(&["count", "--json"]));
    let mut file = BufWriter::new(File::create(home.repo().join("huge.txt")).unwrap());
    for _ in 0..LINES {
        file.write_all(LINE.as_bytes()).unwrap();
    }
    file.into_inner().unwrap();
    let (_, first) = counted(&mut home.larder(&["count", "--json"]));
    assert_eq!((&first["hits"], &first["computed"]), (&1_200.into(), &1.into()));
    let (with, report) = counted(&mut home.larder(&["count", "--json"]));
    assert_eq!((&report["hits"], &report["computed"]), (&1_201.into(), &0.into()));
    assert_eq!(report["total"], first["total"]);
    let extra = with.saturating_sub(without);
    assert!(extra < EXTRA_KIB, "{extra} KiB more than the {without} KiB without the file");
}

/// Returns the most memory in KiB that a count ever had, and what it printed.
fn counted(command: &mut Command) -> (u64, Value) {
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut text = vec![0];
    // It prints when all is counted.
    out.read_exact(&mut text).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak = peak.split_whitespace().next().unwrap().parse().unwrap();
    out.read_to_end(&mut text).unwrap();
    assert!(text.len() > 1 << 16, "it may have ended before its memory was read");
    assert!(child.wait().unwrap().success());
    (peak, serde_json::from_slice(&text).unwrap())
}
